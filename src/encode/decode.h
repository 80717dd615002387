// Decoders: what an encoder wrote is heard again while it is written, so that no file is called a song that
// nobody could play.
//
//     decoder_open ──> decoder_write, as the bytes come ──> decoder_close: can it be played, and is it that
//     sound?
//
// A decoder keeps only what it has not heard yet. FLAC and MP3 are decoded from end to end. Of an Opus file
// each page's sum and each packet's length are checked, but only every fourth second is turned into sound:
// to decode all of it would take longer than the other two.
#ifndef ENCODE_DECODE_H
#define ENCODE_DECODE_H

#include "dsp/levels.h"
#include "encode/encode.h"

typedef struct Decoder Decoder;

bool decoder_open(Arena *arena, Format format, Decoder **out, Fault *fault); // MP3, FLAC or Opus
void decoder_write(Decoder *decoder, const void *bytes, size_t count);

// True: the file is whole, and decodes to a sound of the same length and, in each second, of the same level
// as `source`. After a fault call it with NULL to give back what it holds.
bool decoder_close(Decoder *decoder, const Levels *source);

#endif
