// Pay: credit packs through Stripe. Card data never comes near us: the buyer follows a link to Stripe's page.
//
//   purchase   new ──> open ──> paid           what was paid back or is disputed stands beside it
//               │       ├──> awaiting ──> paid     a method that takes days
//               │       │        └──────> failed
//               └───────┴──> expired
//
//   event ──verified, stored, answered──> Cashier ──┐
//   return page, nightly look, our own refund ──────┴──> purchase_reconcile
//
// There is one way in which money changes credits: purchase_reconcile reads the fresh objects from Stripe,
// works out what ledger, refunds and receipts should be, and writes the difference in one transaction. Events
// and pages only ask for it, so their order, repetition and loss do not matter. Only the fields of struct
// Paid (remote.h) are ever kept of what Stripe says; name and address are sealed with the buyer's billing
// key. Amounts of money are in the currency's smallest unit.
#ifndef PAY_PAY_H
#define PAY_PAY_H

#include "credit/credit.h"
#include "sys/config.h"

typedef struct Shop Shop;

// Reads the key files and holds them against the mode: INPUT when a live key is used in test mode or the
// other way round. Without keys the shop opens closed.
// `config` outlives it.
bool shop_open(const Config *config, Vault *vault, Shop **out, Fault *fault);
void shop_close(Shop *shop); // wipes the keys
bool shop_sells(const Shop *shop);
bool shop_live(const Shop *shop);
int shop_local_port(const Shop *shop); // of a stand-in for Stripe on this machine; 0: Stripe itself

typedef struct PurchaseId {
    int64_t n;
} PurchaseId;

typedef enum PurchaseState {
    PURCHASE_NEW,
    PURCHASE_OPEN,
    PURCHASE_AWAITING,
    PURCHASE_PAID,
    PURCHASE_FAILED,
    PURCHASE_EXPIRED
} PurchaseState;

typedef struct Purchase {
    PurchaseId id;
    AccountId account;
    PurchaseState state;
    Str pack, title;
    int64_t credits;
    int64_t price;
    Str currency;
    bool live;
    int64_t paid_amount; // what Stripe took, in its own currency
    Str paid_currency;
    Str session, intent, charge; // Stripe's names; "" until known
    Str path; // of Stripe's page behind the host, without its slash, while open; filled by purchase_read
    int64_t refunded;   // credits that went back
    int64_t refundable; // credits that may go back now: unspent, undisputed; filled by purchase_read
    Str dispute_state;  // "": none ever
    int64_t evidence_due;
    Str trouble; // why Stripe could not be asked; ""
    bool busy;   // it is being looked at, or will be
    int64_t created, expires, paid;
} Purchase;

// Buys a pack: the row first, then a session at Stripe with its id as idempotency key. The same `once` gives
// the same purchase again. INPUT: no such pack. LIMIT: too many within an hour. REMOTE: Stripe does not
// answer now; the purchase is kept, and pressing again goes on with it. BROKEN: the operator has to look
// (keys, settings). CONFLICT: the shop is closed.
bool purchase_begin(Shop *shop, People *people, AccountId account, Str pack, Str once, Purchase *out,
                    Fault *fault);
// Goes on with one that Stripe has no session for yet; one that has is given as it is.
bool purchase_resume(Shop *shop, People *people, AccountId account, PurchaseId id, Purchase *out,
                     Fault *fault);
bool purchase_read(People *people, AccountId account, PurchaseId id, Purchase *out,
                   Fault *fault); // MISSING: not one's own
bool purchase_list(People *people, AccountId account, int limit, Purchase **list, int *count,
                   Fault *fault); // newest first
bool purchase_find(People *people, PurchaseId id, Purchase *out, bool *found,
                   Fault *fault); // anybody's, for staff

// For staff: by our id, or by Stripe's name of its session, payment or charge.
bool purchase_search(People *people, Str name, PurchaseId *out, bool *found, Fault *fault);
// For staff, newest first, of all people. `needing`: only those with trouble, an open dispute, or money on
// its way.
bool purchase_list_all(People *people, bool needing, int limit, Purchase **list, int *count, Fault *fault);
Str purchase_state_word(PurchaseState state); // new, open, awaiting, paid, failed, expired

// Somebody wants it looked at: counted, and the Cashier is rung. Outside or inside a transaction.
bool purchase_look(Db *db, PurchaseId id, Fault *fault);
// `*again` true: somebody else began later, whose answer is fresher, so nothing was written.
bool purchase_reconcile(Shop *shop, People *people, PurchaseId id, bool *again, Fault *fault);

// Pays back so many unspent credits of a purchase: the refund and its lines are written, then Stripe is
// asked, and purchase_reconcile sees to the rest. `staff` 0: the buyer. INPUT: more than may go back.
// CONFLICT: it is not paid, or disputed. Also with REMOTE the refund stands and is asked for again by the
// Cashier.
bool purchase_refund(Shop *shop, People *people, AccountId staff, PurchaseId id, int64_t credits, Str once,
                     Fault *fault);
// What `credits` of it are worth.
int64_t purchase_worth(const Purchase *purchase, int64_t credits);

// ---- events

// A POST of Stripe: `signature` is its header, `body` the raw bytes. INPUT: not signed by our secret within
// five minutes, in the past or the future. Stored durably and once when it returns true.
bool event_take(Shop *shop, Db *db, Str signature, Str body, Fault *fault);

// ---- receipts

typedef struct Receipt {
    int64_t number;
    bool refund;
    PurchaseId purchase;
    AccountId account;
    Str title;
    int64_t credits;
    int64_t amount;
    Str currency;
    Str seller, tax_line; // as configured then; lines of `seller` are separated by " | "
    Str name, address;    // of the buyer as Stripe told, lines separated by " | "; ""
    bool live;
    int64_t at;
} Receipt;
bool receipt_read(People *people, AccountId account, int64_t number, Receipt *out,
                  Fault *fault); // MISSING: not one's own
bool receipt_list(People *people, AccountId account, Receipt **list, int *count,
                  Fault *fault); // newest first, at most 200
// Of one purchase, in their order; the first is that of the sale.
bool receipt_list_of(People *people, PurchaseId id, Receipt **list, int *count, Fault *fault);
Str receipt_name(Arena *arena, int64_t number); // "R-000012"

// ---- the operator

typedef struct Attention {
    int64_t id;
    Str kind;            // dispute, refund-failed, fraud-warning, drift, ledger, foreign, key
    PurchaseId purchase; // 0: none
    int64_t until, created;
} Attention;
bool attention_list(Db *db, Arena *arena, Attention **list, int *count, Fault *fault); // open ones
bool attention_done(Db *db, AccountId staff, int64_t id, Fault *fault);
// Inside or outside a transaction; once for each cause.
bool attention_add(Db *db, const char *kind, PurchaseId purchase, Str cause, int64_t until, Fault *fault);

typedef struct Reconciliation {
    int64_t at, since, purchases, events, differences, repaired, finished;
} Reconciliation;
// Compares the purchases of the last days with Stripe, fetches events that did not reach us, repairs.
bool pay_reconcile_all(Shop *shop, People *people, Reconciliation *out, Fault *fault);
bool reconciliation_last(Db *db, Arena *arena, Reconciliation *out, bool *found, Fault *fault);

bool pay_check(Db *db, Arena *arena, Checkup *checkup, Fault *fault); // ledger beside purchases and receipts

// ---- the Cashier: a thread that applies events, asks for refunds, looks at purchases that are due, compares
// with Stripe every night, and checks the ledger at start and every night. Any number may run.

typedef struct Cashier Cashier;
typedef struct CashierOptions {
    Shop *shop;
    Database *data;
    Vault *vault;
    Str public_url;
    // What must hold beyond this folder, checked with the rest; NULL: nothing.
    bool (*check)(Db *db, Arena *arena, Checkup *checkup, Fault *fault);
} CashierOptions;
bool cashier_start(const CashierOptions *options, Cashier **out, Fault *fault);
void cashier_stop(Cashier *cashier);

#endif
