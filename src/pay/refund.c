// Refunds of our own: the row and its lines first, so that the credits cannot be spent meanwhile, then
// Stripe.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum { SENDING_MS = 15000 }; // so long whoever asked is still about to send it himself

bool refund_rows_open(Db *db, Arena *arena, PurchaseId purchase, RefundRow **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_REFUND_LIST_OPEN,
                 DB_ARGS(DB_INT(purchase.n), DB_INT(clock_now() - SENDING_MS)), &rows, fault))
        return fault_while(fault, "listing refunds");
    *count = rows.count;
    *list = ARENA_ARRAY(arena, RefundRow, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = (RefundRow){ .id = db_int(&rows, i, 0),
                                  .purchase = { db_int(&rows, i, 1) },
                                  .credits = db_int(&rows, i, 2),
                                  .amount = db_int(&rows, i, 3),
                                  .sent = str_equal(db_text(&rows, i, 4), STR("sent")),
                                  .remote = db_text(&rows, i, 5),
                                  .created = db_int(&rows, i, 6) };
    return true;
}

// ---- writing it down

typedef struct Refunding {
    People *people;
    AccountId staff;
    PurchaseId id;
    int64_t credits;
    Str once; // hash
    RefundRow refund;
    bool again; // the same form came before
} Refunding;

static int64_t asked_before(const RefundRow *list, int count)
{
    int64_t sum = 0;
    for (int i = 0; i < count; i++)
        sum += list[i].amount;
    return sum;
}

static bool limits(Refunding *r, const Purchase *it, Fault *fault)
{
    if (it->state != PURCHASE_PAID)
        return fault_set(fault, FAULT_CONFLICT, "This purchase is not paid, so nothing can be paid back.");
    if (r->credits < 1 || r->credits > it->refundable)
        return fault_set(fault, FAULT_INPUT,
                         "Of this purchase %" PRId64
                         " credits can be paid back now: what is neither spent nor disputed.",
                         it->refundable);
    return purchase_worth(it, r->credits) > 0 ||
           fault_set(fault, FAULT_INPUT,
                     "So few credits are worth less than the smallest coin. Please give back more.");
}

static bool add_lines(Refunding *r, const PurchaseRow *row, int64_t before, Fault *fault)
{
    const Purchase *it = &row->it;
    int64_t credits =
        credits_for(it->credits, row->refunded_amount + before + r->refund.amount, it->paid_amount) -
        it->refunded;
    CreditMove move = { it->account, CREDIT_REFUND, it->id.n, row->step + 1, credits, STR("refund") };
    return credits == 0 || (credit_move(r->people->db, &move, NULL, fault) &&
                            db_run(r->people->db, SQL_PURCHASE_STEP,
                                   DB_ARGS(DB_INT(it->id.n), DB_INT(row->step + 1)), NULL, fault));
}

static bool write_down(void *self, Db *db, Fault *fault)
{
    Refunding *r = self;
    People *people = r->people;
    PurchaseRow row;
    Purchase it;
    RefundRow *open;
    int count;
    bool found, added;
    // Both are locked: the purchase against the Cashier, the wallet against whoever would spend.
    if (!purchase_look(db, r->id, fault) || !purchase_row(db, people->arena, r->id, &row, &found, fault) ||
        !db_run(db, SQL_CREDIT_LOCK, DB_ARGS(DB_INT(row.it.account.n)), NULL, fault) ||
        !purchase_find(people, r->id, &it, &found, fault) ||
        !refund_rows_open(db, people->arena, r->id, &open, &count, fault))
        return false;
    row.it = it;
    r->refund =
        (RefundRow){ .id = id_make(), .purchase = r->id, .credits = r->credits, .created = clock_now() };
    r->refund.amount = purchase_worth(&it, r->credits);
    DbValue once = r->once.length ? DB_BLOB(r->once) : DB_NULL;
    if (r->once.length) {
        DbRows same;
        if (!db_find(db, people->arena, SQL_REFUND_ONCE, DB_ARGS(DB_INT(r->id.n), once), &same, &r->again,
                     fault))
            return false;
        if (r->again)
            return true;
    }
    return limits(r, &it, fault) &&
           run_one(db, SQL_REFUND_ADD,
                   DB_ARGS(DB_INT(r->refund.id), DB_INT(r->id.n), DB_INT(r->credits),
                           DB_INT(r->refund.amount), once, DB_INT(r->staff.n), DB_INT(r->refund.created)),
                   &added, fault) &&
           add_lines(r, &row, asked_before(open, count), fault) &&
           (r->staff.n == 0 || audit_write(db, r->staff, "refund", it.account, fault));
}

// ---- asking Stripe

static bool ended(People *people, const RefundRow *refund, const char *state, Str remote, Fault *fault)
{
    return db_run(people->db, SQL_REFUND_END,
                  DB_ARGS(DB_INT(refund->id), DB_TEXT(str_of(state)), DB_TEXT(remote), DB_INT(clock_now())),
                  NULL, fault);
}

// What Stripe will not do is given back by the next look.
static bool refused(People *people, const RefundRow *refund, const StripeAnswer *answer, Fault *fault)
{
    return ended(people, refund, "failed", STR(""), fault) &&
           attention_add(people->db, "refund-failed", refund->purchase,
                         arena_print(people->arena, "refund " STR_FMT " " STR_FMT,
                                     STR_ARG(id_text(people->arena, refund->id)), STR_ARG(answer->trouble)),
                         0, fault);
}

bool refund_send(Shop *shop, People *people, const RefundRow *refund, Patience patience, StripeAnswer *answer,
                 Fault *fault)
{
    PurchaseRow row;
    bool found, good = true;
    Arena *arena = people->arena;
    if (!purchase_row(people->db, arena, refund->purchase, &row, &found, fault) || !found)
        return found;
    Str id = id_text(arena, refund->id);
    StripeForm form = form_make(arena);
    form_add(&form, "payment_intent", row.it.intent);
    form_add_int(&form, "amount", refund->amount);
    form_add(&form, "reason", STR("requested_by_customer"));
    form_add(&form, "metadata[refund_id]", id);
    form_add(&form, "metadata[purchase]", id_text(arena, refund->purchase.n));
    if (!stripe_call(shop, arena, patience, "/v1/refunds", &form,
                     arena_print(arena, "refund-" STR_FMT, STR_ARG(id)), answer, fault))
        return false;
    if (answer->end == STRIPE_DONE)
        good = ended(people, refund, "sent", json_text(arena, answer->root, "id"), fault);
    else if (answer->end != STRIPE_LATER && answer->end != STRIPE_OPERATOR)
        good = refused(people, refund, answer, fault);
    else if (answer->end == STRIPE_OPERATOR) // keys or settings: asked again once they are right
        good = attention_add(people->db, "key", refund->purchase,
                             arena_print(arena, "refund " STR_FMT, STR_ARG(id)), 0, fault);
    answer_drop(answer);
    log_info("pay.refund purchase=" STR_FMT " end=%d", STR_ARG(id_text(arena, refund->purchase.n)),
             (int)answer->end);
    return good && purchase_look(people->db, refund->purchase, fault);
}

bool purchase_refund(Shop *shop, People *people, AccountId staff, PurchaseId id, int64_t credits, Str once,
                     Fault *fault)
{
    Refunding r = { .people = people, .staff = staff, .id = id, .credits = credits };
    StripeAnswer answer;
    Purchase it;
    bool found;
    unsigned char hash[HASH_BYTES];
    if (!shop->sells)
        return fault_set(fault, FAULT_CONFLICT,
                         "The shop is closed: refunds are made again when it is open.");
    if (!purchase_find(people, id, &it, &found, fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_MISSING, "There is no such purchase.");
    if (once.length) {
        vault_hash(people->vault, "refund once", once, hash);
        r.once = (Str){ (const char *)hash, sizeof hash };
    }
    if (!db_transaction(people->db, write_down, &r, fault))
        return false;
    if (r.again)
        return true;
    return refund_send(shop, people, &r.refund, PATIENCE_PERSON, &answer, fault);
}
