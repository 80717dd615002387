#include "web/header.h"

#include <strings.h>

bool word_same(Str a, Str b)
{
    return a.length == b.length && (a.length == 0 || strncasecmp(a.data, b.data, a.length) == 0);
}

static bool fits_cookie(Str value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (c <= ' ' || c >= 127 || c == '"' || c == ',' || c == '\\')
            return false;
    }
    return value.length <= 512;
}

Str cookie_find(Str header, Str name)
{
    Str piece, key, found = STR("");
    int times = 0;
    while (str_cut(&header, ';', &piece)) {
        Str value = str_trim(piece);
        if (!str_cut(&value, '=', &key) || !str_equal(key, name))
            continue;
        times++;
        found = value;
    }
    return times == 1 && found.data && fits_cookie(found) ? found : STR("");
}

static bool digits(Str text, int64_t *out)
{
    return text.length > 0 && text.data[0] != '-' && str_to_int(text, out);
}

RangeKind range_read(Str header, int64_t length, int64_t *first, int64_t *last)
{
    Str unit = str_slice(header, 0, 6), from, to = str_slice(header, 6, header.length);
    if (!word_same(unit, STR("bytes=")) || !str_cut(&to, '-', &from) || to.data == NULL)
        return RANGE_ALL;
    *last = length - 1;
    if (from.length == 0) {
        int64_t count;
        if (!digits(to, &count))
            return RANGE_ALL;
        *first = count < length ? length - count : 0;
        return count > 0 && length > 0 ? RANGE_PART : RANGE_NONE;
    }
    if (!digits(from, first))
        return RANGE_ALL;
    if (to.length > 0) {
        int64_t end;
        if (!digits(to, &end) || end < *first)
            return RANGE_ALL;
        *last = end < length ? end : length - 1;
    }
    return *first < length ? RANGE_PART : RANGE_NONE;
}

bool etag_matches(Str header, Str etag)
{
    Str piece;
    while (str_cut(&header, ',', &piece)) {
        piece = str_trim(piece);
        if (str_starts(piece, STR("W/")))
            piece = str_slice(piece, 2, piece.length);
        if (str_equal(piece, etag) || str_equal(piece, STR("*")))
            return true;
    }
    return false;
}

bool json_fits(Str text, int deepest)
{
    int deep = 0;
    bool string = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (string) {
            i += c == '\\';
            string = c != '"';
        } else if (c == '"') {
            string = true;
        } else if (c == '[' || c == '{') {
            if (++deep > deepest)
                return false;
        } else if (c == ']' || c == '}') {
            deep--;
        }
    }
    return true;
}

Str media_type(Str header)
{
    Str type;
    return str_cut(&header, ';', &type) ? str_trim(type) : STR("");
}
