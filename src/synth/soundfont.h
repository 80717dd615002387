// SoundFont: an SF2 file, read in place from memory that the caller keeps mapped.
// All of its lists are checked once when it is opened (chunk bounds, indices in order, sample
// ranges), so players may trust them. Source: SoundFont Technical Specification 2.04 (Creative, 2006).
#ifndef SYNTH_SOUNDFONT_H
#define SYNTH_SOUNDFONT_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct SoundFont SoundFont;

// `bytes` is the whole file. Fails with INPUT and a reason when it is truncated, hostile or not an
// SF2 file with 16-bit samples. Takes well under a millisecond: nothing is copied or touched but the lists.
bool soundfont_open(Arena *arena, Str bytes, SoundFont **out, Fault *fault);

// Whether it has this General MIDI program (bank 0), or this kit (bank 128).
bool soundfont_has(const SoundFont *font, int program, bool kit);

#endif
