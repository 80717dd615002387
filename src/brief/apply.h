// Applying items to a Brief: small tools that its files share.
#ifndef BRIEF_APPLY_H
#define BRIEF_APPLY_H

#include "brief/prompt.h"

Str item_text(const Prompt *prompt, const Item *item); // the prompt's own words
void conflict(Prompt *prompt, const char *format, ...) __attribute__((format(printf, 2, 3)));
void note_item(Prompt *prompt, const Item *item, const char *field, Str value);
void ignore(Prompt *prompt, Str words);

// wants.c
void want_instrument(Prompt *prompt, int item, const Instrument *instrument, Role role, bool loose,
                     Source source);
void ban_name(Prompt *prompt, int item, Str name, bool whole);
void wants_settle(Prompt *prompt); // contradictions, doubles, and what moods and genres bring

// form.c and genre.c
void form_settle(Prompt *prompt);
void genre_settle(Prompt *prompt);

#endif
