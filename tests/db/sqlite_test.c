// What can happen to a file: locked, read-only, no room, its process killed.
#include "db/sqlite.h"
#include "sys/clock.h"
#include "tests/db/people.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static Database *opened(DbStore store, const char *where, int busy_ms)
{
    Fault fault;
    Database *data;
    const DatabaseOptions options = { store, where, busy_ms };
    CHECK_OK(database_open(&options, &data, &fault));
    return data;
}

static void does(sqlite3 *handle, const char *sql)
{
    CHECK_INT(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3 *stranger(const char *where)
{
    sqlite3 *handle;
    CHECK_INT(sqlite3_open(where, &handle), SQLITE_OK);
    return handle;
}

TEST(the_files_are_their_owners_alone)
{
    Database *data = test_database(ON_SQLITE, STORE_DATA);
    Db *db = taken(data);
    person_with(db, 1, 1);
    static const char *const ends[] = { "", "-wal", "-shm" };
    for (int i = 0; i < 3; i++) {
        struct stat about;
        Str path = arena_print(test_arena(), "%s%s", test_database_where(data), ends[i]);
        CHECK_INT(stat(path.data, &about), 0);
        CHECK_INT(about.st_mode & 0777, 0600);
    }
    db_give(db);
    test_database_close(data);
}

static int64_t setting(sqlite3 *handle, const char *pragma)
{
    sqlite3_stmt *statement;
    CHECK_INT(sqlite3_prepare_v2(handle, pragma, -1, &statement, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

// A kill does not show what a power cut would, so what keeps promises then is looked at itself.
TEST(the_writer_is_set_up_to_keep_promises)
{
    static const DbStore stores[] = { STORE_DATA, STORE_KEYS };
    for (int i = 0; i < 2; i++) {
        Database *database = test_database(ON_SQLITE, stores[i]);
        sqlite3 *handle = ((const Writer *)database->own)->lite.handle;
        CHECK_INT(setting(handle, "PRAGMA synchronous"), 2);
        CHECK_INT(setting(handle, "PRAGMA foreign_keys"), 1);
        CHECK_INT(setting(handle, "PRAGMA recursive_triggers"), 1);
        CHECK_INT(setting(handle, "PRAGMA trusted_schema"), 0);
        CHECK(stores[i] != STORE_KEYS || setting(handle, "PRAGMA secure_delete") == 1);
        CHECK_INT(setting(handle, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
        test_database_close(database);
    }
}

TEST(a_locked_file_is_told_in_time_and_works_again)
{
    Fault fault;
    int64_t added;
    const char *where = test_where(ON_SQLITE);
    Database *data = opened(STORE_DATA, where, 200);
    Db *db = taken(data);
    person_with(db, 1, 10);
    sqlite3 *other = stranger(where);
    does(other, "BEGIN EXCLUSIVE");
    double began_ms = clock_ms();
    CHECK_FAULT(db_begin(db, &fault), FAULT_REMOTE);
    CHECK_FAULT(line_make(db, 5, &added, &fault), FAULT_REMOTE);
    double took_ms = clock_ms() - began_ms;
    CHECK(took_ms >= 400 && took_ms < 2000);
    CHECK_INT(credits_of(db, 1), 10); // reading goes on
    does(other, "COMMIT");
    CHECK_OK(line_make(db, 5, &added, &fault));
    CHECK_INT(added, 1);
    sqlite3_close(other);
    db_give(db);
    database_close(data);
}

typedef struct Hand {
    pthread_t thread;
    Database *data;
    int number, count; // how many it shall write
    int done, broken;
    bool wrong; // a fault of another kind
    FaultKind expected;
    double slowest_ms;
} Hand;

static int64_t job_of(const Hand *hand, int i)
{
    return hand->number * 100000 + i + 1;
}

// Writes lines 0, 1, 2 ... until `count`, each a transaction; stops at the first fault.
static void *writes(void *self)
{
    Hand *hand = self;
    Fault fault;
    Db *db;
    hand->wrong = !db_take(hand->data, &db, &fault);
    for (int i = 0; i < hand->count && !hand->broken && !hand->wrong; i++) {
        int64_t added = 0, changed;
        double began_ms = clock_ms();
        bool good = db_begin(db, &fault) && credits_take(db, 1, 1, &changed, &fault) &&
                    line_make(db, job_of(hand, i), &added, &fault) && db_commit(db, &fault);
        double took_ms = clock_ms() - began_ms;
        hand->slowest_ms = took_ms > hand->slowest_ms ? took_ms : hand->slowest_ms;
        if (!good)
            db_rollback(db);
        hand->done += good;
        hand->broken += !good;
        hand->wrong = !good && fault.kind != hand->expected;
    }
    db_give(db);
    return NULL;
}

enum { HANDS = 8 };

static void hands_start(Hand hands[HANDS], Database *data, int count, FaultKind expected)
{
    for (int i = 0; i < HANDS; i++) {
        hands[i] = (Hand){ .data = data, .number = i, .count = count, .expected = expected };
        CHECK_INT(pthread_create(&hands[i].thread, NULL, writes, &hands[i]), 0);
    }
}

static void hands_end(Hand hands[HANDS])
{
    for (int i = 0; i < HANDS; i++)
        pthread_join(hands[i].thread, NULL);
    for (int i = 0; i < HANDS; i++)
        CHECK(!hands[i].wrong);
}

TEST(all_who_wait_for_a_locked_file_give_up_at_the_same_time)
{
    Fault fault;
    Hand hands[HANDS];
    const char *where = test_where(ON_SQLITE);
    Database *data = opened(STORE_DATA, where, 300);
    Db *db = taken(data);
    person_with(db, 1, 1000);
    sqlite3 *other = stranger(where);
    does(other, "BEGIN IMMEDIATE");
    double began_ms = clock_ms();
    hands_start(hands, data, 1, FAULT_REMOTE);
    hands_end(hands);
    CHECK(clock_ms() - began_ms < 900); // and not 8 times 300
    for (int i = 0; i < HANDS; i++)
        CHECK_INT(hands[i].broken, 1);
    does(other, "ROLLBACK");
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(db_commit(db, &fault));
    sqlite3_close(other);
    db_give(db);
    database_close(data);
}

// All that was promised is there, and credits and lines agree.
static void promises_hold(Database *data, const Hand hands[HANDS], int64_t credits)
{
    Fault fault;
    Db *db = taken(data);
    int64_t spent = credits - credits_of(db, 1), lines = 0;
    CHECK_OK(db_begin(db, &fault));
    for (int i = 0; i < HANDS; i++)
        for (int k = 0; k < hands[i].done + hands[i].broken; k++) {
            bool there = line_there(db, job_of(&hands[i], k));
            lines += there;
            if (k < hands[i].done)
                CHECK(there);
        }
    db_rollback(db);
    CHECK_INT(lines, spent);
    db_give(db);
}

static bool is_sound(const char *where)
{
    sqlite3 *other = stranger(where);
    sqlite3_stmt *check;
    CHECK_INT(sqlite3_prepare_v2(other, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_step(check), SQLITE_ROW);
    bool sound = strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
    if (!sound)
        print_error("%s\n", (const char *)sqlite3_column_text(check, 0));
    sqlite3_finalize(check);
    sqlite3_close(other);
    return sound;
}

static void no_room_and_room_again(const char *where, void (*fill)(void *), void (*empty)(void *),
                                   void *context)
{
    Fault fault;
    Hand hands[HANDS];
    Database *data = opened(STORE_DATA, where, 0);
    Db *db = taken(data);
    person_with(db, 1, 1000000);
    fill(context);
    hands_start(hands, data, 100000, FAULT_REMOTE);
    hands_end(hands); // each found the disk full some time
    empty(context);
    CHECK(credits_of(db, 1) > 0);
    promises_hold(data, hands, 1000000);
    for (int i = 0; i < 100; i++) {
        int64_t added;
        CHECK_OK(db_begin(db, &fault));
        CHECK_OK(line_make(db, 90000000 + i, &added, &fault));
        CHECK_OK(db_commit(db, &fault));
    }
    db_give(db);
    database_close(data);
    data = opened(STORE_DATA, where, 0);
    promises_hold(data, hands, 1000000);
    database_close(data);

    CHECK(is_sound(where));
}

static void limit(void *context)
{
    struct rlimit *before = context, now;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, before);
    now = *before;
    now.rlim_cur = 600 * 1024;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &now), 0);
}

static void no_limit(void *context)
{
    CHECK_INT(setrlimit(RLIMIT_FSIZE, context), 0);
}

TEST(a_file_that_may_not_grow_breaks_no_promise)
{
    struct rlimit before;
    no_room_and_room_again(test_where(ON_SQLITE), limit, no_limit, &before);
}

static void fill_disk(void *context)
{
    static char zeros[4096];
    int file = open(context, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    CHECK(file >= 0);
    off_t left = 0;
    while (write(file, zeros, sizeof zeros) > 0)
        left += (off_t)sizeof zeros;
    CHECK_INT(ftruncate(file, left - 300 * 1024), 0); // room for some transactions
    close(file);
}

static void empty_disk(void *context)
{
    CHECK_INT(unlink(context), 0);
}

static char small_disk[] = "/tmp/sonicstacker-full-XXXXXX";

static void small_disk_end(void)
{
    umount2(small_disk, MNT_DETACH);
    rmdir(small_disk);
}

TEST(a_full_disk_breaks_no_promise)
{
    CHECK(mkdtemp(small_disk) != NULL);
    atexit(small_disk_end);
    if (mount("none", small_disk, "tmpfs", 0, "size=4m") != 0) {
        print_message("no small disk can be mounted here\n");
        skip();
    }
    Str where = arena_print(test_arena(), "%s/test.db", small_disk);
    Str filler = arena_print(test_arena(), "%s/filler", small_disk);
    no_room_and_room_again(where.data, fill_disk, empty_disk, (void *)(uintptr_t)filler.data);
}

// A child that may not write the file. Root may always, so the child becomes nobody.
TEST(a_read_only_file_is_told)
{
    const char *where = test_where(ON_SQLITE);
    database_close(opened(STORE_DATA, where, 0));
    Str folder = str_slice(str_of(where), 0, strlen(where) - 8);
    CHECK_INT(chmod(arena_copy(test_arena(), folder).data, 0555), 0);
    CHECK_INT(chmod(where, 0444), 0);
    pid_t child = fork();
    if (child == 0) {
        Fault fault = { .kind = FAULT_NONE };
        Database *data;
        const DatabaseOptions options = { STORE_DATA, where, 0 };
        if (getuid() == 0 && setresuid(65534, 65534, 65534) != 0)
            _exit(2);
        _exit(!database_open(&options, &data, &fault) && fault.kind == FAULT_BROKEN ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    CHECK_INT(status, 0);
    CHECK_INT(chmod(arena_copy(test_arena(), folder).data, 0700), 0);
    CHECK_INT(chmod(where, 0600), 0);
    database_close(opened(STORE_DATA, where, 0));
}

TEST(what_is_not_a_database_is_told)
{
    Fault fault;
    Database *data;
    const char *where = test_where(ON_SQLITE);
    FILE *file = fopen(where, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is no database ", file);
    fclose(file);
    const DatabaseOptions options = { STORE_DATA, where, 0 };
    CHECK_FAULT(database_open(&options, &data, &fault), FAULT_BROKEN);
    const DatabaseOptions nowhere = { STORE_DATA, "/nowhere/at/all/test.db", 0 };
    CHECK_FAULT(database_open(&nowhere, &data, &fault), FAULT_BROKEN);
}

// The child tells each line it was promised; the parent kills it in the middle and looks for them.
TEST(what_was_committed_survives_a_kill)
{
    enum { LEAST = 200 };
    const char *where = test_where(ON_SQLITE);
    Database *data = opened(STORE_DATA, where, 0);
    Db *db = taken(data);
    person_with(db, 1, 1000000);
    db_give(db);
    database_close(data);

    int ends[2];
    CHECK_INT(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        Fault fault;
        Hand hands[HANDS];
        const DatabaseOptions options = { STORE_DATA, where, 0 };
        if (!database_open(&options, &data, &fault) || !db_take(data, &db, &fault))
            _exit(1);
        hands_start(hands, data, 100000, FAULT_NONE); // load, so that groups form
        int64_t added;
        for (int64_t job = 50000001;; job++)
            if (!db_begin(db, &fault) || !line_make(db, job, &added, &fault) || !db_commit(db, &fault) ||
                write(ends[1], &job, sizeof job) != (ssize_t)sizeof job)
                _exit(1);
    }
    close(ends[1]);
    int64_t job = 0, last = 0;
    for (int i = 0; i < LEAST; i++)
        CHECK_INT(read(ends[0], &last, sizeof last), sizeof last);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    while (read(ends[0], &job, sizeof job) == (ssize_t)sizeof job)
        last = job;
    close(ends[0]);
    CHECK(last >= 50000000 + LEAST);

    data = opened(STORE_DATA, where, 0);
    db = taken(data);
    for (job = 50000001; job <= last; job++)
        CHECK(line_there(db, job));
    db_give(db);
    database_close(data);
}

// Two processes write as fast as they can; none may wait for long.
TEST(two_processes_take_turns)
{
    const char *where = test_where(ON_SQLITE);
    Database *data = opened(STORE_DATA, where, 0);
    Db *db = taken(data);
    person_with(db, 1, 1000000);
    db_give(db);
    database_close(data);
    pid_t children[2];
    for (int i = 0; i < 2; i++)
        if ((children[i] = fork()) == 0) {
            Hand hands[HANDS];
            data = opened(STORE_DATA, where, 0);
            for (int k = 0; k < HANDS; k++) {
                hands[k] =
                    (Hand){ .data = data, .number = i * HANDS + k, .count = 150, .expected = FAULT_NONE };
                pthread_create(&hands[k].thread, NULL, writes, &hands[k]);
            }
            bool good = true;
            double slowest_ms = 0;
            for (int k = 0; k < HANDS; k++) {
                pthread_join(hands[k].thread, NULL);
                good = good && !hands[k].wrong && hands[k].done == 150;
                slowest_ms = hands[k].slowest_ms > slowest_ms ? hands[k].slowest_ms : slowest_ms;
            }
            if (getenv("SHOW"))
                fprintf(stderr, "process %d: slowest %.1f ms\n", i, slowest_ms);
            _exit(good && slowest_ms < 3000 ? 0 : 1);
        }
    for (int i = 0; i < 2; i++) {
        int status;
        waitpid(children[i], &status, 0);
        CHECK_INT(status, 0);
    }
    data = opened(STORE_DATA, where, 0);
    db = taken(data);
    CHECK_INT(credits_of(db, 1), 1000000 - 2 * HANDS * 150);
    db_give(db);
    database_close(data);
}

static bool file_has(const char *path, const char *bytes)
{
    Str all = { 0 };
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    char *text = arena_take(test_arena(), 8 << 20);
    all = (Str){ text, fread(text, 1, 8 << 20, file) };
    fclose(file);
    return str_find(all, str_of(bytes), &(size_t){ 0 });
}

TEST(scrubbed_means_no_byte_is_left_in_the_files)
{
    static const char canary[] = "canary-3f9c-of-a-wrapped-key";
    Fault fault;
    int64_t changed;
    Database *keys = test_database(ON_SQLITE, STORE_KEYS);
    const char *where = test_database_where(keys);
    Str wal = arena_print(test_arena(), "%s-wal", where);
    Db *db = taken(keys);
    for (int i = 0; i < 50; i++) {
        Str hash = arena_print(test_arena(), "%s %d", canary, i);
        CHECK_OK(db_run(db, SQL_VAULT_ADDRESS_ADD, DB_ARGS(DB_BLOB(hash), DB_INT(i + 1), DB_INT(1)), &changed,
                        &fault));
    }
    CHECK(file_has(wal.data, canary) || file_has(where, canary));
    for (int i = 0; i < 50; i++) {
        Str hash = arena_print(test_arena(), "%s %d", canary, i);
        CHECK_OK(db_run(db, SQL_VAULT_ADDRESS_DROP, DB_ARGS(DB_BLOB(hash), DB_INT(i + 1)), &changed, &fault));
        CHECK_INT(changed, 1);
    }
    CHECK(file_has(wal.data, canary) || file_has(where, canary));
    CHECK_OK(db_scrub_deleted(db, &fault));
    CHECK(!file_has(wal.data, canary));
    CHECK(!file_has(where, canary));
    db_give(db);
    test_database_close(keys);
}
