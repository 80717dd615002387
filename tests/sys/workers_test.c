#include "sys/clock.h"
#include "sys/terminal.h"
#include "sys/workers.h"
#include "tests/test.h"

#include <fenv.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PIECES = 1000 };

typedef struct Work {
    atomic_int times[PIECES];
    const Workers *inner;
    atomic_int wrong;
} Work;

static void count_piece(void *context, int index)
{
    Work *work = context;
    atomic_fetch_add(&work->times[index], 1);
}

static void check_once(Work *work, int count)
{
    for (int i = 0; i < PIECES; i++)
        CHECK_INT(work->times[i], i < count);
}

TEST(workers_do_each_piece_once)
{
    for (int hands = 1; hands <= 8; hands++) {
        Workers workers = workers_open(hands);
        CHECK_INT(workers.hands, hands);
        for (int round = 0; round < 300; round++) {
            Work work = { .inner = NULL };
            int count = round % 37 * (round % 5 ? 1 : 27);
            workers.run(workers.self, count, count_piece, &work);
            check_once(&work, count);
        }
        workers_close(&workers);
    }
}

// Sleeping hands must be woken each time: the pauses are longer than they look for work.
TEST(workers_wake_from_sleep)
{
    Workers workers = workers_open(3);
    for (int round = 0; round < 100; round++) {
        Work work = { .inner = NULL };
        nanosleep(&(struct timespec){ .tv_nsec = 500000 }, NULL);
        workers.run(workers.self, 5, count_piece, &work);
        check_once(&work, 5);
    }
    workers_close(&workers);
}

static void run_inside(void *context, int index)
{
    Work *work = context;
    (void)index;
    work->inner->run(work->inner->self, PIECES, count_piece, work);
}

TEST(workers_may_be_used_from_inside_a_piece)
{
    Workers workers = workers_open(4);
    Work work = { .inner = &workers };
    workers.run(workers.self, 6, run_inside, &work);
    for (int i = 0; i < PIECES; i++)
        CHECK_INT(work.times[i], 6);
    workers_close(&workers);
}

static void check_rounding(void *context, int index)
{
    Work *work = context;
    (void)index;
    nanosleep(&(struct timespec){ .tv_nsec = 20000 }, NULL); // so that every hand gets a piece
    if (fegetround() != FE_UPWARD)
        atomic_fetch_add(&work->wrong, 1);
}

TEST(workers_use_the_floating_point_modes_of_the_caller)
{
    Workers workers = workers_open(4);
    Work work = { .inner = NULL };
    int before = fegetround();
    fesetround(FE_UPWARD);
    workers.run(workers.self, 200, check_rounding, &work);
    fesetround(before);
    CHECK_INT(work.wrong, 0);
    workers_close(&workers);
}

TEST(workers_open_and_close_without_work)
{
    for (int i = 0; i < 50; i++) {
        Workers workers = workers_open(0);
        CHECK(workers.hands >= 1);
        workers_close(&workers);
        CHECK_INT(workers.hands, 1); // still usable, in turn
        Work work = { .inner = NULL };
        workers.run(workers.self, 3, count_piece, &work);
        check_once(&work, 3);
    }
}

TEST(the_clock_goes_on_and_counts_from_the_start_of_the_process)
{
    double before = clock_ms(), process = clock_process_ms();
    nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    double passed = clock_ms() - before;
    CHECK(passed >= 5.0 && passed < 1000.0);
    CHECK(process > 0.0 && process < 600000.0);
    CHECK_NEAR(clock_process_ms() - process, passed, 1.0);
}

TEST(a_terminal_line_has_a_sane_length)
{
    setenv("COLUMNS", "3", 1);
    CHECK(terminal_columns(STREAM_IN) >= 20);
    setenv("COLUMNS", "many", 1);
    CHECK(terminal_columns(STREAM_IN) >= 20);
    unsetenv("COLUMNS");
    CHECK(terminal_columns(STREAM_OUT) >= 20);
}
