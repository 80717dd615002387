// Finish: what all voices of a patch go through together: resonances, dust, chorus, tremolo, and lows
// kept in the middle. It rings on after the voices; then it is silent and costs nothing.
#ifndef SYNTH_FINISH_H
#define SYNTH_FINISH_H

#include "dsp/ensemble.h"
#include "dsp/resonators.h"
#include "dsp/svf.h"
#include "synth/sound.h"

typedef struct Finish {
    const SoundFinish *design;
    bool empty;    // the design asks for nothing
    int quiet;     // blocks of silence so far
    double turn;   // of the tremolo
    double wander; // of the resonances
    float side[2]; // gains where the tremolo's last block ended
    Svf sides_high, dust[2];
    Resonators resonators;
    Ensemble ensemble;
} Finish;

void finish_open(Finish *finish, const SoundFinish *design); // `finish` is all zero
void finish_clear(Finish *finish);

// One block in place. `sounding`: the voices made sound. False when nothing is heard.
bool finish_run(Finish *finish, bool sounding, float *left, float *right);

#endif
