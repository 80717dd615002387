// Any bytes as a template, its values, and the sealed body of a mail: filled or refused; what is filled has
// no tag that is not the template's own.
#include "mail/part.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_html(Str html)
{
    static const char *const ours[] = { "<!doctype", "<html",          "<head>", "<meta",   "<title>",
                                        "</title>",  "</head>",        "<body>", "<p>",     "</p>",
                                        "<br>",      "<a href=\"http", "</a>",   "</body>", "</html>" };
    for (size_t i = 0; i < html.length; i++) {
        bool known = html.data[i] != '<';
        for (size_t t = 0; t < sizeof ours / sizeof *ours && !known; t++)
            known = str_starts(str_slice(html, i, html.length), str_of(ours[t]));
        if (!known)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    Letter letter;
    Body body;
    Str text = { (const char *)data, size };
    size_t half = size / 2;
    const MailValue values[] = { { "link", str_slice(text, 0, half) },
                                 { "browser", str_slice(text, half, size) } };
    Str fixed = STR("Subject: S\n\n{link}\n{browser}\n");
    if (!template_fill_text(&arena, fixed, values, 2, &letter, &fault) && fault.kind != FAULT_BROKEN)
        abort();
    if (letter.html.length)
        check_html(letter.html);
    if (template_fill_text(&arena, text, values, 2, &letter, &fault)) {
        check_html(letter.html);
        if (memchr(letter.subject.data, '\n', letter.subject.length))
            abort();
    }
    body_read(&arena, text, &body, &fault);
    arena_close(&arena);
    return 0;
}
