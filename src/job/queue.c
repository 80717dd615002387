// Claiming, keeping and ending. Rows are locked in one order by everybody, so that nobody waits in a circle:
// job, person (by his news), wallet, token.
#include "job/queue.h"

#include "credit/credit.h"
#include "job/event.h"
#include "sys/clock.h"

#include <assert.h>

enum {
    AGAIN_MS = 500,       // times the attempt
    AHEAD_MS = MS_MINUTE, // no lease is so far ahead unless the clock was set back
};

static int64_t lease_limit(int64_t over)
{
    return over == QUEUE_ANY_LEASE ? INT64_MAX : over;
}

static News news_of(const Claim *claim, const char *kind, Str stage, int progress, const char *reason)
{
    return (News){ claim->account, claim->id, claim->song, kind, stage, str_of(reason), progress };
}

Claim queue_row(const DbRows *rows, int row)
{
    return (Claim){
        .id = { db_int(rows, row, 0) },
        .account = { db_int(rows, row, 1) },
        .song = { db_int(rows, row, 2) },
        .stems = str_equal(db_text(rows, row, 3), STR("stems")),
        .attempt = (int)db_int(rows, row, 4),
        .credits = db_int(rows, row, 5),
        .token = db_int(rows, row, 6),
    };
}

// Ends a transaction: what was done stays when all went well and the job was still ours.
static bool close_with(Db *db, bool good, Grip grip, Fault *fault)
{
    if (good && grip != GRIP_LOST)
        return db_commit(db, fault);
    db_rollback(db);
    return good;
}

static bool claim_inside(Db *db, Arena *arena, Claim *out, bool *found, Fault *fault)
{
    DbRows row;
    int64_t now = clock_now();
    if (!db_find(db, arena, SQL_JOB_CLAIM, DB_ARGS(DB_INT(now), DB_INT(now + JOB_LEASE_MS)), &row, found,
                 fault))
        return false;
    if (!*found) // somebody else was quicker
        return true;
    *out = queue_row(&row, 0);
    News news = news_of(out, "stage", STR("composing"), 0, "");
    return (out->attempt == 1 || blob_condemn_job(db, out->id, fault)) && news_add(db, arena, &news, fault);
}

bool queue_claim(Db *db, Arena *arena, Claim *out, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_JOB_WAITING, DB_ARGS(DB_INT(clock_now())), &row, found, fault))
        return false;
    if (!*found) // seen without writing, so an idle worker costs nothing
        return true;
    if (!db_begin(db, fault))
        return false;
    bool good = claim_inside(db, arena, out, found, fault);
    return close_with(db, good, good && *found ? GRIP_HELD : GRIP_LOST, fault);
}

static bool hold(Db *db, Arena *arena, Sql statement, DbArgs args, Grip *grip, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, statement, args, &row, &found, fault))
        return false;
    *grip = !found ? GRIP_LOST : db_int(&row, 0, 0) ? GRIP_STOP : GRIP_HELD;
    return true;
}

bool queue_beat(Db *db, Arena *arena, const Claim *claim, Grip *grip, Fault *fault)
{
    return hold(db, arena, SQL_JOB_BEAT,
                DB_ARGS(DB_INT(claim->id.n), DB_INT(claim->attempt), DB_INT(clock_now() + JOB_LEASE_MS)),
                grip, fault);
}

bool queue_hold(Db *db, Arena *arena, const Claim *claim, Grip *grip, Fault *fault)
{
    assert(db_inside(db));
    return queue_beat(db, arena, claim, grip, fault);
}

bool queue_tell(Db *db, Arena *arena, const Claim *claim, const char *kind, Str stage, int progress,
                Grip *grip, Fault *fault)
{
    News news = news_of(claim, kind, stage, progress, "");
    if (!db_begin(db, fault))
        return false;
    bool good = hold(db, arena, SQL_JOB_TELL,
                     DB_ARGS(DB_INT(claim->id.n), DB_INT(claim->attempt), DB_TEXT(stage), DB_INT(progress)),
                     grip, fault) &&
                (*grip == GRIP_LOST || news_add(db, arena, &news, fault));
    return close_with(db, good, good ? *grip : GRIP_LOST, fault);
}

bool queue_done(Db *db, Arena *arena, const Claim *claim, Grip *grip, Fault *fault)
{
    assert(db_inside(db));
    int64_t changed = 0;
    *grip = GRIP_LOST;
    if (!db_run(db, SQL_JOB_DONE, DB_ARGS(DB_INT(claim->id.n), DB_INT(claim->attempt), DB_INT(clock_now())),
                &changed, fault))
        return false;
    if (changed == 0)
        return true;
    *grip = GRIP_HELD;
    News news = news_of(claim, "done", STR("done"), 1000, "");
    return news_add(db, arena, &news, fault) &&
           credit_charge(db, claim->account, claim->id, claim->credits, fault);
}

bool queue_settle(Db *db, Arena *arena, const Claim *claim, JobState state, const char *reason, Fault *fault)
{
    News news = news_of(claim, state == JOB_CANCELLED ? "cancelled" : "failed", STR("done"), 0, reason);
    return blob_condemn_job(db, claim->id, fault) &&
           (claim->stems || song_ended(db, claim->song, SONG_FAILED, 0.0, fault)) &&
           news_add(db, arena, &news, fault) &&
           credit_return(db, claim->account, claim->id, claim->credits, str_of(reason), fault) &&
           (claim->token == 0 || api_token_unspend(db, claim->token, claim->credits, fault));
}

bool queue_end(Db *db, Arena *arena, const Claim *claim, JobState state, const char *reason, int64_t over,
               Grip *grip, Fault *fault)
{
    int64_t changed = 0;
    if (!db_begin(db, fault))
        return false;
    bool good = db_run(db, SQL_JOB_END,
                       DB_ARGS(DB_INT(claim->id.n), DB_INT(claim->attempt), DB_TEXT(job_state_name(state)),
                               DB_TEXT(str_of(reason)), DB_INT(clock_now()), DB_INT(lease_limit(over))),
                       &changed, fault);
    *grip = good && changed ? GRIP_HELD : GRIP_LOST;
    good = good && (changed == 0 || queue_settle(db, arena, claim, state, reason, fault));
    return close_with(db, good, *grip, fault);
}

bool queue_again(Db *db, Arena *arena, const Claim *claim, int64_t due, int64_t over, Grip *grip,
                 Fault *fault)
{
    int64_t changed = 0;
    News news = news_of(claim, "queued", STR("waiting"), 0, "");
    if (!db_begin(db, fault))
        return false;
    bool good =
        db_run(db, SQL_JOB_AGAIN,
               DB_ARGS(DB_INT(claim->id.n), DB_INT(claim->attempt), DB_INT(due), DB_INT(lease_limit(over))),
               &changed, fault);
    *grip = good && changed ? GRIP_HELD : GRIP_LOST;
    good = good &&
           (changed == 0 || (blob_condemn_job(db, claim->id, fault) && news_add(db, arena, &news, fault)));
    db_ring(db, "job", 0);
    return close_with(db, good, *grip, fault);
}

bool queue_failed(Db *db, Arena *arena, const Claim *claim, const char *reason, int64_t over, Grip *grip,
                  Fault *fault)
{
    if (claim->attempt >= JOB_ATTEMPTS)
        return queue_end(db, arena, claim, JOB_FAILED, reason, over, grip, fault);
    if (!queue_again(db, arena, claim, clock_now() + (int64_t)AGAIN_MS * claim->attempt, over, grip, fault))
        return false;
    // It was not ours, or its owner wants no other attempt.
    return *grip == GRIP_HELD || queue_end(db, arena, claim, JOB_CANCELLED, "cancelled", over, grip, fault);
}

static bool recover(Db *db, Arena *arena, const Claim *claim, bool stop, int64_t now, int *recovered,
                    Fault *fault)
{
    Grip grip;
    bool good = stop ? queue_end(db, arena, claim, JOB_CANCELLED, "cancelled", now, &grip, fault)
                     : queue_failed(db, arena, claim, "engine", now, &grip, fault);
    *recovered += good && grip == GRIP_HELD;
    return good || fault_while(fault, "taking back a job");
}

// Lives whoever holds it, its next beat lengthens it again.
static bool shorten(Db *db, const Claim *claim, int64_t now, Fault *fault)
{
    return db_run(db, SQL_JOB_SHORTEN,
                  DB_ARGS(DB_INT(claim->id.n), DB_INT(claim->attempt), DB_INT(now + JOB_LEASE_MS)), NULL,
                  fault) ||
           fault_while(fault, "shortening a lease");
}

bool queue_recover(Db *db, Arena *arena, int *recovered, Fault *fault)
{
    DbRows rows;
    int64_t now = clock_now();
    *recovered = 0;
    if (!db_list(db, arena, SQL_JOB_LIST_OVER, DB_ARGS(DB_INT(now), DB_INT(now + AHEAD_MS)), &rows, fault))
        return fault_while(fault, "looking for leases that are over");
    for (int i = 0; i < rows.count; i++) {
        Claim claim = queue_row(&rows, i);
        bool stop = db_int(&rows, i, 7) != 0, ahead = db_int(&rows, i, 8) > now;
        if (!(ahead ? shorten(db, &claim, now, fault)
                    : recover(db, arena, &claim, stop, now, recovered, fault)))
            return false;
    }
    return true;
}
