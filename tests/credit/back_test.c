// "Not what I asked": what comes back, how often, and to whom.
#include "tests/credit/books.h"

#include "sys/clock.h"

enum { MOST = 3, PRICE = 4 };

static bool gives_back(Db *db, AccountId account, int64_t job, Fault *fault)
{
    int64_t amount = -1;
    bool given = credit_give_back(db, account, (JobId){ job }, MOST, &amount, fault);
    CHECK(!given || amount == PRICE);
    return given;
}

static bool is_offered(Db *db, AccountId account, int64_t job)
{
    Fault fault;
    bool may = false;
    CHECK_OK(credit_may_give_back(db, account, (JobId){ job }, MOST, &may, &fault));
    return may;
}

// Ada and songs 1 to `songs`, paid for.
static Db *paid(Database *data, int songs)
{
    Fault fault;
    Db *db = taken(data);
    person_with(db, ada.n, songs * PRICE);
    for (int64_t job = 1; job <= songs; job++) {
        CHECK_OK(holds(db, job, PRICE, &fault));
        CHECK_OK(charges(db, job, PRICE, &fault));
    }
    check_wallet(db, 0, 0, 1 + 2 * songs);
    return db;
}

static void closed(Database *data, Db *db)
{
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(what_was_paid_comes_back_once)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = paid(data, 2);
    CHECK(is_offered(db, ada, 1));
    CHECK_OK(gives_back(db, ada, 1, &fault));
    check_wallet(db, PRICE, 0, 6);
    CHECK_STR(newest_line(db, ada).why, "not-asked");
    CHECK(!is_offered(db, ada, 1));
    CHECK_FAULT(gives_back(db, ada, 1, &fault), FAULT_CONFLICT);
    CHECK_STR(str_of(fault.text), "The credits of this song have come back already.");
    check_wallet(db, PRICE, 0, 6);
    CHECK(is_offered(db, ada, 2));
    closed(data, db);
}

TEST_BOTH(only_what_was_paid_comes_back)
{
    Fault fault;
    bool moved;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = paid(data, 1);
    CreditMove more = move_of(CREDIT_PURCHASE, 50, 0, 20), back = move_of(CREDIT_RETURN, 3, 0, PRICE);
    CHECK_OK(moves(db, &more, &moved, &fault));
    CHECK_OK(holds(db, 2, PRICE, &fault)); // being made
    CHECK_OK(holds(db, 3, PRICE, &fault));
    CHECK_OK(moves(db, &back, &moved, &fault)); // failed
    for (int64_t job = 2; job <= 4; job++) {    // 4: free, or none at all
        CHECK(!is_offered(db, ada, job));
        CHECK_FAULT(gives_back(db, ada, job, &fault), FAULT_CONFLICT);
    }
    check_wallet(db, 20 - PRICE, PRICE, 7);
    closed(data, db);
}

TEST_BOTH(nobody_gets_back_what_another_paid)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = paid(data, 1);
    const AccountId bob = { 8 };
    person_with(db, bob.n, 1);
    CHECK(!is_offered(db, bob, 1));
    CHECK_FAULT(gives_back(db, bob, 1, &fault), FAULT_CONFLICT);
    CHECK_INT(wallet_of(db, bob).credits, 1);
    CHECK_OK(gives_back(db, ada, 1, &fault)); // and it is still hers
    closed(data, db);
}

TEST_BOTH(so_many_songs_come_back_within_thirty_days)
{
    enum { SONGS = MOST + 2 };
    const int64_t days = 30 * (int64_t)MS_DAY;
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = paid(data, SONGS);
    for (int64_t job = 1; job <= MOST; job++)
        CHECK_OK(gives_back(db, ada, job, &fault));
    CHECK(!is_offered(db, ada, MOST + 1));
    CHECK_FAULT(gives_back(db, ada, MOST + 1, &fault), FAULT_LIMIT);
    clock_shift(days - MS_MINUTE);
    CHECK_FAULT(gives_back(db, ada, MOST + 1, &fault), FAULT_LIMIT);
    check_wallet(db, MOST * PRICE, 0, 1 + 2 * SONGS + MOST);
    clock_shift(2 * MS_MINUTE);
    CHECK(is_offered(db, ada, MOST + 1));
    CHECK_OK(gives_back(db, ada, MOST + 1, &fault));
    CHECK_OK(gives_back(db, ada, MOST + 2, &fault));
    clock_shift(-days - MS_MINUTE);
    closed(data, db);
}

TEST_BOTH(where_nothing_may_come_back_nothing_does)
{
    Fault fault;
    int64_t amount;
    bool may;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = paid(data, 1);
    CHECK_FAULT(credit_give_back(db, ada, (JobId){ 1 }, 0, &amount, &fault), FAULT_LIMIT);
    CHECK_OK(credit_may_give_back(db, ada, (JobId){ 1 }, 0, &may, &fault));
    CHECK(!may);
    check_wallet(db, 0, 0, 3);
    closed(data, db);
}

// `shared`: whether all ask for the same song. `did`: how many got it.
static void *asks_back(void *self)
{
    One *one = self;
    Db *db;
    int64_t amount, job = *(const bool *)one->shared ? 1 : one->number + 1;
    one->failed = !db_take(one->data, &db, &one->fault);
    if (!one->failed && credit_give_back(db, ada, (JobId){ job }, MOST, &amount, &one->fault))
        one->did = 1;
    else
        one->failed = one->failed || (one->fault.kind != FAULT_CONFLICT && one->fault.kind != FAULT_LIMIT);
    db_give(db);
    return NULL;
}

TEST_BOTH(of_many_who_ask_at_once_so_many_get_it_back_as_may)
{
    static One ones[CROWD];
    Database *data = test_database(engine, STORE_DATA);
    Db *db = paid(data, CROWD);
    CHECK_INT(crowd(data, CROWD, asks_back, &(bool){ true }, ones), 1);
    check_wallet(db, PRICE, 0, 2 + 2 * CROWD);
    CHECK_INT(crowd(data, CROWD, asks_back, &(bool){ false }, ones), MOST - 1);
    check_wallet(db, MOST * PRICE, 0, 1 + 2 * CROWD + MOST);
    closed(data, db);
}
