// Elementary functions made of additions, multiplications and divisions alone, so that every
// machine and every build gives the same bits (libm's do not promise that). Relative error below
// 1e-9 unless said otherwise: far under what can be heard. Not for hot inner loops of single samples.
#ifndef DSP_REAL_H
#define DSP_REAL_H

#include <stdint.h>
#include <string.h>

#define REAL_PI 3.14159265358979323846

static inline double real_from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t real_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double real_floor(double x) // |x| < 2^62
{
    double whole = (double)(int64_t)x;
    return whole > x ? whole - 1.0 : whole;
}

// 2^x; 0 below -1000, clamped at 2^1000. Taylor series of e^(x ln 2) on [-0.5, 0.5].
static inline double real_exp2(double x)
{
    if (x < -1000.0)
        return 0.0;
    if (x > 1000.0)
        x = 1000.0;
    double whole = real_floor(x + 0.5);
    double y = (x - whole) * 0.69314718055994530942;
    double sum = 1.0 + y * (1.0 + y * (1.0 / 2 + y * (1.0 / 6 + y * (1.0 / 24 + y * (1.0 / 120 +
                 y * (1.0 / 720 + y * (1.0 / 5040 + y * (1.0 / 40320 + y / 362880))))))));
    return sum * real_from_bits((uint64_t)((int64_t)whole + 1023) << 52);
}

// log2(x) for x > 0 (normal numbers). log2(m) by the series of 2 atanh((m-1)/(m+1)), m in [0.707, 1.414].
static inline double real_log2(double x)
{
    uint64_t bits = real_bits(x);
    int64_t exponent = (int64_t)(bits >> 52) - 1023;
    double m = real_from_bits((bits & 0xfffffffffffffu) | 0x3ff0000000000000u);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        exponent++;
    }
    double t = (m - 1.0) / (m + 1.0), s = t * t;
    double series = 1.0 + s * (1.0 / 3 + s * (1.0 / 5 + s * (1.0 / 7 + s * (1.0 / 9 + s * (1.0 / 11 + s / 13)))));
    return (double)exponent + t * series * 2.88539008177792681472;
}

static inline double real_pow(double base, double exponent) // base > 0
{
    return real_exp2(exponent * real_log2(base));
}

static inline double real_exp(double x)
{
    return real_exp2(x * 1.44269504088896340736);
}

// sin(2 pi x): the argument in turns. Taylor series after folding to a quarter turn.
static inline double real_sin_turns(double x)
{
    x -= real_floor(x + 0.5); // [-0.5, 0.5)
    if (x > 0.25)
        x = 0.5 - x;
    if (x < -0.25)
        x = -0.5 - x;
    double y = x * (2.0 * REAL_PI), s = y * y;
    return y * (1.0 - s * (1.0 / 6 - s * (1.0 / 120 - s * (1.0 / 5040 - s * (1.0 / 362880 -
           s * (1.0 / 39916800 - s * (1.0 / 6227020800.0)))))));
}

static inline double real_cos_turns(double x)
{
    return real_sin_turns(x + 0.25);
}

static inline double real_tan_turns(double x) // |x| < 0.25
{
    return real_sin_turns(x) / real_cos_turns(x);
}

static inline double real_tanh(double x)
{
    if (x > 20.0)
        return 1.0;
    if (x < -20.0)
        return -1.0;
    double e = real_exp2(x * 2.88539008177792681472);
    return (e - 1.0) / (e + 1.0);
}

static inline double real_sqrt(double x) // IEEE: correctly rounded everywhere
{
    return __builtin_sqrt(x);
}

static inline double real_gain(double db) // amplitude of a level in dB
{
    return real_exp2(db * 0.16609640474436811739);
}

static inline double real_db(double gain) // gain > 0
{
    return real_log2(gain) * 6.02059991327962390428;
}

static inline double real_key_hz(double key) // MIDI key 69 = 440 Hz
{
    return 440.0 * real_exp2((key - 69.0) / 12.0);
}

#endif
