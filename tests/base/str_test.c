#include "base/jsonout.h"
#include "base/rng.h"
#include "tests/test.h"

TEST(str_cut_gives_empty_pieces_too)
{
    Str rest = STR("a,,b"), piece;
    CHECK(str_cut(&rest, ',', &piece));
    CHECK_STR(piece, "a");
    CHECK(str_cut(&rest, ',', &piece));
    CHECK_STR(piece, "");
    CHECK(str_cut(&rest, ',', &piece));
    CHECK_STR(piece, "b");
    CHECK(!str_cut(&rest, ',', &piece));
}

TEST(str_to_real_reads_plain_decimals_only)
{
    double value;
    CHECK(str_to_real(STR("-12.5"), &value));
    CHECK_NEAR(value, -12.5, 0);
    CHECK(!str_to_real(STR("1e5"), &value));
    CHECK(!str_to_real(STR(""), &value));
    CHECK(!str_to_real(STR("."), &value));
}

TEST(str_to_int_refuses_what_does_not_fit)
{
    int64_t value;
    CHECK(str_to_int(STR("-42"), &value));
    CHECK_INT(value, -42);
    CHECK(!str_to_int(STR("1234567890123456789"), &value));
    CHECK(!str_to_int(STR("12x"), &value));
}

TEST(rng_streams_depend_on_seed_and_name_only)
{
    Rng a = rng_named(7, "bass/%d", 3), b = rng_named(7, "bass/%d", 3), c = rng_named(7, "bass/%d", 4);
    uint64_t first = rng_next(&a);
    CHECK(first == rng_next(&b));
    CHECK(first != rng_next(&c));
}

TEST(rng_weighted_never_picks_weight_zero)
{
    Rng rng = rng_named(1, "weights");
    int weights[3] = { 0, 5, 0 };
    for (int i = 0; i < 1000; i++)
        CHECK_INT(rng_weighted(&rng, weights, 3), 1);
}

TEST(json_escapes_what_could_break_it)
{
    Buf buf = buf_make(test_arena(), 1000);
    JsonOut json = { .buf = &buf };
    jsonout_open(&json, '{');
    jsonout_key(&json, "a\"b");
    jsonout_str(&json, STR("x\n\xff\xc3\xa9"));
    jsonout_key(&json, "n");
    jsonout_int(&json, -5);
    jsonout_close(&json, '}');
    CHECK_STR(buf_str(&buf), "{\"a\\\"b\":\"x\\u000a\xef\xbf\xbd\xc3\xa9\",\"n\":-5}");
}
