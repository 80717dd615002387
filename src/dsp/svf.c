#include "dsp/svf.h"

#include "dsp/real.h"

void svf_tune(Svf *svf, float cutoff_hz, float q)
{
    double turns = (double)cutoff_hz / RATE_HZ;
    double g = real_tan_turns((turns < 0.45 ? turns : 0.45) * 0.5), k = 1.0 / (double)q;
    double a1 = 1.0 / (1.0 + g * (g + k));
    svf->a1 = (float)a1;
    svf->a2 = (float)(g * a1);
    svf->a3 = (float)(g * g * a1);
    svf->k = (float)k;
}

static inline __attribute__((always_inline)) void run_one(Svf *svf, SvfMode mode, float *samples, int count)
{
    Svf f = *svf;
    for (int i = 0; i < count; i++) {
        float v3 = samples[i] - f.s2;
        float v1 = f.a1 * f.s1 + f.a2 * v3;
        float v2 = f.s2 + (f.a2 * f.s1 + f.a3 * v3);
        f.s1 = v1 + v1 - f.s1;
        f.s2 = v2 + v2 - f.s2;
        samples[i] = mode == SVF_LOW ? v2 : mode == SVF_BAND ? f.k * v1 : samples[i] - f.k * v1 - v2;
    }
    *svf = f;
}

void svf_run(Svf *svf, SvfMode mode, float *samples, int count)
{
    if (mode == SVF_LOW)
        run_one(svf, SVF_LOW, samples, count);
    else if (mode == SVF_BAND)
        run_one(svf, SVF_BAND, samples, count);
    else
        run_one(svf, SVF_HIGH, samples, count);
}

void svf_sweep(SvfSweep *sweep, const f8 *turns, const f8 *k, const i8 *jump)
{
    f8 g = f8_tan_half_turns(*turns);
    f8 a1 = 1.0f / (1.0f + g * (g + *k)), a2 = g * a1, a3 = g * a2;
    sweep->a1 = f8_pick(*jump, a1, sweep->a1);
    sweep->a2 = f8_pick(*jump, a2, sweep->a2);
    sweep->a3 = f8_pick(*jump, a3, sweep->a3);
    sweep->by1 = (a1 - sweep->a1) * (1.0f / BLOCK_FRAMES);
    sweep->by2 = (a2 - sweep->a2) * (1.0f / BLOCK_FRAMES);
    sweep->by3 = (a3 - sweep->a3) * (1.0f / BLOCK_FRAMES);
    sweep->k = *k;
}

LANES_INLINE f8 tick(SvfLanes *s, SvfMode mode, const SvfSweep *by, f8 x)
{
    f8 v3 = x - s->s2;
    f8 v1 = by->a1 * s->s1 + by->a2 * v3;
    f8 v2 = s->s2 + (by->a2 * s->s1 + by->a3 * v3);
    s->s1 = v1 + v1 - s->s1;
    s->s2 = v2 + v2 - s->s2;
    return mode == SVF_LOW ? v2 : mode == SVF_BAND ? by->k * v1 : x - by->k * v1 - v2;
}

LANES_INLINE void move(SvfSweep *sweep)
{
    sweep->a1 += sweep->by1;
    sweep->a2 += sweep->by2;
    sweep->a3 += sweep->by3;
}

LANES_INLINE void run(SvfLanes state[2], SvfMode mode, SvfSweep *sweep, f8 *left, f8 *right)
{
    SvfLanes l = state[0], r = state[1];
    SvfSweep by = *sweep;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        left[i] = tick(&l, mode, &by, left[i]);
        if (right)
            right[i] = tick(&r, mode, &by, right[i]);
        move(&by);
    }
    state[0] = l;
    state[1] = r;
    *sweep = by;
}

LANES_INLINE void run_steep(SvfLanes state[4], SvfSweep sweeps[2], f8 *left, f8 *right)
{
    SvfLanes l1 = state[0], r1 = state[1], l2 = state[2], r2 = state[3];
    SvfSweep a = sweeps[0], b = sweeps[1];
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        left[i] = tick(&l2, SVF_LOW, &b, tick(&l1, SVF_LOW, &a, left[i]));
        if (right)
            right[i] = tick(&r2, SVF_LOW, &b, tick(&r1, SVF_LOW, &a, right[i]));
        move(&a);
        move(&b);
    }
    state[0] = l1, state[1] = r1, state[2] = l2, state[3] = r2;
    sweeps[0] = a, sweeps[1] = b;
}

void svf_run_lanes(SvfLanes state[2], SvfMode mode, SvfSweep *sweep, f8 *left, f8 *right)
{
    if (mode == SVF_LOW && right)
        run(state, SVF_LOW, sweep, left, right);
    else if (mode == SVF_LOW)
        run(state, SVF_LOW, sweep, left, NULL);
    else if (mode == SVF_BAND)
        run(state, SVF_BAND, sweep, left, right);
    else
        run(state, SVF_HIGH, sweep, left, right);
}

void svf_run_steep(SvfLanes state[4], SvfSweep sweeps[2], f8 *left, f8 *right)
{
    if (right)
        run_steep(state, sweeps, left, right);
    else
        run_steep(state, sweeps, left, NULL);
}
