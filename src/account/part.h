// What the files of this folder share: a person as the database has them, tokens, letters, notices.
#ifndef ACCOUNT_PART_H
#define ACCOUNT_PART_H

#include "account/account.h"
#include "sys/clock.h"

// ---- a person as they lie in the database; everything but flags and times is sealed

typedef struct Person {
    AccountId id;
    bool operator_role;
    bool active, unconfirmed;
    Str email, name, password; // sealed; "" where there is none
    Str next_email, past_email;
    int64_t next_old_agreed, next_new_agreed, past_until;
    Str totp, totp_next;
    int64_t totp_step, created;
} Person;

bool person_find(People *people, AccountId id, Person *out, bool *found, Fault *fault);
bool person_must(People *people, AccountId id, Person *out, Fault *fault); // MISSING unless active
// Whose current address it is. An address that is only remembered (for undoing) finds nobody.
bool person_by_address(People *people, Str address, Person *out, bool *found, Fault *fault);

// `column` of the person's own row; the opened text lives in the arena.
bool person_seal(People *people, AccountId id, const char *column, Str plain, Str *sealed, Fault *fault);
bool person_open(People *people, AccountId id, const char *column, Str sealed, Str *plain, Fault *fault);

Str address_plain(Arena *arena, Str address); // as addresses are compared: trimmed, lower case
bool name_fits(Str name, Fault *fault);
size_t text_length(Str s); // code points; 0 when it is no UTF-8
bool one_changed(Db *db, Sql statement, DbArgs args, bool *changed, Fault *fault);

// ---- secrets that are mailed

enum { CONFIRM_MS = MS_DAY, RESET_MS = 10 * MS_MINUTE, LOGIN_MS = MS_HOUR };
#define UNDO_MS (7 * (int64_t)MS_DAY)

typedef struct Secret {
    AccountId account;
    const char *purpose;
    int64_t life_ms;
    Str text; // goes into the mail and nowhere else
} Secret;

Secret secret_plan(People *people, AccountId account, const char *purpose, int64_t life_ms);
// Both inside a transaction. Saving one makes the earlier ones of its purpose void.
bool secret_save(Db *db, const Secret *secret, Fault *fault);
bool secret_use(People *people, Str text, const char *purpose, AccountId *account, Fault *fault); // MISSING
bool secret_look(People *people, Str text, const char *purpose, AccountId *account, bool *found,
                 Fault *fault);
bool secret_missing(Fault *fault); // says that a link no longer works; always false

// ---- letters, sealed before the transaction that posts them

typedef struct LetterOrder {
    AccountId account;
    Str to;
    const char *kind;
    Str cause; // "" = one of its own
    Str link;  // behind the public address, "/reset?token=..."
    Device device;
} LetterOrder;

bool letter_seal(People *people, const LetterOrder *order, MailDraft *out, Fault *fault);
Str link_with(People *people, const char *path,
              const Secret *secret); // path?token=... : what looks at it shows a button and changes nothing

// Inside a transaction.
bool notice_add(Db *db, AccountId account, const char *kind, Device device, Fault *fault);

// ---- passwords

typedef struct PasswordCheck {
    bool right;
    Str renewed; // sealed: the password with today's cost, "" when there is no need
} PasswordCheck;

// Sealed and ready for the row. None of these inside a transaction: they take a tenth of a second.
bool password_seal(People *people, AccountId id, bool operator_role, Str password, Str *sealed, Fault *fault);
// Does the same work for nobody (found false) and for a person without a password.
bool password_check(People *people, const Person *person, bool found, Str password, PasswordCheck *out,
                    Fault *fault);
bool password_is_short(People *people, const Person *person, bool *is_short, Fault *fault);

// ---- the second factor

typedef struct CodeCheck {
    bool right;
    int64_t step;           // taken of a one-time code, else 0
    unsigned char hash[32]; // of a recovery code
} CodeCheck;

bool code_check(People *people, const Person *person, Str code, CodeCheck *out, Fault *fault);
// Inside a transaction: uses it up. `*taken` false: somebody else was quicker.
bool code_take(Db *db, AccountId account, const CodeCheck *check, bool *taken, Fault *fault);

// ---- throttles

bool throttle_count(Db *db, Vault *vault, const char *what, Str who, Fault *fault);
bool throttle_counted(Db *db, Vault *vault, Arena *arena, const char *what, Str who, int64_t *count,
                      Fault *fault);
bool throttle_forget(Db *db, Vault *vault, const char *what, Str who, Fault *fault);
bool failures_forget(People *people, Str email, Fault *fault); // wrong passwords for this address
bool limit_fault(Fault *fault, int64_t wait_ms);               // "Too many tries. ..."; always false

// ---- the log: ids and fixed words; docs/security.md lists them

// Somebody wanted in, or wanted to prove who they are: "sign-in", "link", "prove", "reset", "first". Both are
// called after the transaction. `account` 0: nobody's.
void log_entry(const char *what, AccountId account, SignInEnd end, const char *how);
void log_change(const char *what, AccountId account);
bool link_dead(const char *what, Fault *fault); // secret_missing, and the log hears of it

// ---- sessions and devices

typedef struct SessionDraft {
    AccountId account;
    int64_t id;
    Strength strength;
    Device device;
    Str token;
} SessionDraft;

SessionDraft session_plan(People *people, AccountId account, Strength strength, Device device);
bool session_save(Db *db, const SessionDraft *draft,
                  Fault *fault); // inside; MISSING unless the account is active
const char *strength_word(Strength strength);
bool device_known(People *people, Str token, AccountId *account, Str *name); // name: its throttle's
Str id_key(Arena *arena, AccountId account);

#endif
