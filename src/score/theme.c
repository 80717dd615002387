// Themes: a melody for each kind of section, made once and repeated to the letter.
//
//     rhythm cells ──phrase plan──> slots ──beam search for pitches──> candidates ──best──> Theme
//
// A phrase repeats its first bars; only its last bar answers. Where the chords come back the notes
// come back exactly; elsewhere the shape is kept and fitted to the new chords. The costs follow what
// is known of melodies: steps are commonest, leaps turn back, strong beats carry chord tones, other
// tones resolve by step, the line is drawn to the middle of its range (Huron 2006; von Hippel 2000).
#include "score/theme.h"

#include <string.h>

enum {
    SLOTS_MAX = 512,
    BEAM = 14,
    CANDIDATES = 5,
    PITCHES_MAX = 40,
};

typedef struct Slot {
    int32_t tick, ticks; // from the section's start
    int velocity;
    const Chord *chord;
    uint8_t strong; // 2 downbeat, 1 beat or long, 0 else
    uint8_t fixed;  // this pitch and no other, 0 = free
    uint8_t like;   // the pitch of the slot it imitates, 0 = none
    bool last;      // closes a phrase
    bool home;      // closes the theme: the tonic
    int against;    // a pitch that sounds in another voice, 0 = none
} Slot;

typedef struct Path {
    uint8_t pitch[SLOTS_MAX];
    int cost, leap; // leap: the last interval
    int same;       // equal notes in a row
} Path;

typedef struct Search {
    const Composer *c;
    const ThemeOrder *order;
    Slot slots[SLOTS_MAX];
    int count;
    Path beam[BEAM], next[BEAM];
    int beam_count;
    uint16_t scale;
    int arch[4]; // where each quarter of a phrase wants to lie, semitones about the centre
} Search;

static int absolute(int x)
{
    return x < 0 ? -x : x;
}

static int interval_cost(int leap)
{
    static const uint8_t cost[13] = { 15, 1, 0, 8, 9, 16, 42, 19, 34, 34, 50, 60, 30 };
    int size = absolute(leap);
    return size <= 12 ? cost[size] : 90;
}

// How wrong `pitch` is against its chord.
static int harmony_cost(const Slot *slot, int pitch, uint16_t scale)
{
    int cost = scale & 1 << pitch % 12 ? 0 : 14;
    if (chord_has(slot->chord, pitch))
        return cost + (slot->strong && pitch % 12 == slot->chord->root ? 1 : 0);
    bool rubs = chord_has(slot->chord, pitch + 11); // a semitone above a chord tone
    return cost + (slot->strong == 2 ? 44 : slot->strong == 1 ? 26 : 7) + (rubs ? 16 : 0);
}

static int dissonance_cost(const Slot *slot, int pitch)
{
    if (slot->against == 0)
        return 0;
    int interval = absolute(pitch - slot->against) % 12;
    bool rough = interval == 1 || interval == 2 || interval == 10 || interval == 11 || interval == 6;
    return (rough ? 22 : 0) + (pitch == slot->against ? 12 : 0);
}

static int step_cost(const Search *s, const Path *path, int at, int pitch)
{
    const Slot *slot = &s->slots[at];
    int centre = s->order->centre, before = at ? path->pitch[at - 1] : centre;
    int leap = pitch - before, cost = harmony_cost(slot, pitch, s->scale) + dissonance_cost(slot, pitch);
    cost += at ? interval_cost(leap) : 0;
    if (absolute(path->leap) >= 5 && leap * path->leap >= 0)
        cost += 18; // a leap turns back
    if (at && !chord_has(s->slots[at - 1].chord, before) && absolute(leap) > 2)
        cost += 24; // a tone outside the chord resolves by step
    if (leap == 0 && path->same >= 2)
        cost += 22;

    int phrase_ticks = s->order->phrase_bars * s->c->bar_ticks;
    int wanted = centre + s->arch[slot->tick % phrase_ticks * 4 / phrase_ticks];
    cost += absolute(pitch - wanted) * 2 + (absolute(pitch - centre) > 8 ? absolute(pitch - centre) * 2 : 0);
    if (slot->like)
        cost += absolute(pitch - slot->like) * 5;
    if (slot->home)
        cost += pitch % 12 == s->c->score->key.tonic ? 0 : 40;
    else if (slot->last)
        cost += chord_has(slot->chord, pitch) ? 0 : 40;
    return cost;
}

static void beam_keep(Search *s, int *count, const Path *path, int at, int pitch, int cost)
{
    int place = *count < BEAM ? (*count)++ : BEAM - 1;
    if (place == BEAM - 1 && *count == BEAM && s->next[place].cost != 0 && s->next[place].cost <= cost &&
        at >= 0 && s->next[place].pitch[at] != 0)
        return;
    while (place > 0 && s->next[place - 1].cost > cost) {
        memcpy(&s->next[place], &s->next[place - 1], sizeof(Path));
        place--;
    }
    Path *to = &s->next[place];
    memcpy(to->pitch, path->pitch, (size_t)at);
    to->pitch[at] = (uint8_t)pitch;
    to->cost = cost;
    to->leap = at ? pitch - path->pitch[at - 1] : 0;
    to->same = to->leap == 0 ? path->same + 1 : 0;
}

static int pitches_of(const Search *s, const Slot *slot, uint8_t *list)
{
    int count = 0;
    if (slot->fixed) {
        list[0] = slot->fixed;
        return 1;
    }
    for (int p = s->order->low; p <= s->order->high && count < PITCHES_MAX; p++)
        if (s->scale & 1 << p % 12 || (slot->strong && chord_has(slot->chord, p)))
            list[count++] = (uint8_t)p;
    if (count == 0)
        list[count++] = (uint8_t)s->order->low;
    return count;
}

// Finds pitches for slots first .. last-1, going on from the beam as it is.
static void search_slots(Search *s, int first, int last, Rng *rng)
{
    for (int at = first; at < last; at++) {
        uint8_t list[PITCHES_MAX];
        int noise[12], count = 0, pitches = pitches_of(s, &s->slots[at], list);
        for (int i = 0; i < 12; i++)
            noise[i] = rng_below(rng, 16);
        for (int i = 0; i < BEAM; i++)
            s->next[i].cost = 0, s->next[i].pitch[at] = 0;
        for (int b = 0; b < s->beam_count; b++)
            for (int i = 0; i < pitches; i++)
                beam_keep(s, &count, &s->beam[b], at, list[i],
                          s->beam[b].cost + step_cost(s, &s->beam[b], at, list[i]) + noise[list[i] % 12]);
        for (int i = 0; i < count; i++) {
            memcpy(s->beam[i].pitch, s->next[i].pitch, (size_t)at + 1);
            s->beam[i].cost = s->next[i].cost;
            s->beam[i].leap = s->next[i].leap;
            s->beam[i].same = s->next[i].same;
        }
        s->beam_count = count;
    }
}

// A rhythm cell for each bar of a phrase: the first returns, the last answers.
static void plan_cells(const ThemeOrder *order, Rng *rng, int *cells)
{
    int bars = order->phrase_bars, n = order->cell_count;
    int a = rng_below(rng, n), b = rng_below(rng, n), end = rng_below(rng, n);
    if (n > 1 && b == a && rng_chance(rng, 50))
        b = (a + 1) % n;
    for (int i = 0; i < bars; i++)
        cells[i] = i % 2 ? b : a;
    if (bars == 4 && rng_chance(rng, 40))
        cells[1] = a, cells[2] = b; // a a b
    cells[bars - 1] = bars > 1 ? end : a;
}

static bool same_chords(const Chord *a, const Chord *b)
{
    return a->tones == b->tones && a->root == b->root;
}

static void slot_add(Search *s, const Chord *chords, int bar, int step, int hold, int strength, bool closes)
{
    const Composer *c = s->c;
    if (s->count == SLOTS_MAX)
        return;
    int32_t start = step_tick(c, step),
            end = step + hold >= c->steps ? c->bar_ticks : step_tick(c, step + hold);
    int beat = c->bar_ticks / c->score->beats;
    Slot *slot = &s->slots[s->count++];
    *slot = (Slot){
        .tick = bar * c->bar_ticks + start, .ticks = end - start, .velocity = strength, .last = closes
    };
    slot->strong = step == 0 ? 2 : (step * c->step_ticks) % beat == 0 || end - start >= beat ? 1 : 0;
    for (int i = 0; chords[i].ticks; i++)
        if (chords[i].tick <= slot->tick)
            slot->chord = &chords[i];
}

// Lays the cells of one bar as slots; returns how many.
static int bar_slots(Search *s, const Chord *chords, int bar, const Pattern *cell, bool closing)
{
    int first = s->count;
    for (int step = 0; step < s->c->steps; step++) {
        char mark = pattern_at(cell, 0, step);
        if (mark < '1' || mark > '9')
            continue;
        int hold = pattern_hold(cell, 0, step, s->c->steps);
        slot_add(s, chords, bar, step, hold, mark - '0', false);
    }
    if (closing && s->count > first) {
        // The last bar breathes: it ends on a long note and leaves a rest behind it.
        int keep = first + (s->count - first + 1) / 2, half = bar * s->c->bar_ticks + s->c->bar_ticks / 2;
        while (s->count > keep || (s->count > first + 1 && s->slots[s->count - 1].tick >= half))
            s->count--;
        Slot *end = &s->slots[s->count - 1];
        int32_t rest = (bar + 1) * s->c->bar_ticks - end->tick;
        end->ticks = rest > s->c->bar_ticks / 2 ? rest - s->c->bar_ticks / 4 : rest;
        end->last = true;
    }
    return s->count - first;
}

static void slots_against(Search *s)
{
    const Theme *other = s->order->against;
    for (int i = 0; other && i < s->count; i++)
        for (int k = 0; k < other->count; k++)
            if (other->notes[k].tick <= s->slots[i].tick &&
                other->notes[k].tick + other->notes[k].ticks > s->slots[i].tick)
                s->slots[i].against = other->notes[k].pitch;
}

// How badly a bar's notes, moved by `by` semitones, would suit the chords they come to.
static int sequence_cost(const Search *s, int from, int to, int count, int by)
{
    int cost = by < 0 ? -by : by;
    for (int i = 0; i < count; i++) {
        const Slot *slot = &s->slots[to + i];
        int pitch = s->beam[0].pitch[from + i] + by;
        if (pitch < s->order->low || pitch > s->order->high || !(s->scale & 1 << pitch % 12))
            return 1000;
        if (!chord_has(slot->chord, pitch))
            cost += slot->strong == 2 ? 12 : slot->strong == 1 ? 5 : 0;
    }
    return cost;
}

// A sequence: the same notes on another step, every interval kept, when that suits the new chords.
static bool find_sequence(const Search *s, int from, int to, int count, int *by)
{
    enum { REACH = 7, GOOD = 11 };
    int best = GOOD + 1;
    for (int step = -REACH; step <= REACH; step++) {
        int cost = sequence_cost(s, from, to, count, step);
        if (cost < best) {
            best = cost;
            *by = step;
        }
    }
    return best <= GOOD;
}

// A bar that returns takes its notes from its twin: as they are, as a sequence, or alike in shape.
static void imitate(Search *s, int from, int from_count, int to, int to_count, bool answers)
{
    int count = from_count < to_count ? from_count : to_count, by = 0;
    bool same = from_count == to_count;
    for (int i = 0; i < count; i++)
        same = same && same_chords(s->slots[from + i].chord, s->slots[to + i].chord);
    bool whole = !answers && from_count == to_count && (same || find_sequence(s, from, to, count, &by));
    for (int i = 0; i < count; i++) {
        int pitch = s->beam[0].pitch[from + i] + (whole ? by : 0);
        if (whole)
            s->slots[to + i].fixed = (uint8_t)pitch;
        else
            s->slots[to + i].like = (uint8_t)pitch;
    }
}

// One try at the theme. The beam holds the pitches of all slots when it is done.
static int compose_once(Search *s, const Chord *chords, int candidate)
{
    const ThemeOrder *order = s->order;
    Rng rng = rng_named(s->c->seed, "%s/%d/%d", order->path, order->label, candidate);
    int cells[4], bar_first[65], phrase = order->phrase_bars;
    plan_cells(order, &rng, cells);
    static const int8_t arches[5][4] = {
        { -2, 1, 4, 0 }, { 3, 2, 0, -3 }, { -3, -1, 2, 3 }, { 0, 4, 1, -2 }, { 2, -2, 3, 0 }
    };
    int arch = rng_below(&rng, 5);
    for (int i = 0; i < 4; i++)
        s->arch[i] = arches[arch][i];

    s->count = 0;
    for (int bar = 0; bar < order->bars; bar++) {
        bar_first[bar] = s->count;
        bool closing = bar == order->bars - 1 || (bar % phrase == phrase - 1 && !order->riff);
        bar_slots(s, chords, bar, &order->cells[cells[bar % phrase]], closing);
    }
    bar_first[order->bars] = s->count;
    if (s->count == 0)
        return 1 << 30;
    s->slots[s->count - 1].home = order->goes_home;
    slots_against(s);

    s->beam_count = 1;
    s->beam[0] = (Path){ 0 };
    for (int bar = 0; bar < order->bars; bar++) {
        int first = bar_first[bar], count = bar_first[bar + 1] - first;
        // The same place in the first phrase, or for the second bar the first.
        int twin = bar >= phrase ? bar % phrase : bar == 2 && phrase == 4 && cells[2] == cells[0] ? 0 : -1;
        if (twin >= 0)
            imitate(s, bar_first[twin], bar_first[twin + 1] - bar_first[twin], first, count, bar == order->bars - 1);
        search_slots(s, first, first + count, &rng);
        s->beam_count = 1; // a bar once written stays: what follows imitates it
    }
    return s->beam[0].cost;
}

// What the notes are like as a whole: range, climax, steps.
static int shape_cost(const Search *s)
{
    const uint8_t *p = s->beam[0].pitch;
    int low = 127, high = 0, tops = 0, steps = 0, equal = 0;
    for (int i = 0; i < s->count; i++) {
        low = p[i] < low ? p[i] : low;
        high = p[i] > high ? p[i] : high;
    }
    for (int i = 0; i < s->count; i++) {
        tops += p[i] == high;
        steps += i && p[i] != p[i - 1] && absolute(p[i] - p[i - 1]) <= 2;
        equal += i && p[i] == p[i - 1];
    }
    int range = high - low, n = s->count > 1 ? s->count - 1 : 1;
    int cost = range < 5 ? (5 - range) * 40 : range > 15 ? (range - 15) * 30 : 0;
    cost += tops > s->count / 6 + 2 ? 40 : 0;
    cost += steps * 100 / n < 20 ? 60 : steps * 100 / n > 80 ? 40 : 0;
    return cost + (equal * 100 / n > 40 ? 80 : 0);
}

static void theme_take(const Search *s, Theme *theme)
{
    theme->count = s->count;
    for (int i = 0; i < s->count; i++) {
        const Slot *slot = &s->slots[i];
        int arc = slot->strong == 2 ? 6 : slot->strong == 1 ? 2 : -3;
        theme->notes[i] = (Note){ slot->tick,
                                  slot->ticks,
                                  s->beam[0].pitch[i],
                                  (uint8_t)clamp_int((slot->velocity - 7) * 5 + arc + 64, 1, 127),
                                  0,
                                  -1 };
    }
}

void theme_compose(const Composer *c, const ThemeOrder *order, Theme *out)
{
    Arena scratch = { 0 };
    Search *s = ARENA_NEW(&scratch, Search);
    Chord *chords = ARENA_ARRAY(&scratch, Chord, (size_t)order->bars * BAR_CHORDS_MAX + 1);
    theme_chords(c, order->label, order->bars, chords);
    s->c = c;
    s->order = order;
    s->scale = mode_tones(c->score->key.mode, c->score->key.tonic);

    *out = (Theme){ .notes = ARENA_ARRAY(c->arena, Note, SLOTS_MAX), .bars = order->bars };
    int best = 1 << 30;
    for (int candidate = 0; candidate < CANDIDATES; candidate++) {
        int cost = compose_once(s, chords, candidate);
        cost = s->count ? cost * 10 / s->count + shape_cost(s) : cost;
        if (cost < best) {
            best = cost;
            theme_take(s, out);
        }
    }
    arena_close(&scratch);
}
