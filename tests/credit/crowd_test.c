// Sixteen who move one person's credits at once: nothing is lost, made or spent twice.
#include "tests/credit/books.h"

enum { EACH = 25, PRICE = 3 };

static int64_t job_of(const One *one, int i)
{
    return (one->number + 1) * 1000 + i;
}

// Holds until it is refused, each a transaction of its own.
static void *spends(void *self)
{
    One *one = self;
    Db *db;
    one->failed = !db_take(one->data, &db, &one->fault);
    for (int i = 0; i < EACH && !one->failed; i++) {
        bool held = holds(db, job_of(one, i), PRICE, &one->fault);
        one->failed = !held && one->fault.kind != FAULT_CREDIT;
        one->did += held;
    }
    db_give(db);
    return NULL;
}

TEST_BOTH(sixteen_who_spend_at_once_spend_what_there_is)
{
    enum { SONGS = CROWD * EACH / 2 };
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    static One ones[CROWD];
    person_with(db, ada.n, SONGS * PRICE + 2); // a rest that is no song any more
    CHECK_INT(crowd(data, CROWD, spends, NULL, ones), SONGS);
    check_wallet(db, 2, SONGS * PRICE, 1 + SONGS);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

// Songs as they go: held, then charged and sometimes given back, or returned; each third rolled back once.
// `did`: what stays spent.
static void *lives(void *self)
{
    One *one = self;
    Fault *fault = &one->fault;
    Db *db;
    bool moved;
    one->failed = !db_take(one->data, &db, fault);
    for (int i = 0; i < EACH && !one->failed; i++) {
        JobId job = { job_of(one, i) };
        int64_t back = 0;
        if (i % 3 == 0 && db_begin(db, fault)) {
            one->failed = !credit_hold(db, ada, job, PRICE, fault);
            db_rollback(db);
        }
        CreditMove end = move_of(i % 4 ? CREDIT_CHARGE : CREDIT_RETURN, job.n, 0, PRICE);
        one->failed = one->failed || !holds(db, job.n, PRICE, fault) || !moves(db, &end, &moved, fault) ||
                      !moved || !moves(db, &end, &moved, fault) || moved;
        if (!one->failed && i % 4 == 1)
            one->failed = !credit_give_back(db, ada, job, CROWD * EACH, &back, fault);
        one->did += i % 4 ? PRICE - back : 0;
    }
    db_give(db);
    return NULL;
}

TEST_BOTH(sixteen_whose_songs_come_and_go_leave_exact_sums)
{
    enum { MUCH = CROWD * EACH * PRICE };
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    static One ones[CROWD];
    person_with(db, ada.n, MUCH);
    int64_t spent = crowd(data, CROWD, lives, NULL, ones);
    CHECK_INT(spent, CROWD * PRICE * 12); // of 25: 7 returned, 6 given back
    Wallet wallet = wallet_of(db, ada);
    CHECK_INT(wallet.credits, MUCH - spent);
    CHECK_INT(wallet.held, 0);
    CHECK_INT(wallet.lines, 1 + CROWD * (2 * EACH + 6));
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

// All of them bring the same news. `did`: how often it counted.
static void *says_the_same(void *self)
{
    One *one = self;
    const CreditMove *move = one->shared;
    Db *db;
    one->failed = !db_take(one->data, &db, &one->fault);
    for (int i = 0; i < EACH && !one->failed; i++) {
        CreditMove next = *move;
        bool moved;
        next.cause += i;
        one->failed = !moves(db, &next, &moved, &one->fault);
        one->did += moved;
    }
    db_give(db);
    return NULL;
}

TEST_BOTH(what_sixteen_say_at_once_counts_once)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    static One ones[CROWD];
    CreditMove buy = move_of(CREDIT_PURCHASE, 100, 0, 10), refund = move_of(CREDIT_REFUND, 100, 1, 4),
               charge = move_of(CREDIT_CHARGE, 500, 0, 6), hold = move_of(CREDIT_HOLD, 500, 0, 6);
    CHECK_INT(crowd(data, CROWD, says_the_same, &buy, ones), EACH);
    check_wallet(db, EACH * 10, 0, EACH);
    CHECK_INT(crowd(data, CROWD, says_the_same, &refund, ones), EACH);
    CHECK_INT(crowd(data, CROWD, says_the_same, &hold, ones), EACH);
    check_wallet(db, 0, EACH * 6, 3 * EACH);
    CHECK_INT(crowd(data, CROWD, says_the_same, &charge, ones), EACH); // the last find nothing held any more
    check_wallet(db, 0, 0, 4 * EACH);
    books_hold(db);
    CHECK_FAULT(holds(db, 1, 1, &fault), FAULT_CREDIT);
    db_give(db);
    test_database_close(data);
}
