// Metre, tempo, length and sections. What was asked is met exactly: the tempo when it was said,
// the length always. Where the tempo is free it moves a little so that the bars come out even.
#include "score/composer.h"

enum {
    RING_MS = 2600, // how long the last chord rings when nothing forces another length
    RING_LEAST_MS = 1500,
    RING_MOST_MS = 4400,
    SHORT_BARS = 44,
    TINY_MS = 62000,
    COLD_MS = 900,  // a sudden end
    TEMPO_GIVE = 4, // percent by which a free tempo may move to fit the length
    LOOP_GIVE = 9,  // the same for a loop, which has no last chord to give
};

int clamp_int(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static int64_t bars_us(const Composer *c, int bars, int bpm_milli)
{
    return (int64_t)bars * c->bar_ticks * 60000000 / TICKS_PER_BEAT * 1000 / bpm_milli;
}

static void plan_metre(Composer *c)
{
    const Brief *b = c->brief;
    c->score->beats = b->beats ? b->beats : c->style->beats;
    c->score->beat_unit = b->beats ? b->beat_unit : c->style->beat_unit;
    c->bar_ticks = score_bar_ticks(c->score);
    c->step_ticks = c->style->beats * 4 * TICKS_PER_BEAT / c->style->beat_unit / c->style->grid;
    c->steps = (c->bar_ticks + c->step_ticks - 1) / c->step_ticks;

    Rng rng = rng_named(c->seed, "swing");
    c->swing = rng_between(&rng, c->style->swing_low, c->style->swing_high);
}

// A tempo of the style, drawn towards what moods and tempo words ask for.
static int drawn_bpm_milli(const Composer *c)
{
    const Style *s = c->style;
    Rng rng = rng_named(c->seed, "tempo");
    int push = c->brief->tempo_push + c->brief->mood.energy / 3;
    int low = s->bpm_low, high = s->bpm_high, middle = s->bpm_typical;
    int bpm = (middle * 2 + rng_between(&rng, low, middle) + rng_between(&rng, middle, high)) / 4;
    bpm += push > 0 ? (high - bpm) * push / 100 : (bpm - low) * push / 100;
    return clamp_int(bpm, low, high) * 1000;
}

static int ring_ms(const Composer *c)
{
    switch (c->score->ending) {
    case ENDING_COLD:
        return COLD_MS;
    case ENDING_FADE:
    case ENDING_LOOP:
        return 0;
    default:
        return RING_MS;
    }
}

// Tries tempos near `bpm_milli` for whole groups of `unit` bars and a good ring at the end.
static bool fit_tempo(Composer *c, int length_ms, int unit, int *bpm_milli, int *bars)
{
    int wanted = *bpm_milli, best = 1 << 30;
    int least = ring_ms(c) ? RING_LEAST_MS : 0, most = ring_ms(c) ? RING_MOST_MS : 40;
    int give = wanted / 100 * (ring_ms(c) ? TEMPO_GIVE : LOOP_GIVE), lowest = (wanted - give) / 1000 * 1000;
    for (int bpm = lowest; bpm <= wanted + give; bpm += 100) {
        int64_t group_us = bars_us(c, unit, bpm);
        int groups = (int)(((int64_t)length_ms - least) * 1000 / group_us);
        int ring = (int)(length_ms - bars_us(c, groups * unit, bpm) / 1000);
        int off = ring > RING_MS ? ring - RING_MS : RING_MS - ring;
        int cost = off / 8 + (bpm > wanted ? bpm - wanted : wanted - bpm) / 20 + (bpm % 1000 ? 60 : 0);
        if (groups < 1 || ring < least || ring > most || cost >= best)
            continue;
        best = cost;
        *bpm_milli = bpm;
        *bars = groups * unit;
    }
    return best < 1 << 30;
}

static int form_bars(const FormWish *form, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += form[i].bars;
    return sum;
}

// How long a song is when nobody says: as its form's template when that is near the style's usual
// length, else that length in groups of eight bars.
static int usual_length(const Composer *c, int template_bars)
{
    int bpm = c->score->bpm_milli;
    int64_t natural_us = bars_us(c, template_bars, bpm), style_us = (int64_t)c->style->length_ms * 1000;
    if (natural_us * 10 > style_us * 6 && natural_us * 10 < style_us * 15)
        return template_bars;
    int groups = (int)(style_us / bars_us(c, 8, bpm));
    return groups > 0 ? groups * 8 : 8;
}

// Bars, tempo and length together. `natural` is the asked form's own number of bars, 0 when none
// was asked; `usual` is the template's.
static int plan_length(Composer *c, int natural, int usual)
{
    const Brief *b = c->brief;
    Score *s = c->score;
    s->bpm_milli = b->bpm_milli ? b->bpm_milli : drawn_bpm_milli(c);
    int bars = b->bars ? b->bars : natural;
    if (b->length_ms == 0 && bars == 0)
        bars = usual_length(c, usual);
    if (b->length_ms == 0) {
        int64_t most_us = ((int64_t)SECONDS_MAX * 1000 - ring_ms(c)) * 1000;
        bars = clamp_int(bars, 1, (int)(most_us / bars_us(c, 1, s->bpm_milli)));
        s->length_ms = (int)(bars_us(c, bars, s->bpm_milli) / 1000) + ring_ms(c);
        return bars;
    }

    s->length_ms = b->length_ms;
    int exact = (int)(((int64_t)s->length_ms - (ring_ms(c) ? RING_LEAST_MS : 0)) * 1000 /
                      bars_us(c, 1, s->bpm_milli));
    if (s->ending == ENDING_FADE || s->ending == ENDING_LOOP)
        exact =
            (int)((int64_t)s->length_ms * 1000 / bars_us(c, 1, s->bpm_milli)) + (s->ending == ENDING_FADE);
    if (b->bpm_milli == 0 && !fit_tempo(c, s->length_ms, 8, &s->bpm_milli, &exact) &&
        !fit_tempo(c, s->length_ms, 4, &s->bpm_milli, &exact) &&
        !fit_tempo(c, s->length_ms, 2, &s->bpm_milli, &exact))
        (void)fit_tempo(c, s->length_ms, 1, &s->bpm_milli, &exact);
    return exact < 1 ? 1 : exact;
}

// How readily a section is left out of a short song; 0 = never. What is heard once goes before what
// comes back, for a short song needs its repetitions most.
static int spare(const FormWish *form, int at)
{
    static const int readiness[SECTION_COUNT] = {
        [SECTION_SOLO] = 9, [SECTION_BRIDGE] = 8, [SECTION_BREAK] = 7, [SECTION_BUILD] = 5,
        [SECTION_PRECHORUS] = 6, [SECTION_OUTRO] = 3, [SECTION_INTRO] = 2,
    };
    int seen = 0;
    for (int i = 0; i < at; i++)
        seen += form[i].section == form[at].section;
    return seen > 1 ? 10 + seen : seen == 1 ? (readiness[form[at].section] ? 10 : 4) : readiness[form[at].section];
}

// The fewest bars that a section makes sense with, in a song of so many.
static int least_bars(SectionKind kind, int bars)
{
    bool small = kind == SECTION_INTRO || kind == SECTION_OUTRO || kind == SECTION_PRECHORUS || kind == SECTION_BUILD;
    return small ? (bars < 24 ? 2 : 4) : bars < SHORT_BARS ? 4 : 8;
}

static int form_least(const FormWish *form, int count, int bars)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += least_bars(form[i].section, bars);
    return sum;
}

static void form_remove(FormWish *form, int *count, int at)
{
    for (int i = at; i + 1 < *count; i++)
        form[i] = form[i + 1];
    (*count)--;
}

static void form_shorten(FormWish *form, int *count, int bars)
{
    while (*count > 1 && form_least(form, *count, bars) > bars) {
        int best = -1;
        for (int i = 0; i < *count; i++)
            if (spare(form, i) > 0 &&
                (best < 0 || spare(form, i) >= spare(form, best)))
                best = i;
        form_remove(form, count, best < 0 ? *count - 1 : best);
    }
}

// Repeats the middle of the form until it is about as long as the song.
static void form_lengthen(FormWish *form, int *count, int bars)
{
    int first = form[0].section == SECTION_INTRO && *count > 1 ? 1 : 0;
    int last = *count - (form[*count - 1].section == SECTION_OUTRO && *count > first + 1 ? 1 : 0);
    int core = last - first, core_bars = form_bars(form + first, core);
    while (core > 0 && *count + core <= FORM_MAX &&
           form_bars(form, *count) * 10 + core_bars * 5 < bars * 10) {
        for (int i = *count - 1; i >= last; i--)
            form[i + core] = form[i];
        for (int i = 0; i < core; i++)
            form[last + i] = form[first + i];
        *count += core;
        last += core;
    }
}

static void choose_template(const Composer *c, FormWish *form, int *count)
{
    int weights[STYLE_FORMS];
    for (int i = 0; i < c->style->form_count; i++)
        weights[i] = c->style->forms[i].weight;
    Rng rng = rng_named(c->seed, "form");
    const FormTemplate *t = &c->style->forms[rng_weighted(&rng, weights, c->style->form_count)];
    *count = t->count;
    for (int i = 0; i < t->count; i++)
        form[i] = t->sections[i];
}

static int usual_bars(SectionKind kind)
{
    return kind == SECTION_INTRO || kind == SECTION_OUTRO || kind == SECTION_PRECHORUS ||
                   kind == SECTION_BUILD
               ? 4
               : 8;
}

// How badly a section wants one more step of bars (`sign` 1) or one less (-1). Single bars go to the
// song's edges, where they are heard least.
static int eagerness(const FormWish *section, int wanted_milli, int sign, bool single, int place)
{
    bool edge = section->section == SECTION_OUTRO || section->section == SECTION_INTRO;
    return sign * (wanted_milli - section->bars * 1000) + (single ? place + (edge ? 100000 : 0) : 0);
}

// The section that takes or gives the next step; those with asked bars only when no other can.
static int next_to_change(const FormWish *form, const bool *fixed, const int *wanted, int count, int sign,
                          int step)
{
    int best = -1;
    for (int pass = 0; pass < 2 && best < 0; pass++) {
        for (int i = 0; i < count; i++) {
            bool can = (sign > 0 || form[i].bars > step) && (pass == 1 || !fixed[i]);
            if (can && (best < 0 || eagerness(&form[i], wanted[i], sign, step == 1, i) >
                                        eagerness(&form[best], wanted[best], sign, step == 1, best)))
                best = i;
        }
    }
    return best < 0 ? count - 1 : best;
}

// Gives the sections bars that sum to `bars`, near their template, in groups of `unit`. Sections
// whose bars were asked for (`fixed`) keep them while any other can give.
static void share_bars(FormWish *form, const bool *fixed, int count, int bars, int unit)
{
    int natural = form_bars(form, count), kept = 0, wanted[FORM_MAX];
    for (int i = 0; i < count; i++)
        kept += fixed[i] ? form[i].bars : 0;
    int loose = natural - kept, room = bars > kept ? bars - kept : 0;
    for (int i = 0; i < count; i++) {
        wanted[i] = form[i].bars * 1000;
        if (fixed[i])
            continue;
        wanted[i] = (int)((int64_t)wanted[i] * room / (loose ? loose : 1));
        form[i].bars =
            clamp_int((wanted[i] + unit * 500) / (unit * 1000) * unit, unit < bars ? unit : 1, bars);
    }
    for (int off = bars - form_bars(form, count); off != 0; off = bars - form_bars(form, count)) {
        int sign = off > 0 ? 1 : -1, step = off * sign >= unit ? unit : 1;
        int at = next_to_change(form, fixed, wanted, count, sign, step);
        if (form[at].bars <= step && sign < 0)
            step = 1; // all are as short as a step
        form[at].bars += sign * step;
    }
}

static void name_sections(Composer *c, const FormWish *form, int count)
{
    Score *s = c->score;
    int seen[SECTION_COUNT] = { 0 }, bar = 0;
    for (int i = 0; i < count; i++) {
        SectionKind kind = form[i].section;
        if (form[i].bars <= 0)
            continue;
        int energy =
            c->style->energy[kind] + c->brief->mood.energy / 6 + 4 * (seen[kind] < 3 ? seen[kind] : 3);
        s->sections[s->section_count++] =
            (Section){ kind, (int)kind, bar, form[i].bars, clamp_int(energy, 5, 100) };
        seen[kind]++;
        bar += form[i].bars;
    }
    s->ticks = bar * c->bar_ticks;
}

static bool section_banned(const Brief *brief, SectionKind kind)
{
    for (int i = 0; i < brief->without_count; i++)
        if (str_equal(brief->without[i], str_of(section_names[kind])))
            return true;
    return false;
}

// Where a section belongs that the template has not: before the last chorus, unless its name says more.
static int place_for(const FormWish *form, int count, SectionKind kind)
{
    int end = count && form[count - 1].section == SECTION_OUTRO ? count - 1 : count;
    if (kind == SECTION_INTRO || kind == SECTION_OUTRO)
        return kind == SECTION_INTRO ? 0 : count;
    for (int i = 0; kind == SECTION_PRECHORUS && i < count; i++)
        if (form[i].section == SECTION_CHORUS)
            return i;
    for (int i = end - 1; i > 0; i--)
        if (form[i].section == SECTION_CHORUS)
            return i;
    return end;
}

// Sections that must occur, without being the whole form: "a four bar intro", "with a guitar solo".
static void form_include(const Brief *brief, FormWish *form, bool *fixed, int *count)
{
    for (int w = 0; w < brief->form_count; w++) {
        const FormWish *wish = &brief->form[w];
        int at = 0;
        while (at < *count && form[at].section != wish->section)
            at++;
        if (at == *count && *count < FORM_MAX) {
            at = place_for(form, *count, wish->section);
            for (int i = (*count)++; i > at; i--) {
                form[i] = form[i - 1];
                fixed[i] = fixed[i - 1];
            }
            form[at] = (FormWish){ wish->section, usual_bars(wish->section) };
            fixed[at] = false;
        }
        if (at < *count && wish->bars > 0) {
            form[at].bars = wish->bars;
            fixed[at] = true;
        }
    }
}

static void form_without(const Brief *brief, FormWish *form, int *count)
{
    for (int i = *count - 1; i >= 0 && *count > 1; i--)
        if (section_banned(brief, form[i].section))
            form_remove(form, count, i);
}

void plan_time(Composer *c)
{
    const Brief *b = c->brief;
    FormWish form[FORM_MAX];
    bool fixed[FORM_MAX] = { false }, whole = b->form_count > 0 && b->form_whole;
    int count = 0;

    plan_metre(c);
    c->score->ending = b->ending == ENDING_UNSTATED ? ENDING_RING : b->ending;
    for (; whole && count < b->form_count; count++) {
        fixed[count] = b->form[count].bars > 0;
        form[count] = b->form[count];
        form[count].bars = fixed[count] ? form[count].bars : usual_bars(form[count].section);
    }
    if (!whole) {
        choose_template(c, form, &count);
        form_without(b, form, &count);
        if (b->length_ms == 0 && b->bars == 0)
            form_include(b, form, fixed, &count); // the song is as long as its sections
    }
    int natural = form_bars(form, count), bars = plan_length(c, whole ? natural : 0, natural);
    if (!whole) {
        form_shorten(form, &count, bars);
        form_lengthen(form, &count, bars);
        form_include(b, form, fixed, &count);
    }
    while (count > bars)
        form_remove(form, &count, count - 1);
    share_bars(form, fixed, count, bars, bars >= 24 ? 4 : bars >= 8 ? 2 : 1);
    name_sections(c, form, count);
}

int32_t score_bar_ticks(const Score *score)
{
    return score->beats * 4 * TICKS_PER_BEAT / score->beat_unit;
}

int64_t score_frame(const Score *score, int64_t tick, int rate_hz)
{
    return (tick * 60 * rate_hz * 1000 + TICKS_PER_BEAT * (int64_t)score->bpm_milli / 2) /
           (TICKS_PER_BEAT * (int64_t)score->bpm_milli);
}

int32_t step_tick(const Composer *c, int index)
{
    int32_t straight = index * c->step_ticks;
    if (c->swing == 50 || index % 2 == 0)
        return straight;
    return straight - c->step_ticks + 2 * c->step_ticks * c->swing / 100;
}

// A song that rings has one bar more: the last chord's, on the downbeat behind the sections.
int32_t song_ticks(const Composer *c)
{
    int64_t whole = (int64_t)c->score->length_ms * TICKS_PER_BEAT * c->score->bpm_milli / 60000000;
    return (int32_t)whole;
}

bool is_turn(const Composer *c, const Section *section, int bar)
{
    // In a very short song only every second of its short sections turns.
    bool long_enough = section->bars >= 6 || (section->bars >= 3 && (!is_tiny(c) || section->bar / section->bars % 2));
    return long_enough && (bar % 8 == 7 || bar == section->bars - 1);
}

Rng turn_rng(const Composer *c, const Player *player, int song_bar)
{
    return rng_named(c->seed, "turn/%d/%d", player->id, song_bar);
}

int energy_push(int energy)
{
    return (energy - 68) * 2 / 5;
}

bool is_short(const Composer *c)
{
    return c->score->ticks < SHORT_BARS * c->bar_ticks;
}

bool is_tiny(const Composer *c)
{
    return c->score->length_ms < TINY_MS;
}
