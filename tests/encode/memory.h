// A sink that keeps what it is given, and a short song to encode.
#ifndef TESTS_ENCODE_MEMORY_H
#define TESTS_ENCODE_MEMORY_H

#include <stdlib.h>
#include <string.h>

#include "encode/encode.h"
#include "tests/test.h"

enum { SONG_FRAMES = 48000 + 777, SOME = 64 }; // not a multiple of any block

typedef struct Memory {
    unsigned char *bytes;
    size_t length, size, at;
    size_t room; // writes beyond it fail; 0 = no limit
} Memory;

static inline bool memory_write(void *self, const void *bytes, size_t count)
{
    Memory *m = self;
    if (m->room && m->at + count > m->room)
        return false;
    if (m->at + count > m->size) {
        m->size = (m->at + count) * 2;
        m->bytes = realloc(m->bytes, m->size);
    }
    if (count)
        memcpy(m->bytes + m->at, bytes, count);
    m->at += count;
    if (m->at > m->length)
        m->length = m->at;
    return true;
}

static inline bool memory_seek(void *self, int64_t at)
{
    Memory *m = self;
    m->at = (size_t)at;
    return m->at <= m->length;
}

typedef struct Song {
    float left[SONG_FRAMES], right[SONG_FRAMES];
} Song;

// Two soft tones of triangles, 440 Hz left and 660 Hz right, from silence to silence.
static inline Song *song_make(float peak)
{
    Song *song = ARENA_NEW(test_arena(), Song);
    float phase[2] = { 0.25f, 0.25f };
    for (int i = 0; i < SONG_FRAMES; i++) {
        float from_end = (float)(i < SONG_FRAMES - i ? i : SONG_FRAMES - i);
        float gain = peak * (from_end < 4800 ? from_end / 4800 : 1.0f);
        float *out[2] = { &song->left[i], &song->right[i] };
        for (int c = 0; c < 2; c++) {
            float x = phase[c] < 0.5f ? phase[c] : 1.0f - phase[c];
            *out[c] = gain * (x * 4 - 1);
            phase[c] += (c ? 660.0f : 440.0f) / 48000.0f;
            phase[c] -= phase[c] >= 1.0f ? 1.0f : 0.0f;
        }
    }
    return song;
}

static const Tags song_tags = {
    .title = STR_INIT("Night Tr\xc3\xa4in"),
    .prompt = STR_INIT("A warm lo-fi beat, 80 bpm"),
    .seed = 18446744073709551615u,
    .engine = STR_INIT("SonicStacker test"),
    .part = STR_INIT(""),
};

// Encodes it, `step` frames a call. `seeks` false: as into a pipe.
static inline Memory song_encode(const Song *song, Format format, int step, bool seeks)
{
    Fault fault = { 0 };
    Memory memory = { 0 };
    Encoder *encoder = NULL;
    Sink sink = { &memory, memory_write, seeks ? memory_seek : NULL };
    CHECK_OK(encoder_open(test_arena(), format, SONG_FRAMES, &song_tags, sink, &encoder, &fault));
    for (int i = 0; i < SONG_FRAMES; i += step) {
        int count = SONG_FRAMES - i < step ? SONG_FRAMES - i : step;
        CHECK_OK(encoder_write(encoder, song->left + i, song->right + i, count, &fault));
    }
    CHECK_OK(encoder_close(encoder, &fault));
    return memory;
}

static inline bool memory_has(const Memory *memory, Str part)
{
    size_t at;
    return str_find((Str){ (const char *)memory->bytes, memory->length }, part, &at);
}

static inline bool memory_same(const Memory *a, const Memory *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

#endif
