#include "dsp/echo.h"

#include "dsp/wide.h"

#define SHORTEST_S 0.01f
#define LONGEST_S  3.0f
#define SILENT     1e-7f // -140 dB

enum { LOST = 1 << 20 }; // `quiet` when there is nothing left inside

static float within(float x, float low, float high)
{
    return x > low ? (x < high ? x : high) : low;
}

Echo echo_open(Arena *arena, float delay_s, float feedback)
{
    Echo echo = {
        .delay = (int)(within(delay_s, SHORTEST_S, LONGEST_S) * RATE_HZ + 0.5f),
        .feedback = within(feedback, 0.0f, 0.8f),
        .quiet = LOST,
    };
    echo.left = line_open(arena, echo.delay);
    echo.right = line_open(arena, echo.delay);
    return echo;
}

void echo_clear(Echo *echo)
{
    if (echo->quiet != LOST) {
        line_clear(&echo->left);
        line_clear(&echo->right);
    }
    echo->quiet = LOST;
}

WIDE_INLINE wide around(const float *at, int distance)
{
    return wide_load(at - distance) + wide_load(at + distance);
}

WIDE_INLINE wide soften(const float *at) // the eighth row of Pascal's triangle over its sum
{
    return (70.0f / 256.0f) * wide_load(at) + (56.0f / 256.0f) * around(at, 1) +
           (28.0f / 256.0f) * around(at, 2) + (8.0f / 256.0f) * around(at, 3) +
           (1.0f / 256.0f) * around(at, 4);
}

bool echo_run(Echo *echo, const float *const in[2], bool silent, float *const out[2])
{
    if (silent && echo->quiet == LOST)
        return false;
    const float *left = line_past(&echo->left, echo->delay), *right = line_past(&echo->right, echo->delay);
    float *to_left = line_now(&echo->left), *to_right = line_now(&echo->right);
    wide highest = wide_set(0.0f);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide a = soften(left + i), b = soften(right + i);
        wide_store(to_left + i, 0.5f * (wide_load(in[0] + i) + wide_load(in[1] + i)) + echo->feedback * b);
        wide_store(to_right + i, echo->feedback * a);
        wide_store(out[0] + i, wide_load(out[0] + i) + a);
        wide_store(out[1] + i, wide_load(out[1] + i) + b);
        highest = wide_max(highest, wide_max(wide_abs(a), wide_abs(b)));
    }
    line_turn(&echo->left);
    line_turn(&echo->right);
    echo->quiet = silent && wide_highest(highest) < SILENT ? echo->quiet + 1 : 0;
    if (echo->quiet > 2 * echo->delay / BLOCK_FRAMES + 2)
        echo_clear(echo);
    return true;
}
