// Templates: pages/mail/NAME.txt, built into the program. Used inside this folder only.
//
//     Subject: words without values
//     (empty line)
//     paragraphs with {values}, an empty line between them
//
// The text part and the HTML part are made from the same words. Only the value {link} becomes a link, so
// what a stranger typed never does.
#ifndef MAIL_TEMPLATE_H
#define MAIL_TEMPLATE_H

#include "base/buf.h"
#include "mail/mail.h"

typedef struct Letter {
    Str subject;
    Str text;
    Str html;
    Str link; // the value {link}, "" when there is none
} Letter;

bool templates_check(Fault *fault); // BROKEN, naming the file
bool template_fill(Arena *arena, const char *kind, const MailValue *values, int count, Letter *out,
                   Fault *fault);
// The same, of words given.
bool template_fill_text(Arena *arena, Str template, const MailValue *values, int count, Letter *out,
                        Fault *fault);

#endif
