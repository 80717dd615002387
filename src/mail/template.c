// Reads a template and fills it. Control characters in values become blanks, so that no value starts a
// line of its own, neither in the text nor in the subject.
#include "mail/template.h"

#include "base/data.h"

#include <string.h>

enum { LETTER_MAX = 1 << 16 };

typedef struct Filling {
    const MailValue *values;
    int count;
    Buf text, html;
} Filling;

static const MailValue *value_find(const Filling *filling, Str name)
{
    for (int i = 0; i < filling->count; i++)
        if (str_equal(name, str_of(filling->values[i].name)))
            return &filling->values[i];
    return NULL;
}

static void html_text(Buf *buf, Str s)
{
    for (size_t i = 0; i < s.length; i++) {
        switch (s.data[i]) {
        case '&':
            buf_text(buf, STR("&amp;"));
            break;
        case '<':
            buf_text(buf, STR("&lt;"));
            break;
        case '>':
            buf_text(buf, STR("&gt;"));
            break;
        case '"':
            buf_text(buf, STR("&quot;"));
            break;
        case '\'':
            buf_text(buf, STR("&#39;"));
            break;
        default:
            buf_bytes(buf, s.data + i, 1);
        }
    }
}

static void both(Filling *filling, Str s)
{
    buf_text(&filling->text, s);
    html_text(&filling->html, s);
}

static bool is_link(Str name, Str value)
{
    return str_equal(name, STR("link")) &&
           (str_starts(value, STR("https://")) || str_starts(value, STR("http://")));
}

static Str on_one_line(Arena *arena, Str value)
{
    char *copy = arena_take(arena, value.length + 1);
    for (size_t i = 0; i < value.length; i++)
        copy[i] = (unsigned char)value.data[i] < 32 || value.data[i] == 127 ? ' ' : value.data[i];
    return (Str){ copy, value.length };
}

static bool put_value(Filling *filling, Str name, Fault *fault)
{
    const MailValue *found = value_find(filling, name);
    if (!found)
        return fault_set(fault, FAULT_BROKEN, "a mail template wants {" STR_FMT "}", STR_ARG(name));
    Str value = on_one_line(filling->text.arena, found->value);
    bool link = is_link(name, value);
    if (link) {
        buf_text(&filling->html, STR("<a href=\""));
        html_text(&filling->html, value);
        buf_text(&filling->html, STR("\">"));
    }
    both(filling, value);
    if (link)
        buf_text(&filling->html, STR("</a>"));
    return true;
}

static bool put_line(Filling *filling, Str line, Fault *fault)
{
    size_t open, close;
    while (str_find(line, STR("{"), &open)) {
        both(filling, str_slice(line, 0, open));
        line = str_slice(line, open + 1, line.length);
        if (!str_find(line, STR("}"), &close))
            return fault_set(fault, FAULT_BROKEN, "a { without } in a mail template");
        if (!put_value(filling, str_slice(line, 0, close), fault))
            return false;
        line = str_slice(line, close + 1, line.length);
    }
    both(filling, line);
    return true;
}

// An empty line ends a paragraph; lines within one stay lines.
static bool put_body(Filling *filling, Str body, Fault *fault)
{
    Str line;
    bool inside = false;
    body = str_trim(body);
    while (str_cut(&body, '\n', &line)) {
        line = str_trim(line);
        if (line.length) {
            buf_text(&filling->html, inside ? STR("<br>\n") : STR("<p>"));
            if (!put_line(filling, line, fault))
                return false;
        } else if (inside) {
            buf_text(&filling->html, STR("</p>\n"));
        }
        buf_text(&filling->text, STR("\n"));
        inside = line.length > 0;
    }
    if (inside)
        buf_text(&filling->html, STR("</p>\n"));
    return true;
}

static bool read_subject(Str *template, Str *subject, Fault *fault)
{
    Str line, empty;
    if (!str_cut(template, '\n', &line) || !str_starts(line, STR("Subject: ")))
        return fault_set(fault, FAULT_BROKEN, "a mail template begins with \"Subject: \"");
    *subject = str_trim(str_slice(line, 9, line.length));
    size_t at;
    for (size_t i = 0; i < subject->length; i++)
        if ((unsigned char)subject->data[i] < 32 || (unsigned char)subject->data[i] > 126)
            return fault_set(fault, FAULT_BROKEN, "the subject of a mail template is plain ASCII");
    if (subject->length == 0 || subject->length > 200 || str_find(*subject, STR("{"), &at))
        return fault_set(fault, FAULT_BROKEN, "the subject of a mail template has words and no values");
    if (!str_cut(template, '\n', &empty) || str_trim(empty).length)
        return fault_set(fault, FAULT_BROKEN, "an empty line follows the subject of a mail template");
    return true;
}

bool template_fill_text(Arena *arena, Str template, const MailValue *values, int count, Letter *out,
                        Fault *fault)
{
    *out = (Letter){ 0 };
    if (!read_subject(&template, &out->subject, fault))
        return false;
    Filling filling = { values, count, buf_make(arena, LETTER_MAX), buf_make(arena, LETTER_MAX) };
    buf_text(&filling.html, STR("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>"));
    html_text(&filling.html, out->subject);
    buf_text(&filling.html, STR("</title></head>\n<body>\n"));
    if (!put_body(&filling, template, fault))
        return false;
    buf_text(&filling.html, STR("</body></html>\n"));
    if (filling.text.full || filling.html.full)
        return fault_set(fault, FAULT_BROKEN, "a mail is too long");
    out->text = buf_str(&filling.text);
    out->html = buf_str(&filling.html);
    const MailValue *link = value_find(&filling, STR("link"));
    out->link = link ? on_one_line(arena, link->value) : (Str){ 0 };
    return true;
}

static bool template_find(const char *kind, Str *out)
{
    for (int64_t i = 0; i < data_count; i++) {
        Str name = data_files[i].name;
        if (str_starts(name, STR("pages/mail/")) && str_ends(name, STR(".txt")) &&
            str_equal(str_slice(name, 11, name.length - 4), str_of(kind))) {
            *out = data_files[i].text;
            return true;
        }
    }
    return false;
}

bool template_fill(Arena *arena, const char *kind, const MailValue *values, int count, Letter *out,
                   Fault *fault)
{
    Str template;
    if (!template_find(kind, &template))
        return fault_set(fault, FAULT_BROKEN, "there is no mail template \"%.40s\"", kind);
    return template_fill_text(arena, template, values, count, out, fault) || fault_while(fault, kind);
}

// Every value a template may use, so that a misspelt one is found at the start and not at the first mail.
static const MailValue samples[] = {
    { "link", STR_INIT("https://example.org/") },
    { "support", STR_INIT("a@example.org") },
    { "public_url", STR_INIT("https://example.org") },
    { "browser", STR_INIT("Firefox") },
    { "system", STR_INIT("Linux") },
    { "song", STR_INIT("A song") },
    { "title", STR_INIT("Starter") },
    { "number", STR_INIT("R-000012") },
    { "sum", STR_INIT("4.99 USD") },
    { "credits", STR_INIT("100") },
    { "seller", STR_INIT("SonicStacker") },
};

bool templates_check(Fault *fault)
{
    Arena arena = { 0 };
    Letter letter;
    bool good = true;
    for (int64_t i = 0; i < data_count && good; i++)
        if (str_starts(data_files[i].name, STR("pages/mail/"))) {
            good = template_fill_text(&arena, data_files[i].text, samples, sizeof samples / sizeof *samples,
                                      &letter, fault);
            if (!good)
                fault_while(fault, arena_print(&arena, STR_FMT, STR_ARG(data_files[i].name)).data);
        }
    arena_close(&arena);
    return good;
}
