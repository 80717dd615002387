#include "score/pattern.h"
#include "tests/test.h"

#include <string.h>

static Pattern read(const char *text, int grid)
{
    Pattern pattern;
    Fault fault = { 0 };
    CHECK_OK(pattern_read(str_of(text), grid, "123456789", &pattern, &fault));
    return pattern;
}

static void refused(const char *text, int grid, const char *why)
{
    Pattern pattern;
    Fault fault = { 0 };
    CHECK_FAULT(pattern_read(str_of(text), grid, "123456789", &pattern, &fault), FAULT_INPUT);
    if (!strstr(fault.text, why))
        print_error("\"%s\" does not say \"%s\"\n", fault.text, why);
    CHECK(strstr(fault.text, why) != NULL);
}

static void check_steps(const Pattern *pattern, int bar, const char *steps)
{
    for (int i = 0; steps[i]; i++)
        CHECK_INT(pattern_at(pattern, bar, i), steps[i]);
}

TEST(a_pattern_has_bars_of_steps)
{
    Pattern p = read("9..6|9.66", 4);
    CHECK_INT(p.bars, 2);
    check_steps(&p, 0, "9..6");
    check_steps(&p, 1, "9.66");
    check_steps(&p, 2, "9..6"); // bars repeat
}

TEST(a_short_bar_is_filled_with_rests_and_a_long_bar_wraps)
{
    Pattern p = read("9", 4);
    check_steps(&p, 0, "9...9...");
}

TEST(a_stroke_lasts_as_long_as_it_is_held)
{
    Pattern p = read("8--.7-66", 8);
    CHECK_INT(pattern_hold(&p, 0, 0, 8), 3);
    CHECK_INT(pattern_hold(&p, 0, 4, 8), 2);
    CHECK_INT(pattern_hold(&p, 0, 6, 8), 1);
    CHECK_INT(pattern_hold(&p, 0, 7, 8), 1); // within its bar
    CHECK_INT(pattern_hold(&p, 0, 0, 2), 2);
}

TEST(euclidean_rhythms_are_spread_evenly)
{
    Pattern tresillo = read("E(3,8,0)", 8), turned = read("E(3,8,2)", 8), four = read("E(4,16)", 16);
    int strokes = 0;
    for (int i = 0; i < 8; i++)
        strokes += pattern_at(&tresillo, 0, i) != '.';
    CHECK_INT(strokes, 3);
    check_steps(&tresillo, 0, "8..8..8.");
    for (int i = 0; i < 8; i++)
        CHECK_INT(pattern_at(&turned, 0, i), pattern_at(&tresillo, 0, (i + 2) % 8));
    check_steps(&four, 0, "8...8...8...8...");
}

TEST(every_euclidean_rhythm_has_its_strokes)
{
    for (int n = 1; n <= 16; n++) {
        for (int k = 1; k <= n; k++) {
            Pattern p = read(arena_print(test_arena(), "E(%d,%d,%d)", k, n, k % n).data, n > 4 ? n : 4);
            int strokes = 0, widest = 0, gap = 0;
            for (int i = 0; i < 2 * n; i++) {
                bool stroke = p.step[i % n] != '.';
                strokes += i < n && stroke;
                gap = stroke ? 0 : gap + 1;
                widest = gap > widest ? gap : widest;
            }
            CHECK_INT(strokes, k);
            CHECK(widest <= (n + k - 1) / k - 1);
        }
    }
}

TEST(wrong_patterns_are_refused_with_the_reason)
{
    refused("9..x", 4, "none of");
    refused("9....", 4, "more than 4 steps");
    refused("", 4, "empty");
    refused("E(3)", 8, "out of range");
    refused("E(9,8,0)", 8, "out of range");
    refused("E(0,8,0)", 8, "out of range");
    refused("E(3,9,0)", 8, "out of range");
    refused("E(a,8,0)", 8, "not E(");
    refused("1|2|3|4|5|6|7|8|9|1|2|3|4", 16, "more than 192 steps");
}

TEST(an_empty_pattern_rests)
{
    Pattern none = { 0 };
    CHECK_INT(pattern_at(&none, 3, 5), '.');
}
