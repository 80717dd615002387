#include "synth/sampler_kernel.h"

#include "dsp/lanes.h"

#include <assert.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "samples are read as they lie in the file");

typedef float f4 __attribute__((vector_size(16)));
typedef float f4_loose __attribute__((vector_size(16), aligned(4), may_alias));
typedef int16_t s8 __attribute__((vector_size(16)));
typedef int16_t s8_loose __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint32_t u8 __attribute__((vector_size(32)));

enum {
    LANES = 8,
    // One frame before, two behind, and what reading by lanes overshoots.
    WINDOW_FRAMES = BLOCK_FRAMES * STEP_MAX + 4 + LANES,
};

// Reading: the part of the sample that a block needs goes to a window of floats, loop and ends laid
// out straight, so that the interpolation need not know of them.

// Writes whole lanes: up to 7 floats too many, from as many frames too many.
static void widen(const unsigned char *pcm, int64_t count, float *to)
{
    for (int64_t i = 0; i < count; i += LANES) {
        s8 v = *(const s8_loose *)(const void *)(pcm + 2 * i);
        f8_store(to + i, f8_from_int(__builtin_convertvector(v, i8)));
    }
}

static void widen_singly(const unsigned char *pcm, int64_t count, float *to)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (int16_t)(pcm[2 * i] | pcm[2 * i + 1] << 8);
}

static void copy_run(const SampleReader *reader, int64_t from, int64_t count, float *to)
{
    if (from + count + LANES <= reader->readable)
        widen(reader->pcm + 2 * from, count, to);
    else
        widen_singly(reader->pcm + 2 * from, count, to);
}

static void lay_out(const SampleReader *reader, int64_t first, int64_t count, float *window)
{
    int64_t low = reader->wrapped ? reader->loop_start : 0;
    int64_t high = reader->loops ? reader->loop_end : reader->end;
    int64_t length = reader->loop_end - reader->loop_start;
    for (int64_t done = 0; done < count;) {
        int64_t from = first + done, run = 1;
        if (from >= high && reader->loops)
            from = reader->loop_start + (from - reader->loop_start) % length;
        else if (from < low && reader->wrapped)
            from += length;
        if (from < 0 || from >= high) {
            window[done++] = 0.0f;
            continue;
        }
        if (from >= low)
            run = high - from < count - done ? high - from : count - done;
        copy_run(reader, from, run, window + done);
        done += run;
    }
}

static void fill_window(const SampleReader *reader, int64_t first, int64_t count, float *window)
{
    int64_t low = reader->wrapped ? reader->loop_start : 0;
    int64_t high = reader->loops ? reader->loop_end : reader->end;
    if (first >= low && first + count <= high && first + count + LANES <= reader->readable)
        widen(reader->pcm + 2 * first, count, window);
    else
        lay_out(reader, first, count, window);
}

LANES_INLINE f4 load4(const float *from)
{
    return *(const f4_loose *)(const void *)from;
}

// Rows of four to columns of eight. Both ways only move lanes about; each suits its build.
#ifdef __AVX__
LANES_INLINE f8 beside(f4 low, f4 high)
{
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

LANES_INLINE void columns(const f4 row[8], f8 column[4])
{
    f8 r0 = beside(row[0], row[4]), r1 = beside(row[1], row[5]);
    f8 r2 = beside(row[2], row[6]), r3 = beside(row[3], row[7]);
    f8 ab01 = __builtin_shufflevector(r0, r1, 0, 8, 1, 9, 4, 12, 5, 13);
    f8 ab23 = __builtin_shufflevector(r2, r3, 0, 8, 1, 9, 4, 12, 5, 13);
    f8 cd01 = __builtin_shufflevector(r0, r1, 2, 10, 3, 11, 6, 14, 7, 15);
    f8 cd23 = __builtin_shufflevector(r2, r3, 2, 10, 3, 11, 6, 14, 7, 15);
    column[0] = __builtin_shufflevector(ab01, ab23, 0, 1, 8, 9, 4, 5, 12, 13);
    column[1] = __builtin_shufflevector(ab01, ab23, 2, 3, 10, 11, 6, 7, 14, 15);
    column[2] = __builtin_shufflevector(cd01, cd23, 0, 1, 8, 9, 4, 5, 12, 13);
    column[3] = __builtin_shufflevector(cd01, cd23, 2, 3, 10, 11, 6, 7, 14, 15);
}
#else
LANES_INLINE f8 beside(f4 low, f4 high)
{
    union {
        f4 half[2];
        f8 whole;
    } both = { { low, high } };
    return both.whole;
}

LANES_INLINE void columns(const f4 row[8], f8 column[4])
{
    f4 half[2][4];
    for (int i = 0; i < 2; i++) {
        const f4 *r = row + 4 * i;
        f4 ab01 = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
        f4 ab23 = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
        f4 cd01 = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
        f4 cd23 = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
        half[i][0] = __builtin_shufflevector(ab01, ab23, 0, 1, 4, 5);
        half[i][1] = __builtin_shufflevector(ab01, ab23, 2, 3, 6, 7);
        half[i][2] = __builtin_shufflevector(cd01, cd23, 0, 1, 4, 5);
        half[i][3] = __builtin_shufflevector(cd01, cd23, 2, 3, 6, 7);
    }
    for (int i = 0; i < 4; i++)
        column[i] = beside(half[0][i], half[1][i]);
}
#endif

LANES_INLINE f8 catmull_rom(f8 a, f8 b, f8 c, f8 d, f8 f)
{
    f8 cubic = 3.0f * (b - c) + (d - a);
    f8 square = ((a + c) - 2.0f * b) - cubic;
    return b + (0.5f * f) * ((c - a) + f * (square + f * cubic));
}

// window[1] is the frame at the position's whole part.
static void interpolate(const float *window, uint32_t fraction, uint64_t step, float *out)
{
    uint64_t at = fraction;
    uint32_t s = (uint32_t)step;
    // The low words wrap just as the whole positions carry, so both agree to the last bit.
    u8 low = fraction + (u8){ 0, s, 2 * s, 3 * s, 4 * s, 5 * s, 6 * s, 7 * s };
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f4 row[LANES];
        for (int k = 0; k < LANES; k++) {
            row[k] = load4(window + (at >> 32));
            at += step;
        }
        f8 column[4];
        columns(row, column);
        f8 f = f8_from_int((i8)(low >> 8)) * 0x1p-24f;
        low += LANES * s;
        f8_store(out + i, catmull_rom(column[0], column[1], column[2], column[3], f));
    }
}

static bool advance(SampleReader *reader, uint64_t step)
{
    reader->position += BLOCK_FRAMES * step;
    int64_t at = (int64_t)(reader->position >> 32);
    if (!reader->loops)
        return at < reader->end;
    if (at >= reader->loop_end) {
        int64_t length = reader->loop_end - reader->loop_start;
        int64_t inside = reader->loop_start + (at - reader->loop_start) % length;
        reader->position -= (uint64_t)(at - inside) << 32;
        reader->wrapped = true;
    }
    return true;
}

bool sampler_read(SampleReader *reader, uint64_t step, float *out)
{
    assert(step <= (uint64_t)STEP_MAX << 32);
    float window[WINDOW_FRAMES];
    uint32_t fraction = (uint32_t)reader->position;
    int64_t first = (int64_t)(reader->position >> 32) - 1;
    int64_t count = (int64_t)((fraction + (BLOCK_FRAMES - 1) * step) >> 32) + 4;
    fill_window(reader, first, count, window);
    if (step == (uint64_t)1 << 32 && fraction == 0)
        memcpy(out, window + 1, BLOCK_FRAMES * sizeof *out);
    else
        interpolate(window, fraction, step, out);
    return advance(reader, step);
}

void sampler_filter_tune(SamplerFilter *filter, double g, double q)
{
    double k = g / q, square = g * g;
    double norm = 1.0 / (1.0 + k + square);
    double a1 = 2.0 * (square - 1.0) * norm, a2 = (1.0 - k + square) * norm;
    filter->b = (float)(square * norm);
    filter->a2 = (float)a2;
    double before = 0.0, now = 1.0;
    for (int i = 7; i < 16; i++) {
        filter->ringing[i] = (float)now;
        double next = -a1 * now - a2 * before;
        before = now;
        now = next;
    }
}

static float without_dust(float x) // numbers so small that processors stumble over them
{
    return x < 1e-20f && x > -1e-20f ? 0.0f : x;
}

void sampler_filter_run(SamplerFilter *filter, float *samples)
{
    float in[BLOCK_FRAMES];
    samples[-2] = filter->x2;
    samples[-1] = filter->x1;
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f8 middle = f8_load(samples + i - 1);
        f8_store(in + i, filter->b * ((f8_load(samples + i) + f8_load(samples + i - 2)) + (middle + middle)));
    }
    filter->x1 = samples[BLOCK_FRAMES - 1];
    filter->x2 = samples[BLOCK_FRAMES - 2];

    const float *h = filter->ringing + 7;
    f8 h0 = f8_load(h), h1 = f8_load(h - 1), h2 = f8_load(h - 2), h3 = f8_load(h - 3);
    f8 h4 = f8_load(h - 4), h5 = f8_load(h - 5), h6 = f8_load(h - 6), h7 = f8_load(h - 7);
    f8 last = f8_load(h + 1), second = -filter->a2 * h0;
    float y1 = filter->y1, y2 = filter->y2;
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        const float *x = in + i;
        f8 low = (x[0] * h0 + x[1] * h1) + (x[2] * h2 + x[3] * h3);
        f8 high = (x[4] * h4 + x[5] * h5) + (x[6] * h6 + x[7] * h7);
        f8 y = (low + high) + (y1 * last + y2 * second);
        f8_store(samples + i, y);
        y1 = y[7];
        y2 = y[6];
    }
    filter->y1 = without_dust(y1);
    filter->y2 = without_dust(y2);
}

void sampler_mix(const float *samples, GainRamp left_gain, GainRamp right_gain, float *left, float *right)
{
    const f8 lane = { 0, 1, 2, 3, 4, 5, 6, 7 };
    float left_step = (left_gain.to - left_gain.from) * (1.0f / BLOCK_FRAMES);
    float right_step = (right_gain.to - right_gain.from) * (1.0f / BLOCK_FRAMES);
    f8 l = left_gain.from + lane * left_step, r = right_gain.from + lane * right_step;
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f8 x = f8_load(samples + i);
        f8_store(left + i, f8_load(left + i) + x * l);
        f8_store(right + i, f8_load(right + i) + x * r);
        l += LANES * left_step;
        r += LANES * right_step;
    }
}
