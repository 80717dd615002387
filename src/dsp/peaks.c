#include "dsp/peaks.h"

#include "dsp/real.h"
#include "dsp/wide.h"

#define KAISER_BETA 5.0 // 55 dB beside the pass band, which reaches 20 kHz

static double bessel_i0(double x)
{
    double sum = 1.0, term = 1.0;
    for (int k = 1; k < 30; k++) {
        term *= x * x / (4.0 * k * k);
        sum += term;
    }
    return sum;
}

static double kaiser(double edge) // `edge` is -1 .. 1
{
    return bessel_i0(KAISER_BETA * real_sqrt(1.0 - edge * edge)) / bessel_i0(KAISER_BETA);
}

static double hann(double edge)
{
    return 0.5 + 0.5 * real_cos_turns(edge / 2.0);
}

typedef double Window(double edge);

static double tap(double x, int side, Window *window) // x in samples from the point that is looked at
{
    return window(x / side) * real_sin_turns(x / 2.0) / (REAL_PI * x);
}

static double size_of(double x)
{
    return x < 0.0 ? -x : x;
}

// Returns the most that a sample can grow to.
static double tune(PeaksTaps *taps, int side, Window *window)
{
    double most_half = 0.0, most_quarter = 0.0;
    for (int i = 0; i < side; i++) {
        double middle = tap(i + 0.5, side, window);
        double near = tap(i + 0.25, side, window), far = tap(i + 0.75, side, window);
        taps->half[i] = (float)middle;
        taps->even[i] = (float)((near + far) / 2.0);
        taps->odd[i] = (float)((near - far) / 2.0);
        most_half += 2.0 * size_of(middle);
        most_quarter += size_of(near) + size_of(far);
    }
    return most_half > most_quarter ? most_half : most_quarter;
}

void peaks_tune(Peaks *peaks)
{
    double sharp = tune(&peaks->sharp, PEAKS_SIDE, kaiser), soft = tune(&peaks->soft, PEAKS_SHORT_SIDE, hann);
    peaks->most = (float)(1.0001 * (sharp > soft ? sharp : soft));
}

typedef struct Between {
    wide half, even, odd;
} Between;

WIDE_INLINE void add_taps(Between *between, const PeaksTaps *taps, int i, wide sum, wide difference)
{
    between->half += taps->half[i] * sum;
    between->even += taps->even[i] * sum;
    between->odd += taps->odd[i] * difference;
}

WIDE_INLINE wide highest_between(Between between)
{
    return wide_max(wide_abs(between.half), wide_abs(between.even) + wide_abs(between.odd));
}

WIDE_INLINE wide highest(const Peaks *peaks, const float *at)
{
    Between sharp = { { 0 }, { 0 }, { 0 } }, soft = sharp;
    for (int i = 0; i < PEAKS_SIDE; i++) {
        wide before = wide_load(at - i), after = wide_load(at + 1 + i);
        wide sum = before + after, difference = before - after;
        add_taps(&sharp, &peaks->sharp, i, sum, difference);
        if (i < PEAKS_SHORT_SIDE)
            add_taps(&soft, &peaks->soft, i, sum, difference);
    }
    wide samples = wide_max(wide_abs(wide_load(at)), wide_abs(wide_load(at + 1)));
    return wide_max(samples, wide_max(highest_between(sharp), highest_between(soft)));
}

void peaks_run(const Peaks *peaks, const float *samples, int groups, float *out)
{
    for (int group = 0; group < groups; group++) {
        wide most = wide_set(0.0f);
        for (int i = 0; i < PEAKS_FRAMES; i += WIDE)
            most = wide_max(most, highest(peaks, samples + group * PEAKS_FRAMES + i));
        out[group] = wide_highest(most);
    }
}
