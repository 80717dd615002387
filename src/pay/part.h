// What the files of this folder share.
#ifndef PAY_PART_H
#define PAY_PART_H

#include "base/buf.h"
#include "pay/pay.h"

#include <jansson.h>

struct Shop {
    Arena arena;
    const Config *config;
    Vault *vault;
    bool sells, live;
    int local_port;
    Str key;        // of Stripe; "" when the shop is closed
    Str secrets[2]; // of the webhook endpoint: the present one, and the other while it is changed
};

// ---- a body of name=value pairs, with Stripe's brackets

typedef struct StripeForm {
    Buf buf;
} StripeForm;

StripeForm form_make(Arena *arena);
void form_add(StripeForm *form, const char *name, Str value);
void form_add_int(StripeForm *form, const char *name, int64_t value);

// ---- calls

typedef enum StripeEnd {
    STRIPE_DONE,
    STRIPE_LATER,    // the same request again, later: no answer, 409, 429, 5xx
    STRIPE_MISSING,  // 404 resource_missing
    STRIPE_DECLINED, // 402
    STRIPE_REFUSED,  // 400: what we asked cannot be
    STRIPE_OPERATOR, // 401, 403, idempotency_error: keys or settings
} StripeEnd;

typedef struct StripeAnswer {
    StripeEnd end;
    json_t *root;    // when done; released by answer_drop
    Str trouble;     // a word for staff: "no-answer", "rate_limit", "resource_missing" ...; "" when done
    int64_t wait_ms; // before trying again
} StripeAnswer;

// Patient: the Cashier's calls are tried once, since it comes back; a person's three times within eight
// seconds.
typedef enum Patience { PATIENCE_CASHIER, PATIENCE_PERSON } Patience;

// `form` NULL: a GET. `once`: the idempotency key of a POST. Fails with BROKEN only when nothing could be
// tried.
bool stripe_call(const Shop *shop, Arena *arena, Patience patience, const char *path, const StripeForm *form,
                 Str once, StripeAnswer *out, Fault *fault);
void answer_drop(StripeAnswer *answer);
bool answer_fault(const StripeAnswer *answer, Fault *fault); // the fault that it is; always false

// Of an object: "" and 0 for what is missing or of another type. Texts are cut at 255 bytes, in the arena.
Str json_text(Arena *arena, const json_t *object, const char *name);
int64_t json_number(const json_t *object, const char *name);
Str json_id(Arena *arena, const json_t *object, const char *name); // the id of a thing, expanded or not

// ---- what Stripe says of one purchase: nothing else of it is ever kept

enum { REFUNDS_MAX = 100 };

typedef struct PaidRefund {
    Str id;
    int64_t ours; // the refund of ours that it is; 0: none
    int64_t amount;
    bool counts; // succeeded or under way
    bool failed;
} PaidRefund;

typedef struct Paid {
    bool open, complete, expired; // the session
    bool paid, awaiting, failed;  // awaiting: complete, and the money is on its way
    bool live;
    Str intent, charge;
    int64_t amount; // that was paid, in `currency`
    Str currency;
    int64_t expires;
    PaidRefund refunds[REFUNDS_MAX];
    int refund_count;
    Str dispute, dispute_state; // the newest that matters
    bool frozen;                // a real one is open or lost
    int64_t evidence_due;
    Str name, address; // of the buyer; lines of the address are separated by " | "
} Paid;

bool paid_fetch(const Shop *shop, Arena *arena, Patience patience, Str session, Paid *out,
                StripeAnswer *answer, Fault *fault);

// ---- what the ledger should say

typedef struct Plan {
    PurchaseState state;
    int64_t purchased, refunded, disputed; // credits, as they should be
    int64_t refunded_amount;               // money that Stripe says went back
} Plan;

// Pure: from the purchase as stored, what Stripe says, and our own refunds that it does not know of yet
// (`asked_amount`).
Plan plan_of(const Purchase *purchase, const Paid *paid, int64_t asked_amount);
// credits x amount / whole, rounded up, at most `credits`.
int64_t credits_for(int64_t credits, int64_t amount, int64_t whole);

// ---- rows

// A purchase with what only this folder sees.
typedef struct PurchaseRow {
    Purchase it;
    Str link, billing; // sealed; "" = none
    int64_t refunded_amount;
    Str dispute;
    int64_t step, fence, asked, seen, attempts;
} PurchaseRow;

PurchaseRow row_purchase(const DbRows *rows, int row);
bool purchase_row(Db *db, Arena *arena, PurchaseId id, PurchaseRow *out, bool *found, Fault *fault);
bool run_one(Db *db, Sql statement, DbArgs args, bool *changed, Fault *fault);

// Our refunds of a purchase that Stripe has not told of yet; of purchase 0: all that still have to be sent.
typedef struct RefundRow {
    int64_t id, amount, credits, created;
    PurchaseId purchase;
    bool sent;
    Str remote;
} RefundRow;
bool refund_rows_open(Db *db, Arena *arena, PurchaseId purchase, RefundRow **list, int *count, Fault *fault);
bool refund_send(Shop *shop, People *people, const RefundRow *refund, Patience patience, StripeAnswer *answer,
                 Fault *fault);

// Name and address as they are sealed.
Str billing_json(Arena *arena, Str name, Str address);

// ---- receipts and mails, inside the transaction that moves the credits

typedef struct ReceiptDraft {
    const Shop *shop;
    const PurchaseRow *purchase;
    bool refund;
    int64_t step, credits, amount;
    Str currency;
    Str name, address;
} ReceiptDraft;
bool receipt_write(People *people, const ReceiptDraft *draft, Fault *fault); // and mails it
bool failure_mail(People *people, const PurchaseRow *purchase, Fault *fault);
bool attention_mail(People *people, const char *kind, Str cause, Fault *fault); // to every operator

// ---- events

typedef struct EventFacts {
    Str id, type, object, session, intent, charge, status;
    int64_t purchase; // as its own metadata say; 0
    int64_t until, created;
    bool live;
} EventFacts;

bool signature_right(Str header, Str body, const Str *secrets, int count, int64_t now_s);
bool event_read(Arena *arena, Str body, EventFacts *out, Fault *fault); // INPUT: not an event
bool event_of(Arena *arena, const json_t *root, EventFacts *out, Fault *fault);
bool event_store(Db *db, const EventFacts *facts, Str body, bool *fresh, Fault *fault);
// One event that waits: finds its purchase and asks for a look. `*due` 0: done with it.
bool events_apply(Shop *shop, People *people, int *applied, Fault *fault);

#endif
