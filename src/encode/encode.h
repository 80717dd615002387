// Encoders: the mix as WAV, FLAC, MP3 or Opus bytes, streamed into a Sink as it is made.
#ifndef ENCODE_ENCODE_H
#define ENCODE_ENCODE_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct Sink {
    void *self;
    bool (*write)(void *self, const void *bytes, size_t count); // false: cannot take more
    bool (*seek)(void *self, int64_t at);                       // NULL when it is a stream
} Sink;

typedef enum Format { FORMAT_WAV16, FORMAT_WAV24, FORMAT_WAVF, FORMAT_FLAC, FORMAT_MP3, FORMAT_OPUS } Format;

// What every file says of itself.
typedef struct Tags {
    Str title;
    Str prompt;
    uint64_t seed;
    Str engine; // "SonicStacker 0.1.0 built-in"
    Str part;   // name of the stem; "" for the mix
} Tags;

extern const char ai_label[]; // "AI-generated", the text in each format's comment

// By a file name's ending, any case: .wav (24 bit) .flac .mp3 .opus
bool format_find(Str file_name, Format *out);

typedef struct Encoder Encoder;

// `frames` stereo frames at RATE_HZ will follow. Samples are -1..1; beyond is clipped.
bool encoder_open(Arena *arena, Format format, int64_t frames, const Tags *tags, Sink sink, Encoder **out, Fault *fault);
bool encoder_write(Encoder *encoder, const float *left, const float *right, int frames, Fault *fault);
bool encoder_close(Encoder *encoder, Fault *fault); // writes the rest; also after a fault, to give back what it holds

#endif
