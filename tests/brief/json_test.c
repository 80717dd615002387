#include "tests/brief/brief.h"

static Str written(const Brief *brief)
{
    Buf *buf = ARENA_NEW(test_arena(), Buf);
    *buf = buf_make(test_arena(), 1 << 20);
    JsonOut json = { .buf = buf };
    brief_to_json(brief, &json);
    CHECK(!buf->full);
    return buf_str(buf);
}

TEST(a_brief_survives_json_in_every_field)
{
    static const char *const prompts[] = {
        "jazzy house, 92.5 bpm, Bb dorian, 7/8, 95 seconds, flute lead, no drums, no vocals, fade out",
        "AABA waltz, 32 bars, solo piano, extremely sad, \"blorp\" \\ qwerty",
        "8 bar intro, verse, chorus; happy, fast, slow, 90 bpm, 120 bpm\n[Verse]\nhi there\n[Chorus]\nla la",
        "???",
    };
    for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++) {
        Fault fault = { 0 };
        Brief brief = test_brief(prompts[i]), back;
        Str json = written(&brief);
        CHECK_OK(brief_from_json(test_arena(), test_lexicon(), json, &back, &fault));
        CHECK_STR(written(&back), arena_copy(test_arena(), json).data);
        CHECK_INT(back.lyrics.count, brief.lyrics.count);
        CHECK_INT(back.understood_count, brief.understood_count);
    }
}

TEST(json_that_is_no_brief_is_refused)
{
    static const char *const texts[] = { "", "[]", "{}", "{\"prompt\":1}", "nonsense" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Fault fault = { 0 };
        Brief back;
        CHECK_FAULT(brief_from_json(test_arena(), test_lexicon(), str_of(texts[i]), &back, &fault),
                    FAULT_INPUT);
    }
}

TEST(json_with_numbers_out_of_range_is_refused)
{
    Brief brief = test_brief("jazz, 120 bpm");
    Str json = arena_copy(test_arena(), written(&brief));
    size_t at;
    CHECK(str_find(json, STR("120000"), &at));
    Str bad = arena_print(test_arena(), STR_FMT "9" STR_FMT, STR_ARG(str_slice(json, 0, at)),
                          STR_ARG(str_slice(json, at, json.length)));
    Fault fault = { 0 };
    Brief back;
    CHECK_FAULT(brief_from_json(test_arena(), test_lexicon(), bad, &back, &fault), FAULT_INPUT);
}
