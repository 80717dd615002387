// What the files of this folder share.
//
// The sealed body of a mail is texts that each end with a 0: where to, then name, value, name, value ...
#ifndef MAIL_PART_H
#define MAIL_PART_H

#include "mail/template.h"

typedef struct Body {
    Str to;
    MailValue values[MAIL_VALUES_MAX];
    int count;
} Body;

bool body_write(Arena *arena, Str to, const MailValue *values, int count, Str *out, Fault *fault);
bool body_read(Arena *arena, Str bytes, Body *out, Fault *fault);

typedef enum SmtpEnd { SMTP_TAKEN, SMTP_LATER, SMTP_NEVER } SmtpEnd;

typedef struct SmtpLetter {
    MailId id;
    int64_t at; // when it was written
    Str to;
    Letter letter;
} SmtpLetter;

bool smtp_start(Fault *fault); // libcurl, once in the process
// `*status` is the server's last word, 0 when there was none. BROKEN only when no attempt was made.
bool smtp_send(const MailerOptions *options, Arena *arena, const SmtpLetter *letter, SmtpEnd *end,
               int64_t *status, Fault *fault);
Str smtp_address(Str from); // what stands in <>, or all of it
Str smtp_date(Arena *arena, int64_t at);

struct Mailer {
    MailerOptions options;
    Arena arena; // the strings of the options
};

#endif
