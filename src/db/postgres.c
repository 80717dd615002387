// The PostgreSQL engine: one connection for each conversation.
#include "db/postgres.h"

#include "db/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The number is this program's name among advisory locks.
static const char lock_text[] = "BEGIN; SELECT pg_advisory_xact_lock(7815696401)";

static bool execute(void *self, const char *sql, Fault *fault)
{
    return link_execute(self, sql, fault);
}

static bool list(void *self, const char *sql, bool (*row)(void *, int64_t, Str, Fault *), void *context,
                 Fault *fault)
{
    Link *link = self;
    if (!PQsendQueryParams(link->handle, sql, 0, NULL, NULL, NULL, NULL, 1)) {
        link_close(link);
        return fault_set(fault, FAULT_REMOTE, "the connection to the database is gone");
    }
    PGresult *answer = link_answer(link, fault);
    if (answer == NULL)
        return false;
    bool good = true;
    for (int i = 0; good && i < PQntuples(answer); i++)
        good = row(context, pg_int_read(PG_INT8, PQgetvalue(answer, i, 0)), str_of(PQgetvalue(answer, i, 1)),
                   fault);
    PQclear(answer);
    return good;
}

static bool migrate(Link *link, const DataFile *migrations, int count, Fault *fault)
{
    const Migrator migrator = { link, execute, list, true };
    // Another process may be bringing it up to date just now, for as long as that takes.
    bool good = link_execute(link, "SET lock_timeout = 0", fault) && link_execute(link, lock_text, fault) &&
                (link->database->store != STORE_KEYS ||
                 link_execute(link, "CREATE SCHEMA IF NOT EXISTS keystore", fault)) &&
                migrate_run(&migrator, migrations, count, fault) && link_execute(link, "COMMIT", fault);
    return good;
}

// The connection that migrates also learns; it is not kept, since its settings are its own.
static bool open_store(Database *database, const DataFile *migrations, int count, Fault *fault)
{
    Postgres *postgres = db_memory(sizeof *postgres);
    Link link = { .database = database };
    bool good = link_open(&link, fault) && migrate(&link, migrations, count, fault) &&
                link_prepare(&link, fault) && link_learn(&link, postgres, fault);
    link_close(&link);
    if (good)
        database->own = postgres;
    else
        free(postgres);
    return good;
}

static void close_store(Database *database)
{
    free(database->own);
}

static bool open_talk(Db *db, Fault *fault)
{
    Link *link = db_memory(sizeof *link);
    link->database = db->database;
    if (!link_renew(link, fault)) {
        link_close(link);
        free(link);
        return false;
    }
    db->own = link;
    return true;
}

static void close_talk(Db *db)
{
    link_close(db->own);
    free(db->own);
}

static bool begin(Db *db, Fault *fault)
{
    return link_renew(db->own, fault) && link_execute(db->own, "BEGIN", fault);
}

static bool commit(Db *db, Fault *fault)
{
    Link *link = db->own;
    if (link->handle == NULL || !PQsendQuery(link->handle, "COMMIT")) {
        link_close(link);
        return fault_set(fault, FAULT_REMOTE, "the connection to the database went before the commit");
    }
    PGresult *answer = link_answer(link, fault);
    if (answer == NULL)
        return false;
    bool done = strcmp(PQcmdStatus(answer), "COMMIT") == 0;
    PQclear(answer);
    return done || fault_set(fault, FAULT_BROKEN, "PostgreSQL rolled a transaction back");
}

static void rollback(Db *db)
{
    Link *link = db->own;
    Fault fault;
    if (link->handle && !link_execute(link, "ROLLBACK", &fault))
        link_close(link); // the next one connects anew
}

static bool run(Db *db, Sql statement, DbArgs args, Result *result, Fault *fault)
{
    return (db_inside(db) || link_renew(db->own, fault)) && link_run(db->own, statement, args, result, fault);
}

static bool ring(Db *db, const char *topic, int64_t number)
{
    Link *link = db->own;
    Fault fault;
    char text[TOPIC_MAX + 24];
    snprintf(text, sizeof text, "%s %" PRId64, topic, number);
    const char *values[] = { text };
    if (!db_inside(db) && !link_renew(link, &fault))
        return false;
    if (link->handle == NULL || !PQsendQueryParams(link->handle, "SELECT pg_notify('sonicstacker', $1)", 1,
                                                   NULL, values, NULL, NULL, 0))
        return false;
    PGresult *answer = link_answer(link, &fault);
    PQclear(answer);
    return answer != NULL;
}

// A vacuum leaves the bytes of deleted rows in the pages it keeps; a full one writes the tables anew.
static bool scrub(Db *db, Fault *fault)
{
    Link *link = db->own;
    if (!link_renew(link, fault))
        return false;
    if (db->database->store == STORE_KEYS && (!link_execute(link, "VACUUM FULL person_key", fault) ||
                                              !link_execute(link, "VACUUM FULL address", fault)))
        return false;
    Fault not_allowed;
    if (link->handle)
        link_execute(link, "CHECKPOINT", &not_allowed);
    return true;
}

const Engine engine_postgres = {
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
    .rings_wait = false,
};
