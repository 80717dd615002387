// Compressor: feed-forward, by the smoothed power of the sound. It says the gain, and the caller applies it.
//
//     quick = the power, smoothed by the attack both ways: the waves inside do not show
//     level = 10 log10(quick), falling no faster than by the release
//     reduction = slope (level - threshold), bent softly over 6 dB around the threshold, never above `most`
//
// It looks eight times a block and draws lines in between.
#ifndef DSP_COMPRESSOR_H
#define DSP_COMPRESSOR_H

#include "dsp/dsp.h"

enum { COMPRESSOR_FRAMES = 8, COMPRESSOR_LOOKS = BLOCK_FRAMES / COMPRESSOR_FRAMES };

typedef struct CompressorSettings {
    float threshold_db;
    float ratio;
    float most_db; // reduction
    float attack_s, release_s;
    float makeup_db;
} CompressorSettings;

typedef struct Compressor {
    float threshold_db, slope, most_db, makeup_db;
    float rise, fall; // share of the new power taken each look
    float quick, power;
    float gain; // where the last block ended; 0 = not begun
} Compressor;

void compressor_tune(Compressor *compressor, const CompressorSettings *settings);
void compressor_clear(Compressor *compressor);
float compressor_reduction_db(const Compressor *compressor, float level_db); // of a steady level

// The mean square of both signals together, for each eight frames of one block.
void compressor_measure(const float *left, const float *right, float power[COMPRESSOR_LOOKS]);

// `power` is the mean square of each eight frames; `gain` gets a factor for each frame.
void compressor_run(Compressor *compressor, const float power[COMPRESSOR_LOOKS], float gain[BLOCK_FRAMES]);

#endif
