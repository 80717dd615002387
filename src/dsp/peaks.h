// Peaks: how high a wave really rises between its samples, looked at four times as often
// (ITU-R BS.1770-4, annex 2, with 24 taps a phase instead of 12).
//
// The taps are a windowed sinc. Around the point n + 1/2 they mirror each other, and those of n + 1/4 are
// those of n + 3/4 reversed; so with sums and differences of the samples on both sides
//
//     half = Sum m s,   quarters = Sum e s +- Sum o d,   max |quarters| = |Sum e s| + |Sum o d|
#ifndef DSP_PEAKS_H
#define DSP_PEAKS_H

enum { PEAKS_SIDE = 12, PEAKS_FRAMES = 8 };

typedef struct Peaks {
    float half[PEAKS_SIDE], even[PEAKS_SIDE], odd[PEAKS_SIDE];
    float most; // times the highest sample: no peak between can be higher
} Peaks;

void peaks_tune(Peaks *peaks);

// out[i]: the highest magnitude from frame 8 i up to frame 8 i + 8. Reads samples[-11 .. 8 groups + 11].
void peaks_run(const Peaks *peaks, const float *samples, int groups, float *out);

#endif
