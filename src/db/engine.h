// Engine: what SQLite and PostgreSQL each do behind the face. Used inside this folder and by its tests.
//
// database.c knows whether a conversation is inside a transaction and whether that is doomed; an engine
// is only ever called in the right order: begin, run ..., then commit or rollback. A commit that fails
// has ended the transaction.
#ifndef DB_ENGINE_H
#define DB_ENGINE_H

#include "base/data.h"
#include "db/db.h"

#include <pthread.h>

enum { DB_ARGS_MAX = 32, RINGS_MAX = 32, TOPIC_MAX = 24 };

// Where the rows of a statement go.
typedef struct Result {
    Arena *arena; // NULL: the rows are not wanted
    int rows_max; // more are a fault
    DbRows rows;
    DbValue *values; // of `rows`, while they are written
    int room;        // rows that fit in there
    int64_t changed;
} Result;

typedef struct Engine {
    bool (*open)(Database *database, const DataFile *migrations, int count, Fault *fault);
    void (*close)(Database *database);
    bool (*talk_open)(Db *db, Fault *fault);
    void (*talk_close)(Db *db);
    bool (*begin)(Db *db, Fault *fault);
    bool (*commit)(Db *db, Fault *fault);
    void (*rollback)(Db *db);
    bool (*run)(Db *db, Sql statement, DbArgs args, Result *result, Fault *fault);
    bool (*ring)(Db *db, const char *topic, int64_t number); // false: the transaction is doomed
    bool (*scrub)(Db *db, Fault *fault);
    bool rings_wait; // rings are kept until the commit; else the engine does that itself
} Engine;

extern const Engine engine_sqlite, engine_postgres;

struct Database {
    const Engine *engine;
    DbStore store;
    int busy_ms;
    char *where;
    char *bell; // SQLite: the folder of the doorbells
    void *own;  // the engine's
    pthread_mutex_t lock;
    Db *idle; // conversations that were given back
    int lent;
};

typedef enum DbState { DB_OUTSIDE, DB_INSIDE, DB_DOOMED } DbState;

typedef struct Ring {
    char topic[TOPIC_MAX];
    int64_t number;
} Ring;

struct Db {
    Database *database;
    Db *next;  // in `idle`
    void *own; // the engine's
    DbState state;
    int ring_count;
    Ring rings[RINGS_MAX];
};

// As database_open, with migrations of the caller's own.
bool database_open_with(const DatabaseOptions *options, const DataFile *migrations, int count, Database **out,
                        Fault *fault);

// Room for one more row of `result->rows.columns` values; NULL and a fault when there are too many.
DbValue *result_row(Result *result, Fault *fault);

void *db_memory(size_t bytes); // zeroed; stops the program when there is none

#endif
