// Chain: up to six second-order sections in a row, for two signals at once (left and right, or middle
// and side). Both signals are the two halves of one vector, and count in double, because the
// poles of low cuts lie so close to one that floats would rumble.
//
// A section's feedback is one multiplication and one addition long, and the processor waits for it
// at every frame. So both sides of its fraction are multiplied by the mirror image of its poles:
//
//     (1 + a1 z + a2 z^2) (1 - a1 z + a2 z^2) = 1 + (2 a2 - a1^2) z^2 + a2^2 z^4
//
// The feedback then comes from two and four frames ago, and two frames can be made at a time; the sound
// is the same. Neighbouring sections share their past: the outputs of one are the inputs of the next.
// All zero is an empty chain, which passes everything.
#ifndef DSP_CHAIN_H
#define DSP_CHAIN_H

#include <stdbool.h>
#include <string.h>

#include "dsp/biquad.h"
#include "dsp/dsp.h"

typedef double d2 __attribute__((vector_size(16)));
typedef float f4 __attribute__((vector_size(16)));

enum { CHAIN_MAX = 6 };

typedef struct ChainSection {
    d2 f[5]; // y[n] = f0 x[n] + ... + f4 x[n-4] - c2 y[n-2] - c4 y[n-4]
    d2 c2, c4;
} ChainSection;

typedef struct Chain {
    int count;
    ChainSection sections[CHAIN_MAX];
    d2 past[CHAIN_MAX + 1][4]; // the last four values between the sections, oldest first
} Chain;

void chain_add(Chain *chain, Biquad first,
               Biquad second);                      // one section behind the others, for each signal its own
void chain_run(Chain *chain, d2 *pairs, int count); // in place

// What rings below -240 dB becomes silence. True when nothing is left.
bool chain_settle(Chain *chain);
void chain_clear(Chain *chain); // silence; the sections stay

// Four frames of two signals to pairs, and back.
static inline void pairs_weave(f4 first, f4 second, d2 *pairs)
{
    pairs[0] = (d2){ (double)first[0], (double)second[0] };
    pairs[1] = (d2){ (double)first[1], (double)second[1] };
    pairs[2] = (d2){ (double)first[2], (double)second[2] };
    pairs[3] = (d2){ (double)first[3], (double)second[3] };
}

static inline void pairs_part(const d2 *pairs, f4 *first, f4 *second)
{
    *first = (f4){ (float)pairs[0][0], (float)pairs[1][0], (float)pairs[2][0], (float)pairs[3][0] };
    *second = (f4){ (float)pairs[0][1], (float)pairs[1][1], (float)pairs[2][1], (float)pairs[3][1] };
}

static inline f4 f4_load(const float *from)
{
    f4 v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void f4_store(float *to, f4 v)
{
    memcpy(to, &v, sizeof v);
}

#endif
