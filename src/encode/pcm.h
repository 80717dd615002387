// From floats -1..1 to whole numbers, four frames at a time. `frames` is rounded up to a multiple of
// 4: what is read and written must have that much room.
#ifndef ENCODE_PCM_H
#define ENCODE_PCM_H

#include <stdint.h>

// Triangular dither of +-1 step, with a generator of its own in each lane. Always the same numbers.
typedef struct PcmDither {
    uint32_t left[4], right[4];
} PcmDither;

void pcm_dither_open(PcmDither *dither);

void pcm_clip(const float *from, float *to, int frames); // any count; what is no number becomes 0

void pcm_16(PcmDither *dither, const float *left, const float *right, int frames, unsigned char *out);
void pcm_24(const float *left, const float *right, int frames, unsigned char *out);
void pcm_24_ints(const float *samples, int frames, int32_t *out); // -2^23 .. 2^23 - 1
void pcm_float(const float *left, const float *right, int frames, unsigned char *out);

#endif
