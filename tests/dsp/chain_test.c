#include "dsp/chain.h"

#include "tests/dsp/sounds.h"

static void run(Chain *chain, Sound s)
{
    d2 pairs[BLOCK_FRAMES];
    for (int at = 0; at < s.frames; at += BLOCK_FRAMES) {
        for (int i = 0; i < BLOCK_FRAMES; i += 4)
            pairs_weave(f4_load(s.left + at + i), f4_load(s.right + at + i), pairs + i);
        chain_run(chain, pairs, BLOCK_FRAMES);
        for (int i = 0; i < BLOCK_FRAMES; i += 4) {
            f4 l, r;
            pairs_part(pairs + i, &l, &r);
            f4_store(s.left + at + i, l);
            f4_store(s.right + at + i, r);
        }
    }
}

static double gain_db(Biquad section, double hz)
{
    Chain chain = { 0 };
    chain_add(&chain, section, section);
    Sound s = sound_make(1.0);
    sound_add_sine(s, hz, 0.5, 0.5, 0.0);
    run(&chain, s);
    double left = tone_db(s.left, s.frames / 2, s.frames, hz);
    CHECK_NEAR(tone_db(s.right, s.frames / 2, s.frames, hz), left, 1e-6);
    return left - 20.0 * log10(0.5);
}

TEST(a_low_cut_takes_12_db_per_octave_below_its_corner)
{
    Biquad cut = biquad_low_cut(200.0, BIQUAD_FLAT);
    CHECK_NEAR(gain_db(cut, 200.0), -3.01, 0.05);
    CHECK_NEAR(gain_db(cut, 50.0), -24.1, 0.2);
    CHECK_NEAR(gain_db(cut, 2000.0), 0.0, 0.02);
}

TEST(a_high_cut_takes_12_db_per_octave_above_its_corner)
{
    Biquad cut = biquad_high_cut(1000.0, BIQUAD_FLAT);
    CHECK_NEAR(gain_db(cut, 1000.0), -3.01, 0.05);
    CHECK_NEAR(gain_db(cut, 4000.0), -24.1, 0.8);
    CHECK_NEAR(gain_db(cut, 100.0), 0.0, 0.02);
}

TEST(a_bell_lifts_its_middle_and_leaves_the_rest)
{
    Biquad bell = biquad_bell(1000.0, 6.0, 2.0);
    CHECK_NEAR(gain_db(bell, 1000.0), 6.0, 0.02);
    CHECK_NEAR(gain_db(bell, 100.0), 0.0, 0.1);
    CHECK_NEAR(gain_db(bell, 10000.0), 0.0, 0.1);
    CHECK_NEAR(gain_db(biquad_bell(300.0, -3.0, 1.0), 300.0), -3.0, 0.02);
}

TEST(shelves_have_half_their_gain_at_the_corner)
{
    CHECK_NEAR(gain_db(biquad_high_shelf(2000.0, 6.0), 2000.0), 3.0, 0.02);
    CHECK_NEAR(gain_db(biquad_high_shelf(2000.0, 6.0), 15000.0), 6.0, 0.1);
    CHECK_NEAR(gain_db(biquad_high_shelf(2000.0, 6.0), 100.0), 0.0, 0.05);
    CHECK_NEAR(gain_db(biquad_low_shelf(500.0, -4.0), 500.0), -2.0, 0.02);
    CHECK_NEAR(gain_db(biquad_low_shelf(500.0, -4.0), 30.0), -4.0, 0.05);
    CHECK_NEAR(gain_db(biquad_low_shelf(500.0, -4.0), 10000.0), 0.0, 0.05);
}

TEST(the_sections_of_a_chain_add_up)
{
    for (int count = 0; count <= CHAIN_MAX; count++) {
        Chain chain = { 0 };
        Biquad bell = biquad_bell(700.0, 2.0, 1.0);
        for (int i = 0; i < count; i++)
            chain_add(&chain, bell, biquad_through);
        Sound s = sound_make(0.5);
        sound_add_sine(s, 700.0, 0.1, 0.1, 0.0);
        run(&chain, s);
        CHECK_NEAR(tone_db(s.left, s.frames / 2, s.frames, 700.0), -20.0 + 2.0 * count, 0.05);
        CHECK_NEAR(tone_db(s.right, s.frames / 2, s.frames, 700.0), -20.0, 1e-4);
    }
}

// The plain recursion, as the header of dsp/biquad.h has it.
static void run_plain(const Biquad *sections, int count, const double *in, double *out, int frames)
{
    memcpy(out, in, (size_t)frames * sizeof *in);
    for (int k = 0; k < count; k++) {
        Biquad q = sections[k];
        double x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0;
        for (int i = 0; i < frames; i++) {
            double x = out[i], y = q.b0 * x + q.b1 * x1 + q.b2 * x2 - q.a1 * y1 - q.a2 * y2;
            x2 = x1;
            x1 = x;
            y2 = y1;
            y1 = y;
            out[i] = y;
        }
    }
}

TEST(a_chain_sounds_like_its_sections_one_by_one_whatever_the_pieces)
{
    enum { FRAMES = 4096 };
    Biquad sections[5] = { biquad_low_cut(22.0, BIQUAD_FLAT), biquad_high_cut(17000.0, BIQUAD_FLAT),
                           biquad_bell(60.0, 8.0, 3.0), biquad_high_shelf(9000.0, -9.0),
                           biquad_bell(9000.0, 5.0, 4.0) };
    Chain chain = { 0 };
    for (int i = 0; i < 5; i++)
        chain_add(&chain, sections[i], sections[i]);
    double in[FRAMES], out[FRAMES];
    d2 pairs[FRAMES];
    uint32_t seed = 5;
    for (int i = 0; i < FRAMES; i++) {
        in[i] = (double)sound_random(&seed);
        pairs[i] = (d2){ in[i], in[i] };
    }
    run_plain(sections, 5, in, out, FRAMES);
    for (int at = 0, piece = 1; at < FRAMES; at += piece, piece = piece % 61 + 1)
        chain_run(&chain, pairs + at, piece < FRAMES - at ? piece : FRAMES - at);
    for (int i = 0; i < FRAMES; i++)
        CHECK_NEAR(pairs[i][0], out[i], 1e-9);
}

TEST(a_chain_that_has_died_away_says_so)
{
    Chain chain = { 0 };
    chain_add(&chain, biquad_low_cut(22.0, BIQUAD_FLAT), biquad_low_cut(22.0, BIQUAD_FLAT));
    d2 pairs[BLOCK_FRAMES] = { { 1.0, -1.0 } };
    chain_run(&chain, pairs, BLOCK_FRAMES);
    CHECK(!chain_settle(&chain));
    int blocks = 0;
    while (!chain_settle(&chain) && blocks < 1000) {
        memset(pairs, 0, sizeof pairs);
        chain_run(&chain, pairs, BLOCK_FRAMES);
        blocks++;
    }
    CHECK(blocks > 10 && blocks < 1000);
}
