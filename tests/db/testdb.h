// Fresh databases for tests, on both engines.
//
//     TEST_BOTH(a_song_can_be_found) // runs twice, with `engine`
//     {
//         Fault fault;
//         Database *data = test_database(engine, STORE_DATA);
//         Db *db;
//         CHECK_OK(db_take(data, &db, &fault));
//         ...
//         db_give(db);
//         test_database_close(data);
//     }
//
// SQLite: a file in a folder of its own. PostgreSQL: a database of its own in one private server for each
// test process, or in the running server that SONICSTACKER_TEST_PG names (postgres://..., databases may be
// made there). Where PostgreSQL is not installed its tests are skipped. What a failed test left is removed at
// exit.
#ifndef TESTS_DB_TESTDB_H
#define TESTS_DB_TESTDB_H

#include "db/db.h"
#include "tests/test.h"

typedef enum TestEngine { ON_SQLITE, ON_POSTGRES } TestEngine;

#define TEST_BOTH(name)                                                                                      \
    static void name(TestEngine engine);                                                                     \
    TEST(name##_on_sqlite)                                                                                   \
    {                                                                                                        \
        name(ON_SQLITE);                                                                                     \
    }                                                                                                        \
    TEST(name##_on_postgres)                                                                                 \
    {                                                                                                        \
        test_postgres_or_skip();                                                                             \
        name(ON_POSTGRES);                                                                                   \
    }                                                                                                        \
    static void name(TestEngine engine)

void test_postgres_or_skip(void);

Database *test_database(TestEngine engine, DbStore store); // empty, with all migrations
void test_database_close(Database *database);              // closes and removes it

// Where it lives, to open it a second time. Valid until it is closed.
const char *test_database_where(const Database *database);

// A place where nothing is yet: the path of a file, or a PostgreSQL database without tables.
const char *test_where(TestEngine engine);

// SQL past the program, for damage. False: it was refused, and `why` says what the database said.
bool test_does(const Database *database, const char *sql, Str *why);
int64_t test_number(const Database *database, const char *sql); // the one that a SELECT gives

const char *test_server_folder(void); // where its files are; skips the test when the server is not ours

// The server itself, for tests of its loss; skipped when it is not ours.
void test_server_stop(void);
void test_server_again(void);

#endif
