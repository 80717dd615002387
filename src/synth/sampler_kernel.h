// The three hot loops of the sampler: reading a sample at any speed, a low pass, and mixing. Each works
// on one block of one voice; samples count as in the file, +-32768.
#ifndef SYNTH_SAMPLER_KERNEL_H
#define SYNTH_SAMPLER_KERNEL_H

#include "dsp/dsp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STEP_MAX = 32 }; // five octaves up

// Where a voice is in its sample. Frames count from `pcm`.
typedef struct SampleReader {
    const unsigned char *pcm;     // 16-bit little-endian
    int64_t readable;             // frames that exist in memory from `pcm` on
    int64_t end;                  // of the sample, at most `readable`
    int64_t loop_start, loop_end; // loop_start < loop_end <= end
    bool loops;
    bool wrapped;      // has been round the loop
    uint64_t position; // frames, 32 bits whole and 32 bits fraction
} SampleReader;

// Writes a block, `step` frames of the sample (32.32, at most STEP_MAX) to each. False when it was the last.
//     y = b + f/2 (c-a + f (2a-5b+4c-d + f (3(b-c)+d-a)))      Catmull-Rom between b and c
bool sampler_read(SampleReader *reader, uint64_t step, float *out);

// Two-pole low pass, the analogue one by bilinear transform: g = tan(pi f/rate), q = height at f.
//     y[n] = b (x[n] + 2 x[n-1] + x[n-2]) - a1 y[n-1] - a2 y[n-2]
// Eight frames are made at once: of what lies before them only the last two y matter, and within
// them each input rings on by the response h of the poles.
typedef struct SamplerFilter {
    float b, a2;
    float ringing[16]; // seven zeros, then h[0] .. h[8]
    float x1, x2, y1, y2;
} SamplerFilter;

void sampler_filter_tune(SamplerFilter *filter, double g, double q);

// In place. The two floats before `samples` are overwritten.
void sampler_filter_run(SamplerFilter *filter, float *samples);

// A gain that moves in a straight line from the start of a block to its end.
typedef struct GainRamp {
    float from, to;
} GainRamp;

void sampler_mix(const float *samples, GainRamp left_gain, GainRamp right_gain, float *left, float *right);

#endif
