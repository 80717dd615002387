// Loudness by ITU-R BS.1770-4: K-weighted, 400 ms blocks with 75 % overlap, gated at -70 LUFS and
// 10 LU below the ungated mean.
#ifndef MASTER_LOUDNESS_H
#define MASTER_LOUDNESS_H

#include "base/arena.h"

typedef struct Loudness Loudness;

Loudness *loudness_open(Arena *arena, int64_t frames); // at most `frames` will be measured
void loudness_run(Loudness *meter, const float *left, const float *right, int frames);
double loudness_integrated(const Loudness *meter); // LUFS; -99 when all is below the gate
double loudness_stretch(const Loudness *meter, int64_t from, int64_t to); // LUFS without gate, between two tenths of a second

// True peak over all channels by 4x oversampling, dBTP (BS.1770 annex 2).
typedef struct TruePeak TruePeak;
TruePeak *truepeak_open(Arena *arena);
void truepeak_run(TruePeak *meter, const float *left, const float *right, int frames);
double truepeak_db(const TruePeak *meter);

#endif
