// One connection to PostgreSQL. Whatever it waits for has a deadline, so a server that hangs costs one
// conversation some seconds and not for ever.
#include "db/postgres.h"

#include "sys/clock.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_S = 5, ANSWER_EXTRA_MS = 30000 };

static bool gone(Link *link, Fault *fault)
{
    link_close(link);
    return fault_set(fault, FAULT_REMOTE, "the connection to the database is gone");
}

// Detail lines of PostgreSQL show values, so they are left out.
static bool refused(Link *link, const PGresult *result, Fault *fault)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (PQstatus(link->handle) != CONNECTION_OK || state == NULL)
        return gone(link, fault);
    if (strcmp(state, "23505") == 0)
        return fault_set(fault, FAULT_CONFLICT, "This is there already. Reload the page, then try again.");
    // No connection, going down, its disk or memory full, too many connections, locked too long, deadlock,
    // cancelled, its disk fails.
    static const char *const passing[] = { "08", "57P", "57014", "53", "55P03", "40", "25P03", "58030" };
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (strncmp(state, passing[i], strlen(passing[i])) == 0)
            return fault_set(fault, FAULT_REMOTE, "PostgreSQL %s", state);
    // Class 22 is about a value, and its text may repeat it.
    bool quiet = strncmp(state, "22", 2) == 0 || text == NULL;
    return fault_set(fault, FAULT_BROKEN, "PostgreSQL %s%s%s", state, quiet ? "" : ": ", quiet ? "" : text);
}

// False when there is no answer in time, or nobody there any more.
static bool wait_for(PGconn *handle, double deadline_ms)
{
    while (PQisBusy(handle)) {
        struct pollfd socket = { PQsocket(handle), POLLIN, 0 };
        double left_ms = deadline_ms - clock_ms();
        if (left_ms <= 0 || poll(&socket, 1, (int)left_ms + 1) < 0)
            return false;
        if (socket.revents && !PQconsumeInput(handle))
            return false;
    }
    return true;
}

PGresult *link_answer(Link *link, Fault *fault)
{
    double deadline_ms = clock_ms() + link->database->busy_ms + ANSWER_EXTRA_MS;
    PGresult *answer = NULL, *next;
    for (;;) {
        if (!wait_for(link->handle, deadline_ms)) {
            PQclear(answer);
            gone(link, fault);
            return NULL;
        }
        next = PQgetResult(link->handle);
        if (next == NULL)
            break;
        // Of several statements the first that failed counts, else the last.
        if (answer && PQresultStatus(answer) == PGRES_FATAL_ERROR) {
            PQclear(next);
        } else {
            PQclear(answer);
            answer = next;
        }
    }
    ExecStatusType status = PQresultStatus(answer);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
        return answer;
    refused(link, answer, fault);
    PQclear(answer);
    return NULL;
}

bool link_execute(Link *link, const char *sql, Fault *fault)
{
    if (!PQsendQuery(link->handle, sql))
        return gone(link, fault);
    PGresult *answer = link_answer(link, fault);
    PQclear(answer);
    return answer != NULL;
}

static void ignore_notice(void *self, const PGresult *result)
{
    (void)self, (void)result;
}

static bool set_up(Link *link, Fault *fault)
{
    char text[400];
    snprintf(
        text, sizeof text,
        "SET lock_timeout = %d; SET idle_in_transaction_session_timeout = 60000; SET synchronous_commit = on;"
        "SET default_transaction_isolation = 'read committed'; SET bytea_output = 'hex'%s",
        link->database->busy_ms, link->database->store == STORE_KEYS ? "; SET search_path = keystore" : "");
    return link_execute(link, text, fault);
}

bool link_open(Link *link, Fault *fault)
{
    char connect_s[12];
    snprintf(connect_s, sizeof connect_s, "%d", CONNECT_S);
    // What the address itself says comes last and wins.
    const char *names[] = { "client_encoding",
                            "application_name",
                            "connect_timeout",
                            "keepalives_idle",
                            "keepalives_interval",
                            "keepalives_count",
                            "tcp_user_timeout",
                            "dbname",
                            NULL };
    const char *values[] = { "UTF8",  "sonicstacker",        connect_s, "30", "10", "3",
                             "30000", link->database->where, NULL };
    link->handle = PQconnectdbParams(names, values, 1);
    if (PQstatus(link->handle) != CONNECTION_OK) {
        // The text tells host and user, never the password.
        fault_set(fault, FAULT_REMOTE, "%s", PQerrorMessage(link->handle));
        link_close(link);
        return fault_while(fault, "no connection to PostgreSQL");
    }
    PQsetNoticeReceiver(link->handle, ignore_notice, NULL);
    return set_up(link, fault);
}

void link_close(Link *link)
{
    PQfinish(link->handle);
    link->handle = NULL;
}

bool link_prepare(Link *link, Fault *fault)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        const SqlText *text = &sql_texts[i];
        if (text->store != link->database->store)
            continue;
        if (!PQsendPrepare(link->handle, text->name, text->postgres, 0, NULL))
            return gone(link, fault);
        PGresult *answer = link_answer(link, fault);
        PQclear(answer);
        if (answer == NULL)
            return fault_while(fault, text->name);
    }
    return true;
}

bool link_renew(Link *link, Fault *fault)
{
    if (link->handle) {
        // Nothing was asked, so what can be read now is a farewell, or nothing that matters. The end comes
        // after the words of farewell.
        struct pollfd socket = { PQsocket(link->handle), POLLIN, 0 };
        while (link->handle && poll(&socket, 1, 0) > 0)
            if (!PQconsumeInput(link->handle) || PQstatus(link->handle) != CONNECTION_OK)
                link_close(link);
        if (link->handle)
            return true;
    }
    return link_open(link, fault) && link_prepare(link, fault);
}

static bool learn(const PGresult *answer, const char *name, Shape *shape, Fault *fault)
{
    shape->params = PQnparams(answer);
    shape->columns = PQnfields(answer);
    if (shape->params > DB_ARGS_MAX || shape->columns > COLUMNS_MAX)
        return fault_set(fault, FAULT_BROKEN, "%s has too many parameters or columns", name);
    for (int i = 0; i < shape->params; i++) {
        shape->param[i] = (unsigned char)pg_type(PQparamtype(answer, i));
        // A narrow number would take some values and refuse others.
        if (shape->param[i] != PG_INT8 && shape->param[i] != PG_TEXT && shape->param[i] != PG_BYTEA)
            return fault_set(fault, FAULT_BROKEN, "%s: $%d is of type %u, write a CAST", name, i + 1,
                             PQparamtype(answer, i));
    }
    for (int i = 0; i < shape->columns; i++) {
        shape->column[i] = (unsigned char)pg_type(PQftype(answer, i));
        if (shape->column[i] == PG_UNKNOWN)
            return fault_set(fault, FAULT_BROKEN, "%s: column %d is of type %u, write a CAST", name, i + 1,
                             PQftype(answer, i));
    }
    shape->known = true;
    return true;
}

bool link_learn(Link *link, Postgres *postgres, Fault *fault)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        if (sql_texts[i].store != link->database->store)
            continue;
        if (!PQsendDescribePrepared(link->handle, sql_texts[i].name))
            return gone(link, fault);
        PGresult *answer = link_answer(link, fault);
        if (answer == NULL)
            return false;
        bool good = learn(answer, sql_texts[i].name, &postgres->shapes[i], fault);
        PQclear(answer);
        if (!good)
            return false;
    }
    return true;
}

static void value_copy(Arena *arena, PgType type, const PGresult *answer, int row, int column, DbValue *out)
{
    if (PQgetisnull(answer, row, column)) {
        *out = DB_NULL;
        return;
    }
    const char *bytes = PQgetvalue(answer, row, column);
    Str s = { bytes, (size_t)PQgetlength(answer, row, column) };
    if (type == PG_TEXT)
        *out = DB_TEXT(arena_copy(arena, s));
    else if (type == PG_BYTEA)
        *out = DB_BLOB(arena_copy(arena, s));
    else
        *out = DB_INT(pg_int_read(type, bytes));
}

static bool rows_copy(const PGresult *answer, const Shape *shape, Result *result, Fault *fault)
{
    result->rows.columns = shape->columns;
    if (result->arena == NULL)
        return true;
    for (int row = 0; row < PQntuples(answer); row++) {
        DbValue *values = result_row(result, fault);
        if (values == NULL)
            return false;
        for (int i = 0; i < shape->columns; i++)
            value_copy(result->arena, (PgType)shape->column[i], answer, row, i, &values[i]);
    }
    return true;
}

// INSERT, UPDATE and DELETE tell how many rows they changed; SELECT tells how many it found.
static int64_t rows_changed(PGresult *answer)
{
    if (strncmp(PQcmdStatus(answer), "SELECT", 6) == 0)
        return 0;
    return strtoll(PQcmdTuples(answer), NULL, 10);
}

bool link_run(Link *link, Sql statement, DbArgs args, Result *result, Fault *fault)
{
    const Shape *shape = &((const Postgres *)link->database->own)->shapes[statement];
    const char *values[DB_ARGS_MAX];
    int lengths[DB_ARGS_MAX], formats[DB_ARGS_MAX];
    unsigned char numbers[DB_ARGS_MAX][8];
    if (args.count != shape->params)
        return fault_set(fault, FAULT_BROKEN, "%d values given, %d wanted", args.count, shape->params);
    for (int i = 0; i < args.count; i++) {
        formats[i] = 1;
        if (!pg_param((PgType)shape->param[i], &args.list[i], numbers[i], &values[i], &lengths[i]))
            return fault_set(fault, FAULT_BROKEN, "value %d is of another type", i + 1);
    }
    if (link->handle == NULL || !PQsendQueryPrepared(link->handle, sql_texts[statement].name, args.count,
                                                     values, lengths, formats, 1))
        return gone(link, fault);
    PGresult *answer = link_answer(link, fault);
    if (answer == NULL)
        return false;
    bool good = rows_copy(answer, shape, result, fault);
    result->changed = rows_changed(answer);
    PQclear(answer);
    return good;
}
