#include "tests/master/mixing.h"

#define CENTRE_DB (-3.0103)

static Sound tone(double hz, double left, double right)
{
    Sound s = sound_make(1.5);
    sound_add_sine(s, hz, left, right, 0.0);
    return s;
}

static Sound mixed(MixLane lane, Sound in)
{
    MixPlan plan = plain_plan(1, 1.5);
    plan.lanes[0] = lane;
    return mix_of(&plan, &in);
}

// Of the left side, against the centre's own level.
static double gain_db(MixLane lane, double hz)
{
    Sound out = mixed(lane, tone(hz, 0.25, 0.25));
    return tone_db(out.left, 24000, 60000, hz) - 20.0 * log10(0.25) - CENTRE_DB;
}

TEST(a_lane_as_it_is_keeps_its_level_but_for_the_pan)
{
    MixLane lane = { .width = 1.0f };
    CHECK_NEAR(gain_db(lane, 200.0), 0.0, 0.05);
    CHECK_NEAR(gain_db(lane, 1000.0), 0.0, 0.01);
    CHECK_NEAR(gain_db(lane, 15000.0), 0.0, 0.01);
    lane.gain_db = -7.0f;
    CHECK_NEAR(gain_db(lane, 1000.0), -7.0, 0.01);
}

TEST(every_lane_loses_what_is_below_music)
{
    Sound in = tone(440.0, 0.3, 0.3);
    for (int i = 0; i < in.frames; i++) {
        in.left[i] += 0.3f;
        in.right[i] += 0.3f;
    }
    Sound out = mixed((MixLane){ .width = 1.0f }, in);
    CHECK_NEAR(mean_of(out.left, 48000, 71000), 0.0, 0.0005);
    CHECK(gain_db((MixLane){ .width = 1.0f }, 8.0) < -15.0);
}

TEST(cuts_bells_and_shelf_work_together)
{
    MixLane lane = { .width = 1.0f,
                     .low_cut_hz = 200.0f,
                     .high_cut_hz = 8000.0f,
                     .bells = { { 400.0f, -6.0f, 1.5f }, { 1500.0f, 5.0f, 2.0f } },
                     .shelf_hz = 3000.0f,
                     .shelf_db = 4.0f };
    CHECK_NEAR(gain_db(lane, 200.0), -4.0, 1.0); // the bell at 400 Hz is near
    CHECK(gain_db(lane, 50.0) < -23.0);
    CHECK_NEAR(gain_db(lane, 400.0), -6.0, 0.6);
    CHECK_NEAR(gain_db(lane, 1500.0), 5.0, 0.7);
    CHECK_NEAR(gain_db(lane, 5000.0), 4.0, 1.0);
    CHECK(gain_db(lane, 16000.0) < -6.0);
}

TEST(pan_keeps_the_power)
{
    for (float pan = -1.0f; pan <= 1.0f; pan += 0.25f) {
        Sound out = mixed((MixLane){ .width = 1.0f, .pan = pan }, tone(8000.0, 0.3, 0.3));
        double left = tone_of(out.left, 24000, 60000, 8000.0),
               right = tone_of(out.right, 24000, 60000, 8000.0);
        CHECK_NEAR(left * left + right * right, 0.09, 0.0005);
        double turn = atan2(right, left);
        CHECK_NEAR(turn, (double)(pan + 1.0f) * M_PI / 4.0, 0.008);
    }
}

TEST(a_lane_at_the_side_keeps_both_of_its_channels)
{
    Sound in = tone(6000.0, 0.3, 0.0);
    sound_add_sine(in, 3000.0, 0.0, 0.3, 0.0);
    Sound out = mixed((MixLane){ .width = 1.0f, .pan = -1.0f }, in);
    CHECK_NEAR(tone_of(out.left, 24000, 60000, 6000.0), 0.15, 0.002);
    CHECK_NEAR(tone_of(out.left, 24000, 60000, 3000.0), 0.15, 0.002);
    CHECK(level_db(out.right, 24000, 60000) < level_db(out.left, 24000, 60000) - 30.0);
}

TEST(width_opens_and_closes)
{
    Sound in = tone(1000.0, 0.2, -0.1);
    Sound mono = mixed((MixLane){ .width = 0.0f }, in);
    CHECK_NEAR(correlation_of(mono.left, mono.right, 24000, 60000), 1.0, 1e-6);
    Sound same = mixed((MixLane){ .width = 1.0f }, in);
    CHECK_NEAR(tone_of(same.left, 24000, 60000, 1000.0), 0.2 * 0.7071, 0.001);
    CHECK_NEAR(tone_of(same.right, 24000, 60000, 1000.0), 0.1 * 0.7071, 0.001);
    Sound wide = mixed((MixLane){ .width = 2.0f }, in);
    CHECK_NEAR(tone_of(wide.left, 24000, 60000, 1000.0), 0.35 * 0.7071, 0.001);
    CHECK_NEAR(tone_of(wide.right, 24000, 60000, 1000.0), 0.25 * 0.7071, 0.001);
}

TEST(lows_can_be_made_mono)
{
    MixLane lane = { .width = 1.0f, .mono_low = true };
    Sound low = mixed(lane, tone(40.0, 0.3, 0.0)), high = mixed(lane, tone(8000.0, 0.3, 0.0));
    CHECK(correlation_of(low.left, low.right, 24000, 60000) > 0.95);
    CHECK(level_db(high.right, 24000, 60000) < level_db(high.left, 24000, 60000) - 30.0);
}

TEST(drive_adds_overtones_and_keeps_the_level)
{
    Sound in = tone(500.0, 0.25, 0.25);
    Sound clean = mixed((MixLane){ .width = 1.0f }, in),
          driven = mixed((MixLane){ .width = 1.0f, .drive = 0.7f }, in);
    CHECK(tone_db(clean.left, 24000, 60000, 1500.0) < -100.0);
    double fundamental = tone_db(driven.left, 24000, 60000, 500.0);
    CHECK_NEAR(fundamental, tone_db(clean.left, 24000, 60000, 500.0), 2.5);
    CHECK(tone_db(driven.left, 24000, 60000, 1500.0) > fundamental - 25.0);
    CHECK(tone_db(driven.left, 24000, 60000, 1000.0) < -90.0); // odd ones only: no direct current
}

TEST(moderate_drive_keeps_its_aliases_low)
{
    Sound out = mixed((MixLane){ .width = 1.0f, .drive = 0.3f }, tone(9000.0, 0.25, 0.25));
    double fundamental = tone_db(out.left, 24000, 60000, 9000.0);
    CHECK(tone_db(out.left, 24000, 60000, 3000.0) < fundamental - 45.0);  // the fifth, folded
    CHECK(tone_db(out.left, 24000, 60000, 15000.0) < fundamental - 70.0); // the seventh
}

TEST(squeeze_brings_loud_and_soft_nearer)
{
    Sound loud = tone(1000.0, 0.7, 0.7), soft = tone(1000.0, 0.02, 0.02);
    MixLane lane = { .width = 1.0f, .gain_db = -6.0f, .squeeze = 1.0f };
    double a = tone_db(mixed(lane, loud).left, 40000, 70000, 1000.0);
    double b = tone_db(mixed(lane, soft).left, 40000, 70000, 1000.0);
    double before = 20.0 * log10(0.7 / 0.02);
    CHECK(a - b < before - 13.0);
    CHECK(a - b > before / 3.0);
    Sound usual = tone(1000.0, 0.178, 0.178); // -18 dB
    CHECK_NEAR(tone_db(mixed(lane, usual).left, 40000, 70000, 1000.0), -15.0 - 6.0 + CENTRE_DB, 0.5);
}

TEST(a_kick_ducks_the_lane_and_lets_it_back)
{
    static const int64_t kicks[] = { 24000 };
    MixPlan plan = plain_plan(1, 1.5);
    plan.kicks = kicks;
    plan.kick_count = 1;
    plan.lanes[0].duck = 0.75f;
    Sound in = tone(3000.0, 0.3, 0.3);
    Sound out = mix_of(&plan, &in);
    double before = tone_db(out.left, 20000, 23900, 3000.0);
    CHECK_NEAR(level_db(out.left, 24192, 24208) - level_db(out.left, 23904, 23920), -12.0, 0.4);
    CHECK_NEAR(tone_db(out.left, 36300, 40000, 3000.0), before, 0.01);
    CHECK(tone_db(out.left, 25000, 26000, 3000.0) < before - 7.0);
}
