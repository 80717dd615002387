// Levels: how much power each second of a sound has, and whether two sounds are alike in that.
//
//     power = mean of (l^2 + r^2) / 2
//
// Seconds beyond LEVELS_SECONDS count as time only. So does what is skipped: the second it lies in is not
// known, and nothing is said of it.
#ifndef DSP_LEVELS_H
#define DSP_LEVELS_H

#include <stdbool.h>
#include <stdint.h>

#include "dsp/dsp.h"

enum { LEVELS_SECONDS = 660 };

typedef struct Levels {
    int64_t frames;              // heard or skipped
    int heard[LEVELS_SECONDS];   // frames of each second
    double sums[LEVELS_SECONDS]; // of their power
} Levels;

void levels_run(Levels *levels, const float *left, const float *right, int frames);
void levels_skip(Levels *levels, int64_t frames);

double levels_power(const Levels *levels); // the mean of all that was heard; 0 when that was nothing

// As long as each other, and in each second that is known of both no further apart than `apart_db`. What is
// below -50 dB is all the same: there a coder's own noise may be.
bool levels_agree(const Levels *a, const Levels *b, double apart_db);

#endif
