// Peaks: how high a wave really rises between its samples, looked at four times as often
// (ITU-R BS.1770-4, annex 2).
//
// Meters differ in how sharply they end at 24 kHz, and so in what they read of the highest treble.
// Two windowed sincs stand for them: a long one (24 taps a phase, flat to 20 kHz) and a short one (12 taps
// under a Hann window); the higher reading counts.
//
// Around the point n + 1/2 the taps mirror each other, and those of n + 1/4 are those of n + 3/4 reversed;
// so with sums s and differences d of the samples on both sides
//
//     half = Sum m s,   quarters = Sum e s +- Sum o d,   max |quarters| = |Sum e s| + |Sum o d|
#ifndef DSP_PEAKS_H
#define DSP_PEAKS_H

enum { PEAKS_SIDE = 12, PEAKS_SHORT_SIDE = 6, PEAKS_FRAMES = 8 };

typedef struct PeaksTaps {
    float half[PEAKS_SIDE], even[PEAKS_SIDE], odd[PEAKS_SIDE];
} PeaksTaps;

typedef struct Peaks {
    PeaksTaps sharp, soft;
    float most; // times the highest sample: no peak between can be higher
} Peaks;

void peaks_tune(Peaks *peaks);

// out[i]: the highest magnitude from frame 8 i up to frame 8 i + 8. Reads samples[-11 .. 8 groups + 11].
void peaks_run(const Peaks *peaks, const float *samples, int groups, float *out);

#endif
