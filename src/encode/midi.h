// Standard MIDI File (type 1) and timed lyrics (LRC) of a score.
#ifndef ENCODE_MIDI_H
#define ENCODE_MIDI_H

#include "base/buf.h"
#include "encode/encode.h"
#include "score/score.h"

// One track a part; tempo, metre, key, section markers, lyrics and tags as meta events. Kits on channel 10.
void midi_write(const Score *score, const Tags *tags, Buf *out);

// LRC with a time for each sung line, [ti:] [by:] [length:] headers; section names when there are no lyrics.
void lrc_write(const Score *score, const Tags *tags, Buf *out);

#endif
