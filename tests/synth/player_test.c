#include "synth/player.h"

#include "dsp/dsp.h"
#include "synth/patch.h"
#include "tests/synth/small_font.h"
#include "tests/test.h"

enum { BLOCKS = 200 };

static SoundFont *font_of_sines(void)
{
    Fault fault;
    SoundFont *font;
    CHECK_OK(soundfont_open(test_arena(), small_font(test_arena()), &font, &fault));
    return font;
}

static Lane lane_of(PlayedNote *notes, int count)
{
    return (Lane){ .voice = { .program = 0, .fallback = patch_name(0) }, .notes = notes, .count = count };
}

static double loudness(const float *x)
{
    double sum = 0.0;
    for (int i = 0; i < BLOCK_FRAMES; i++)
        sum += (double)x[i] * (double)x[i];
    return sum;
}

// The first block that is heard, -1 = none of the next BLOCKS.
static int first_heard(Player *player)
{
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    for (int i = 0; i < BLOCKS; i++) {
        bool heard = player_run(player, left, right);
        if (heard)
            return i;
        CHECK(loudness(left) == 0.0 && loudness(right) == 0.0);
    }
    return -1;
}

TEST(a_note_starts_at_the_nearest_block)
{
    static const struct {
        int frame, block;
    } cases[] = { { 0, 0 }, { 31, 0 }, { 32, 1 }, { 95, 1 }, { 96, 2 }, { 6400, 100 } };
    SoundFont *font = font_of_sines();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        PlayedNote note = { cases[i].frame, cases[i].frame + 6000, 71, 100, 0 };
        Lane lane = lane_of(&note, 1);
        CHECK_INT(first_heard(player_open(test_arena(), &lane, font)), cases[i].block);
    }
}

TEST(a_note_ends_at_the_nearest_block)
{
    SoundFont *font = font_of_sines();
    PlayedNote note = { 0, 64 * 50 - 20, 71, 100, 0 };
    Lane lane = lane_of(&note, 1);
    Player *player = player_open(test_arena(), &lane, font);
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    double held = 0.0, now = 0.0;
    for (int i = 0; i <= 60; i++) {
        player_run(player, left, right);
        now = loudness(left);
        if (i > 40 && i < 50)
            held = now > held ? now : held;
    }
    CHECK(now < 0.5 * held); // 10 blocks of a release of 96 dB in 0.3 s
    CHECK(held > 1.0);
}

TEST(a_note_of_no_length_to_speak_of_still_sounds)
{
    SoundFont *font = font_of_sines();
    PlayedNote note = { 640, 641, 71, 100, 0 };
    Lane lane = lane_of(&note, 1);
    CHECK_INT(first_heard(player_open(test_arena(), &lane, font)), 10);
}

TEST(a_player_falls_silent_when_its_notes_have_faded)
{
    SoundFont *font = font_of_sines();
    PlayedNote notes[] = { { 0, 640, 71, 100, 0 }, { 0, 1280, 75, 100, 0 } };
    Lane lane = lane_of(notes, 2);
    Player *player = player_open(test_arena(), &lane, font);
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    int last = 0;
    for (int i = 0; i < 2000; i++)
        if (player_run(player, left, right))
            last = i;
    CHECK(last > 20 && last < 20 + 300);
}

static void skip_blocks(Player *player, int count)
{
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    for (int i = 0; i < count; i++)
        player_run(player, left, right);
}

TEST(seeking_into_silence_then_playing_is_the_same_as_playing_through)
{
    SoundFont *font = font_of_sines();
    PlayedNote notes[] = { { 0, 640, 60, 100, 0 },
                           { 64000, 70000, 71, 100, 0 },
                           { 64500, 70000, 74, 80, 0 } };
    Lane lane = lane_of(notes, 3);
    Player *through = player_open(test_arena(), &lane, font),
           *sought = player_open(test_arena(), &lane, font);
    skip_blocks(through, 900);
    skip_blocks(sought, 17);
    player_seek(sought, 900 * BLOCK_FRAMES);
    for (int i = 0; i < 300; i++) {
        float a[2][BLOCK_FRAMES], b[2][BLOCK_FRAMES];
        CHECK(player_run(through, a[0], a[1]) == player_run(sought, b[0], b[1]));
        CHECK(memcmp(a, b, sizeof a) == 0);
    }
}

TEST(a_note_that_sounds_across_the_place_sought_begins_anew_there)
{
    SoundFont *font = font_of_sines();
    PlayedNote notes[] = { { 0, 64 * 20, 60, 100, 0 }, { 64, 64 * 300, 71, 100, 0 } };
    Lane lane = lane_of(notes, 2);
    Player *player = player_open(test_arena(), &lane, font);
    player_seek(player, 64 * 100);
    CHECK_INT(first_heard(player), 0);
    player_seek(player, 64 * 300);
    CHECK_INT(first_heard(player), -1);
}

TEST(a_swell_is_a_straight_line_between_its_points)
{
    SoundFont *font = font_of_sines();
    PlayedNote note = { 0, 48000, 71, 100, 0 };
    Swell swells[] = { { 64 * 20, 1000 }, { 64 * 120, 500 } };
    Lane plain = lane_of(&note, 1), swelling = plain;
    swelling.swells = swells;
    swelling.swell_count = 2;
    Player *a = player_open(test_arena(), &plain, font), *b = player_open(test_arena(), &swelling, font);
    for (int block = 0; block < BLOCKS; block++) {
        float x[2][BLOCK_FRAMES], y[2][BLOCK_FRAMES];
        player_run(a, x[0], x[1]);
        player_run(b, y[0], y[1]);
        for (int i = 0; i < BLOCK_FRAMES; i++) {
            double frame = block * BLOCK_FRAMES + i, way = (frame - 64 * 20) / (64 * 100);
            double gain = way < 0.0 ? 1.0 : way > 1.0 ? 0.5 : 1.0 - 0.5 * way;
            CHECK_NEAR(y[0][i], gain * (double)x[0][i], 1e-6);
        }
    }
}

TEST(without_a_font_the_fallback_patch_plays)
{
    PlayedNote note = { 640, 48000, 60, 100, 0 };
    Lane lane = lane_of(&note, 1);
    CHECK(patch_exists(lane.voice.fallback));
    int block = first_heard(player_open(test_arena(), &lane, NULL));
    CHECK(block >= 10 && block <= 12);
}
