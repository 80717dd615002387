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

static double tap(double x) // x in samples from the point that is looked at
{
    double edge = x / PEAKS_SIDE;
    if (edge <= -1.0 || edge >= 1.0)
        return 0.0;
    double window = bessel_i0(KAISER_BETA * real_sqrt(1.0 - edge * edge)) / bessel_i0(KAISER_BETA);
    return window * real_sin_turns(x / 2.0) / (REAL_PI * x);
}

void peaks_tune(Peaks *peaks)
{
    double whole_half = 0.0, whole_quarter = 0.0, most_half = 0.0, most_quarter = 0.0;
    for (int i = 0; i < PEAKS_SIDE; i++) {
        whole_half += 2.0 * tap(i + 0.5);
        whole_quarter += tap(i + 0.25) + tap(i + 0.75);
    }
    for (int i = 0; i < PEAKS_SIDE; i++) {
        double middle = tap(i + 0.5) / whole_half;
        double near = tap(i + 0.25) / whole_quarter, far = tap(i + 0.75) / whole_quarter;
        peaks->half[i] = (float)middle;
        peaks->even[i] = (float)((near + far) / 2.0);
        peaks->odd[i] = (float)((near - far) / 2.0);
        most_half += 2.0 * (middle < 0.0 ? -middle : middle);
        most_quarter += (near < 0.0 ? -near : near) + (far < 0.0 ? -far : far);
    }
    peaks->most = (float)((most_half > most_quarter ? most_half : most_quarter) * 1.0001);
}

WIDE_INLINE wide highest(const Peaks *peaks, const float *at)
{
    wide half = wide_set(0.0f), even = half, odd = half;
    for (int i = 0; i < PEAKS_SIDE; i++) {
        wide before = wide_load(at - i), after = wide_load(at + 1 + i);
        wide sum = before + after, difference = before - after;
        half += peaks->half[i] * sum;
        even += peaks->even[i] * sum;
        odd += peaks->odd[i] * difference;
    }
    wide between = wide_max(wide_abs(half), wide_abs(even) + wide_abs(odd));
    return wide_max(between, wide_max(wide_abs(wide_load(at)), wide_abs(wide_load(at + 1))));
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
