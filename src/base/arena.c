#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A request takes a few kilobytes, a song many megabytes: blocks begin small and double.
enum { ALIGN = 64, BLOCK_FIRST = 8 * 1024, BLOCK_MOST = 256 * 1024 };

// What calloc gives is zero already, and large pieces of it that nobody touches cost nothing.
struct ArenaBlock {
    ArenaBlock *older;
    char *bytes;       // aligned
    size_t used, size;
};

static _Noreturn void out_of_memory(void)
{
    fputs("sonicstacker: out of memory\n", stderr);
    abort();
}

static ArenaBlock *block_open(ArenaBlock *older, size_t size)
{
    ArenaBlock *block = calloc(1, sizeof *block + ALIGN + size);
    if (block == NULL)
        out_of_memory();
    uintptr_t first = (uintptr_t)(block + 1), aligned = (first + ALIGN - 1) / ALIGN * ALIGN;
    *block = (ArenaBlock){ older, (char *)(block + 1) + (aligned - first), 0, size };
    return block;
}

static size_t next_size(const ArenaBlock *newest, size_t bytes)
{
    size_t size = newest ? newest->size * 2 : BLOCK_FIRST;
    if (size > BLOCK_MOST)
        size = BLOCK_MOST;
    return bytes > size ? bytes : size;
}

void *arena_take(Arena *arena, size_t bytes)
{
    if (bytes > SIZE_MAX / 4)
        out_of_memory();
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    ArenaBlock *block = arena->newest;
    if (block == NULL || block->size - block->used < bytes)
        block = arena->newest = block_open(block, next_size(block, bytes));

    void *memory = block->bytes + block->used;
    block->used += bytes;
    return memory;
}

void *arena_take_array(Arena *arena, size_t size, size_t count)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes))
        out_of_memory();
    return arena_take(arena, bytes);
}

void arena_close(Arena *arena)
{
    while (arena->newest) {
        ArenaBlock *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
}

Str arena_copy(Arena *arena, Str s)
{
    char *text = arena_take(arena, s.length + 1);
    if (s.length)
        memcpy(text, s.data, s.length);
    return (Str){ text, s.length };
}

Str arena_print(Arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length < 0)
        return STR("");

    char *text = arena_take(arena, (size_t)length + 1);
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return (Str){ text, (size_t)length };
}
