// Ensemble: a stereo chorus. Each side is mixed with itself, delayed by a time that a slow sine
// moves; the two sides move against each other, so the middle stays whole.
#ifndef DSP_ENSEMBLE_H
#define DSP_ENSEMBLE_H

#include "dsp/dsp.h"

enum {
    ENSEMBLE_FRAMES = 2048,        // of the past, a power of two
    ENSEMBLE_GUARD = BLOCK_FRAMES, // its beginning again behind its end, so reading never wraps
};

typedef struct Ensemble {
    float rate_hz, depth_s,
        delay_s; // delay_s +- depth_s; both within 0.02 s, delay_s - depth_s above 0.0005 s
    float mix;   // share of the delayed sound, 0..1
    double turn; // of the slow sine
    float at[2]; // delays where the last block ended, in frames
    int write;
    float past[2][ENSEMBLE_FRAMES + ENSEMBLE_GUARD];
} Ensemble;

void ensemble_tune(Ensemble *ensemble, float rate_hz, float depth_s, float delay_s, float mix);
void ensemble_clear(Ensemble *ensemble);
void ensemble_run(Ensemble *ensemble, float *left, float *right); // one block in place

#endif
