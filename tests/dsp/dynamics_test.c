#include "dsp/compressor.h"
#include "dsp/duck.h"
#include "dsp/limiter.h"
#include "dsp/tape.h"
#include "tests/dsp/sounds.h"

static float settled_gain(Compressor *compressor, double level_db)
{
    float power[COMPRESSOR_LOOKS], gain[BLOCK_FRAMES];
    for (int i = 0; i < COMPRESSOR_LOOKS; i++)
        power[i] = (float)pow(10.0, level_db / 10.0);
    for (int block = 0; block < 2000; block++)
        compressor_run(compressor, power, gain);
    return gain[BLOCK_FRAMES - 1];
}

static Compressor compressor_of(float threshold_db, float ratio, float most_db)
{
    Compressor compressor = { 0 };
    compressor_tune(&compressor, &(CompressorSettings){ threshold_db, ratio, most_db, 0.01f, 0.12f, 0.0f });
    return compressor;
}

TEST(a_compressor_keeps_to_its_ratio_above_the_threshold)
{
    Compressor c = compressor_of(-20.0f, 3.0f, 40.0f);
    CHECK_NEAR(20.0 * log10((double)settled_gain(&c, -40.0)), 0.0, 0.001);
    CHECK_NEAR(20.0 * log10((double)settled_gain(&c, -8.0)), -8.0, 0.01);
    CHECK_NEAR(20.0 * log10((double)settled_gain(&c, 1.0)), -14.0, 0.01);
    CHECK_NEAR(20.0 * log10((double)settled_gain(&c, -20.0)), -0.5, 0.01); // the knee
    CHECK_NEAR(compressor_reduction_db(&c, -8.0f), 8.0, 0.01);
}

TEST(a_compressor_takes_no_more_than_it_may)
{
    Compressor c = compressor_of(-20.0f, 2.0f, 3.0f);
    CHECK_NEAR(20.0 * log10((double)settled_gain(&c, 0.0)), -3.0, 0.01);
}

TEST(a_compressor_takes_its_time)
{
    Compressor c = compressor_of(-30.0f, 3.0f, 40.0f);
    float power[COMPRESSOR_LOOKS], gain[BLOCK_FRAMES];
    settled_gain(&c, -90.0);
    for (int i = 0; i < COMPRESSOR_LOOKS; i++)
        power[i] = 0.1f;
    double after_10_ms = 0.0;
    for (int block = 0; block < 40; block++) {
        compressor_run(&c, power, gain);
        if (block == 7) // 10.7 ms: 1 - 1/e of the power is seen, -12 dB
            after_10_ms = 20.0 * log10((double)gain[BLOCK_FRAMES - 1]);
    }
    CHECK_NEAR(after_10_ms, -(20.0 - 1.8) * 2.0 / 3.0, 0.6);
}

TEST(peaks_between_the_samples_are_seen)
{
    Peaks peaks;
    peaks_tune(&peaks);
    const double turns[] = { 0.0, 0.05, 0.125, 0.2 }, tones_hz[] = { 997.0, 5000.0, 12000.0, 17000.0 };
    for (int tone = 0; tone < 4; tone++)
        for (int turn = 0; turn < 4; turn++) {
            Sound s = sound_make(0.1);
            sound_add_sine(s, tones_hz[tone], 1.0, 0.0, turns[turn]);
            float out[500], most = 0.0f;
            peaks_run(&peaks, s.left + 64, 500, out);
            for (int i = 0; i < 500; i++)
                most = out[i] > most ? out[i] : most;
            // Four looks a sample can miss the top of a tone by so much.
            double missed = tones_hz[tone] == 12000.0 ? 0.7 : 0.15;
            CHECK(20.0 * log10((double)most) > -missed && 20.0 * log10((double)most) < 0.06);
            if (tones_hz[tone] == 12000.0 && turn == 2)
                CHECK_NEAR(most, 1.0, 0.002);
            CHECK(most <= peaks.most);
        }
}

static Sound limited(Sound in, float ceiling_db)
{
    Limiter *limiter = arena_take(test_arena(), sizeof *limiter);
    limiter_tune(limiter, ceiling_db, 0.08f);
    Sound out = sound_make((double)in.frames / RATE_HZ);
    for (int at = 0; at < in.frames; at += BLOCK_FRAMES) {
        memcpy(out.left + at, in.left + at, BLOCK_FRAMES * sizeof(float));
        memcpy(out.right + at, in.right + at, BLOCK_FRAMES * sizeof(float));
        limiter_run(limiter, out.left + at, out.right + at);
    }
    return out;
}

static void check_limited(Sound in, float ceiling_db)
{
    double lufs, peak_db;
    judge(limited(in, ceiling_db), &lufs, &peak_db);
    CHECK(peak_db <= (double)ceiling_db + 0.05);
    CHECK(peak_db >= (double)ceiling_db - 1.5); // and it takes no more than it must
}

TEST(no_peak_leaves_a_limiter_above_its_ceiling)
{
    Sound tone = sound_make(1.0), square = sound_make(1.0), noise = sound_make(1.0), burst = sound_make(1.0);
    sound_add_sine(tone, 12000.0, 1.4, 1.4, 0.125);
    for (int i = 0; i < square.frames; i++) {
        square.left[i] = i / 55 % 2 ? 1.0f : -1.0f;
        square.right[i] = i / 37 % 2 ? 2.0f : -2.0f;
    }
    sound_add_noise(noise, 3.0, 1);
    uint32_t seed = 2;
    for (int i = 0; i < burst.frames; i++)
        burst.left[i] = burst.right[i] = sound_random(&seed) * 4.0f * (float)exp(-(i % 9000) / 800.0);
    check_limited(tone, -1.0f);
    check_limited(square, -1.0f);
    check_limited(noise, -1.5f);
    check_limited(burst, -2.0f);
    Sound music = sound_like_music(4.0, 4.0);
    check_limited(music, -1.5f);
}

TEST(a_limiter_changes_nothing_below_its_ceiling)
{
    Sound in = sound_like_music(2.0, 0.5);
    Sound out = limited(in, -1.0f);
    for (int i = LIMITER_LATENCY; i < in.frames; i++)
        CHECK(out.left[i] == in.left[i - LIMITER_LATENCY] && out.right[i] == in.right[i - LIMITER_LATENCY]);
}

TEST(a_limiter_lets_go_after_a_peak)
{
    Sound in = sound_make(1.5);
    sound_add_sine(in, 440.0, 0.5, 0.5, 0.0);
    in.left[24000] = 4.0f;
    Sound out = limited(in, -1.0f);
    int at = 24000 + LIMITER_LATENCY;
    CHECK(tone_db(out.left, at + 400, at + 1400, 440.0) < -8.0);
    CHECK_NEAR(tone_db(out.left, at + 24000, at + 28000, 440.0), -6.02, 0.5);
    CHECK_NEAR(tone_db(out.left, at - 4000, at - 400, 440.0), -6.02, 0.02);
}

TEST(a_duck_goes_down_in_4_ms_and_comes_back_in_time)
{
    const int64_t kicks[] = { 1000, 30000, 31000 };
    Duck duck = { 0 };
    duck_tune(&duck, kicks, 3, 0.25f);
    enum { FRAMES = 960 * BLOCK_FRAMES };
    float *depth = ARENA_ARRAY(test_arena(), float, FRAMES);
    for (int at = 0; at < FRAMES; at += BLOCK_FRAMES)
        duck_run(&duck, at, depth + at);
    CHECK_NEAR(depth[1000], 0.0, 1e-6);
    CHECK_NEAR(depth[1000 + 96], 0.5, 0.01);
    CHECK_NEAR(depth[1000 + 192], 1.0, 0.001);
    CHECK_NEAR(depth[1192 + 6000], 0.25, 0.001);
    CHECK_NEAR(depth[1192 + 12000], 0.0, 1e-6);
    CHECK_NEAR(depth[31192], 1.0, 0.001);
    for (int i = 1; i < FRAMES; i++)
        CHECK(fabsf(depth[i] - depth[i - 1]) < 0.009f); // no steps
}

TEST(a_duck_may_begin_anywhere)
{
    int64_t kicks[40];
    for (int i = 0; i < 40; i++)
        kicks[i] = 5000 * i + 17 * (i % 3);
    Duck through = { 0 }, fresh = { 0 };
    duck_tune(&through, kicks, 40, 0.2f);
    duck_tune(&fresh, kicks, 40, 0.2f);
    for (int64_t at = 0; at < 220000; at += BLOCK_FRAMES) {
        float a[BLOCK_FRAMES] = { 0 }, b[BLOCK_FRAMES] = { 0 };
        bool heard = duck_run(&through, at, a);
        duck_seek(&fresh, at);
        CHECK_INT(duck_run(&fresh, at, b), heard);
        CHECK(memcmp(a, b, sizeof a) == 0);
    }
}

static Sound wowed(Sound in, float amount)
{
    Wow *wow = arena_take(test_arena(), sizeof *wow);
    wow->amount = amount;
    Sound out = sound_make((double)in.frames / RATE_HZ);
    memcpy(out.left, in.left, (size_t)in.frames * sizeof(float));
    memcpy(out.right, in.right, (size_t)in.frames * sizeof(float));
    for (int at = 0; at < in.frames; at += BLOCK_FRAMES)
        wow_run(wow, at, out.left + at, out.right + at);
    return out;
}

TEST(without_wow_the_tape_only_waits)
{
    Sound in = sound_like_music(0.5, 0.5), out = wowed(in, 0.0f);
    for (int i = WOW_LATENCY; i < in.frames; i++)
        CHECK(out.left[i] == in.left[i - WOW_LATENCY]);
}

// Where the wave crosses zero upwards, between the frames.
static double next_crossing(const float *samples, int *at)
{
    while (*at < 190000 && !(samples[*at] <= 0.0f && samples[*at + 1] > 0.0f))
        ++*at;
    int i = (*at)++;
    return i + (double)samples[i] / ((double)samples[i] - (double)samples[i + 1]);
}

TEST(wow_moves_the_pitch_a_little_and_never_clicks)
{
    Sound in = sound_make(4.0);
    sound_add_sine(in, 1000.0, 0.5, 0.5, 0.0);
    Sound out = wowed(in, 1.0f);
    double lowest = 1e9, highest = 0.0;
    int at = 1000;
    double last = next_crossing(out.left, &at);
    for (int i = 0; i < 3900; i++) {
        double next = next_crossing(out.left, &at), hz = RATE_HZ / (next - last);
        lowest = fmin(lowest, hz);
        highest = fmax(highest, hz);
        last = next;
    }
    CHECK(lowest > 993.0 && lowest < 998.0);
    CHECK(highest > 1002.0 && highest < 1007.0);
    for (int i = 1000; i < out.frames; i++)
        CHECK(fabsf(out.left[i] - out.left[i - 1]) < 0.067f); // a step of the sine at most
}

TEST(hiss_has_its_level_and_crackle_is_rare)
{
    Sound s = sound_make(10.0), vinyl = sound_make(10.0);
    for (int at = 0; at < s.frames; at += BLOCK_FRAMES) {
        hiss_run(at, 0.001f, 0.0f, s.left + at, s.right + at);
        hiss_run(at, 0.001f, 0.005f, vinyl.left + at, vinyl.right + at);
    }
    CHECK_NEAR(level_db(s.left, 0, s.frames), -60.0, 0.1);
    CHECK_NEAR(level_db(s.right, 0, s.frames), -60.0, 0.1);
    CHECK_NEAR(mean_of(s.left, 0, s.frames), 0.0, 1e-5);
    CHECK_NEAR(correlation_of(s.left, s.right, 0, s.frames), 0.0, 0.01);
    CHECK_NEAR(correlation_of(s.left, s.left + 1, 0, s.frames - 1), 0.0, 0.01);
    int clicks = 0;
    for (int i = 0; i < s.frames; i++)
        clicks += fabsf(vinyl.left[i]) > 0.006f;
    CHECK(clicks > 20 && clicks < 2000);
}
