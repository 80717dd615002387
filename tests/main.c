#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MAX = 4000 };

static struct CMUnitTest tests[TESTS_MAX];
static void (*bodies[TESTS_MAX])(void);
static int count;
static Arena arena;

static void run_body(void **state)
{
    (*(void (**)(void))*state)();
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(&arena);
    return 0;
}

void test_register(const char *file, const char *name, void (*body)(void))
{
    (void)file;
    if (count == TESTS_MAX)
        abort();
    bodies[count] = body;
    tests[count] = (struct CMUnitTest){ name, run_body, NULL, close_arena, &bodies[count] };
    count++;
}

Arena *test_arena(void)
{
    return &arena;
}

void test_near(double actual, double expected, double tolerance, const char *what, const char *file, int line)
{
    double off = actual - expected;
    if (!(off <= tolerance && off >= -tolerance)) {
        print_error("%s is %g, not %g +- %g\n", what, actual, expected, tolerance);
        _fail(file, line);
    }
}

void test_str(Str actual, Str expected, const char *file, int line)
{
    if (!str_equal(actual, expected)) {
        print_error("\"" STR_FMT "\" is not \"" STR_FMT "\"\n", STR_ARG(actual), STR_ARG(expected));
        _fail(file, line);
    }
}

void test_ok(bool done, const Fault *fault, const char *file, int line)
{
    if (!done) {
        print_error("fault %d: %s\n", fault->kind, fault->text);
        _fail(file, line);
    }
}

void test_fault(bool done, const Fault *fault, FaultKind wanted, const char *file, int line)
{
    if (done || fault->kind != wanted) {
        print_error("done %d, fault %d \"%s\", wanted fault %d\n", done, fault->kind, fault->text, wanted);
        _fail(file, line);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int main(int argc, char **argv)
{
    // Started in the background some signals are ignored, and programs under test would inherit that.
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    int kept = 0;
    for (int i = 0; i < count; i++)
        if (argc < 2 || strstr(tests[i].name, argv[1]))
            tests[kept++] = tests[i];
    qsort(tests, (size_t)kept, sizeof *tests, by_name);
    return _cmocka_run_group_tests("sonicstacker", tests, (size_t)kept, NULL, NULL) != 0;
}
