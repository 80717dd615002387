// Ids: whole numbers that grow with time and are written as 13 characters.
//
//     41 bits of milliseconds since 2020 | 22 random bits            until the year 2089
//
// Those made by one process one after the other always grow.
// They are names, not secrets: who may see what is asked each time.
#ifndef DB_ID_H
#define DB_ID_H

#include "base/arena.h"

typedef struct AccountId {
    int64_t n;
} AccountId; // 0 is nobody
typedef struct SongId {
    int64_t n;
} SongId;
typedef struct JobId {
    int64_t n;
} JobId;
typedef struct BlobId {
    int64_t n;
} BlobId;
typedef struct MailId {
    int64_t n;
} MailId;

int64_t id_make(void);                 // more than zero
int64_t id_time(int64_t id);                  // when it was made, milliseconds since 1970
Str id_text(Arena *arena, int64_t id); // 13 characters of 0-9 a-z without i l o u
bool id_read(Str text, int64_t *out);  // exactly what id_text writes; else false

#endif
