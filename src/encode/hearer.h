// What the decoders share: one Decoder, whose Hearer knows one format. Used inside this folder only.
#ifndef ENCODE_HEARER_H
#define ENCODE_HEARER_H

#include "encode/decode.h"

enum { HEARER_PIECE = 1024 }; // frames, taken apart at a time

typedef struct Hearer {
    bool (*open)(Decoder *decoder);
    void (*write)(Decoder *decoder, const unsigned char *bytes, size_t count);
    void (*end)(Decoder *decoder);   // no more bytes will come
    void (*close)(Decoder *decoder); // also when `open` failed
    double apart_db;                 // how far a second's level may be off
} Hearer;

extern const Hearer hearer_mp3, hearer_flac, hearer_opus;

struct Decoder {
    const Hearer *hearer;
    void *self; // the hearer's own state
    Arena *arena;
    Levels levels; // of what was decoded
    bool broken;   // these bytes are no such file
};

void decoder_hear(Decoder *decoder, const float *pairs, int frames); // left, right, left ...

#endif
