// The face of the database: the same on both engines.
#include "tests/db/people.h"

#include <pthread.h>
#include <string.h>

enum { THREADS = 64, ROUNDS = 25 };

TEST_BOTH(every_statement_of_the_program_prepares)
{
    test_database_close(test_database(engine, STORE_DATA));
    test_database_close(test_database(engine, STORE_KEYS));
}

static Str big_bytes(void)
{
    enum { BIG = 1 << 20 };
    unsigned char *bytes = arena_take(test_arena(), BIG);
    for (int i = 0; i < BIG; i++)
        bytes[i] = (unsigned char)((unsigned)i * 2654435761u >> 13);
    return (Str){ (const char *)bytes, BIG };
}

static DbRows person_row(Db *db, int64_t id)
{
    Fault fault;
    DbRows row;
    bool found;
    CHECK_OK(db_find(db, test_arena(), SQL_PERSON_FIND, DB_ARGS(DB_INT(id)), &row, &found, &fault));
    CHECK(found);
    return row;
}

TEST_BOTH(values_come_back_as_they_went_in)
{
    enum { EMAIL = 3, PASSWORD = 5 }; // columns of person_find
    static const int64_t ids[] = { 1,   -1, INT64_MAX, INT64_MIN + 1, INT64_C(1) << 62, -(INT64_C(1) << 40),
                                   255, 256 };
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    Str big = big_bytes();
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        CHECK_OK(person_make(db, ids[i], DB_BLOB(i ? STR("") : big), DB_NULL, &fault));
        DbRows row = person_row(db, ids[i]);
        CHECK(db_int(&row, 0, 0) == ids[i]);
        CHECK_STR(db_text(&row, 0, 1), "member");
        CHECK(str_equal(db_text(&row, 0, EMAIL), i ? STR("") : big));
        CHECK(!db_null(&row, 0, EMAIL));
        CHECK(db_null(&row, 0, PASSWORD));
        CHECK_INT(db_text(&row, 0, PASSWORD).length, 0);
    }
    CHECK_OK(person_make(db, 900, DB_BLOB(((Str){ "a\0b\xff", 4 })), DB_NULL, &fault));
    DbRows row = person_row(db, 900);
    CHECK(str_equal(db_text(&row, 0, EMAIL), (Str){ "a\0b\xff", 4 }));
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(texts_come_back_as_they_went_in)
{
    static const char *const texts[] = { "", "a", "'; DROP TABLE account; --",
                                         "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8e\xb5", "$1 ?1 %s\n\t\\" };
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        DbRows rows;
        CHECK_OK(db_run(db, SQL_OPERATOR_OFFER, DB_ARGS(DB_TEXT(str_of(texts[i]))), NULL, &fault));
        CHECK_OK(db_list(db, test_arena(), SQL_OPERATOR_OFFERED, DB_NO_ARGS, &rows, &fault));
        CHECK_INT(rows.count, 1);
        CHECK_STR(db_text(&rows, 0, 0), texts[i]);
    }
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_value_of_another_type_is_refused)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CHECK_FAULT(person_make(db, 1, DB_TEXT(STR("text")), DB_NULL, &fault), FAULT_BROKEN);
    CHECK_FAULT(db_run(db, SQL_AUDIT_ADD,
                       DB_ARGS(DB_TEXT(STR("one")), DB_INT(1), DB_TEXT(STR("look")), DB_INT(1), DB_INT(1)),
                       NULL, &fault),
                FAULT_BROKEN);
    CHECK_FAULT(db_run(db, SQL_AUDIT_ADD, DB_ARGS(DB_INT(1)), NULL, &fault), FAULT_BROKEN); // too few
    CHECK_OK(person_make(db, 1, DB_NULL, DB_NULL, &fault));
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_list_has_all_rows_in_order)
{
    enum { MANY = 300 };
    Fault fault;
    DbRows rows;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, 1, 0);
    CHECK_OK(db_begin(db, &fault));
    for (int i = 1; i <= MANY; i++)
        CHECK_OK(db_run(db, SQL_NOTICE_ADD,
                        DB_ARGS(DB_INT(i), DB_INT(1), DB_TEXT(STR("kind")), DB_TEXT(STR("")),
                                DB_TEXT(STR("")), DB_INT(i * 10)),
                        NULL, &fault));
    CHECK_OK(db_commit(db, &fault));
    CHECK_OK(db_list(db, test_arena(), SQL_NOTICE_LIST, DB_ARGS(DB_INT(1), DB_INT(MANY + 5)), &rows, &fault));
    CHECK_INT(rows.count, MANY);
    for (int i = 0; i < MANY; i++)
        CHECK_INT(db_int(&rows, i, rows.columns - 1), (MANY - i) * 10);

    bool found;
    CHECK_FAULT(
        db_find(db, test_arena(), SQL_NOTICE_LIST, DB_ARGS(DB_INT(1), DB_INT(2)), &rows, &found, &fault),
        FAULT_BROKEN); // more than one
    CHECK_OK(
        db_find(db, test_arena(), SQL_NOTICE_LIST, DB_ARGS(DB_INT(2), DB_INT(2)), &rows, &found, &fault));
    CHECK(!found);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_deleted_row_is_returned_and_counted)
{
    Fault fault;
    DbRows row;
    bool found;
    int64_t changed;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, 7, 0);
    DbArgs token = DB_ARGS(DB_BLOB(STR("hash")), DB_INT(7), DB_TEXT(STR("reset")), DB_INT(1), DB_INT(100));
    DbArgs use = DB_ARGS(DB_BLOB(STR("hash")), DB_TEXT(STR("reset")), DB_INT(50));
    CHECK_OK(db_run(db, SQL_TOKEN_ADD, token, &changed, &fault));
    CHECK_INT(changed, 1);
    CHECK_OK(db_find(db, test_arena(), SQL_TOKEN_USE, use, &row, &found, &fault));
    CHECK(found);
    CHECK_INT(db_int(&row, 0, 0), 7);
    CHECK_OK(db_run(db, SQL_TOKEN_USE, use, &changed, &fault));
    CHECK_INT(changed, 0);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(what_is_rolled_back_was_never_there)
{
    Fault fault;
    int64_t added;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CHECK_OK(db_begin(db, &fault));
    CHECK(db_inside(db));
    CHECK_OK(line_make(db, 5, &added, &fault));
    CHECK_INT(added, 1);
    db_rollback(db);
    db_rollback(db); // does nothing
    CHECK(!db_inside(db));
    CHECK(!line_there(db, 5));

    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(line_make(db, 6, &added, &fault));
    db_give(db); // rolls back
    db = taken(data);
    CHECK(!db_inside(db));
    CHECK(!line_there(db, 6));
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_taken_key_is_a_conflict)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CHECK_OK(audit_make(db, 1, &fault));
    CHECK_FAULT(audit_make(db, 1, &fault), FAULT_CONFLICT);
    CHECK_OK(audit_make(db, 2, &fault));
    // A reference to nobody is our own mistake.
    CHECK_FAULT(db_run(db, SQL_RECOVERY_ADD, DB_ARGS(DB_BLOB(STR("x")), DB_INT(404)), NULL, &fault),
                FAULT_BROKEN);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_fault_dooms_its_transaction)
{
    Fault fault;
    int64_t added;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CHECK_OK(audit_make(db, 1, &fault));
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(line_make(db, 5, &added, &fault));
    CHECK_FAULT(audit_make(db, 1, &fault), FAULT_CONFLICT);
    CHECK_FAULT(line_make(db, 6, &added, &fault), FAULT_BROKEN);
    CHECK(db_inside(db));
    CHECK_FAULT(db_commit(db, &fault), FAULT_BROKEN);
    CHECK(!db_inside(db));
    db_rollback(db);
    CHECK(!line_there(db, 5));
    CHECK(!line_there(db, 6));
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(others_see_nothing_before_the_commit)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *writer = taken(data), *reader = taken(data);
    person_with(writer, 1, 10);
    CHECK_OK(db_begin(writer, &fault));
    CHECK_OK(db_run(writer, SQL_CREDIT_CHANGE, DB_ARGS(DB_INT(1), DB_INT(5), DB_INT(0)), NULL, &fault));
    CHECK_INT(credits_of(writer, 1), 15);
    CHECK_INT(credits_of(reader, 1), 10);
    CHECK_OK(db_commit(writer, &fault));
    CHECK_INT(credits_of(reader, 1), 15);
    db_give(reader);
    db_give(writer);
    test_database_close(data);
}

typedef struct Hand {
    Database *data;
    int number;
    int64_t taken;
    bool failed;
} Hand;

static void hands_run(Database *data, int count, void *(*work)(void *), Hand *hands)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < count; i++) {
        hands[i] = (Hand){ data, i, 0, false };
        CHECK_INT(pthread_create(&threads[i], NULL, work, &hands[i]), 0);
    }
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < count; i++)
        CHECK(!hands[i].failed);
}

static void *spend(void *self)
{
    Hand *hand = self;
    Fault fault;
    Db *db;
    hand->failed = !db_take(hand->data, &db, &fault);
    for (int i = 0; i < 100 && !hand->failed; i++) {
        int64_t changed = 0;
        hand->failed = !credits_take(db, 1, 1, &changed, &fault);
        hand->taken += changed;
    }
    db_give(db);
    return NULL;
}

TEST_BOTH(credits_are_never_oversold)
{
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    Hand hands[4];
    person_with(db, 1, 150);
    hands_run(data, 4, spend, hands);
    CHECK_INT(hands[0].taken + hands[1].taken + hands[2].taken + hands[3].taken, 150);
    CHECK_INT(credits_of(db, 1), 0);
    db_give(db);
    test_database_close(data);
}

// Each fifth transaction fails after it has written, and must take only itself back.
static void *hold_and_note(void *self)
{
    Hand *hand = self;
    Fault fault;
    Db *db;
    hand->failed = !db_take(hand->data, &db, &fault);
    for (int i = 0; i < ROUNDS && !hand->failed; i++) {
        int64_t changed = 0, added = 0, job = hand->number * 1000 + i + 1;
        if (!db_begin(db, &fault) || !credits_take(db, 1, 1, &changed, &fault) ||
            !line_make(db, job, &added, &fault)) {
            hand->failed = true;
        } else if (i % 5 == 4) {
            hand->failed = audit_make(db, 1, &fault) || fault.kind != FAULT_CONFLICT;
            db_rollback(db);
        } else {
            hand->failed = changed != 1 || added != 1 || !db_commit(db, &fault);
            hand->taken += changed;
        }
    }
    db_give(db);
    return NULL;
}

TEST_BOTH(many_callers_lose_nothing_and_double_nothing)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    Hand hands[THREADS];
    person_with(db, 1, 100000);
    CHECK_OK(audit_make(db, 1, &fault));
    hands_run(data, THREADS, hold_and_note, hands);

    int64_t taken_in_all = 0;
    for (int i = 0; i < THREADS; i++)
        taken_in_all += hands[i].taken;
    CHECK_INT(taken_in_all, THREADS * ROUNDS * 4 / 5);
    CHECK_INT(credits_of(db, 1), 100000 - taken_in_all);
    CHECK_OK(db_begin(db, &fault));
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < ROUNDS; k++)
            CHECK_INT(line_there(db, i * 1000 + k + 1), k % 5 != 4);
    db_rollback(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(two_openings_of_one_store_share_it)
{
    Fault fault;
    Database *first = test_database(engine, STORE_DATA), *second;
    const DatabaseOptions again = { STORE_DATA, test_database_where(first), 0 };
    CHECK_OK(database_open(&again, &second, &fault));
    Db *one = taken(first), *two = taken(second);
    person_with(one, 1, 10);
    CHECK_INT(credits_of(two, 1), 10);
    CHECK_OK(db_run(two, SQL_CREDIT_CHANGE, DB_ARGS(DB_INT(1), DB_INT(5), DB_INT(0)), NULL, &fault));
    CHECK_INT(credits_of(one, 1), 15);
    CHECK_INT(database_is_local(first), engine == ON_SQLITE);
    db_give(one);
    db_give(two);
    database_close(second);
    test_database_close(first);
}
