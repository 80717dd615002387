// Fuzz target: any bytes as text with card numbers in it. What comes back has none, and is otherwise the
// same.
#include <string.h>

#include "base/cards.h"
#include "tests/fuzz/must.h"
#include "web/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SHORTEST = 13, LONGEST = 19 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Without digits of any script, stars, and the bytes above ASCII that those digits are made of.
static Str rest_of(Arena *arena, Str text)
{
    char *out = arena_take(arena, text.length + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        if (!is_digit(text.data[i]) && text.data[i] != '*' && (unsigned char)text.data[i] < 0x80)
            out[count++] = text.data[i];
    return (Str){ out, count };
}

// The sum, found another way than cards.c does.
static bool sum_is_right(const char *digits, size_t count)
{
    static const int doubled[] = { 0, 2, 4, 6, 8, 1, 3, 5, 7, 9 };
    int sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (count - i) % 2 == 0 ? doubled[digits[i] - '0'] : digits[i] - '0';
    return sum % 10 == 0;
}

// A run of 16 digits that begins with 4 and has the right sum is a card by any rule.
static bool has_plain_card(Str text)
{
    for (size_t i = 0; i < text.length;) {
        size_t end = i;
        while (end < text.length && is_digit(text.data[end]))
            end++;
        if (end - i == 16 && text.data[i] == '4' && sum_is_right(text.data + i, 16))
            return true;
        i = end + (end == i);
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Str text = { (const char *)data, size }, kept = card_mask(&arena, text);
    fuzz_must(kept.length <= text.length, "no text grows");
    fuzz_must(str_equal(rest_of(&arena, text), rest_of(&arena, kept)), "only digits change");
    fuzz_must(card_mask(&arena, kept).data == kept.data, "nothing is left to be masked");
    fuzz_must(!text_is_plain(text) || text_is_plain(kept), "text stays text");
    bool unusual = false; // digits of other scripts may lengthen a run
    for (size_t i = 0; i < size; i++)
        unusual |= data[i] >= 0x80;
    fuzz_must(unusual || !has_plain_card(kept), "no card is left");

    // The same with a card in its middle, between letters.
    Str half = str_slice(text, 0, size / 2), other = str_slice(text, size / 2, size);
    Str with = arena_print(&arena, "%.*sa4242424242424242b%.*s", STR_ARG(half), STR_ARG(other));
    size_t at;
    fuzz_must(!str_find(card_mask(&arena, with), STR("a4242424242424242b"), &at),
              "a card is found in any text");
    arena_close(&arena);
    return 0;
}
