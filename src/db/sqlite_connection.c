// One SQLite connection: how it is set up, its prepared statements, their values in and out, and faults.
#include "db/sqlite.h"

#include "sys/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool lite_fault(const Lite *lite, int code, Fault *fault)
{
    int extended = sqlite3_extended_errcode(lite->handle);
    if ((extended & 0xff) != (code & 0xff))
        extended = code;
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return fault_set(fault, FAULT_CONFLICT, "This is there already. Reload the page, then try again.");
    default:
        break;
    }
    switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_INTERRUPT:
        return fault_set(fault, FAULT_REMOTE, "the database is locked (SQLite %d)", extended);
    // Over when somebody has made room.
    case SQLITE_FULL:
        return fault_set(fault, FAULT_REMOTE, "the disk of the database is full (SQLite %d)", extended);
    case SQLITE_IOERR:
        return fault_set(fault, FAULT_REMOTE,
                         "the disk of the database is full or fails (SQLite %d, error %d)", extended,
                         sqlite3_system_errno(lite->handle));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        return fault_set(fault, FAULT_BROKEN,
                         "the database cannot be written; is its disk read-only or full? (SQLite %d)",
                         extended);
    default:
        return fault_set(fault, FAULT_BROKEN, "SQLite %d: %s", extended, sqlite3_errmsg(lite->handle));
    }
}

bool lite_execute(Lite *lite, const char *sql, Fault *fault)
{
    int code = sqlite3_exec(lite->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || lite_fault(lite, code, fault);
}

bool lite_execute_patiently(Lite *lite, const char *sql, int wait_ms, Fault *fault)
{
    double deadline_ms = clock_ms() + wait_ms;
    int code;
    while ((code = sqlite3_exec(lite->handle, sql, NULL, NULL, NULL)) == SQLITE_BUSY &&
           clock_ms() < deadline_ms)
        sqlite3_sleep(1);
    return code == SQLITE_OK || lite_fault(lite, code, fault);
}

// Makes an empty file for its owner alone; SQLite gives its log and index the same rights. A file that exists
// is not even opened: closing it would drop the locks that this process may hold on it.
static bool make_file(const char *path, Fault *fault)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    return file >= 0 || errno == EEXIST ||
           fault_set(fault, FAULT_BROKEN, "the database file cannot be made: error %d", errno);
}

static bool set_up(Lite *lite, const Database *database, LiteUse use, Fault *fault)
{
    sqlite3_extended_result_codes(lite->handle, 1);
    sqlite3_busy_timeout(lite->handle, database->busy_ms);
    sqlite3_db_config(lite->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(lite->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(lite->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(lite->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    if (use == LITE_READS)
        return lite_execute(lite, "PRAGMA query_only = ON", fault);
    return lite_execute_patiently(lite, "PRAGMA journal_mode = WAL", database->busy_ms, fault) &&
           lite_execute(lite, "PRAGMA synchronous = FULL", fault) &&
           // So that a row which REPLACE pushes out counts as deleted for those who forbid it.
           lite_execute(lite, "PRAGMA recursive_triggers = ON", fault) &&
           lite_execute(lite, "PRAGMA journal_size_limit = 16777216", fault) &&
           (lite->store != STORE_KEYS || lite_execute(lite, "PRAGMA secure_delete = ON", fault));
}

bool lite_open(Lite *lite, const Database *database, LiteUse use, Fault *fault)
{
    *lite = (Lite){ .store = database->store };
    if (use == LITE_WRITES && !make_file(database->where, fault))
        return false;
    int code =
        sqlite3_open_v2(database->where, &lite->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    bool opened = code == SQLITE_OK ? set_up(lite, database, use, fault) : lite_fault(lite, code, fault);
    if (!opened)
        lite_close(lite);
    return opened;
}

void lite_close(Lite *lite)
{
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(lite->statements[i]);
    sqlite3_close(lite->handle);
    *lite = (Lite){ 0 };
}

bool lite_prepare(Lite *lite, LiteUse use, Fault *fault)
{
    for (int i = 0; i < SQL_COUNT; i++) {
        const SqlText *text = &sql_texts[i];
        if (text->store != lite->store)
            continue;
        sqlite3_stmt *statement = NULL;
        const char *tail = "";
        int code =
            sqlite3_prepare_v3(lite->handle, text->sqlite, -1, SQLITE_PREPARE_PERSISTENT, &statement, &tail);
        if (code != SQLITE_OK) {
            lite_fault(lite, code, fault);
            return fault_while(fault, text->name);
        }
        if (statement == NULL || *tail) {
            sqlite3_finalize(statement);
            return fault_set(fault, FAULT_BROKEN, "%s is not exactly one statement", text->name);
        }
        if (use == LITE_READS && !sqlite3_stmt_readonly(statement)) {
            sqlite3_finalize(statement);
            statement = NULL;
        }
        lite->statements[i] = statement;
    }
    return true;
}

static int bind(sqlite3_stmt *statement, int at, const DbValue *value)
{
    // An empty text is not NULL, so its pointer must not be.
    const char *data = value->s.length ? value->s.data : "";
    switch (value->type) {
    case DB_INT_VALUE:
        return sqlite3_bind_int64(statement, at, value->n);
    case DB_TEXT_VALUE:
        return sqlite3_bind_text64(statement, at, data, value->s.length, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BLOB_VALUE:
        return sqlite3_bind_blob64(statement, at, data, value->s.length, SQLITE_STATIC);
    default:
        return sqlite3_bind_null(statement, at);
    }
}

static bool bind_all(Lite *lite, sqlite3_stmt *statement, DbArgs args, Fault *fault)
{
    if (args.count != sqlite3_bind_parameter_count(statement))
        return fault_set(fault, FAULT_BROKEN, "%d values given, %d wanted", args.count,
                         sqlite3_bind_parameter_count(statement));
    for (int i = 0; i < args.count; i++) {
        int code = bind(statement, i + 1, &args.list[i]);
        if (code != SQLITE_OK)
            return lite_fault(lite, code, fault);
    }
    return true;
}

static Str copy(Arena *arena, const void *bytes, int count)
{
    return arena_copy(arena, (Str){ bytes, (size_t)count });
}

static bool column(sqlite3_stmt *statement, int at, Arena *arena, DbValue *out, Fault *fault)
{
    switch (sqlite3_column_type(statement, at)) {
    case SQLITE_NULL:
        *out = DB_NULL;
        return true;
    case SQLITE_INTEGER:
        *out = DB_INT(sqlite3_column_int64(statement, at));
        return true;
    case SQLITE_TEXT: {
        const void *bytes = sqlite3_column_text(statement, at);
        *out = DB_TEXT(copy(arena, bytes, sqlite3_column_bytes(statement, at)));
        return true;
    }
    case SQLITE_BLOB: {
        const void *bytes = sqlite3_column_blob(statement, at);
        *out = DB_BLOB(copy(arena, bytes, sqlite3_column_bytes(statement, at)));
        return true;
    }
    default:
        return fault_set(fault, FAULT_BROKEN, "column %d is a broken number", at + 1);
    }
}

static bool step_all(Lite *lite, sqlite3_stmt *statement, Result *result, Fault *fault)
{
    int code;
    result->rows.columns = sqlite3_column_count(statement);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (result->arena == NULL)
            continue;
        DbValue *values = result_row(result, fault);
        if (values == NULL)
            return false;
        for (int i = 0; i < result->rows.columns; i++)
            if (!column(statement, i, result->arena, &values[i], fault))
                return false;
    }
    return code == SQLITE_DONE || lite_fault(lite, code, fault);
}

bool lite_run(Lite *lite, Sql name, DbArgs args, Result *result, Fault *fault)
{
    sqlite3_stmt *statement = lite->statements[name];
    bool done = bind_all(lite, statement, args, fault) && step_all(lite, statement, result, fault);
    result->changed = done && !sqlite3_stmt_readonly(statement) ? sqlite3_changes64(lite->handle) : 0;
    sqlite3_reset(statement); // also ends what it was reading
    sqlite3_clear_bindings(statement);
    return done;
}
