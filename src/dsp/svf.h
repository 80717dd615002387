// State-variable filter with trapezoidal integrators (topology preserving): low, band and high
// pass from one kernel, tuned exactly, and calm when it is moved.
//
//     g = tan(pi cutoff / rate), k = 1 / Q, a1 = 1 / (1 + g (g + k)), a2 = g a1, a3 = g a2
//     s1' = (2 a1 - 1) s1 + 2 a2 (x - s2)
//     s2' = s2 + 2 a2 s1 + 2 a3 (x - s2)
//     band = (s1 + s1') / 2, low = (s2 + s2') / 2, high = x - k band - low
//
// For k >= 0 one step never enlarges s1^2 + s2^2, and it is linear in a1..a3: so a line drawn
// between two settings is stable too, and SvfSweep does just that inside a block.
#ifndef DSP_SVF_H
#define DSP_SVF_H

#include "dsp/curves.h"
#include "dsp/dsp.h"

typedef enum SvfMode {
    SVF_LOW,
    SVF_BAND, // gain 1 at the cutoff
    SVF_HIGH,
} SvfMode;

// One filter with fixed settings. It takes eight frames in one step: what they answer to each
// other, to the state, and what they leave in the state is known from the tuning.
typedef struct Svf {
    float answer[16];         // eight zeros, then the first eight frames of the impulse response
    f8 free1, free2;          // eight frames heard from a state of 1
    f8 left1, left2;          // what each frame leaves in the states after the eighth
    float m11, m12, m21, m22; // and what the states leave in themselves
    float s1, s2;
} Svf;

void svf_tune(Svf *svf, SvfMode mode, float cutoff_hz, float q);
void svf_run(Svf *svf, float *samples, int count); // in place; `count` is a multiple of 8

typedef struct SvfLanes { // eight filters
    f8 s1, s2;
} SvfLanes;

typedef struct SvfSweep { // settings of eight filters on their way through a block
    f8 keep, a2, a3;      // 2 a1 - 1, 2 a2, 2 a3 at its beginning
    f8 keep_by, by2, by3; // added each frame
    f8 k;
} SvfSweep;

// Heads for cutoffs in turns per frame (0 .. 0.45) and k, from where the last block ended.
// `jump` lanes (0 or -1) are there at once.
void svf_sweep(SvfSweep *sweep, const f8 *turns, const f8 *k, const i8 *jump);

// One block of two signals in place by the same settings, left by state[0], right by state[1];
// `right` may be NULL. `sweep` then stands at the end of the block.
void svf_run_lanes(SvfLanes state[2], SvfMode mode, SvfSweep *sweep, f8 *left, f8 *right);

// Two low passes in a row, 24 dB per octave: the first flat by itself, the second with the peak.
void svf_run_steep(SvfLanes state[4], SvfSweep sweeps[2], f8 *left, f8 *right);

#endif
