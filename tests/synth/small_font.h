// A SoundFont of a few sines, written here byte by byte, so that the tests need no font.
//
//     program 0  held      looped sine, 480 Hz a little under its key 71; release 0.3 s
//     program 1  dark      the same through a low pass at 480 Hz
//     program 2  pair      the same twice, hard left and hard right, an octave apart
//     program 3  even      the same; velocity changes nothing; slow attack of 0.5 s
//     program 4  bent      the same with vibrato, wobble and both envelopes in use
//     kit 0      key 42 closed and key 46 open hat, which cut each other off; key 36 a knock, not looped
#ifndef TESTS_SMALL_FONT_H
#define TESTS_SMALL_FONT_H

#include "base/buf.h"
#include "dsp/real.h"
#include "synth/sf2.h"

#include <string.h>

enum {
    SMALL_RATE_HZ = 48000,
    SINE_PERIOD = 100,
    SINE_PEAK = 16000,
    SINE_FRAMES = 4800,
    KNOCK_FRAMES = 2400,
    GUARD_FRAMES = 46, // silence behind each sample, as the standard asks
};

static inline void put(Buf *buf, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        char byte = (char)(value >> 8 * i & 0xff);
        buf_bytes(buf, &byte, 1);
    }
}

static inline void put_zeros(Buf *buf, int bytes)
{
    for (int i = 0; i < bytes; i++)
        put(buf, 0, 1);
}

static inline void put_name(Buf *buf, const char *name)
{
    char field[20] = { 0 };
    memcpy(field, name, strlen(name));
    buf_bytes(buf, field, sizeof field);
}

// A chunk's length is known when it ends: begin returns where it stands.
static inline size_t chunk_begin(Buf *buf, const char *name)
{
    buf_bytes(buf, name, 4);
    put(buf, 0, 4);
    return buf->length;
}

static inline void chunk_end(Buf *buf, size_t begin)
{
    for (int i = 0; i < 4; i++)
        buf->data[begin - 4 + (size_t)i] = (char)((buf->length - begin) >> 8 * i & 0xff);
    if (buf->length & 1)
        put(buf, 0, 1);
}

static inline void put_sines(Buf *buf)
{
    size_t begin = chunk_begin(buf, "smpl");
    for (int i = 0; i < SINE_FRAMES; i++)
        put(buf, (uint32_t)(int)(SINE_PEAK * real_sin_turns((double)i / SINE_PERIOD)), 2);
    put_zeros(buf, 2 * GUARD_FRAMES);
    for (int i = 0; i < KNOCK_FRAMES; i++)
        put(buf, (uint32_t)(int)(SINE_PEAK * real_sin_turns((double)i / SINE_PERIOD)), 2);
    put_zeros(buf, 2 * GUARD_FRAMES);
    chunk_end(buf, begin);
}

static inline void put_gen(Buf *buf, int gen, int amount)
{
    put(buf, (uint32_t)gen, 2);
    put(buf, (uint32_t)amount, 2);
}

// One record of the four lists below: a zone's generators; -1 in front begins a new head.
typedef struct SmallGen {
    int head, zone; // counted from 0
    int gen, amount;
} SmallGen;

enum {
    KEY_42 = 42 | 42 << 8,
    KEY_46 = 46 | 46 << 8,
    KEY_36 = 36 | 36 << 8,
    SOON = -2084,
    HALF_SECOND = -1200
};

static const SmallGen small_instruments[] = {
    { 0, 0, GEN_VOLUME_ENV + ENV_RELEASE, SOON }, // a global zone
    { 0, 1, GEN_LOOP_MODE, 1 },
    { 0, 1, GEN_SAMPLE, 0 },
    { 1, 2, GEN_FILTER_CENTS, 7050 }, // 480 Hz
    { 1, 2, GEN_LOOP_MODE, 1 },
    { 1, 2, GEN_SAMPLE, 0 },
    { 2, 3, GEN_PAN, -500 },
    { 2, 3, GEN_LOOP_MODE, 1 },
    { 2, 3, GEN_SAMPLE, 0 },
    { 2, 4, GEN_PAN, 500 },
    { 2, 4, GEN_COARSE_TUNE, 12 },
    { 2, 4, GEN_LOOP_MODE, 1 },
    { 2, 4, GEN_SAMPLE, 0 },
    { 3, 5, GEN_VOLUME_ENV + ENV_ATTACK, HALF_SECOND },
    { 3, 5, GEN_LOOP_MODE, 3 },
    { 3, 5, GEN_SAMPLE, 0 },
    { 4, 6, GEN_VIBRATO_PITCH, 50 },
    { 4, 6, GEN_MOD_LFO_PITCH, 20 },
    { 4, 6, GEN_MOD_LFO_VOLUME, 30 },
    { 4, 6, GEN_MOD_LFO_FILTER, 300 },
    { 4, 6, GEN_MOD_ENV_PITCH, 100 },
    { 4, 6, GEN_MOD_ENV_FILTER, 2400 },
    { 4, 6, GEN_FILTER_CENTS, 8000 },
    { 4, 6, GEN_FILTER_Q, 100 },
    { 4, 6, GEN_MOD_ENV + ENV_ATTACK, -3000 },
    { 4, 6, GEN_MOD_ENV + ENV_DECAY, 0 },
    { 4, 6, GEN_MOD_ENV + ENV_SUSTAIN, 500 },
    { 4, 6, GEN_VOLUME_ENV + ENV_DELAY, -4800 },
    { 4, 6, GEN_VOLUME_ENV + ENV_HOLD, -4800 },
    { 4, 6, GEN_VOLUME_ENV + ENV_DECAY, 0 },
    { 4, 6, GEN_VOLUME_ENV + ENV_SUSTAIN, 200 },
    { 4, 6, GEN_LOOP_MODE, 1 },
    { 4, 6, GEN_SAMPLE, 0 },
    { 5, 7, GEN_KEYS, KEY_42 },
    { 5, 7, GEN_EXCLUSIVE, 1 },
    { 5, 7, GEN_SCALE, 0 },
    { 5, 7, GEN_SAMPLE, 1 },
    { 5, 8, GEN_KEYS, KEY_46 },
    { 5, 8, GEN_EXCLUSIVE, 1 },
    { 5, 8, GEN_SCALE, 0 },
    { 5, 8, GEN_LOOP_MODE, 1 },
    { 5, 8, GEN_SAMPLE, 0 },
    { 5, 9, GEN_KEYS, KEY_36 },
    { 5, 9, GEN_SCALE, 0 },
    { 5, 9, GEN_SAMPLE, 1 },
};

static const SmallGen small_presets[] = {
    { 0, 0, GEN_INSTRUMENT, 0 }, { 1, 1, GEN_INSTRUMENT, 1 }, { 2, 2, GEN_INSTRUMENT, 2 },
    { 3, 3, GEN_INSTRUMENT, 3 }, { 4, 4, GEN_INSTRUMENT, 4 }, { 5, 5, GEN_INSTRUMENT, 5 },
};

enum { EVEN_ZONE = 5, SMALL_KIT_HEAD = 5 };

static inline void put_heads(Buf *buf, const SmallGen *gens, int count, bool preset)
{
    size_t begin = chunk_begin(buf, preset ? "phdr" : "inst");
    for (int i = 0, head = -1; i <= count; i++) {
        if (i < count && gens[i].head == head)
            continue;
        head = i < count ? gens[i].head : head + 1;
        put_name(buf, i < count ? "small" : "end");
        if (preset) {
            put(buf, head == SMALL_KIT_HEAD ? 0 : (uint32_t)head, 2);
            put(buf, head == SMALL_KIT_HEAD ? 128 : 0, 2);
        }
        put(buf, i < count ? (uint32_t)gens[i].zone : (uint32_t)gens[count - 1].zone + 1, 2);
        put_zeros(buf, preset ? 12 : 0);
    }
    chunk_end(buf, begin);
}

// `mod_zone` is the zone with the one modulator, -1 = none.
static inline void put_bags(Buf *buf, const SmallGen *gens, int count, const char *name, int mod_zone)
{
    size_t begin = chunk_begin(buf, name);
    for (int i = 0, zone = -1; i <= count; i++) {
        if (i < count && gens[i].zone == zone)
            continue;
        zone = i < count ? gens[i].zone : zone + 1;
        put(buf, (uint32_t)i, 2);
        put(buf, mod_zone >= 0 && zone > mod_zone, 2);
    }
    chunk_end(buf, begin);
}

static inline void put_gens(Buf *buf, const SmallGen *gens, int count, const char *name)
{
    size_t begin = chunk_begin(buf, name);
    for (int i = 0; i < count; i++)
        put_gen(buf, gens[i].gen, gens[i].amount);
    put_gen(buf, 0, 0);
    chunk_end(buf, begin);
}

// Velocity to attenuation, as every zone has it by itself, with amount 0.
static inline void put_mods(Buf *buf, const char *name, bool one)
{
    size_t begin = chunk_begin(buf, name);
    if (one) {
        put(buf, 0x0502, 2);
        put(buf, GEN_ATTENUATION, 2);
        put_zeros(buf, 6);
    }
    put_zeros(buf, MOD_BYTES);
    chunk_end(buf, begin);
}

static inline void put_sample(Buf *buf, uint32_t start, uint32_t frames, uint32_t loop_start,
                              uint32_t loop_end)
{
    put_name(buf, "sine");
    put(buf, start, 4);
    put(buf, start + frames, 4);
    put(buf, start + loop_start, 4);
    put(buf, start + loop_end, 4);
    put(buf, SMALL_RATE_HZ, 4);
    put(buf, 71, 1);
    put(buf, 49, 1); // cents up: 480 Hz is so much under B4
    put(buf, 0, 2);
    put(buf, 1, 2);
}

static inline void put_samples(Buf *buf)
{
    size_t begin = chunk_begin(buf, "shdr");
    put_sample(buf, 0, SINE_FRAMES, 1000, 4000);
    put_sample(buf, SINE_FRAMES + GUARD_FRAMES, KNOCK_FRAMES, 0, 0);
    put_sample(buf, 0, 0, 0, 0);
    chunk_end(buf, begin);
}

static inline Str small_font(Arena *arena)
{
    const int presets = sizeof small_presets / sizeof *small_presets;
    const int instruments = sizeof small_instruments / sizeof *small_instruments;
    Buf buf = buf_make(arena, 1 << 20);
    size_t riff = chunk_begin(&buf, "RIFF");
    buf_bytes(&buf, "sfbk", 4);

    size_t list = chunk_begin(&buf, "LIST");
    buf_bytes(&buf, "INFO", 4);
    size_t version = chunk_begin(&buf, "ifil");
    put(&buf, 2, 2);
    put(&buf, 1, 2);
    chunk_end(&buf, version);
    chunk_end(&buf, list);

    list = chunk_begin(&buf, "LIST");
    buf_bytes(&buf, "sdta", 4);
    put_sines(&buf);
    size_t low_bytes = chunk_begin(&buf, "sm24");
    put(&buf, 0x010203, 3); // of 24-bit samples; to be passed over, odd length and all
    chunk_end(&buf, low_bytes);
    chunk_end(&buf, list);

    list = chunk_begin(&buf, "LIST");
    buf_bytes(&buf, "pdta", 4);
    put_heads(&buf, small_presets, presets, true);
    put_bags(&buf, small_presets, presets, "pbag", -1);
    put_mods(&buf, "pmod", false);
    put_gens(&buf, small_presets, presets, "pgen");
    put_heads(&buf, small_instruments, instruments, false);
    put_bags(&buf, small_instruments, instruments, "ibag", EVEN_ZONE);
    put_mods(&buf, "imod", true);
    put_gens(&buf, small_instruments, instruments, "igen");
    put_samples(&buf);
    chunk_end(&buf, list);
    chunk_end(&buf, riff);
    return buf_str(&buf);
}

// Where the chunk `name` begins in `bytes`: its four letters.
static inline size_t small_chunk(Str bytes, const char *name)
{
    for (size_t i = bytes.length - 4; i > 0; i--)
        if (memcmp(bytes.data + i, name, 4) == 0)
            return i;
    return 0;
}

#endif
