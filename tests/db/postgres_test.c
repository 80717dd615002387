// What only a server can do: go away and come back.
#include "sys/file.h"
#include "tests/db/people.h"

#include <ftw.h>

TEST(a_server_that_went_away_fails_what_runs_and_no_more)
{
    Fault fault;
    int64_t added;
    Database *data = test_database(ON_POSTGRES, STORE_DATA);
    Db *busy = taken(data), *idle = taken(data);
    person_with(idle, 1, 3);
    CHECK_OK(db_begin(busy, &fault));
    CHECK_OK(line_make(busy, 5, &added, &fault));
    test_server_stop();
    CHECK_FAULT(line_make(busy, 6, &added, &fault), FAULT_REMOTE);
    CHECK_FAULT(db_commit(busy, &fault), FAULT_BROKEN); // doomed
    CHECK_FAULT(db_begin(idle, &fault), FAULT_REMOTE);
    CHECK_FAULT(line_make(idle, 6, &added, &fault), FAULT_REMOTE);

    test_server_again();
    CHECK_INT(credits_of(idle, 1), 3);
    CHECK_OK(db_begin(busy, &fault));
    CHECK_OK(line_make(busy, 5, &added, &fault));
    CHECK_INT(added, 1); // the first one never was
    CHECK_OK(db_commit(busy, &fault));
    db_give(busy);
    db_give(idle);
    test_database_close(data);
}

TEST(a_commit_without_its_server_is_not_claimed)
{
    Fault fault;
    int64_t added;
    Database *data = test_database(ON_POSTGRES, STORE_DATA);
    Db *db = taken(data);
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(line_make(db, 5, &added, &fault));
    test_server_stop();
    CHECK_FAULT(db_commit(db, &fault), FAULT_REMOTE);
    CHECK(!db_inside(db));
    test_server_again();
    CHECK(!line_there(db, 5));
    db_give(db);
    test_database_close(data);
}

TEST(a_row_locked_too_long_is_told)
{
    Fault fault;
    int64_t changed;
    Database *first = test_database(ON_POSTGRES, STORE_DATA), *second;
    const DatabaseOptions hasty = { STORE_DATA, test_database_where(first), 100 };
    CHECK_OK(database_open(&hasty, &second, &fault));
    Db *holder = taken(first), *waiter = taken(second);
    person_with(holder, 1, 10);
    CHECK_OK(db_begin(holder, &fault));
    CHECK_OK(credits_take(holder, 1, 1, &changed, &fault));
    CHECK_FAULT(credits_take(waiter, 1, 1, &changed, &fault), FAULT_REMOTE);
    CHECK_OK(db_commit(holder, &fault));
    CHECK_OK(credits_take(waiter, 1, 1, &changed, &fault));
    CHECK_INT(credits_of(waiter, 1), 8);
    db_give(holder);
    db_give(waiter);
    database_close(second);
    test_database_close(first);
}

static const char canary[] = "canary-77ab-of-a-wrapped-key";
static int files_with_canary;

static int look(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)where;
    Arena arena = { 0 };
    Str bytes;
    Fault fault;
    if (kind == FTW_F && about->st_size && file_read(&arena, path, 64 << 20, &bytes, &fault))
        files_with_canary += str_find(bytes, str_of(canary), &(size_t){ 0 });
    arena_close(&arena);
    return 0;
}

static int count_canaries(void)
{
    files_with_canary = 0;
    Str tables = arena_print(test_arena(), "%s/data/base", test_server_folder());
    nftw(tables.data, look, 16, FTW_PHYS);
    return files_with_canary;
}

TEST(scrubbed_means_no_byte_is_left_in_the_tables_of_a_server)
{
    Fault fault;
    int64_t changed;
    Database *keys = test_database(ON_POSTGRES, STORE_KEYS);
    Db *db = taken(keys);
    for (int i = 0; i < 50; i++) {
        Str hash = arena_print(test_arena(), "%s %d", canary, i);
        CHECK_OK(db_run(db, SQL_VAULT_ADDRESS_ADD, DB_ARGS(DB_BLOB(hash), DB_INT(i % 25), DB_INT(1)),
                        &changed, &fault));
    }
    CHECK_OK(db_scrub_deleted(db, &fault));
    CHECK(count_canaries() > 0);
    for (int i = 0; i < 25; i++)
        CHECK_OK(db_run(db, SQL_VAULT_ADDRESS_FORGET, DB_ARGS(DB_INT(i)), &changed, &fault));
    CHECK_OK(db_scrub_deleted(db, &fault));
    CHECK_INT(count_canaries(), 0);
    db_give(db);
    test_database_close(keys);
}

TEST(nobody_to_connect_to_is_told)
{
    Fault fault;
    Database *data;
    const DatabaseOptions options = { STORE_DATA, "postgres://nobody@127.0.0.1:1/none", 0 };
    CHECK_FAULT(database_open(&options, &data, &fault), FAULT_REMOTE);
}
