#include "song/words.h"
#include "tests/test.h"

#include <string.h>

static Str line(const char *text, int chars)
{
    return words_line(test_arena(), str_of(text), chars, NULL);
}

static Str fold(const char *text)
{
    return words_fold(test_arena(), str_of(text));
}

static Str title(const char *prompt)
{
    return words_title(test_arena(), str_of(prompt));
}

TEST(a_title_is_one_line_without_control_characters)
{
    CHECK_STR(line("  Blue \t\n Moon\r\n", 120), "Blue Moon");
    CHECK_STR(line("Bl\x01u\x7f"
                   "e\x1b[31m",
                   120),
              "Blue[31m");
    CHECK_STR(line("a\xc2\x85"
                   "b\xe2\x80\xa8"
                   "c\xe3\x80\x80"
                   "d",
                   120),
              "a b c d");
    CHECK_STR(line("\xe2\x80\xaegnp.exe\xe2\x80\xac", 120), "gnp.exe");
    CHECK_STR(line("\n\t ", 120), "");
}

TEST(a_title_keeps_joined_pictures_and_scripts)
{
    CHECK_STR(line("👩‍🎤 مى‌خواهم", 120), "👩‍🎤 مى‌خواهم");
}

TEST(a_title_is_cut_between_characters)
{
    bool whole = true;
    CHECK_STR(words_line(test_arena(), STR("ééééé"), 3, &whole), "ééé");
    CHECK(!whole);
    CHECK_STR(words_line(test_arena(), STR("ééé  "), 3, &whole), "ééé");
    CHECK(whole);
    CHECK_STR(line("ab cd", 3), "ab"); // no blank at the end
}

TEST(bytes_that_are_no_text_are_replaced)
{
    CHECK_STR(line("a\xff\xc3", 120), "a\xef\xbf\xbd\xef\xbf\xbd");
    CHECK_STR(line("\xed\xa0\x80", 120), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); // half of a pair
    CHECK_STR(line("\xc0\xaf", 120), "\xef\xbf\xbd\xef\xbf\xbd");                 // longer than needed
    CHECK_STR(line("\xf4\x90\x80\x80", 1), "\xef\xbf\xbd");
}

TEST(a_prompt_gives_a_short_title)
{
    CHECK_STR(title("a small waltz for piano and flute"), "A small waltz for piano and flute");
    CHECK_STR(title("Slow blues. Guitar and bass, 60.5 bpm"), "Slow blues");
    CHECK_STR(title("house at 124.5 bpm"), "House at 124.5 bpm");
    CHECK_STR(title("A warm lo-fi beat with electric piano and a soft flute melody, 80 bpm, 1 minute"),
              "A warm lo-fi beat with electric piano and a soft flute");
    CHECK_STR(title("something quiet, with much reverb, and a choir that hums all night long, slowly"),
              "Something quiet, with much reverb");
}

TEST(a_title_from_a_prompt_is_never_empty)
{
    CHECK_STR(title(""), "Untitled");
    CHECK_STR(title(" \n\x01 "), "Untitled");
    CHECK_STR(title("..."), "..");
    char prompt[10001];
    memset(prompt, 'x', 10000);
    prompt[10000] = 0;
    CHECK_INT(title(prompt).length, 60);
}

TEST(searching_does_not_see_case_or_accents)
{
    CHECK_STR(fold("Más ÉTÉ Çà Ørsted Łódź İstanbul ŸŽ"), "mas ete ca orsted lodz istanbul yz");
    CHECK_STR(fold("Straße Œuvre Ærø Việt Nam"), "strasse oeuvre aero viet nam");
    CHECK_STR(fold("e\xcc\x81te\xcc\x81"), "ete"); // accents written as signs of their own
    CHECK_STR(fold("ΑΣΜΑ ПЕСНЯ Ёлка"), "ασμα песня ёлка");
    CHECK_STR(fold("日本語  の\n歌"), "日本語 の 歌");
    CHECK_STR(fold("ＡＢＣ"), "abc");
}

TEST(folding_again_changes_nothing)
{
    Str once = fold("Ünïcode ẞ ﬂ Ǆ Ά \xff ٣ 👩‍🎤 Å");
    CHECK(str_equal(words_fold(test_arena(), once), once));
}

TEST(every_word_must_occur_somewhere)
{
    CHECK(words_match(STR("blue pia"), STR("the blue moon"), STR("waltz for piano")));
    CHECK(!words_match(STR("blue organ"), STR("the blue moon"), STR("waltz for piano")));
    CHECK(words_match(STR(""), STR(""), STR("")));
    CHECK(!words_match(STR("a"), STR(""), STR("")));
}
