#include "dsp/ensemble.h"

#include "dsp/lanes.h"
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

// One side. Between four samples by a cubic (Catmull and Rom). The delay moves so slowly that eight
// frames share their whole part: its fraction may run a little past one.
static void run_side(Ensemble *e, int side, float *samples, float target)
{
    float delay = e->at[side] > 0.0f ? e->at[side] : target;
    float by = (target - delay) * (1.0f / BLOCK_FRAMES), dry = 1.0f - e->mix * 0.5f;
    float *past = e->past[side];
    memcpy(past + e->write, samples, BLOCK_FRAMES * sizeof *samples);
    if (e->write < ENSEMBLE_GUARD)
        memcpy(past + ENSEMBLE_FRAMES + e->write, samples, BLOCK_FRAMES * sizeof *samples);
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        int whole = (int)delay;
        f8 t = 1.0f - (delay - (float)whole) - by * (f8){ 0, 1, 2, 3, 4, 5, 6, 7 };
        const float *at = past + ((e->write + i - whole - 2) & (ENSEMBLE_FRAMES - 1));
        f8 a = f8_load(at), b = f8_load(at + 1), c = f8_load(at + 2), d = f8_load(at + 3);
        f8 cubic = c - a + t * (2.0f * a - 5.0f * b + 4.0f * c - d + t * (3.0f * (b - c) + d - a));
        f8_store(samples + i, f8_load(samples + i) * dry + (b + 0.5f * t * cubic) * e->mix);
        delay += by * 8.0f;
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
