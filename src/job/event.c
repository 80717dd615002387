// Numbers of events have no gap: they are counted where the event is written, and taken back with it.
#include "job/event.h"

#include "sys/clock.h"

#include <assert.h>

enum { EVENT_LIFE_MS = MS_HOUR };

bool news_number(Db *db, Arena *arena, AccountId account, int64_t *number, int64_t *turn, Fault *fault)
{
    assert(db_inside(db));
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_JOB_NEWS, DB_ARGS(DB_INT(account.n)), &row, &found, fault))
        return fault_while(fault, "counting news");
    if (!found)
        return fault_set(fault, FAULT_MISSING, "There is no such account.");
    *number = db_int(&row, 0, 0);
    if (turn)
        *turn = db_int(&row, 0, 1);
    return true;
}

bool news_write(Db *db, const News *news, int64_t number, Fault *fault)
{
    if (!db_run(db, SQL_EVENT_ADD,
                DB_ARGS(DB_INT(news->account.n), DB_INT(number), DB_INT(news->job.n), DB_INT(news->song.n),
                        DB_TEXT(str_of(news->kind)), DB_TEXT(news->stage), DB_INT(news->progress),
                        DB_TEXT(news->reason), DB_INT(clock_now())),
                NULL, fault))
        return fault_while(fault, "writing news");
    db_ring(db, "event", news->account.n);
    return true;
}

bool news_add(Db *db, Arena *arena, const News *news, Fault *fault)
{
    int64_t number;
    return news_number(db, arena, news->account, &number, NULL, fault) && news_write(db, news, number, fault);
}

bool event_list(Db *db, Arena *arena, AccountId account, int64_t after, Event **list, int *count,
                Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_EVENT_LIST, DB_ARGS(DB_INT(account.n), DB_INT(after)), &rows, fault))
        return fault_while(fault, "listing news");
    *count = rows.count;
    *list = ARENA_ARRAY(arena, Event, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = (Event){
            .number = db_int(&rows, i, 0),
            .job = { db_int(&rows, i, 1) },
            .song = { db_int(&rows, i, 2) },
            .kind = db_text(&rows, i, 3),
            .stage = db_text(&rows, i, 4),
            .progress = (int)db_int(&rows, i, 5),
            .reason = db_text(&rows, i, 6),
            .at = db_int(&rows, i, 7),
        };
    return true;
}

bool event_newest(Db *db, AccountId account, int64_t *number, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found = false,
         read = db_find(db, &arena, SQL_EVENT_NEWEST, DB_ARGS(DB_INT(account.n)), &row, &found, fault);
    *number = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read;
}

bool event_sweep(Db *db, int64_t *removed, Fault *fault)
{
    return db_run(db, SQL_EVENT_SWEEP, DB_ARGS(DB_INT(clock_now() - EVENT_LIFE_MS)), removed, fault);
}
