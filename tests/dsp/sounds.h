// Sounds to try parts with, and ways to measure what came of them.
#ifndef TESTS_DSP_SOUNDS_H
#define TESTS_DSP_SOUNDS_H

#include <ebur128.h>
#include <math.h>
#include <string.h>

#include "dsp/dsp.h"
#include "tests/test.h"

typedef struct Sound {
    float *left, *right;
    int frames; // whole blocks
} Sound;

static inline Sound sound_make(double seconds) // silence
{
    int blocks = (int)ceil(seconds * RATE_HZ / BLOCK_FRAMES);
    Sound s = { .frames = blocks * BLOCK_FRAMES };
    s.left = ARENA_ARRAY(test_arena(), float, (size_t)s.frames);
    s.right = ARENA_ARRAY(test_arena(), float, (size_t)s.frames);
    return s;
}

static inline void sound_add_sine(Sound s, double hz, double left, double right, double turn)
{
    for (int i = 0; i < s.frames; i++) {
        double wave = sin(2.0 * M_PI * fmod(hz * i / RATE_HZ + turn, 1.0));
        s.left[i] += (float)(left * wave);
        s.right[i] += (float)(right * wave);
    }
}

static inline float sound_random(uint32_t *state) // -1..1
{
    *state = *state * 1664525u + 1013904223u;
    return (float)((double)(*state >> 8) / 8388608.0 - 1.0);
}

static inline void sound_add_noise(Sound s, double peak, uint32_t seed)
{
    for (int i = 0; i < s.frames; i++) {
        s.left[i] += (float)peak * sound_random(&seed);
        s.right[i] += (float)peak * sound_random(&seed);
    }
}

// Beats with chords under them: bursts and tones of changing level.
static inline Sound sound_like_music(double seconds, double peak)
{
    Sound s = sound_make(seconds);
    uint32_t seed = 9;
    for (int i = 0; i < s.frames; i++) {
        double t = (double)i / RATE_HZ, beat = fmod(t, 0.5), bar = 0.4 + 0.6 * sin(M_PI * fmod(t, 8.0) / 8.0);
        double kick = sin(2.0 * M_PI * (50.0 + 60.0 * exp(-beat * 30.0)) * beat) * exp(-beat * 9.0);
        double hat = (double)sound_random(&seed) * exp(-fmod(t, 0.125) * 60.0) * 0.3;
        double chord = (sin(t * 1382.3) + sin(t * 1741.6) + sin(t * 2071.8)) * 0.15 * bar;
        s.left[i] = (float)(peak * (0.7 * kick + hat + chord));
        s.right[i] = (float)(peak * (0.7 * kick - 0.7 * hat + 0.8 * chord));
    }
    return s;
}

static inline double level_db(const float *samples, int from, int to) // root mean square
{
    double sum = 0.0;
    for (int i = from; i < to; i++)
        sum += (double)samples[i] * (double)samples[i];
    return 10.0 * log10(sum / (to - from) + 1e-30);
}

static inline double mean_of(const float *samples, int from, int to)
{
    double sum = 0.0;
    for (int i = from; i < to; i++)
        sum += (double)samples[i];
    return sum / (to - from);
}

static inline double highest_of(const float *samples, int from, int to)
{
    double most = 0.0;
    for (int i = from; i < to; i++)
        most = fmax(most, fabs((double)samples[i]));
    return most;
}

static inline double correlation_of(const float *a, const float *b, int from, int to)
{
    double ab = 0.0, aa = 1e-30, bb = 1e-30;
    for (int i = from; i < to; i++) {
        ab += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    return ab / sqrt(aa * bb);
}

// Amplitude of a tone, under a Hann window.
static inline double tone_of(const float *samples, int from, int to, double hz)
{
    double re = 0.0, im = 0.0, sum = 0.0;
    for (int i = from; i < to; i++) {
        double window = 0.5 - 0.5 * cos(2.0 * M_PI * (i - from + 0.5) / (to - from));
        double turn = 2.0 * M_PI * fmod(hz * i / RATE_HZ, 1.0);
        re += (double)samples[i] * window * cos(turn);
        im += (double)samples[i] * window * sin(turn);
        sum += window;
    }
    return 2.0 * sqrt(re * re + im * im) / sum;
}

static inline double tone_db(const float *samples, int from, int to, double hz)
{
    return 20.0 * log10(tone_of(samples, from, to, hz) + 1e-15);
}

static inline bool all_finite(const float *samples, int count)
{
    for (int i = 0; i < count; i++)
        if (!isfinite((double)samples[i]))
            return false;
    return true;
}

// What libebur128 says: loudness in LUFS, true peak in dB.
static inline void judge(Sound s, double *lufs, double *true_peak_db)
{
    ebur128_state *state = ebur128_init(2, RATE_HZ, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    for (int i = 0; i < s.frames; i++) {
        float pair[2] = { s.left[i], s.right[i] };
        ebur128_add_frames_float(state, pair, 1);
    }
    double peaks[2];
    ebur128_loudness_global(state, lufs);
    ebur128_true_peak(state, 0, &peaks[0]);
    ebur128_true_peak(state, 1, &peaks[1]);
    *true_peak_db = 20.0 * log10(fmax(peaks[0], peaks[1]) + 1e-15);
    ebur128_destroy(&state);
}

#endif
