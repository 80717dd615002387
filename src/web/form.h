// Form: the fields of a query or of a form, application/x-www-form-urlencoded, and percent-decoding.
// Decoded once; valid UTF-8 without control characters but tab and line ends; each name once.
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "base/arena.h"
#include "base/fault.h"

enum { FORM_FIELDS_MAX = 64, FORM_NAME_MAX = 40 };

typedef struct Field {
    Str name;
    Str value;
} Field;

typedef struct Form {
    Field list[FORM_FIELDS_MAX];
    int count;
} Form;

// INPUT names the field that is twice, or has bytes that are no text.
bool form_read(Arena *arena, Str text, Form *out, Fault *fault);
const Field *form_find(const Form *form, Str name);
// Takes card numbers out of all fields but those that hold a secret or a word of ours; true when there was one.
bool form_mask(Arena *arena, Form *form);
bool form_allows(const Form *form, const char *names, Fault *fault); // each field is one of these words

// %41 to A, and + to a blank when `plus`. False for a broken escape.
bool percent_read(Arena *arena, Str text, bool plus, Str *out);
bool text_is_plain(Str text); // valid UTF-8; no control characters but tab and line ends

#endif
