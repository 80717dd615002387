// The pen: who writes, in which order, and which transactions share one COMMIT.
#include "db/sqlite.h"

#include "db/migrate.h"
#include "sys/clock.h"

#include <errno.h>
#include <math.h>
#include <time.h>

enum { GROUP_MAX = 64, POLL_MS = 1 };

static const double GROUP_MS = 5.0; // how long the first member may wait for the others
static const double NEVER_MS = HUGE_VAL;

void seat_open(Seat *seat)
{
    *seat = (Seat){ .called = false };
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&seat->call, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&seat->lock, NULL);
}

void seat_close(Seat *seat)
{
    pthread_cond_destroy(&seat->call);
    pthread_mutex_destroy(&seat->lock);
}

static void seat_call(Seat *seat)
{
    pthread_mutex_lock(&seat->lock);
    seat->called = true;
    pthread_cond_signal(&seat->call);
    pthread_mutex_unlock(&seat->lock);
}

// False when nobody called within `wait_ms`.
static bool seat_wait(Seat *seat, double wait_ms)
{
    struct timespec until = { 0 };
    if (wait_ms < NEVER_MS) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        int64_t ns = until.tv_nsec + (int64_t)(wait_ms * 1e6);
        until.tv_sec += (time_t)(ns / 1000000000);
        until.tv_nsec = (long)(ns % 1000000000);
    }
    pthread_mutex_lock(&seat->lock);
    int late = 0;
    while (!seat->called && !late)
        late = wait_ms < NEVER_MS ? pthread_cond_timedwait(&seat->call, &seat->lock, &until)
                                  : pthread_cond_wait(&seat->call, &seat->lock);
    bool called = seat->called;
    seat->called = false;
    pthread_mutex_unlock(&seat->lock);
    return called;
}

static void line_add(Writer *writer, Seat *seat)
{
    seat->next = NULL;
    if (writer->last)
        writer->last->next = seat;
    else
        writer->first = seat;
    writer->last = seat;
}

static Seat *line_next(Writer *writer)
{
    Seat *seat = writer->first;
    if (seat) {
        writer->first = seat->next;
        if (writer->first == NULL)
            writer->last = NULL;
    }
    return seat;
}

static bool line_leave(Writer *writer, const Seat *seat)
{
    Seat *before = NULL;
    for (Seat *at = writer->first; at; before = at, at = at->next) {
        if (at != seat)
            continue;
        if (before)
            before->next = at->next;
        else
            writer->first = at->next;
        if (writer->last == at)
            writer->last = before;
        return true;
    }
    return false;
}

static bool pen_take(Writer *writer, Seat *seat, Fault *fault)
{
    pthread_mutex_lock(&writer->lock);
    bool taken = !writer->held;
    if (taken)
        writer->held = true;
    else
        line_add(writer, seat);
    pthread_mutex_unlock(&writer->lock);
    if (taken || seat_wait(seat, writer->busy_ms))
        return true;

    pthread_mutex_lock(&writer->lock);
    bool left = line_leave(writer, seat);
    pthread_mutex_unlock(&writer->lock);
    if (left)
        return fault_set(fault, FAULT_REMOTE, "no turn to write within %d ms", writer->busy_ms);
    return seat_wait(seat, NEVER_MS); // called just now
}

static void pen_pass(Writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    Seat *next = line_next(writer);
    writer->held = next != NULL;
    pthread_mutex_unlock(&writer->lock);
    if (next)
        seat_call(next);
}

static int step(sqlite3_stmt *statement)
{
    sqlite3_step(statement);
    return sqlite3_reset(statement);
}

static int while_locked(void *self, int count)
{
    (void)count;
    const Writer *writer = self;
    if (clock_ms() >= writer->deadline_ms)
        return 0;
    sqlite3_sleep(POLL_MS);
    return 1;
}

// SQLite rolls everything back by itself after some errors; then the whole group is lost.
static bool lost(Writer *writer, int code, Fault *fault)
{
    lite_fault(&writer->lite, code, fault);
    writer->lost = *fault;
    return false;
}

static void group_end(Writer *writer)
{
    Fault fault = writer->lost;
    if (fault.kind == FAULT_NONE && writer->count > 0) {
        int code = step(writer->commit);
        if (code != SQLITE_OK)
            lite_fault(&writer->lite, code, &fault);
    }
    if (!sqlite3_get_autocommit(writer->lite.handle))
        step(writer->rollback);

    Seat *member = writer->members;
    *writer->members_end = NULL;
    writer->open = false;
    writer->lost = (Fault){ 0 };
    pen_pass(writer); // the next group can begin while this one wakes up
    while (member) {
        Seat *next = member->next;
        member->fault = fault;
        seat_call(member);
        member = next;
    }
}

// Ends a turn: another one joins the group, or the group ends.
static void turn_end(Writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    bool waits = writer->first != NULL;
    pthread_mutex_unlock(&writer->lock);
    bool room = writer->count < GROUP_MAX && clock_ms() - writer->began_ms < GROUP_MS;
    if (waits && room && writer->lost.kind == FAULT_NONE)
        pen_pass(writer);
    else
        group_end(writer);
}

static bool group_begin(Writer *writer, double deadline_ms, Fault *fault)
{
    writer->deadline_ms = deadline_ms;
    int code = step(writer->begin);
    if (code != SQLITE_OK)
        return lite_fault(&writer->lite, code, fault);
    writer->open = true;
    writer->began_ms = clock_ms();
    writer->count = 0;
    writer->members = NULL;
    writer->members_end = &writer->members;
    return true;
}

bool writer_begin(Writer *writer, Seat *seat, Fault *fault)
{
    double deadline_ms = clock_ms() + writer->busy_ms;
    if (!pen_take(writer, seat, fault))
        return false;
    if (!writer->open && !group_begin(writer, deadline_ms, fault)) {
        pen_pass(writer);
        return false;
    }
    int code = step(writer->mark);
    if (code == SQLITE_OK)
        return true;
    lost(writer, code, fault);
    group_end(writer);
    return false;
}

bool writer_commit(Writer *writer, Seat *seat, Fault *fault)
{
    int code = step(writer->release);
    if (code != SQLITE_OK) {
        lite_fault(&writer->lite, code, fault);
        writer_rollback(writer);
        return false;
    }
    *writer->members_end = seat;
    writer->members_end = &seat->next;
    writer->count++;
    turn_end(writer);
    seat_wait(seat, NEVER_MS);
    if (seat->fault.kind == FAULT_NONE)
        return true;
    *fault = seat->fault;
    return false;
}

void writer_rollback(Writer *writer)
{
    Fault fault;
    if (writer->lost.kind == FAULT_NONE) {
        int code = step(writer->back);
        if (code == SQLITE_OK)
            code = step(writer->release);
        if (code != SQLITE_OK)
            lost(writer, code, &fault);
    }
    turn_end(writer);
}

bool writer_run(Writer *writer, Sql statement, DbArgs args, Result *result, Fault *fault)
{
    if (lite_run(&writer->lite, statement, args, result, fault))
        return true;
    if (sqlite3_get_autocommit(writer->lite.handle))
        writer->lost = *fault;
    return false;
}

static bool execute(void *self, const char *sql, Fault *fault)
{
    return lite_execute(self, sql, fault);
}

static bool list(void *self, const char *sql, bool (*row)(void *, int64_t, Str, Fault *), void *context,
                 Fault *fault)
{
    Lite *lite = self;
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(lite->handle, sql, -1, &statement, NULL);
    if (code != SQLITE_OK)
        return lite_fault(lite, code, fault);
    bool good = true;
    while (good && (code = sqlite3_step(statement)) == SQLITE_ROW)
        good = row(context, sqlite3_column_int64(statement, 0),
                   str_of((const char *)sqlite3_column_text(statement, 1)), fault);
    sqlite3_finalize(statement);
    return good && (code == SQLITE_DONE || lite_fault(lite, code, fault));
}

static bool no_orphans(void *context, int64_t number, Str text, Fault *fault)
{
    (void)context, (void)number, (void)text;
    return fault_set(fault, FAULT_BROKEN, "a migration left rows without what they belong to");
}

// Tables may be rebuilt while references are not checked; they are counted before it is committed.
static bool migrate(Lite *lite, int wait_ms, const DataFile *migrations, int count, Fault *fault)
{
    const Migrator migrator = { lite, execute, list, false };
    bool good =
        lite_execute(lite, "PRAGMA foreign_keys = OFF", fault) &&
        lite_execute_patiently(lite, "BEGIN EXCLUSIVE", wait_ms, fault) &&
        migrate_run(&migrator, migrations, count, fault) &&
        list(lite, "SELECT 0, \"table\" FROM pragma_foreign_key_check LIMIT 1", no_orphans, NULL, fault) &&
        lite_execute(lite, "COMMIT", fault);
    if (!sqlite3_get_autocommit(lite->handle))
        sqlite3_exec(lite->handle, "ROLLBACK", NULL, NULL, NULL);
    return good && lite_execute(lite, "PRAGMA foreign_keys = ON", fault);
}

static bool prepare(Writer *writer, Fault *fault)
{
    const struct {
        const char *text;
        sqlite3_stmt **out;
    } own[] = {
        { "BEGIN IMMEDIATE", &writer->begin },  { "COMMIT", &writer->commit },
        { "ROLLBACK", &writer->rollback },      { "SAVEPOINT member", &writer->mark },
        { "RELEASE member", &writer->release }, { "ROLLBACK TO member", &writer->back },
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        int code = sqlite3_prepare_v3(writer->lite.handle, own[i].text, -1, SQLITE_PREPARE_PERSISTENT,
                                      own[i].out, NULL);
        if (code != SQLITE_OK)
            return lite_fault(&writer->lite, code, fault);
    }
    return lite_prepare(&writer->lite, LITE_WRITES, fault);
}

bool writer_open(Writer *writer, const Database *database, const DataFile *migrations, int count,
                 Fault *fault)
{
    *writer = (Writer){ .busy_ms = database->busy_ms };
    if (!lite_open(&writer->lite, database, LITE_WRITES, fault))
        return false;
    pthread_mutex_init(&writer->lock, NULL);
    if (!migrate(&writer->lite, writer->busy_ms, migrations, count, fault) || !prepare(writer, fault)) {
        writer_close(writer);
        return false;
    }
    sqlite3_busy_handler(writer->lite.handle, while_locked, writer);
    return true;
}

void writer_close(Writer *writer)
{
    sqlite3_stmt *own[] = { writer->begin, writer->commit,  writer->rollback,
                            writer->mark,  writer->release, writer->back };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sqlite3_finalize(own[i]);
    lite_close(&writer->lite);
    pthread_mutex_destroy(&writer->lock);
}
