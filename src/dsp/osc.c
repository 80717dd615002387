#include "dsp/osc.h"

#include <stdbool.h>

#include "dsp/noise.h"

enum {
    LANES = 8,
    SPARSE_FRAMES = 32, // between two edges: so few that only they are smoothed
    REACH = 2,          // frames before and behind an edge that it bends
    EIGHTS = BLOCK_FRAMES / LANES,
};

static const w8 COUNT = { 0, 1, 2, 3, 4, 5, 6, 7 };
static const uint32_t HALF_TURN = 0x80000000u;

// Eight frames of one lane's oscillator, side by side.
typedef struct Line {
    OscWave wave;
    w8 phase, step, width; // step: of eight frames
    f8 frames, turns;
    w8 mod_phase, mod_step;
    f8 index, index_by;
} Line;

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
    f8 teeth = saw((phase << 5) + w8_set(HALF_TURN), tooth) * fade;
    f8 rising = f8_sign(f8_set(1.0f / 15.0f), w8_turns(phase));
    return triangle(phase, frames, turns) * (16.0f / 15.0f) - rising * teeth;
}

// From frame `i` of the block.
LANES_INLINE Line line_of(const Osc *osc, OscWave wave, int lane, int i)
{
    w8 count = (uint32_t)i + COUNT;
    return (Line){ wave,
                   osc->phase[lane] + osc->step[lane] * count,
                   w8_set(osc->step[lane] * LANES),
                   w8_set(osc->width[lane]),
                   f8_set(osc->frames[lane]),
                   f8_set(osc->turns[lane]),
                   osc->mod_phase[lane] + osc->mod_step[lane] * count,
                   w8_set(osc->mod_step[lane] * LANES),
                   osc->index[lane] + osc->index_by[lane] * f8_from_int((i8)count),
                   f8_set(osc->index_by[lane] * LANES) };
}

LANES_INLINE void go_on(Line *line) // to the next eight frames
{
    line->phase += line->step;
    line->mod_phase += line->mod_step;
    line->index += line->index_by;
}

LANES_INLINE f8 bent_sine(const Line *line)
{
    f8 by = w8_sin(line->mod_phase) * line->index;
    return w8_sin(line->phase + (w8)f8_to_int(by * 4294967296.0f));
}

LANES_INLINE f8 smooth(const Line *line)
{
    w8 phase = line->phase;
    switch (line->wave) {
    case OSC_SAW:
        return saw(phase, line->frames);
    case OSC_PULSE:
        return saw(phase, line->frames) - saw(phase + line->width, line->frames);
    case OSC_SQUARE:
        return square(phase, line->frames);
    case OSC_TRIANGLE:
        return triangle(phase, line->frames, line->turns);
    case OSC_STEPS:
        return steps(phase, line->frames, line->turns);
    case OSC_SINE:
        return w8_sin(phase);
    case OSC_FM:
        return bent_sine(line);
    case OSC_NOISE:
        return noise_of(phase);
    default:
        return f8_set(0.0f);
    }
}

// The same wave more than two frames away from its edges.
LANES_INLINE f8 plain(const Line *line)
{
    f8 q = w8_turns(line->phase);
    switch (line->wave) {
    case OSC_SAW:
        return q + q;
    case OSC_PULSE:
        return 2.0f * (q - w8_turns(line->phase + line->width));
    case OSC_SQUARE:
        return f8_sign(f8_set(1.0f), q);
    default:
        return 4.0f * f8_abs(q) - 1.0f;
    }
}

// The eights, a bit each, that an edge reaches into: it comes where the phase passes `edge`, and
// every `gap` frames from there.
LANES_INLINE unsigned near_edges(const Osc *osc, int lane, uint32_t edge, float gap)
{
    float frames = osc->frames[lane];
    float at = (float)(edge - osc->phase[lane]) * (1.0f / 4294967296.0f) * frames - frames;
    unsigned near = 0;
    while (at < (float)-REACH)
        at += gap;
    for (; at < (float)(BLOCK_FRAMES + REACH); at += gap) {
        unsigned last = (unsigned)(at + (float)(LANES + REACH)); // counted from eight before the block
        near |= 1u << (last - 2 * REACH) / LANES | 1u << last / LANES;
    }
    return near >> 1 & ((1u << EIGHTS) - 1);
}

// Most frames of a low tone are far from any edge.
LANES_INLINE void make_sparse(const Osc *osc, OscWave wave, int lane, float *out)
{
    bool twice = wave == OSC_SQUARE || wave == OSC_TRIANGLE;
    float gap = twice ? 0.5f * osc->frames[lane] : osc->frames[lane];
    unsigned near = near_edges(osc, lane, HALF_TURN, gap);
    if (wave == OSC_PULSE)
        near |= near_edges(osc, lane, HALF_TURN - osc->width[lane], gap);
    Line line = line_of(osc, wave, lane, 0);
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f8_store(out + i, plain(&line));
        go_on(&line);
    }
    for (; near; near &= near - 1) {
        int i = __builtin_ctz(near) * LANES;
        line = line_of(osc, wave, lane, i);
        f8_store(out + i, smooth(&line));
    }
}

LANES_INLINE bool is_sparse(const Osc *osc, OscWave wave, int lane)
{
    switch (wave) {
    case OSC_SAW:
        return osc->frames[lane] > (float)SPARSE_FRAMES;
    case OSC_PULSE:
    case OSC_SQUARE:
    case OSC_TRIANGLE:
        return osc->frames[lane] > (float)(2 * SPARSE_FRAMES);
    default:
        return false;
    }
}

LANES_INLINE void make(const Osc *osc, OscWave wave, int lane, float *out)
{
    if (is_sparse(osc, wave, lane)) {
        make_sparse(osc, wave, lane, out);
        return;
    }
    Line line = line_of(osc, wave, lane, 0);
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f8_store(out + i, smooth(&line));
        go_on(&line);
    }
}

LANES_INLINE void add_ramped(const float *wave, float gain, float by, float *out)
{
    f8 ramp = gain + by * f8_from_int((i8)COUNT);
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f8_store(out + i, f8_load(out + i) + f8_load(wave + i) * ramp);
        ramp += by * (float)LANES;
    }
}

LANES_INLINE void add(const Osc *osc, OscWave wave, int lane, float *left, float *right)
{
    float made[BLOCK_FRAMES];
    make(osc, wave, lane, made);
    add_ramped(made, osc->left[lane], osc->left_by[lane], left);
    if (right)
        add_ramped(made, osc->right[lane], osc->right_by[lane], right);
}

void osc_tune(Osc *osc, const f8 *turns)
{
    osc->step = w8_step(*turns);
    osc->turns = *turns;
    osc->frames = 1.0f / *turns;
}

// A loop for each wave, so that none asks which wave it is.
void osc_add(const Osc *osc, OscWave wave, int lane, float *left, float *right)
{
    switch (wave) {
    case OSC_SAW:
        add(osc, OSC_SAW, lane, left, right);
        break;
    case OSC_PULSE:
        add(osc, OSC_PULSE, lane, left, right);
        break;
    case OSC_SQUARE:
        add(osc, OSC_SQUARE, lane, left, right);
        break;
    case OSC_TRIANGLE:
        add(osc, OSC_TRIANGLE, lane, left, right);
        break;
    case OSC_STEPS:
        add(osc, OSC_STEPS, lane, left, right);
        break;
    case OSC_SINE:
        add(osc, OSC_SINE, lane, left, right);
        break;
    case OSC_FM:
        add(osc, OSC_FM, lane, left, right);
        break;
    case OSC_NOISE:
        add(osc, OSC_NOISE, lane, left, right);
        break;
    case OSC_NONE:
        break;
    }
}

void osc_move(Osc *osc)
{
    osc->phase += osc->step * BLOCK_FRAMES;
    osc->mod_phase += osc->mod_step * BLOCK_FRAMES;
    osc->left += osc->left_by * BLOCK_FRAMES;
    osc->right += osc->right_by * BLOCK_FRAMES;
    osc->index += osc->index_by * BLOCK_FRAMES;
}
