// One step of a small machine for each byte; runs of body are skipped at once. It keeps no bytes but the
// name of the field it is in and the first of its value, since only four fields matter to framing.
#include "web/strict.h"

#include <string.h>

typedef enum State {
    AT_START,
    IN_METHOD,
    IN_TARGET,
    IN_VERSION,
    LINE_END,
    FIELD_START,
    IN_NAME,
    IN_VALUE,
    VALUE_END,
    HEAD_END,
    IN_BODY,
    CHUNK_SIZE,
    CHUNK_SIZE_END,
    IN_CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    LAST_CR,
    LAST_LF,
} State;

enum {
    BAD = 400,
    TOO_LARGE = 413,
    LONG_TARGET = 414,
    EXPECTATION = 417,
    LARGE_FIELDS = 431,
    UNKNOWN = 501,
    OTHER_VERSION = 505
};

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE" };
enum { BODILESS = 2 }; // the first two have no body

static bool is_token(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static int hex_of(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool word_is(const char *word, size_t length, const char *wanted)
{
    return length == strlen(wanted) && memcmp(word, wanted, length) == 0;
}

// ---- the request line

static int method_end(Strict *s)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (!word_is(s->word, s->word_length, methods[i]))
            continue;
        s->method = (uint8_t)i;
        s->word_length = 0;
        s->blank = true; // the target has not begun
        s->state = IN_TARGET;
        return 0;
    }
    return s->word_length ? UNKNOWN : BAD;
}

static int in_method(Strict *s, unsigned char c)
{
    if (c == ' ')
        return method_end(s);
    if (!is_token(c))
        return BAD;
    if (s->word_length == STRICT_WORD_MAX)
        return UNKNOWN;
    s->word[s->word_length++] = (char)c;
    s->state = IN_METHOD;
    return 0;
}

static int in_target(Strict *s, unsigned char c)
{
    if (s->head_bytes > STRICT_LINE_MAX)
        return LONG_TARGET;
    if (s->blank) {
        s->blank = false;
        return c == '/' ? 0 : BAD;
    }
    if (c == ' ') {
        s->state = IN_VERSION;
        return 0;
    }
    return c > ' ' && c < 127 && c != '#' ? 0 : BAD;
}

static int in_version(Strict *s, unsigned char c)
{
    if (c == '\r') {
        s->old = word_is(s->word, s->word_length, "HTTP/1.0");
        s->state = LINE_END;
        if (s->old || word_is(s->word, s->word_length, "HTTP/1.1"))
            return 0;
        return s->word_length == 8 && memcmp(s->word, "HTTP/", 5) == 0 ? OTHER_VERSION : BAD;
    }
    if (s->word_length == 8)
        return BAD;
    s->word[s->word_length++] = (char)c;
    return 0;
}

// ---- fields

static int take_length(Strict *s)
{
    if (s->length || s->value_length == 0)
        return BAD;
    s->length = true;
    for (int i = 0; i < s->value_length; i++) {
        if (s->word[i] < '0' || s->word[i] > '9')
            return BAD;
        s->left = s->left > STRICT_BODY_MAX ? s->left : s->left * 10 + (s->word[i] - '0');
    }
    if (s->value_length == STRICT_WORD_MAX)
        return BAD; // it may go on
    return s->left > STRICT_BODY_MAX ? TOO_LARGE : 0;
}

static void lower_value(Strict *s)
{
    for (int i = 0; i < s->value_length; i++)
        if (s->word[i] >= 'A' && s->word[i] <= 'Z')
            s->word[i] = (char)(s->word[i] | 0x20);
}

static int take_encoding(Strict *s)
{
    if (s->chunked)
        return BAD;
    lower_value(s);
    if (!word_is(s->word, s->value_length, "chunked"))
        return UNKNOWN;
    s->chunked = true;
    return 0;
}

static int field_end(Strict *s)
{
    while (s->value_length && s->value_length < STRICT_WORD_MAX &&
           (s->word[s->value_length - 1] == ' ' || s->word[s->value_length - 1] == '\t'))
        s->value_length--;
    if (word_is(s->name, s->name_length, "content-length"))
        return take_length(s);
    if (word_is(s->name, s->name_length, "transfer-encoding"))
        return take_encoding(s);
    if (word_is(s->name, s->name_length, "host")) {
        if (s->host || s->value_length == 0)
            return BAD;
        s->host = true;
    }
    if (!word_is(s->name, s->name_length, "expect"))
        return 0;
    lower_value(s);
    return word_is(s->word, s->value_length, "100-continue") ? 0 : EXPECTATION;
}

static int in_name(Strict *s, unsigned char c)
{
    if (c == ':') {
        s->value_length = 0;
        s->blank = true; // blanks before the value
        s->state = IN_VALUE;
        return s->name_length ? 0 : BAD;
    }
    if (!is_token(c))
        return BAD;
    if (s->name_length < STRICT_WORD_MAX)
        s->name[s->name_length++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    return 0;
}

static int field_start(Strict *s, unsigned char c)
{
    if (c == '\r') {
        s->state = HEAD_END;
        return 0;
    }
    if (s->fields == STRICT_FIELDS_MAX)
        return LARGE_FIELDS;
    s->fields++;
    s->name_length = 0;
    s->state = IN_NAME;
    return in_name(s, c);
}

// A host is a name or an address, perhaps with a port: nothing that could be a path or a user.
static bool fits_host(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
           c == '\t' || (c != 0 && strchr(".-_:[]%", c) != NULL);
}

static int in_value(Strict *s, unsigned char c)
{
    if (c == '\r') {
        s->state = VALUE_END;
        return field_end(s);
    }
    if ((c < ' ' && c != '\t') || c == 127)
        return BAD;
    if (word_is(s->name, s->name_length, "host") && !fits_host(c))
        return BAD;
    if (s->blank && (c == ' ' || c == '\t'))
        return 0;
    s->blank = false;
    if (s->value_length < STRICT_WORD_MAX)
        s->word[s->value_length++] = (char)c;
    return 0;
}

// ---- bodies

static void next_request(Strict *s)
{
    *s = (Strict){ .state = AT_START };
}

static int head_end(Strict *s)
{
    if (!s->old && !s->host)
        return BAD;
    if (s->chunked && (s->length || s->old))
        return BAD;
    if (s->method < BODILESS && (s->chunked || s->left > 0))
        return BAD;
    if (s->chunked) {
        s->left = 0;
        s->digits = 0;
        s->state = CHUNK_SIZE;
    } else if (s->left > 0) {
        s->state = IN_BODY;
    } else {
        next_request(s);
    }
    return 0;
}

static int chunk_size(Strict *s, unsigned char c)
{
    int digit = hex_of(c);
    if (digit >= 0) {
        s->left = s->left * 16 + digit;
        return ++s->digits > 8 ? BAD : 0;
    }
    if (c != '\r' || s->digits == 0)
        return BAD;
    s->state = CHUNK_SIZE_END;
    return s->left > STRICT_BODY_MAX - s->body ? TOO_LARGE : 0;
}

static int chunk_size_end(Strict *s, unsigned char c)
{
    s->state = s->left > 0 ? IN_CHUNK : LAST_CR;
    s->digits = 0;
    return c == '\n' ? 0 : BAD;
}

static int expect(Strict *s, unsigned char c, unsigned char wanted, State next)
{
    s->state = (uint8_t)next;
    return c == wanted ? 0 : BAD;
}

static int step(Strict *s, unsigned char c)
{
    switch ((State)s->state) {
    case AT_START:
    case IN_METHOD:
        return in_method(s, c);
    case IN_TARGET:
        return in_target(s, c);
    case IN_VERSION:
        return in_version(s, c);
    case LINE_END:
    case VALUE_END:
        return expect(s, c, '\n', FIELD_START);
    case FIELD_START:
        return field_start(s, c);
    case IN_NAME:
        return in_name(s, c);
    case IN_VALUE:
        return in_value(s, c);
    case HEAD_END:
        return c == '\n' ? head_end(s) : BAD;
    case CHUNK_SIZE:
        return chunk_size(s, c);
    case CHUNK_SIZE_END:
        return chunk_size_end(s, c);
    case CHUNK_CR:
        return expect(s, c, '\r', CHUNK_LF);
    case CHUNK_LF:
        return expect(s, c, '\n', CHUNK_SIZE);
    case LAST_CR:
        return expect(s, c, '\r', LAST_LF);
    case LAST_LF:
        next_request(s);
        return c == '\n' ? 0 : BAD;
    case IN_BODY:
    case IN_CHUNK:
        break;
    }
    return BAD;
}

// Skips what is there of a body or a chunk.
static size_t skip(Strict *s, size_t there)
{
    size_t taken = (int64_t)there < s->left ? there : (size_t)s->left;
    s->left -= (int64_t)taken;
    s->body += (int64_t)taken;
    if (s->left == 0 && s->state == IN_CHUNK)
        s->state = CHUNK_CR;
    else if (s->left == 0)
        next_request(s);
    return taken;
}

int strict_feed(Strict *strict, const char *bytes, size_t count, size_t *whole)
{
    *whole = 0;
    for (size_t i = 0; i < count && strict->status == 0;) {
        if (strict->state == IN_BODY || strict->state == IN_CHUNK) {
            i += skip(strict, count - i);
        } else {
            bool head = strict->state <= HEAD_END;
            strict->head_bytes += head;
            strict->status = step(strict, (unsigned char)bytes[i++]);
            if (head && strict->status == 0 && strict->head_bytes > STRICT_HEAD_MAX)
                strict->status = LARGE_FIELDS;
        }
        if (strict->state == AT_START && strict->status == 0)
            *whole = i;
    }
    return strict->status;
}

bool strict_in_head(const Strict *strict)
{
    return strict->state > AT_START && strict->state <= HEAD_END;
}

bool strict_in_body(const Strict *strict)
{
    return strict->state > HEAD_END;
}
