// Looking at jobs, and cancelling them.
#include "job/row.h"

#include "job/queue.h"
#include "sys/clock.h"

static const Str state_names[] = { STR_INIT("queued"), STR_INIT("running"), STR_INIT("done"),
                                   STR_INIT("failed"), STR_INIT("cancelled") };

Str job_state_name(JobState state)
{
    return state_names[state];
}

static JobState state_of(Str name)
{
    for (JobState state = JOB_QUEUED; state < JOB_CANCELLED; state++)
        if (str_equal(name, state_names[state]))
            return state;
    return JOB_CANCELLED;
}

Job row_job(const DbRows *rows, int row)
{
    return (Job){
        .id = { db_int(rows, row, 0) },
        .song = { db_int(rows, row, 1) },
        .account = { db_int(rows, row, 2) },
        .state = state_of(db_text(rows, row, 3)),
        .kind = db_text(rows, row, 4),
        .stage = db_text(rows, row, 5),
        .reason = db_text(rows, row, 6),
        .progress = (int)db_int(rows, row, 7),
        .attempt = (int)db_int(rows, row, 8),
        .credits = db_int(rows, row, 9),
        .turn = db_int(rows, row, 10),
        .created = db_int(rows, row, 11),
        .ended = db_int(rows, row, 12),
    };
}

bool row_ahead(Db *db, Arena *arena, Job *job, Fault *fault)
{
    DbRows row;
    bool found;
    if (job->state != JOB_QUEUED)
        return true;
    if (!db_find(db, arena, SQL_JOB_AHEAD, DB_ARGS(DB_INT(job->turn), DB_INT(job->id.n)), &row, &found,
                 fault))
        return fault_while(fault, "counting what waits");
    job->ahead = db_int(&row, 0, 0);
    return true;
}

bool job_read(Db *db, Arena *arena, AccountId account, JobId id, Job *out, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_JOB_FIND, DB_ARGS(DB_INT(id.n), DB_INT(account.n)), &row, &found, fault))
        return fault_while(fault, "reading a job");
    if (!found)
        return fault_set(fault, FAULT_MISSING, "There is no such job. Its song may have been deleted.");
    *out = row_job(&row, 0);
    return row_ahead(db, arena, out, fault);
}

static bool find_of_song(Db *db, Arena *arena, Sql statement, SongId song, Job *out, bool *found,
                         Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, statement, DB_ARGS(DB_INT(song.n)), &row, found, fault))
        return fault_while(fault, "reading a song's job");
    if (!*found)
        return true;
    *out = row_job(&row, 0);
    return row_ahead(db, arena, out, fault);
}

bool job_of_song(Db *db, Arena *arena, SongId song, Job *out, bool *found, Fault *fault)
{
    return find_of_song(db, arena, SQL_JOB_OF_SONG, song, out, found, fault);
}

bool job_that_made(Db *db, Arena *arena, SongId song, Job *out, bool *found, Fault *fault)
{
    return find_of_song(db, arena, SQL_JOB_THAT_MADE, song, out, found, fault);
}

bool job_list_open(Db *db, Arena *arena, AccountId account, Job **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_JOB_LIST_OPEN, DB_ARGS(DB_INT(account.n)), &rows, fault))
        return fault_while(fault, "listing jobs");
    *count = rows.count;
    *list = ARENA_ARRAY(arena, Job, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++) {
        (*list)[i] = row_job(&rows, i);
        if (!row_ahead(db, arena, &(*list)[i], fault))
            return false;
    }
    return true;
}

bool job_variants(Db *db, Arena *arena, const Job *first, int variants, Job **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_JOB_VARIANTS,
                 DB_ARGS(DB_INT(first->account.n), DB_INT(first->id.n), DB_INT(first->created),
                         DB_INT(first->song.n), DB_INT(variants)),
                 &rows, fault))
        return fault_while(fault, "listing variants");
    *count = rows.count;
    *list = ARENA_ARRAY(arena, Job, (size_t)rows.count);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = row_job(&rows, i);
    return true;
}

// `*open` false: it is over already, and nothing changed.
static bool cancel_inside(Db *db, Arena *arena, AccountId account, JobId id, bool *open, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_JOB_MARK_STOP, DB_ARGS(DB_INT(id.n), DB_INT(account.n)), &row, open, fault))
        return false;
    if (!*open)
        return true;
    db_ring(db, "job", 0); // whoever makes it looks
    if (!str_equal(db_text(&row, 0, 0), state_names[JOB_QUEUED]))
        return true;
    Claim claim = { id,
                    account,
                    { db_int(&row, 0, 1) },
                    str_equal(db_text(&row, 0, 2), STR("stems")),
                    (int)db_int(&row, 0, 3),
                    db_int(&row, 0, 4),
                    db_int(&row, 0, 5) };
    return db_run(db, SQL_JOB_CANCEL_QUEUED, DB_ARGS(DB_INT(id.n), DB_INT(clock_now())), NULL, fault) &&
           queue_settle(db, arena, &claim, JOB_CANCELLED, "cancelled", fault);
}

bool job_cancel(Db *db, Arena *arena, AccountId account, JobId id, Job *out, Fault *fault)
{
    bool open = false;
    if (!db_begin(db, fault))
        return false;
    if (!cancel_inside(db, arena, account, id, &open, fault)) {
        db_rollback(db);
        return false;
    }
    if (!db_commit(db, fault) || !job_read(db, arena, account, id, out, fault))
        return false;
    return open || out->state == JOB_CANCELLED ||
           fault_set(fault, FAULT_CONFLICT, "It is over already, so it cannot be cancelled.");
}

bool job_check(Db *db, Arena *arena, Checkup *checkup, Fault *fault)
{
    static const CheckRule rules[] = {
        { "held-is-what-open-jobs-cost", SQL_CHECK_HELD },
        { "each-job-has-the-lines-of-its-state", SQL_CHECK_JOB_OVER },
        { "an-open-job-is-not-settled", SQL_CHECK_JOB_OPEN },
        { "what-was-charged-can-be-heard", SQL_CHECK_CHARGED },
    };
    return checkup_add(db, arena, checkup, rules, sizeof rules / sizeof *rules, fault);
}
