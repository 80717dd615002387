#include "dsp/svf.h"

#include <math.h>

#include "tests/test.h"

enum { FRAMES = 16384 };

static float signal[FRAMES];

static void tone(double hz)
{
    for (int i = 0; i < FRAMES; i++)
        signal[i] = (float)sin(2.0 * M_PI * hz * i / RATE_HZ);
}

static double level_db(void) // of the second half, after the filter has settled
{
    double sum = 0.0;
    for (int i = FRAMES / 2; i < FRAMES; i++)
        sum += (double)signal[i] * (double)signal[i];
    return 10.0 * log10(sum / (FRAMES / 2) * 2.0 + 1e-15);
}

static double gain_db(SvfMode mode, float cutoff_hz, float q, double hz)
{
    Svf svf = { 0 };
    svf_tune(&svf, mode, cutoff_hz, q);
    tone(hz);
    svf_run(&svf, signal, FRAMES);
    return level_db();
}

static double lanes_gain_db(SvfMode mode, bool steep, double cutoff_hz, float k, double hz)
{
    SvfLanes state[4] = { 0 };
    SvfSweep sweep[2] = { 0 };
    f8 turns = f8_set((float)(cutoff_hz / RATE_HZ)), first = f8_set(steep ? 1.8478f : k),
       second = f8_set(0.7654f);
    i8 jump = (i8)w8_set(0xffffffffu);
    svf_sweep(&sweep[0], &turns, &first, &jump);
    svf_sweep(&sweep[1], &turns, &second, &jump);
    tone(hz);
    for (int i = 0; i < FRAMES; i += BLOCK_FRAMES) {
        f8 rows[BLOCK_FRAMES];
        for (int n = 0; n < BLOCK_FRAMES; n++)
            rows[n] = f8_set(signal[i + n]);
        if (steep)
            svf_run_steep(state, sweep, rows, NULL);
        else
            svf_run_lanes(state, mode, sweep, rows, NULL);
        for (int n = 0; n < BLOCK_FRAMES; n++)
            signal[i + n] = rows[n][5];
    }
    return level_db();
}

TEST(a_state_variable_filter_halves_the_power_at_its_cutoff)
{
    CHECK_NEAR(gain_db(SVF_LOW, 1000.0f, 0.7071f, 1000.0), -3.0, 0.1);
    CHECK_NEAR(gain_db(SVF_HIGH, 1000.0f, 0.7071f, 1000.0), -3.0, 0.1);
    CHECK_NEAR(gain_db(SVF_BAND, 1000.0f, 4.0f, 1000.0), 0.0, 0.1);
}

TEST(a_state_variable_filter_falls_by_12_db_per_octave)
{
    CHECK_NEAR(gain_db(SVF_LOW, 500.0f, 0.7071f, 1000.0) - gain_db(SVF_LOW, 500.0f, 0.7071f, 2000.0), 12.2,
               0.5);
    CHECK_NEAR(gain_db(SVF_LOW, 1000.0f, 0.7071f, 50.0), 0.0, 0.05);
    CHECK_NEAR(gain_db(SVF_HIGH, 1000.0f, 0.7071f, 10000.0), 0.0, 0.1);
    CHECK_NEAR(gain_db(SVF_HIGH, 1000.0f, 0.7071f, 100.0), -40.0, 0.3);
}

TEST(the_peak_of_a_filter_is_its_q)
{
    CHECK_NEAR(gain_db(SVF_LOW, 2000.0f, 8.0f, 2000.0), 20.0 * log10(8.0), 0.2);
}

TEST(filters_by_eights_and_in_lanes_are_the_same_filter)
{
    static const double at_hz[4] = { 60.0, 700.0, 1500.0, 9000.0 };
    for (int mode = SVF_LOW; mode <= SVF_HIGH; mode++)
        for (int i = 0; i < 4; i++)
            CHECK_NEAR(lanes_gain_db((SvfMode)mode, false, 1200.0, 0.5f, at_hz[i]),
                       gain_db((SvfMode)mode, 1200.0f, 2.0f, at_hz[i]), 0.02);
}

TEST(two_filters_in_a_row_fall_by_24_db_per_octave)
{
    CHECK_NEAR(lanes_gain_db(SVF_LOW, true, 500.0, 0.0f, 500.0), -3.0, 0.1);
    CHECK_NEAR(lanes_gain_db(SVF_LOW, true, 500.0, 0.0f, 1000.0) -
                   lanes_gain_db(SVF_LOW, true, 500.0, 0.0f, 2000.0),
               24.2, 0.8);
}

TEST(a_filter_torn_about_every_block_stays_calm)
{
    SvfLanes state[2] = { 0 };
    SvfSweep sweep = { 0 };
    i8 none = { 0 };
    f8 k = f8_set(0.05f);
    float peak = 0.0f;
    for (int block = 0; block < 3000; block++) {
        f8 turns = f8_set(block % 2 ? 0.0005f : 0.44f), rows[BLOCK_FRAMES];
        svf_sweep(&sweep, &turns, &k, &none);
        for (int n = 0; n < BLOCK_FRAMES; n++)
            rows[n] = f8_set((block * 64 + n) % 37 < 18 ? 1.0f : -1.0f);
        svf_run_lanes(state, SVF_LOW, &sweep, rows, NULL);
        for (int n = 0; n < BLOCK_FRAMES; n++)
            peak = fabsf(rows[n][0]) > peak ? fabsf(rows[n][0]) : peak;
    }
    CHECK(peak < 40.0f);
}
