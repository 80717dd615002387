// The three hot loops of the sampler: reading a sample at any speed, a low pass, and mixing. Each works
// on one block of one voice; samples reach from -2^31 to 2^31, which is FULL_SCALE.
#ifndef SYNTH_SAMPLER_KERNEL_H
#define SYNTH_SAMPLER_KERNEL_H

#include "dsp/dsp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STEP_MAX = 32 }; // five octaves up

#define FULL_SCALE 2147483648.0f

// Where a voice is in its sample. Frames count from `pcm`.
typedef struct SampleReader {
    const unsigned char *pcm;     // 16-bit little-endian
    int64_t readable;             // frames that exist in memory from `pcm` on
    int64_t end;                  // of the sample, at most `readable`
    int64_t loop_start, loop_end; // loop_start < loop_end <= end
    bool loops;                   // then the position is before loop_end
    bool wrapped;                 // has been round the loop
    uint64_t position;            // frames, 32 bits whole and 32 bits fraction
} SampleReader;

// Writes a block, `step` frames of the sample (32.32, at most STEP_MAX) to each. False when it was the last.
//     y = b + f/2 (c-a + f (2a-5b+4c-d + f (3(b-c)+d-a)))      Catmull-Rom between b and c
bool sampler_read(SampleReader *reader, uint64_t step, float *out);

// Two-pole low pass, the analogue one by bilinear transform: g = tan(pi f/rate), q = height at f.
//     y[n] = b (x[n] + 2 x[n-1] + x[n-2]) - a1 y[n-1] - a2 y[n-2]
// Eight frames are made at once: all that lies before them acts through the last two x and y, and
// what each of these, and each frame itself, does to the eight is known beforehand.
typedef struct SamplerFilter {
    float from_now[15]; // seven zeros, then the response to one frame
    float from_x1[8], from_x2[8], from_y1[8], from_y2[8];
    float x1, x2, y1, y2;
} SamplerFilter;

void sampler_filter_tune(SamplerFilter *filter, double g, double q);
void sampler_filter_run(SamplerFilter *filter, float *samples); // in place

// A gain that moves in a straight line from the start of a block to its end.
typedef struct GainRamp {
    float from, to;
} GainRamp;

// Adds; returns the mean of |samples| before the gains, 0 when both are.
float sampler_mix(const float *samples, GainRamp left_gain, GainRamp right_gain, float *left, float *right);

#endif
