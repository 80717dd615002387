// The built-in words and styles for fuzz targets, opened once.
#ifndef TESTS_FUZZ_LIBRARY_H
#define TESTS_FUZZ_LIBRARY_H

#include "music/song.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline const Library *fuzz_library(void)
{
    static Arena arena;
    static Library library;
    Fault fault;
    if (arena.newest == NULL && !library_open(&arena, &library, &fault)) {
        fprintf(stderr, "%s\n", fault.text);
        abort();
    }
    return &library;
}

static inline void fuzz_must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

#endif
