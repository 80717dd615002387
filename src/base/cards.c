// Each run of digits is looked at once, together with the few groups that may belong to it, so a text takes
// time by its length alone.
#include "base/cards.h"

#include <string.h>

enum { DIGITS_MIN = 13, DIGITS_MAX = 19, GROUPS_MAX = 5, GAP_MAX = 3 };

typedef struct Groups {
    int count;
    int lengths[GROUPS_MAX];
    size_t ends[GROUPS_MAX]; // bytes, behind each group
    int digits;
    unsigned char list[DIGITS_MAX];
} Groups;

// ---- characters

static uint32_t char_at(Str text, size_t at, size_t *length)
{
    const unsigned char *p = (const unsigned char *)text.data + at;
    size_t need = p[0] < 0xC2 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 1;
    *length = 1;
    if (need == 1 || text.length - at < need)
        return p[0];
    uint32_t code = p[0] & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return p[0];
        code = code << 6 | (p[i] & 0x3Fu);
    }
    *length = need;
    return code;
}

static int digit_of(uint32_t code)
{
    // Where the digits of other scripts begin: Arabic, Persian, Devanagari, Bengali, Thai, full width.
    static const uint32_t zeros[] = { '0', 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10 };
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++)
        if (code - zeros[i] < 10)
            return (int)(code - zeros[i]);
    return -1;
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || code == '\t' || code == 0xA0 || (code >= 0x2000 && code <= 0x200B) ||
           code == 0x202F || code == 0x205F || code == 0x2060 || code == 0x3000;
}

static bool is_mark(uint32_t code)
{
    return code == '-' || code == '.' || code == 0xAD || code == 0xB7 || (code >= 0x2010 && code <= 0x2015) ||
           code == 0x2212 || code == 0xFE58 || code == 0xFE63 || code == 0xFF0D;
}

// ---- groups

// Behind what may stand between two groups; `at` when another group does not follow.
static size_t behind_gap(Str text, size_t at)
{
    size_t to = at, length;
    int marks = 0;
    for (int i = 0; to < text.length; i++, to += length) {
        uint32_t code = char_at(text, to, &length);
        if (digit_of(code) >= 0)
            return to;
        marks += is_mark(code);
        if (i == GAP_MAX || marks > 1 || !(is_mark(code) || is_blank(code)))
            return at;
    }
    return at;
}

// The digits at `at`, which may be more than a card has. Behind them.
static size_t read_group(Str text, size_t at, Groups *out)
{
    int count = 0;
    size_t length;
    for (; at < text.length; at += length, count++) {
        int digit = digit_of(char_at(text, at, &length));
        if (digit < 0)
            break;
        if (out->digits < DIGITS_MAX)
            out->list[out->digits] = (unsigned char)digit;
        out->digits++;
    }
    out->lengths[out->count] = count;
    out->ends[out->count++] = at;
    return at;
}

static void read_groups(Str text, size_t at, Groups *out)
{
    *out = (Groups){ .count = 0 };
    do {
        size_t end = read_group(text, at, out);
        at = behind_gap(text, end);
        if (at == end)
            return;
    } while (out->count < GROUPS_MAX && out->digits < DIGITS_MAX);
}

// ---- numbers

static bool begins_as_cards_do(const unsigned char *digits, int count)
{
    // The first four digits, and how long such a number is.
    static const struct {
        int from, to, least, most;
    } issued[] = {
        { 2200, 2204, 16, 19 }, { 2221, 2720, 16, 16 }, { 3000, 3099, 14, 19 }, { 3400, 3499, 15, 15 },
        { 3500, 3599, 16, 19 }, { 3600, 3699, 14, 19 }, { 3700, 3799, 15, 15 }, { 3800, 3999, 14, 19 },
        { 4000, 4999, 13, 13 }, { 4000, 4999, 16, 16 }, { 4000, 4999, 19, 19 }, { 5000, 5999, 13, 19 },
        { 6000, 6999, 13, 19 }, { 8100, 8299, 16, 19 }, { 9792, 9792, 16, 16 },
    };
    int head = digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3];
    for (size_t i = 0; i < sizeof issued / sizeof *issued; i++)
        if (head >= issued[i].from && head <= issued[i].to && count >= issued[i].least &&
            count <= issued[i].most)
            return true;
    return false;
}

static bool is_card(const unsigned char *digits, int count)
{
    int sum = 0;
    if (count < DIGITS_MIN || count > DIGITS_MAX || !begins_as_cards_do(digits, count))
        return false;
    for (int i = 0; i < count; i++) {
        int digit = digits[count - 1 - i];
        int twice = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += i % 2 ? twice : digit;
    }
    return sum % 10 == 0;
}

static bool has_shape(const Groups *groups, const int *shape, int count)
{
    return groups->count >= count && memcmp(groups->lengths, shape, (size_t)count * sizeof *shape) == 0;
}

// The bytes behind the card's number that these groups begin with; 0: they do not.
static size_t card_end(const Groups *groups)
{
    static const struct {
        int count, digits, lengths[GROUPS_MAX];
    } shapes[] = {
        { 5, 19, { 4, 4, 4, 4, 3 } }, { 4, 16, { 4, 4, 4, 4 } }, { 3, 15, { 4, 6, 5 } },
        { 3, 14, { 4, 6, 4 } },       { 2, 19, { 6, 13 } },
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (has_shape(groups, shapes[i].lengths, shapes[i].count) && is_card(groups->list, shapes[i].digits))
            return groups->ends[shapes[i].count - 1];
    return is_card(groups->list, groups->lengths[0]) ? groups->ends[0] : 0;
}

// ---- the text

static size_t next_digit(Str text, size_t at)
{
    size_t length;
    while (at < text.length && digit_of(char_at(text, at, &length)) < 0)
        at += length;
    return at;
}

// From the digits at `at` on: the next card's place and end; false when there is none any more.
static bool find_card(Str text, size_t at, size_t *from, size_t *to)
{
    Groups groups;
    for (at = next_digit(text, at); at < text.length; at = next_digit(text, groups.ends[0])) {
        read_groups(text, at, &groups);
        *from = at;
        *to = card_end(&groups);
        if (*to > 0)
            return true;
    }
    return false;
}

static size_t put_masked(Str text, size_t from, size_t to, char *out)
{
    size_t put = 0, length;
    for (; from < to; from += length) {
        if (digit_of(char_at(text, from, &length)) >= 0) {
            out[put++] = '*';
        } else {
            memcpy(out + put, text.data + from, length);
            put += length;
        }
    }
    return put;
}

Str card_mask(Arena *arena, Str text)
{
    size_t from, to, done = 0, put = 0;
    if (!find_card(text, 0, &from, &to))
        return text;
    char *out = arena_take(arena, text.length + 1);
    do {
        memcpy(out + put, text.data + done, from - done);
        put += from - done;
        put += put_masked(text, from, to, out + put);
        done = to;
    } while (find_card(text, done, &from, &to));
    memcpy(out + put, text.data + done, text.length - done);
    return (Str){ out, put + text.length - done };
}

bool card_is(int64_t number)
{
    unsigned char backwards[DIGITS_MAX + 1], digits[DIGITS_MAX + 1];
    int count = 0;
    for (; number > 0; number /= 10)
        backwards[count++] = (unsigned char)(number % 10);
    for (int i = 0; i < count; i++)
        digits[i] = backwards[count - 1 - i];
    return is_card(digits, count);
}
