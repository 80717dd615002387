// What the ledger does in a second, all of it on the disk, beside what the disk itself does.
//
//     bench/db [SECONDS [FOLDER or postgres://...]]     2; a folder of its own beside build/
//
// A hold is a transaction that takes credits, writes the line and adds the job: what asking for a song is. A
// charge ends the job and writes its line. 1, 8 and 64 callers, each on a conversation of its own. Peers, in
// the same run: the disk (4 KiB written and synced, one after the other), and for SQLite the same hold by
// hand: a connection of one's own and BEGIN IMMEDIATE ... COMMIT. Asked of SQLite: 2 and 4 times as many
// holds by 8 and 64 callers as by hand, and the slowest caller under 20 times the median. The cells are run
// in turn, three rounds, and the median round counts; for the slowest caller the best. Of PostgreSQL nothing
// is asked: it gathers by itself.
#include "base/rng.h"
#include "credit/credit.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/secret.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PEOPLE = 1000,
    CALLERS_MAX = 64,
    ROUNDS = 3,
    TIMES_MAX = 1 << 16,
    COUNTS = 3,
    BLOCK = 4096,
    PRICE = 1
};

static const int counts[COUNTS] = { 1, 8, 64 };

typedef struct Caller {
    pthread_t thread;
    Database *data;
    double until_ms;
    Rng rng;
    bool charges; // what waits since the cells before
    Arena arena;
    float *times_ms;
    int count;
} Caller;

typedef struct Cell {
    double per_second, median_ms, p99_ms, slowest_ms;
} Cell;

static Fault fault;
static Caller callers[CALLERS_MAX];

static void must(bool done)
{
    if (done)
        return;
    fprintf(stderr, "db_bench: %s\n", fault.text);
    exit(1);
}

static void *taken(size_t bytes)
{
    void *memory = malloc(bytes);
    if (memory == NULL)
        abort();
    return memory;
}

static void took(Caller *caller, double began_ms)
{
    if (caller->count < TIMES_MAX)
        caller->times_ms[caller->count++] = (float)(clock_ms() - began_ms);
}

// ---- the ledger

// Each person has one song, with the person's number.
#define JOB_ROW(person, id)                                                                                  \
    DB_ARGS(DB_INT(id), DB_INT(person), DB_INT(person), DB_TEXT(STR("song")), DB_INT(1), DB_INT(PRICE),      \
            DB_NULL, DB_NULL, DB_INT(0), DB_INT(1))

static bool hold(Caller *caller, Db *db, Fault *own)
{
    int64_t person = 1 + rng_below(&caller->rng, PEOPLE), job = id_make();
    return db_run(db, SQL_JOB_ADD, JOB_ROW(person, job), NULL, own) &&
           credit_hold(db, (AccountId){ person }, (JobId){ job }, PRICE, own);
}

static bool charge(Caller *caller, Db *db, Fault *own)
{
    DbRows row;
    bool found;
    if (!db_find(db, &caller->arena, SQL_JOB_CLAIM, DB_ARGS(DB_INT(1), DB_INT(2)), &row, &found, own))
        return false;
    if (!found) {
        caller->until_ms = 0.0; // all are charged
        return true;
    }
    int64_t job = db_int(&row, 0, 0), person = db_int(&row, 0, 1), attempt = db_int(&row, 0, 4);
    return db_run(db, SQL_JOB_DONE, DB_ARGS(DB_INT(job), DB_INT(attempt), DB_INT(1)), NULL, own) &&
           credit_charge(db, (AccountId){ person }, (JobId){ job }, PRICE, own);
}

static void *calls(void *self)
{
    Caller *caller = self;
    Fault own;
    Db *db;
    if (!db_take(caller->data, &db, &own))
        abort();
    while (clock_ms() < caller->until_ms) {
        double began_ms = clock_ms();
        if (!db_begin(db, &own) || !(caller->charges ? charge : hold)(caller, db, &own) ||
            !db_commit(db, &own)) {
            fprintf(stderr, "db_bench: %s\n", own.text);
            abort();
        }
        took(caller, began_ms);
        arena_close(&caller->arena);
    }
    db_give(db);
    return NULL;
}

// ---- the peers

static sqlite3_stmt *prepared(sqlite3 *handle, const char *text)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(handle, text, -1, &statement, NULL) != SQLITE_OK)
        must(fault_set(&fault, FAULT_BROKEN, "%s", sqlite3_errmsg(handle)));
    return statement;
}

static void bind(sqlite3_stmt *statement, int at, const DbValue *value)
{
    if (value->type == DB_INT_VALUE)
        sqlite3_bind_int64(statement, at, value->n);
    else if (value->type == DB_TEXT_VALUE)
        sqlite3_bind_text(statement, at, value->s.data, (int)value->s.length, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, at);
}

// `out` (may be NULL): the first two columns of the row that comes.
static void step(sqlite3 *handle, sqlite3_stmt *statement, DbArgs args, int64_t out[2])
{
    for (int i = 0; i < args.count; i++)
        bind(statement, i + 1, &args.list[i]);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW)
        for (int i = 0; out && i < 2; i++)
            out[i] = sqlite3_column_int64(statement, i);
    if (code != SQLITE_DONE)
        must(fault_set(&fault, FAULT_BROKEN, "%s", sqlite3_errmsg(handle)));
    sqlite3_reset(statement);
}

// What a program without src/db and src/credit would do.
static void by_hand(Caller *caller, const char *path)
{
    sqlite3 *handle;
    if (sqlite3_open(path, &handle) != SQLITE_OK)
        must(fault_set(&fault, FAULT_BROKEN, "%s", sqlite3_errmsg(handle)));
    sqlite3_exec(handle, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    sqlite3_stmt *begin = prepared(handle, "BEGIN IMMEDIATE"), *commit = prepared(handle, "COMMIT"),
                 *job = prepared(handle, sql_texts[SQL_JOB_ADD].sqlite),
                 *take = prepared(handle, sql_texts[SQL_CREDIT_TAKE].sqlite),
                 *line = prepared(handle, sql_texts[SQL_CREDIT_LINE_ADD].sqlite);
    while (clock_ms() < caller->until_ms) {
        int64_t person = 1 + rng_below(&caller->rng, PEOPLE), id = id_make(), wallet[2] = { 0 };
        double began_ms = clock_ms();
        step(handle, begin, DB_NO_ARGS, NULL);
        step(handle, job, JOB_ROW(person, id), NULL);
        step(handle, take, DB_ARGS(DB_INT(person), DB_INT(-PRICE), DB_INT(PRICE)), wallet);
        step(handle, line,
             DB_ARGS(DB_INT(person), DB_INT(wallet[1]), DB_TEXT(STR("hold")), DB_INT(id), DB_INT(0),
                     DB_TEXT(STR("person")), DB_TEXT(STR("held")), DB_INT(PRICE), DB_INT(wallet[0]),
                     DB_TEXT(STR("")), DB_INT(1)),
             NULL);
        step(handle, commit, DB_NO_ARGS, NULL);
        took(caller, began_ms);
    }
    sqlite3_stmt *own[] = { begin, commit, job, take, line };
    for (int i = 0; i < 5; i++)
        sqlite3_finalize(own[i]);
    sqlite3_close(handle);
}

static void syncs(Caller *caller, const char *path)
{
    static char block[BLOCK];
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(file >= 0 || fault_set(&fault, FAULT_BROKEN, "%s cannot be made", path));
    for (off_t at = 0; clock_ms() < caller->until_ms; at += BLOCK) {
        double began_ms = clock_ms();
        must((pwrite(file, block, BLOCK, at) == BLOCK && fdatasync(file) == 0) ||
             fault_set(&fault, FAULT_BROKEN, "%s cannot be synced", path));
        took(caller, began_ms);
    }
    close(file);
    unlink(path);
}

// ---- cells

static int by_time(const void *a, const void *b)
{
    return (*(const float *)a > *(const float *)b) - (*(const float *)a < *(const float *)b);
}

static Cell told(int count, double took_ms)
{
    int total = 0;
    for (int i = 0; i < count; i++)
        total += callers[i].count;
    float *all = taken(sizeof *all * (size_t)(total + 1));
    for (int i = 0, at = 0; i < count; at += callers[i++].count)
        memcpy(all + at, callers[i].times_ms, sizeof *all * (size_t)callers[i].count);
    qsort(all, (size_t)total, sizeof *all, by_time);
    Cell cell = { total * 1000.0 / took_ms, (double)all[total / 2], (double)all[(int)((double)total * 0.99)],
                  (double)all[total - 1] };
    free(all);
    return cell;
}

typedef struct Work {
    Database *data;
    void (*alone)(Caller *caller, const char *path); // NULL: through db.h
    const char *path;
    int count;
    bool charges;
} Work;

static Cell run(const Work *work, double seconds)
{
    double began_ms = clock_ms();
    for (int i = 0; i < work->count; i++) {
        Caller *caller = &callers[i];
        caller->data = work->data;
        caller->until_ms = began_ms + seconds * 1000.0;
        caller->rng = rng_named((uint64_t)id_make(), "caller %d", i);
        caller->charges = work->charges;
        caller->count = 0;
        if (work->alone)
            work->alone(caller, work->path);
        else if (pthread_create(&caller->thread, NULL, calls, caller) != 0)
            abort();
    }
    for (int i = 0; !work->alone && i < work->count; i++)
        pthread_join(callers[i].thread, NULL);
    return told(work->count, clock_ms() - began_ms);
}

static void person_make(Db *db, int64_t id)
{
    DbValue sealed = DB_BLOB(STR("sealed"));
    must(db_run(db, SQL_PERSON_ADD,
                DB_ARGS(DB_INT(id), DB_TEXT(STR("member")), DB_TEXT(STR("active")), DB_NULL, DB_NULL, DB_NULL,
                        DB_TEXT(STR("")), DB_TEXT(STR("")), DB_INT(1), DB_INT(1)),
                NULL, &fault));
    must(db_run(db, SQL_SONG_ADD,
                DB_ARGS(DB_INT(id), DB_INT(id), DB_INT(id), DB_NULL, sealed, DB_INT(0), sealed, DB_INT(1),
                        DB_TEXT(STR("built-in")), DB_INT(1)),
                NULL, &fault));
    must(credit_move(db, &(CreditMove){ { id }, CREDIT_PURCHASE, id, 0, INT64_C(1) << 40, STR("") }, NULL,
                     &fault));
}

static void people_make(Database *data)
{
    Db *db;
    must(db_take(data, &db, &fault));
    must(db_begin(db, &fault));
    for (int64_t i = 1; i <= PEOPLE; i++)
        person_make(db, i);
    must(db_commit(db, &fault));
    db_give(db);
}

static int by_rate(const void *a, const void *b)
{
    const Cell *x = a, *y = b;
    return (x->per_second > y->per_second) - (x->per_second < y->per_second);
}

static Cell median(Cell cells[ROUNDS])
{
    qsort(cells, ROUNDS, sizeof *cells, by_rate);
    Cell cell = cells[ROUNDS / 2];
    // A disk that stalls is in every cell; somebody who waits for ever would be in each round.
    for (int i = 0; i < ROUNDS; i++)
        cell.slowest_ms = cells[i].slowest_ms < cell.slowest_ms ? cells[i].slowest_ms : cell.slowest_ms;
    return cell;
}

static void show(const char *what, Cell cell, Cell disk)
{
    printf("%-36s %8.0f /s   %5.2f of the disk's   p50 %7.3f ms   p99 %7.3f ms   slowest %8.3f ms\n", what,
           cell.per_second, cell.per_second / disk.per_second, cell.median_ms, cell.p99_ms, cell.slowest_ms);
}

static bool asked(Cell one, Cell many, int count, double times)
{
    double gain = many.per_second / one.per_second, slowest = many.slowest_ms / many.median_ms;
    bool met = gain >= times && slowest < 20.0;
    printf("%d callers: %.1f times as many holds as by hand (asked %.0f), slowest %.1f times the median "
           "(asked under "
           "20): %s\n",
           count, gain, times, slowest, met ? "met" : "MISSED");
    return met;
}

// `hand`: the path of a SQLite file; NULL: of PostgreSQL there is no such peer. `disk`: a file to sync.
static bool measure(Database *data, const char *engine, const char *hand, const char *disk, double seconds)
{
    Cell sync[ROUNDS], own[ROUNDS], holds[COUNTS][ROUNDS], charges[COUNTS][ROUNDS], held[COUNTS];
    for (int i = 0; i < ROUNDS; i++) {
        sync[i] = run(&(Work){ NULL, syncs, disk, 1, false }, seconds);
        if (hand)
            own[i] = run(&(Work){ data, by_hand, hand, 1, false }, seconds);
        for (int k = 0; k < COUNTS; k++) {
            holds[k][i] = run(&(Work){ data, NULL, NULL, counts[k], false }, seconds);
            charges[k][i] = run(&(Work){ data, NULL, NULL, counts[k], true }, seconds);
        }
    }
    Cell rate = median(sync), alone = hand ? median(own) : (Cell){ 0 };
    char what[60];
    show("the disk, 4 KiB written and synced", rate, rate);
    if (hand)
        show("a hold by hand, 1 caller", alone, rate);
    for (int k = 0; k < COUNTS; k++) {
        snprintf(what, sizeof what, "%s, holds, %d caller%s", engine, counts[k], k ? "s" : "");
        show(what, held[k] = median(holds[k]), rate);
    }
    for (int k = 0; k < COUNTS; k++) {
        snprintf(what, sizeof what, "%s, charges, %d caller%s", engine, counts[k], k ? "s" : "");
        show(what, median(charges[k]), rate);
    }
    return !hand || ((int)asked(alone, held[1], counts[1], 2.0) & (int)asked(alone, held[2], counts[2], 4.0));
}

// The books must come out even, or none of it counts.
static void check(Database *data)
{
    Arena arena = { 0 };
    Checkup checkup = { .count = 0 };
    Db *db;
    must(db_take(data, &db, &fault));
    must(checkup_add(db, &arena, &checkup, "held", SQL_CHECK_HELD, &fault));
    must(checkup_add(db, &arena, &checkup, "wallets", SQL_CHECK_WALLET, &fault));
    must(checkup_add(db, &arena, &checkup, "balances", SQL_CHECK_RUNNING, &fault));
    must(checkup.count == 0 ||
         fault_set(&fault, FAULT_BROKEN, "the ledger does not hold: %s", checkup.list[0].rule));
    db_give(db);
    arena_close(&arena);
}

static bool on_sqlite(const char *folder, double seconds)
{
    char path[400], disk[400];
    Database *data;
    must(folder_make(folder, &fault));
    snprintf(path, sizeof path, "%s/bench.db", folder);
    snprintf(disk, sizeof disk, "%s/sync", folder);
    must(database_open(&(DatabaseOptions){ STORE_DATA, path, 20000 }, &data, &fault));
    people_make(data);
    bool met = measure(data, "SQLite", path, disk, seconds);
    check(data);
    database_close(data);
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/bench.db%s", folder, ends[i]);
        unlink(path);
    }
    return met;
}

static bool on_postgres(const char *where, double seconds)
{
    Database *data;
    must(database_open(&(DatabaseOptions){ STORE_DATA, where, 20000 }, &data, &fault));
    people_make(data);
    measure(data, "PostgreSQL", NULL, "db_bench.sync", seconds);
    check(data);
    database_close(data);
    return true;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2.0;
    const char *where = argc > 2 ? argv[2] : "build/db_bench.data";
    must(secret_start(&fault));
    for (int i = 0; i < CALLERS_MAX; i++)
        callers[i].times_ms = taken(sizeof(float) * TIMES_MAX);
    bool server = strncmp(where, "postgres", 8) == 0;
    return (server ? on_postgres(where, seconds) : on_sqlite(where, seconds)) ? 0 : 1;
}
