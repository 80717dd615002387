#include "dsp/svf.h"

#include <stddef.h>

#include "dsp/fold.h"
#include "dsp/real.h"

typedef struct Settings {
    double keep, a2, a3, k;
} Settings;

static double step(const Settings *by, SvfMode mode, double *s1, double *s2, double x)
{
    double next1 = by->keep * *s1 + by->a2 * (x - *s2);
    double next2 = *s2 + by->a2 * *s1 + by->a3 * (x - *s2);
    double band = by->k * 0.5 * (*s1 + next1), low = 0.5 * (*s2 + next2);
    *s1 = next1;
    *s2 = next2;
    return mode == SVF_LOW ? low : mode == SVF_BAND ? band : x - band - low;
}

void svf_tune(Svf *svf, SvfMode mode, float cutoff_hz, float q)
{
    double turns = (double)cutoff_hz / RATE_HZ;
    double g = real_tan_turns((turns < 0.45 ? turns : 0.45) * 0.5), k = 1.0 / (double)q;
    double a1 = 1.0 / (1.0 + g * (g + k));
    Settings by = { 2.0 * a1 - 1.0, 2.0 * g * a1, 2.0 * g * g * a1, k };

    double one1 = 1.0, one2 = 0.0, two1 = 0.0, two2 = 1.0, hit1 = 0.0, hit2 = 0.0;
    for (int i = 0; i < 8; i++) {
        svf->answer[i] = 0.0f;
        svf->answer[8 + i] = (float)step(&by, mode, &hit1, &hit2, i == 0 ? 1.0 : 0.0);
        svf->left1[7 - i] = (float)hit1; // the impulse i frames before the eighth
        svf->left2[7 - i] = (float)hit2;
        svf->free1[i] = (float)step(&by, mode, &one1, &one2, 0.0);
        svf->free2[i] = (float)step(&by, mode, &two1, &two2, 0.0);
    }
    svf->m11 = (float)one1;
    svf->m21 = (float)one2;
    svf->m12 = (float)two1;
    svf->m22 = (float)two2;
}

void svf_run(Svf *svf, float *samples, int count)
{
    f8 free1 = svf->free1, free2 = svf->free2, left1 = svf->left1, left2 = svf->left2;
    float s1 = svf->s1, s2 = svf->s2;
    f8 answer[8];
    for (int k = 0; k < 8; k++)
        answer[k] = f8_load(svf->answer + 8 - k);
    for (int i = 0; i < count; i += 8) {
        f8 x = f8_load(samples + i);
        f8 y = s1 * free1 + s2 * free2, z = samples[i] * answer[0];
        for (int k = 1; k < 8; k += 2)
            y += samples[i + k] * answer[k];
        for (int k = 2; k < 8; k += 2)
            z += samples[i + k] * answer[k];
        f8 sums = fold_pair(x * left1, x * left2);
        sums = fold_pair(sums, sums);
        float next1 = svf->m11 * s1 + svf->m12 * s2 + (sums[0] + sums[4]);
        s2 = svf->m21 * s1 + svf->m22 * s2 + (sums[1] + sums[5]);
        s1 = next1;
        f8_store(samples + i, y + z);
    }
    svf->s1 = s1;
    svf->s2 = s2;
}

void svf_sweep(SvfSweep *sweep, const f8 *turns, const f8 *k, const i8 *jump)
{
    f8 g = f8_tan_half_turns(*turns);
    f8 a1 = 1.0f / (1.0f + g * (g + *k)), a2 = 2.0f * g * a1, a3 = g * a2, keep = 2.0f * a1 - 1.0f;
    sweep->keep = f8_pick(*jump, keep, sweep->keep);
    sweep->a2 = f8_pick(*jump, a2, sweep->a2);
    sweep->a3 = f8_pick(*jump, a3, sweep->a3);
    sweep->keep_by = (keep - sweep->keep) * (1.0f / BLOCK_FRAMES);
    sweep->by2 = (a2 - sweep->a2) * (1.0f / BLOCK_FRAMES);
    sweep->by3 = (a3 - sweep->a3) * (1.0f / BLOCK_FRAMES);
    sweep->k = *k;
}

// The order of the additions keeps the way from state to next state short.
LANES_INLINE f8 tick(SvfLanes *s, SvfMode mode, const SvfSweep *by, f8 x)
{
    f8 next1 = by->keep * s->s1 + by->a2 * (x - s->s2);
    f8 next2 = (s->s2 + by->a3 * x) + (by->a2 * s->s1 - by->a3 * s->s2);
    f8 band = by->k * 0.5f * (s->s1 + next1), low = 0.5f * (s->s2 + next2);
    s->s1 = next1;
    s->s2 = next2;
    return mode == SVF_LOW ? low : mode == SVF_BAND ? band : x - band - low;
}

LANES_INLINE void move(SvfSweep *sweep)
{
    sweep->keep += sweep->keep_by;
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
    else if (mode == SVF_BAND && !right)
        run(state, SVF_BAND, sweep, left, NULL);
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
