// Tape: what an old machine does to a mix. The wow moves the pitch slowly up and down by reading a short
// delay at a moving place; the hiss is noise, and crackle when it is loud. Both follow from the frame
// alone, so they are the same wherever a run begins.
#ifndef DSP_TAPE_H
#define DSP_TAPE_H

#include <stdint.h>

#include "dsp/dsp.h"

enum { WOW_LATENCY = BLOCK_FRAMES, WOW_PAST = 2 * BLOCK_FRAMES };

typedef struct Wow {
    float amount; // 0..1; at 0 it is a plain delay, bit for bit
    float past[2][WOW_PAST + BLOCK_FRAMES];
    int64_t ready; // the frame that `delay` is known for; 0 = none
    double delay;
} Wow;

void wow_clear(Wow *wow);
void wow_run(Wow *wow, int64_t frame, float *left, float *right); // one block in place, WOW_LATENCY late

#define CRACKLE_FROM_DB (-52.0f) // a hiss above this level is vinyl

// Adds one block of noise of `gain` (root mean square), and crackle beside it when `crackle` is above 0.
void hiss_run(int64_t frame, float gain, float crackle, float *left, float *right);

#endif
