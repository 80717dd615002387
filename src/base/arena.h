// Arena: one lifetime. What is made in it lives until it is closed; nothing is freed singly.
// Memory comes zeroed. When the machine has none left the program stops with a message.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *newest; // all zero is an empty, valid arena
} Arena;

void *arena_take(Arena *arena, size_t bytes); // zeroed, aligned to 64
void arena_close(Arena *arena);               // gives all back; the arena is empty again

#define ARENA_NEW(arena, Type) ((Type *)arena_take((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_take_array((arena), sizeof(Type), (count)))

void *arena_take_array(Arena *arena, size_t size, size_t count); // stops on overflow
Str arena_copy(Arena *arena, Str s);                             // terminated copy
Str arena_print(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
