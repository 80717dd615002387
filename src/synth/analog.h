// Analog: the voices of one Sound, eight to a group, in blocks of BLOCK_FRAMES. All that moves slowly moves
// once a block, with lines drawn in between.
//
//     oscillators ──> filter ──> amplifier ──> soft limit ──> sides
//
// A note begins in the first free lane, so few groups run. The same note begins the same way
// each time: drift, phase and place come from its number and pitch.
#ifndef SYNTH_ANALOG_H
#define SYNTH_ANALOG_H

#include "base/arena.h"
#include "synth/sound.h"

typedef struct Analog Analog;

Analog *analog_open(Arena *arena, const Sound *sound);
void analog_start(Analog *analog, int note, int pitch, int velocity, int from);
void analog_stop(Analog *analog, int note);
void analog_clear(Analog *analog);
bool analog_run(Analog *analog, float *left, float *right); // overwrites one block; false: nothing sounds

#endif
