// Patches: our own synthesisers, for everything electronic and for machines without a SoundFont.
// One Patch plays one lane's notes, in blocks of BLOCK_FRAMES at RATE_HZ. Notes begin and end on
// block borders. Nothing allocates after it is opened. Same face as the sampler.
#ifndef SYNTH_PATCH_H
#define SYNTH_PATCH_H

#include "base/arena.h"

typedef struct Patch Patch;

bool patch_exists(Str name);                 // "supersaw", "fmpiano", "kit909" ...
Str patch_name(int index);                   // the empty Str behind the last one
Patch *patch_open(Arena *arena, Str name);   // `name` must exist

// `from` is the key a glide begins at, 0 = none. Kits take General MIDI drum keys.
void patch_start(Patch *patch, int note, int pitch, int velocity, int from);
void patch_stop(Patch *patch, int note);
void patch_clear(Patch *patch);
bool patch_run(Patch *patch, float *left, float *right); // overwrites one block; false when it is all silence

#endif
