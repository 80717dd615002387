// Vectors of four in the compiler's own language: this folder is built for every machine, and four
// lanes are what each has. Written for little-endian machines, as WAV files are.
#include "encode/pcm.h"

#include "base/rng.h"

#include <string.h>

enum { LANES = 4 };

typedef float Floats __attribute__((vector_size(16)));
typedef int32_t Ints __attribute__((vector_size(16)));
typedef uint32_t Words __attribute__((vector_size(16)));
typedef uint64_t Pair __attribute__((vector_size(16)));

static const float SCALE_16 = 32768.0f, SCALE_24 = 8388608.0f;

static Floats set(float x)
{
    return (Floats){ x, x, x, x };
}

static Floats load(const float *from)
{
    Floats v;
    memcpy(&v, from, sizeof v);
    return v;
}

static Floats pick(Ints mask, Floats yes, Floats no)
{
    return (Floats)(((Ints)yes & mask) | ((Ints)no & ~mask));
}

void pcm_clip(const float *from, float *to, int frames)
{
    const Floats one = set(1.0f);
    int i = 0;
    for (; i + LANES <= frames; i += LANES) {
        Floats x = load(from + i);
        Ints sign = (Ints)x & INT32_MIN;
        Floats size = (Floats)((Ints)x & INT32_MAX);
        size = pick(size < one, size, one);
        size = (Floats)(((Ints)size | sign) & (x == x));
        memcpy(to + i, &size, sizeof size);
    }
    for (; i < frames; i++) {
        float x = from[i];
        to[i] = x != x ? 0.0f : x < -1.0f ? -1.0f : x > 1.0f ? 1.0f : x;
    }
}

// To the nearest whole number, halves away from zero. `most` is the largest there is: 2^n itself,
// the one number that does not fit, becomes 2^n - 1.
static Ints nearest(Floats x, int32_t most)
{
    Floats half = (Floats)(((Ints)x & INT32_MIN) | (Ints)set(0.5f));
    Ints whole = __builtin_convertvector(x + half, Ints);
    return whole + (whole > most);
}

static Ints to_24(const float *from)
{
    return nearest(load(from) * SCALE_24, (1 << 23) - 1);
}

void pcm_dither_open(PcmDither *dither)
{
    Rng rng = rng_named(0, "dither");
    for (int i = 0; i < LANES; i++) {
        dither->left[i] = (uint32_t)rng_next(&rng) | 1; // xorshift must not start at 0
        dither->right[i] = (uint32_t)rng_next(&rng) | 1;
    }
}

// The difference of two even numbers 0..1 is triangular, -1..1.
static Floats dither_next(Words *state)
{
    Words x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    Ints difference = (Ints)(x & 0xffff) - (Ints)(x >> 16);
    return __builtin_convertvector(difference, Floats) * (1.0f / 65536.0f);
}

// Dither may lead one step out of range at both ends.
static Ints to_16(Words *state, const float *from)
{
    const int32_t most = 32767, least = -32768;
    Ints whole = nearest(load(from) * SCALE_16 + dither_next(state), most);
    whole += whole > most;
    return whole - (whole < least);
}

void pcm_16(PcmDither *dither, const float *left, const float *right, int frames, unsigned char *out)
{
    Words states[2];
    memcpy(&states[0], dither->left, sizeof states[0]);
    memcpy(&states[1], dither->right, sizeof states[1]);
    for (int i = 0; i < frames; i += LANES) {
        Ints l = to_16(&states[0], left + i), r = to_16(&states[1], right + i);
        Ints both = (l & 0xffff) | (Ints)((Words)r << 16);
        memcpy(out + i * 4, &both, sizeof both);
    }
    memcpy(dither->left, &states[0], sizeof states[0]);
    memcpy(dither->right, &states[1], sizeof states[1]);
}

static void put_word(unsigned char *to, uint64_t word)
{
    memcpy(to, &word, sizeof word);
}

// Four frames of 6 bytes are three words of 8.
void pcm_24(const float *left, const float *right, int frames, unsigned char *out)
{
    for (int i = 0; i < frames; i += LANES) {
        Ints l = to_24(left + i) & 0xffffff, r = to_24(right + i);
        Ints low = l | (Ints)((Words)r << 24), high = (r >> 8) & 0xffff;
        Pair f01 = (Pair)__builtin_shufflevector(low, high, 0, 4, 1, 5);
        Pair f23 = (Pair)__builtin_shufflevector(low, high, 2, 6, 3, 7);
        put_word(out + i * 6, f01[0] | f01[1] << 48);
        put_word(out + i * 6 + 8, f01[1] >> 16 | f23[0] << 32);
        put_word(out + i * 6 + 16, f23[0] >> 32 | f23[1] << 16);
    }
}

void pcm_24_ints(const float *samples, int frames, int32_t *out)
{
    for (int i = 0; i < frames; i += LANES) {
        Ints whole = to_24(samples + i);
        memcpy(out + i, &whole, sizeof whole);
    }
}

void pcm_float(const float *left, const float *right, int frames, unsigned char *out)
{
    for (int i = 0; i < frames; i += LANES) {
        Floats l = load(left + i), r = load(right + i);
        Floats low = { l[0], r[0], l[1], r[1] }, high = { l[2], r[2], l[3], r[3] };
        memcpy(out + i * 8, &low, sizeof low);
        memcpy(out + i * 8 + sizeof low, &high, sizeof high);
    }
}
