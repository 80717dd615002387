// Buf: bytes that grow up to a ceiling it is born with. Past the ceiling it keeps what it has,
// and `full` stays true, so a writer may write on and ask once at the end.
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

typedef struct Buf {
    Arena *arena;   // where the bytes live
    char *data;
    size_t length;  // bytes in use
    size_t size;    // bytes taken
    size_t ceiling; // most bytes it will ever hold
    bool full;      // something did not fit
} Buf;

Buf buf_make(Arena *arena, size_t ceiling);
void buf_bytes(Buf *buf, const void *bytes, size_t count);
void buf_text(Buf *buf, Str s);
void buf_print(Buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str buf_str(const Buf *buf); // what was written; valid until the next write

#endif
