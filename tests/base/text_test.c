// Texts, random streams and the JSON writer.
#include "base/jsonout.h"
#include "base/rng.h"
#include "tests/test.h"

TEST(str_slice_is_clamped)
{
    CHECK_STR(str_slice(STR("waltz"), 1, 3), "al");
    CHECK_STR(str_slice(STR("waltz"), 3, 99), "tz");
    CHECK_STR(str_slice(STR("waltz"), 9, 99), "");
    CHECK_STR(str_slice(STR("waltz"), 3, 1), "");
    CHECK_STR(str_slice((Str){ 0 }, 0, 5), "");
}

TEST(str_trim_takes_blanks_off_both_sides_only)
{
    CHECK_STR(str_trim(STR(" \t a b\r\n ")), "a b");
    CHECK_STR(str_trim(STR(" \t\r\n")), "");
    CHECK_STR(str_trim((Str){ 0 }), "");
}

TEST(str_starts_and_ends)
{
    CHECK(str_starts(STR("waltz"), STR("wal")) && str_starts(STR("waltz"), STR("")));
    CHECK(!str_starts(STR("wal"), STR("waltz")));
    CHECK(str_ends(STR("x.flac"), STR(".flac")) && !str_ends(STR("lac"), STR(".flac")));
}

TEST(str_compare_is_byte_order)
{
    CHECK(str_compare(STR("a"), STR("b")) < 0);
    CHECK(str_compare(STR("ab"), STR("a")) > 0);
    CHECK(str_compare(STR("\xff"), STR("a")) > 0);
    CHECK_INT(str_compare(STR("same"), STR("same")), 0);
    CHECK_INT(str_compare((Str){ 0 }, STR("")), 0);
}

TEST(str_find_finds_the_first_place)
{
    size_t at = 99;
    CHECK(str_find(STR("a | b | c"), STR(" | "), &at));
    CHECK_INT(at, 1);
    CHECK(!str_find(STR("ab"), STR("abc"), &at));
    CHECK(str_find(STR("ab"), STR(""), &at));
    CHECK_INT(at, 0);
}

TEST(str_word_takes_runs_of_non_blanks)
{
    Str rest = STR("  one \t two\n"), word;
    CHECK(str_word(&rest, &word));
    CHECK_STR(word, "one");
    CHECK(str_word(&rest, &word));
    CHECK_STR(word, "two");
    CHECK(!str_word(&rest, &word));
}

TEST(numbers_are_read_whole_or_not_at_all)
{
    int64_t whole;
    double real;
    CHECK(str_to_int(STR("0"), &whole) && whole == 0);
    CHECK(!str_to_int(STR(""), &whole) && !str_to_int(STR("-"), &whole) && !str_to_int(STR(" 1"), &whole));
    CHECK(!str_to_int(STR("1."), &whole) && !str_to_int(STR("0x1"), &whole));
    CHECK(str_to_real(STR("92"), &real) && real == 92.0);
    CHECK(str_to_real(STR("0.5"), &real) && real == 0.5);
    CHECK(!str_to_real(STR("nan"), &real) && !str_to_real(STR("inf"), &real) &&
          !str_to_real(STR("1 "), &real));
    CHECK(!str_to_real(STR("-"), &real) && !str_to_real(STR("1.2.3"), &real));
}

TEST(str_hash_is_fnv_1a_forever)
{
    CHECK(str_hash(STR("")) == 0xcbf29ce484222325u);
    CHECK(str_hash(STR("a")) == 0xaf63dc4c8601ec8cu);
    CHECK(str_hash(STR("foobar")) == 0x85944171f73967e8u);
}

TEST(rng_keeps_its_stream_forever)
{
    Rng rng = { 1234567 }; // the published first values of splitmix64 for this seed
    CHECK(rng_next(&rng) == 6457827717110365317u);
    CHECK(rng_next(&rng) == 3203168211198807973u);
    CHECK(rng_next(&rng) == 9817491932198370423u);
}

TEST(rng_numbers_lie_in_their_range_and_reach_its_ends)
{
    Rng rng = rng_named(3, "range");
    int seen[7] = { 0 };
    for (int i = 0; i < 7000; i++) {
        int n = rng_between(&rng, -3, 3);
        CHECK(n >= -3 && n <= 3);
        seen[n + 3]++;
    }
    for (int i = 0; i < 7; i++)
        CHECK_NEAR(seen[i], 1000, 150);
    CHECK_INT(rng_below(&rng, 1), 0);
}

TEST(rng_chances_are_what_they_say)
{
    Rng rng = rng_named(4, "chance");
    int hits = 0, weighted = 0;
    const int weights[2] = { 1, 3 };
    for (int i = 0; i < 10000; i++) {
        hits += rng_chance(&rng, 30);
        weighted += rng_weighted(&rng, weights, 2);
        CHECK(!rng_chance(&rng, 0));
        CHECK(rng_chance(&rng, 100));
    }
    CHECK_NEAR(hits, 3000, 150);
    CHECK_NEAR(weighted, 7500, 150);
}

TEST(json_nests_with_commas_where_they_belong)
{
    Buf buf = buf_make(test_arena(), 1000);
    JsonOut json = { .buf = &buf };
    jsonout_open(&json, '[');
    jsonout_open(&json, '{');
    jsonout_close(&json, '}');
    jsonout_open(&json, '[');
    jsonout_close(&json, ']');
    jsonout_bool(&json, true);
    jsonout_null(&json);
    jsonout_real(&json, -12.345, 1);
    jsonout_real(&json, 0.0, 3);
    jsonout_int(&json, INT64_MIN);
    jsonout_close(&json, ']');
    CHECK_STR(buf_str(&buf), "[{},[],true,null,-12.3,0.000,-9223372036854775808]");
}

TEST(json_stays_json_whatever_the_text)
{
    Buf buf = buf_make(test_arena(), 1000);
    JsonOut json = { .buf = &buf };
    jsonout_str(&json, STR("\x00\x1f\"\\/\xed\xa0\x80\xc0\xaf\xf4\x90\x80\x80\xf0\x9f\x8e\xb7"));
    Str out = buf_str(&buf);
    CHECK(str_starts(out, STR("\"\\u0000\\u001f\\\"\\\\/")));
    CHECK(str_ends(out, STR("\xf0\x9f\x8e\xb7\"")));
    for (size_t i = 0; i < out.length; i++)
        CHECK((unsigned char)out.data[i] >= 0x20);
}
