// The small parts that work on eight lanes: curves, fold, noise, envelopes, ensemble, resonators.
#include <math.h>
#include <string.h>

#include "dsp/ensemble.h"
#include "dsp/env.h"
#include "dsp/fold.h"
#include "dsp/noise.h"
#include "dsp/resonators.h"
#include "dsp/turn.h"
#include "tests/test.h"

TEST(lane_curves_agree_with_the_library)
{
    for (int i = 0; i < 4000; i++) {
        float turns = (float)(i - 2000) * (0.4999f / 2000.0f), octaves = (float)(i - 2000) * 0.02f;
        float rate = (float)i * (0.45f / 4000.0f);
        CHECK_NEAR(f8_sin_turns(f8_set(turns))[1], sin(2.0 * M_PI * (double)turns), 4e-7);
        CHECK_NEAR(w8_sin(w8_step(f8_set(turns)))[1], sin(2.0 * M_PI * (double)turns), 4e-7);
        CHECK_NEAR((double)f8_exp2(f8_set(octaves))[2] / exp2((double)octaves), 1.0, 5e-7);
        CHECK_NEAR(f8_tan_half_turns(f8_set(rate))[3], tan(M_PI * (double)rate), 5e-6);
    }
    CHECK_NEAR(f8_soft(f8_set(0.05f))[0], tanh(0.05), 1e-5);
    CHECK_NEAR(f8_soft(f8_set(9.0f))[0], 1.0, 1e-6);
    CHECK_NEAR(f8_soft(f8_set(-9.0f))[0], -1.0, 1e-6);
}

TEST(folding_sums_the_lanes_of_each_frame)
{
    f8 rows[16];
    float out[16];
    for (int i = 0; i < 16; i++)
        for (int k = 0; k < 8; k++)
            rows[i][k] = (float)(i * 100 + (1 << k));
    fold_run(rows, out, 16);
    for (int i = 0; i < 16; i++)
        CHECK_NEAR(out[i], i * 800 + 255, 0.0);
}

TEST(noise_is_centred_white_and_its_lanes_differ)
{
    w8 state = noise_seed(7);
    double sum = 0.0, power = 0.0, next = 0.0, across = 0.0, last = 0.0;
    for (int i = 0; i < 48000; i++) {
        f8 y = noise_tick(&state);
        sum += (double)y[0];
        power += (double)(y[0] * y[0]);
        next += (double)y[0] * last;
        across += (double)(y[0] * y[1]);
        last = (double)y[0];
    }
    CHECK_NEAR(sum / 48000, 0.0, 0.01);
    CHECK_NEAR(power / 48000, 1.0 / 3.0, 0.01);
    CHECK_NEAR(next / 48000, 0.0, 0.01);
    CHECK_NEAR(across / 48000, 0.0, 0.01);
}

static float after(Env *env, int lane, double seconds)
{
    for (int i = 0; i < (int)(seconds * RATE_HZ / BLOCK_FRAMES + 0.5); i++)
        env_tick(env);
    return env->level[lane];
}

TEST(an_envelope_rises_decays_and_fades_in_its_times)
{
    Env env = { 0 };
    EnvTimes times = { 0.1f, 0.4f, 0.5f, 0.2f };
    env_start(&env, 3, &times);
    CHECK_NEAR(after(&env, 3, 0.05), 0.5, 0.02);
    CHECK_NEAR(after(&env, 3, 0.0507), 1.0, 0.01);
    CHECK_NEAR(after(&env, 3, 0.4), 0.5005, 0.0005); // 60 dB of the way
    env_stop(&env, 3);
    CHECK_NEAR(after(&env, 3, 0.2), 0.0005, 0.00005);
    CHECK_NEAR(env.level[4], 0.0, 0.0); // its neighbour never began
}

TEST(an_ensemble_keeps_the_middle_and_ends_soon_after_its_input)
{
    static Ensemble e;
    ensemble_tune(&e, 0.5f, 0.002f, 0.009f, 0.5f);
    ensemble_clear(&e);
    double in = 0.0, sum = 0.0, tail = 0.0;
    for (int block = 0; block < 750; block++) {
        float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
        for (int i = 0; i < BLOCK_FRAMES; i++) {
            float x = block < 700 ? (float)sin(0.02 * (block * BLOCK_FRAMES + i)) : 0.0f;
            left[i] = right[i] = x;
            in += (double)(x * x);
        }
        ensemble_run(&e, left, right);
        for (int i = 0; i < BLOCK_FRAMES; i++) {
            double middle = 0.5 * ((double)left[i] + (double)right[i]);
            sum += middle * middle;
            tail += block > 720 ? fabs(middle) : 0.0;
        }
    }
    CHECK(sum / in > 0.3 && sum / in < 1.7);
    CHECK_NEAR(tail, 0.0, 1e-9);
}

TEST(resonators_lift_what_they_are_tuned_to_on_both_sides)
{
    static const Resonance peaks[RESONATORS] = {
        { 500, 8, 1 }, { 1500, 8, 0.5f }, { 3000, 8, 0 }, { 5000, 8, 0 }
    };
    static const double hz[3] = { 500.0, 1500.0, 8000.0 }, gain[3] = { 1.0, 0.5, 0.04 };
    for (int n = 0; n < 3; n++) {
        Resonators r = { 0 };
        resonators_tune(&r, peaks);
        double power[2] = { 0.0, 0.0 };
        for (int block = 0; block < 200; block++) {
            float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
            for (int i = 0; i < BLOCK_FRAMES; i++) {
                left[i] = (float)sin(2.0 * M_PI * hz[n] * (block * BLOCK_FRAMES + i) / RATE_HZ);
                right[i] = left[i] * 0.5f;
            }
            resonators_run(&r, 0.0f, left, right);
            for (int i = 0; i < BLOCK_FRAMES && block >= 100; i++) {
                power[0] += 2.0 * (double)(left[i] * left[i]) / (100 * BLOCK_FRAMES);
                power[1] += 2.0 * (double)(right[i] * right[i]) / (100 * BLOCK_FRAMES);
            }
        }
        CHECK_NEAR(sqrt(power[0]), gain[n], 0.06);
        CHECK_NEAR(sqrt(power[1]), gain[n] * 0.5, 0.03);
    }
}

TEST(rows_turned_to_lanes_and_back_are_the_same_rows)
{
    float rows[8][BLOCK_FRAMES], *at[8];
    for (int k = 0; k < 8; k++) {
        at[k] = rows[k];
        for (int i = 0; i < BLOCK_FRAMES; i++)
            rows[k][i] = (float)(100 * k + i);
    }
    f8 lanes[BLOCK_FRAMES];
    turn_to_lanes(at, lanes);
    for (int i = 0; i < BLOCK_FRAMES; i++)
        for (int k = 0; k < 8; k++)
            CHECK(lanes[i][k] == (float)(100 * k + i));
    memset(rows, 0, sizeof rows);
    turn_to_rows(lanes, at);
    for (int i = 0; i < BLOCK_FRAMES; i++)
        for (int k = 0; k < 8; k++)
            CHECK(rows[k][i] == (float)(100 * k + i));
}
