#include "tests/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

enum { TESTS_MAX = 4000 };

static struct CMUnitTest tests[TESTS_MAX];
static void (*bodies[TESTS_MAX])(void);
static int count;
static Arena arena;

enum { SLOW_MS = 2000 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void run_body(void **state)
{
    double began = now_ms();
    (*(void (**)(void))*state)();
    if (now_ms() - began > SLOW_MS)
        print_message("slow: the test above took %.1f s\n", (now_ms() - began) / 1e3);
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

void test_folder(char *out, size_t size, const char *name)
{
    const uint64_t enough = UINT64_C(2) << 30;
    struct statvfs room;
    bool memory = statvfs("/dev/shm", &room) == 0 && (uint64_t)room.f_bavail * room.f_frsize > enough;
    int length = snprintf(out, size, "%s/sonicstacker-%s-XXXXXX", memory ? "/dev/shm" : "/tmp", name);
    if (length < 0 || (size_t)length >= size || mkdtemp(out) == NULL)
        abort();
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

static bool is_long(const char *name)
{
    static char names[64 << 10];
    if (names[0] == 0) {
        FILE *file = fopen("tests/long-tests.txt", "r");
        size_t length = file ? fread(names, 1, sizeof names - 1, file) : 0;
        names[length] = 0;
        if (file)
            fclose(file);
    }
    for (char *line = names; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        if (length > 0 && strncmp(line, name, length) == 0)
            return true;
        if (line[length] == 0)
            break;
    }
    return false;
}

int main(int argc, char **argv)
{
    // Started in the background some signals are ignored, and programs under test would inherit that.
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    // QUICK=1: without those of tests/long-tests.txt, which take seconds each.
    bool quick = getenv("QUICK") != NULL;
    // SHARD=2/3: every third test, beginning with the second; others run the rest.
    int kept = 0, first = 1, step = 1;
    const char *shard = getenv("SHARD");
    if (shard && (sscanf(shard, "%d/%d", &first, &step) != 2 || first < 1 || first > step))
        return 2;
    qsort(tests, (size_t)count, sizeof *tests, by_name);
    for (int i = 0, found = 0; i < count; i++)
        if ((argc < 2 || strstr(tests[i].name, argv[1])) && !(quick && is_long(tests[i].name)) && found++ % step == first - 1)
            tests[kept++] = tests[i];
    if (kept == 0)
        return 0;
    return _cmocka_run_group_tests("sonicstacker", tests, (size_t)kept, NULL, NULL) != 0;
}
