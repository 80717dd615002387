// Page: values for a template. Templates are pages/*.html, built into the program and read at start.
//
//     {name}                  the value, always escaped
//     {#songs}...{/songs}     for each row
//     {?flag}...{/flag}       when the value is there and neither empty nor "0", or has rows
//     {^flag}...{/flag}       when it is not
//     {>part}                 another template, with the same values
//
// There is no unescaped form. `{` is refused inside <script> and <style>, and in attributes that stand
// without quotes. href and src take a value only after a path written in the template, so no value can become
// a scheme; behind a single slash a value loses slashes of its own, so none can become a host. A link of <a>
// may also begin with "https://HOST/" written out, or with "http://127.0.0.1:{port}/", where {port} shows
// nothing but digits.
// Every page may use {asset_NAME} and {sri_NAME} of the files in web/assets.h: {asset_site_css}.
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/buf.h"
#include "base/fault.h"

typedef struct Page Page;

Page *page_make(Arena *arena);
void page_surround(Page *page, const Page *around); // values not found in the page are looked for there

// Names and texts are borrowed until the page is shown.
void page_text(Page *page, const char *name, Str value);
void page_int(Page *page, const char *name, int64_t value);
void page_flag(Page *page, const char *name, bool on);
void page_print(Page *page, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
Page *page_row(Page *page, const char *name); // a row; values not found in it are looked for around it

enum { PAGE_BYTES_MAX = 4 << 20 };

// Reads all templates, once for the process; faults name file and line.
bool pages_open(Fault *fault);
bool page_show(const Page *page, const char *name, Buf *out, Fault *fault);
// pages/FRAME.html, whose {>page} is pages/NAME.html.
bool page_show_framed(const Page *page, const char *frame, const char *name, Buf *out, Fault *fault);
bool page_uses(const char *name, const char *value); // this template, or a part of it, shows `value`

#endif
