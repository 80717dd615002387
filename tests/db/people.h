// Rows that the tests of this folder write: a person, his credits, lines of the ledger.
#ifndef TESTS_DB_PEOPLE_H
#define TESTS_DB_PEOPLE_H

#include "credit/credit.h"
#include "tests/db/testdb.h"

enum { LINES_OF = 99 }; // whose lines line_make writes: nobody with a wallet

static inline Db *taken(Database *database)
{
    Fault fault;
    Db *db;
    CHECK_OK(db_take(database, &db, &fault));
    return db;
}

static inline bool person_make(Db *db, int64_t id, DbValue email, DbValue password, Fault *fault)
{
    return db_run(db, SQL_PERSON_ADD,
                  DB_ARGS(DB_INT(id), DB_TEXT(STR("member")), DB_TEXT(STR("active")), email,
                          DB_BLOB(STR("name")), password, DB_TEXT(STR("")), DB_TEXT(STR("1")), DB_INT(1),
                          DB_INT(1)),
                  NULL, fault);
}

static inline void person_with(Db *db, int64_t id, int64_t credits)
{
    Fault fault;
    CHECK_OK(person_make(db, id, DB_NULL, DB_NULL, &fault));
    CHECK_OK(credit_welcome(db, (AccountId){ id }, credits, &fault));
}

static inline int64_t credits_of(Db *db, int64_t id)
{
    Fault fault;
    DbRows row;
    bool found;
    CHECK_OK(db_find(db, test_arena(), SQL_CREDIT_WALLET, DB_ARGS(DB_INT(id)), &row, &found, &fault));
    CHECK(found);
    return db_int(&row, 0, 0);
}

static inline bool credits_take(Db *db, int64_t id, int64_t amount, int64_t *changed, Fault *fault)
{
    return db_run(db, SQL_CREDIT_TAKE, DB_ARGS(DB_INT(id), DB_INT(-amount), DB_INT(amount)), changed, fault);
}

// `*added` 0: the job had its line already.
static inline bool line_make(Db *db, int64_t job, int64_t *added, Fault *fault)
{
    return db_run(db, SQL_CREDIT_LINE_ADD,
                  DB_ARGS(DB_INT(LINES_OF), DB_INT(job), DB_TEXT(STR("hold")), DB_INT(job), DB_INT(0),
                          DB_TEXT(STR("person")), DB_TEXT(STR("held")), DB_INT(1), DB_INT(0),
                          DB_TEXT(STR("")), DB_INT(1)),
                  added, fault);
}

// Whether the line is there; leaves one there.
static inline bool line_there(Db *db, int64_t job)
{
    Fault fault;
    int64_t added;
    CHECK_OK(line_make(db, job, &added, &fault));
    return added == 0;
}

// Fails with CONFLICT the second time.
static inline bool audit_make(Db *db, int64_t id, Fault *fault)
{
    return db_run(db, SQL_AUDIT_ADD,
                  DB_ARGS(DB_INT(id), DB_INT(1), DB_TEXT(STR("look")), DB_INT(1), DB_INT(1)), NULL, fault);
}

#endif
