// Migrations: once each, whole or not at all, and never backwards.
#include "base/buf.h"
#include "db/engine.h"
#include "db/migrate.h"
#include "sys/clock.h"
#include "tests/db/testdb.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static bool opens(const char *where, const DataFile *files, int count, Fault *fault)
{
    // The statements of the program need its real tables, so it is the real first migration that comes
    // before.
    Database *database;
    const DatabaseOptions options = { STORE_DATA, where, 0 };
    if (!database_open_with(&options, files, count, &database, fault))
        return false;
    database_close(database);
    return true;
}

static DataFile file_of(const char *name, const char *text)
{
    return (DataFile){ str_of(name), str_of(text) };
}

// The program's own migrations and one more.
static int with_one_more(DataFile more, DataFile out[16])
{
    const DataFile *own;
    int count = migrate_files(test_arena(), STORE_DATA, &own);
    CHECK(count < 16);
    for (int i = 0; i < count; i++)
        out[i] = own[i];
    out[count] = more;
    return count + 1;
}

TEST_BOTH(a_migration_runs_once)
{
    Fault fault;
    DataFile files[16];
    const char *where = test_where(engine);
    int count = with_one_more(
        file_of("migrations/data/9001-more.sql", "CREATE TABLE more (id INTEGER PRIMARY KEY);"), files);
    CHECK_OK(opens(where, files, count - 1, &fault));
    CHECK_OK(opens(where, files, count, &fault));
    CHECK_OK(opens(where, files, count, &fault)); // "more" exists already, so a second run would fail
}

TEST_BOTH(a_schema_that_is_newer_is_refused)
{
    Fault fault;
    DataFile files[16];
    const char *where = test_where(engine);
    int count = with_one_more(
        file_of("migrations/data/9001-more.sql", "CREATE TABLE more (id INTEGER PRIMARY KEY);"), files);
    CHECK_OK(opens(where, files, count, &fault));
    CHECK_FAULT(opens(where, files, count - 1, &fault), FAULT_BROKEN);
    CHECK(str_find(str_of(fault.text), STR("newer"), &(size_t){ 0 }));
    CHECK_OK(opens(where, files, count, &fault));
}

TEST_BOTH(a_migration_that_was_edited_is_refused)
{
    Fault fault;
    DataFile files[16];
    const char *where = test_where(engine);
    int count = with_one_more(
        file_of("migrations/data/9001-more.sql", "CREATE TABLE more (id INTEGER PRIMARY KEY);"), files);
    CHECK_OK(opens(where, files, count, &fault));
    files[count - 1].text = STR("CREATE TABLE more (id INTEGER PRIMARY KEY, a TEXT);");
    CHECK_FAULT(opens(where, files, count, &fault), FAULT_BROKEN);
}

TEST_BOTH(a_migration_that_fails_leaves_nothing)
{
    Fault fault;
    DataFile files[16];
    const char *where = test_where(engine);
    int count =
        with_one_more(file_of("migrations/data/9001-more.sql",
                              "CREATE TABLE more (id INTEGER PRIMARY KEY); INSERT INTO nowhere VALUES (1);"),
                      files);
    CHECK_FAULT(opens(where, files, count, &fault), FAULT_BROKEN);
    files[count - 1].text = STR("CREATE TABLE more (id INTEGER PRIMARY KEY);");
    CHECK_OK(opens(where, files, count, &fault));
}

// Counting this far takes seconds, so the signal comes while it runs. A PostgreSQL server counts on, and only
// then finds its client dead, so there it is less.
static Str slow(TestEngine engine)
{
    return arena_print(
        test_arena(),
        "CREATE TABLE more (id INTEGER PRIMARY KEY); CREATE TABLE counted AS WITH RECURSIVE c (n) AS "
        "(SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < %d) SELECT COUNT(*) AS n FROM c;",
        engine == ON_SQLITE ? 30000000 : 3000000);
}

TEST_BOTH(a_migration_killed_in_the_middle_starts_again)
{
    Fault fault;
    DataFile files[16];
    const char *where = test_where(engine);
    int count = with_one_more((DataFile){ STR("migrations/data/9001-more.sql"), slow(engine) }, files);
    pid_t child = fork();
    if (child == 0) {
        opens(where, files, count, &fault);
        _exit(0);
    }
    usleep(400 * 1000);
    kill(child, SIGKILL);
    int status;
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status)); // else it was through already and this test says nothing
    files[count - 1].text = STR("CREATE TABLE more (id INTEGER PRIMARY KEY);");
    CHECK_OK(opens(where, files, count, &fault));
}

TEST_BOTH(two_processes_may_migrate_at_the_same_time)
{
    Fault fault;
    const DataFile *own;
    const char *where = test_where(engine);
    int count = migrate_files(test_arena(), STORE_DATA, &own), status;
    pid_t children[4];
    for (int i = 0; i < 4; i++)
        if ((children[i] = fork()) == 0) {
            if (!opens(where, own, count, &fault)) {
                fprintf(stderr, "%s\n", fault.text);
                _exit(1);
            }
            _exit(0);
        }
    for (int i = 0; i < 4; i++) {
        waitpid(children[i], &status, 0);
        CHECK_INT(status, 0);
    }
}

TEST(migrations_are_translated_for_postgres)
{
    Str text = STR("-- a comment; with STRICT\nCREATE TABLE t ( -- BLOB\n    id INTEGER PRIMARY KEY,\n"
                   "    b BLOB NOT NULL CHECK (b <> 'BLOB -- INTEGER')\n) STRICT, WITHOUT ROWID;\n"
                   "CREATE TABLE u (blobs INTEGER) WITHOUT ROWID, STRICT;\nUPDATE t SET a = f(1), b = 2;");
    Str wanted = STR("\nCREATE TABLE t ( \n    id BIGINT PRIMARY KEY,\n"
                     "    b BYTEA NOT NULL CHECK (b <> 'BLOB -- INTEGER')\n)  ;\n"
                     "CREATE TABLE u (blobs BIGINT)  ;\nUPDATE t SET a = f(1), b = 2;");
    Str got = migrate_text(test_arena(), text, true);
    Buf squeezed = buf_make(test_arena(), 4096), expected = buf_make(test_arena(), 4096);
    for (size_t i = 0; i < got.length; i++)
        if (got.data[i] != ' ')
            buf_bytes(&squeezed, &got.data[i], 1);
    for (size_t i = 0; i < wanted.length; i++)
        if (wanted.data[i] != ' ')
            buf_bytes(&expected, &wanted.data[i], 1);
    CHECK(str_equal(buf_str(&squeezed), buf_str(&expected)));
    Str same = migrate_text(test_arena(), text, false);
    CHECK(str_find(same, STR("STRICT, WITHOUT ROWID"), &(size_t){ 0 }));
    CHECK(!str_find(same, STR("a comment"), &(size_t){ 0 }));
}
