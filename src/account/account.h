// Account: people. Signing up, confirming, signing in, changing what one is known by.
//
//     (sign-up) ──> unconfirmed ──confirm by POST──> active ──> closed
//                        └──7 days──> removed
//
// Nothing here tells a stranger whether an address is known: the answers and the work are the same.
// Every secret sent by mail is 256 random bits of which the hash is stored, works once and for a purpose.
#ifndef ACCOUNT_ACCOUNT_H
#define ACCOUNT_ACCOUNT_H

#include "mail/mail.h"

typedef struct People { // what the functions here work with
    Db *db;
    Vault *vault;
    Arena *arena;
    Str public_url; // links in mails begin with it
} People;

typedef struct Account {
    AccountId id;
    bool operator_role;
    bool active; // else unconfirmed
    bool has_password;
    bool has_totp;
    int64_t created;
    Str email; // filled by account_read
    Str name;
} Account;

bool account_find(People *people, AccountId id, Account *out, bool *found,
                  Fault *fault);                                             // nothing sealed is opened
bool account_read(People *people, AccountId id, Account *out, Fault *fault); // with name and address

// ---- joining

typedef struct SignUp {
    Str name;     // 1..80 characters
    Str email;    // account_email_fits
    Str password; // password_fits
    Str policy;   // version agreed to
    Str terms;
} SignUp;

// Was born in `year`, `month` (1..12): old enough at `now`? Under 13 and those who may be are not.
bool age_passes(int year, int month, int64_t now);
bool email_fits(Str email, Fault *fault); // INPUT with the reason
// Makes an unconfirmed account and posts the mail. When the address is known the answer is the same, and
// its owner gets a mail that says so.
bool account_sign_up(People *people, const SignUp *wish, Fault *fault);
bool account_confirm(People *people, Str token, AccountId *out,
                     Fault *fault); // MISSING: used, expired or unknown
bool account_sweep_unconfirmed(People *people, int *removed, Fault *fault); // older than 7 days, keys first
bool account_sweep(People *people,
                   Fault *fault); // expired tokens, sessions, buckets, addresses that can no longer be undone

// ---- passwords

// At least 15 characters, or 8 with a second factor; at most 128; not a common one, not the name, address
// or the product's words. Counted in code points after NFC is left as it is: verified exactly as received.
bool password_fits(Str password, bool second_factor, Str name, Str email, Fault *fault);
Str password_suggest(Arena *arena); // a passphrase

// ---- signing in

typedef enum Strength { STRENGTH_LINK, STRENGTH_PASSWORD, STRENGTH_CODE } Strength;

typedef struct Device { // coarse families only
    Str browser;
    Str system;
} Device;

Device device_of(Str user_agent);

typedef struct SignIn {
    Str email;
    Str password;
    Str code;    // one-time or recovery code, "" when not asked yet
    Str network; // the client's address: 10.0.0.1, 2001:db8::1
    Str known; // the token of a device cookie given at an earlier sign-in, "" when none: it is not held up by
               // others
    Device device;
} SignIn;

typedef enum SignInEnd {
    SIGNIN_DONE,
    SIGNIN_WRONG,       // address or password or both
    SIGNIN_CODE_NEEDED, // password right, second factor missing
    SIGNIN_CODE_WRONG,
    SIGNIN_WAIT,        // too many tries: `wait_ms`
    SIGNIN_UNCONFIRMED, // password right; the confirmation was mailed again
} SignInEnd;

typedef struct SignInResult {
    SignInEnd end;
    int64_t wait_ms;
    Str session; // the cookie's token, when done
    Str known;   // a fresh device token
    AccountId account;
} SignInResult;

bool account_sign_in(People *people, const SignIn *wish, SignInResult *out, Fault *fault);

// For a session that began otherwise (confirming an address): the token that makes the device a known one.
bool device_token(People *people, AccountId account, Str *token, Fault *fault);

// The link that is mailed, to people without a second factor, after 100 wrong passwords in a row: until the
// next sign-in an unknown device needs it. Works once. MISSING: used, expired or unknown.
bool account_sign_in_link(People *people, Str token, Device device, SignInResult *out, Fault *fault);

// ---- sessions

typedef struct Session {
    AccountId account;
    int64_t id;
    Strength strength;
    int64_t created, seen, proved;
    Str browser, system; // filled by session_list
} Session;

enum { SESSION_IDLE_DAYS = 14, SESSION_LIFE_DAYS = 30, PROOF_MINUTES = 15 };

bool session_make(People *people, AccountId account, Strength strength, Device device, Str *token,
                  Fault *fault);
bool session_find(Db *db, Arena *arena, Str token, Session *out, bool *found,
                  Fault *fault); // also marks it seen, once in 5 minutes
bool session_list(People *people, AccountId account, Session **list, int *count, Fault *fault);
bool session_end(People *people, AccountId account, int64_t id, Fault *fault);
bool session_end_token(Db *db, Str token, Fault *fault);
bool session_end_others(People *people, AccountId account, int64_t except, Fault *fault); // except 0: all
// A new token for the same session, after a rise in what it may do.
bool session_prove(People *people, const Session *session, Str password, Str code, Str *token,
                   SignInResult *out, Fault *fault);

// ---- changing things. All want a session that was proved within PROOF_MINUTES; the caller checks.

bool account_rename(People *people, AccountId account, Str name, Fault *fault);
bool account_password(People *people, AccountId account, Str current, Str next, int64_t keep_session,
                      Fault *fault);
bool account_reset_ask(People *people, Str email, Str network, Fault *fault); // same answer for all
bool account_reset(People *people, Str token, Str password, Str code,
                   Fault *fault); // all sessions end; CONFLICT: a code is needed
bool account_email_ask(People *people, AccountId account, Str email, Fault *fault); // mails to both addresses
bool account_email_agree(People *people, Str token, bool *changed,
                         Fault *fault);                           // changed when both agreed; sessions end
bool account_email_undo(People *people, Str token, Fault *fault); // for 7 days, from the old address

typedef struct TotpSetup {
    Str secret; // base32
    Str uri;    // otpauth://totp/...
} TotpSetup;

bool totp_begin(People *people, AccountId account, TotpSetup *out, Fault *fault);
bool totp_confirm(People *people, AccountId account, Str code, Str **recovery, int *count,
                  Fault *fault); // 10 codes, shown once
bool totp_end(People *people, AccountId account, Str code, Fault *fault);

typedef struct Notice {
    Str kind; // sign-in, password, email, code-on, code-off, reset
    Str browser, system;
    int64_t at;
} Notice;
bool notice_list(People *people, AccountId account, int limit, Notice **list, int *count, Fault *fault);

// ---- API tokens

enum { SCOPE_READ = 1, SCOPE_MAKE = 2, SCOPE_DELETE = 4, SCOPE_BUY = 8 };

typedef struct ApiToken {
    int64_t id;
    AccountId account;
    Str name; // filled by api_token_list
    unsigned scopes;
    int64_t cap, spent; // cap -1: none
    int64_t created, used;
} ApiToken;

bool api_token_make(People *people, AccountId account, Str name, unsigned scopes, int64_t cap, Str *token,
                    Fault *fault); // ss_...
bool api_token_find(Db *db, Arena *arena, Str token, ApiToken *out, bool *found, Fault *fault);
bool api_token_list(People *people, AccountId account, ApiToken **list, int *count, Fault *fault);
// Inside a transaction. What a token may spend in all is its cap: CREDIT beyond it, and when it was revoked.
bool api_token_spend(Db *db, int64_t token, int64_t amount, Fault *fault);
bool api_token_unspend(Db *db, int64_t token, int64_t amount,
                       Fault *fault); // revoked meanwhile: nothing happens
bool api_token_revoke(People *people, AccountId account, int64_t id, Fault *fault);

// ---- the operator

// While there is no operator: a link token for the first one, valid for a day; each call makes the earlier
// ones void.
bool operator_first(People *people, bool *needed, Str *token, Fault *fault);
// Takes the token and makes the operator's account, who signs up in the same step.
bool operator_claim(People *people, Str token, const SignUp *wish, AccountId *out, Fault *fault);
// Makes somebody with a confirmed address an operator; all sessions of theirs end, so that the next one
// begins with the password. `staff` 0: the command line. `*changed` false: was one before.
bool operator_add(People *people, AccountId staff, AccountId account, bool *changed, Fault *fault);
bool operator_list(People *people, AccountId **list, int *count,
                   Fault *fault); // active ones, oldest first, at most 50
bool audit_write(Db *db, AccountId staff, const char *action, AccountId about, Fault *fault);

// ---- slowing guesses down

// A bucket holds `burst` tries and gets one more each `refill_ms`. `*wait_ms` 0: go on, a try was taken.
bool throttle_take(Db *db, Vault *vault, Arena *arena, const char *what, Str who, int burst,
                   int64_t refill_ms, int64_t *wait_ms, Fault *fault);
Str network_of(Arena *arena, Str address); // IPv4 /32, IPv6 /56: what one customer has

#endif
