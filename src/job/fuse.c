#include "job/fuse.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum { WATCH_MS = MS_DAY, AWAY_MS = MS_DAY, NOTE_MS = MS_MINUTE };

static bool apart(int64_t a, int64_t b, int64_t limit_ms)
{
    return a - b > limit_ms || b - a > limit_ms;
}

static void watch(Fuse *fuse, int64_t now, double steady)
{
    int64_t expected = fuse->wall + (int64_t)(steady - fuse->steady);
    if (fuse->begun && !apart(now, expected, AWAY_MS))
        return;
    if (fuse->begun)
        log_error("clock.jumped by_s=%" PRId64, (now - expected) / MS_SECOND);
    fuse->begun = true;
    fuse->wall = now;
    fuse->steady = steady;
}

static bool seen_read(Db *db, Arena *arena, int64_t *seen, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_FUSE_SEEN, DB_NO_ARGS, &row, found, fault))
        return fault_while(fault, "reading the time that was seen");
    *found = *found && str_to_int(db_text(&row, 0, 0), seen);
    return true;
}

static bool seen_note(Db *db, Arena *arena, int64_t now, Fault *fault)
{
    Str value = arena_print(arena, "%" PRId64, now);
    return db_run(db, SQL_FUSE_NOTE, DB_ARGS(DB_TEXT(value)), NULL, fault) ||
           fault_while(fault, "noting the time");
}

bool fuse_check(Fuse *fuse, Db *db, Arena *arena, bool *may, Fault *fault)
{
    int64_t now = clock_now(), seen = 0;
    double steady = clock_ms();
    bool found;
    *may = false;
    watch(fuse, now, steady);
    if (!seen_read(db, arena, &seen, &found, fault))
        return false;
    *may = !found || !apart(now, seen, AWAY_MS) || steady - fuse->steady >= WATCH_MS;
    if (*may == fuse->doubt)
        log_warn("fuse.%s clock_away_s=%" PRId64, *may ? "whole" : "open",
                 found ? (now - seen) / MS_SECOND : 0);
    fuse->doubt = !*may;
    return !*may || (found && !apart(now, seen, NOTE_MS)) || seen_note(db, arena, now, fault);
}
