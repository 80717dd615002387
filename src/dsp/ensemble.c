#include "dsp/ensemble.h"

#include "dsp/real.h"

void ensemble_tune(Ensemble *ensemble, float rate_hz, float depth_s, float delay_s, float mix)
{
    ensemble->rate_hz = rate_hz;
    ensemble->depth_s = depth_s;
    ensemble->delay_s = delay_s;
    ensemble->mix = mix;
}

void ensemble_clear(Ensemble *ensemble)
{
    memset(ensemble->past, 0, sizeof ensemble->past);
    ensemble->turn = 0.0;
    ensemble->at[0] = ensemble->at[1] = 0.0f;
}

// Between four samples by a cubic (Catmull and Rom); `delay` >= 2 frames before `write`.
static inline float read_at(const float *past, int write, float delay)
{
    int whole = (int)delay;
    float t = 1.0f - (delay - (float)whole); // forward from the older neighbour
    int i = write - whole - 1;
    float a = past[(i - 1) & (ENSEMBLE_FRAMES - 1)], b = past[i & (ENSEMBLE_FRAMES - 1)];
    float c = past[(i + 1) & (ENSEMBLE_FRAMES - 1)], d = past[(i + 2) & (ENSEMBLE_FRAMES - 1)];
    return b + 0.5f * t * (c - a + t * (2.0f * a - 5.0f * b + 4.0f * c - d + t * (3.0f * (b - c) + d - a)));
}

static void run_side(Ensemble *e, int side, float *samples, float target)
{
    float delay = e->at[side] > 0.0f ? e->at[side] : target;
    float by = (target - delay) * (1.0f / BLOCK_FRAMES), dry = 1.0f - e->mix * 0.5f;
    float *past = e->past[side];
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        int now = (e->write + i) & (ENSEMBLE_FRAMES - 1);
        past[now] = samples[i];
        delay += by;
        samples[i] = samples[i] * dry + read_at(past, now, delay) * e->mix;
    }
    e->at[side] = target;
}

void ensemble_run(Ensemble *ensemble, float *left, float *right)
{
    ensemble->turn += (double)ensemble->rate_hz * BLOCK_FRAMES / RATE_HZ;
    ensemble->turn -= real_floor(ensemble->turn);
    float swing = ensemble->depth_s * (float)real_sin_turns(ensemble->turn);
    run_side(ensemble, 0, left, (ensemble->delay_s + swing) * RATE_HZ);
    run_side(ensemble, 1, right, (ensemble->delay_s - swing) * RATE_HZ);
    ensemble->write = (ensemble->write + BLOCK_FRAMES) & (ENSEMBLE_FRAMES - 1);
}
