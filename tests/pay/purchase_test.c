// Purchases against a stand-in for Stripe that keeps its own books.
#include "tests/pay/till.h"

#include "sys/clock.h"

#include <pthread.h>
#include <time.h>

static const char *of(const char *name, Str value, const char *more)
{
    return arena_print(test_arena(), "{\"%s\":\"" STR_FMT "\"%s}", name, STR_ARG(value), more).data;
}

TEST_BOTH(a_pack_is_paid_once_however_often_it_is_looked_at)
{
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    CHECK_INT(p.state, PURCHASE_PAID);
    CHECK_INT(till_credits(till), 100);
    for (int i = 0; i < 3; i++)
        till_look(till, p.id);
    CHECK_INT(till_credits(till), 100);
    CHECK_INT(till_receipts(till), 1);
    CHECK_INT(world_mails(till->world, "ada@example.org", "receipt"), 1);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(an_open_purchase_has_a_link_and_nothing_else)
{
    Till *till = till_open(engine);
    Purchase p = till_buy(till);
    till_look(till, p.id);
    p = till_read(till, p.id);
    CHECK_INT(p.state, PURCHASE_OPEN);
    CHECK(str_starts(p.path, STR("c/pay/")));
    CHECK_INT(till_credits(till), 0);
    till_tell(till, "expire", of("session", p.session, ""));
    till_look(till, p.id);
    p = till_read(till, p.id);
    CHECK_INT(p.state, PURCHASE_EXPIRED);
    CHECK_INT(p.path.length, 0);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(a_form_that_comes_twice_buys_once)
{
    Fault fault;
    Till *till = till_open(engine);
    Purchase one, two;
    CHECK_OK(
        purchase_begin(till->shop, till->people, till->ada, STR("starter"), STR("form 1"), &one, &fault));
    CHECK_OK(
        purchase_begin(till->shop, till->people, till->ada, STR("starter"), STR("form 1"), &two, &fault));
    CHECK_INT(one.id.n, two.id.n);
    CHECK_OK(
        purchase_begin(till->shop, till->people, till->ada, STR("starter"), STR("form 2"), &two, &fault));
    CHECK(one.id.n != two.id.n);
    CHECK_FAULT(purchase_begin(till->shop, till->people, till->ada, STR("other"), STR(""), &two, &fault),
                FAULT_INPUT);
    till_close(till);
}

TEST_BOTH(money_that_takes_days_counts_when_it_is_there)
{
    Till *till = till_open(engine);
    Purchase p = till_buy(till), q = till_buy(till);
    till_tell(till, "complete",
              of("session", p.session, ",\"unpaid\":true,\"method\":\"sepa_debit\",\"paid\":false"));
    till_tell(till, "complete",
              of("session", q.session, ",\"unpaid\":true,\"method\":\"sepa_debit\",\"paid\":false"));
    till_look(till, p.id);
    till_look(till, q.id);
    CHECK_INT(till_read(till, p.id).state, PURCHASE_AWAITING);
    CHECK_INT(till_credits(till), 0);
    till_tell(till, "settle", of("session", p.session, ",\"good\":true"));
    till_tell(till, "settle", of("session", q.session, ",\"good\":false"));
    till_look(till, p.id);
    till_look(till, q.id);
    CHECK_INT(till_read(till, p.id).state, PURCHASE_PAID);
    CHECK_INT(till_read(till, q.id).state, PURCHASE_FAILED);
    CHECK_INT(till_credits(till), 100);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(unspent_credits_are_paid_back_and_cannot_be_spent_meanwhile)
{
    Fault fault = { 0 };
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    CHECK_INT(p.refundable, 100);
    CHECK_OK(purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 40, STR("form"), &fault));
    CHECK_INT(till_credits(till), 60);
    CHECK_OK(purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 40, STR("form"), &fault));
    CHECK_INT(till_credits(till), 60);
    till_look(till, p.id);
    p = till_read(till, p.id);
    CHECK_INT(p.refunded, 40);
    CHECK_INT(p.refundable, 60);
    CHECK_INT(till_credits(till), 60);
    CHECK_INT(till_receipts(till), 2);
    CHECK_FAULT(purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 61, STR(""), &fault),
                FAULT_INPUT);
    CHECK_OK(purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 60, STR(""), &fault));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 0);
    CHECK_INT(till_read(till, p.id).refundable, 0);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(a_refund_that_stripe_does_not_answer_is_asked_for_again_and_made_once)
{
    Fault fault = { 0 };
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    RefundRow *open;
    StripeAnswer answer;
    int count;
    till_tell(
        till, "fail",
        "{\"path\":\"/v1/refunds\",\"method\":\"POST\",\"how\":\"reset\",\"times\":9,\"when\":\"after\"}");
    (void)purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 50, STR(""), &fault);
    CHECK_INT(till_credits(till), 50);
    till_tell(till, "calm", "{}");
    world_later(till->world, MS_MINUTE); // the Cashier waits until nobody else is about to send it
    CHECK_OK(refund_rows_open(till->world->db, test_arena(), (PurchaseId){ 0 }, &open, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_OK(refund_send(till->shop, till->people, &open[0], PATIENCE_CASHIER, &answer, &fault));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 50);
    CHECK_INT(till_read(till, p.id).refunded, 50);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(a_refund_that_stripe_refuses_gives_the_credits_back)
{
    Fault fault = { 0 };
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    Attention *list;
    int count;
    till_tell(till, "fail",
              "{\"path\":\"/v1/"
              "refunds\",\"method\":\"POST\",\"status\":400,\"error\":{\"code\":\"charge_disputed\"}}");
    (void)purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 50, STR(""), &fault);
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 100);
    CHECK_OK(attention_list(till->world->db, test_arena(), &list, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_STR(list[0].kind, "refund-failed");
    till_checked(till);
    till_close(till);
}

TEST_BOTH(spent_credits_that_are_paid_back_block_spending_until_it_is_even)
{
    Fault fault = { 0 };
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    Db *db = till->world->db;
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(credit_hold(db, till->ada, (JobId){ 1 }, 80, &fault));
    CHECK_OK(credit_charge(db, till->ada, (JobId){ 1 }, 80, &fault));
    CHECK_OK(db_commit(db, &fault));
    CHECK_INT(till_read(till, p.id).refundable, 20);
    till_tell(till, "refund", of("session", p.session, ""));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), -80);
    CHECK_OK(db_begin(db, &fault));
    CHECK_FAULT(credit_hold(db, till->ada, (JobId){ 2 }, 0, &fault), FAULT_CREDIT);
    db_rollback(db);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(a_dispute_takes_what_is_left_and_gives_it_back_when_it_is_won)
{
    Fault fault = { 0 };
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    till_tell(till, "refund", of("session", p.session, ",\"amount\":100"));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 79);
    Str dispute = till_member(
        till_tell(till, "dispute", of("session", p.session, ",\"status\":\"needs_response\"")), "id");
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 0);
    CHECK_INT(till_read(till, p.id).refundable, 0);
    CHECK_FAULT(purchase_refund(till->shop, till->people, (AccountId){ 0 }, p.id, 1, STR(""), &fault),
                FAULT_INPUT);
    till_tell(till, "move_dispute", of("dispute", dispute, ",\"status\":\"won\""));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 79);
    till_checked(till);
    till_close(till);
}

TEST_BOTH(a_warning_takes_nothing_and_a_lost_dispute_keeps_all)
{
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    Str dispute = till_member(
        till_tell(till, "dispute", of("session", p.session, ",\"status\":\"warning_needs_response\"")), "id");
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 100);
    till_tell(till, "move_dispute", of("dispute", dispute, ",\"status\":\"needs_response\""));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 0);
    till_tell(till, "move_dispute", of("dispute", dispute, ",\"status\":\"lost\""));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 0);
    till_checked(till);
    till_close(till);
}

typedef struct Slow {
    Till *till;
    PurchaseId id;
    bool good, again;
} Slow;

// Its answer is made now, and comes late.
static void *looks_slowly(void *self)
{
    Slow *slow = self;
    Fault fault = { 0 };
    Arena arena = { 0 };
    People people = *slow->till->people;
    people.arena = &arena;
    slow->good = db_take(slow->till->world->data, &people.db, &fault);
    if (slow->good) {
        slow->good = purchase_reconcile(slow->till->shop, &people, slow->id, &slow->again, &fault);
        db_give(people.db);
    }
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(who_asked_stripe_earlier_writes_nothing)
{
    Till *till = till_open(engine);
    Purchase p = till_paid(till);
    Slow slow = { .till = till, .id = p.id };
    pthread_t thread;
    till_tell(till, "fail",
              "{\"path\":\"/v1/disputes\",\"how\":\"slow\",\"when\":\"after\",\"delay_ms\":2500}");
    CHECK_INT(pthread_create(&thread, NULL, looks_slowly, &slow), 0);
    nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
    till_tell(till, "refund", of("session", p.session, ""));
    till_look(till, p.id);
    CHECK_INT(till_credits(till), 0);
    pthread_join(thread, NULL);
    CHECK(slow.good);
    CHECK(slow.again);
    CHECK_INT(till_credits(till), 0); // not what it was when the slow one asked
    till_checked(till);
    till_close(till);
}

TEST_BOTH(the_nightly_comparison_finds_and_repairs_what_no_event_told)
{
    Fault fault = { 0 };
    Till *till = till_open(engine);
    Purchase p = till_buy(till), q = till_paid(till);
    Reconciliation report;
    till_tell(till, "complete", of("session", p.session, ""));
    till_tell(till, "refund", of("session", q.session, ""));
    CHECK_OK(pay_reconcile_all(till->shop, till->people, &report, &fault));
    CHECK_INT(report.differences, 2);
    CHECK_INT(report.repaired, 2);
    CHECK(report.finished > 0);
    CHECK_INT(till_read(till, p.id).state, PURCHASE_PAID);
    CHECK_INT(till_credits(till), 100);
    CHECK_OK(pay_reconcile_all(till->shop, till->people, &report, &fault));
    CHECK_INT(report.differences, 0);
    till_checked(till);
    till_close(till);
}

TEST(a_shop_refuses_the_keys_of_the_other_mode)
{
    Fault fault = { 0 };
    Till *till = till_open(ON_SQLITE);
    Config config = till->config;
    Shop *shop;
    config.stripe_mode = "live";
    CHECK_FAULT(shop_open(&config, till->world->vault, &shop, &fault), FAULT_INPUT);
    config = till->config;
    config.stripe_key = NULL;
    CHECK_OK(shop_open(&config, till->world->vault, &shop, &fault));
    CHECK(!shop_sells(shop));
    Purchase none;
    CHECK_FAULT(purchase_begin(shop, till->people, till->ada, STR("starter"), STR(""), &none, &fault),
                FAULT_CONFLICT);
    shop_close(shop);
    till_close(till);
}
