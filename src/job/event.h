// News of jobs, written in the transaction that makes them. Used inside this folder only.
#ifndef JOB_EVENT_H
#define JOB_EVENT_H

#include "job/job.h"

typedef struct News {
    AccountId account;
    JobId job;
    SongId song;
    const char *kind;
    Str stage, reason;
    int progress;
} News;

// Counts in the person's row, which is locked until the transaction ends; `*turn` (may be NULL) is the
// person's.
bool news_number(Db *db, Arena *arena, AccountId account, int64_t *number, int64_t *turn, Fault *fault);
bool news_write(Db *db, const News *news, int64_t number, Fault *fault); // rings as well
bool news_add(Db *db, Arena *arena, const News *news, Fault *fault);     // both

#endif
