#include "credit/credit.h"

#include "tests/db/people.h"

#include <pthread.h>

enum { HANDS = 8, EACH = 20 };

static const AccountId ada = { 7 };

static bool hold(Db *db, int64_t job, int64_t amount, Fault *fault)
{
    if (!db_begin(db, fault))
        return false;
    if (credit_hold(db, ada, (JobId){ job }, amount, fault))
        return db_commit(db, fault);
    db_rollback(db);
    return false;
}

static int64_t balance(Db *db)
{
    Fault fault;
    int64_t credits;
    CHECK_OK(credit_balance(db, ada, &credits, &fault));
    return credits;
}

TEST_BOTH(what_is_held_cannot_be_held_again)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, ada.n, 10);
    CHECK_OK(hold(db, 1, 7, &fault));
    CHECK_FAULT(hold(db, 2, 4, &fault), FAULT_CREDIT);
    CHECK_OK(hold(db, 3, 3, &fault));
    CHECK_INT(balance(db), 0);
    CHECK_OK(hold(db, 4, 0, &fault)); // nothing can be held of nothing
    db_give(db);
}

TEST_BOTH(credits_come_back_once_for_a_job)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, ada.n, 10);
    CHECK_OK(hold(db, 1, 4, &fault));
    for (int i = 0; i < 2; i++) {
        CHECK_OK(db_begin(db, &fault));
        CHECK_OK(credit_return(db, ada, (JobId){ 1 }, 4, STR("silent"), &fault));
        CHECK_OK(db_commit(db, &fault));
        CHECK_INT(balance(db), 10);
    }
    db_give(db);
}

TEST_BOTH(what_was_charged_stays_taken_and_a_rolled_back_hold_never_was)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, ada.n, 10);
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(credit_hold(db, ada, (JobId){ 1 }, 10, &fault));
    db_rollback(db);
    CHECK_INT(balance(db), 10);
    CHECK_OK(hold(db, 2, 6, &fault));
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(credit_charge(db, ada, (JobId){ 2 }, 6, &fault));
    CHECK_OK(credit_charge(db, ada, (JobId){ 2 }, 6, &fault));
    CHECK_OK(db_commit(db, &fault));
    CHECK_INT(balance(db), 4);
    db_give(db);
}

typedef struct Hand {
    pthread_t thread;
    Database *data;
    int number, held;
} Hand;

static void *spends(void *self)
{
    Hand *hand = self;
    Fault fault;
    Db *db;
    if (!db_take(hand->data, &db, &fault))
        return NULL;
    for (int i = 0; i < EACH; i++)
        hand->held += hold(db, hand->number * 1000 + i, 1, &fault);
    db_give(db);
    return NULL;
}

TEST_BOTH(eight_who_spend_at_once_spend_what_there_is)
{
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    Hand hands[HANDS];
    int held = 0;
    person_with(db, ada.n, HANDS * EACH / 2);
    for (int i = 0; i < HANDS; i++) {
        hands[i] = (Hand){ .data = data, .number = i + 1 };
        CHECK_INT(pthread_create(&hands[i].thread, NULL, spends, &hands[i]), 0);
    }
    for (int i = 0; i < HANDS; i++) {
        pthread_join(hands[i].thread, NULL);
        held += hands[i].held;
    }
    CHECK_INT(held, HANDS * EACH / 2);
    CHECK_INT(balance(db), 0);
    db_give(db);
}
