#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

Buf buf_make(Arena *arena, size_t ceiling)
{
    return (Buf){ .arena = arena, .ceiling = ceiling };
}

static bool reserve(Buf *buf, size_t more)
{
    if (buf->full || more > buf->ceiling - buf->length) {
        buf->full = true;
        return false;
    }
    size_t needed = buf->length + more;
    if (needed <= buf->size)
        return true;

    size_t size = buf->size ? buf->size * 2 : 1024;
    if (size < needed)
        size = needed;
    char *data = arena_take(buf->arena, size);
    if (buf->length)
        memcpy(data, buf->data, buf->length);
    buf->data = data;
    buf->size = size;
    return true;
}

void buf_bytes(Buf *buf, const void *bytes, size_t count)
{
    if (count == 0 || !reserve(buf, count))
        return;
    memcpy(buf->data + buf->length, bytes, count);
    buf->length += count;
}

void buf_text(Buf *buf, Str s)
{
    buf_bytes(buf, s.data, s.length);
}

void buf_print(Buf *buf, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (length < 0 || (size_t)length >= sizeof text) {
        buf->full = true; // for numbers and short words; long text goes through buf_text
        return;
    }
    buf_bytes(buf, text, (size_t)length);
}

Str buf_str(const Buf *buf)
{
    return (Str){ buf->data, buf->length };
}
