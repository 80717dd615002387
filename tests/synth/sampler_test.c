#include "synth/sampler.h"

#include "dsp/dsp.h"
#include "dsp/real.h"
#include "synth/sampler_kernel.h"
#include "tests/synth/small_font.h"
#include "tests/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HELD, DARK, PAIR, EVEN, BENT };

static Sampler *small_sampler(int program, bool kit)
{
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), small_font(test_arena()), &font, &fault));
    return sampler_open(test_arena(), font, program, kit);
}

typedef struct Sound {
    float *left, *right;
    int frames;
} Sound;

static Sound play(Sampler *sampler, double seconds)
{
    int blocks = (int)(seconds * RATE_HZ / BLOCK_FRAMES);
    Sound sound = { .frames = blocks * BLOCK_FRAMES };
    sound.left = ARENA_ARRAY(test_arena(), float, (size_t)sound.frames + 1);
    sound.right = ARENA_ARRAY(test_arena(), float, (size_t)sound.frames + 1);
    for (int i = 0; i < blocks; i++)
        sampler_run(sampler, sound.left + i * BLOCK_FRAMES, sound.right + i * BLOCK_FRAMES);
    return sound;
}

static double level_db(const float *x, int from, int to)
{
    double sum = 1e-30;
    for (int i = from; i < to; i++)
        sum += (double)x[i] * (double)x[i];
    return 0.5 * real_db(sum / (to - from));
}

static double peak(const float *x, int from, int to)
{
    double most = 0.0;
    for (int i = from; i < to; i++)
        if ((double)x[i] > most || -(double)x[i] > most)
            most = x[i] > 0 ? (double)x[i] : -(double)x[i];
    return most;
}

static double alike(const float *x, int frames, int lag) // 1 = the same again after `lag`
{
    double both = 0.0, here = 1e-30, there = 1e-30;
    for (int i = 0; i < frames; i++) {
        both += (double)x[i] * (double)x[i + lag];
        here += (double)x[i] * (double)x[i];
        there += (double)x[i + lag] * (double)x[i + lag];
    }
    return both / real_sqrt(here * there);
}

// How far a tone is off `hz`: the best lag around a number of periods, finer than a frame by a parabola.
// The fewer the periods, the further it may be off.
static double cents_off_over(const float *x, int frames, double hz, int periods)
{
    double period = RATE_HZ / hz;
    int middle = (int)(periods * period + 0.5);
    int reach = (int)(0.4 * period), best = middle;
    for (int lag = middle - reach; lag <= middle + reach; lag++)
        if (alike(x, frames - middle - reach - 1, lag) > alike(x, frames - middle - reach - 1, best))
            best = lag;
    int count = frames - middle - reach - 1;
    double a = alike(x, count, best - 1), b = alike(x, count, best), c = alike(x, count, best + 1);
    double lag = best + 0.5 * (a - c) / (a - 2.0 * b + c);
    return 1200.0 * real_log2(periods * period / lag);
}

static double cents_off(const float *x, int frames, double hz)
{
    return cents_off_over(x, frames, hz, (int)(0.07 * hz) + 1);
}

TEST(every_key_sounds_at_its_pitch)
{
    for (int key = 24; key <= 108; key += 7) {
        Sampler *sampler = small_sampler(HELD, false);
        sampler_start(sampler, 1, key, 100);
        Sound sound = play(sampler, 0.3);
        CHECK_NEAR(cents_off(sound.left + 2400, 9600, real_key_hz(key)), 0.0, 1.0);
    }
}

TEST(a_harder_key_is_louder_by_the_standards_curve)
{
    double before = -200.0;
    for (int velocity = 7; velocity <= 127; velocity += 8) {
        Sampler *sampler = small_sampler(HELD, false);
        sampler_start(sampler, 1, 71, velocity);
        Sound sound = play(sampler, 0.2);
        double level = level_db(sound.left, 0, sound.frames);
        CHECK(level > before);
        // Full level is a sine of SINE_PEAK, at the middle.
        CHECK_NEAR(level, real_db(SINE_PEAK / 32768.0) - 6.02 + 40.0 * real_log2(velocity / 127.0) * 0.30103,
                   0.05);
        before = level;
    }
}

TEST(a_modulator_of_the_file_replaces_the_velocity_curve)
{
    double levels[2];
    for (int i = 0; i < 2; i++) {
        Sampler *sampler = small_sampler(EVEN, false);
        sampler_start(sampler, 1, 71, i ? 127 : 20);
        Sound sound = play(sampler, 1.0);
        levels[i] = level_db(sound.left, 36000, sound.frames);
    }
    CHECK_NEAR(levels[0], levels[1], 1e-6);
}

TEST(a_loop_goes_round_without_a_click)
{
    Sampler *sampler = small_sampler(HELD, false);
    sampler_start(sampler, 1, 71, 127);
    Sound sound = play(sampler, 2.0);
    double w = 2.0 * REAL_PI * real_key_hz(71) / RATE_HZ, amplitude = SINE_PEAK / 32768.0 * 0.7072;
    double worst = 0.0;
    for (int i = 2; i < sound.frames; i++) {
        double bend = (double)sound.left[i] - 2.0 * (double)sound.left[i - 1] + (double)sound.left[i - 2];
        worst = bend > worst ? bend : -bend > worst ? -bend : worst;
    }
    CHECK_NEAR(worst, amplitude * w * w, amplitude * w * w * 0.06); // the sine's own bend, and rounding
}

TEST(a_key_let_go_fades_at_its_release_and_then_there_is_silence)
{
    Sampler *sampler = small_sampler(HELD, false);
    sampler_start(sampler, 1, 71, 127);
    play(sampler, 0.5);
    sampler_stop(sampler, 1);
    Sound sound = play(sampler, 0.25);
    // 96 dB in 0.3 s
    CHECK_NEAR(level_db(sound.left, 2000, 2600) - level_db(sound.left, 5600, 6200), 24.0, 0.3);
    sound = play(sampler, 0.1);
    CHECK(peak(sound.left, sound.frames - BLOCK_FRAMES, sound.frames) == 0.0);
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    CHECK(!sampler_run(sampler, left, right));
}

TEST(silence_is_written_and_said)
{
    Sampler *sampler = small_sampler(HELD, false);
    float left[BLOCK_FRAMES] = { 1 }, right[BLOCK_FRAMES] = { 1 };
    CHECK(!sampler_run(sampler, left, right));
    CHECK(left[0] == 0.0f && right[0] == 0.0f);
}

TEST(a_struck_sound_is_there_from_its_first_frames)
{
    Sampler *sampler = small_sampler(0, true);
    sampler_start(sampler, 1, 36, 127);
    Sound sound = play(sampler, 0.1);
    double full = SINE_PEAK / 32768.0 * 0.7072;
    CHECK_NEAR(peak(sound.left, 0, SINE_PERIOD / 2), full, 0.01 * full);
    CHECK(peak(sound.left, KNOCK_FRAMES + 64, sound.frames) == 0.0); // it is not looped
}

TEST(a_slow_attack_rises_in_a_straight_line_from_nothing)
{
    Sampler *sampler = small_sampler(EVEN, false);
    sampler_start(sampler, 1, 71, 100);
    Sound sound = play(sampler, 1.0);
    double full = SINE_PEAK / 32768.0 * 0.7072;
    CHECK(peak(sound.left, 0, 32) < 0.005 * full);
    CHECK_NEAR(peak(sound.left, 11900, 12100), 0.5 * full, 0.02 * full);
    CHECK_NEAR(peak(sound.left, 30000, 40000), full, 0.01 * full);
}

TEST(a_closed_hat_cuts_the_open_one_off_and_nothing_else)
{
    Sampler *sampler = small_sampler(0, true);
    sampler_start(sampler, 1, 46, 127);
    double open = level_db(play(sampler, 0.2).left, 4800, 9600);
    sampler_start(sampler, 2, 42, 1); // so soft that only the open hat is heard
    Sound sound = play(sampler, 0.1);
    CHECK(level_db(sound.left, 4000, 4800) < open - 60.0);

    sampler_clear(sampler);
    sampler_start(sampler, 1, 46, 127);
    play(sampler, 0.2);
    sampler_start(sampler, 2, 36, 1);
    CHECK_NEAR(level_db(play(sampler, 0.1).left, 0, 4800), open, 0.1);
}

TEST(the_two_sides_of_a_pair_do_not_mix)
{
    Sampler *sampler = small_sampler(PAIR, false);
    sampler_start(sampler, 1, 60, 100);
    Sound sound = play(sampler, 0.3);
    CHECK_NEAR(cents_off(sound.left + 2400, 9600, real_key_hz(60)), 0.0, 1.0);
    CHECK_NEAR(cents_off(sound.right + 2400, 9600, real_key_hz(72)), 0.0, 1.0);
}

TEST(the_low_pass_takes_away_what_its_formula_says)
{
    // Key by key up from its cutoff of 480 Hz: 3 dB there, then 12 dB an octave.
    for (int octave = 0; octave < 4; octave++) {
        int key = 71 + 12 * octave;
        double level[2];
        for (int i = 0; i < 2; i++) {
            Sampler *sampler = small_sampler(i ? DARK : HELD, false);
            sampler_start(sampler, 1, key, 127);
            Sound sound = play(sampler, 0.3);
            level[i] = level_db(sound.left, 4800, sound.frames);
        }
        double f = real_tan_turns(0.5 * real_key_hz(key) / RATE_HZ) / real_tan_turns(0.5 * 480.0 / RATE_HZ);
        double wanted = -10.0 * 0.30103 * real_log2(1.0 + f * f * f * f);
        CHECK_NEAR(level[1] - level[0], wanted, 0.1);
    }
}

TEST(a_key_played_again_after_clear_sounds_the_same_to_the_bit)
{
    for (int program = 0; program < 5; program++) {
        Sampler *sampler = small_sampler(program, false);
        Sound sounds[2];
        for (int i = 0; i < 2; i++) {
            for (int key = 40; key < 90; key += 9)
                sampler_start(sampler, key, key, 90);
            play(sampler, 0.05);
            sampler_stop(sampler, 58);
            sounds[i] = play(sampler, 0.4);
            sampler_clear(sampler);
        }
        CHECK(memcmp(sounds[0].left, sounds[1].left, (size_t)sounds[0].frames * sizeof(float)) == 0);
        CHECK(memcmp(sounds[0].right, sounds[1].right, (size_t)sounds[0].frames * sizeof(float)) == 0);
    }
}

TEST(bends_move_the_pitch_and_come_to_rest_where_they_should)
{
    // In the end: the second envelope's half of 100 cents, and two waves around it.
    Sampler *sampler = small_sampler(BENT, false);
    sampler_start(sampler, 1, 60, 100);
    Sound sound = play(sampler, 4.0);
    double low = 1e9, high = -1e9, sum = 0.0;
    int count = 0;
    for (int at = 96000; at + 6000 < sound.frames; at += 1000, count++) {
        double off = cents_off_over(sound.left + at, 3000, real_key_hz(60), 3);
        low = off < low ? off : low;
        high = off > high ? off : high;
        sum += off;
    }
    CHECK_NEAR(sum / count, 50.0, 10.0);
    CHECK(high - low > 30.0 && high - low < 141.0);
}

TEST(more_notes_than_voices_take_the_quietest_released_and_keep_the_held)
{
    Sampler *sampler = small_sampler(HELD, false);
    sampler_start(sampler, 0, 60, 100);
    for (int note = 1; note < 400; note++) {
        sampler_start(sampler, note, 80, 30);
        play(sampler, 0.002);
        sampler_stop(sampler, note);
    }
    play(sampler, 1.0); // the others fade
    Sound sound = play(sampler, 0.3);
    CHECK_NEAR(cents_off(sound.left, 9600, real_key_hz(60)), 0.0, 1.0);
    sampler_stop(sampler, 0);
    play(sampler, 0.5);
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    CHECK(!sampler_run(sampler, left, right));
}

TEST(the_highest_and_lowest_keys_play)
{
    Sampler *sampler = small_sampler(HELD, false);
    sampler_start(sampler, 1, 0, 127);
    sampler_start(sampler, 2, 127, 1);
    Sound sound = play(sampler, 0.5);
    CHECK(peak(sound.left, 0, sound.frames) > 0.1);
    CHECK(peak(sound.left, 0, sound.frames) < 1.0);
}

// The kernels against their formulas, frame by frame.

TEST(reading_by_lanes_is_the_curve_of_its_formula_over_loops_and_ends)
{
    enum { FRAMES = 300, LOOP_FROM = 101, LOOP_TO = 288 };
    int16_t pcm[FRAMES];
    for (int i = 0; i < FRAMES; i++)
        pcm[i] = (int16_t)(20000 * real_sin_turns(i * i * 0.0003));
    static const double speeds[] = { 0.013, 0.5, 0.99, 1.0, 1.77, 4.3, 31.9 };
    for (int looped = 0; looped < 2; looped++)
        for (size_t k = 0; k < sizeof speeds / sizeof *speeds; k++) {
            SampleReader reader = { .pcm = (const unsigned char *)pcm,
                                    .end = FRAMES,
                                    .loops = looped,
                                    .loop_start = LOOP_FROM,
                                    .loop_end = LOOP_TO };
            uint64_t step = (uint64_t)(speeds[k] * 4294967296.0);
            double at = 0.0;
            bool lasts = true;
            for (int block = 0; block < 40 && lasts; block++) {
                float out[BLOCK_FRAMES];
                lasts = sampler_read(&reader, step, out);
                for (int i = 0; i < BLOCK_FRAMES; i++, at += (double)step / 4294967296.0) {
                    double tap[4];
                    for (int t = 0; t < 4; t++) {
                        int64_t q = (int64_t)at + t - 1;
                        if (looped && q >= LOOP_TO)
                            q = LOOP_FROM + (q - LOOP_FROM) % (LOOP_TO - LOOP_FROM);
                        tap[t] = q >= 0 && q < FRAMES ? pcm[q] * 65536.0 : 0.0;
                    }
                    double f = at - (double)(int64_t)at;
                    double y = tap[1] + 0.5 * f *
                                            (tap[2] - tap[0] +
                                             f * (2 * tap[0] - 5 * tap[1] + 4 * tap[2] - tap[3] +
                                                  f * (3 * (tap[1] - tap[2]) + tap[3] - tap[0])));
                    CHECK_NEAR((double)out[i] / (double)FULL_SCALE, y / (double)FULL_SCALE, 2e-6);
                }
            }
            CHECK_INT(lasts, looped || speeds[k] < 0.1);
        }
}

TEST(filtering_by_eights_is_the_recursion_of_its_formula)
{
    SamplerFilter filter = { .x1 = 0 };
    double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
    uint32_t seed = 1;
    for (int block = 0; block < 100; block++) {
        double g = 0.02 + 0.03 * block, q = 0.7 + 0.1 * (block % 20);
        double norm = 1.0 / (1.0 + g / q + g * g);
        double a1 = 2.0 * (g * g - 1.0) * norm, a2 = (1.0 - g / q + g * g) * norm, b = g * g * norm;
        sampler_filter_tune(&filter, g, q);
        float samples[BLOCK_FRAMES];
        double wanted[BLOCK_FRAMES];
        for (int i = 0; i < BLOCK_FRAMES; i++) {
            seed = seed * 1664525u + 1013904223u;
            samples[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
            double x = (double)samples[i], y = b * (x + 2.0 * x1 + x2) - a1 * y1 - a2 * y2;
            x2 = x1, x1 = x, y2 = y1, y1 = y;
            wanted[i] = y;
        }
        sampler_filter_run(&filter, samples);
        for (int i = 0; i < BLOCK_FRAMES; i++)
            CHECK_NEAR(samples[i], wanted[i], 2e-5);
    }
}

// With the General MIDI font, where it is installed.

static SoundFont *big_font(void)
{
    int fd = open("/usr/share/sounds/sf2/FluidR3_GM.sf2", O_RDONLY);
    if (fd < 0)
        return NULL;
    struct stat file;
    CHECK(fstat(fd, &file) == 0);
    void *data = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0); // until the program ends
    close(fd);
    CHECK(data != MAP_FAILED);
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), (Str){ data, (size_t)file.st_size }, &font, &fault));
    return font;
}

TEST(instruments_of_the_general_midi_font_are_in_tune)
{
    SoundFont *font = big_font();
    if (font == NULL)
        skip();
    static const int programs[] = { 0, 4, 16, 24, 33, 56, 71, 80 };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        int key = programs[i] == 33 ? 40 : 67;
        Sampler *sampler = sampler_open(test_arena(), font, programs[i], false);
        sampler_start(sampler, 1, key, 90);
        Sound sound = play(sampler, 0.8);
        CHECK_NEAR(cents_off(sound.left + 9600, 12000, real_key_hz(key)), 0.0, 3.0);
    }
}
