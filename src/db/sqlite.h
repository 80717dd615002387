// SQLite: connections, and the one writer. Used inside this folder only.
//
// The writer is one connection that many threads use in turn: whoever has the pen. Transactions that wait
// for each other become one group:
//
//     BEGIN IMMEDIATE   SAVEPOINT first RELEASE   SAVEPOINT second RELEASE   ...   COMMIT
//
// Each runs on its caller's thread and hands the pen to the next in line; the last one commits for all and
// wakes them. What fails is rolled back to its own savepoint, so its neighbours do not notice. When the
// COMMIT fails every member gets the fault.
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include "db/engine.h"

#include <sqlite3.h>

typedef struct Lite {
    sqlite3 *handle;
    DbStore store;
    sqlite3_stmt *statements[SQL_COUNT]; // NULL: of the other store, or not for a reader
} Lite;

typedef enum LiteUse { LITE_READS, LITE_WRITES } LiteUse;

bool lite_open(Lite *lite, const Database *database, LiteUse use, Fault *fault);
void lite_close(Lite *lite);
bool lite_prepare(Lite *lite, LiteUse use, Fault *fault);
bool lite_run(Lite *lite, Sql statement, DbArgs args, Result *result, Fault *fault);
bool lite_execute(Lite *lite, const char *sql, Fault *fault);
// Some locks SQLite does not wait for by itself, lest two wait for each other: the change to WAL.
bool lite_execute_patiently(Lite *lite, const char *sql, int wait_ms, Fault *fault);
bool lite_fault(const Lite *lite, int code, Fault *fault); // always false

// A place in the line for the pen. Each conversation has one.
typedef struct Seat {
    pthread_mutex_t lock;
    pthread_cond_t call;
    bool called;
    struct Seat *next;
    Fault fault; // how the group ended; kind NONE: it is durable
} Seat;

void seat_open(Seat *seat);
void seat_close(Seat *seat);

typedef struct Writer {
    Lite lite;
    int busy_ms;
    double deadline_ms; // of the BEGIN that is waiting for the lock
    sqlite3_stmt *begin, *commit, *rollback, *mark, *release, *back;

    pthread_mutex_t lock; // guards the line and `held`; all the rest belongs to whoever has the pen
    bool held;
    Seat *first, *last; // who waits for the pen

    bool open;       // a group is open
    double began_ms; // since then
    int count;       // its members so far
    Seat *members, **members_end;
    Fault lost; // SQLite itself has rolled the group back
} Writer;

bool writer_open(Writer *writer, const Database *database, const DataFile *migrations, int count,
                 Fault *fault);
void writer_close(Writer *writer);
bool writer_begin(Writer *writer, Seat *seat, Fault *fault);
bool writer_commit(Writer *writer, Seat *seat, Fault *fault);
void writer_rollback(Writer *writer);
bool writer_run(Writer *writer, Sql statement, DbArgs args, Result *result, Fault *fault); // inside

#endif
