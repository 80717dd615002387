#include "dsp/resonators.h"

#include "dsp/fold.h"

void resonators_tune(Resonators *resonators, const Resonance peaks[RESONATORS])
{
    f8 turns, k;
    for (int i = 0; i < 2 * RESONATORS; i++) {
        const Resonance *peak = &peaks[i % RESONATORS];
        turns[i] = peak->hz / RATE_HZ;
        k[i] = 1.0f / peak->q;
        resonators->gain[i] = peak->gain;
    }
    i8 fresh = resonators->sweep.a2 == 0.0f;
    svf_sweep(&resonators->sweep, &turns, &k, &fresh);
}

void resonators_clear(Resonators *resonators)
{
    memset(resonators, 0, sizeof *resonators);
}

void resonators_run(Resonators *resonators, float dry, float *left, float *right)
{
    f8 rows[BLOCK_FRAMES], gain = resonators->gain;
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        float l = left[i], r = right[i];
        rows[i] = (f8){ l, l, l, l, r, r, r, r };
    }
    SvfSweep *sweep = &resonators->sweep;
    svf_run_lanes(resonators->state, SVF_BAND, sweep, rows, NULL);
    sweep->keep_by = sweep->by2 = sweep->by3 = f8_set(0.0f); // stays there until it is tuned again
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 sums[2]; // of four frames each: left sides, then right sides
        for (int h = 0; h < 2; h++) {
            const f8 *r = rows + i + 4 * h;
            sums[h] = fold_pair(fold_pair(r[0] * gain, r[1] * gain), fold_pair(r[2] * gain, r[3] * gain));
        }
        f8 l = __builtin_shufflevector(sums[0], sums[1], 0, 1, 2, 3, 8, 9, 10, 11);
        f8 r = __builtin_shufflevector(sums[0], sums[1], 4, 5, 6, 7, 12, 13, 14, 15);
        f8_store(left + i, f8_load(left + i) * dry + l);
        f8_store(right + i, f8_load(right + i) * dry + r);
    }
}
