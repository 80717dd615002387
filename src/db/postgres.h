// PostgreSQL: one connection with its prepared statements, values in and out, and faults. Used inside this
// folder only.
//
// Values travel in binary. Which types a statement takes and gives is asked once, when the store is opened,
// so a column of a type we do not know is found at start.
#ifndef DB_POSTGRES_H
#define DB_POSTGRES_H

#include "db/engine.h"

#include <libpq-fe.h>

enum { COLUMNS_MAX = 48 };

typedef enum PgType { PG_UNKNOWN, PG_INT8, PG_INT4, PG_INT2, PG_BOOL, PG_TEXT, PG_BYTEA } PgType;

typedef struct Shape {
    bool known;
    int params, columns;
    unsigned char param[DB_ARGS_MAX]; // PgType
    unsigned char column[COLUMNS_MAX];
} Shape;

typedef struct Postgres { // of a Database
    Shape shapes[SQL_COUNT];
} Postgres;

typedef struct Link { // of a Db
    const Database *database;
    PGconn *handle; // NULL: gone
} Link;

bool link_open(Link *link, Fault *fault); // connects and sets the session up
void link_close(Link *link);
bool link_prepare(Link *link, Fault *fault);
bool link_learn(Link *link, Postgres *postgres, Fault *fault); // the shapes of all statements

// Opens it again when the server has hung up meanwhile. Outside a transaction only.
bool link_renew(Link *link, Fault *fault);

bool link_execute(Link *link, const char *sql, Fault *fault);
bool link_run(Link *link, Sql statement, DbArgs args, Result *result, Fault *fault);

// Waits for the answer to what was sent; NULL and a fault when there is none, or not a good one.
PGresult *link_answer(Link *link, Fault *fault);

int64_t pg_int_read(PgType type, const char *bytes);
bool pg_param(PgType type, const DbValue *value, unsigned char number[8], const char **bytes, int *length);
PgType pg_type(Oid oid);

#endif
