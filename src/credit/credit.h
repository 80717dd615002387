// Credit: what an account may still spend, and why.
//
//     hold ──> charge ──> give-back      the song was made: it is paid for; "not what I asked" returns it
//       └────> return                    it was not made, or came out bad: the credits come back
//
// The ledger is double entry: every line moves an amount from one book to another, so all books together are
// always 0. It is only ever appended to (the database refuses anything else), a person's lines are numbered
// without a gap, and each says what may be spent after it, so any balance can be explained line by line.
// A line has a unique (kind, cause, step): what was cut off half-way may simply run again.
// Credits do not expire. They are below 0 only when spent ones were paid back or are disputed; then nothing
// can be spent until that is evened out.
#ifndef CREDIT_CREDIT_H
#define CREDIT_CREDIT_H

#include "account/account.h"

// What a line is. Its books follow from it: see ledger.c.
typedef enum CreditKind {
    CREDIT_HOLD,             // person -> held         cause: the job
    CREDIT_CHARGE,           // held -> spent
    CREDIT_RETURN,           // held -> person
    CREDIT_GIVE_BACK,        // spent -> person        the person says that it is not what was asked
    CREDIT_PURCHASE,         // purchased -> person    cause: the purchase
    CREDIT_REFUND,           // person -> refunded
    CREDIT_REFUND_REVERSED,  // refunded -> person     the refund failed
    CREDIT_DISPUTE,          // person -> disputed     the buyer's bank asks the money back
    CREDIT_DISPUTE_RELEASED, // disputed -> person
    CREDIT_GRANT,            // granted -> person      cause: the grant
    CREDIT_KINDS
} CreditKind;

typedef struct CreditMove {
    AccountId account;
    CreditKind kind;
    int64_t cause;
    int64_t step;   // 0 where a cause has one line of the kind at most
    int64_t amount; // more than 0
    Str why;        // a word that the pages know; "" = none
} CreditMove;

// Inside a transaction. `*moved` (may be NULL) false: there is such a line already, and nothing happened.
// CREDIT when a hold is more than there is; nothing else looks at the balance.
bool credit_move(Db *db, const CreditMove *move, bool *moved, Fault *fault);

// The four of a job, inside the transaction that changes its state. An amount of 0 leaves no line, but a hold
// of 0 is refused, too, while the balance is below 0.
bool credit_hold(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault);
bool credit_charge(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault);
bool credit_return(Db *db, AccountId account, JobId job, int64_t amount, Str why, Fault *fault);

// "Not what I asked": once for a song that was paid for, `most` times in 30 days. A transaction of its own.
// CONFLICT: it was free, is not done, or was given back before. LIMIT: too often. `*amount`: what came back.
bool credit_give_back(Db *db, AccountId account, JobId job, int most, int64_t *amount, Fault *fault);
// Whether the page should offer it.
bool credit_may_give_back(Db *db, AccountId account, JobId job, int most, bool *may, Fault *fault);

typedef struct Wallet {
    int64_t credits; // may be spent; below 0: blocked
    int64_t held;    // for songs that are being made
    int64_t lines;
} Wallet;

// One read by key. A person without a line has an empty one.
bool credit_wallet(Db *db, AccountId account, Wallet *out, Fault *fault);
bool credit_balance(Db *db, AccountId account, int64_t *out, Fault *fault);

// Gives a person who has no wallet yet the `welcome` credits (0: an empty wallet). Any number of times; no
// transaction may be open.
bool credit_welcome(Db *db, AccountId account, int64_t welcome, Fault *fault);

// ---- the statement

typedef struct CreditLine {
    int64_t number;
    CreditKind kind;
    int64_t cause, step;
    Str source, target; // books
    int64_t amount;
    int64_t change; // of what may be spent: amount, -amount or 0
    int64_t balance;
    Str why;
    int64_t at;
} CreditLine;

enum { CREDIT_LINES_MAX = 200 };

// Newest first; `before` 0: from the newest. At most `limit` (1..CREDIT_LINES_MAX).
bool credit_lines(Db *db, Arena *arena, AccountId account, int64_t before, int limit, CreditLine **list,
                  int *count, Fault *fault);
Str credit_kind_name(CreditKind kind);
// What a purchase has moved so far.
bool credit_sum(Db *db, CreditKind kind, int64_t cause, int64_t *amount, Fault *fault);

// ---- grants

typedef enum GrantState { GRANT_WAITING, GRANT_GIVEN, GRANT_REFUSED } GrantState;

typedef struct Grant {
    int64_t id;
    AccountId account;
    Str kind;       // welcome, staff, code
    int64_t origin; // of a code: its id
    int64_t amount;
    Str reason; // opened
    AccountId staff, agreed;
    GrantState state;
    int64_t created, ended;
} Grant;

enum { GRANT_MOST = 1000000, REASON_CHARS_MAX = 300 };

typedef struct GrantWish {
    AccountId staff; // who gives; 0: the command line
    AccountId account;
    int64_t amount;
    Str reason;
    int64_t limit; // above it a second operator has to agree
    int64_t once;  // of the form, so that pressing it twice gives once; 0: a new one
} GrantWish;

// Staff gives credits with a reason; each step is in the audit. `*waits`: for a second operator.
bool grant_make(People *people, const GrantWish *wish, bool *waits, Fault *fault);
// CONFLICT: decided before, or the operator's own, by asking or by getting it.
bool grant_decide(People *people, AccountId staff, int64_t grant, bool yes, Fault *fault);
bool grant_list_waiting(People *people, Grant **list, int *count, Fault *fault);
bool grant_find(People *people, int64_t id, Grant *out, bool *found, Fault *fault);

// Codes of campaigns: 4 to 20 letters and digits; case and "-" do not count. `uses` in all, one for each
// person, until `ends` (0: open).
typedef struct Code {
    int64_t id;
    Str word;
    int64_t amount, uses, used, ends;
    bool closed;
} Code;
bool code_make(Db *db, Arena *arena, AccountId staff, Str word, int64_t amount, int64_t uses, int64_t ends,
               Fault *fault);                                                // CONFLICT: there is one
bool code_list(Db *db, Arena *arena, Code **list, int *count, Fault *fault); // newest first, at most 200
bool code_find(Db *db, Arena *arena, int64_t id, Code *out, bool *found, Fault *fault);
bool code_close(Db *db, AccountId staff, int64_t id, Fault *fault);
// Guesses are slowed down. MISSING: no such code, closed or over, with one sentence for all. CONFLICT: used
// before.
bool code_use(People *people, AccountId account, Str word, int64_t *amount, Fault *fault);

// ---- what must hold

typedef struct Violation {
    const char *rule; // a word
    int64_t id;       // of the account, job or purchase
} Violation;

typedef struct Checkup {
    Violation list[100]; // the first of them
    int count;           // of all; 0: everything holds
} Checkup;

// A rule, and the statement that gives the ids for which it does not hold: one column, at most 100 rows.
typedef struct CheckRule {
    const char *rule;
    Sql statement;
} CheckRule;
bool checkup_add(Db *db, Arena *arena, Checkup *checkup, const CheckRule *rules, int count, Fault *fault);
bool credit_check(Db *db, Arena *arena, Checkup *checkup, Fault *fault);

#endif
