#include "base/str.h"

#include <string.h>

Str str_of(const char *terminated)
{
    return (Str){ terminated, terminated ? strlen(terminated) : 0 };
}

bool str_equal(Str a, Str b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

int str_compare(Str a, Str b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

bool str_starts(Str s, Str prefix)
{
    return s.length >= prefix.length && str_equal(str_slice(s, 0, prefix.length), prefix);
}

bool str_ends(Str s, Str suffix)
{
    return s.length >= suffix.length &&
           str_equal(str_slice(s, s.length - suffix.length, s.length), suffix);
}

Str str_slice(Str s, size_t from, size_t to)
{
    if (to > s.length)
        to = s.length;
    if (from > to)
        from = to;
    return (Str){ s.data ? s.data + from : NULL, to - from };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_trim(Str s)
{
    while (s.length && is_blank(s.data[0]))
        s = str_slice(s, 1, s.length);
    while (s.length && is_blank(s.data[s.length - 1]))
        s.length--;
    return s;
}

bool str_find(Str s, Str part, size_t *at)
{
    for (size_t i = 0; i + part.length <= s.length; i++) {
        if (str_equal(str_slice(s, i, i + part.length), part)) {
            *at = i;
            return true;
        }
    }
    return false;
}

bool str_cut(Str *rest, char separator, Str *piece)
{
    if (rest->data == NULL)
        return false;

    const char *end = rest->length ? memchr(rest->data, separator, rest->length) : NULL;
    if (end == NULL) {
        *piece = *rest;
        *rest = (Str){ 0 };
        return true;
    }
    *piece = str_slice(*rest, 0, (size_t)(end - rest->data));
    *rest = str_slice(*rest, piece->length + 1, rest->length);
    return true;
}

bool str_word(Str *rest, Str *word)
{
    size_t from = 0;
    while (from < rest->length && is_blank(rest->data[from]))
        from++;
    size_t to = from;
    while (to < rest->length && !is_blank(rest->data[to]))
        to++;
    *word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->length);
    return word->length > 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool str_to_int(Str s, int64_t *out)
{
    bool minus = s.length && s.data[0] == '-';
    size_t i = minus ? 1 : 0;
    if (i == s.length || s.length - i > 18)
        return false;

    int64_t value = 0;
    for (; i < s.length; i++) {
        if (!is_digit(s.data[i]))
            return false;
        value = value * 10 + (s.data[i] - '0');
    }
    *out = minus ? -value : value;
    return true;
}

bool str_to_real(Str s, double *out)
{
    bool minus = s.length && s.data[0] == '-';
    size_t i = minus ? 1 : 0;
    int64_t digits = 0;
    int count = 0;
    double scale = 1.0;
    bool point = false;
    for (; i < s.length; i++) {
        if (s.data[i] == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(s.data[i]) || ++count > 15)
            return false;
        digits = digits * 10 + (s.data[i] - '0');
        if (point)
            scale *= 10.0; // exact up to 1e15, so one division rounds once
    }
    if (count == 0)
        return false;
    *out = (minus ? -1.0 : 1.0) * (double)digits / scale;
    return true;
}

uint64_t str_hash(Str s)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < s.length; i++)
        hash = (hash ^ (unsigned char)s.data[i]) * 1099511628211u;
    return hash;
}
