// Block: what is done with one block of one signal.
#ifndef DSP_BLOCK_H
#define DSP_BLOCK_H

#include "dsp/dsp.h"
#include "dsp/lanes.h"

// Written out: for so few bytes a call of memset, or what compilers put in its place, takes longer.
LANES_INLINE void block_clear(float *samples)
{
#pragma GCC unroll 8
    for (int i = 0; i < BLOCK_FRAMES; i += 8)
        f8_store(samples + i, f8_set(0.0f));
}

#endif
