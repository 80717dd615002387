// The face of the database: the same on both engines.
#include "tests/db/testdb.h"

#include <string.h>

TEST_BOTH(a_transaction_that_is_rolled_back_leaves_nothing)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db;
    DbRows row;
    bool found;
    int64_t changed;
    CHECK_OK(db_take(data, &db, &fault));
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(db_run(db, SQL_CREDIT_LINE_ADD,
                    DB_ARGS(DB_INT(1), DB_INT(2), DB_INT(3), DB_TEXT(STR("hold")), DB_INT(-5), DB_INT(6)),
                    &changed, &fault));
    CHECK_INT(changed, 1);
    db_rollback(db);
    CHECK_OK(db_run(db, SQL_CREDIT_LINE_ADD,
                    DB_ARGS(DB_INT(1), DB_INT(2), DB_INT(3), DB_TEXT(STR("hold")), DB_INT(-5), DB_INT(6)),
                    &changed, &fault));
    CHECK_INT(changed, 1);
    CHECK_OK(db_run(db, SQL_CREDIT_LINE_ADD,
                    DB_ARGS(DB_INT(1), DB_INT(2), DB_INT(3), DB_TEXT(STR("hold")), DB_INT(-5), DB_INT(6)),
                    &changed, &fault));
    CHECK_INT(changed, 0);
    CHECK_OK(db_find(db, test_arena(), SQL_CREDIT_BALANCE, DB_ARGS(DB_INT(1)), &row, &found, &fault));
    CHECK(!found);
    db_give(db);
    test_database_close(data);
}
