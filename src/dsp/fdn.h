// Fdn: a room. Eight delay lines feed each other through a Hadamard matrix, which loses nothing, so
// the decay is set by each line's own gain alone:
//
//     g = 10 ^ (-3 delay / (rate T60))
//
// The lengths have no common factor. On its way round each line loses treble through a symmetric
// three-point mean (like air, it takes more the higher it is), and its length drifts by a few frames,
// so that no resonance stays long enough to ring. Before the lines, all-passes make the sound dense.
// Nothing in the loop depends on the frame before, so eight frames are made at a time.
//
// Scaled so that a steady wide sound comes back about as loud as it went in.
#ifndef DSP_FDN_H
#define DSP_FDN_H

#include "dsp/delay.h"
#include "dsp/lanes.h"

enum { FDN_LINES = 8, FDN_DIFFUSERS = 4 };

typedef enum FdnSize { FDN_ROOM, FDN_HALL } FdnSize;

typedef struct FdnTap { // how one line is read
    float middle, side; // the three-point mean, the line's gain in it
} FdnTap;

typedef struct Fdn {
    FdnSize size;
    Line lines[FDN_LINES];
    Line before[2]; // the sound on its way to the first wall
    Line diffusers[2][FDN_DIFFUSERS];
    FdnTap taps[FDN_LINES];
    float out; // scales what comes back
    f8 turn;   // of each line's drift, -0.5 .. 0.5
    f8 drift;  // where the last block ended, in frames
    int quiet; // blocks since anything was heard
} Fdn;

Fdn fdn_open(Arena *arena, FdnSize size);
void fdn_tune(Fdn *fdn, float t60_s);
void fdn_clear(Fdn *fdn);

// Adds the room's answer to one block. `silent` says that the input is all zero. False, and next to no
// work, when everything has died away.
bool fdn_run(Fdn *fdn, const float *const in[2], bool silent, float *const out[2]);

#endif
