// The one way in which money changes credits.
//
//     take the fence ──> ask Stripe ──> plan ──> one transaction: ledger, refunds, receipts, mails, row
//
// Who takes the fence last asked last, so what they heard is freshest; whoever finds the fence taken since
// then writes nothing.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum { WAIT_MS = 1000, WAIT_MOST_MS = 10 * MS_MINUTE, NEVER_OPENED_MS = MS_DAY };

typedef struct Reconciling {
    Shop *shop;
    People *people;
    PurchaseRow row; // as the fence was taken
    Paid paid;
    Plan plan;
    Str billing; // sealed; "" = none
    bool again;
} Reconciling;

// ---- ledger

static bool moved(Db *db, PurchaseId id, CreditKind to, CreditKind fro, int64_t *net, Fault *fault)
{
    int64_t there, back;
    if (!credit_sum(db, to, id.n, &there, fault) || !credit_sum(db, fro, id.n, &back, fault))
        return false;
    *net = there - back;
    return true;
}

// Brings what `to` has moved, less what `fro` has moved back, to `wanted`.
static bool bring(Reconciling *r, CreditKind to, CreditKind fro, int64_t wanted, const char *why,
                  int64_t *change, Fault *fault)
{
    Db *db = r->people->db;
    int64_t net;
    if (!moved(db, r->row.it.id, to, fro, &net, fault))
        return false;
    *change = wanted - net;
    if (*change == 0)
        return true;
    CreditMove move = { .account = r->row.it.account,
                        .kind = *change > 0 ? to : fro,
                        .cause = r->row.it.id.n,
                        .step = ++r->row.step,
                        .amount = *change > 0 ? *change : -*change,
                        .why = str_of(why) };
    return credit_move(db, &move, NULL, fault);
}

static bool write_receipt(Reconciling *r, bool refund, int64_t step, int64_t credits, int64_t amount,
                          Fault *fault)
{
    ReceiptDraft draft = { r->shop, &r->row,          refund,       step,           credits,
                           amount,  r->paid.currency, r->paid.name, r->paid.address };
    return receipt_write(r->people, &draft, fault);
}

static bool bring_purchase(Reconciling *r, Fault *fault)
{
    Purchase *it = &r->row.it;
    CreditMove move = { it->account, CREDIT_PURCHASE, it->id.n, 0, it->credits, STR("purchase") };
    bool fresh = false;
    if (r->plan.purchased == 0)
        return true;
    if (!credit_move(r->people->db, &move, &fresh, fault))
        return false;
    if (!fresh)
        return true;
    it->paid = clock_now();
    log_info("pay.paid purchase=" STR_FMT, STR_ARG(id_text(r->people->arena, it->id.n)));
    return write_receipt(r, false, 0, it->credits, r->paid.amount, fault);
}

// The receipt says what Stripe says went back; the ledger also counts what we have asked for already.
static bool bring_refunds(Reconciling *r, Fault *fault)
{
    int64_t change, amount = r->plan.refunded_amount, before = r->row.refunded_amount;
    if (!bring(r, CREDIT_REFUND, CREDIT_REFUND_REVERSED, r->plan.refunded, "refund", &change, fault))
        return false;
    if (amount == before)
        return true;
    int64_t credits = credits_for(r->row.it.credits, amount, r->paid.amount) -
                      credits_for(r->row.it.credits, before, r->paid.amount);
    r->row.refunded_amount = amount;
    return write_receipt(r, true, ++r->row.step, credits, amount - before, fault) &&
           (amount > before || attention_add(r->people->db, "refund-failed", r->row.it.id,
                                             arena_print(r->people->arena, "refund %" PRId64 " %" PRId64,
                                                         r->row.it.id.n, r->row.step),
                                             0, fault));
}

static bool bring_disputes(Reconciling *r, Fault *fault)
{
    int64_t change;
    Str dispute = r->paid.dispute;
    if (!bring(r, CREDIT_DISPUTE, CREDIT_DISPUTE_RELEASED, r->plan.disputed, "dispute", &change, fault))
        return false;
    bool news = dispute.length && (!str_equal(dispute, r->row.dispute) || change > 0);
    return !news ||
           attention_add(r->people->db, "dispute", r->row.it.id, dispute, r->paid.evidence_due, fault);
}

// ---- our own refunds

static const PaidRefund *refund_at_stripe(const Paid *paid, const RefundRow *ours)
{
    for (int i = 0; i < paid->refund_count; i++)
        if (paid->refunds[i].ours == ours->id ||
            (ours->remote.length && str_equal(paid->refunds[i].id, ours->remote)))
            return &paid->refunds[i];
    return NULL;
}

static bool settle_refunds(Reconciling *r, int64_t *asked_amount, Fault *fault)
{
    Db *db = r->people->db;
    RefundRow *list;
    int count;
    *asked_amount = 0;
    if (!refund_rows_open(db, r->people->arena, r->row.it.id, &list, &count, fault))
        return false;
    for (int i = 0; i < count; i++) {
        const PaidRefund *there = refund_at_stripe(&r->paid, &list[i]);
        if (there == NULL)
            *asked_amount += list[i].amount;
        else if (!db_run(db, SQL_REFUND_END,
                         DB_ARGS(DB_INT(list[i].id), DB_TEXT(there->failed ? STR("failed") : STR("done")),
                                 DB_TEXT(there->id), DB_INT(clock_now())),
                         NULL, fault))
            return false;
        if (there && there->failed && !attention_add(db, "refund-failed", r->row.it.id, there->id, 0, fault))
            return false;
    }
    return true;
}

// ---- the transaction

static bool write_row(Reconciling *r, Fault *fault)
{
    const Purchase *it = &r->row.it;
    const Paid *paid = &r->paid;
    DbValue billing = r->billing.length       ? DB_BLOB(r->billing)
                      : r->row.billing.length ? DB_BLOB(r->row.billing)
                                              : DB_NULL;
    bool is_paid = r->plan.state == PURCHASE_PAID;
    return db_run(r->people->db, SQL_PURCHASE_WRITE,
                  DB_ARGS(DB_INT(it->id.n), DB_TEXT(purchase_state_word(r->plan.state)),
                          DB_TEXT(paid->intent), DB_TEXT(paid->charge), DB_INT(is_paid ? paid->amount : 0),
                          DB_TEXT(is_paid ? paid->currency : STR("")), DB_INT(r->row.refunded_amount),
                          DB_TEXT(paid->dispute), DB_TEXT(paid->dispute_state), DB_INT(paid->evidence_due),
                          billing, DB_INT(r->row.step), DB_INT(r->row.asked), DB_INT(it->paid),
                          DB_INT(paid->expires)),
                  NULL, fault);
}

static bool apply(void *self, Db *db, Fault *fault)
{
    Reconciling *r = self;
    int64_t asked_amount;
    bool held = false, failed = r->row.it.state != PURCHASE_FAILED;
    PurchaseRow now;
    // The row is locked from here on: nobody else moves anything of this purchase.
    if (!run_one(db, SQL_PURCHASE_HOLD, DB_ARGS(DB_INT(r->row.it.id.n), DB_INT(r->row.fence)), &held, fault))
        return false;
    r->again = !held;
    if (!held)
        return true;
    if (!purchase_row(db, r->people->arena, r->row.it.id, &now, &held, fault))
        return false;
    now.fence = r->row.fence;
    now.asked = r->row.asked; // whoever asked since then is looked at again
    r->row = now;
    if (!settle_refunds(r, &asked_amount, fault))
        return false;
    r->plan = plan_of(&r->row.it, &r->paid, asked_amount);
    failed = failed && r->plan.state == PURCHASE_FAILED;
    return bring_purchase(r, fault) && bring_refunds(r, fault) && bring_disputes(r, fault) &&
           (!failed || failure_mail(r->people, &r->row, fault)) && write_row(r, fault);
}

// ---- the whole

static bool note_trouble(Reconciling *r, const StripeAnswer *answer, Fault *fault)
{
    int shift = r->row.attempts < 10 ? (int)r->row.attempts : 10;
    int64_t wait = (int64_t)WAIT_MS << shift;
    wait = answer->wait_ms > wait ? answer->wait_ms : wait;
    wait = wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS;
    if (!db_run(r->people->db, SQL_PURCHASE_TROUBLE,
                DB_ARGS(DB_INT(r->row.it.id.n), DB_INT(r->row.fence), DB_TEXT(answer->trouble),
                        DB_INT(clock_now() + wait)),
                NULL, fault))
        return false;
    if (answer->end != STRIPE_LATER &&
        !attention_add(r->people->db, "key", r->row.it.id,
                       arena_print(r->people->arena, "look %" PRId64 " " STR_FMT, r->row.it.id.n,
                                   STR_ARG(answer->trouble)),
                       0, fault))
        return false;
    return answer_fault(answer, fault);
}

// Whoever came so far never got a link, so nothing can have been paid.
static bool never_opened(Reconciling *r, Fault *fault)
{
    bool over = clock_now() > r->row.it.created + NEVER_OPENED_MS;
    return db_run(r->people->db, SQL_PURCHASE_UNOPENED,
                  DB_ARGS(DB_INT(r->row.it.id.n), DB_INT(r->row.fence),
                          DB_TEXT(over ? STR("expired") : STR("new")), DB_INT(r->row.asked)),
                  NULL, fault);
}

static bool take_fence(Reconciling *r, PurchaseId id, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(r->people->db, r->people->arena, SQL_PURCHASE_FENCE, DB_ARGS(DB_INT(id.n)), &row, &found,
                 fault))
        return fault_while(fault, "taking a purchase");
    if (!found)
        return fault_set(fault, FAULT_MISSING, "There is no such purchase.");
    r->row = row_purchase(&row, 0);
    return true;
}

static bool seal_billing(Reconciling *r, Fault *fault)
{
    Arena *arena = r->people->arena;
    if (r->paid.name.length + r->paid.address.length == 0)
        return true;
    return vault_seal(r->people->vault, arena, r->row.it.account, KEY_BILLING,
                      (Place){ "purchase", "billing", r->row.it.id.n },
                      billing_json(arena, r->paid.name, r->paid.address), &r->billing, fault);
}

bool purchase_reconcile(Shop *shop, People *people, PurchaseId id, bool *again, Fault *fault)
{
    Reconciling r = { .shop = shop, .people = people };
    StripeAnswer answer;
    *again = false;
    if (!take_fence(&r, id, fault))
        return false;
    if (r.row.it.session.length == 0)
        return never_opened(&r, fault);
    if (!paid_fetch(shop, people->arena, PATIENCE_CASHIER, r.row.it.session, &r.paid, &answer, fault))
        return false;
    if (answer.end == STRIPE_DONE && r.paid.live != r.row.it.live)
        answer = (StripeAnswer){ .end = STRIPE_OPERATOR, .trouble = STR("other-mode") };
    if (answer.end != STRIPE_DONE)
        return note_trouble(&r, &answer, fault);
    bool done = seal_billing(&r, fault) && db_transaction(people->db, apply, &r, fault);
    *again = r.again;
    return done;
}
