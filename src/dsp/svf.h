// State-variable filter with trapezoidal integrators (topology preserving): low, band and high
// pass from one kernel, tuned exactly, and calm when it is moved.
//
//     g = tan(pi cutoff / rate), k = 1 / Q
//     a1 = 1 / (1 + g (g + k)), a2 = g a1, a3 = g a2
//     v3 = x - s2;  v1 = a1 s1 + a2 v3;  v2 = s2 + a2 s1 + a3 v3
//     s1 = 2 v1 - s1;  s2 = 2 v2 - s2;  low = v2, band = v1, high = x - k v1 - v2
//
// For k >= 0 one step never enlarges s1^2 + s2^2, and it is linear in a1..a3: so a line drawn
// between two settings is stable too, and Sweep does just that inside a block.
#ifndef DSP_SVF_H
#define DSP_SVF_H

#include "dsp/curves.h"
#include "dsp/dsp.h"

typedef enum SvfMode {
    SVF_LOW,
    SVF_BAND, // gain 1 at the cutoff
    SVF_HIGH,
} SvfMode;

typedef struct Svf { // one filter, settings fixed
    float a1, a2, a3, k;
    float s1, s2;
} Svf;

void svf_tune(Svf *svf, float cutoff_hz, float q);
void svf_run(Svf *svf, SvfMode mode, float *samples, int count); // in place

typedef struct SvfLanes { // eight filters
    f8 s1, s2;
} SvfLanes;

typedef struct SvfSweep { // settings of eight filters on their way through a block
    f8 a1, a2, a3;        // at its beginning
    f8 by1, by2, by3;     // added each frame
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
