// Bass lines: patterns of chord degrees, and walking lines that lead from root to root.
#include "score/composer.h"

static int near_low(const Player *player, int pitch_class)
{
    int pitch = player->how.low + (pitch_class - player->how.low % 12 + 12) % 12;
    // The lower half of the first octave is warmest; above it the octave below may be had too.
    return pitch;
}

static int degree_pitch(const Chord *chord, int root, char mark)
{
    static const int thirds[2] = { 4, 3 }, sevenths[3] = { 10, 11, 9 };
    switch (mark) {
    case '8':
    case 'o':
        return root + 12;
    case '5':
    case 'f':
        return chord_has(chord, root + 7) ? root + 7 : chord_has(chord, root + 6) ? root + 6 : root + 8;
    case '3':
    case 't':
        for (int i = 0; i < 2; i++)
            if (chord_has(chord, root + thirds[i]))
                return root + thirds[i];
        return root + 7;
    case '7':
    case 's':
        for (int i = 0; i < 3; i++)
            if (chord_has(chord, root + sevenths[i]))
                return root + sevenths[i];
        return root + 12;
    default:
        return root;
    }
}

static int approach_pitch(const Composer *c, const Player *player, int from, int next_root, Rng *rng)
{
    uint16_t scale = mode_tones(c->score->key.mode, c->score->key.tonic);
    int below = next_root - 1, above = next_root + (scale & 1 << (next_root + 1) % 12 ? 1 : 2);
    bool rise = from < next_root || below < player->how.low;
    if (rng_chance(rng, 25))
        rise = !rise && above <= player->how.high;
    int pitch = rise ? below : above;
    return pitch < player->how.low ? above : pitch;
}

// A walking step: from `from` towards `goal` by the scale, on strong beats by chord tones.
static int walk_pitch(const Composer *c, const Player *player, const Chord *chord, int from, int goal, bool strong)
{
    uint16_t tones = strong ? chord->tones : (uint16_t)(mode_tones(c->score->key.mode, c->score->key.tonic) | chord->tones);
    int way = goal > from || from <= player->how.low + 2 ? 1 : -1;
    int pitch = from + way;
    while (!(tones & 1 << pitch % 12) && pitch > player->how.low && pitch < player->how.high)
        pitch += way;
    return clamp_int(pitch, player->how.low, player->how.high);
}

static bool is_soft(char mark)
{
    return mark == 'r' || mark == 'o' || mark == 'f' || mark == 't' || mark == 's';
}

typedef struct BassLine {
    int last;     // pitch of the note before
    int walked;   // notes walked since the chord began
    Rng rng;
} BassLine;

static int bass_pitch(const Composer *c, const Player *player, BassLine *line, int32_t tick, char mark)
{
    const Chord *chord = chord_at(c->score, tick);
    int32_t next_tick = chord->tick + chord->ticks;
    const Chord *next = chord_at(c->score, next_tick < c->score->ticks ? next_tick : 0);
    int root = near_low(player, chord->bass), next_root = near_low(player, next->bass);
    if (mark == 'a')
        return approach_pitch(c, player, line->last ? line->last : root, next_root, &line->rng);
    if (mark != 'w') {
        int pitch = degree_pitch(chord, root, mark);
        return pitch > player->how.high ? pitch - 12 : pitch;
    }
    if (tick - chord->tick < TICKS_PER_BEAT / 2) // the chord's first beat states its root
        return line->last && line->last - root > 6 && root + 12 <= player->how.high ? root + 12 : root;
    if (next_tick - tick <= TICKS_PER_BEAT)
        return approach_pitch(c, player, line->last, next_root, &line->rng);
    int goal = line->last <= (player->how.low + player->how.high) / 2 ? player->how.high : player->how.low;
    bool strong = (tick - chord->tick) / TICKS_PER_BEAT % 2 == 0;
    return walk_pitch(c, player, chord, line->last, goal, strong);
}

// The end of a bar that turns: instead of its pattern a short run, or a leap of an octave, into
// the next root. Returns the step from which it plays.
static int bass_turn(Composer *c, Player *player, const Section *section, int bar, BassLine *line)
{
    Rng rng = turn_rng(c, player, section->bar + bar);
    int beat_steps = c->steps / c->score->beats, notes = rng_between(&rng, 2, 3);
    int from = c->steps - beat_steps * (notes == 3 && c->score->beats > 2 ? 2 : 1);
    int32_t start = (section->bar + bar) * c->bar_ticks;
    int32_t first = step_tick(c, from), each = (c->bar_ticks - first) / notes;
    const Chord *next = chord_at(c->score, start + c->bar_ticks < c->score->ticks ? start + c->bar_ticks : 0);
    uint16_t scale = mode_tones(c->score->key.mode, c->score->key.tonic);
    int goal = near_low(player, next->bass), way = goal > line->last ? -1 : 1, pitch = goal;
    bool leap = rng_chance(&rng, 35);
    for (int i = notes - 1; i >= 0; i--) {
        do
            pitch += way;
        while (!leap && !(scale & 1 << (pitch + 120) % 12));
        int played = leap ? goal + (i % 2 ? 12 : 0) : pitch;
        played = played < player->how.low ? played + 12 : played;
        player_note(player, c, (Note){ start + first + i * each, each * 9 / 10, (uint8_t)clamp_int(played, 0, 127),
                                       (uint8_t)clamp_int(player->how.velocity - 4 + i * 2, 1, 127), 0, -1 });
    }
    return from;
}

static void bass_bar(Composer *c, Player *player, const Section *section, int bar, const Pattern *pattern, BassLine *line)
{
    int32_t start = (section->bar + bar) * c->bar_ticks;
    int to = is_turn(c, section, bar) && line->last ? bass_turn(c, player, section, bar, line) : c->steps;
    for (int step = 0; step < to; step++) {
        char mark = pattern_at(pattern, bar, step);
        int32_t at = step_tick(c, step);
        if (mark == '.' || mark == '-' || at >= c->bar_ticks)
            continue;
        int hold = pattern_hold(pattern, bar, step, to);
        int32_t end = step + hold >= c->steps ? c->bar_ticks : step_tick(c, step + hold);
        int pitch = bass_pitch(c, player, line, start + at, mark);
        int velocity = player->how.velocity + (is_soft(mark) ? -18 : 0) + (step == 0 ? 6 : 0) + energy_push(section->energy);
        player_note(player, c, (Note){ start + at, end - at, (uint8_t)clamp_int(pitch, 0, 127),
                                       (uint8_t)clamp_int(velocity, 1, 127), 0, -1 });
        line->last = pitch;
    }
}

// Without a pattern the bass holds each chord's root.
static void bass_hold(Composer *c, Player *player, const Section *section)
{
    int32_t start = section->bar * c->bar_ticks, end = start + section->bars * c->bar_ticks;
    for (int k = 0; k < c->score->chord_count; k++) {
        const Chord *chord = &c->score->chords[k];
        if (chord->tick >= start && chord->tick < end)
            player_note(player, c, (Note){ chord->tick, chord->ticks, (uint8_t)near_low(player, chord->bass),
                                           (uint8_t)clamp_int(player->how.velocity + energy_push(section->energy), 1, 127), 0, -1 });
    }
}

void bass_write(Composer *c, Player *player)
{
    for (int i = 0; i < c->score->section_count; i++) {
        const Section *section = &c->score->sections[i];
        if (!plays(player, section))
            continue;
        if (player->how.pattern_count == 0) {
            bass_hold(c, player, section);
            continue;
        }
        Rng choice = rng_named(c->seed, "bass/%d", section->energy >= 70);
        const Pattern *pattern = &player->how.patterns[rng_below(&choice, player->how.pattern_count)];
        // The same stream for each section of a label, so that the line returns with it.
        BassLine line = { .rng = rng_named(c->seed, "bass line/%d", section->label) };
        for (int bar = 0; bar < section->bars; bar++)
            bass_bar(c, player, section, bar, pattern, &line);
    }
    Rng rng = rng_named(c->seed, "bass glide");
    for (int i = 1; i < player->count && player->how.glide; i++)
        if (rng_chance(&rng, player->how.glide) && player->notes[i].pitch != player->notes[i - 1].pitch)
            player->notes[i].from = player->notes[i - 1].pitch;
}
