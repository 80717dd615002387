// What the judge finds in sounds made by hand. Songs of ours are heard in tests/music/judged_test.c.
#include "master/judge.h"

#include "tests/dsp/sounds.h"

enum { SONG_S = 8 };

// `piece`: frames of each call.
static Verdict heard(Sound s, int piece, double true_peak_db, bool loops)
{
    Judge *judge = ARENA_NEW(test_arena(), Judge);
    for (int at = 0; at < s.frames; at += piece) {
        int count = piece < s.frames - at ? piece : s.frames - at;
        judge_run(judge, s.left + at, s.right + at, count);
    }
    return judge_verdict(judge, true_peak_db, loops);
}

static Verdict verdict(Sound s)
{
    return heard(s, BLOCK_FRAMES, -1.0, false);
}

static void scale(Sound s, int from, int to, float gain)
{
    for (int i = from; i < to; i++) {
        s.left[i] *= gain;
        s.right[i] *= gain;
    }
}

// A line from full to silence over the last `ms`.
static Sound released(Sound s, int ms)
{
    int frames = ms * RATE_HZ / 1000;
    for (int i = 0; i < frames; i++)
        scale(s, s.frames - frames + i, s.frames - frames + i + 1, 1.0f - (float)(i + 1) / (float)frames);
    return s;
}

static Sound tone(double hz, double peak, double turn)
{
    Sound s = sound_make(2.0);
    sound_add_sine(s, hz, peak, peak, turn);
    return s;
}

TEST(music_that_ends_is_good)
{
    CHECK_INT(verdict(released(sound_like_music(SONG_S, 0.5), 1000)), VERDICT_GOOD);
    CHECK_INT(verdict(released(sound_like_music(SONG_S, 0.01), 1000)), VERDICT_GOOD);
    CHECK_INT(verdict(released(tone(440.0, 0.9, 0.0), 50)), VERDICT_GOOD);
}

TEST(a_verdict_does_not_depend_on_the_size_of_the_calls)
{
    static const int pieces[] = { 1, 64, 777, 2400, 100000 };
    Sound good = released(sound_like_music(2.0, 0.5), 500), cut = tone(441.0, 0.5, 0.3),
          loud = tone(30.0, 1.3, 0.0);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        CHECK_INT(heard(good, pieces[i], -1.0, false), VERDICT_GOOD);
        CHECK_INT(heard(cut, pieces[i], -1.0, false), VERDICT_ABRUPT);
        CHECK_INT(heard(released(loud, 100), pieces[i], -1.0, false), VERDICT_CLIPPED);
    }
}

TEST(silence_a_constant_and_what_is_too_soft_are_silent)
{
    CHECK_INT(verdict(sound_make(3.0)), VERDICT_SILENT);
    CHECK_INT(judge_verdict(ARENA_NEW(test_arena(), Judge), -99.0, false), VERDICT_SILENT); // nothing at all

    Sound constant = sound_make(3.0);
    for (int i = 0; i < constant.frames; i++)
        constant.left[i] = constant.right[i] = 0.5f;
    CHECK_INT(verdict(constant), VERDICT_SILENT);

    CHECK_INT(verdict(released(tone(440.0, 0.0009, 0.0), 100)), VERDICT_SILENT);
    CHECK_INT(verdict(released(tone(440.0, 0.0012, 0.0), 100)), VERDICT_GOOD);
}

TEST(a_song_on_one_side_only_is_not_silent)
{
    Sound s = sound_like_music(SONG_S, 0.5);
    memset(s.left, 0, (size_t)s.frames * sizeof *s.left);
    CHECK_INT(verdict(released(s, 500)), VERDICT_GOOD);
}

TEST(a_song_of_which_half_is_silence_is_silent)
{
    Sound s = released(sound_like_music(SONG_S, 0.5), 500);
    scale(s, 0, s.frames * 45 / 100, 0.0f);
    CHECK_INT(verdict(s), VERDICT_GOOD);
    scale(s, 0, s.frames * 55 / 100, 0.0f);
    CHECK_INT(verdict(s), VERDICT_SILENT);
}

TEST(rests_between_strokes_are_no_silence_however_many_they_are)
{
    Sound s = sound_make(30.0);
    for (int beat = 0; beat < 8; beat++) // one short stroke every 3.5 s
        for (int i = 0; i < RATE_HZ / 10; i++)
            s.left[beat * 7 * RATE_HZ / 2 + i] =
                0.5f * (float)sin(0.05 * i) * (1.0f - (float)i / (RATE_HZ / 10));
    CHECK_INT(verdict(s), VERDICT_GOOD);
}

TEST(a_long_hole_inside_is_silent_and_a_rest_is_not)
{
    Sound s = released(sound_like_music(60.0, 0.5), 500);
    scale(s, 20 * RATE_HZ, 30 * RATE_HZ, 0.0f);
    CHECK_INT(verdict(s), VERDICT_GOOD);
    scale(s, 30 * RATE_HZ, 41 * RATE_HZ, 0.0f);
    CHECK_INT(verdict(s), VERDICT_SILENT);
}

TEST(a_long_wait_before_or_after_the_sound_is_no_hole)
{
    Sound before = released(sound_like_music(60.0, 0.5), 500), after = sound_like_music(60.0, 0.5);
    scale(before, 0, 25 * RATE_HZ, 0.0f);
    scale(after, 35 * RATE_HZ, after.frames, 0.0f);
    CHECK_INT(verdict(before), VERDICT_GOOD);
    CHECK_INT(verdict(after), VERDICT_GOOD);
}

TEST(neighbours_at_full_scale_are_clipped)
{
    Sound s = released(sound_like_music(SONG_S, 0.5), 500);
    s.right[70000] = s.right[70001] = -1.0f;
    CHECK_INT(verdict(s), VERDICT_GOOD); // a wave may touch the top
    s.right[70002] = -1.0f;
    CHECK_INT(verdict(s), VERDICT_CLIPPED);
}

TEST(waves_that_go_beyond_full_scale_are_clipped_and_waves_below_are_not)
{
    CHECK_INT(verdict(released(tone(100.0, 1.05, 0.0), 100)), VERDICT_CLIPPED);
    CHECK_INT(verdict(released(tone(100.0, 0.99, 0.0), 100)), VERDICT_GOOD);
    Sound flat = tone(100.0, 2.0, 0.0);
    for (int i = 0; i < flat.frames; i++)
        flat.left[i] = flat.right[i] = fminf(fmaxf(flat.left[i], -0.5f), 0.5f);
    CHECK_INT(verdict(released(flat, 100)), VERDICT_GOOD); // an effect, not an accident
}

TEST(a_true_peak_above_full_scale_is_clipped)
{
    Sound s = released(sound_like_music(SONG_S, 0.5), 500);
    CHECK_INT(heard(s, BLOCK_FRAMES, 0.0, false), VERDICT_GOOD);
    CHECK_INT(heard(s, BLOCK_FRAMES, 0.01, false), VERDICT_CLIPPED);
}

TEST(what_is_no_number_is_clipped)
{
    const float bad[] = { __builtin_nanf(""), __builtin_inff(), -__builtin_inff() };
    for (int i = 0; i < 3; i++) {
        Sound s = released(sound_like_music(SONG_S, 0.5), 500);
        s.left[50000] = bad[i];
        CHECK_INT(verdict(s), VERDICT_CLIPPED);
    }
}

TEST(a_tone_that_is_cut_off_is_abrupt_at_any_place_of_its_wave)
{
    static const double tones_hz[] = { 35.0, 110.0, 440.0, 1234.0, 9000.0 };
    for (size_t t = 0; t < sizeof tones_hz / sizeof *tones_hz; t++)
        for (int turn = 0; turn < 16; turn++)
            CHECK_INT(verdict(tone(tones_hz[t], 0.5, turn / 16.0)), VERDICT_ABRUPT);
}

TEST(music_that_is_cut_off_is_abrupt)
{
    for (int at = 10; at < 30; at++) {
        Sound s = sound_like_music(4.0, 0.5);
        s.frames = at * RATE_HZ / 10 + 480; // just behind a beat or between two
        double level = level_db(s.left, s.frames - RATE_HZ / 500, s.frames) - level_db(s.left, 0, s.frames);
        if (level > -9.0)
            CHECK_INT(verdict(s), VERDICT_ABRUPT);
    }
}

TEST(a_release_of_20_ms_is_an_end)
{
    for (int at = 10; at < 30; at++) {
        Sound s = sound_like_music(4.0, 0.5);
        s.frames = at * RATE_HZ / 10 + 480;
        CHECK_INT(verdict(released(s, 20)), VERDICT_GOOD);
    }
    CHECK_INT(verdict(released(tone(60.0, 0.5, 0.25), 20)), VERDICT_GOOD);
}

TEST(a_tail_that_is_cut_off_far_below_the_song_is_an_end)
{
    Sound s = sound_like_music(SONG_S, 0.5);
    for (int i = 0; i < RATE_HZ; i++)
        scale(s, s.frames - RATE_HZ + i, s.frames - RATE_HZ + i + 1, expf(-3.0f * (float)i / RATE_HZ));
    CHECK_INT(verdict(s), VERDICT_GOOD);
}

TEST(a_loop_may_be_cut)
{
    CHECK_INT(heard(tone(440.0, 0.5, 0.1), BLOCK_FRAMES, -1.0, true), VERDICT_GOOD);
}
