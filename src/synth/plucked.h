// Plucked: a guitar-like string. Each voice is a delay line that feeds itself through a short
// symmetric filter, so every partial fades by its own time and the pitch is exact:
//
//     y[n] = pluck[n] + sum h[k] y[n - D - k],   k = 0 .. 7
//
// h is a fractional delay (Lagrange, six points) and a loss (b/2, 1-b, b/2) in one. The
// shortest period is longer than eight frames, so eight frames are made at once.
#ifndef SYNTH_PLUCKED_H
#define SYNTH_PLUCKED_H

#include "base/arena.h"

typedef struct Plucked Plucked;

Plucked *plucked_open(Arena *arena);
void plucked_start(Plucked *plucked, int note, int pitch, int velocity);
void plucked_stop(Plucked *plucked, int note);
void plucked_clear(Plucked *plucked);
bool plucked_run(Plucked *plucked, float *left, float *right); // overwrites one block; false: nothing sounds

#endif
