// Guarded memory over libsodium, which makes the guard pages, locks and wipes.
#include "sys/guarded.h"

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// A child gets the pages of `memory` zeroed. What libsodium keeps in front of it, to see overruns when it
// is given back, is lost there too: a child must leave by exec or _exit.
static void empty_in_children(void *memory, size_t bytes)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)memory / page * page,
              to = ((uintptr_t)memory + bytes + page - 1) / page * page;
    madvise((void *)from, to - from, MADV_WIPEONFORK); // an old kernel without it: one protection less
}

void *guarded_take(size_t bytes)
{
    void *memory = sodium_init() < 0 ? NULL : sodium_malloc(bytes);
    if (memory == NULL) {
        fputs("sonicstacker: out of memory for keys\n", stderr);
        abort();
    }
    sodium_memzero(memory, bytes);
    empty_in_children(memory, bytes);
    return memory;
}

void guarded_give(void *memory)
{
    sodium_free(memory);
}
