// A score as text: what was written is read again, to the last byte.
#include "tests/score/songs.h"

#include <string.h>

static const Instruments *instruments(void)
{
    return lexicon_instruments(library()->lexicon);
}

static void check_round(Arena *arena, const Score *score)
{
    Str once = score_text(arena, score);
    Score *again = ARENA_NEW(arena, Score);
    Fault fault = { 0 };
    CHECK_OK(score_read(arena, instruments(), once, again, &fault));
    HOLDS(str_equal(once, score_text(arena, again)), score);
}

TEST(a_score_is_read_as_it_was_written)
{
    for (int i = 0; i < library()->styles.count; i++) {
        Arena arena = { 0 };
        Brief *brief = brief_in(&arena, library()->styles.list[i]->name);
        brief->ending = (Ending)(ENDING_RING + i % 4);
        check_round(&arena, score_of(&arena, brief, (uint64_t)i << 50 | 5));
        arena_close(&arena);
    }
}

TEST(a_score_with_lyrics_and_odd_titles_is_read_as_it_was_written)
{
    static const char *const prompts[] = {
        "pop with piano\n\n[Verse]\nLine one is sung\n  and  two \n[Chorus]\nHey hey",
        "  a waltz | n 0 0 \t \"quoted\" ", "\xc3\xa9t\xc3\xa9 \xe2\x80\x94 jazz \xf0\x9f\x8e\xb7",
        "score 1 part seed"
    };
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
        check_round(test_arena(), &song_said(prompts[i], 3)->score);
    SongOrder order = { .prompt = STR("a ballad"), .seed = 4 };
    order.options.lyrics = STR("[Verse]\nMorning comes slowly\nover the hill\n\n[Chorus]\nStay a while\n");
    Song *song = song_of(test_arena(), &order);
    CHECK(song->score.lyric_count > 0);
    check_round(test_arena(), &song->score);
}

TEST(a_score_that_was_read_is_played_the_same)
{
    Song *song = song_said("a bossa nova with flute, 30 seconds", 9);
    Score *again = ARENA_NEW(test_arena(), Score);
    Performance twin;
    Fault fault = { 0 };
    CHECK_OK(score_read(test_arena(), instruments(), score_text(test_arena(), &song->score), again, &fault));
    perform_render(test_arena(), again, &twin);
    Buf a = buf_make(test_arena(), SCORE_TEXT_MOST), b = buf_make(test_arena(), SCORE_TEXT_MOST);
    perform_write(&song->performance, &a);
    perform_write(&twin, &b);
    CHECK(str_equal(buf_str(&a), buf_str(&b)));
}

static const char tiny[] = "score 1\nseed 7\ntempo 120000\nmeter 4 4\nkey 0 0 0\nlength 4000 3840\nending 1\n"
                           "title t\nstyle pop\nsection 1 1 0 2 50\nchord 0 7680 0 0 145 I\n"
                           "part 0 0 0 0 0 -5 0 100 0 0 0 0 0 0 0 flute\nn 0 960 72 90 0 -1\n";

static bool read(const char *text, Fault *fault)
{
    Score score;
    return score_read(test_arena(), instruments(), str_of(text), &score, fault);
}

TEST(a_score_may_be_written_by_hand)
{
    Fault fault = { 0 };
    CHECK_OK(read(tiny, &fault));
}

static void refused(const char *line, const char *why)
{
    Fault fault = { 0 };
    const char *text = arena_print(test_arena(), "%s%s\n", tiny, line).data;
    bool done = read(text, &fault);
    if (done || !strstr(fault.text, why))
        print_error("\"%s\": done %d, fault \"%s\"\n", line, done, fault.text);
    CHECK_FAULT(done, FAULT_INPUT);
    CHECK(strncmp(fault.text, strchr(line, '\n') ? "line 15: " : "line 14: ", 9) == 0);
    CHECK(strstr(fault.text, why) != NULL);
}

TEST(wrong_lines_of_a_score_are_refused_with_their_number)
{
    refused("hello", "an unknown word");
    refused("n 0 0 72 90 0 -1", "no such note");
    refused("n 0 10 128 90 0 -1", "no such note");
    refused("n 0 10 60 0 0 -1", "no such note");
    refused("n 0 10 60", "no such note");
    refused("n 0 10 60 90 200 -1", "no such note");
    refused("n -5 10 60 90 0 -1", "no such note");
    refused("part 0 0 0 0 0 -5 0 100 0 0 0 0 0 0 0 kazoo", "no such instrument");
    refused("part 99 0 0 0 0 -5 0 100 0 0 0 0 0 0 0 flute", "out of range");
    refused("part 6 0 0 0 0 -5 0 100 0 0 0 0 0 0 0 standard kit\n"
            "part 6 0 0 0 0 -5 0 100 0 0 0 0 0 0 0 jazz kit",
            "more than one drummer");
    refused("tempo 1", "out of range");
    refused("tempo", "missing");
    refused("meter 0 4", "no such metre");
    refused("key 12 0 0", "no such key");
    refused("key 0 0 10", "no such key");
    refused("length 700000 100", "no such length");
    refused("ending 9", "out of range");
    refused("mix -140 2 3", "missing");
    refused("mix -140 -15 -7 -7 -15 -12 10 400 1500 480 20 120 25 20000 45 0 4 0 100", "out of range");
    refused("part 0 0 0 0 0 -5 0 100 0 0 0 0 0 0 101 flute", "out of range");
    refused("section 12 0 0 1 50", "no such section");
    refused("chord 0 10 12 0 0 X", "no such chord");
    refused("sung 0 10 0", "no such sung line");
    refused("seed minus", "a seed is");
    refused("seed 99999999999999999999", "a seed is");
}

TEST(a_score_that_does_not_say_enough_is_refused)
{
    static const char *const texts[] = { "", "score 2\n", "hello", "score 1\n",
                                         "score 1\ntempo 120000\nmeter 4 4\n" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Fault fault = { 0 };
        CHECK_FAULT(read(texts[i], &fault), FAULT_INPUT);
    }
}

// Scores that could not be played in good order.
TEST(a_score_whose_time_makes_no_sense_is_refused)
{
    refused("meter 4 3", "no such metre");
    refused("words 1 0 9999 la", "no such line of lyrics");
    refused("n 0 960 71 90 0 -1", "no such note"); // notes come in order, by tick, then pitch
    refused("n 0 960 72 90 0 -1", "no such note");
    Fault fault = { 0 };
    CHECK_FAULT(read(arena_print(test_arena(), "%s%s", tiny, "n 0 100000000 73 90 0 -1\n").data, &fault),
                FAULT_INPUT);
    CHECK(strstr(fault.text, "lies behind the song's end") != NULL);
}
