// Eight floats side by side, in the compiler's own vector language: one source for the portable
// build and for AVX2. Each operation is the same IEEE operation on each lane, so both give the
// same bits. No horizontal sums but `f8_sum`, whose order is fixed.
#ifndef DSP_LANES_H
#define DSP_LANES_H

#include <stdint.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wpsabi" // all of these are inlined; no vector crosses a call

typedef float f8 __attribute__((vector_size(32)));
typedef int32_t i8 __attribute__((vector_size(32)));

#define LANES_INLINE static inline __attribute__((always_inline))

LANES_INLINE f8 f8_set(float x)
{
    return (f8){ x, x, x, x, x, x, x, x };
}

LANES_INLINE f8 f8_load(const float *from) // any alignment
{
    f8 v;
    memcpy(&v, from, sizeof v);
    return v;
}

LANES_INLINE void f8_store(float *to, f8 v)
{
    memcpy(to, &v, sizeof v);
}

LANES_INLINE f8 f8_pick(i8 mask, f8 yes, f8 no) // lanes of `mask` are 0 or -1, as comparisons make them
{
    return (f8)(((i8)yes & mask) | ((i8)no & ~mask));
}

LANES_INLINE f8 f8_max(f8 a, f8 b)
{
    return f8_pick(a > b, a, b);
}

LANES_INLINE f8 f8_min(f8 a, f8 b)
{
    return f8_pick(a < b, a, b);
}

LANES_INLINE f8 f8_abs(f8 a)
{
    return (f8)((i8)a & 0x7fffffff);
}

LANES_INLINE i8 f8_to_int(f8 a) // towards zero
{
    return __builtin_convertvector(a, i8);
}

LANES_INLINE f8 f8_from_int(i8 a)
{
    return __builtin_convertvector(a, f8);
}

LANES_INLINE float f8_sum(f8 v)
{
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

#endif
