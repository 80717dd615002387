// The face: which engine it is, whether a transaction is open or doomed, and the rings that wait for it.
#include "db/engine.h"

#include "db/migrate.h"
#include "db/url.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_MS = 5000, ROWS_AT_FIRST = 4 };

void *db_memory(size_t bytes)
{
    void *memory = calloc(1, bytes);
    if (memory == NULL) {
        fputs("sonicstacker: out of memory\n", stderr);
        abort();
    }
    return memory;
}

// The list doubles, and what it was before stays in the arena.
DbValue *result_row(Result *result, Fault *fault)
{
    DbRows *rows = &result->rows;
    if (rows->count == result->rows_max) {
        fault_set(fault, FAULT_BROKEN, "more than %d rows", result->rows_max);
        return NULL;
    }
    size_t columns = (size_t)rows->columns, used = (size_t)rows->count * columns;
    if (rows->count == result->room) {
        result->room = result->room ? result->room * 2 : ROWS_AT_FIRST;
        DbValue *values = ARENA_ARRAY(result->arena, DbValue, (size_t)result->room * columns);
        if (used)
            memcpy(values, result->values, used * sizeof *values);
        rows->values = result->values = values;
    }
    rows->count++;
    return result->values + used;
}

static char *copy_text(Str text, const char *end)
{
    char *copy = db_memory(text.length + strlen(end) + 1);
    memcpy(copy, text.data, text.length);
    strcpy(copy + text.length, end);
    return copy;
}

static void database_free(Database *database)
{
    pthread_mutex_destroy(&database->lock);
    free(database->where);
    free(database->bell);
    free(database);
}

bool database_open_with(const DatabaseOptions *options, const DataFile *migrations, int count, Database **out,
                        Fault *fault)
{
    Database *database = db_memory(sizeof *database);
    database->engine = url_is_postgres(options->where) ? &engine_postgres : &engine_sqlite;
    database->store = options->store;
    database->busy_ms = options->busy_ms > 0 ? options->busy_ms : BUSY_MS;
    database->where = copy_text(str_of(options->where), "");
    const char *slash = strrchr(database->where, '/');
    database->bell = copy_text(
        str_slice(str_of(database->where), 0, slash ? (size_t)(slash + 1 - database->where) : 0), "bell");
    pthread_mutex_init(&database->lock, NULL);
    if (!database->engine->open(database, migrations, count, fault)) {
        database_free(database);
        return false;
    }

    // The first conversation prepares every statement, so a misspelt one is found now.
    Db *db;
    if (!db_take(database, &db, fault)) {
        database_close(database);
        return false;
    }
    db_give(db);
    *out = database;
    return true;
}

bool database_open(const DatabaseOptions *options, Database **out, Fault *fault)
{
    Arena arena = { 0 };
    const DataFile *files;
    int count = migrate_files(&arena, options->store, &files);
    bool opened = database_open_with(options, files, count, out, fault);
    arena_close(&arena);
    return opened ||
           fault_while(fault, options->store == STORE_KEYS ? "opening the keystore" : "opening the database");
}

void database_close(Database *database)
{
    assert(database->lent == 0);
    while (database->idle) {
        Db *db = database->idle;
        database->idle = db->next;
        database->engine->talk_close(db);
        free(db);
    }
    database->engine->close(database);
    database_free(database);
}

bool database_is_local(const Database *database)
{
    return database->engine == &engine_sqlite;
}

bool db_take(Database *database, Db **out, Fault *fault)
{
    pthread_mutex_lock(&database->lock);
    Db *db = database->idle;
    if (db)
        database->idle = db->next;
    database->lent++;
    pthread_mutex_unlock(&database->lock);
    if (db == NULL) {
        db = db_memory(sizeof *db);
        db->database = database;
        if (!database->engine->talk_open(db, fault)) {
            free(db);
            pthread_mutex_lock(&database->lock);
            database->lent--;
            pthread_mutex_unlock(&database->lock);
            return false;
        }
    }
    *out = db;
    return true;
}

void db_give(Db *db)
{
    db_rollback(db);
    Database *database = db->database;
    pthread_mutex_lock(&database->lock);
    db->next = database->idle;
    database->idle = db;
    database->lent--;
    pthread_mutex_unlock(&database->lock);
}

bool db_inside(const Db *db)
{
    return db->state != DB_OUTSIDE;
}

bool db_begin(Db *db, Fault *fault)
{
    assert(!db_inside(db));
    if (!db->database->engine->begin(db, fault))
        return false;
    db->state = DB_INSIDE;
    db->ring_count = 0;
    return true;
}

void db_rollback(Db *db)
{
    if (!db_inside(db))
        return;
    db->database->engine->rollback(db);
    db->state = DB_OUTSIDE;
}

bool db_commit(Db *db, Fault *fault)
{
    assert(db_inside(db));
    if (db->state == DB_DOOMED) {
        db_rollback(db);
        return fault_set(fault, FAULT_BROKEN, "a transaction that had failed was to be committed");
    }
    db->state = DB_OUTSIDE;
    if (!db->database->engine->commit(db, fault))
        return false;
    for (int i = 0; i < db->ring_count; i++)
        db->database->engine->ring(db, db->rings[i].topic, db->rings[i].number);
    db->ring_count = 0;
    return true;
}

bool db_transaction(Db *db, bool (*body)(void *self, Db *db, Fault *fault), void *self, Fault *fault)
{
    if (!db_begin(db, fault))
        return false;
    if (body(self, db, fault))
        return db_commit(db, fault);
    db_rollback(db);
    return false;
}

static bool run(Db *db, Sql statement, DbArgs args, Result *result, Fault *fault)
{
    assert((unsigned)statement < SQL_COUNT);
    assert(sql_texts[statement].store == db->database->store);
    assert(args.count <= DB_ARGS_MAX);
    if (db->state == DB_DOOMED)
        return fault_set(fault, FAULT_BROKEN, "%s: the transaction had failed already",
                         sql_texts[statement].name);
    if (db->database->engine->run(db, statement, args, result, fault))
        return true;
    if (db->state == DB_INSIDE)
        db->state = DB_DOOMED;
    return fault->kind == FAULT_CONFLICT ? false : fault_while(fault, sql_texts[statement].name);
}

bool db_run(Db *db, Sql statement, DbArgs args, int64_t *changed, Fault *fault)
{
    Result result = { .arena = NULL, .rows_max = DB_ROWS_MAX };
    if (!run(db, statement, args, &result, fault))
        return false;
    if (changed)
        *changed = result.changed;
    return true;
}

bool db_list(Db *db, Arena *arena, Sql statement, DbArgs args, DbRows *rows, Fault *fault)
{
    Result result = { .arena = arena, .rows_max = DB_ROWS_MAX };
    if (!run(db, statement, args, &result, fault))
        return false;
    *rows = result.rows;
    return true;
}

bool db_find(Db *db, Arena *arena, Sql statement, DbArgs args, DbRows *row, bool *found, Fault *fault)
{
    Result result = { .arena = arena, .rows_max = 1 };
    if (!run(db, statement, args, &result, fault))
        return false;
    *row = result.rows;
    *found = result.rows.count == 1;
    return true;
}

static const DbValue *value_at(const DbRows *rows, int row, int column)
{
    assert(row >= 0 && row < rows->count && column >= 0 && column < rows->columns);
    return &rows->values[(size_t)row * (size_t)rows->columns + (size_t)column];
}

int64_t db_int(const DbRows *rows, int row, int column)
{
    const DbValue *value = value_at(rows, row, column);
    assert(value->type == DB_INT_VALUE || value->type == DB_NULL_VALUE);
    return value->n;
}

Str db_text(const DbRows *rows, int row, int column)
{
    const DbValue *value = value_at(rows, row, column);
    assert(value->type != DB_INT_VALUE);
    return value->s;
}

bool db_null(const DbRows *rows, int row, int column)
{
    return value_at(rows, row, column)->type == DB_NULL_VALUE;
}

static bool ring_waits(const Db *db, const char *topic, int64_t number)
{
    for (int i = 0; i < db->ring_count; i++)
        if (db->rings[i].number == number && strcmp(db->rings[i].topic, topic) == 0)
            return true;
    return false;
}

void db_ring(Db *db, const char *topic, int64_t number)
{
    assert(strlen(topic) < TOPIC_MAX);
    const Engine *engine = db->database->engine;
    if (db->state == DB_DOOMED)
        return;
    if (db->state == DB_OUTSIDE || !engine->rings_wait) {
        if (!engine->ring(db, topic, number) && db->state == DB_INSIDE)
            db->state = DB_DOOMED;
        return;
    }
    // Whoever waits looks for himself each second, so what does not fit may be lost.
    if (db->ring_count == RINGS_MAX || ring_waits(db, topic, number))
        return;
    Ring *ring = &db->rings[db->ring_count++];
    strcpy(ring->topic, topic);
    ring->number = number;
}

bool db_scrub_deleted(Db *db, Fault *fault)
{
    assert(!db_inside(db));
    return db->database->engine->scrub(db, fault);
}
