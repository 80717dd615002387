// Bus: what happens to the whole mix, one block at a time, in place.
//
//     sum ──> warmth ──> glue ──> wow ──> hiss ──> tone, width ──> gain, fade ──┬──> soft clip ──> limiter
//     ──> end
//                                                                              └──> `open`: before the
//                                                                              limiter
//
// Warmth and glue expect a sum of about -18 LUFS; the gain brings it to the loudness that is wanted.
#ifndef MASTER_BUS_H
#define MASTER_BUS_H

#include "dsp/chain.h"
#include "dsp/compressor.h"
#include "dsp/limiter.h"
#include "dsp/tape.h"
#include "master/mixer.h"

enum { BUS_LATENCY = WOW_LATENCY + LIMITER_LATENCY };

typedef struct Bus {
    float warmth_in; // 0 = none
    bool glues;
    Compressor glue;
    Wow wow;
    float hiss, crackle; // 0 = none
    Chain tone;          // on middle and side
    float width;
    float gain;
    float ceiling;
    int64_t fade_from, fade_to, frames;
    Limiter limiter;
    float centre[2]; // what clip and limiter would leave as a constant part
    float open[2][BLOCK_FRAMES]; // the last block as it came to the limiter
} Bus;

void bus_tune(Bus *bus, const MixPlan *plan);
void bus_clear(Bus *bus);
void bus_run(Bus *bus, int64_t frame, float *left, float *right); // `frame` is that of the block that enters

#endif
