// Arenas, buffers, faults and workers.
#include "base/buf.h"
#include "base/workers.h"
#include "tests/test.h"

#include <string.h>

TEST(an_arena_gives_zeroed_aligned_memory)
{
    for (int i = 0; i < 2000; i++) {
        size_t size = (size_t)(i * 37 % 5000);
        unsigned char *memory = arena_take(test_arena(), size);
        CHECK_INT((uintptr_t)memory % 64, 0);
        for (size_t k = 0; k < size; k++)
            CHECK_INT(memory[k], 0);
        memset(memory, 0xaa, size);
    }
}

TEST(an_arena_takes_what_is_larger_than_a_block)
{
    char *large = arena_take(test_arena(), 3 << 20), *small = arena_take(test_arena(), 1);
    large[(3 << 20) - 1] = 1;
    *small = 2;
    CHECK_INT(large[(3 << 20) - 1], 1);
}

TEST(an_arena_is_empty_after_it_was_closed)
{
    Arena arena = { 0 };
    (void)arena_take(&arena, 100);
    arena_close(&arena);
    CHECK(arena.newest == NULL);
    (void)arena_take(&arena, 100); // and may be used again
    arena_close(&arena);
}

TEST(an_arenas_texts_are_terminated)
{
    Str copy = arena_copy(test_arena(), (Str){ "waltzes", 5 });
    CHECK_STR(copy, "waltz");
    CHECK_INT(copy.data[5], '\0');
    CHECK_STR(arena_print(test_arena(), "%d-%s", 7, "x"), "7-x");
    CHECK_INT(arena_copy(test_arena(), (Str){ 0 }).length, 0);
}

TEST(a_buf_grows_to_its_ceiling_and_keeps_what_it_has)
{
    Buf buf = buf_make(test_arena(), 3000);
    for (int i = 0; i < 299; i++)
        buf_text(&buf, STR("0123456789"));
    CHECK(!buf.full);
    buf_text(&buf, STR("0123456789"));
    CHECK(!buf.full);
    CHECK_INT(buf.length, 3000);
    buf_text(&buf, STR("x"));
    CHECK(buf.full);
    CHECK_INT(buf.length, 3000);
    CHECK(str_ends(buf_str(&buf), STR("789")));
}

TEST(a_buf_that_is_full_takes_nothing_more)
{
    Buf buf = buf_make(test_arena(), 5);
    buf_text(&buf, STR("123456"));
    CHECK(buf.full);
    buf_text(&buf, STR("1"));
    CHECK_INT(buf.length, 0);
}

TEST(buf_print_refuses_what_is_too_long_for_it)
{
    char text[700];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    Buf buf = buf_make(test_arena(), 5000);
    buf_print(&buf, "%s", text);
    CHECK(buf.full);
}

TEST(a_fault_says_what_was_being_done)
{
    Fault fault;
    CHECK(!fault_set(&fault, FAULT_INPUT, "no %s", "piano"));
    CHECK(!fault_while(&fault, "line 3"));
    CHECK_STR(str_of(fault.text), "line 3: no piano");
    CHECK_INT(fault.kind, FAULT_INPUT);
}

TEST(a_fault_that_is_too_long_is_cut_and_stays_a_text)
{
    Fault fault;
    char text[1000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    fault_set(&fault, FAULT_BROKEN, "%s", text);
    for (int i = 0; i < 5; i++)
        fault_while(&fault, text);
    CHECK_INT(strlen(fault.text), sizeof fault.text - 1);
}

static void count_up(void *context, int index)
{
    int *counts = context;
    counts[index]++;
}

TEST(no_workers_still_do_all_the_work)
{
    int counts[10] = { 0 };
    CHECK_INT(workers_none.hands, 1);
    workers_none.run(workers_none.self, 10, count_up, counts);
    for (int i = 0; i < 10; i++)
        CHECK_INT(counts[i], 1);
    workers_none.run(workers_none.self, 0, count_up, counts);
}
