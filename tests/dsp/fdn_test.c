#include "dsp/fdn.h"

#include "dsp/chain.h"
#include "dsp/echo.h"
#include "tests/dsp/sounds.h"

static Fdn *room_of(FdnSize size, float t60_s)
{
    Fdn *fdn = arena_take(test_arena(), sizeof *fdn);
    *fdn = fdn_open(test_arena(), size);
    fdn_tune(fdn, t60_s);
    return fdn;
}

static Sound answer_of(Fdn *fdn, Sound in)
{
    Sound out = sound_make((double)in.frames / RATE_HZ);
    for (int at = 0; at < in.frames; at += BLOCK_FRAMES) {
        bool silent =
            highest_of(in.left, at, at + BLOCK_FRAMES) + highest_of(in.right, at, at + BLOCK_FRAMES) <= 0.0;
        fdn_run(fdn, (const float *const[2]){ in.left + at, in.right + at }, silent,
                (float *const[2]){ out.left + at, out.right + at });
    }
    return out;
}

static void keep_octave(Sound s, double hz) // around `hz`
{
    Chain chain = { 0 };
    for (int i = 0; i < 2; i++) {
        Biquad low = biquad_low_cut(hz / 1.4142, 0.7), high = biquad_high_cut(hz * 1.4142, 0.7);
        chain_add(&chain, low, low);
        chain_add(&chain, high, high);
    }
    for (int i = 0; i < s.frames; i++) {
        d2 pair = { (double)s.left[i], (double)s.right[i] };
        chain_run(&chain, &pair, 1);
        s.left[i] = (float)pair[0];
        s.right[i] = (float)pair[1];
    }
}

// From the energy that is still to come (Schroeder), between -5 and -35 dB.
static double t60_of(const float *samples, int frames)
{
    double *left = ARENA_ARRAY(test_arena(), double, (size_t)frames + 1);
    for (int i = frames - 1; i >= 0; i--)
        left[i] = left[i + 1] + (double)samples[i] * (double)samples[i];
    int from = 0, to = 0;
    while (left[from] > left[0] * pow(10.0, -0.5))
        from++;
    while (left[to] > left[0] * pow(10.0, -3.5))
        to++;
    return 2.0 * (to - from) / RATE_HZ;
}

static void check_t60(FdnSize size, float t60_s)
{
    Sound in = sound_make((double)t60_s * 1.5 + 0.5);
    uint32_t seed = 3;
    for (int i = 0; i < 1200; i++) {
        in.left[i] = sound_random(&seed);
        in.right[i] = sound_random(&seed);
    }
    Sound out = answer_of(room_of(size, t60_s), in);
    keep_octave(out, 1000.0);
    CHECK_NEAR(t60_of(out.left, out.frames) / (double)t60_s, 1.0, 0.1);
    CHECK_NEAR(t60_of(out.right, out.frames) / (double)t60_s, 1.0, 0.1);
}

TEST(a_room_dies_away_in_the_time_that_was_asked)
{
    check_t60(FDN_ROOM, 0.3f);
    check_t60(FDN_ROOM, 0.6f);
    check_t60(FDN_ROOM, 1.0f);
}

TEST(a_hall_dies_away_in_the_time_that_was_asked)
{
    check_t60(FDN_HALL, 1.2f);
    check_t60(FDN_HALL, 2.4f);
    check_t60(FDN_HALL, 4.0f);
}

TEST(treble_dies_away_sooner)
{
    Sound in = sound_make(4.0);
    in.left[0] = in.right[0] = 1.0f;
    Sound out = answer_of(room_of(FDN_HALL, 2.4f), in);
    keep_octave(out, 6000.0);
    double t60 = t60_of(out.left, out.frames);
    CHECK(t60 > 0.7 && t60 < 1.7);
}

TEST(steady_noise_comes_back_about_as_loud_as_it_went_in)
{
    const float times[] = { 0.5f, 1.0f, 2.5f };
    for (int i = 0; i < 3; i++) {
        Sound in = sound_make(6.0);
        sound_add_noise(in, 0.2, 4);
        Sound out = answer_of(room_of(i == 0 ? FDN_ROOM : FDN_HALL, times[i]), in);
        keep_octave(in, 1000.0);
        keep_octave(out, 1000.0);
        double gain =
            level_db(out.left, out.frames / 2, out.frames) - level_db(in.left, in.frames / 2, in.frames);
        CHECK_NEAR(gain, 0.0, 2.0);
    }
}

// A dense tail is like noise: 32 % of it lies beyond one standard deviation (echo density of Abel and
// Huang). Single echoes and ringing tones give far less.
static double density_of(const float *samples, int from, int to)
{
    double level = sqrt(pow(10.0, level_db(samples, from, to) / 10.0));
    int beyond = 0;
    for (int i = from; i < to; i++)
        beyond += fabs((double)samples[i]) > level;
    return (double)beyond / (to - from) / 0.3173;
}

TEST(tails_are_dense_and_wide)
{
    for (int size = FDN_ROOM; size <= FDN_HALL; size++) {
        Sound in = sound_make(1.0);
        in.left[0] = in.right[0] = 1.0f;
        Sound out = answer_of(room_of((FdnSize)size, size == FDN_ROOM ? 0.6f : 2.4f), in);
        for (int at = RATE_HZ / 8; at < RATE_HZ / 3; at += RATE_HZ / 40)
            CHECK(density_of(out.left, at, at + RATE_HZ / 40) > 0.8);
        CHECK_NEAR(correlation_of(out.left, out.right, RATE_HZ / 20, RATE_HZ / 2), 0.0, 0.25);
    }
}

TEST(a_room_sleeps_when_it_has_died_away_and_wakes_as_new)
{
    Fdn *fdn = room_of(FDN_ROOM, 0.3f);
    Sound in = sound_make(3.0);
    in.left[0] = 1.0f;
    Sound out = answer_of(fdn, in);
    CHECK(highest_of(out.left, 0, out.frames) > 0.01);
    float silence[BLOCK_FRAMES] = { 0 }, wet[BLOCK_FRAMES] = { 0 };
    CHECK(!fdn_run(fdn, (const float *const[2]){ silence, silence }, true, (float *const[2]){ wet, wet }));
    Sound again = answer_of(fdn, in);
    for (int i = 0; i < in.frames; i++)
        CHECK(again.left[i] == out.left[i] && again.right[i] == out.right[i]);
}

TEST(echoes_go_left_and_right_and_get_quieter)
{
    Echo *echo = arena_take(test_arena(), sizeof *echo);
    *echo = echo_open(test_arena(), 0.25f, 0.5f);
    Sound in = sound_make(2.0), out = sound_make(2.0);
    sound_add_sine(in, 500.0, 0.5, 0.5, 0.0);
    memset(in.left + 2400, 0, (size_t)(in.frames - 2400) * sizeof(float));
    memset(in.right + 2400, 0, (size_t)(in.frames - 2400) * sizeof(float));
    for (int at = 0; at < in.frames; at += BLOCK_FRAMES)
        echo_run(echo, (const float *const[2]){ in.left + at, in.right + at }, at >= 2432,
                 (float *const[2]){ out.left + at, out.right + at });
    const int beat = RATE_HZ / 4;
    double first = level_db(out.left, beat, beat + 2400);
    CHECK_NEAR(first, level_db(in.left, 0, 2400), 0.3);
    CHECK(level_db(out.right, beat, beat + 2400) < -100.0);
    CHECK(level_db(out.left, 0, beat - 100) < -100.0);
    CHECK_NEAR(level_db(out.right, 2 * beat, 2 * beat + 2400), first - 6.0, 0.4);
    CHECK(level_db(out.left, 2 * beat, 2 * beat + 2400) < -100.0);
    CHECK_NEAR(level_db(out.left, 3 * beat, 3 * beat + 2400), first - 12.0, 0.5);
}

TEST(an_echo_sleeps_in_the_end)
{
    Echo *echo = arena_take(test_arena(), sizeof *echo);
    *echo = echo_open(test_arena(), 0.1f, 0.8f);
    float click[BLOCK_FRAMES] = { 1.0f }, silence[BLOCK_FRAMES] = { 0 }, wet[2][BLOCK_FRAMES];
    float *const out[2] = { wet[0], wet[1] };
    echo_run(echo, (const float *const[2]){ click, click }, false, out);
    int blocks = 0;
    while (blocks < 20000 && echo_run(echo, (const float *const[2]){ silence, silence }, true, out))
        blocks++;
    CHECK(blocks > 750 && blocks < 20000);
}
