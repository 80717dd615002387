#include "synth/patch.h"

#include <math.h>
#include <string.h>

#include "dsp/dsp.h"
#include "tests/test.h"

enum {
    LONGEST = 8 * RATE_HZ,
    BLOCKS_PER_SECOND = RATE_HZ / BLOCK_FRAMES,
};

static float left[LONGEST], right[LONGEST];

static const char *const tonal[] = {
    "sawbass",  "subbass",    "reese",      "acid",    "bass808", "supersaw", "sawlead",  "squarelead",
    "sinelead", "pluck",      "stab",       "fmpiano", "fmbell",  "warmpad",  "glasspad", "voxpad",
    "organ",    "synthbrass", "chipsquare", "chiptri", "string",  "keys",     "arp",
};
static const char *const kits[] = { "kit808", "kit909", "kitacoustic", "kitlofi", "kitchip" };
enum { TONAL = sizeof tonal / sizeof *tonal, KITS = sizeof kits / sizeof *kits };

static bool is_bass(int index)
{
    return index < 5;
}

// One note from the beginning, released after `held_s`; returns the frames of it all.
static int play(Patch *patch, int pitch, int velocity, double held_s, double all_s)
{
    int blocks = (int)(all_s * BLOCKS_PER_SECOND), stop = (int)(held_s * BLOCKS_PER_SECOND);
    patch_start(patch, 1, pitch, velocity, 0);
    for (int i = 0; i < blocks; i++) {
        if (i == stop)
            patch_stop(patch, 1);
        patch_run(patch, left + i * BLOCK_FRAMES, right + i * BLOCK_FRAMES);
    }
    return blocks * BLOCK_FRAMES;
}

static int play_name(const char *name, int pitch, int velocity, double held_s, double all_s)
{
    return play(patch_open(test_arena(), str_of(name)), pitch, velocity, held_s, all_s);
}

static double db(double x)
{
    return 20.0 * log10(x + 1e-12);
}

static double peak_db(int from, int to)
{
    double peak = 0.0;
    for (int i = from; i < to; i++)
        peak = fmax(peak, fmax(fabs((double)left[i]), fabs((double)right[i])));
    return db(peak);
}

static double rms_db(int from, int to)
{
    double sum = 0.0;
    for (int i = from; i < to; i++)
        sum += 0.5 * (double)(left[i] * left[i] + right[i] * right[i]);
    return 10.0 * log10(sum / (to - from) + 1e-24);
}

// How strong `hz` is, seen through a Hann window.
static double power_at(double hz, int from, int count)
{
    double re = 0.0, im = 0.0, turn = 2.0 * M_PI * hz / RATE_HZ, slow = 2.0 * M_PI / count;
    double c = 1.0, s = 0.0, step_c = cos(turn), step_s = sin(turn);
    double hann_c = 1.0, hann_s = 0.0, hann_step_c = cos(slow), hann_step_s = sin(slow); // turns, as the wave does
    for (int i = 0; i < count; i++) {
        double window = 0.5 - 0.5 * hann_c, hann_next = hann_c * hann_step_c - hann_s * hann_step_s;
        hann_s = hann_s * hann_step_c + hann_c * hann_step_s;
        hann_c = hann_next;
        double x = (double)(left[from + i] + right[from + i]) * window, next = c * step_c - s * step_s;
        s = s * step_c + c * step_s;
        c = next;
        re += x * c;
        im += x * s;
    }
    return re * re + im * im;
}

// The pitch heard: the middle of what sounds within 45 cents of the key, so detuned pairs count as one.
static double cents_off(double hz, int from, int count)
{
    double sum = 0.0, weighted = 0.0;
    for (int cents = -45; cents <= 45; cents++) {
        double power = power_at(hz * pow(2.0, cents / 1200.0), from, count);
        sum += power;
        weighted += power * cents;
    }
    return weighted / sum;
}

// Like CHECK_NEAR, and says which patch it was.
static void check_near(const char *name, int key, double actual, double expected, double tolerance)
{
    if (fabs(actual - expected) > tolerance)
        print_error("%s, key %d: %g\n", name, key, actual);
    CHECK_NEAR(actual, expected, tolerance);
}

static double key_hz(int key)
{
    return 440.0 * pow(2.0, (key - 69) / 12.0);
}

TEST(every_patch_promised_exists_and_the_list_ends)
{
    int count = 0;
    while (patch_name(count).length > 0)
        CHECK(patch_exists(patch_name(count++)));
    CHECK_INT(count, TONAL + KITS);
    for (int i = 0; i < TONAL; i++)
        CHECK(patch_exists(str_of(tonal[i])));
    for (int i = 0; i < KITS; i++)
        CHECK(patch_exists(str_of(kits[i])));
    CHECK(!patch_exists(STR("kazoo")));
    CHECK(!patch_exists(STR("")));
}

TEST(every_patch_peaks_near_minus_12_db)
{
    for (int i = 0; i < TONAL; i++)
        for (int key = is_bass(i) ? 28 : 48; key <= (is_bass(i) ? 52 : 84); key += 8) {
            int frames = play_name(tonal[i], key, 100, 1.0, 1.0);
            check_near(tonal[i], key, peak_db(0, frames), -12.0, 6.0);
        }
    for (int i = 0; i < KITS; i++)
        for (int key = 36; key <= 40; key += 2) {
            int frames = play_name(kits[i], key, 100, 0.5, 0.5);
            CHECK_NEAR(peak_db(0, frames), -12.0, 3.0);
        }
}

TEST(every_tonal_patch_is_in_tune)
{
    for (int i = 0; i < TONAL; i++)
        for (int key = 36; key <= 84; key += 12) {
            play_name(tonal[i], key, 90, 2.5, 2.5);
            double f0 = key_hz(key), hz = f0; // of a low note a harmonic tells more in the same time
            for (int n = 2; n <= 4 && hz < 250.0; n++)
                if (power_at(f0 * n, 14400, 72000) > 1e-4 * power_at(f0, 14400, 72000))
                    hz = f0 * n;
            double tolerance = strcmp(tonal[i], "string") == 0 ? 1.0 : 5.0;
            double off = cents_off(hz, 14400, 96000);
            check_near(tonal[i], key, off, 0.0, tolerance);
        }
}

TEST(a_plucked_string_is_in_tune_up_to_the_highest_key_of_a_piano)
{
    for (int key = 28; key <= 103; key += 5) {
        play_name("string", key, 110, 1.5, 1.5);
        CHECK_NEAR(cents_off(key_hz(key), 2400, 38400), 0.0, key < 40 ? 3.0 : 1.0);
    }
}

TEST(no_patch_has_a_constant_part_or_a_broken_number)
{
    for (int i = 0; i < TONAL + KITS; i++) {
        const char *name = i < TONAL ? tonal[i] : kits[i - TONAL];
        int frames = play_name(name, is_bass(i) || i >= TONAL ? 36 : 60, 120, 1.5, 3.0);
        double l = 0.0, r = 0.0;
        for (int n = 0; n < frames; n++) {
            CHECK(isfinite(left[n]) && isfinite(right[n]));
            l += (double)left[n] / frames;
            r += (double)right[n] / frames;
        }
        CHECK_NEAR(l, 0.0, 0.001);
        CHECK_NEAR(r, 0.0, 0.001);
    }
}

TEST(every_patch_falls_silent_after_its_release_and_says_so)
{
    for (int i = 0; i < TONAL + KITS; i++) {
        Patch *patch = patch_open(test_arena(), str_of(i < TONAL ? tonal[i] : kits[i - TONAL]));
        play(patch, i < TONAL ? 55 : 49, 100, 0.5, 7.5); // 49: the crash rings longest
        float l[BLOCK_FRAMES], r[BLOCK_FRAMES];
        memset(l, 1, sizeof l);
        CHECK(!patch_run(patch, l, r));
        for (int n = 0; n < BLOCK_FRAMES; n++)
            CHECK(l[n] == 0.0f && r[n] == 0.0f);
    }
}

TEST(a_patch_is_silent_until_its_first_note)
{
    float l[BLOCK_FRAMES], r[BLOCK_FRAMES];
    for (int i = 0; i < TONAL; i++)
        CHECK(!patch_run(patch_open(test_arena(), str_of(tonal[i])), l, r));
}

TEST(every_patch_survives_being_heard_in_mono)
{
    for (int i = 0; i < TONAL + KITS; i++) {
        int frames = play_name(i < TONAL ? tonal[i] : kits[i - TONAL], i < TONAL ? 60 : 49, 100, 2.0, 2.0);
        double lr = 0.0, ll = 1e-12, rr = 1e-12;
        for (int n = 0; n < frames; n++) {
            lr += (double)left[n] * (double)right[n];
            ll += (double)left[n] * (double)left[n];
            rr += (double)right[n] * (double)right[n];
        }
        CHECK(lr / sqrt(ll * rr) > -0.2);
    }
}

TEST(a_high_note_of_the_saw_lead_has_no_audible_aliases)
{
    play_name("sawlead", 84, 127, 2.0, 2.0);
    int from = 2400, count = 11520; // before the vibrato
    double whole = power_at(key_hz(84), from, count), worst = 0.0;
    for (double hz = 100.0; hz < 16000.0; hz += 7.0) {
        double harmonic = fmod(hz / (key_hz(84) * 0.5) + 0.5, 1.0) - 0.5; // the sub has its own harmonics
        if (fabs(harmonic) * key_hz(84) * 0.5 > 80.0)
            worst = fmax(worst, power_at(hz, from, count));
    }
    CHECK(10.0 * log10(worst / whole) < -50.0);
}

TEST(loudness_follows_the_square_of_velocity)
{
    for (int i = 0; i < TONAL; i++) {
        int frames = play_name(tonal[i], 55, 127, 0.6, 0.6);
        double loud = rms_db(0, frames);
        play_name(tonal[i], 55, 64, 0.6, 0.6);
        double soft = rms_db(0, frames);
        check_near(tonal[i], 55, loud - soft, 40.0 * log10(127.0 / 64.0), 3.5);
    }
}

TEST(no_note_begins_with_a_jump)
{
    for (int i = 0; i < TONAL; i++) {
        play_name(tonal[i], 48, 100, 0.3, 0.3);
        CHECK(peak_db(0, 2) < -30.0);
    }
}

static double pitch_between(double from_s, double to_s) // in keys, by zero crossings of the left side
{
    int crossings = 0, first = 0, last = 0;
    for (int n = (int)(from_s * RATE_HZ) + 1; n < (int)(to_s * RATE_HZ); n++) {
        if (left[n - 1] < 0.0f && left[n] >= 0.0f) {
            if (crossings++ == 0)
                first = n;
            last = n;
        }
    }
    return 69.0 + 12.0 * log2((double)RATE_HZ * (crossings - 1) / (last - first) / 440.0);
}

TEST(an_808_bass_glides_from_one_key_to_the_next_without_a_new_voice)
{
    Patch *patch = patch_open(test_arena(), STR("bass808"));
    patch_start(patch, 1, 36, 100, 0);
    for (int i = 0; i < 2 * BLOCKS_PER_SECOND; i++) {
        if (i == BLOCKS_PER_SECOND) {
            patch_stop(patch, 1);
            patch_start(patch, 2, 48, 100, 36);
        }
        patch_run(patch, left + i * BLOCK_FRAMES, right + i * BLOCK_FRAMES);
    }
    CHECK_NEAR(pitch_between(0.4, 0.95), 36.0, 0.2);
    CHECK_NEAR(pitch_between(1.2, 1.9), 48.0, 0.2);
    double between = pitch_between(1.02, 1.07);
    CHECK(between > 37.0 && between < 47.0);
    CHECK(rms_db(RATE_HZ * 3 / 2, RATE_HZ * 2) > rms_db(RATE_HZ / 2, RATE_HZ) - 6.0);
    float step = 0.0f;
    for (int n = RATE_HZ - 10; n < RATE_HZ + 200; n++)
        step = fmaxf(step, fabsf(left[n] - left[n - 1]));
    CHECK(step < 0.02f); // no click where it takes over
}

TEST(an_open_hat_is_choked_by_the_closed_one)
{
    for (int k = 0; k < KITS; k++) {
        Patch *patch = patch_open(test_arena(), str_of(kits[k]));
        for (int i = 0; i < BLOCKS_PER_SECOND; i++) {
            if (i == 0)
                patch_start(patch, 1, 46, 120, 0);
            if (i == 38) // 50 ms
                patch_start(patch, 2, 42, 1, 0);
            patch_run(patch, left + i * BLOCK_FRAMES, right + i * BLOCK_FRAMES);
        }
        CHECK(rms_db(4320, 4800) < rms_db(1920, 2400) - 40.0);
    }
}

TEST(every_drum_key_makes_a_sound)
{
    for (int k = 0; k < KITS; k++)
        for (int key = 27; key <= 87; key++) {
            play_name(kits[k], key, 100, 0.1, 0.1);
            CHECK(peak_db(0, 4800) > -26.0 && peak_db(0, 4800) < -6.0);
        }
}

TEST(kick_and_snare_stand_in_the_middle)
{
    for (int k = 0; k < KITS; k++)
        for (int key = 36; key <= 38; key += 2) {
            int frames = play_name(kits[k], key, 100, 0.3, 0.3);
            for (int n = 0; n < frames; n++)
                CHECK(left[n] == right[n]);
        }
}

TEST(kicks_are_low_and_hats_are_high)
{
    for (int k = 0; k < KITS; k++) {
        play_name(kits[k], 36, 100, 0.4, 0.4);
        double low = 0.0, high = 0.0;
        for (double hz = 30.0; hz < 150.0; hz += 5.0)
            low += power_at(hz, 0, 16384);
        for (double hz = 3000.0; hz < 12000.0; hz += 50.0)
            high += power_at(hz, 0, 16384);
        CHECK(low > 30.0 * high);
        play_name(kits[k], 42, 100, 0.4, 0.4);
        low = high = 0.0;
        for (double hz = 50.0; hz < 1000.0; hz += 20.0)
            low += power_at(hz, 0, 4096);
        for (double hz = 3000.0; hz < 15000.0; hz += 50.0)
            high += power_at(hz, 0, 4096);
        CHECK(high > 10.0 * low);
    }
}

TEST(the_same_notes_give_the_same_bits_again)
{
    static float first[RATE_HZ];
    for (int i = 0; i < TONAL + KITS; i++) {
        Patch *patch = patch_open(test_arena(), str_of(i < TONAL ? tonal[i] : kits[i - TONAL]));
        int frames = play(patch, 50, 100, 0.5, 1.0);
        memcpy(first, left, (size_t)frames * sizeof *first);
        patch_clear(patch);
        play(patch, 50, 100, 0.5, 1.0);
        check_near(i < TONAL ? tonal[i] : kits[i - TONAL], 50,
                   memcmp(first, left, (size_t)frames * sizeof *first) != 0, 0.0, 0.0);
    }
}

TEST(more_notes_than_voices_are_played_without_noise_or_silence)
{
    for (int i = 0; i < TONAL; i++) {
        Patch *patch = patch_open(test_arena(), str_of(tonal[i]));
        for (int b = 0; b < BLOCKS_PER_SECOND / 2; b++) {
            patch_start(patch, b, 40 + b % 40, 40, 0);
            if (b >= 40)
                patch_stop(patch, b - 40);
            CHECK(patch_run(patch, left, right));
            CHECK(peak_db(0, BLOCK_FRAMES) < 12.0);
        }
    }
}

TEST(a_harder_note_of_a_filtered_patch_is_brighter)
{
    static const char *const filtered[] = { "sawbass", "acid",    "sawlead",    "pluck",
                                            "stab",    "fmpiano", "synthbrass", "string" };
    for (size_t i = 0; i < sizeof filtered / sizeof *filtered; i++) {
        double high[2];
        for (int hard = 0; hard < 2; hard++) {
            play_name(filtered[i], 52, hard ? 120 : 50, 0.3, 0.3);
            double low = 0.0, above = 0.0;
            for (int n = 1; n <= 80; n++)
                *(n <= 20 ? &low : &above) += power_at(key_hz(52) * n, 0, 9600);
            high[hard] = above / low;
        }
        check_near(filtered[i], 52, high[1] > 1.3 * high[0], 1.0, 0.0);
    }
}
