// Wide: as many floats as one register holds, for loops whose lanes are frames. Every lane does the same
// IEEE operation by itself, so the portable build with four and the AVX2 build with eight give the same
// bits. Where lanes have a meaning of their own, dsp/lanes.h has always eight.
#ifndef DSP_WIDE_H
#define DSP_WIDE_H

#include <stdint.h>
#include <string.h>

#ifdef __AVX2__
enum { WIDE = 8 };
#else
enum { WIDE = 4 };
#endif

#define WIDE_INLINE static inline __attribute__((always_inline))
#define WIDE_BYTES  __attribute__((vector_size(4 * WIDE)))

typedef float wide WIDE_BYTES;
typedef int32_t wide_int WIDE_BYTES;
typedef uint32_t wide_word WIDE_BYTES;

WIDE_INLINE wide wide_set(float x)
{
    return x - (wide){ 0 };
}

WIDE_INLINE wide wide_load(const float *from) // any alignment
{
    wide v;
    memcpy(&v, from, sizeof v);
    return v;
}

WIDE_INLINE void wide_store(float *to, wide v)
{
    memcpy(to, &v, sizeof v);
}

WIDE_INLINE wide wide_count(void) // 0, 1, 2 ...
{
    static const float from_zero[8] = { 0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f };
    return wide_load(from_zero);
}

WIDE_INLINE wide wide_pick(wide_int mask, wide yes, wide no) // lanes of `mask` are 0 or -1
{
    return (wide)(((wide_int)yes & mask) | ((wide_int)no & ~mask));
}

WIDE_INLINE wide wide_max(wide a, wide b)
{
    return wide_pick(a > b, a, b);
}

WIDE_INLINE wide wide_min(wide a, wide b)
{
    return wide_pick(a < b, a, b);
}

WIDE_INLINE wide wide_abs(wide a)
{
    return (wide)((wide_int)a & 0x7fffffff);
}

WIDE_INLINE wide wide_sign(wide size, wide of) // |size| with the sign of `of`
{
    return (wide)(((wide_int)size & 0x7fffffff) | ((wide_int)of & ~0x7fffffff));
}

WIDE_INLINE wide wide_unit(wide x) // kept within 0..1
{
    return wide_min(wide_max(x, wide_set(0.0f)), wide_set(1.0f));
}

// A soft limit: x for small x, +-1 beyond +-3. The (3, 2) Pade approximant of tanh.
WIDE_INLINE wide wide_soft(wide x)
{
    wide y = wide_max(wide_min(x, wide_set(3.0f)), wide_set(-3.0f)), s = y * y;
    return y * (27.0f + s) / (27.0f + 9.0f * s);
}

WIDE_INLINE float wide_highest(wide v)
{
    float most = v[0];
    for (int i = 1; i < WIDE; i++)
        most = v[i] > most ? v[i] : most;
    return most;
}

#endif
