#include "synth/analog_group.h"

#include <string.h>

#include "dsp/block.h"
#include "dsp/turn.h"

static const float SILENT = 4e-4f;        // -68 dB: a fading voice ends here
static const float HIGHEST_TURNS = 0.23f; // of an oscillator: its edges need four frames a turn

typedef struct Rows {  // one block of each voice; silent voices share a row that nobody reads
    unsigned sounding; // a bit each
    float *left[ANALOG_LANES], *right[ANALOG_LANES];
} Rows;

// Turns per frame of the key, with all that bends it.
static f8 move_pitch(const AnalogDesign *design, AnalogGroup *g)
{
    const Sound *s = design->sound;
    const float block_s = (float)BLOCK_FRAMES / RATE_HZ;
    f8 zero = f8_set(0.0f), one = f8_set(1.0f);
    g->age += 1.0f;
    g->glide = f8_sign(f8_max(f8_abs(g->glide) - g->glide_by, zero), g->glide);
    g->bend *= design->bend_keep;

    f8 time = g->age * block_s;
    f8 turn = time * s->vibrato_hz + 0.5f;
    f8 swing = f8_sin_turns(turn - f8_from_int(f8_to_int(turn)) - 0.5f);
    f8 fade = f8_min(f8_max((time - s->vibrato_delay_s) * 3.0f, zero), one);
    f8 key = g->key + g->glide + g->bend + swing * fade * (s->vibrato_cents * 0.01f);
    return f8_exp2((key - 69.0f) * (1.0f / 12.0f)) * (440.0f / RATE_HZ);
}

static void move_osc(const AnalogDesign *design, AnalogGroup *g, int o, f8 turns, f8 swing)
{
    const SoundOsc *sound = &design->sound->osc[o];
    const float share = 1.0f / BLOCK_FRAMES;
    Osc *osc = &g->osc[o];
    f8 own = f8_min(turns * g->ratio[o], f8_set(HIGHEST_TURNS));
    osc_tune(osc, &own);
    if (sound->wave == OSC_NOISE)
        osc->step = w8_set(1);
    if (sound->wave == OSC_FM)
        osc->mod_step = w8_step(f8_min(turns * g->mod_ratio[o], f8_set(0.45f)));
    osc->width = w8_step(sound->width + sound->width_sway * swing);

    g->level[o] = g->floor[o] + (g->level[o] - g->floor[o]) * design->keep[o];
    float pan = sound->pan;
    osc->left_by = (g->level[o] * (pan > 0.0f ? 1.0f - pan : 1.0f) - osc->left) * share;
    osc->right_by = (g->level[o] * (pan < 0.0f ? 1.0f + pan : 1.0f) - osc->right) * share;
    f8 index = g->index_floor[o] + (osc->index - g->index_floor[o]) * design->index_keep[o];
    osc->index_by = (index - osc->index) * share;
}

static void move_filter(const AnalogDesign *design, AnalogGroup *g, f8 swing)
{
    const Sound *s = design->sound;
    f8 octaves = g->cutoff + g->tone.level * s->sweep + swing * s->sway;
    f8 turns = f8_min(f8_exp2(octaves) * (1.0f / RATE_HZ), f8_set(0.44f));
    f8 flat = f8_set(s->q > 0.75f ? 1.2f : 1.8478f); // the first of a steep pair; 1.85 and 0.77: Butterworth
    f8 second = s->q > 0.75f ? g->k : f8_set(0.7654f);
    bool steep = s->filter == FILTER_LOW24;
    svf_sweep(&g->sweep[0], &turns, steep ? &flat : &g->k, &g->jump);
    if (steep)
        svf_sweep(&g->sweep[1], &turns, &second, &g->jump);
}

LANES_INLINE f8 low_twice(f8 x)
{
    return __builtin_shufflevector(x, x, 0, 1, 2, 3, 0, 1, 2, 3);
}

LANES_INLINE f8 low_of(f8 a, f8 b) // the low halves of both
{
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
}

LANES_INLINE f8 high_of(f8 a, f8 b)
{
    return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}

static void run_filter(SvfLanes *state, SvfSweep *sweep, SoundFilter filter, f8 *left, f8 *right)
{
    if (filter == FILTER_LOW24)
        svf_run_steep(state, sweep, left, right);
    else
        svf_run_lanes(state, SVF_LOW, sweep, left, right);
}

// One side of eight voices.
static void filter_mono(AnalogGroup *g, SoundFilter filter, Rows *rows)
{
    f8 lanes[BLOCK_FRAMES];
    turn_to_lanes(rows->left, lanes);
    run_filter(g->filter, g->sweep, filter, lanes, NULL);
    turn_to_rows(lanes, rows->left);
}

static void filter_stereo(AnalogGroup *g, SoundFilter filter, Rows *rows)
{
    f8 left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    turn_to_lanes(rows->left, left);
    turn_to_lanes(rows->right, right);
    run_filter(g->filter, g->sweep, filter, left, right);
    turn_to_rows(left, rows->left);
    turn_to_rows(right, rows->right);
}

// Where only the first four voices sound, both their sides fit into one vector.
static void filter_four(AnalogGroup *g, SoundFilter filter, Rows *rows)
{
    SvfLanes state[4];
    SvfSweep sweep[2];
    for (int i = 0; i < 2; i++) {
        const SvfSweep *s = &g->sweep[i];
        const SvfLanes *f = &g->filter[2 * i];
        sweep[i] = (SvfSweep){ low_twice(s->keep), low_twice(s->a2),  low_twice(s->a3), low_twice(s->keep_by),
                               low_twice(s->by2),  low_twice(s->by3), low_twice(s->k) };
        state[2 * i] = (SvfLanes){ low_of(f[0].s1, f[1].s1), low_of(f[0].s2, f[1].s2) };
    }
    float *both[ANALOG_LANES];
    for (int i = 0; i < 4; i++) {
        both[i] = rows->left[i];
        both[i + 4] = rows->right[i];
    }
    f8 lanes[BLOCK_FRAMES];
    turn_to_lanes(both, lanes);
    run_filter(state, sweep, filter, lanes, NULL);
    turn_to_rows(lanes, both);
    for (int i = 0; i < 2; i++) {
        SvfLanes *f = &g->filter[2 * i];
        f[0] = state[2 * i];
        f[1] = (SvfLanes){ high_of(f[0].s1, f[0].s1), high_of(f[0].s2, f[0].s2) };
        g->sweep[i] = sweep[i];
    }
}

static void filter_rows(const AnalogDesign *design, AnalogGroup *g, Rows *rows)
{
    SoundFilter filter = design->sound->filter;
    if (filter == FILTER_NONE)
        return;
    if (!design->stereo)
        filter_mono(g, filter, rows);
    else if (rows->sounding < 1 << 4)
        filter_four(g, filter, rows);
    else
        filter_stereo(g, filter, rows);
}

LANES_INLINE f8 ramp_of(float from, float to)
{
    return from + (to - from) * (1.0f / BLOCK_FRAMES) * (f8){ 0, 1, 2, 3, 4, 5, 6, 7 };
}

LANES_INLINE float ramp_step(float from, float to)
{
    return (to - from) * (8.0f / BLOCK_FRAMES);
}

// The amplifier and the soft limit, in place.
static void amplify(const AnalogGroup *g, int lane, bool drive, float *samples)
{
    float from = g->gain[lane], to = g->amp.level[lane];
    float push_from = g->push_from[lane], push_to = g->push[lane];
    f8 gain = ramp_of(from, to), push = ramp_of(push_from, push_to);
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 y = f8_load(samples + i) * gain;
        f8_store(samples + i, drive ? f8_soft(y * push) : y);
        gain += ramp_step(from, to);
        push += ramp_step(push_from, push_to);
    }
}

// Adds a voice at its place.
static void put(const float *samples, float from, float to, float *sum)
{
    f8 gain = ramp_of(from, to);
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8_store(sum + i, f8_load(sum + i) + f8_load(samples + i) * gain);
        gain += ramp_step(from, to);
    }
}

static void put_voice(const AnalogDesign *design, const AnalogGroup *g, int lane, Rows *rows, float *left,
                      float *right)
{
    bool drive = design->sound->drive > 0.0f;
    float *l = rows->left[lane], *r = rows->right[lane];
    amplify(g, lane, drive, l);
    if (design->stereo)
        amplify(g, lane, drive, r);
    put(l, g->left_from[lane], g->left[lane], left);
    put(design->stereo ? r : l, g->right_from[lane], g->right[lane], right);
}

// A voice that fades out of hearing is drawn down to nothing in one block, and ends with it.
static void fade_ends(AnalogGroup *g)
{
    i8 fading = (g->amp.stage == ENV_RELEASE) | ((g->amp.stage == ENV_DECAY) & (g->amp.sustain == 0.0f));
    i8 over = fading & (g->amp.level < SILENT);
    g->amp.level = f8_pick(over, f8_set(0.0f), g->amp.level);
}

static void settle(AnalogGroup *g)
{
    i8 over = (g->amp.level == 0.0f) & (g->amp.stage != ENV_ATTACK);
    g->amp.stage &= ~over;
    g->tone.stage &= ~over;
    g->gain = g->amp.level;
    g->push_from = g->push;
    g->left_from = g->left;
    g->right_from = g->right;
    g->jump = (i8)w8_set(0);
}

static void make_row(const AnalogDesign *design, const AnalogGroup *g, int lane, float *left, float *right)
{
    block_clear(left);
    if (right)
        block_clear(right);
    for (int o = 0; o < design->osc_count; o++)
        osc_add(&g->osc[o], design->sound->osc[o].wave, lane, left, right);
}

static void move(const AnalogDesign *design, AnalogGroup *g)
{
    env_tick(&g->amp);
    env_tick(&g->tone);
    fade_ends(g);
    f8 turns = move_pitch(design, g);
    g->sway += design->sound->sway_hz * BLOCK_FRAMES / RATE_HZ;
    g->sway -= f8_from_int(f8_to_int(g->sway + 0.5f));
    f8 swing = f8_sin_turns(g->sway);
    for (int o = 0; o < design->osc_count; o++)
        move_osc(design, g, o, turns, swing);
    if (design->sound->filter != FILTER_NONE)
        move_filter(design, g, swing);
}

bool analog_group_run(AnalogGroup *g, const AnalogDesign *design, float *left, float *right)
{
    float samples[2][ANALOG_LANES][BLOCK_FRAMES], spare[BLOCK_FRAMES];
    Rows rows = { 0 };
    for (int i = 0; i < ANALOG_LANES; i++) {
        bool on = g->amp.stage[i] != ENV_OFF;
        rows.sounding |= (unsigned)on << i;
        rows.left[i] = on ? samples[0][i] : spare;
        rows.right[i] = on ? samples[1][i] : spare;
    }
    if (rows.sounding == 0)
        return false;
    block_clear(spare);
    move(design, g);
    for (int i = 0; i < ANALOG_LANES; i++)
        if (rows.sounding >> i & 1u)
            make_row(design, g, i, rows.left[i], design->stereo ? rows.right[i] : NULL);
    for (int o = 0; o < design->osc_count; o++)
        osc_move(&g->osc[o]);
    filter_rows(design, g, &rows);
    for (int i = 0; i < ANALOG_LANES; i++)
        if (rows.sounding >> i & 1u)
            put_voice(design, g, i, &rows, left, right);
    settle(g);
    return true;
}
