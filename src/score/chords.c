// Chords in rhythm: comp strikes them, arp breaks them, pad holds them.
#include "score/composer.h"

enum { VOICES = 6, CYCLE_MAX = ROMAN_MAX };

// One label's voicings: chord k of a section is voiced as k modulo the progression's length.
typedef struct Voiced {
    uint8_t pitch[CYCLE_MAX * VOICES];
    int cycle; // chords in the progression, 0 = not made yet
} Voiced;

static void voice_label(Composer *c, const Player *player, const Section *section, Voiced *out)
{
    const Score *s = c->score;
    int first = 0, count = 0, wanted = c->harm[section->label]->progression.count;
    for (int i = 0; i < s->section_count; i++) { // the longest section of the label shows most of it
        if (s->sections[i].label != section->label)
            continue;
        int32_t start = s->sections[i].bar * c->bar_ticks, end = start + s->sections[i].bars * c->bar_ticks;
        int from = 0;
        while (from < s->chord_count && s->chords[from].tick < start)
            from++;
        int to = from;
        while (to < s->chord_count && to - from < wanted && s->chords[to].tick < end)
            to++;
        if (to - from > count) {
            first = from;
            count = to - from;
        }
    }
    voicings_find(c->arena, s->chords + first, count, player->how.voices, player->how.low, player->how.high,
                  out->pitch);
    out->cycle = count;
}

static Note tone(int32_t tick, int32_t ticks, int pitch, int velocity)
{
    return (Note){ tick,
                   ticks > 0 ? ticks : 1,
                   (uint8_t)clamp_int(pitch, 0, 127),
                   (uint8_t)clamp_int(velocity, 1, 127),
                   0,
                   -1 };
}

static void strike(Composer *c, Player *player, int32_t tick, int32_t ticks, const uint8_t *pitch, char mark,
                   int push)
{
    int first = mark == 't' ? 1 : 0, last = mark == 'b' ? 1 : player->how.voices;
    int hard = mark >= '1' && mark <= '9' ? (mark - '7') * 6 : 0;
    for (int v = first; v < last; v++)
        player_note(player, c, tone(tick, ticks, pitch[v], player->how.velocity + hard + push - (v ? 3 : 0)));
}

// A broken chord's tone: 1 is the lowest, past the top it goes on an octave up, 9 is the top.
static int arp_pitch(const Player *player, const uint8_t *pitch, char mark)
{
    int n = player->how.voices, at = mark == '9' ? n - 1 : mark - '1';
    return pitch[at % n] + at / n * 12;
}

static void play_step(Composer *c, Player *player, int32_t tick, int32_t ticks, const uint8_t *pitch,
                      char mark, int push)
{
    if (player->how.role != ROLE_ARP) {
        strike(c, player, tick, ticks, pitch, mark, push);
        return;
    }
    int accent = tick % c->bar_ticks == 0 ? 7 : tick % TICKS_PER_BEAT == 0 ? 3 : -2;
    player_note(player, c,
                tone(tick, ticks, arp_pitch(player, pitch, mark), player->how.velocity + accent + push));
}

// How a bar differs from the pattern: in the bar that turns, chords are inverted, a broken chord
// runs the other way, or the rhythm is borrowed from another pattern.
typedef struct Turn {
    int lift; // how many of the lowest tones go up an octave
    bool mirrored;
    const Pattern *rhythm; // NULL = the usual one
} Turn;

typedef struct BarView {
    const Pattern *pattern;
    const Voiced *voiced;
    int first_chord; // of the section, in the score
    int chord;       // current one
    Turn turn;
    uint8_t lifted[VOICES];
} BarView;

static Turn choose_turn(const Composer *c, const Player *player, const Section *section, int bar)
{
    if (!is_turn(c, section, bar))
        return (Turn){ 0 };
    Rng rng = turn_rng(c, player, section->bar + bar);
    Turn turn = { .lift = rng_between(&rng, 1, player->how.voices > 2 ? 2 : 1),
                  .mirrored = rng_chance(&rng, 60) };
    if (player->how.pattern_count > 1 && rng_chance(&rng, 50))
        turn.rhythm = &player->how.patterns[rng_below(&rng, player->how.pattern_count)];
    return turn;
}

static const uint8_t *voicing_at(const Composer *c, BarView *view, int32_t tick)
{
    while (view->chord + 1 < c->score->chord_count && c->score->chords[view->chord + 1].tick <= tick)
        view->chord++;
    const uint8_t *pitch =
        view->voiced->pitch + (view->chord - view->first_chord) % view->voiced->cycle * VOICES;
    for (int v = 0; v < VOICES; v++)
        view->lifted[v] = (uint8_t)(pitch[v] + (v < view->turn.lift ? 12 : 0));
    return view->turn.lift ? view->lifted : pitch;
}

static char mirrored(const Player *player, char mark)
{
    int at = (mark - '1') % player->how.voices;
    return (char)('1' + player->how.voices - 1 - at);
}

static void play_bar(Composer *c, Player *player, const Section *section, int bar, BarView *view)
{
    int32_t start = (section->bar + bar) * c->bar_ticks;
    int push = energy_push(section->energy);
    view->turn = choose_turn(c, player, section, bar);
    const Pattern *pattern = view->turn.rhythm ? view->turn.rhythm : view->pattern;
    for (int step = 0; step < c->steps; step++) {
        char mark = pattern_at(pattern, bar, step);
        int32_t at = step_tick(c, step);
        const uint8_t *pitch = voicing_at(c, view, start + at);
        if (mark == '.' || mark == '-' || at >= c->bar_ticks)
            continue;
        if (view->turn.mirrored && player->how.role == ROLE_ARP)
            mark = mirrored(player, mark);
        int hold = pattern_hold(pattern, bar, step, c->steps);
        int32_t end = step + hold >= c->steps ? c->bar_ticks : step_tick(c, step + hold);
        const Chord *chord = &c->score->chords[view->chord];
        int32_t chord_end = chord->tick + chord->ticks - start;
        end = player->how.role != ROLE_ARP && end > chord_end ? chord_end : end;
        play_step(c, player, start + at, end - at, pitch, mark, push);
    }
}

// Held chords: tones that two chords share are held on.
static void hold_chords(Composer *c, Player *player, const Section *section, BarView *view)
{
    int32_t start = section->bar * c->bar_ticks, end = start + section->bars * c->bar_ticks;
    for (int k = view->first_chord; k < c->score->chord_count && c->score->chords[k].tick < end; k++) {
        const Chord *chord = &c->score->chords[k];
        view->turn = choose_turn(c, player, section, (chord->tick - start) / c->bar_ticks);
        strike(c, player, chord->tick, chord->ticks, voicing_at(c, view, chord->tick), '7',
               energy_push(section->energy));
    }
}

static int first_chord_of(const Composer *c, const Section *section)
{
    int k = 0;
    while (k + 1 < c->score->chord_count && c->score->chords[k].tick < section->bar * c->bar_ticks)
        k++;
    return k;
}

void chords_write(Composer *c, Player *player)
{
    Voiced voiced[SECTION_COUNT] = { 0 };
    for (int i = 0; i < c->score->section_count; i++) {
        const Section *section = &c->score->sections[i];
        if (!plays(player, section))
            continue;
        if (voiced[section->label].cycle == 0)
            voice_label(c, player, section, &voiced[section->label]);
        int first = first_chord_of(c, section);
        BarView view = { .voiced = &voiced[section->label], .first_chord = first, .chord = first };
        if (player->how.pattern_count == 0) {
            hold_chords(c, player, section, &view);
            continue;
        }
        Rng rng = rng_named(c->seed, "chords/%d/%d", player->id, section->energy >= 70);
        view.pattern = &player->how.patterns[rng_below(&rng, player->how.pattern_count)];
        for (int bar = 0; bar < section->bars; bar++)
            play_bar(c, player, section, bar, &view);
    }
}
