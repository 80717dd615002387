// Turn: eight signals laid out a row each, and the same with all eight of a frame side by side.
#ifndef DSP_TURN_H
#define DSP_TURN_H

#include "dsp/dsp.h"
#include "dsp/lanes.h"

typedef float f4 __attribute__((vector_size(16))); // both builds turn four by four well

LANES_INLINE f4 load_four(const float *from)
{
    f4 v;
    memcpy(&v, from, sizeof v);
    return v;
}

// Four rows become four columns. Rows and columns may lie in any place, but not in the same.
LANES_INLINE void turn_four(const float *const from[4], float *const to[4])
{
    f4 a = load_four(from[0]), b = load_four(from[1]), c = load_four(from[2]), d = load_four(from[3]);
    f4 ac = __builtin_shufflevector(a, c, 0, 4, 1, 5), bd = __builtin_shufflevector(b, d, 0, 4, 1, 5);
    f4 ac_high = __builtin_shufflevector(a, c, 2, 6, 3, 7),
       bd_high = __builtin_shufflevector(b, d, 2, 6, 3, 7);
    f4 first = __builtin_shufflevector(ac, bd, 0, 4, 1, 5),
       second = __builtin_shufflevector(ac, bd, 2, 6, 3, 7);
    f4 third = __builtin_shufflevector(ac_high, bd_high, 0, 4, 1, 5),
       fourth = __builtin_shufflevector(ac_high, bd_high, 2, 6, 3, 7);
    memcpy(to[0], &first, sizeof first);
    memcpy(to[1], &second, sizeof second);
    memcpy(to[2], &third, sizeof third);
    memcpy(to[3], &fourth, sizeof fourth);
}

static inline void turn_to_lanes(float *const rows[8], f8 *lanes) // one block
{
    float *to = (float *)lanes;
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        float *at = to + 8 * i;
        for (int k = 0; k < 8; k += 4)
            turn_four(
                (const float *const[4]){ rows[k] + i, rows[k + 1] + i, rows[k + 2] + i, rows[k + 3] + i },
                (float *const[4]){ at + k, at + 8 + k, at + 16 + k, at + 24 + k });
    }
}

static inline void turn_to_rows(const f8 *lanes, float *const rows[8])
{
    const float *from = (const float *)lanes;
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        const float *at = from + 8 * i;
        for (int k = 0; k < 8; k += 4)
            turn_four((const float *const[4]){ at + k, at + 8 + k, at + 16 + k, at + 24 + k },
                      (float *const[4]){ rows[k] + i, rows[k + 1] + i, rows[k + 2] + i, rows[k + 3] + i });
    }
}

#endif
