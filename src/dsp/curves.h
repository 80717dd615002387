// Curves: elementary functions on eight lanes, for control values that change every block and
// for waves. Made of the same operations on each lane, so every build gives the same bits.
#ifndef DSP_CURVES_H
#define DSP_CURVES_H

#include "dsp/lanes.h"

typedef uint32_t w8 __attribute__((vector_size(32))); // eight words: phases, where wrapping is meant

LANES_INLINE w8 w8_set(uint32_t x)
{
    return (w8){ x, x, x, x, x, x, x, x };
}

// A phase of 2^32 per turn as -0.5 .. 0.5 turns.
LANES_INLINE f8 w8_turns(w8 phase)
{
    return f8_from_int((i8)phase) * (1.0f / 4294967296.0f);
}

// The phase step of a frequency given in turns per frame, 0 .. 0.499.
LANES_INLINE w8 w8_step(f8 turns)
{
    return (w8)f8_to_int(turns * 4294967296.0f);
}

LANES_INLINE f8 f8_sign(f8 size, f8 of) // |size| with the sign of `of`
{
    return (f8)(((i8)size & 0x7fffffff) | ((i8)of & (i8)f8_set(-0.0f)));
}

// sin(2 pi t) for t in -0.25 .. 0.25 turns, error below 1e-7: an odd polynomial of the ninth degree
// (least maximal relative error), its parts side by side so that none waits long.
LANES_INLINE f8 f8_sin_quarter(f8 t)
{
    f8 s = t * t, ss = s * s;
    f8 low = 6.28318548f - 41.3416786f * s, high = 81.6022339f - 76.5750427f * s;
    return t * (low + ss * (high + ss * 39.7112808f));
}

// sin(2 pi x) for x in -0.5 .. 0.5 turns.
LANES_INLINE f8 f8_sin_turns(f8 x)
{
    return f8_sign(f8_sin_quarter(0.25f - f8_abs(f8_abs(x) - 0.25f)), x);
}

// The sine of a phase: a quarter turn on, the distance from zero is the folded angle.
LANES_INLINE f8 w8_sin(w8 phase)
{
    return f8_sin_quarter(f8_abs(w8_turns(phase + w8_set(0x40000000u))) - 0.25f);
}

// 2^x for x in -126 .. 127, relative error below 3e-7 (0.0005 cents as a pitch).
LANES_INLINE f8 f8_exp2(f8 x)
{
    x = f8_min(f8_max(x, f8_set(-126.0f)), f8_set(127.0f));
    i8 whole = f8_to_int(x + 127.5f) - 127; // nearest: the sum is never negative
    f8 y = (x - f8_from_int(whole)) * 0.693147181f;
    f8 sum = 1.0f +
             y * (1.0f + y * (0.5f + y * (1.66666672e-1f +
                                          y * (4.16666679e-2f + y * (8.33333377e-3f + y * 1.38888892e-3f)))));
    return sum * (f8)((w8)(whole + 127) << 23);
}

// tan(pi x) for x in 0 .. 0.45: the gain of an integrator that is exact at x of the rate.
LANES_INLINE f8 f8_tan_half_turns(f8 x)
{
    return f8_sin_turns(x * 0.5f) / f8_sin_turns(0.25f - x * 0.5f);
}

// A soft limit: x for small x, +-1 beyond +-3. The (3, 2) Pade approximant of tanh. The clamp is
// written without comparisons, which are slow where vectors are emulated.
LANES_INLINE f8 f8_soft(f8 x)
{
    f8 y = 0.5f * (f8_abs(x + 3.0f) - f8_abs(x - 3.0f)), s = y * y;
    return y * (27.0f + s) / (27.0f + 9.0f * s);
}

#endif
