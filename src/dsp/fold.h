// Fold: sums the eight lanes of a block of frames into one signal, eight frames at a time, by
// adding neighbours three times. The order of the additions is fixed.
#ifndef DSP_FOLD_H
#define DSP_FOLD_H

#include "dsp/lanes.h"

// Neighbours added: a's four sums and b's, in the order the next step wants them.
LANES_INLINE f8 fold_pair(f8 a, f8 b)
{
    return __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14) +
           __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15);
}

// Lane n of the result is the sum of all lanes of rows[n].
LANES_INLINE f8 fold_eight(const f8 *rows)
{
    f8 low = fold_pair(fold_pair(rows[0], rows[1]), fold_pair(rows[2], rows[3]));
    f8 high = fold_pair(fold_pair(rows[4], rows[5]), fold_pair(rows[6], rows[7]));
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
}

static inline void fold_run(const f8 *rows, float *out, int count) // `count` frames, a multiple of 8
{
    for (int i = 0; i < count; i += 8)
        f8_store(out + i, fold_eight(rows + i));
}

#endif
