// Db: one face over SQLite and PostgreSQL.
//
//     Database: the store, open as long as the process           (any thread)
//     Db:       one conversation with it                         (one thread at a time)
//
//     db_begin ──> db_run, db_list ... ──> db_commit             true: durable, whatever happens next
//                                    └───> db_rollback
//
// Statements have names: they stand in the .sql files beside the C that runs them, are turned into
// the enum Sql by the build (scripts/sql-table) and are prepared on the engine in use when a
// conversation starts. No SQL is written at run time.
//
// SQLite: WAL, synchronous=FULL. Each Db reads on a connection of its own; what writes goes through the
// one writer connection, first come, first served. Transactions that wait for each other are committed
// together (group commit): db_commit returns when the group is on the disk. So keep a transaction
// short: no hashing of passwords, no network, no files between begin and commit.
// Never open the file by other means in the same process: closing it would drop SQLite's locks. A child made by
// fork may not use what its parent opened.
// PostgreSQL: one connection for each Db, READ COMMITTED; a statement that must look and take does both at
// once.
//
// A statement outside begin and commit is a transaction of its own, and durable when it returns.
// Inside, any fault dooms the transaction: only db_rollback is left (db_commit refuses). Where a
// conflict is an ordinary answer write ON CONFLICT DO NOTHING and look at the count.
//
// db_commit ends the transaction, also when it fails. It may then, rarely, be done all the same (the
// connection went while the answer was on its way; the disk failed while it wrote), so repeat only what may
// be repeated.
//
// Faults: CONFLICT a unique value is taken already. REMOTE locked too long, connection gone, disk full:
// trying again may help. BROKEN read-only, corrupt, wrong SQL.
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/fault.h"
#include "db/id.h"
#include "db/sql.h" // made by the build: enum Sql

typedef struct Database Database;
typedef struct Db Db;

typedef struct DatabaseOptions {
    DbStore store;     // STORE_DATA or STORE_KEYS: which migrations and statements
    const char *where; // the path of a SQLite file, or postgres://... ; both stores may share a PostgreSQL
                       // server but not a schema: STORE_KEYS lives in the schema "keystore"
    int busy_ms;       // how long to wait for a lock; 0 = 5000
} DatabaseOptions;

// Opens, and brings the schema up to date under a lock that other processes respect.
// Refuses a schema that is newer than this program.
bool database_open(const DatabaseOptions *options, Database **out, Fault *fault);
void database_close(Database *database);          // every Db must have been given back
bool database_is_local(const Database *database); // SQLite: reading takes microseconds and never waits

// Conversations are kept and lent again, so taking one is cheap.
bool db_take(Database *database, Db **out, Fault *fault);
void db_give(Db *db); // rolls back what was left open

bool db_begin(Db *db, Fault *fault);
bool db_commit(Db *db, Fault *fault);
void db_rollback(Db *db); // does nothing outside a transaction
// Begins, does `body`, and commits when that says true; else rolls back.
bool db_transaction(Db *db, bool (*body)(void *self, Db *db, Fault *fault), void *self, Fault *fault);
bool db_inside(const Db *db);

typedef enum DbType { DB_NULL_VALUE, DB_INT_VALUE, DB_TEXT_VALUE, DB_BLOB_VALUE } DbType;

typedef struct DbValue {
    DbType type;
    int64_t n; // INT
    Str s;     // TEXT, BLOB
} DbValue;

#define DB_INT(value)  ((DbValue){ DB_INT_VALUE, (value), { 0, 0 } })
#define DB_TEXT(value) ((DbValue){ DB_TEXT_VALUE, 0, (value) })
#define DB_BLOB(value) ((DbValue){ DB_BLOB_VALUE, 0, (value) })
#define DB_NULL        ((DbValue){ DB_NULL_VALUE, 0, { 0, 0 } })

typedef struct DbArgs {
    const DbValue *list;
    int count;
} DbArgs;

// DB_ARGS(DB_INT(1), DB_TEXT(name)); the first stands for ?1
#define DB_ARGS(...)                                                                                         \
    ((DbArgs){ (const DbValue[]){ __VA_ARGS__ },                                                             \
               (int)(sizeof((DbValue[]){ __VA_ARGS__ }) / sizeof(DbValue)) })
#define DB_NO_ARGS ((DbArgs){ 0, 0 })

// Runs a statement; `*changed` (may be NULL) tells how many rows it inserted, updated or deleted.
bool db_run(Db *db, Sql statement, DbArgs args, int64_t *changed, Fault *fault);

// The rows of a SELECT, or of INSERT / UPDATE / DELETE ... RETURNING, copied into the arena.
typedef struct DbRows {
    int count;
    int columns;
    const DbValue *values; // row by row
} DbRows;

enum { DB_ROWS_MAX = 200000 }; // more than that is a fault: page through it instead

bool db_list(Db *db, Arena *arena, Sql statement, DbArgs args, DbRows *rows, Fault *fault);

// The first row, when there is one: `*found` tells. More rows than one are a fault.
bool db_find(Db *db, Arena *arena, Sql statement, DbArgs args, DbRows *row, bool *found, Fault *fault);

int64_t db_int(const DbRows *rows, int row, int column); // 0 for NULL
Str db_text(const DbRows *rows, int row, int column);    // TEXT or BLOB; "" for NULL
bool db_null(const DbRows *rows, int row, int column);

// Rings the other processes' doorbell (db/bell.h) when this transaction has been committed; outside a
// transaction at once. `topic` is a short word, `number` says whose.
void db_ring(Db *db, const char *topic, int64_t number);

// Nothing that was deleted stays in the store's files: SQLite empties its log (waiting for readers, REMOTE
// when one stays too long); PostgreSQL rewrites the tables of keys and, where it may, makes a checkpoint.
// Outside a transaction only.
bool db_scrub_deleted(Db *db, Fault *fault);

#endif
