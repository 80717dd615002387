// From a sentence to a song on paper: odd sentences too make a song, or say clearly why not.
#include "tests/score/songs.h"

#include <stdio.h>
#include <string.h>

TEST(the_library_opens)
{
    CHECK(library()->styles.count >= 28);
    CHECK(lexicon_instruments(library()->lexicon)->count >= 80);
}

static void check_any(Str prompt, uint64_t seed)
{
    Arena arena = { 0 };
    Song *song = ARENA_NEW(&arena, Song);
    Fault fault = { 0 };
    bool done = song_compose(&arena, library(), &(SongOrder){ .prompt = prompt, .seed = seed }, song, &fault);
    if (!done) {
        if (fault.kind != FAULT_INPUT || strlen(fault.text) < 10)
            print_error("\"" STR_FMT "\": fault %d \"%s\"\n", STR_ARG(prompt), fault.kind, fault.text);
        CHECK_INT(fault.kind, FAULT_INPUT);
        CHECK(strlen(fault.text) >= 10);
    } else {
        HOLDS(song->score.part_count > 0, &song->score);
        HOLDS(song->performance.frames == (int64_t)song->score.length_ms * 48, &song->score);
        HOLDS(song->score.length_ms >= 1000 && song->score.length_ms <= 600000, &song->score);
    }
    arena_close(&arena);
}

TEST(odd_prompts_make_a_song_or_are_refused_in_a_sentence)
{
    static const char *const odd[] = {
        "",
        " ",
        "\n\n",
        "a",
        "?",
        "!!!",
        "1",
        "0",
        "-1",
        "0 bpm",
        "99999999999999999999 bpm",
        "0 seconds",
        "1 second",
        "3 hours",
        "no drums no bass no piano no guitar no strings no synth no brass no woodwind no voice",
        "only",
        "only only only",
        "without",
        "without anything",
        "no music",
        "silence",
        "just silence please",
        "solo solo",
        "drums only, no drums",
        "nothing but nothing",
        "in 0/0",
        "in 1/1",
        "in 99/99",
        "in 7/8 at 300 bpm",
        "1 bar",
        "0 bars",
        "1000 bars",
        "1000 bars at 30 bpm",
        "5 seconds at 30 bpm in 12/8",
        "AAAAAAAAAAAAAAAAAAAAAAAAA",
        "verse verse verse verse verse verse verse verse verse verse verse verse verse",
        "intro",
        "only an intro",
        "H major",
        "in Z minor",
        "C# D# E# F# major minor",
        "\xff\xfe\x80",
        "\xf0\x9f\x8e\xb9\xf0\x9f\x8e\xb8",
        "%s%s%s%n",
        "'; DROP TABLE songs; --",
        "<script>",
        "{\"genre\":\"jazz\"}",
        "kazoo orchestra of the moon",
        "loop",
        "10 minute loop in 5/4",
        "fade out after 5 seconds",
        "ends cold",
        "a lo-fi techno metal waltz for solo kazoo",
    };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        for (uint64_t seed = 0; seed < 3; seed++)
            check_any(str_of(odd[i]), seed);
}

TEST(random_words_of_the_lexicon_make_songs)
{
    static const char *const words[] = {
        "jazz",  "sad",   "fast",   "no",      "only",         "piano",   "drums", "without",
        "in",    "7/8",   "C#",     "minor",   "30",           "seconds", "bpm",   "solo",
        "and",   "but",   "flute",  "strings", "slow",         "loop",    "bars",  "8",
        "16",    "verse", "chorus", "dorian",  "techno",       "waltz",   "12",    "minutes",
        "intro", "bass",  "guitar", "vocals",  "instrumental", "blues",   "a",     "with",
    };
    Rng rng = rng_named(1, "odd prompts");
    for (int i = 0; i < 300; i++) {
        char text[200] = "";
        for (int k = rng_between(&rng, 1, 12); k > 0; k--) {
            strcat(text, words[rng_below(&rng, (int)(sizeof words / sizeof *words))]);
            strcat(text, rng_chance(&rng, 20) ? ", " : " ");
        }
        check_any(str_of(text), (uint64_t)i);
    }
}

TEST(the_contracts_example_is_met_to_the_letter)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        const char *prompt = "A melancholy waltz for solo piano in D minor, around 92 bpm, 40 seconds";
        const Score *s = &song_said(prompt, seed)->score;
        HOLDS(s->bpm_milli == 92000, s);
        HOLDS(s->key.tonic == 2 && s->key.mode == MODE_MINOR, s);
        HOLDS(s->beats == 3 && s->beat_unit == 4, s);
        HOLDS(s->length_ms == 40000, s);
        for (int p = 0; p < s->part_count; p++)
            HOLDS(str_equal(s->parts[p].instrument.family, STR("piano")), s);
    }
}

TEST(the_same_order_makes_the_same_performance)
{
    SongOrder order = { .prompt = STR("funk with brass, 30 seconds"), .seed = 77 };
    Buf a = buf_make(test_arena(), SCORE_TEXT_MOST), b = buf_make(test_arena(), SCORE_TEXT_MOST);
    perform_write(&song_of(test_arena(), &order)->performance, &a);
    perform_write(&song_of(test_arena(), &order)->performance, &b);
    CHECK(str_equal(buf_str(&a), buf_str(&b)));
}

TEST(options_beat_the_words)
{
    SongOrder order = { .prompt = STR("a fast waltz in C major at 180 bpm, 2 minutes"), .seed = 1 };
    order.options = (BriefOptions){
        .style = STR("techno"), .bpm_milli = 133000, .length_ms = 25000, .key = STR("F# minor")
    };
    const Score *s = &song_of(test_arena(), &order)->score;
    CHECK_STR(s->style, "techno");
    CHECK_INT(s->bpm_milli, 133000);
    CHECK_INT(s->length_ms, 25000);
    CHECK_INT(s->key.tonic, 6);
    CHECK_INT(s->key.mode, MODE_MINOR);
}
