// What the four formats share: one Encoder, whose Coder knows one format. Used inside this folder only.
//
// encoder.c cuts what comes into blocks of CODER_BLOCK frames, already clipped, so the bytes do not
// depend on how many frames each call brought.
#ifndef ENCODE_CODER_H
#define ENCODE_CODER_H

#include "encode/encode.h"
#include "encode/tags.h"

enum { CODER_BLOCK = 1024 }; // frames; every block but the last is this long

typedef struct Coder {
    bool (*open)(Encoder *encoder, const TagTexts *tags, Fault *fault);
    bool (*block)(Encoder *encoder, int frames, Fault *fault); // encoder->left, encoder->right
    // `whole`: all frames came, write what is left. Else only give back what it holds.
    bool (*close)(Encoder *encoder, bool whole, Fault *fault);
} Coder;

extern const Coder coder_wav, coder_flac, coder_mp3, coder_opus;

struct Encoder {
    const Coder *coder;
    void *self; // the coder's own state; NULL when its open failed
    Format format;
    Arena *arena;
    Sink sink;
    int64_t at; // the sink's position
    bool sink_failed;
    bool failed;
    int64_t frames;                       // promised
    int64_t taken;                        // come so far
    int held;                             // of them in `left` and `right`
    _Alignas(64) float left[CODER_BLOCK]; // zero past `held` when a block is coded
    _Alignas(64) float right[CODER_BLOCK];
};

// Bytes to the sink. After a failure nothing more is written.
bool encoder_put(Encoder *encoder, const void *bytes, size_t count);
bool encoder_seek(Encoder *encoder, int64_t at);

// What to say when a library failed: the sink's fault if it was that, else `library` as the text.
bool encoder_fault(const Encoder *encoder, const char *library, Fault *fault);

#endif
