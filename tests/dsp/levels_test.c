#include "dsp/levels.h"

#include "tests/dsp/sounds.h"

static Levels *levels_of(Sound s, int piece)
{
    Levels *levels = ARENA_NEW(test_arena(), Levels);
    for (int at = 0; at < s.frames; at += piece)
        levels_run(levels, s.left + at, s.right + at, piece < s.frames - at ? piece : s.frames - at);
    return levels;
}

TEST(the_power_of_each_second_is_measured)
{
    Sound s = sound_make(3.0);
    sound_add_sine(s, 440.0, 0.5, 0.25, 0.0);
    for (int i = RATE_HZ; i < 2 * RATE_HZ; i++)
        s.left[i] = s.right[i] = 0.0f;
    Levels *levels = levels_of(s, 1000);
    CHECK_INT(levels->frames, s.frames);
    CHECK_NEAR(levels->sums[0] / levels->heard[0], (0.25 + 0.0625) / 4.0, 1e-4);
    CHECK_NEAR(levels->sums[1] / levels->heard[1], 0.0, 1e-9);
    CHECK_NEAR(levels_power(levels), (0.25 + 0.0625) / 6.0, 1e-3);
}

TEST(levels_do_not_depend_on_the_size_of_the_calls)
{
    Sound s = sound_like_music(3.0, 0.5);
    CHECK(levels_agree(levels_of(s, 1), levels_of(s, 100000), 0.001));
}

TEST(levels_differ_when_one_second_or_the_length_does)
{
    Sound s = sound_like_music(5.0, 0.5);
    Levels *one = levels_of(s, 64), *two = levels_of(s, 64);
    CHECK(levels_agree(one, two, 0.01));
    two->sums[3] *= 1.3; // 1.1 dB
    CHECK(levels_agree(one, two, 1.2));
    CHECK(!levels_agree(one, two, 1.0));
    CHECK(!levels_agree(two, one, 1.0));
    *two = *one;
    two->frames++;
    CHECK(!levels_agree(one, two, 100.0));
    *two = *one;
    two->sums[2] = __builtin_nan("");
    CHECK(!levels_agree(one, two, 100.0));
    CHECK(!levels_agree(two, one, 100.0));
}

TEST(what_is_nearly_silence_agrees_with_silence_but_not_with_sound)
{
    Sound soft = sound_make(2.0), none = sound_make(2.0), loud = sound_make(2.0);
    sound_add_noise(soft, 0.003, 1);
    sound_add_noise(loud, 0.1, 1);
    CHECK(levels_agree(levels_of(soft, 64), levels_of(none, 64), 1.0));
    CHECK(!levels_agree(levels_of(loud, 64), levels_of(none, 64), 1.0));
    CHECK(!levels_agree(levels_of(none, 64), levels_of(loud, 64), 1.0));
}

TEST(of_a_second_that_was_partly_skipped_nothing_is_said)
{
    Sound s = sound_like_music(4.0, 0.5);
    Levels *all = levels_of(s, 64), *some = ARENA_NEW(test_arena(), Levels);
    float noise[RATE_HZ] = { [100] = 0.9f };
    levels_run(some, s.left, s.right, RATE_HZ);
    levels_skip(some, RATE_HZ / 2);
    levels_run(some, noise, noise, RATE_HZ / 2); // some run-up
    levels_run(some, s.left + 2 * RATE_HZ, s.right + 2 * RATE_HZ, s.frames - 2 * RATE_HZ);
    CHECK(levels_agree(all, some, 0.01));
}

TEST(a_sound_of_any_length_is_measured)
{
    Levels *levels = ARENA_NEW(test_arena(), Levels);
    levels_skip(levels, (int64_t)RATE_HZ * (LEVELS_SECONDS - 1));
    Sound s = sound_like_music(3.0, 0.5);
    levels_run(levels, s.left, s.right, s.frames);
    CHECK_INT(levels->frames, (int64_t)RATE_HZ * (LEVELS_SECONDS - 1) + s.frames);
    CHECK_INT(levels->heard[LEVELS_SECONDS - 1], RATE_HZ);
}
