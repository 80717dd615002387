// Tests: thin faces over cmocka. A test's name is a sentence that is true.
//
//     TEST(one_and_one_is_two) { CHECK_INT(1 + 1, 2); }
//
// Tests register themselves; `build/tests [part of a name]` runs them.
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/fault.h"

void test_register(const char *file, const char *name, void (*body)(void));

#define TEST(name)                                                                        \
    static void name(void);                                                               \
    __attribute__((constructor)) static void register_##name(void)                        \
    {                                                                                     \
        test_register(__FILE__, #name, name);                                             \
    }                                                                                     \
    static void name(void)

#define CHECK(condition) assert_true(condition)
#define CHECK_INT(actual, expected) assert_int_equal((actual), (expected))
#define CHECK_NEAR(actual, expected, tolerance) \
    test_near((double)(actual), (double)(expected), (double)(tolerance), #actual, __FILE__, __LINE__)
#define CHECK_STR(actual, expected) test_str((actual), str_of(expected), __FILE__, __LINE__)
#define CHECK_OK(call) test_ok((call), &fault, __FILE__, __LINE__)  // needs a `Fault fault` in scope
#define CHECK_FAULT(call, wanted) test_fault((call), &fault, (wanted), __FILE__, __LINE__)

void test_near(double actual, double expected, double tolerance, const char *what, const char *file, int line);
void test_str(Str actual, Str expected, const char *file, int line);
void test_ok(bool done, const Fault *fault, const char *file, int line);
void test_fault(bool done, const Fault *fault, FaultKind wanted, const char *file, int line);

Arena *test_arena(void); // empty at the start of each test

// Makes a new folder for this test and writes its path: in memory (/dev/shm) where there is room, so that waiting
// for a disk is not most of the work. `size` is at least 64.
void test_folder(char *out, size_t size, const char *name);

#endif
