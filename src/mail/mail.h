// Mail: an outbox. A mail is written in the transaction that causes it, so that there is exactly one for
// each cause, and is sent afterwards by whoever runs the outbox.
//
//     waiting ──> sent                      SMTP took it
//        │  ^                               no answer or "try later": again after 1, 5, 30 minutes, 2, 8
//        hours, 1 day │  └──(lease over) ├──────> bounced                   "never", or a week of tries
//        └──────> shown                     no SMTP is set up: it lies, sealed, in the mail folder
//
// Where to and what is filled in are sealed until it is gone; then they are deleted. A crash between the
// server's yes and our mark can send it twice, with the same Message-ID.
// A wrong password of ours, or a server without TLS, is "try later": it is not the recipient's fault.
// Templates are pages/mail/NAME.txt, first line "Subject: ..."; the HTML part is made from the same words.
// db_ring("mail", 0) tells that one is waiting.
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "vault/vault.h"

typedef struct MailValue {
    const char *name; // as in the template: {name}
    Str value;
} MailValue;

enum { MAIL_VALUES_MAX = 8 };

typedef struct MailOrder {
    AccountId account;
    Str to;           // the address; it need not be the account's own (a change of address)
    const char *kind; // confirm, ...: the template
    Str cause;        // unique: "confirm 0d3..."; a second order for it does nothing
    const MailValue *values;
    int count;
} MailOrder;

// Inside the causing transaction. `body` was sealed before it began: mail_seal, then mail_post.
typedef struct MailDraft {
    MailId id;
    AccountId account;
    const char *kind;
    Str cause;
    Str sealed;
} MailDraft;

bool mail_seal(Vault *vault, Arena *arena, const MailOrder *order, MailDraft *out, Fault *fault);
bool mail_post(Db *db, const MailDraft *draft, Fault *fault); // asserts db_inside

typedef struct Mailer Mailer;

typedef struct MailerOptions {
    Database *data;
    Vault *vault;
    const char *folder; // of the sealed mails that were shown instead of sent
    const char *url;    // NULL: folder only
    const char *user;   // NULL: none
    const char *password;
    const char *ca_file; // NULL: the system's
    const char *from;    // "SonicStacker <no-reply@example.org>"
    const char *support;
    const char *public_url;
    long timeout_ms; // of one SMTP conversation; 0: a minute. Must stay below the lease of five
} MailerOptions;

bool mailer_open(const MailerOptions *options, Mailer **out, Fault *fault); // checks the templates
void mailer_close(Mailer *mailer);
// Sends what is due; `*sent` counts what reached an end. Never blocks others: mails are leased one at a time.
bool mailer_run(Mailer *mailer, Db *db, int *sent, Fault *fault);

// The mail folder, newest first, opened for the operator.
typedef struct ShownMail {
    MailId id;
    AccountId account;
    int64_t at;
    const char *kind;
    Str to;
    Str subject;
    Str text; // the plain text, links included
    Str link; // the first link of the text, "" when none
} ShownMail;

bool mail_shown(Mailer *mailer, Db *db, Arena *arena, int limit, ShownMail **list, int *count, Fault *fault);

// How many mails stand in each state.
typedef struct MailCounts {
    int64_t waiting, sent, shown, bounced, dropped;
} MailCounts;
bool mail_counts(Db *db, MailCounts *out, Fault *fault);

#endif
