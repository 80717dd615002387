#include "dsp/osc.h"

#include <math.h>
#include <string.h>

#include "tests/test.h"

enum { FRAMES = 48000 };

static float wave_out[FRAMES];

// One second of a wave at a whole number of Hz, so that every partial falls on a bin.
static void play(OscWave wave, double hz, float index, float width)
{
    Osc osc = { .left = f8_set(1.0f),
                .index = f8_set(index),
                .width = w8_set((uint32_t)(width * 4294967296.0)) };
    f8 turns = f8_set((float)(hz / RATE_HZ));
    osc_tune(&osc, &turns);
    osc.mod_step = osc.step;
    for (int i = 0; i < FRAMES; i += BLOCK_FRAMES) {
        memset(wave_out + i, 0, BLOCK_FRAMES * sizeof *wave_out);
        osc_add(&osc, wave, 3, wave_out + i, NULL);
        osc_move(&osc);
    }
}

static double level_at(double hz) // amplitude of one partial
{
    double re = 0.0, im = 0.0;
    for (int i = 0; i < FRAMES; i++) {
        re += (double)wave_out[i] * cos(2.0 * M_PI * hz * i / RATE_HZ);
        im += (double)wave_out[i] * sin(2.0 * M_PI * hz * i / RATE_HZ);
    }
    return 2.0 * sqrt(re * re + im * im) / FRAMES;
}

static double db(double x)
{
    return 20.0 * log10(x + 1e-12);
}

static double mean(void)
{
    double sum = 0.0;
    for (int i = 0; i < FRAMES; i++)
        sum += (double)wave_out[i];
    return sum / FRAMES;
}

// The strongest alias below `limit_hz`: harmonics above half the rate, folded back.
static double worst_alias_db(double hz, double limit_hz)
{
    double worst = 0.0;
    for (int n = (int)(RATE_HZ / 2 / hz) + 1; n < 140; n++) {
        double folded = fabs(n * hz - RATE_HZ * round(n * hz / RATE_HZ));
        double level = folded < limit_hz ? level_at(folded) : 0.0;
        worst = level > worst ? level : worst;
    }
    return db(worst / level_at(hz));
}

TEST(a_saw_has_every_harmonic_by_its_number)
{
    play(OSC_SAW, 110.0, 0.0f, 0.0f);
    for (int n = 1; n <= 16; n++)
        CHECK_NEAR(db(level_at(110.0 * n)), db(2.0 / M_PI / n), 0.3);
    CHECK_NEAR(mean(), 0.0, 1e-4);
}

TEST(a_saw_of_1_khz_has_no_audible_aliases)
{
    play(OSC_SAW, 1047.0, 0.0f, 0.0f);
    CHECK(worst_alias_db(1047.0, 16000.0) < -60.0);
}

TEST(a_square_has_odd_harmonics_only_and_no_audible_aliases)
{
    play(OSC_SQUARE, 1047.0, 0.0f, 0.0f);
    CHECK_NEAR(db(level_at(1047.0)), db(4.0 / M_PI), 0.3);
    CHECK_NEAR(db(level_at(3141.0)), db(4.0 / M_PI / 3.0), 0.6);
    CHECK(db(level_at(2094.0)) < -80.0);
    CHECK(worst_alias_db(1047.0, 16000.0) < -60.0);
}

TEST(a_narrow_pulse_is_centred_and_lacks_its_fourth_harmonic)
{
    play(OSC_PULSE, 220.0, 0.0f, 0.25f);
    CHECK_NEAR(mean(), 0.0, 1e-4);
    CHECK(db(level_at(880.0)) < -60.0);
    CHECK_NEAR(db(level_at(220.0)), db(4.0 / M_PI * sin(M_PI / 4.0)), 0.2);
}

TEST(a_triangle_falls_with_the_square_of_the_harmonic)
{
    play(OSC_TRIANGLE, 330.0, 0.0f, 0.0f);
    for (int n = 1; n <= 7; n += 2)
        CHECK_NEAR(db(level_at(330.0 * n)), db(8.0 / (M_PI * M_PI * n * n)), 0.3);
    CHECK(worst_alias_db(330.0, 16000.0) < -90.0);
}

TEST(a_sine_is_pure)
{
    play(OSC_SINE, 1000.0, 0.0f, 0.0f);
    CHECK_NEAR(level_at(1000.0), 1.0, 1e-4);
    for (int n = 2; n <= 9; n++)
        CHECK(db(level_at(1000.0 * n)) < -110.0);
}

TEST(fm_sidebands_are_bessel_functions_of_the_index)
{
    play(OSC_FM, 1000.0, (float)(1.0 / (2.0 * M_PI)), 0.0f); // an index of 1 radian, ratio 1
    CHECK_NEAR(level_at(1000.0), jn(0, 1.0) - jn(2, 1.0), 0.002);
    CHECK_NEAR(level_at(2000.0), jn(1, 1.0) + jn(3, 1.0), 0.002);
}

TEST(the_console_triangle_stands_on_sixteen_levels)
{
    play(OSC_STEPS, 25.0, 0.0f, 0.0f);
    int off = 0;
    for (int i = 0; i < FRAMES; i++) {
        double step = ((double)wave_out[i] + 1.0) * 7.5;
        off += fabs(step - round(step)) > 0.02;
    }
    CHECK(off < FRAMES / 8); // only on the way between two levels: 4 of 60 frames
    CHECK_NEAR(mean(), 0.0, 1e-3);
}
