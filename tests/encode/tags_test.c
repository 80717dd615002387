#include "encode/tags.h"
#include "tests/test.h"

#include <string.h>

TEST(tag_clean_cuts_between_characters_only)
{
    CHECK_STR(tag_clean(test_arena(), STR("abcdef"), 6), "abcdef");
    CHECK_STR(tag_clean(test_arena(), STR("abcdefg"), 6), "abc...");
    CHECK_STR(tag_clean(test_arena(), STR("ab\xe2\x82\xac\xe2\x82\xac"), 7), "ab...");
    CHECK_STR(tag_clean(test_arena(), STR("ab\xe2\x82\xac\xe2\x82\xac"), 8), "ab\xe2\x82\xac\xe2\x82\xac");
    CHECK_STR(tag_clean(test_arena(), STR("\xf0\x9f\x8e\xb5\xf0\x9f\x8e\xb5"), 7), "\xf0\x9f\x8e\xb5...");
}

TEST(tag_clean_lets_no_control_character_and_no_broken_utf8_through)
{
    CHECK_STR(tag_clean(test_arena(), STR("  a\r\n\tb\x01\x7f c\0d "), 100), "a b c d");
    CHECK_STR(tag_clean(test_arena(), STR("a\xff\xc3"), 100), "a??");
    CHECK_STR(tag_clean(test_arena(), STR("\xc0\xaf\xed\xa0\x80"), 100), "?????"); // overlong, surrogate
    CHECK_STR(tag_clean(test_arena(), STR("x\xc2\x85y"), 100), "x y");             // a C1 control
    CHECK_STR(tag_clean(test_arena(), STR("\xf4\x90\x80\x80"), 100), "????");      // above U+10FFFF
    CHECK_STR(tag_clean(test_arena(), STR(""), 100), "");
}

TEST(a_prompt_of_ten_thousand_characters_becomes_a_short_tag)
{
    char *text = arena_take(test_arena(), 40001);
    for (int i = 0; i < 10000; i++)
        memcpy(text + i * 4, "\xf0\x9f\x8e\xb5", 4);
    Tags tags = { .title = STR_INIT("T"), .prompt = { text, 40000 }, .part = STR_INIT("bass") };
    TagTexts texts = tags_text(test_arena(), &tags);
    CHECK(texts.prompt.length <= 2000 && texts.prompt.length >= 1990);
    CHECK(str_ends(texts.prompt, STR("\xf0\x9f\x8e\xb5...")));
    CHECK(texts.comment.length < 2200);
    CHECK_STR(texts.title, "T - bass");
}
