#include "master/loudness.h"

#include "tests/dsp/sounds.h"

static double lufs_of(Sound s, int piece)
{
    Loudness *meter = loudness_open(test_arena(), s.frames);
    for (int at = 0; at < s.frames; at += piece)
        loudness_run(meter, s.left + at, s.right + at, piece < s.frames - at ? piece : s.frames - at);
    return loudness_integrated(meter);
}

static double peak_of(Sound s, int piece)
{
    TruePeak *meter = truepeak_open(test_arena());
    for (int at = 0; at < s.frames; at += piece)
        truepeak_run(meter, s.left + at, s.right + at, piece < s.frames - at ? piece : s.frames - at);
    return truepeak_db(meter);
}

static void check_agrees(Sound s)
{
    double lufs, peak_db;
    judge(s, &lufs, &peak_db);
    CHECK_NEAR(lufs_of(s, 64), lufs, 0.02);
    CHECK_NEAR(lufs_of(s, 1000), lufs, 0.02);
    CHECK(peak_of(s, 777) >= peak_db - 0.01);
    CHECK(peak_of(s, 777) <= peak_db + 1.6); // it reads the highest treble more sharply
}

TEST(a_sine_of_997_hz_in_both_channels_measures_as_the_standard_says)
{
    Sound s = sound_make(5.0);
    sound_add_sine(s, 997.0, 1.0, 1.0, 0.0);
    CHECK_NEAR(lufs_of(s, 64), 0.0, 0.02);
    Sound one = sound_make(5.0);
    sound_add_sine(one, 997.0, 1.0, 0.0, 0.0);
    CHECK_NEAR(lufs_of(one, 64), -3.01, 0.02);
}

TEST(loudness_agrees_with_libebur128)
{
    const double tones_hz[] = { 40.0, 100.0, 1000.0, 4000.0, 12000.0 };
    for (int i = 0; i < 5; i++) {
        Sound s = sound_make(3.0);
        sound_add_sine(s, tones_hz[i], 0.3, 0.2, 0.1);
        check_agrees(s);
    }
    Sound noise = sound_make(5.0);
    sound_add_noise(noise, 0.4, 3);
    check_agrees(noise);
    check_agrees(sound_like_music(20.0, 0.5));
}

TEST(quiet_passages_do_not_count)
{
    Sound s = sound_make(20.0);
    sound_add_noise(s, 0.3, 8);
    for (int i = 5 * RATE_HZ; i < 15 * RATE_HZ; i++) {
        float gain = i < 10 * RATE_HZ ? 0.0f : 0.2f;
        s.left[i] *= gain;
        s.right[i] *= gain;
    }
    check_agrees(s);
}

TEST(silence_has_no_loudness)
{
    CHECK(lufs_of(sound_make(3.0), 64) < -90.0);
    CHECK(lufs_of(sound_make(0.1), 64) < -90.0);
    CHECK(peak_of(sound_make(1.0), 64) < -90.0);
}

TEST(the_true_peak_lies_between_the_samples)
{
    Sound s = sound_make(1.0);
    sound_add_sine(s, 12000.0, 0.5, 0.0, 0.125);
    for (int i = 0; i < s.frames; i++) {
        float fade = (float)fmin(1.0, fmin(i, s.frames - 1 - i) / 2000.0);
        s.left[i] *= fade;
    }
    CHECK_NEAR(20.0 * log10(highest_of(s.left, 0, s.frames)), -9.03, 0.01);
    CHECK_NEAR(peak_of(s, 64), -6.02, 0.01);
    CHECK_NEAR(peak_of(s, 64), peak_of(s, 12345), 1e-9);
}

TEST(a_peak_at_the_very_end_is_seen)
{
    Sound s = sound_make(0.1);
    s.right[s.frames - 1] = 0.7f;
    CHECK_NEAR(peak_of(s, 100), 20.0 * log10(0.7), 0.01);
}
