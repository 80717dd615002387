// Limiter: no peak of the stereo sound, not even between samples, leaves above the ceiling. It sees
// peaks 3.5 ms before they come out and bends the gain down in time.
//
//     peaks (4x, each 8 frames) ──> what must be taken away, 1 - ceiling / peak
//        ──> highest of the groups around and ahead ──> release ──> weighted mean over the look-ahead
//
// A group's need stays in the hold for longer than the mean is wide, so the mean never takes too little.
// Two releases: a short peak is over after `release_s`; while peaks go on, a slow one keeps most of the
// reduction, so that the sound does not pump. While nothing is taken away, what comes out is
// bit for bit what went in, LIMITER_LATENCY frames later.
#ifndef DSP_LIMITER_H
#define DSP_LIMITER_H

#include "dsp/dsp.h"
#include "dsp/peaks.h"

enum {
    LIMITER_LATENCY = 192,
    LIMITER_GROUPS = BLOCK_FRAMES / PEAKS_FRAMES, // a block
    LIMITER_MEAN = 21,                            // groups
    LIMITER_HOLD = LIMITER_MEAN + 3,
    LIMITER_REACH = 4, // groups that the look between samples takes in beside its own
};

typedef struct Limiter {
    Peaks peaks;
    float ceiling;
    float fast, slow_rise, slow_fall; // shares of a group
    float weights[LIMITER_MEAN];
    float past[2][LIMITER_LATENCY + BLOCK_FRAMES];
    float tops[LIMITER_GROUPS + LIMITER_REACH]; // highest sample of each group, oldest first
    float needs[LIMITER_HOLD + LIMITER_GROUPS]; // each group's, oldest first
    float taken[LIMITER_MEAN + LIMITER_GROUPS]; // after the release
    float fast_now, slow_now, last;             // reductions
} Limiter;

void limiter_tune(Limiter *limiter, float ceiling_db, float release_s);
void limiter_clear(Limiter *limiter);
void limiter_run(Limiter *limiter, float *left, float *right); // one block in place

#endif
