#include "dsp/osc.h"

#include <stddef.h>

#include "dsp/noise.h"

// Twice max(x, 0), without a comparison: those are slow where vectors are emulated.
LANES_INLINE f8 twice_positive(f8 x)
{
    return x + f8_abs(x);
}

// What a step of height 2 lacks at `x` frames from the edge.
LANES_INLINE f8 step_residual(f8 x)
{
    f8 a = twice_positive(2.0f - x), b = twice_positive(1.0f - x);
    f8 aa = a * a, bb = b * b;
    return (aa * aa - 4.0f * (bb * bb)) * (1.0f / 192.0f);
}

// What a bend of slope 1 per frame lacks at `x` frames from the corner.
LANES_INLINE f8 bend_residual(f8 x)
{
    f8 a = twice_positive(2.0f - x), b = twice_positive(1.0f - x);
    f8 aa = a * a, bb = b * b;
    return (a * (aa * aa) - 4.0f * b * (bb * bb)) * (1.0f / 3840.0f);
}

LANES_INLINE f8 saw(w8 phase, f8 frames)
{
    f8 q = w8_turns(phase);
    f8 edge = step_residual((0.5f - f8_abs(q)) * frames);
    return q + q - (f8)((i8)edge ^ ((i8)q & (i8)f8_set(-0.0f)));
}

// Both edges of a turn are equally far apart, so the nearer one is enough.
LANES_INLINE f8 square(w8 phase, f8 frames)
{
    f8 q = w8_turns(phase);
    f8 nearer = 0.25f - f8_abs(f8_abs(q) - 0.25f);
    return f8_sign(1.0f - step_residual(nearer * frames), q);
}

LANES_INLINE f8 triangle(w8 phase, f8 frames, f8 turns)
{
    f8 a = f8_abs(w8_turns(phase));
    f8 corners = bend_residual(a * frames) - bend_residual((0.5f - a) * frames);
    return 4.0f * a - 1.0f + 8.0f * turns * corners;
}

// The triangle less the saw that rounding to 16 levels takes away: 32 teeth a turn, mirrored at
// the corners. The teeth fade before they would reach the rate.
LANES_INLINE f8 steps(w8 phase, f8 frames, f8 turns)
{
    f8 tooth = frames * (1.0f / 32.0f);
    f8 fade = 0.5f * (f8_abs(tooth * 0.5f - 1.0f) - f8_abs(tooth * 0.5f - 2.0f) + 1.0f); // 0..1
    f8 teeth = saw((phase << 5) + w8_set(0x80000000u), tooth) * fade;
    f8 rising = f8_sign(f8_set(1.0f / 15.0f), w8_turns(phase));
    return triangle(phase, frames, turns) * (16.0f / 15.0f) - rising * teeth;
}

LANES_INLINE f8 bent_sine(Osc *osc)
{
    f8 by = w8_sin(osc->mod_phase) * osc->index;
    osc->mod_phase += osc->mod_step;
    osc->index += osc->index_by;
    return w8_sin(osc->phase + (w8)f8_to_int(by * 4294967296.0f));
}

LANES_INLINE f8 tick(Osc *osc, OscWave wave)
{
    f8 y;
    switch (wave) {
    case OSC_SAW:
        y = saw(osc->phase, osc->frames);
        break;
    case OSC_PULSE:
        y = saw(osc->phase, osc->frames) - saw(osc->phase + osc->width, osc->frames);
        break;
    case OSC_SQUARE:
        y = square(osc->phase, osc->frames);
        break;
    case OSC_TRIANGLE:
        y = triangle(osc->phase, osc->frames, osc->turns);
        break;
    case OSC_STEPS:
        y = steps(osc->phase, osc->frames, osc->turns);
        break;
    case OSC_SINE:
        y = w8_sin(osc->phase);
        break;
    case OSC_FM:
        y = bent_sine(osc);
        break;
    case OSC_NOISE:
        return noise_tick(&osc->phase);
    default:
        y = f8_set(0.0f);
    }
    osc->phase += osc->step;
    return y;
}

LANES_INLINE void run(Osc *osc, OscWave wave, f8 *left, f8 *right)
{
    Osc o = *osc; // in registers for the length of the block
    for (int i = 0; i < BLOCK_FRAMES; i++) {
        f8 y = tick(&o, wave);
        left[i] += y * o.left;
        o.left += o.left_by;
        if (right) {
            right[i] += y * o.right;
            o.right += o.right_by;
        }
    }
    *osc = o;
}

// A loop for each wave, so that none asks which wave it is.
LANES_INLINE void run_any(Osc *osc, OscWave wave, f8 *left, f8 *right)
{
    switch (wave) {
    case OSC_SAW:
        run(osc, OSC_SAW, left, right);
        break;
    case OSC_PULSE:
        run(osc, OSC_PULSE, left, right);
        break;
    case OSC_SQUARE:
        run(osc, OSC_SQUARE, left, right);
        break;
    case OSC_TRIANGLE:
        run(osc, OSC_TRIANGLE, left, right);
        break;
    case OSC_STEPS:
        run(osc, OSC_STEPS, left, right);
        break;
    case OSC_SINE:
        run(osc, OSC_SINE, left, right);
        break;
    case OSC_FM:
        run(osc, OSC_FM, left, right);
        break;
    case OSC_NOISE:
        run(osc, OSC_NOISE, left, right);
        break;
    case OSC_NONE:
        break;
    }
}

void osc_tune(Osc *osc, const f8 *turns)
{
    osc->step = w8_step(*turns);
    osc->turns = *turns;
    osc->frames = 1.0f / *turns;
}

void osc_run(Osc *osc, OscWave wave, f8 *left, f8 *right)
{
    run_any(osc, wave, left, right);
}

void osc_run_mono(Osc *osc, OscWave wave, f8 *out)
{
    run_any(osc, wave, out, NULL);
}
