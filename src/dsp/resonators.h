// Resonators: four band passes for two channels in eight lanes: the formants of a voice, the
// wooden body of a string instrument.
#ifndef DSP_RESONATORS_H
#define DSP_RESONATORS_H

#include "dsp/svf.h"

enum { RESONATORS = 4 };

typedef struct Resonance {
    float hz, q;
    float gain; // at its middle
} Resonance;

typedef struct Resonators {
    SvfLanes state[2]; // the second is not used
    SvfSweep sweep;
    f8 gain;
} Resonators;

void resonators_tune(Resonators *resonators, const Resonance peaks[RESONATORS]); // moves there within a block
void resonators_clear(Resonators *resonators); // silence, and the next tuning is there at once
void resonators_run(Resonators *resonators, float dry, float *left, float *right); // one block in place

#endif
