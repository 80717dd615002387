// The song's key, a progression for each kind of section, and all chords in order.
#include "score/composer.h"

static void plan_key(Composer *c)
{
    Key key = c->brief->key;
    Rng rng = rng_named(c->seed, "key");
    int tonic = rng_below(&rng, 12);
    if (key.tonic < 0) {
        static const uint16_t flat_majors = 1 << 5 | 1 << 10 | 1 << 3 | 1 << 8 | 1 << 1;
        static const uint16_t flat_minors = 1 << 2 | 1 << 7 | 1 << 0 | 1 << 5 | 1 << 10 | 1 << 3;
        key.tonic = tonic;
        key.flats =
            (c->brief->key.mode >= 0 && !mode_is_minor(c->brief->key.mode) ? flat_majors : flat_minors) &
            1 << tonic;
    }
    if (key.mode < 0) {
        // Bright words make major modes likelier, dark words minor ones.
        int weights[MODE_COUNT], valence = c->brief->mood.valence;
        for (int m = 0; m < MODE_COUNT; m++) {
            int lean = mode_is_minor((Mode)m) ? -valence : valence;
            weights[m] = c->style->mode_weights[m] * clamp_int(100 + 3 * lean, 4, 400);
        }
        Rng mode_rng = rng_named(c->seed, "mode");
        key.mode = (Mode)rng_weighted(&mode_rng, weights, MODE_COUNT);
    }
    c->score->key = key;
}

static bool fits(const HarmChoice *harm, int section, Mode mode, bool any_mode)
{
    if (harm->section != section)
        return false;
    return any_mode ? mode_is_minor(harm->mode) == mode_is_minor(mode) : harm->mode == mode;
}

// A weighted choice among the style's progressions for `section` (-1: for any), but not `taken`.
static const HarmChoice *choose_harm(const Composer *c, int label, int section, bool any_mode,
                                     const HarmChoice *taken)
{
    int weights[STYLE_HARMS], sum = 0;
    for (int i = 0; i < c->style->harm_count; i++) {
        const HarmChoice *harm = &c->style->harms[i];
        weights[i] = fits(harm, section, c->score->key.mode, any_mode) && harm != taken ? harm->weight : 0;
        if (is_short(c) && harm->progression.bars <= 4)
            weights[i] *= 4; // what is short must come back soon
        sum += weights[i];
    }
    Rng rng = rng_named(c->seed, "harmony/%d", label);
    return sum ? &c->style->harms[rng_weighted(&rng, weights, c->style->harm_count)] : NULL;
}

static const HarmChoice *harm_for(const Composer *c, SectionKind kind)
{
    static const SectionKind like[SECTION_COUNT] = {
        [SECTION_INTRO] = SECTION_VERSE,         [SECTION_VERSE] = SECTION_VERSE,
        [SECTION_PRECHORUS] = SECTION_PRECHORUS, [SECTION_CHORUS] = SECTION_CHORUS,
        [SECTION_BRIDGE] = SECTION_BRIDGE,       [SECTION_SOLO] = SECTION_VERSE,
        [SECTION_BREAK] = SECTION_VERSE,         [SECTION_BUILD] = SECTION_CHORUS,
        [SECTION_OUTRO] = SECTION_VERSE,
    };
    SectionKind base = is_tiny(c) ? SECTION_VERSE : like[kind];
    const HarmChoice *taken = base == SECTION_VERSE ? NULL : harm_for(c, SECTION_VERSE);
    for (int any_mode = 0; any_mode < 2; any_mode++) {
        const HarmChoice *own = choose_harm(c, (int)base, (int)base, any_mode, taken);
        const HarmChoice *any = own ? own : choose_harm(c, (int)base, -1, any_mode, taken);
        if (any)
            return any;
    }
    return taken ? taken : &c->style->harms[0];
}

// Beats of piece `index` among `share` pieces of a bar begin here.
static int32_t piece_tick(const Composer *c, int index, int share)
{
    int beats = c->score->beats;
    if (beats % share != 0 && c->bar_ticks % share == 0 && beats < share)
        return c->bar_ticks / share * index;
    return c->bar_ticks / beats * ((index * beats + share - 1) / share);
}

static void chord_add(Composer *c, int32_t tick, int32_t ticks, const Roman *roman, bool foreign)
{
    Score *s = c->score;
    Chord *chord = &s->chords[s->chord_count++];
    chord->tick = tick;
    chord->ticks = ticks;
    chord->name = roman->text;
    roman_in_key(roman, s->key, foreign, &chord->root, &chord->bass, &chord->tones);
}

static void section_chords(Composer *c, const Section *section)
{
    const HarmChoice *harm = c->harm[section->label];
    const Progression *p = &harm->progression;
    bool foreign = harm->mode != c->score->key.mode;
    int at = 0;
    for (int bar = 0; bar < section->bars; bar++) {
        int share = p->chords[at].share;
        int32_t start = (section->bar + bar) * c->bar_ticks;
        for (int i = 0; i < share; i++) {
            int32_t from = piece_tick(c, i, share),
                    to = i + 1 < share ? piece_tick(c, i + 1, share) : c->bar_ticks;
            if (to > from)
                chord_add(c, start + from, to - from, &p->chords[at + i], foreign);
        }
        at = (at + share) % p->count;
    }
}

void plan_harmony(Composer *c)
{
    Score *s = c->score;
    plan_key(c);
    for (int k = 0; k < SECTION_COUNT; k++)
        c->harm[k] = harm_for(c, (SectionKind)k);

    int bars = s->ticks / c->bar_ticks;
    s->chords = ARENA_ARRAY(c->arena, Chord, (size_t)bars * BAR_CHORDS_MAX + 2);
    for (int i = 0; i < s->section_count; i++)
        section_chords(c, &s->sections[i]);

    if (s->ending == ENDING_RING || s->ending == ENDING_COLD) {
        static const Roman major_home = { STR_INIT("I"), 0, 0, 1 | 1 << 4 | 1 << 7, 0, 1 };
        static const Roman minor_home = { STR_INIT("i"), 0, 0, 1 | 1 << 3 | 1 << 7, 0, 1 };
        int32_t ring = song_ticks(c) - s->ticks;
        chord_add(c, s->ticks, ring > 1 ? ring : 1, mode_is_minor(s->key.mode) ? &minor_home : &major_home,
                  false);
    }
}

const Chord *chord_at(const Score *score, int32_t tick)
{
    int low = 0, high = score->chord_count - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (score->chords[middle].tick <= tick)
            low = middle;
        else
            high = middle - 1;
    }
    return &score->chords[low];
}

bool chord_has(const Chord *chord, int pitch)
{
    return chord->tones & 1 << pitch % 12;
}
