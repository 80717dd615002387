#include "music/recipe.h"
#include "tests/test.h"

#include <string.h>

static Recipe read_ok(const char *text)
{
    Recipe recipe;
    Fault fault = { 0 };
    CHECK_OK(recipe_read(test_arena(), str_of(text), &recipe, &fault));
    return recipe;
}

TEST(a_recipe_is_read_as_it_was_written)
{
    Recipe before = { .version = STR("0.1.0"), .score_digest = STR("ab12"), .audio_digest = STR("cd34") };
    before.order.prompt = STR("A \"slow\" waltz \\ with caf\xc3\xa9\nand a new line");
    before.order.seed = UINT64_MAX;
    before.order.options = (BriefOptions){ .style = STR("waltz"),
                                           .bpm_milli = 92500,
                                           .length_ms = 40000,
                                           .key = STR("F# minor"),
                                           .lyrics = STR("[Verse]\nla la\n"),
                                           .vocal = CHOICE_NO };
    Buf once = buf_make(test_arena(), RECIPE_BYTES_MAX), twice = buf_make(test_arena(), RECIPE_BYTES_MAX);
    Recipe after;
    Fault fault = { 0 };
    recipe_write(&before, &once);
    CHECK_OK(recipe_read(test_arena(), buf_str(&once), &after, &fault));
    CHECK(str_equal(after.order.prompt, before.order.prompt));
    CHECK(after.order.seed == before.order.seed);
    CHECK_STR(after.order.options.style, "waltz");
    CHECK_INT(after.order.options.bpm_milli, 92500);
    CHECK_INT(after.order.options.length_ms, 40000);
    CHECK_STR(after.order.options.key, "F# minor");
    CHECK_STR(after.order.options.lyrics, "[Verse]\nla la\n");
    CHECK_INT(after.order.options.vocal, CHOICE_NO);
    CHECK_STR(after.version, "0.1.0");
    CHECK_STR(after.score_digest, "ab12");
    CHECK_STR(after.audio_digest, "cd34");
    recipe_write(&after, &twice);
    CHECK(str_equal(buf_str(&once), buf_str(&twice)));
}

TEST(a_recipe_needs_only_a_prompt_and_a_seed)
{
    Recipe r = read_ok("{\"recipe\":1,\"prompt\":\"jazz\",\"seed\":\"5\"}");
    CHECK_STR(r.order.prompt, "jazz");
    CHECK(r.order.seed == 5);
    CHECK_INT(r.order.options.bpm_milli, 0);
    CHECK_STR(r.score_digest, "");
}

TEST(what_a_recipe_says_beyond_is_passed_over)
{
    read_ok("{\"recipe\":1,\"prompt\":\"jazz\",\"seed\":\"5\",\"colour\":\"blue\",\"more\":[1,{}]}");
}

TEST(what_is_no_recipe_is_refused_with_the_reason)
{
    static const struct {
        const char *text, *why;
    } wrong[] = { { "", "not JSON" },
                  { "hello", "not JSON" },
                  { "{\"recipe\":1,\"prompt\":\"a\",\"seed\":\"1\"", "not JSON" },
                  { "[]", "not a recipe" },
                  { "{}", "not a recipe" },
                  { "{\"recipe\":2,\"prompt\":\"a\",\"seed\":\"1\"}", "not a recipe" },
                  { "{\"recipe\":1,\"seed\":\"1\"}", "no prompt" },
                  { "{\"recipe\":1,\"prompt\":7,\"seed\":\"1\"}", "no prompt" },
                  { "{\"recipe\":1,\"prompt\":\"a\"}", "seed" },
                  { "{\"recipe\":1,\"prompt\":\"a\",\"seed\":7}", "in quotes" },
                  { "{\"recipe\":1,\"prompt\":\"a\",\"seed\":\"-1\"}", "whole number" },
                  { "{\"recipe\":1,\"prompt\":\"a\",\"seed\":\"18446744073709551616\"}", "whole number" },
                  { "{\"recipe\":1,\"recipe\":1,\"prompt\":\"a\",\"seed\":\"1\"}", "not JSON" } };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        Recipe recipe;
        Fault fault = { 0 };
        CHECK_FAULT(recipe_read(test_arena(), str_of(wrong[i].text), &recipe, &fault), FAULT_INPUT);
        if (!strstr(fault.text, wrong[i].why))
            print_error("\"%s\" does not say \"%s\"\n", fault.text, wrong[i].why);
        CHECK(strstr(fault.text, wrong[i].why) != NULL);
    }
}

TEST(a_recipe_that_is_too_long_is_refused)
{
    Recipe recipe;
    Fault fault = { 0 };
    char *text = arena_take(test_arena(), RECIPE_BYTES_MAX + 1);
    memset(text, ' ', RECIPE_BYTES_MAX + 1);
    CHECK_FAULT(recipe_read(test_arena(), (Str){ text, RECIPE_BYTES_MAX + 1 }, &recipe, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "200000 bytes") != NULL);
}
