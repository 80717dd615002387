#include "tests/brief/brief.h"

#include <string.h>

static Lyrics read_lyrics(const char *text)
{
    Fault fault = { 0 };
    Lyrics lyrics;
    CHECK_OK(lyrics_read(test_arena(), str_of(text), &lyrics, &fault));
    return lyrics;
}

TEST(marks_name_sections_and_blocks)
{
    Lyrics lyrics =
        read_lyrics("[Verse 1]\nMorning comes slowly\nover the "
                    "hill\n\n[Pre-Chorus]\nWait\n[Chorus]\nSing\n[Guitar Solo]\n[Verse 2]\nEvening\n");
    static const int sections[] = { SECTION_VERSE, SECTION_VERSE, SECTION_PRECHORUS, SECTION_CHORUS,
                                    SECTION_VERSE };
    static const int verses[] = { 0, 0, 1, 2, 3 };
    CHECK_INT(lyrics.count, 5);
    for (int i = 0; i < 5; i++) {
        CHECK_INT(lyrics.lines[i].section, sections[i]);
        CHECK_INT(lyrics.lines[i].verse, verses[i]);
    }
    CHECK_STR(lyrics.lines[0].text, "Morning comes slowly");
}

TEST(blank_lines_part_verses_where_no_mark_does)
{
    Lyrics lyrics = read_lyrics("one\ntwo\n\n\nthree\r\nfour");
    CHECK_INT(lyrics.count, 4);
    CHECK_INT(lyrics.lines[1].verse, 0);
    CHECK_INT(lyrics.lines[2].verse, 1);
    CHECK_STR(lyrics.lines[2].text, "three");
}

TEST(marks_may_stand_inside_a_line)
{
    Lyrics lyrics = read_lyrics("[Verse] hello there [Chorus] goodbye");
    CHECK_INT(lyrics.count, 2);
    CHECK_INT(lyrics.lines[1].section, SECTION_CHORUS);
    CHECK_STR(lyrics.lines[1].text, "goodbye");
}

TEST(lines_without_letters_are_not_sung)
{
    CHECK_INT(read_lyrics("***\n...\n12\n").count, 0);
}

TEST(lyrics_have_limits)
{
    Fault fault = { 0 };
    Lyrics lyrics;
    char text[LYRICS_BYTES_MAX + 2];
    memset(text, ' ', sizeof text);
    CHECK_FAULT(lyrics_read(test_arena(), (Str){ text, sizeof text }, &lyrics, &fault), FAULT_INPUT);
    for (int i = 0; i < LYRIC_LINES_MAX + 1; i++)
        memcpy(text + 3 * i, "la\n", 3);
    CHECK_OK(lyrics_read(test_arena(), (Str){ text, 3 * LYRIC_LINES_MAX }, &lyrics, &fault));
    CHECK_FAULT(lyrics_read(test_arena(), (Str){ text, 3 * LYRIC_LINES_MAX + 3 }, &lyrics, &fault),
                FAULT_INPUT);
    for (int i = 0; i < LYRIC_SYLLABLES_MAX + 1; i++)
        memcpy(text + 3 * i, "la ", 3);
    CHECK_OK(lyrics_read(test_arena(), (Str){ text, 3 * LYRIC_SYLLABLES_MAX }, &lyrics, &fault));
    CHECK_FAULT(lyrics_read(test_arena(), (Str){ text, 3 * LYRIC_SYLLABLES_MAX + 3 }, &lyrics, &fault),
                FAULT_INPUT);
}

TEST(syllables_are_counted_as_people_sing_them)
{
    static const struct {
        const char *word;
        int syllables;
    } words[] = {
        { "morning", 2 },   { "love", 1 },      { "loved", 1 },     { "wanted", 2 },    { "little", 2 },
        { "the", 1 },       { "fire", 1 },      { "lion", 2 },      { "piano", 3 },     { "create", 2 },
        { "nation", 2 },    { "rhythm", 2 },    { "beautiful", 3 }, { "quality", 3 },   { "people", 2 },
        { "every", 3 },     { "ev·ry", 2 },     { "kisses", 2 },    { "lines", 1 },     { "changes", 2 },
        { "being", 2 },     { "going", 2 },     { "yellow", 2 },    { "yes", 1 },       { "rain", 1 },
        { "moonlight", 2 }, { "remember", 3 },  { "tonight", 2 },   { "forever", 3 },   { "heart", 1 },
        { "dancing", 2 },   { "radio", 3 },     { "midnight", 2 },  { "somewhere", 2 }, { "believe", 2 },
        { "ocean", 2 },     { "I", 1 },         { "you're", 1 },    { "don't", 1 },     { "didn't", 2 },
        { "called", 1 },    { "table", 2 },     { "strength", 1 },  { "hello", 2 },     { "goodbye", 2 },
        { "wonderful", 3 }, { "a", 1 },         { "shadows", 2 },   { "queen", 1 },     { "video", 3 },
        { "special", 2 },   { "sometimes", 2 }, { "faded", 2 },     { "dreams", 1 },
    };
    int wrong = 0, count = (int)(sizeof words / sizeof words[0]);
    for (int i = 0; i < count; i++) {
        int counted = lyrics_syllables(str_of(words[i].word));
        if (counted != words[i].syllables) {
            print_message("%s: %d, not %d\n", words[i].word, counted, words[i].syllables);
            wrong++;
        }
    }
    CHECK(wrong * 20 <= count);
    CHECK_INT(lyrics_syllables(STR("*** 12 ...")), 0);
    CHECK_INT(lyrics_syllables(STR("Morning comes slowly, over the hill")), 9);
}
