// Sampler: plays one lane's notes with a SoundFont preset, in blocks of BLOCK_FRAMES at RATE_HZ.
// Notes begin and end on block borders. Nothing allocates after it is opened.
#ifndef SYNTH_SAMPLER_H
#define SYNTH_SAMPLER_H

#include "synth/soundfont.h"

typedef struct Sampler Sampler;

// A preset the font lacks is replaced as General MIDI players do: same program in bank 0, then program 0;
// a missing kit by kit 0.
Sampler *sampler_open(Arena *arena, const SoundFont *font, int program, bool kit);

// `note` is the caller's name for it, given again to stop it. More notes than voices: the quietest released go first.
void sampler_start(Sampler *sampler, int note, int pitch, int velocity);
void sampler_stop(Sampler *sampler, int note); // the key is released
void sampler_clear(Sampler *sampler);          // silence at once: as just opened
bool sampler_run(Sampler *sampler, float *left, float *right); // overwrites one block; false when it is all silence

#endif
