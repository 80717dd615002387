// The SQLite engine: each conversation reads on a connection of its own and writes through the one writer.
#include "db/sqlite.h"

#include "sys/clock.h"
#include "sys/doorbell.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Talk {
    Lite reader;
    Seat seat;
} Talk;

static Writer *writer_of(const Db *db)
{
    return db->database->own;
}

static bool open_store(Database *database, const DataFile *migrations, int count, Fault *fault)
{
    Writer *writer = db_memory(sizeof *writer);
    if (!writer_open(writer, database, migrations, count, fault)) {
        free(writer);
        return false;
    }
    database->own = writer;
    return true;
}

static void close_store(Database *database)
{
    writer_close(database->own);
    free(database->own);
}

static bool open_talk(Db *db, Fault *fault)
{
    Talk *talk = db_memory(sizeof *talk);
    if (!lite_open(&talk->reader, db->database, LITE_READS, fault)) {
        free(talk);
        return false;
    }
    if (!lite_prepare(&talk->reader, LITE_READS, fault)) {
        lite_close(&talk->reader);
        free(talk);
        return false;
    }
    seat_open(&talk->seat);
    db->own = talk;
    return true;
}

static void close_talk(Db *db)
{
    Talk *talk = db->own;
    lite_close(&talk->reader);
    seat_close(&talk->seat);
    free(talk);
}

static bool begin(Db *db, Fault *fault)
{
    return writer_begin(writer_of(db), &((Talk *)db->own)->seat, fault);
}

static bool commit(Db *db, Fault *fault)
{
    return writer_commit(writer_of(db), &((Talk *)db->own)->seat, fault);
}

static void rollback(Db *db)
{
    writer_rollback(writer_of(db));
}

static bool run(Db *db, Sql statement, DbArgs args, Result *result, Fault *fault)
{
    Writer *writer = writer_of(db);
    Talk *talk = db->own;
    if (db_inside(db))
        return writer_run(writer, statement, args, result, fault);
    if (talk->reader.statements[statement])
        return lite_run(&talk->reader, statement, args, result, fault);

    if (!writer_begin(writer, &talk->seat, fault))
        return false;
    if (!writer_run(writer, statement, args, result, fault)) {
        writer_rollback(writer);
        return false;
    }
    return writer_commit(writer, &talk->seat, fault);
}

static bool ring(Db *db, const char *topic, int64_t number)
{
    char text[TOPIC_MAX + 24];
    int length = snprintf(text, sizeof text, "%s %" PRId64, topic, number);
    doorbell_ring(db->database->bell, (Str){ text, (size_t)length });
    return true;
}

// Deleted bytes were overwritten with zeros (secure_delete); older pages may still stand in the log.
static bool scrub(Db *db, Fault *fault)
{
    Lite *reader = &((Talk *)db->own)->reader;
    double deadline_ms = clock_ms() + db->database->busy_ms;
    int code;
    while ((code = sqlite3_wal_checkpoint_v2(reader->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL)) ==
               SQLITE_BUSY &&
           clock_ms() < deadline_ms)
        sqlite3_sleep(1);
    return code == SQLITE_OK || lite_fault(reader, code, fault);
}

const Engine engine_sqlite = {
    .open = open_store,
    .close = close_store,
    .talk_open = open_talk,
    .talk_close = close_talk,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = run,
    .ring = ring,
    .scrub = scrub,
    .rings_wait = true,
};
