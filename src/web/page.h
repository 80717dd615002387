// Page: values for a template. Templates are pages/*.html, built into the program and read at start.
//
//     {name}                  the value, always escaped
//     {#songs}...{/songs}     for each row
//     {?flag}...{/flag}       when the value is there and neither empty nor "0"
//     {^flag}...{/flag}       when it is not
//     {>part}                 another template, with the same values
//
// There is no unescaped form. `{` is refused inside <script> and <style>, and in attributes that stand
// without quotes. href and src take a value only after a path written in the template, so no value can become
// a scheme.
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/buf.h"
#include "base/fault.h"

typedef struct Page Page;

Page *page_make(Arena *arena);
void page_text(Page *page, const char *name, Str value);
void page_int(Page *page, const char *name, int64_t value);
void page_flag(Page *page, const char *name, bool on);
void page_print(Page *page, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
Page *page_row(Page *page, const char *name); // values not found in a row are looked for around it

bool pages_open(Arena *arena, Fault *fault); // reads all templates; faults name file and line
bool page_show(const Page *page, const char *name, Buf *out, Fault *fault);

#endif
