#include "tests/master/mixing.h"

static Sound three[3];

static void make_three(double seconds)
{
    three[0] = sound_like_music(seconds, 0.4);
    three[1] = sound_make(seconds);
    sound_add_sine(three[1], 330.0, 0.2, 0.1, 0.0);
    three[2] = sound_make(seconds);
    sound_add_noise(three[2], 0.1, 7);
}

// A plan that uses everything.
static MixPlan full_plan(double seconds)
{
    static const int64_t kicks[] = { 0, 24000, 48000, 72000, 96000, 120000, 144000, 168000 };
    MixPlan plan = plain_plan(3, seconds);
    plan.lanes[0].room = 0.2f;
    plan.lanes[0].squeeze = 0.5f;
    plan.lanes[1] = (MixLane){ .width = 1.3f,
                               .pan = 0.5f,
                               .hall = 0.4f,
                               .delay = 0.3f,
                               .duck = 0.6f,
                               .bells = { { 500.0f, 3.0f, 1.0f } } };
    plan.lanes[2] =
        (MixLane){ .width = 0.7f, .gain_db = -6.0f, .drive = 0.5f, .high_cut_hz = 6000.0f, .room = 0.5f };
    plan.kicks = kicks;
    plan.kick_count = 8;
    plan.warmth = 0.4f;
    plan.wow = 0.3f;
    plan.hiss_db = -50.0f;
    plan.tilt_db = -1.0f;
    plan.glue = 0.7f;
    plan.high_cut_hz = 14000.0f;
    plan.gain_db = 6.0f;
    return plan;
}

TEST(the_mix_is_late_by_its_latency_and_by_nothing_else)
{
    CHECK_INT(mixer_latency() % BLOCK_FRAMES, 0);
    MixPlan plan = plain_plan(1, 1.0);
    Sound in = sound_make(1.0);
    in.left[10000] = in.right[10000] = 0.5f;
    Sound out = mix_of(&plan, &in);
    int top = 0;
    for (int i = 0; i < out.frames; i++)
        if (fabsf(out.left[i]) > fabsf(out.left[top]))
            top = i;
    CHECK_INT(top, 10000);
}

TEST(a_song_has_its_length_and_ends_in_silence)
{
    const double lengths[] = { 0.5, 1.0, 1.77777 };
    for (int k = 0; k < 3; k++) {
        MixPlan plan = plain_plan(1, lengths[k]);
        plan.hiss_db = -40.0f;
        plan.lanes[0].hall = 0.5f;
        Sound in = sound_make(lengths[k] + 0.5);
        sound_add_noise(in, 0.4, 2);
        Sound out = mix_of(&plan, &in);
        int end = (int)plan.frames;
        CHECK(level_db(out.left, end - 9600, end - 4800) > -20.0);
        CHECK(highest_of(out.left, end - 960, out.frames) <= 0.0);
        CHECK(highest_of(out.right, end - 960, out.frames) <= 0.0);
        // And no cut: the way there is gentle.
        CHECK(level_db(out.left, end - 1200, end - 960) < -25.0);
    }
}

TEST(a_fade_goes_evenly_to_silence)
{
    MixPlan plan = plain_plan(1, 4.0);
    plan.fade_from = 1 * RATE_HZ;
    plan.fade_to = 3 * RATE_HZ;
    Sound in = sound_make(4.0);
    sound_add_noise(in, 0.3, 2);
    Sound out = mix_of(&plan, &in);
    double full = level_db(out.left, 24000, 47000);
    CHECK_NEAR(level_db(out.left, 95000, 97000) - full, -18.0, 1.0);
    CHECK(highest_of(out.left, 144000, out.frames) <= 0.0);
    double last = full;
    for (int at = 48000; at < 140000; at += 4800) {
        double now = level_db(out.left, at, at + 4800);
        CHECK(now < last + 0.5);
        last = now;
    }
}

TEST(the_same_mix_comes_out_every_time_and_in_any_order_of_strips)
{
    make_three(2.0);
    MixPlan plan = full_plan(2.0);
    Sound a = mix_of(&plan, three);
    Mixer *mixer = mixer_open(test_arena(), &plan);
    for (int at = 0; at < a.frames - mixer_latency(); at += BLOCK_FRAMES) {
        float blocks[3][2][BLOCK_FRAMES] = { 0 }, left[BLOCK_FRAMES], right[BLOCK_FRAMES];
        float *pairs[3][2];
        for (int i = 2; i >= 0; i--) {
            bool sounding = at + BLOCK_FRAMES <= three[i].frames;
            if (sounding) {
                memcpy(blocks[i][0], three[i].left + at, sizeof blocks[i][0]);
                memcpy(blocks[i][1], three[i].right + at, sizeof blocks[i][1]);
            }
            mixer_strip(mixer, i, blocks[i][0], blocks[i][1], sounding);
            pairs[i][0] = blocks[i][0];
            pairs[i][1] = blocks[i][1];
        }
        mixer_run(mixer, (float *const(*)[2])pairs, left, right);
        int out = at - mixer_latency();
        if (out >= 0)
            CHECK(memcmp(left, a.left + out, sizeof left) == 0 &&
                  memcmp(right, a.right + out, sizeof right) == 0);
    }
}

TEST(after_a_seek_it_goes_on_as_a_fresh_mixer_would)
{
    make_three(3.0);
    MixPlan plan = full_plan(3.0);
    Mixer *used = mixer_open(test_arena(), &plan), *fresh = mixer_open(test_arena(), &plan);
    mix_from(used, three, 3, 0, 1.5);
    const int64_t there = 48000 / BLOCK_FRAMES * BLOCK_FRAMES;
    mixer_seek(used, there);
    mixer_seek(fresh, there);
    Sound a = mix_from(used, three, 3, there, 1.0), b = mix_from(fresh, three, 3, there, 1.0);
    CHECK(memcmp(a.left, b.left, (size_t)a.frames * sizeof(float)) == 0);
    CHECK(memcmp(a.right, b.right, (size_t)a.frames * sizeof(float)) == 0);
    // Back at the beginning it is as just opened.
    mixer_seek(used, 0);
    Sound c = mix_from(used, three, 3, 0, 1.0), d = mix_of(&plan, three);
    CHECK(memcmp(c.left, d.left, (size_t)c.frames * sizeof(float)) == 0);
}

TEST(silence_stays_silence_and_nothing_is_ever_not_a_number)
{
    make_three(1.0);
    MixPlan plan = full_plan(6.0);
    plan.hiss_db = 0.0f;
    Sound out = mix_of(&plan, three); // the lanes end after a second
    CHECK(all_finite(out.left, out.frames) && all_finite(out.right, out.frames));
    Sound none[3] = { sound_make(1.0), sound_make(1.0), sound_make(1.0) };
    out = mix_of(&plan, none);
    CHECK(highest_of(out.left, 0, out.frames) <= 0.0 && highest_of(out.right, 0, out.frames) <= 0.0);
}

TEST(tails_ring_on_when_the_lanes_are_silent)
{
    MixPlan plan = plain_plan(1, 4.0);
    plan.lanes[0].hall = 0.5f;
    Sound in = sound_make(1.0);
    sound_add_noise(in, 0.3, 2);
    Sound out = mix_of(&plan, &in);
    double first = level_db(out.left, 50000, 55000), later = level_db(out.left, 98000, 103000);
    CHECK(first > -50.0);
    CHECK_NEAR(later - first, -30.0, 8.0); // a second of two for 60 dB, treble faster
}

TEST(sends_come_back_without_their_lows)
{
    MixPlan wet = plain_plan(1, 2.0), dry = plain_plan(1, 2.0);
    wet.lanes[0].room = 1.0f;
    Sound low = sound_make(2.0), high = sound_make(2.0);
    sound_add_sine(low, 40.0, 0.2, 0.2, 0.0);
    sound_add_noise(high, 0.2, 3);
    Sound a = mix_of(&wet, &low), b = mix_of(&dry, &low);
    CHECK_NEAR(level_db(a.left, 48000, 90000), level_db(b.left, 48000, 90000), 1.2);
    a = mix_of(&wet, &high);
    b = mix_of(&dry, &high);
    CHECK(level_db(a.left, 48000, 90000) > level_db(b.left, 48000, 90000) + 0.7);
}

TEST(a_loud_mix_stays_below_its_ceiling_without_direct_current)
{
    make_three(4.0);
    for (float gain_db = 0.0f; gain_db <= 18.0f; gain_db += 9.0f) {
        MixPlan plan = full_plan(4.0);
        plan.gain_db = gain_db;
        plan.ceiling_db = -1.5f;
        Sound out = mix_of(&plan, three);
        double lufs, peak_db;
        judge(out, &lufs, &peak_db);
        CHECK(peak_db <= -1.45);
        CHECK_NEAR(mean_of(out.left, 0, (int)plan.frames), 0.0, 0.001);
        CHECK_NEAR(mean_of(out.right, 0, (int)plan.frames), 0.0, 0.001);
        CHECK(correlation_of(out.left, out.right, 0, (int)plan.frames) > 0.0);
    }
}

TEST(below_the_ceiling_gain_is_only_gain)
{
    make_three(2.0);
    MixPlan plan = plain_plan(3, 2.0);
    Sound soft = mix_of(&plan, three);
    plan.gain_db = -6.0206f;
    Sound softer = mix_of(&plan, three);
    for (int i = 0; i < soft.frames; i++)
        CHECK(fabsf(softer.left[i] - 0.5f * soft.left[i]) < 1e-6f);
}

TEST(gain_and_drive_can_be_set_before_the_first_block)
{
    make_three(1.0);
    MixPlan plan = plain_plan(1, 1.0);
    Mixer *mixer = mixer_open(test_arena(), &plan);
    mixer_gain(mixer, 0, -6.0f);
    mixer_drive(mixer, -4.0f);
    plan.lanes[0].gain_db = -6.0f;
    plan.gain_db = -4.0f;
    Sound a = mix_from(mixer, three, 1, 0, 0.9), b = mix_of(&plan, three);
    CHECK(memcmp(a.left, b.left, (size_t)a.frames * sizeof(float)) == 0);
}

TEST(the_mix_before_the_limiter_can_be_seen)
{
    MixPlan plan = plain_plan(1, 1.0);
    plan.gain_db = 20.0f;
    Mixer *mixer = mixer_open(test_arena(), &plan);
    Sound in = sound_make(1.0);
    sound_add_sine(in, 1000.0, 0.5, 0.5, 0.0);
    mix_from(mixer, &in, 1, 0, 0.5);
    CHECK_NEAR(highest_of(mixer_open_mix(mixer, 0), 0, BLOCK_FRAMES), 0.5 * 0.7071 * 10.0, 0.02);
    CHECK_NEAR(highest_of(mixer_open_mix(mixer, 1), 0, BLOCK_FRAMES), 0.5 * 0.7071 * 10.0, 0.02);
}

TEST(tilt_and_high_cut_shape_the_whole_mix)
{
    Sound in = sound_make(1.0);
    sound_add_sine(in, 150.0, 0.1, 0.1, 0.0);
    sound_add_sine(in, 6000.0, 0.1, 0.1, 0.0);
    sound_add_sine(in, 16000.0, 0.1, 0.1, 0.0);
    MixPlan plan = plain_plan(1, 1.0);
    Sound flat = mix_of(&plan, &in);
    plan.tilt_db = 4.0f;
    plan.high_cut_hz = 10000.0f;
    Sound shaped = mix_of(&plan, &in);
    CHECK_NEAR(tone_db(shaped.left, 9600, 40000, 150.0) - tone_db(flat.left, 9600, 40000, 150.0), -2.0, 0.2);
    CHECK_NEAR(tone_db(shaped.left, 9600, 40000, 6000.0) - tone_db(flat.left, 9600, 40000, 6000.0), 1.6, 0.5);
    CHECK(tone_db(shaped.left, 9600, 40000, 16000.0) < tone_db(flat.left, 9600, 40000, 16000.0) - 8.0);
}

TEST(glue_takes_three_db_at_most)
{
    for (int loud = 0; loud < 2; loud++) {
        Sound in = sound_make(2.0);
        sound_add_sine(in, 1000.0, loud ? 1.0 : 0.02, loud ? 1.0 : 0.02, 0.0);
        MixPlan plan = plain_plan(1, 2.0);
        plan.gain_db = -10.0f;
        Sound open = mix_of(&plan, &in);
        plan.glue = 1.0f;
        Sound glued = mix_of(&plan, &in);
        double taken = tone_db(open.left, 60000, 90000, 1000.0) - tone_db(glued.left, 60000, 90000, 1000.0);
        CHECK_NEAR(taken, loud ? 3.0 : 0.0, 0.05);
    }
}

TEST(hiss_has_its_level_in_the_finished_mix)
{
    for (float gain_db = 0.0f; gain_db <= 12.0f; gain_db += 12.0f) {
        MixPlan plan = plain_plan(1, 2.0);
        plan.hiss_db = -60.0f;
        plan.gain_db = gain_db;
        Sound none = sound_make(0.1), out = mix_of(&plan, &none);
        CHECK_NEAR(level_db(out.left, 24000, 72000), -60.0, 0.3);
    }
}

TEST(the_last_fade_begins_50_ms_before_the_end_and_nothing_before_it_changes)
{
    make_three(2.0);
    MixPlan plan = full_plan(1.5), longer = full_plan(2.0);
    Sound a = mix_of(&plan, three), b = mix_of(&longer, three);
    int from = (int)plan.frames - RATE_HZ / 20;
    CHECK(memcmp(a.left, b.left, (size_t)from * sizeof(float)) == 0);
    CHECK(level_db(a.left, from, from + 100) > level_db(b.left, from, from + 100) - 0.2);
    CHECK(level_db(a.left, from + 700, from + 740) < level_db(b.left, from + 700, from + 740) - 5.0);
    CHECK(memcmp(a.left + from, b.left + from, 200 * sizeof(float)) != 0);
}

TEST(a_room_answers_first_from_the_side_that_was_played)
{
    for (int side = -1; side <= 1; side += 2) {
        MixPlan plan = plain_plan(1, 1.0);
        plan.lanes[0].pan = (float)side;
        Sound in = sound_make(1.0);
        in.left[960] = in.right[960] = 0.5f;
        Sound dry = mix_of(&plan, &in);
        plan.lanes[0].room = 1.0f;
        Sound wet = mix_of(&plan, &in);
        for (int i = 0; i < wet.frames; i++) {
            wet.left[i] -= dry.left[i];
            wet.right[i] -= dry.right[i];
        }
        double left = level_db(wet.left, 960, 960 + 1800), right = level_db(wet.right, 960, 960 + 1800);
        CHECK((side < 0 ? left - right : right - left) > 3.0);
    }
}
