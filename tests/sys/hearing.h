// Hearing: what the program says on standard error while a test listens.
//
//     Hearing hearing;
//     hearing_begin(&hearing);
//     ...
//     Str said = hearing_end(&hearing);
//
// Nothing is checked in between: a test that fails there could not say why.
#ifndef TESTS_SYS_HEARING_H
#define TESTS_SYS_HEARING_H

#include <stdio.h>
#include <unistd.h>

#include "sys/log.h"
#include "tests/test.h"

typedef struct Hearing {
    FILE *file;
    int kept;
} Hearing;

static inline void hearing_begin(Hearing *hearing)
{
    log_level(LOG_INFO); // worlds are quiet
    hearing->file = tmpfile();
    CHECK(hearing->file != NULL);
    fflush(stderr);
    hearing->kept = dup(STDERR_FILENO);
    CHECK(hearing->kept >= 0 && dup2(fileno(hearing->file), STDERR_FILENO) >= 0);
}

static inline Str hearing_end(Hearing *hearing)
{
    enum { MOST = 1 << 20 };
    char *text = arena_take(test_arena(), MOST);
    fflush(stderr);
    dup2(hearing->kept, STDERR_FILENO);
    close(hearing->kept);
    ssize_t got = pread(fileno(hearing->file), text, MOST, 0);
    fclose(hearing->file);
    CHECK(got >= 0 && got < MOST);
    return (Str){ text, (size_t)got };
}

// How often `part` stands in it.
static inline int heard(Str said, const char *part)
{
    int count = 0;
    for (size_t at; str_find(said, str_of(part), &at); count++)
        said = str_slice(said, at + 1, said.length);
    return count;
}

#endif
