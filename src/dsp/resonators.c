#include "dsp/resonators.h"

void resonators_tune(Resonators *resonators, const Resonance peaks[RESONATORS])
{
    f8 turns, k;
    for (int i = 0; i < 2 * RESONATORS; i++) {
        const Resonance *peak = &peaks[i % RESONATORS];
        turns[i] = peak->hz / RATE_HZ;
        k[i] = 1.0f / peak->q;
        resonators->gain[i] = peak->gain;
    }
    i8 fresh = resonators->sweep.a1 == 0.0f;
    svf_sweep(&resonators->sweep, &turns, &k, &fresh);
}

void resonators_clear(Resonators *resonators)
{
    memset(resonators->state, 0, sizeof resonators->state);
}

void resonators_run(Resonators *resonators, float dry, float *left, float *right)
{
    f8 rows[BLOCK_FRAMES];
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        float l = left[i], r = right[i];
        rows[i] = (f8){ l, l, l, l, r, r, r, r };
    }
    svf_run_lanes(resonators->state, SVF_BAND, &resonators->sweep, rows, NULL);
    resonators->sweep.by1 = resonators->sweep.by2 = resonators->sweep.by3 = f8_set(0.0f);
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        f8 y = rows[i] * resonators->gain;
        left[i] = left[i] * dry + ((y[0] + y[1]) + (y[2] + y[3]));
        right[i] = right[i] * dry + ((y[4] + y[5]) + (y[6] + y[7]));
    }
}
