// Noise: eight streams of white noise, one per lane (xorshift, Marsaglia 2003). Seeded by the
// caller, so the same note always hisses the same way.
#ifndef DSP_NOISE_H
#define DSP_NOISE_H

#include "dsp/curves.h"

// A well mixed word from any word (the finaliser of MurmurHash3); for seeds.
static inline uint32_t noise_mix(uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x85ebca6bu;
    x = (x ^ (x >> 13)) * 0xc2b2ae35u;
    return x ^ (x >> 16);
}

static inline float noise_unit(uint32_t seed) // -1 .. 1, always the same for one seed
{
    return (float)(int32_t)noise_mix(seed) * (1.0f / 2147483648.0f);
}

static inline w8 noise_seed(uint32_t seed)
{
    w8 state = w8_set(0);
    for (uint32_t i = 0; i < 8; i++)
        state[i] = noise_mix(seed + i * 0x9e3779b9u) | 1; // never zero
    return state;
}

LANES_INLINE f8 noise_tick(w8 *state) // the next value of each lane, -1 .. 1
{
    w8 x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return f8_from_int((i8)x) * (1.0f / 2147483648.0f);
}

LANES_INLINE f8 noise_of(w8 words) // white for words that count up, -1 .. 1
{
    w8 x = (words ^ (words >> 16)) * 0x85ebca6bu;
    x = (x ^ (x >> 13)) * 0xc2b2ae35u;
    return f8_from_int((i8)(x ^ (x >> 16))) * (1.0f / 2147483648.0f);
}

#endif
