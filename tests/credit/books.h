// What the tests of the ledger share: moves of one person, and whether the books hold.
#ifndef TESTS_CREDIT_BOOKS_H
#define TESTS_CREDIT_BOOKS_H

#include "job/job.h"
#include "tests/db/people.h"

#include <inttypes.h>
#include <pthread.h>
#include <string.h>

static const AccountId ada = { 7 };

static inline CreditMove move_of(CreditKind kind, int64_t cause, int64_t step, int64_t amount)
{
    return (CreditMove){ ada, kind, cause, step, amount, STR("") };
}

// A transaction of its own.
static inline bool moves(Db *db, const CreditMove *move, bool *moved, Fault *fault)
{
    *moved = false;
    if (!db_begin(db, fault))
        return false;
    if (credit_move(db, move, moved, fault))
        return db_commit(db, fault);
    db_rollback(db);
    return false;
}

static inline bool holds(Db *db, int64_t job, int64_t amount, Fault *fault)
{
    if (!db_begin(db, fault))
        return false;
    if (credit_hold(db, ada, (JobId){ job }, amount, fault))
        return db_commit(db, fault);
    db_rollback(db);
    return false;
}

static inline bool charges(Db *db, int64_t job, int64_t amount, Fault *fault)
{
    bool moved;
    return moves(db, &(CreditMove){ ada, CREDIT_CHARGE, job, 0, amount, STR("") }, &moved, fault);
}

static inline Wallet wallet_of(Db *db, AccountId account)
{
    Fault fault;
    Wallet wallet;
    CHECK_OK(credit_wallet(db, account, &wallet, &fault));
    return wallet;
}

static inline void check_wallet(Db *db, int64_t credits, int64_t held, int64_t lines)
{
    Wallet wallet = wallet_of(db, ada);
    CHECK_INT(wallet.credits, credits);
    CHECK_INT(wallet.held, held);
    CHECK_INT(wallet.lines, lines);
}

static inline CreditLine newest_line(Db *db, AccountId account)
{
    Fault fault;
    CreditLine *list;
    int count;
    CHECK_OK(credit_lines(db, test_arena(), account, 0, 1, &list, &count, &fault));
    CHECK_INT(count, 1);
    return list[0];
}

static inline bool breaks(const Checkup *checkup, const char *rule)
{
    for (int i = 0; i < checkup->count && i < 100; i++)
        if (strcmp(checkup->list[i].rule, rule) == 0)
            return true;
    return false;
}

static inline Checkup checked(Db *db)
{
    Fault fault;
    Checkup checkup = { .count = 0 };
    CHECK_OK(credit_check(db, test_arena(), &checkup, &fault));
    return checkup;
}

static inline void books_hold(Db *db)
{
    Checkup checkup = checked(db);
    for (int i = 0; i < checkup.count && i < 100; i++)
        print_error("%s: %" PRId64 "\n", checkup.list[i].rule, checkup.list[i].id);
    CHECK_INT(checkup.count, 0);
}

// ---- many at once

enum { CROWD = 16 };

typedef struct One {
    pthread_t thread;
    Database *data;
    void *shared;
    int number;
    int64_t did; // what it is for, the test says
    bool failed; // a fault that the test does not expect
    Fault fault;
} One;

// Each on a conversation of its own. Gives the sum of what they did.
static inline int64_t crowd(Database *data, int count, void *(*work)(void *), void *shared, One *ones)
{
    int64_t did = 0;
    for (int i = 0; i < count; i++) {
        ones[i] = (One){ .data = data, .shared = shared, .number = i };
        CHECK_INT(pthread_create(&ones[i].thread, NULL, work, &ones[i]), 0);
    }
    for (int i = 0; i < count; i++)
        pthread_join(ones[i].thread, NULL);
    for (int i = 0; i < count; i++) {
        if (ones[i].failed)
            print_error("%d: fault %d: %s\n", i, (int)ones[i].fault.kind, ones[i].fault.text);
        CHECK(!ones[i].failed);
        did += ones[i].did;
    }
    return did;
}

#endif
