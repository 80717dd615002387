#include "pay/part.h"

#include "tests/test.h"

#include <sodium.h>
#include <string.h>

static const Str secret = STR_INIT("whsec_first"), other = STR_INIT("whsec_second");
static const Str body = STR_INIT("{\"id\":\"evt_1\"}");
enum { NOW_S = 1795341285 };

// As Stripe signs: the secret's own letters are the key.
static Str signed_with(Str key, Str text, int64_t at)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char hex[2 * sizeof mac + 1];
    crypto_auth_hmacsha256_state state;
    Str message = arena_print(test_arena(), "%lld." STR_FMT, (long long)at, STR_ARG(text));
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.data, key.length);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)message.data, message.length);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
    return arena_copy(test_arena(), str_of(hex));
}

static Str header(int64_t at, Str mac)
{
    return arena_print(test_arena(), "t=%lld,v1=" STR_FMT, (long long)at, STR_ARG(mac));
}

static bool right(Str head, Str text)
{
    const Str secrets[2] = { secret, other };
    return signature_right(head, text, secrets, 2, NOW_S);
}

TEST(what_stripe_signed_is_taken_with_either_secret)
{
    CHECK(right(header(NOW_S, signed_with(secret, body, NOW_S)), body));
    CHECK(right(header(NOW_S, signed_with(other, body, NOW_S)), body));
    CHECK(!right(header(NOW_S, signed_with(STR("whsec_third"), body, NOW_S)), body));
    Str first = signed_with(STR("whsec_third"), body, NOW_S), second = signed_with(secret, body, NOW_S);
    Str two = arena_print(test_arena(), "t=%d,v1=" STR_FMT ",v0=00,v1=" STR_FMT, NOW_S, STR_ARG(first),
                          STR_ARG(second));
    CHECK(right(two, body));
}

TEST(what_is_tampered_with_old_or_from_the_future_is_refused)
{
    CHECK(!right(header(NOW_S, signed_with(secret, body, NOW_S)), STR("{\"id\":\"evt_2\"}")));
    CHECK(right(header(NOW_S - 300, signed_with(secret, body, NOW_S - 300)), body));
    CHECK(!right(header(NOW_S - 301, signed_with(secret, body, NOW_S - 301)), body));
    CHECK(right(header(NOW_S + 300, signed_with(secret, body, NOW_S + 300)), body));
    CHECK(!right(header(NOW_S + 301, signed_with(secret, body, NOW_S + 301)), body));
    CHECK(!right(header(NOW_S + 1, signed_with(secret, body, NOW_S)), body));
}

TEST(a_signature_that_is_none_is_refused)
{
    Str mac = signed_with(secret, body, NOW_S);
    static const char *const heads[] = { "",          "t=",  "t=1795341285", "v1=",
                                         "t=x,v1=00", "=,=", ",,,",          "t=99999999999999999999,v1=00" };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        CHECK(!right(str_of(heads[i]), body));
    CHECK(!right(arena_print(test_arena(), "v1=" STR_FMT, STR_ARG(mac)), body));
    CHECK(!right(arena_print(test_arena(), "t=%d,v0=" STR_FMT, NOW_S, STR_ARG(mac)), body));
    CHECK(!right(arena_print(test_arena(), "t=%d,t=%d,v1=" STR_FMT, NOW_S, NOW_S, STR_ARG(mac)), body));
    const Str none[2] = { { 0 }, { 0 } };
    CHECK(!signature_right(header(NOW_S, signed_with(STR(""), body, NOW_S)), body, none, 2, NOW_S));
}

// ---- events

TEST(of_an_event_only_what_is_named_is_read)
{
    Fault fault;
    EventFacts facts;
    Str text = STR("{\"id\":\"evt_9\",\"type\":\"charge.dispute.created\",\"created\":12,\"livemode\":false,"
                   "\"data\":{\"object\":{"
                   "\"object\":\"dispute\",\"id\":\"dp_1\",\"charge\":{\"id\":\"ch_1\",\"email\":\"x\"},"
                   "\"payment_intent\":\"pi_1\","
                   "\"status\":\"needs_response\",\"evidence_details\":{\"due_by\":99},\"phone\":\"1\"}}}");
    CHECK_OK(event_read(test_arena(), text, &facts, &fault));
    CHECK_STR(facts.id, "evt_9");
    CHECK_STR(facts.object, "dp_1");
    CHECK_STR(facts.charge, "ch_1");
    CHECK_STR(facts.intent, "pi_1");
    CHECK_STR(facts.session, "");
    CHECK_INT(facts.until, 99000);
    CHECK_INT(facts.purchase, 0);
    CHECK_FAULT(event_read(test_arena(), STR("[]"), &facts, &fault), FAULT_INPUT);
    CHECK_FAULT(
        event_read(test_arena(), STR("{\"id\":\"evt_1\",\"type\":\"x\",\"data\":{}}"), &facts, &fault),
        FAULT_INPUT);
    CHECK_FAULT(event_read(test_arena(), STR("{\"id\":7"), &facts, &fault), FAULT_INPUT);
}

// ---- the plan

static Purchase bought(PurchaseState state)
{
    return (Purchase){ .state = state, .credits = 100, .paid_amount = 499 };
}

static Paid paid(int64_t refunded, bool frozen)
{
    Paid p = { .complete = true, .paid = true, .amount = 499, .frozen = frozen };
    if (refunded)
        p.refunds[p.refund_count++] = (PaidRefund){ .amount = refunded, .counts = true };
    return p;
}

TEST(a_plan_follows_from_what_stripe_says_now)
{
    Purchase p = bought(PURCHASE_OPEN);
    Paid open = { .open = true }, over = { .expired = true }, waits = { .complete = true, .awaiting = true },
         failed = { .complete = true, .failed = true };
    CHECK_INT(plan_of(&p, &open, 0).state, PURCHASE_OPEN);
    CHECK_INT(plan_of(&p, &over, 0).state, PURCHASE_EXPIRED);
    CHECK_INT(plan_of(&p, &waits, 0).state, PURCHASE_AWAITING);
    CHECK_INT(plan_of(&p, &waits, 0).purchased, 0);
    CHECK_INT(plan_of(&p, &failed, 0).state, PURCHASE_FAILED);
    Paid all = paid(0, false);
    CHECK_INT(plan_of(&p, &all, 0).state, PURCHASE_PAID);
    CHECK_INT(plan_of(&p, &all, 0).purchased, 100);
}

TEST(what_went_back_is_rounded_up_and_never_more_than_was_bought)
{
    Purchase p = bought(PURCHASE_PAID);
    Paid part = paid(1, false), half = paid(250, false), whole = paid(499, false), more = paid(600, false);
    CHECK_INT(plan_of(&p, &part, 0).refunded, 1);
    CHECK_INT(plan_of(&p, &half, 0).refunded, 51);
    CHECK_INT(plan_of(&p, &half, 249).refunded, 100);
    CHECK_INT(plan_of(&p, &whole, 0).refunded, 100);
    CHECK_INT(plan_of(&p, &more, 0).refunded, 100);
    half.refunds[0].counts = false; // it failed
    CHECK_INT(plan_of(&p, &half, 0).refunded, 0);
}

TEST(a_dispute_freezes_what_is_left)
{
    Purchase p = bought(PURCHASE_PAID);
    Paid frozen = paid(0, true), half = paid(250, true), released = paid(250, false);
    CHECK_INT(plan_of(&p, &frozen, 0).disputed, 100);
    CHECK_INT(plan_of(&p, &half, 0).disputed, 49);
    CHECK_INT(plan_of(&p, &released, 0).disputed, 0);
}

TEST(nobody_gets_back_more_money_than_credits_are_worth)
{
    Purchase p = bought(PURCHASE_PAID);
    for (int64_t credits = 0; credits <= 100; credits++) {
        int64_t worth = purchase_worth(&p, credits);
        CHECK(worth * 100 <= 499 * credits);
        CHECK(credits_for(100, worth, 499) <= credits);
    }
    CHECK_INT(purchase_worth(&p, 100), 499);
    p = (Purchase){ .credits = 500, .paid_amount = 7 }; // coins too big for single credits
    CHECK_INT(purchase_worth(&p, 71), 0);
    CHECK_INT(purchase_worth(&p, 72), 1);
    CHECK_INT(credits_for(500, 1, 7), 72);
}
