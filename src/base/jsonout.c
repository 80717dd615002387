#include "base/jsonout.h"


static void value_begins(JsonOut *json)
{
    if (json->comma)
        buf_text(json->buf, STR(","));
    json->comma = true;
}

void jsonout_open(JsonOut *json, char bracket)
{
    value_begins(json);
    buf_bytes(json->buf, &bracket, 1);
    json->comma = false;
}

void jsonout_close(JsonOut *json, char bracket)
{
    buf_bytes(json->buf, &bracket, 1);
    json->comma = true;
}

// The length of the UTF-8 sequence at the start of `s`, or 0 when it is not one.
static size_t utf8_length(Str s)
{
    const unsigned char *b = (const unsigned char *)s.data;
    size_t need = b[0] < 0x80 ? 1 : b[0] >= 0xc2 && b[0] < 0xe0 ? 2 : b[0] >= 0xe0 && b[0] < 0xf0 ? 3
                : b[0] >= 0xf0 && b[0] < 0xf5 ? 4 : 0;
    if (need == 0 || need > s.length)
        return 0;
    for (size_t i = 1; i < need; i++)
        if ((b[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = need == 3 && b[0] == 0xe0 && b[1] < 0xa0;
    bool surrogate = need == 3 && b[0] == 0xed && b[1] >= 0xa0;
    bool outside = need == 4 && ((b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] >= 0x90));
    return overlong || surrogate || outside ? 0 : need;
}

// How much of `s` stands for itself: most texts, as a whole.
static size_t plain_length(Str s)
{
    size_t length = 0;
    while (length < s.length && s.data[length] >= 0x20 && s.data[length] != 0x7f && s.data[length] != '"' &&
           s.data[length] != '\\')
        length++;
    return length;
}

static void quoted(JsonOut *json, Str s)
{
    buf_text(json->buf, STR("\""));
    while (s.length) {
        size_t plain = plain_length(s);
        buf_bytes(json->buf, s.data, plain);
        s = str_slice(s, plain, s.length);
        if (s.length == 0)
            break;
        unsigned char c = (unsigned char)s.data[0];
        size_t length = utf8_length(s);
        if (c == '"' || c == '\\')
            buf_print(json->buf, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_print(json->buf, "\\u%04x", c);
        else if (length == 0)
            buf_text(json->buf, STR("\xef\xbf\xbd"));
        else
            buf_bytes(json->buf, s.data, length);
        s = str_slice(s, length ? length : 1, s.length);
    }
    buf_text(json->buf, STR("\""));
}

void jsonout_key(JsonOut *json, const char *name)
{
    value_begins(json);
    quoted(json, str_of(name));
    buf_text(json->buf, STR(":"));
    json->comma = false;
}

void jsonout_str(JsonOut *json, Str s)
{
    value_begins(json);
    quoted(json, s);
}

void jsonout_int(JsonOut *json, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        digits[--at] = '-';
    value_begins(json);
    buf_bytes(json->buf, digits + at, sizeof digits - at);
}

void jsonout_real(JsonOut *json, double value, int decimals)
{
    value_begins(json);
    buf_print(json->buf, "%.*f", decimals, value);
}

void jsonout_bool(JsonOut *json, bool value)
{
    value_begins(json);
    buf_text(json->buf, value ? STR("true") : STR("false"));
}

void jsonout_null(JsonOut *json)
{
    value_begins(json);
    buf_text(json->buf, STR("null"));
}
