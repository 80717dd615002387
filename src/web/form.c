#include "web/form.h"

#include "base/cards.h"

#include <string.h>

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_read(Arena *arena, Str text, bool plus, Str *out)
{
    char *to = arena_take(arena, text.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '%') {
            if (text.length - i < 3 || hex_of(text.data[i + 1]) < 0 || hex_of(text.data[i + 2]) < 0)
                return false;
            c = (char)(hex_of(text.data[i + 1]) << 4 | hex_of(text.data[i + 2]));
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        to[length++] = c;
    }
    *out = (Str){ to, length };
    return true;
}

// The bytes of the character at `at`, 0 when they are none: overlong, a surrogate, past U+10FFFF, cut off.
static size_t utf8_length(Str s, size_t at)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    unsigned char c = (unsigned char)s.data[at];
    size_t length = c < 0x80                ? 1
                    : c >= 0xC2 && c < 0xE0 ? 2
                    : c >= 0xE0 && c < 0xF0 ? 3
                    : c >= 0xF0 && c < 0xF5 ? 4
                                            : 0;
    if (length == 0 || s.length - at < length)
        return 0;
    uint32_t code = length == 1 ? c : c & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)s.data[at + i];
        if ((next & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3Fu);
    }
    bool fits = code >= least[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    bool control = (code < 32 && code != '\t' && code != '\n' && code != '\r') || (code >= 127 && code < 160);
    return fits && !control ? length : 0;
}

bool text_is_plain(Str text)
{
    for (size_t i = 0; i < text.length;) {
        size_t length = utf8_length(text, i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

static bool name_fits(Str name)
{
    if (name.length == 0 || name.length > FORM_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-'))
            return false;
    }
    return true;
}

static bool take_field(Arena *arena, Str piece, Form *out, Fault *fault)
{
    Str name = { 0 }, value = piece, field;
    str_cut(&value, '=', &name);
    Field *taken = &out->list[out->count];
    *taken = (Field){ .value = STR("") };
    if (!percent_read(arena, name, true, &field) || !name_fits(field))
        return fault_set(fault, FAULT_INPUT, "A field's name cannot be read.");
    if (form_find(out, field))
        return fault_set(fault, FAULT_INPUT, "The field \"" STR_FMT "\" was sent twice.", STR_ARG(field));
    if (value.data && !percent_read(arena, value, true, &taken->value))
        return fault_set(fault, FAULT_INPUT, "The field \"" STR_FMT "\" is not encoded as a form is.",
                         STR_ARG(field));
    if (!text_is_plain(taken->value))
        return fault_set(fault, FAULT_INPUT, "The field \"" STR_FMT "\" is not plain text.", STR_ARG(field));
    taken->name = field;
    out->count++;
    return true;
}

bool form_read(Arena *arena, Str text, Form *out, Fault *fault)
{
    out->count = 0;
    Str piece;
    while (str_cut(&text, '&', &piece)) {
        if (piece.length == 0)
            continue;
        if (out->count == FORM_FIELDS_MAX)
            return fault_set(fault, FAULT_INPUT, "There are too many fields.");
        if (!take_field(arena, piece, out, fault))
            return false;
    }
    return true;
}

const Field *form_find(const Form *form, Str name)
{
    for (int i = 0; i < form->count; i++)
        if (str_equal(form->list[i].name, name))
            return &form->list[i];
    return NULL;
}

// These are compared and never kept. A seed is a number: order.c refuses one that is a card's.
static bool is_exempt(Str name)
{
    static const Str names[] = { STR_INIT("code"), STR_INIT("csrf"),  STR_INIT("current"), STR_INIT("once"),
                                 STR_INIT("seed"), STR_INIT("token"), STR_INIT("password") };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_equal(names[i], name))
            return true;
    return false;
}

bool form_mask(Arena *arena, Form *form)
{
    bool masked = false;
    for (int i = 0; i < form->count; i++) {
        Field *field = &form->list[i];
        Str kept = is_exempt(field->name) ? field->value : card_mask(arena, field->value);
        masked |= kept.data != field->value.data;
        field->value = kept;
    }
    return masked;
}

bool form_allows(const Form *form, const char *names, Fault *fault)
{
    for (int i = 0; i < form->count; i++) {
        Str rest = str_of(names), word;
        bool known = false;
        while (!known && str_word(&rest, &word))
            known = str_equal(word, form->list[i].name);
        if (!known)
            return fault_set(fault, FAULT_INPUT, "There is no field \"" STR_FMT "\" here.",
                             STR_ARG(form->list[i].name));
    }
    return true;
}
