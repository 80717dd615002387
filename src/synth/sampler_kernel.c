#include "synth/sampler_kernel.h"

#include "dsp/lanes.h"

#include <assert.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "samples are read as they lie in the file");

typedef float f4 __attribute__((vector_size(16)));
typedef int32_t i4 __attribute__((vector_size(16)));
typedef int16_t s8 __attribute__((vector_size(16)));
typedef int16_t s16 __attribute__((vector_size(32)));
typedef uint64_t w2 __attribute__((vector_size(16)));
typedef uint32_t u8 __attribute__((vector_size(32)));

enum {
    LANES = 8,
    FRAME_BYTES = 2,
    TAPS = 4,        // frames that the curve needs: one before, and two behind
    CACHE_LINE = 64, // bytes
    FETCH_LINES = 6, // enough for an octave up
    WINDOW_FRAMES = BLOCK_FRAMES * STEP_MAX + TAPS,
};

// Reading. Where a block crosses the loop or an end, the frames it needs are laid out straight in a
// window first, so that the interpolation need not know of either.

static void lay_out(const SampleReader *reader, int64_t first, int64_t count, unsigned char *window)
{
    int64_t high = reader->loops ? reader->loop_end : reader->end, from = first;
    if (reader->wrapped && from < reader->loop_start)
        from = reader->loop_end - 1; // what was played before the loop's first frame
    for (int64_t done = 0; done < count;) {
        if (reader->loops && from == high)
            from = reader->loop_start;
        int64_t limit = from < 0 ? 0 : from < high ? high : from + count;
        int64_t run = limit - from < count - done ? limit - from : count - done;
        if (from >= 0 && from < high)
            memcpy(window + done * FRAME_BYTES, reader->pcm + from * FRAME_BYTES, (size_t)run * FRAME_BYTES);
        else
            memset(window + done * FRAME_BYTES, 0, (size_t)run * FRAME_BYTES);
        done += run;
        from += run;
    }
}

// The frame before the position and all others that a block needs, one after the other.
static const unsigned char *straight(const SampleReader *reader, uint64_t step, unsigned char *window)
{
    int64_t low = reader->wrapped ? reader->loop_start : 0;
    int64_t high = reader->loops ? reader->loop_end : reader->end;
    int64_t first = (int64_t)(reader->position >> 32) - 1;
    int64_t count = (int64_t)(((uint32_t)reader->position + (BLOCK_FRAMES - 1) * step) >> 32) + TAPS;
    if (first >= low && first + count <= high)
        return reader->pcm + first * FRAME_BYTES;
    lay_out(reader, first, count, window);
    return window;
}

static uint64_t load_taps(const unsigned char *from)
{
    uint64_t taps;
    memcpy(&taps, from, sizeof taps);
    return taps;
}

LANES_INLINE s8 load_pair(const unsigned char *a, const unsigned char *b)
{
    return (s8)(w2){ load_taps(a), load_taps(b) };
}

// Four taps of eight frames, two in each pair, to eight frames of each tap. Frames become the high
// halves of whole numbers, which spares extending their signs. Both ways give the same lanes; each
// suits its build.
#ifdef __AVX__
LANES_INLINE f8 low_lanes(i8 x)
{
    s16 nought = { 0 };
    return f8_from_int((i8)__builtin_shufflevector(nought, (s16)x, 0, 16, 1, 17, 2, 18, 3, 19, 8, 24, 9, 25,
                                                   10, 26, 11, 27));
}

LANES_INLINE f8 high_lanes(i8 x)
{
    s16 nought = { 0 };
    return f8_from_int((i8)__builtin_shufflevector(nought, (s16)x, 4, 20, 5, 21, 6, 22, 7, 23, 12, 28, 13, 29,
                                                   14, 30, 15, 31));
}

// a0 b0 c0 d0 a1 b1 c1 d1 | the same of two later frames  ->  a0 a1 b0 b1 c0 c1 d0 d1 | ...
LANES_INLINE i8 by_taps(s8 early, s8 late)
{
    s16 x = __builtin_shufflevector(early, late, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return (i8)__builtin_shufflevector(x, x, 0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
}

LANES_INLINE void columns(const s8 pair[4], f8 tap[TAPS])
{
    i8 x = by_taps(pair[0], pair[2]), y = by_taps(pair[1], pair[3]);
    i8 ab = __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13);
    i8 cd = __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15);
    tap[0] = low_lanes(ab);
    tap[1] = high_lanes(ab);
    tap[2] = low_lanes(cd);
    tap[3] = high_lanes(cd);
}
#else
LANES_INLINE f4 low_lanes(s8 x)
{
    s8 nought = { 0 };
    return __builtin_convertvector((i4)__builtin_shufflevector(nought, x, 0, 8, 1, 9, 2, 10, 3, 11), f4);
}

LANES_INLINE f4 high_lanes(s8 x)
{
    s8 nought = { 0 };
    return __builtin_convertvector((i4)__builtin_shufflevector(nought, x, 4, 12, 5, 13, 6, 14, 7, 15), f4);
}

LANES_INLINE void half_columns(s8 early, s8 late, f4 tap[TAPS])
{
    s8 even = __builtin_shufflevector(early, late, 0, 8, 1, 9, 2, 10, 3, 11);
    s8 odd = __builtin_shufflevector(early, late, 4, 12, 5, 13, 6, 14, 7, 15);
    s8 ab = __builtin_shufflevector(even, odd, 0, 8, 1, 9, 2, 10, 3, 11);
    s8 cd = __builtin_shufflevector(even, odd, 4, 12, 5, 13, 6, 14, 7, 15);
    tap[0] = low_lanes(ab);
    tap[1] = high_lanes(ab);
    tap[2] = low_lanes(cd);
    tap[3] = high_lanes(cd);
}

LANES_INLINE void columns(const s8 pair[4], f8 tap[TAPS])
{
    f4 early[TAPS], late[TAPS];
    half_columns(pair[0], pair[1], early);
    half_columns(pair[2], pair[3], late);
    for (int i = 0; i < TAPS; i++) {
        memcpy(&tap[i], &early[i], sizeof(f4));
        memcpy((char *)&tap[i] + sizeof(f4), &late[i], sizeof(f4));
    }
}
#endif

LANES_INLINE f8 catmull_rom(f8 a, f8 b, f8 c, f8 d, f8 f)
{
    f8 cubic = 3.0f * (b - c) + (d - a);
    f8 square = ((a + c) - 2.0f * b) - cubic;
    return b + (0.5f * f) * ((c - a) + f * (square + f * cubic));
}

static void interpolate(const unsigned char *frames, uint32_t fraction, uint64_t step, float *out)
{
    uint64_t at = fraction;
    uint32_t s = (uint32_t)step;
    // The low words wrap just as the whole positions carry, so both agree to the last bit.
    u8 low = fraction + (u8){ 0, s, 2 * s, 3 * s, 4 * s, 5 * s, 6 * s, 7 * s };
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        s8 pair[4];
        for (int k = 0; k < 4; k++) {
            const unsigned char *first = frames + FRAME_BYTES * (at >> 32);
            pair[k] = load_pair(first, frames + FRAME_BYTES * ((at + step) >> 32));
            at += 2 * step;
        }
        f8 tap[TAPS];
        columns(pair, tap);
        f8 f = f8_from_int((i8)(low >> 8)) * 0x1p-24f;
        low += LANES * s;
        f8_store(out + i, catmull_rom(tap[0], tap[1], tap[2], tap[3], f));
    }
}

static void copy_frames(const unsigned char *frames, float *out)
{
    for (int i = 0; i < BLOCK_FRAMES; i++)
        out[i] = (float)((frames[2 * i] | (int8_t)frames[2 * i + 1] * 256) * 65536);
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

// Asks for what the next block will need while others play: each voice streams from its own pages,
// which no processor can guess.
static void fetch_ahead(const SampleReader *reader, uint64_t step)
{
    const unsigned char *from = reader->pcm + FRAME_BYTES * (reader->position >> 32);
    size_t bytes = FRAME_BYTES * (size_t)((BLOCK_FRAMES * step) >> 32) + CACHE_LINE;
    for (size_t i = 0; i < bytes && i < FETCH_LINES * CACHE_LINE; i += CACHE_LINE)
        __builtin_prefetch(from + i);
}

bool sampler_read(SampleReader *reader, uint64_t step, float *out)
{
    assert(step <= (uint64_t)STEP_MAX << 32);
    unsigned char window[WINDOW_FRAMES * FRAME_BYTES];
    uint32_t fraction = (uint32_t)reader->position;
    const unsigned char *frames = straight(reader, step, window);
    if (step == (uint64_t)1 << 32 && fraction == 0)
        copy_frames(frames + FRAME_BYTES, out);
    else
        interpolate(frames, fraction, step, out);
    bool lasts = advance(reader, step);
    fetch_ahead(reader, step);
    return lasts;
}

void sampler_filter_tune(SamplerFilter *filter, double g, double q)
{
    double k = g / q, square = g * g;
    double norm = 1.0 / (1.0 + k + square);
    double a1 = 2.0 * (square - 1.0) * norm, a2 = (1.0 - k + square) * norm, b = square * norm;
    double h2 = 0.0, h1 = 0.0, h = 1.0; // h[n-2], h[n-1], h[n]
    for (int n = 0; n < LANES; n++) {
        double next = -a1 * h - a2 * h1;
        filter->from_now[LANES - 1 + n] = (float)(b * (h + 2.0 * h1 + h2));
        filter->from_x1[n] = (float)(b * (2.0 * h + h1));
        filter->from_x2[n] = (float)(b * h);
        filter->from_y1[n] = (float)next;
        filter->from_y2[n] = (float)(-a2 * h);
        h2 = h1;
        h1 = h;
        h = next;
    }
}

static float without_dust(float x) // numbers so small that processors stumble over them
{
    return x < 1e-20f && x > -1e-20f ? 0.0f : x;
}

void sampler_filter_run(SamplerFilter *filter, float *samples)
{
    const float *now = filter->from_now + LANES - 1;
    f8 c0 = f8_load(now), c1 = f8_load(now - 1), c2 = f8_load(now - 2), c3 = f8_load(now - 3);
    f8 c4 = f8_load(now - 4), c5 = f8_load(now - 5), c6 = f8_load(now - 6), c7 = f8_load(now - 7);
    f8 px1 = f8_load(filter->from_x1), px2 = f8_load(filter->from_x2);
    f8 py1 = f8_load(filter->from_y1), py2 = f8_load(filter->from_y2);
    float x1 = filter->x1, x2 = filter->x2, y1 = filter->y1, y2 = filter->y2;
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        float *x = samples + i;
        f8 early = (x[0] * c0 + x[1] * c1) + (x[2] * c2 + x[3] * c3);
        f8 late = (x[4] * c4 + x[5] * c5) + (x[6] * c6 + x[7] * c7);
        f8 driven = (early + late) + (x1 * px1 + x2 * px2);
        x1 = x[7];
        x2 = x[6];
        f8_store(x, driven + (y1 * py1 + y2 * py2));
        // The last two again, by themselves: they are all the next eight wait for.
        float last = driven[7] + (y1 * py1[7] + y2 * py2[7]);
        y2 = driven[6] + (y1 * py1[6] + y2 * py2[6]);
        y1 = last;
    }
    filter->x1 = x1;
    filter->x2 = x2;
    filter->y1 = without_dust(y1);
    filter->y2 = without_dust(y2);
}

// Returns the sum of |samples|.
static float add_ramped(const float *samples, GainRamp gain, float *to)
{
    const f8 lane = { 0, 1, 2, 3, 4, 5, 6, 7 };
    float step = (gain.to - gain.from) * (1.0f / BLOCK_FRAMES);
    f8 g = gain.from + lane * step, sum = f8_set(0.0f);
    for (int i = 0; i < BLOCK_FRAMES; i += LANES) {
        f8 x = f8_load(samples + i);
        f8_store(to + i, f8_load(to + i) + x * g);
        g += LANES * step;
        sum += f8_abs(x);
    }
    return f8_sum(sum);
}

static bool mute(GainRamp gain)
{
    return gain.from == 0.0f && gain.to == 0.0f;
}

float sampler_mix(const float *samples, GainRamp left_gain, GainRamp right_gain, float *left, float *right)
{
    float sum = 0.0f;
    if (!mute(left_gain)) // most samples are one side of a stereo pair
        sum = add_ramped(samples, left_gain, left);
    if (!mute(right_gain))
        sum = add_ramped(samples, right_gain, right);
    return sum * (1.0f / BLOCK_FRAMES);
}
