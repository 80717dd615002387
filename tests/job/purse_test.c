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

TEST_BOTH(variants_are_paid_for_all_or_none)
{
    Fault fault;
    Shop s = shop_open(engine);
    JobOrder order = shop_order(s.ada);
    Job job;
    bool again;
    order.variants = JOB_VARIANTS_MAX;
    order.credits = 251; // 4 of them are 4 more than there are
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_CREDIT);
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    CHECK_INT(wallet_of(s.people.db, s.ada).lines, 1);
    CHECK_INT(test_number(s.data, "SELECT COUNT(*) FROM job"), 0);
    order.credits = 250;
    CHECK_OK(job_submit(&s.people, &order, &job, &again, &fault));
    CHECK_INT(shop_credits(&s, s.ada), 0);
    CHECK_INT(wallet_of(s.people.db, s.ada).held, 1000);
    all_holds(&s);
    shop_close(&s);
}

// ---- what a token may spend

static int64_t token_with(Shop *s, int64_t cap)
{
    Fault fault;
    ApiToken *list;
    Str token;
    int count;
    CHECK_OK(api_token_make(&s->people, s->ada, STR("script"), SCOPE_MAKE, cap, &token, &fault));
    CHECK_OK(api_token_list(&s->people, s->ada, &list, &count, &fault));
    return list[0].id;
}

static int64_t spent(Shop *s)
{
    Fault fault;
    ApiToken *list;
    int count;
    CHECK_OK(api_token_list(&s->people, s->ada, &list, &count, &fault));
    return list[0].spent;
}

static bool asks(Shop *s, int64_t token, int64_t credits, Job *job, Fault *fault)
{
    JobOrder order = shop_order(s->ada);
    bool again;
    order.token = token;
    order.credits = credits;
    return job_submit(&s->people, &order, job, &again, fault);
}

TEST_BOTH(a_token_spends_up_to_its_cap)
{
    Fault fault;
    Shop s = shop_open(engine);
    Job job;
    int64_t token = token_with(&s, 25);
    CHECK_OK(asks(&s, token, 10, &job, &fault));
    CHECK_OK(asks(&s, token, 10, &job, &fault));
    CHECK_FAULT(asks(&s, token, 10, &job, &fault), FAULT_CREDIT);
    CHECK(strstr(fault.text, "token"));
    CHECK_INT(spent(&s), 20);
    CHECK_INT(shop_credits(&s, s.ada), 980); // what was refused is not held
    CHECK_OK(asks(&s, token, 5, &job, &fault));
    CHECK_FAULT(asks(&s, token, 1, &job, &fault), FAULT_CREDIT);
    CHECK_OK(asks(&s, token, 0, &job, &fault)); // what is free
    CHECK_OK(asks(&s, 0, 10, &job, &fault));    // and what she asks for herself
    CHECK_INT(spent(&s), 25);
    all_holds(&s);
    shop_close(&s);
}

TEST_BOTH(a_token_without_a_cap_spends_all_there_is_and_one_of_zero_nothing)
{
    Fault fault;
    Shop s = shop_open(engine);
    Job job;
    int64_t none = token_with(&s, 0);
    CHECK_FAULT(asks(&s, none, 1, &job, &fault), FAULT_CREDIT);
    int64_t open = token_with(&s, -1);
    CHECK_OK(asks(&s, open, 1000, &job, &fault));
    CHECK_FAULT(asks(&s, open, 1, &job, &fault), FAULT_CREDIT);
    CHECK_INT(spent(&s), 1000); // what the person has not, the token has not spent
    all_holds(&s);
    shop_close(&s);
}

TEST_BOTH(what_comes_back_may_be_spent_by_the_token_again)
{
    Fault fault;
    Shop s = shop_open(engine);
    Job job;
    Grip grip;
    int64_t token = token_with(&s, 10);
    CHECK_OK(asks(&s, token, 10, &job, &fault));
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &job, &fault)); // while it waits
    CHECK_INT(spent(&s), 0);
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &job, &fault));
    CHECK_INT(spent(&s), 0);
    CHECK_OK(asks(&s, token, 10, &job, &fault));
    Claim claim = shop_claim(&s);
    CHECK_INT(claim.token, token);
    CHECK_OK(
        queue_end(s.people.db, test_arena(), &claim, JOB_FAILED, "silent", QUEUE_ANY_LEASE, &grip, &fault));
    CHECK_INT(spent(&s), 0);
    CHECK_OK(
        queue_end(s.people.db, test_arena(), &claim, JOB_FAILED, "silent", QUEUE_ANY_LEASE, &grip, &fault));
    CHECK_INT(grip, GRIP_LOST);
    CHECK_INT(spent(&s), 0);
    CHECK_OK(asks(&s, token, 10, &job, &fault));
    claim = shop_claim(&s);
    CHECK_OK(db_begin(s.people.db, &fault));
    CHECK_OK(queue_done(s.people.db, test_arena(), &claim, &grip, &fault));
    CHECK_OK(db_commit(s.people.db, &fault));
    CHECK_INT(spent(&s), 10); // what was made stays spent
    CHECK_FAULT(asks(&s, token, 10, &job, &fault), FAULT_CREDIT);
    CHECK_INT(shop_credits(&s, s.ada), 990);
    shop_close(&s);
}

TEST_BOTH(a_token_revoked_meanwhile_spends_nothing_and_keeps_nothing)
{
    Fault fault;
    Shop s = shop_open(engine);
    Job job, late;
    int64_t token = token_with(&s, -1);
    CHECK_OK(asks(&s, token, 10, &job, &fault));
    CHECK_OK(api_token_revoke(&s.people, s.ada, token, &fault));
    CHECK_FAULT(asks(&s, token, 10, &late, &fault), FAULT_CREDIT); // found before it was revoked
    CHECK_INT(shop_credits(&s, s.ada), 990);
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &job, &fault));
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    all_holds(&s);
    shop_close(&s);
}

typedef struct TokenUse {
    Shop *s;
    int64_t token;
} TokenUse;

static void *asks_by_token(void *self)
{
    One *one = self;
    const TokenUse *use = one->shared;
    Arena arena = { 0 };
    People people = { .vault = use->s->vault, .arena = &arena, .public_url = STR("http://127.0.0.1") };
    one->failed = !db_take(one->data, &people.db, &one->fault);
    for (int i = 0; i < 3 && !one->failed; i++) {
        JobOrder order = shop_order(use->s->ada);
        Job job;
        bool again;
        order.token = use->token;
        bool asked = job_submit(&people, &order, &job, &again, &one->fault);
        one->did += asked;
        one->failed = !asked && one->fault.kind != FAULT_CREDIT;
    }
    db_give(people.db);
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(many_programs_with_one_token_spend_no_more_than_its_cap)
{
    static One ones[CROWD];
    Shop s = shop_open(engine);
    TokenUse use = { &s, token_with(&s, 215) };
    CHECK_INT(crowd(s.data, CROWD, asks_by_token, &use, ones), 21);
    CHECK_INT(spent(&s), 210);
    CHECK_INT(shop_credits(&s, s.ada), 790);
    all_holds(&s);
    shop_close(&s);
}

// ---- what must hold of jobs and ledger

#define HELD    "held-is-what-open-jobs-cost"
#define OVER    "each-job-has-the-lines-of-its-state"
#define OPEN    "an-open-job-is-not-settled"
#define CHARGED "what-was-charged-can-be-heard"

static const struct {
    const char *rule, *sql;
} damages[] = {
    { HELD, "UPDATE wallet SET held = held + 1" },
    { HELD, "INSERT INTO wallet VALUES (9, 0, 5, 0)" },
    { HELD, "UPDATE job SET credits = 0 WHERE state = 'queued'" },
    { HELD, "DELETE FROM job WHERE state = 'queued'" },
    { OVER, "UPDATE job SET credits = credits + 1 WHERE state = 'done'" },
    { OVER, "UPDATE job SET state = 'failed' WHERE state = 'done'" },
    { OVER, "UPDATE job SET state = 'done' WHERE state = 'cancelled'" },
    { OVER, "UPDATE credit_line SET account = 9 WHERE kind = 'charge'" },
    { OVER, "DELETE FROM credit_line WHERE kind = 'return'" },
    { OVER, "DELETE FROM credit_line WHERE kind = 'hold'" },
    { OPEN, "UPDATE job SET ended = 0, state = 'running' WHERE state = 'done'" },
    { OPEN, "UPDATE job SET ended = 0, state = 'queued' WHERE state = 'cancelled'" },
    { CHARGED, "DELETE FROM blob" },
    { CHARGED, "UPDATE blob SET state = 'condemned'" },
    { CHARGED, "UPDATE blob SET kind = 'flac'" },
};

// A song in each state that has one: done, cancelled, running, waiting.
static void some_songs(Shop *s)
{
    Fault fault;
    Grip grip;
    Job done = shop_ask(s, s->ada), cancelled = shop_ask(s, s->ada);
    Claim claim = shop_claim(s);
    CHECK_INT(claim.id.n, done.id.n);
    CHECK_OK(db_begin(s->people.db, &fault));
    CHECK_OK(queue_done(s->people.db, test_arena(), &claim, &grip, &fault));
    CHECK_OK(db_commit(s->people.db, &fault));
    Str blob = arena_print(test_arena(),
                           "INSERT INTO blob (id, account, song, job, kind, state, bytes, checked, created) "
                           "VALUES (1, %" PRId64 ", %" PRId64 ", %" PRId64 ", 'mp3', 'whole', 9, 1, 1)",
                           s->ada.n, done.song.n, done.id.n),
        why;
    if (!test_does(s->data, blob.data, &why))
        fail_msg(STR_FMT, STR_ARG(why));
    CHECK_OK(job_cancel(s->people.db, test_arena(), s->ada, cancelled.id, &cancelled, &fault));
    shop_ask(s, s->ada);
    shop_claim(s);
    shop_ask(s, s->ada);
    all_holds(s);
}

TEST_BOTH(damage_between_jobs_and_ledger_is_found)
{
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        Fault fault;
        Str why;
        Shop s = shop_open(engine);
        Checkup checkup = { .count = 0 };
        some_songs(&s);
        CHECK(test_does(s.data,
                        engine == ON_POSTGRES
                            ? "ALTER TABLE credit_line DISABLE TRIGGER ALL"
                            : "DROP TRIGGER credit_line_stays; DROP TRIGGER credit_line_remains",
                        &why));
        CHECK(test_does(s.data, damages[i].sql, &why));
        CHECK_OK(job_check(s.people.db, test_arena(), &checkup, &fault));
        if (!breaks(&checkup, damages[i].rule))
            print_error("not found: %s: %s\n", damages[i].rule, damages[i].sql);
        CHECK(breaks(&checkup, damages[i].rule));
        shop_close(&s);
    }
}
