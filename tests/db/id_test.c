#include "db/id.h"
#include "sys/clock.h"
#include "tests/test.h"

#include <string.h>

TEST(ids_grow_and_read_back)
{
    int64_t last = 0, back;
    for (int i = 0; i < 20000; i++) {
        int64_t id = id_make();
        CHECK(id > last);
        CHECK(id_read(id_text(test_arena(), id), &back));
        CHECK(back == id);
        last = id;
    }
}

TEST(ids_grow_while_the_clock_goes_back)
{
    int64_t before = id_make();
    clock_shift(-MS_HOUR);
    int64_t after = id_make();
    clock_shift(MS_HOUR);
    CHECK(after > before);
}

TEST(texts_of_ids_sort_as_the_ids_do)
{
    Str small = id_text(test_arena(), 77), large = id_text(test_arena(), INT64_MAX);
    CHECK_STR(small, "000000000002d");
    CHECK_STR(large, "7zzzzzzzzzzzz");
    CHECK(str_compare(small, large) < 0);
}

TEST(what_no_id_writes_is_not_an_id)
{
    static const char *const wrong[] = { "",
                                         "0",
                                         "000000000002",
                                         "00000000000000",
                                         "0000000000000",
                                         "8000000000000",
                                         "000000000002D",
                                         "00000000000il",
                                         "00000000000ou",
                                         "-000000000001",
                                         "000000000002\n",
                                         " 00000000002d" };
    int64_t id;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!id_read(str_of(wrong[i]), &id));
    CHECK(!id_read((Str){ "00000000\0002d0", 13 }, &id));
}
