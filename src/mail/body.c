// The sealed body of a mail, to bytes and back.
#include "mail/part.h"

#include <string.h>

enum { BODY_MAX = 16384 };

static bool put(Buf *buf, Str s)
{
    if (s.length && memchr(s.data, 0, s.length))
        return false;
    buf_text(buf, s);
    buf_bytes(buf, "", 1);
    return !buf->full;
}

bool body_write(Arena *arena, Str to, const MailValue *values, int count, Str *out, Fault *fault)
{
    Buf buf = buf_make(arena, BODY_MAX);
    bool fits = count <= MAIL_VALUES_MAX && put(&buf, to);
    for (int i = 0; i < count && fits; i++)
        fits = put(&buf, str_of(values[i].name)) && put(&buf, values[i].value);
    *out = buf_str(&buf);
    return fits || fault_set(fault, FAULT_BROKEN, "a mail does not fit its body");
}

// The next text; it is terminated where it lies.
static bool cut(Str *rest, Str *piece)
{
    const char *end = rest->length ? memchr(rest->data, 0, rest->length) : NULL;
    if (!end)
        return false;
    size_t length = (size_t)(end - rest->data);
    *piece = (Str){ rest->data, length };
    *rest = (Str){ end + 1, rest->length - length - 1 };
    return true;
}

bool body_read(Arena *arena, Str bytes, Body *out, Fault *fault)
{
    *out = (Body){ 0 };
    Str rest = arena_copy(arena, bytes), name;
    bool good = cut(&rest, &out->to);
    while (good && rest.length) {
        good =
            out->count < MAIL_VALUES_MAX && cut(&rest, &name) && cut(&rest, &out->values[out->count].value);
        if (good)
            out->values[out->count++].name = name.data;
    }
    return good || fault_set(fault, FAULT_BROKEN, "the body of a mail cannot be read");
}
