// What group commit is worth: "hold credits and insert" as a transaction each, all of them on the disk.
//
//     bench/db [SECONDS [FOLDER or postgres://...]]     2, a folder of its own beside build/
//
// One caller with a connection of his own and BEGIN IMMEDIATE ... COMMIT is the measure. Then the same
// statements through db.h with 8 and 64 callers. Asked: 2 and 4 times as many, and the slowest caller under
// 20 times the median. The cells are run in turn, three rounds, and the median round counts,
// for the slowest caller the best.
// With a PostgreSQL address it tells 1, 8 and 32 callers, and nothing is asked.
#include "base/rng.h"
#include "db/db.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/secret.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PEOPLE = 1000, CALLERS_MAX = 64, ROUNDS = 3, TIMES_MAX = 1 << 17, STATEMENTS = 3 };

typedef struct Caller {
    pthread_t thread;
    Database *data;
    double until_ms;
    Rng rng;
    float *times_ms;
    int count;
} Caller;

typedef struct Cell {
    double per_second, median_ms, p99_ms, slowest_ms;
} Cell;

static Fault fault;

static void must(bool done)
{
    if (done)
        return;
    fprintf(stderr, "db_bench: %s\n", fault.text);
    exit(1);
}

// The statements of one transaction, and what stands in them.
typedef struct Work {
    Sql statement;
    DbArgs args;
} Work;

#define WORK(person, id)                                                                                     \
    {                                                                                                        \
        { SQL_CREDIT_TAKE, DB_ARGS(DB_INT(person), DB_INT(-1), DB_INT(1)) },                                 \
            { SQL_CREDIT_LINE_ADD, DB_ARGS(DB_INT(person), DB_INT(id), DB_TEXT(STR("hold")), DB_INT(id),     \
                                           DB_INT(0), DB_TEXT(STR("person")), DB_TEXT(STR("held")),          \
                                           DB_INT(1), DB_INT(1), DB_TEXT(STR("")), DB_INT(1)) },             \
            { SQL_BLOB_ADD, DB_ARGS(DB_INT(id), DB_INT(person), DB_INT(id), DB_INT(id),                      \
                                    DB_TEXT(STR("flac")), DB_INT(1)) },                                      \
    }

static void took(Caller *caller, double began_ms)
{
    if (caller->count < TIMES_MAX)
        caller->times_ms[caller->count++] = (float)(clock_ms() - began_ms);
}

static void *calls(void *self)
{
    Caller *caller = self;
    Fault own;
    Db *db;
    if (!db_take(caller->data, &db, &own))
        abort();
    while (clock_ms() < caller->until_ms) {
        int64_t person = 1 + rng_below(&caller->rng, PEOPLE), id = id_make();
        const Work work[STATEMENTS] = WORK(person, id);
        double began_ms = clock_ms();
        bool good = db_begin(db, &own);
        for (int i = 0; good && i < STATEMENTS; i++)
            good = db_run(db, work[i].statement, work[i].args, NULL, &own);
        if (!good || !db_commit(db, &own)) {
            fprintf(stderr, "db_bench: %s\n", own.text);
            abort();
        }
        took(caller, began_ms);
    }
    db_give(db);
    return NULL;
}

// The same, by hand: what a program without this folder would do.
static sqlite3_stmt *prepared(sqlite3 *handle, const char *text)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(handle, text, -1, &statement, NULL) != SQLITE_OK)
        must(fault_set(&fault, FAULT_BROKEN, "%s", sqlite3_errmsg(handle)));
    return statement;
}

static void step(sqlite3 *handle, sqlite3_stmt *statement, DbArgs args)
{
    for (int i = 0; i < args.count; i++)
        if (args.list[i].type == DB_INT_VALUE)
            sqlite3_bind_int64(statement, i + 1, args.list[i].n);
        else
            sqlite3_bind_text(statement, i + 1, args.list[i].s.data, (int)args.list[i].s.length,
                              SQLITE_STATIC);
    if (sqlite3_step(statement) != SQLITE_DONE)
        must(fault_set(&fault, FAULT_BROKEN, "%s", sqlite3_errmsg(handle)));
    sqlite3_reset(statement);
}

static void alone(Caller *caller, const char *path)
{
    sqlite3 *handle;
    if (sqlite3_open(path, &handle) != SQLITE_OK)
        must(fault_set(&fault, FAULT_BROKEN, "%s", sqlite3_errmsg(handle)));
    sqlite3_exec(handle, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    sqlite3_stmt *begin = prepared(handle, "BEGIN IMMEDIATE"), *commit = prepared(handle, "COMMIT");
    sqlite3_stmt *own[STATEMENTS] = { prepared(handle, sql_texts[SQL_CREDIT_TAKE].sqlite),
                                      prepared(handle, sql_texts[SQL_CREDIT_LINE_ADD].sqlite),
                                      prepared(handle, sql_texts[SQL_BLOB_ADD].sqlite) };
    while (clock_ms() < caller->until_ms) {
        int64_t person = 1 + rng_below(&caller->rng, PEOPLE), id = id_make();
        const Work work[STATEMENTS] = WORK(person, id);
        double began_ms = clock_ms();
        step(handle, begin, DB_NO_ARGS);
        for (int i = 0; i < STATEMENTS; i++)
            step(handle, own[i], work[i].args);
        step(handle, commit, DB_NO_ARGS);
        took(caller, began_ms);
    }
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(own[i]);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    sqlite3_close(handle);
}

static int by_time(const void *a, const void *b)
{
    return (*(const float *)a > *(const float *)b) - (*(const float *)a < *(const float *)b);
}

static Cell told(const Caller *callers, int count, double took_ms)
{
    int total = 0;
    for (int i = 0; i < count; i++)
        total += callers[i].count;
    float *all = malloc(sizeof *all * (size_t)(total + 1));
    if (all == NULL)
        abort();
    for (int i = 0, at = 0; i < count; at += callers[i++].count)
        memcpy(all + at, callers[i].times_ms, sizeof *all * (size_t)callers[i].count);
    qsort(all, (size_t)total, sizeof *all, by_time);
    Cell cell = { total * 1000.0 / took_ms, (double)all[total / 2], (double)all[(int)((double)total * 0.99)],
                  (double)all[total - 1] };
    free(all);
    return cell;
}

// `path` NULL: through db.h
static Cell run(Database *data, const char *path, int count, double seconds)
{
    static Caller callers[CALLERS_MAX];
    double began_ms = clock_ms();
    for (int i = 0; i < count; i++) {
        callers[i] = (Caller){ .data = data,
                               .until_ms = began_ms + seconds * 1000.0,
                               .rng = rng_named(1, "caller %d", i) };
        callers[i].times_ms = malloc(sizeof(float) * TIMES_MAX);
        if (callers[i].times_ms == NULL)
            abort();
        if (path)
            alone(&callers[i], path);
        else if (pthread_create(&callers[i].thread, NULL, calls, &callers[i]) != 0)
            abort();
    }
    for (int i = 0; !path && i < count; i++)
        pthread_join(callers[i].thread, NULL);
    Cell cell = told(callers, count, clock_ms() - began_ms);
    for (int i = 0; i < count; i++)
        free(callers[i].times_ms);
    return cell;
}

static void people_make(Database *data)
{
    Db *db;
    must(db_take(data, &db, &fault));
    must(db_begin(db, &fault));
    for (int64_t i = 1; i <= PEOPLE; i++) {
        must(db_run(db, SQL_PERSON_ADD,
                    DB_ARGS(DB_INT(i), DB_TEXT(STR("member")), DB_TEXT(STR("active")), DB_NULL, DB_NULL,
                            DB_NULL, DB_TEXT(STR("")), DB_TEXT(STR("")), DB_INT(1), DB_INT(1)),
                    NULL, &fault));
        must(db_run(db, SQL_CREDIT_GIVE, DB_ARGS(DB_INT(i), DB_INT(INT64_C(1) << 40)), NULL, &fault));
    }
    must(db_commit(db, &fault));
    db_give(db);
}

static int by_rate(const void *a, const void *b)
{
    const Cell *x = a, *y = b;
    return (x->per_second > y->per_second) - (x->per_second < y->per_second);
}

static Cell show(const char *what, Cell cells[ROUNDS])
{
    qsort(cells, ROUNDS, sizeof *cells, by_rate);
    Cell cell = cells[ROUNDS / 2];
    // A disk that stalls is in every cell; somebody who waits for ever would be in each round.
    for (int i = 0; i < ROUNDS; i++)
        cell.slowest_ms = cells[i].slowest_ms < cell.slowest_ms ? cells[i].slowest_ms : cell.slowest_ms;
    printf("%-36s %8.0f /s   p50 %7.3f ms   p99 %7.3f ms   slowest %8.3f ms\n", what, cell.per_second,
           cell.median_ms, cell.p99_ms, cell.slowest_ms);
    return cell;
}

static bool asked(Cell one, Cell many, int callers, double times)
{
    double gain = many.per_second / one.per_second, slowest = many.slowest_ms / many.median_ms;
    bool met = gain >= times && slowest < 20.0;
    printf(
        "%d callers: %.1f times as many (asked %.0f), slowest %.1f times the median (asked under 20): %s\n",
        callers, gain, times, slowest, met ? "met" : "MISSED");
    return met;
}

static bool on_sqlite(const char *folder, double seconds)
{
    Cell one[ROUNDS], eight[ROUNDS], many[ROUNDS];
    char path[400];
    Database *data;
    must(folder_make(folder, &fault));
    snprintf(path, sizeof path, "%s/bench.db", folder);
    must(database_open(&(DatabaseOptions){ STORE_DATA, path, 20000 }, &data, &fault));
    people_make(data);
    for (int i = 0; i < ROUNDS; i++) {
        one[i] = run(data, path, 1, seconds);
        eight[i] = run(data, NULL, 8, seconds);
        many[i] = run(data, NULL, 64, seconds);
    }
    database_close(data);
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/bench.db%s", folder, ends[i]);
        unlink(path);
    }
    Cell measure = show("SQLite, 1 caller, own connection", one);
    bool met = asked(measure, show("SQLite, 8 callers, groups", eight), 8, 2.0);
    return asked(measure, show("SQLite, 64 callers, groups", many), 64, 4.0) && met;
}

static bool on_postgres(const char *where, double seconds)
{
    static const int counts[] = { 1, 8, 32 };
    Database *data;
    must(database_open(&(DatabaseOptions){ STORE_DATA, where, 20000 }, &data, &fault));
    people_make(data);
    for (int k = 0; k < 3; k++) {
        Cell cells[ROUNDS];
        char what[60];
        for (int i = 0; i < ROUNDS; i++)
            cells[i] = run(data, NULL, counts[k], seconds);
        snprintf(what, sizeof what, "PostgreSQL, %d caller%s", counts[k], k ? "s" : "");
        show(what, cells);
    }
    database_close(data);
    return true;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2.0;
    const char *where = argc > 2 ? argv[2] : "build/db_bench.data";
    must(secret_start(&fault));
    bool server = strncmp(where, "postgres", 8) == 0;
    return (server ? on_postgres(where, seconds) : on_sqlite(where, seconds)) ? 0 : 1;
}
