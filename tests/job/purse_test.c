// Jobs and credits together: many at once, what a token may spend, and what must hold of both.
#include "tests/job/shop.h"

#include "tests/credit/books.h"

static void all_holds(Shop *s)
{
    Fault fault;
    Checkup checkup = { .count = 0 };
    CHECK_OK(credit_check(s->people.db, test_arena(), &checkup, &fault));
    CHECK_OK(job_check(s->people.db, test_arena(), &checkup, &fault));
    for (int i = 0; i < checkup.count && i < 100; i++)
        print_error("%s: %" PRId64 "\n", checkup.list[i].rule, checkup.list[i].id);
    CHECK_INT(checkup.count, 0);
}

// ---- many at once

enum { ORDERS = 12, PRICE = 10 };

// Orders songs for one person and ends each in another way, as its owner or as the worker that claimed it.
// `did`: how many stay waiting.
static void *orders_and_ends(void *self)
{
    One *one = self;
    Shop *s = one->shared;
    Fault *fault = &one->fault;
    Arena arena = { 0 };
    People people = { .vault = s->vault, .arena = &arena, .public_url = STR("http://127.0.0.1") };
    one->failed = !db_take(one->data, &people.db, fault);
    for (int i = 0; i < ORDERS && !one->failed; i++) {
        JobOrder order = shop_order(s->ada);
        Job job;
        Claim claim;
        bool again, found = false;
        Grip grip;
        one->failed = !job_submit(&people, &order, &job, &again, fault);
        if (!one->failed && i % 3 == 0)
            // Another may have claimed it; then it is told to stop, and its claimer ends it.
            one->failed =
                !job_cancel(people.db, &arena, s->ada, job.id, &job, fault) && fault->kind != FAULT_CONFLICT;
        else if (!one->failed)
            one->failed = !queue_claim(people.db, &arena, &claim, &found, fault);
        if (!one->failed && found)
            one->failed = !queue_end(people.db, &arena, &claim, i % 2 ? JOB_FAILED : JOB_CANCELLED,
                                     i % 2 ? "silent" : "cancelled", QUEUE_ANY_LEASE, &grip, fault) ||
                          grip != GRIP_HELD;
    }
    db_give(people.db);
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(one_persons_songs_are_asked_for_and_ended_by_many_at_once)
{
    enum { MANY = 8 };
    Fault fault;
    static One ones[MANY];
    Shop s = shop_open(engine);
    Job *open;
    int count;
    crowd(s.data, MANY, orders_and_ends, &s, ones);
    all_holds(&s);
    CHECK_OK(job_list_open(s.people.db, test_arena(), s.ada, &open, &count, &fault));
    Wallet wallet = wallet_of(s.people.db, s.ada);
    CHECK_INT(wallet.held, count * PRICE);
    CHECK_INT(wallet.credits, 1000 - count * PRICE);
    shop_close(&s);
}
