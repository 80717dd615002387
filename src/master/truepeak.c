// True peak: the same look between the samples as the limiter's (dsp/peaks.h), for any length.
#include <string.h>

#include "dsp/dsp.h"
#include "dsp/peaks.h"
#include "dsp/real.h"
#include "master/loudness.h"

enum {
    MARGIN = 16, // frames on both sides that the taps reach, and a little
    PIECE = 4 * BLOCK_FRAMES,
};

#define NOTHING_DB -99.0

struct TruePeak {
    Peaks peaks;
    float past[2][2 * MARGIN + PIECE]; // the newest 2 MARGIN frames, then room for the next piece
    int filled;                        // frames of the piece
    float highest;
};

TruePeak *truepeak_open(Arena *arena)
{
    TruePeak *meter = ARENA_NEW(arena, TruePeak);
    peaks_tune(&meter->peaks);
    return meter;
}

// The highest sample that the taps of these frames see.
static float highest_sample(const float *samples)
{
    float highest = 0.0f;
    for (int i = -MARGIN; i < BLOCK_FRAMES + MARGIN; i++) {
        float size = samples[i] < 0.0f ? -samples[i] : samples[i];
        highest = size > highest ? size : highest;
    }
    return highest;
}

// Only where a new highest peak is possible is it looked for between the samples.
static float highest_of(const TruePeak *meter)
{
    float groups[BLOCK_FRAMES / PEAKS_FRAMES], highest = meter->highest;
    for (int at = 0; at < 2 * PIECE; at += BLOCK_FRAMES) {
        const float *samples = meter->past[at / PIECE] + MARGIN + at % PIECE;
        if (highest_sample(samples) * meter->peaks.most <= highest)
            continue;
        peaks_run(&meter->peaks, samples, BLOCK_FRAMES / PEAKS_FRAMES, groups);
        for (int i = 0; i < BLOCK_FRAMES / PEAKS_FRAMES; i++)
            highest = groups[i] > highest ? groups[i] : highest;
    }
    return highest;
}

static void measure(TruePeak *meter)
{
    meter->highest = highest_of(meter);
    for (int side = 0; side < 2; side++)
        memmove(meter->past[side], meter->past[side] + PIECE, 2 * MARGIN * sizeof(float));
    meter->filled = 0;
}

void truepeak_run(TruePeak *meter, const float *left, const float *right, int frames)
{
    while (frames > 0) {
        int piece = PIECE - meter->filled < frames ? PIECE - meter->filled : frames;
        size_t bytes = (size_t)piece * sizeof(float);
        memcpy(meter->past[0] + 2 * MARGIN + meter->filled, left, bytes);
        memcpy(meter->past[1] + 2 * MARGIN + meter->filled, right, bytes);
        meter->filled += piece;
        left += piece;
        right += piece;
        frames -= piece;
        if (meter->filled == PIECE)
            measure(meter);
    }
}

// What has not been looked at yet: the begun piece, and the margin before it, with silence behind.
static float highest_of_rest(TruePeak rest)
{
    for (int side = 0; side < 2; side++)
        memset(rest.past[side] + 2 * MARGIN + rest.filled, 0, (size_t)(PIECE - rest.filled) * sizeof(float));
    float highest = highest_of(&rest);
    measure(&rest);
    for (int side = 0; side < 2; side++)
        memset(rest.past[side] + 2 * MARGIN, 0, PIECE * sizeof(float));
    float last = highest_of(&rest);
    return highest > last ? highest : last;
}

double truepeak_db(const TruePeak *meter)
{
    float rest = highest_of_rest(*meter), highest = rest > meter->highest ? rest : meter->highest;
    return highest > 1e-5f ? real_db((double)highest) : NOTHING_DB;
}
