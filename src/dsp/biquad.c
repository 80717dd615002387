// The cookbook's formulas, all divided by a0.
#include "dsp/biquad.h"

#include "dsp/dsp.h"
#include "dsp/real.h"

const Biquad biquad_through = { 1.0, 0.0, 0.0, 0.0, 0.0 };

typedef struct Corner {
    double cosine, alpha;
} Corner;

static double within(double x, double low, double high)
{
    return x > low ? (x < high ? x : high) : low;
}

static Corner corner(double hz, double q)
{
    double turns = within(hz, 1.0, 0.45 * RATE_HZ) / RATE_HZ;
    return (Corner){ real_cos_turns(turns), real_sin_turns(turns) / (2.0 * within(q, 0.05, 100.0)) };
}

static Biquad divided(Biquad raw, double a0)
{
    return (Biquad){ raw.b0 / a0, raw.b1 / a0, raw.b2 / a0, raw.a1 / a0, raw.a2 / a0 };
}

Biquad biquad_low_cut(double hz, double q)
{
    Corner c = corner(hz, q);
    double b = (1.0 + c.cosine) / 2.0;
    return divided((Biquad){ b, -2.0 * b, b, -2.0 * c.cosine, 1.0 - c.alpha }, 1.0 + c.alpha);
}

Biquad biquad_high_cut(double hz, double q)
{
    Corner c = corner(hz, q);
    double b = (1.0 - c.cosine) / 2.0;
    return divided((Biquad){ b, 2.0 * b, b, -2.0 * c.cosine, 1.0 - c.alpha }, 1.0 + c.alpha);
}

Biquad biquad_bell(double hz, double gain_db, double q)
{
    Corner c = corner(hz, q);
    double root = real_gain(gain_db / 2.0), up = c.alpha * root, down = c.alpha / root;
    return divided((Biquad){ 1.0 + up, -2.0 * c.cosine, 1.0 - up, -2.0 * c.cosine, 1.0 - down }, 1.0 + down);
}

Biquad biquad_band_pass(double hz, double q)
{
    Corner c = corner(hz, q);
    return divided((Biquad){ c.alpha, 0.0, -c.alpha, -2.0 * c.cosine, 1.0 - c.alpha }, 1.0 + c.alpha);
}

// `side` is 1 for the high shelf and -1 for the low one: they mirror each other.
static Biquad shelf(double hz, double gain_db, double side)
{
    Corner c = corner(hz, BIQUAD_FLAT);
    double root = real_gain(gain_db / 2.0), slope = 2.0 * real_sqrt(root) * c.alpha;
    double plus = root + 1.0, minus = (root - 1.0) * c.cosine * side;
    double plus_cos = plus * c.cosine * side, less = root - 1.0;
    Biquad raw = {
        .b0 = root * (plus + minus + slope),
        .b1 = -2.0 * side * root * (less + plus_cos),
        .b2 = root * (plus + minus - slope),
        .a1 = 2.0 * side * (less - plus_cos),
        .a2 = plus - minus - slope,
    };
    return divided(raw, plus - minus + slope);
}

Biquad biquad_low_shelf(double hz, double gain_db)
{
    return shelf(hz, gain_db, -1.0);
}

Biquad biquad_high_shelf(double hz, double gain_db)
{
    return shelf(hz, gain_db, 1.0);
}
