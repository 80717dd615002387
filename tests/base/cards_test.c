// Numbers that the card schemes publish for testing, in the spellings that people use; and all that looks a
// little like one and is none.
#include "base/cards.h"

#include "tests/test.h"

#include <stdio.h>
#include <string.h>

static const char *const cards[] = {
    "4242424242424242", "4000056655665556", "5555555555554444", "2223003122003222", "5105105105105100",
    "378282246310005",  "371449635398431",  "6011111111111117", "6011000990139424", "3056930009020004",
    "36227206271667",   "6555900000604105", "3566002020360505", "6200000000000005", "6205500000000000004",
    "5019717010103742", "4222222222222",    "30569309025904",   "38520000023237",   "6759649826438453",
};
enum { CARDS = sizeof cards / sizeof *cards };

static Str mask(const char *text)
{
    return card_mask(test_arena(), str_of(text));
}

static void check_stays(const char *text)
{
    Str in = str_of(text), out = card_mask(test_arena(), in);
    CHECK_STR(out, text);
    CHECK(out.data == in.data); // nothing is copied when there is nothing to do
}

static Str joined(const char *digits, const int *lengths, int count, const char *gap)
{
    Str all = STR("");
    for (int i = 0; i < count; digits += lengths[i++])
        all = arena_print(test_arena(), STR_FMT "%s%.*s", STR_ARG(all), i ? gap : "", lengths[i], digits);
    return all;
}

TEST(each_schemes_numbers_are_taken_out)
{
    for (int i = 0; i < CARDS; i++) {
        Str out = mask(arena_print(test_arena(), "pay %s now", cards[i]).data);
        Str wanted = arena_print(test_arena(), "pay %.*s now", (int)strlen(cards[i]), "*******************");
        CHECK_STR(out, wanted.data);
    }
}

TEST(groups_are_taken_out_whatever_stands_between_them)
{
    static const char *const gaps[] = { " ",
                                        "-",
                                        "  ",
                                        " - ",
                                        ".",
                                        "\t",
                                        "\xc2\xa0",
                                        "\xe2\x80\xaf",
                                        "\xe2\x80\x89",
                                        "\xe2\x80\x91",
                                        "\xe2\x80\x93",
                                        "\xe2\x80\x94",
                                        "\xe2\x88\x92",
                                        "\xe3\x80\x80",
                                        "\xc2\xad",
                                        "\xef\xbc\x8d",
                                        "\xe2\x80\x8b" };
    static const int fours[] = { 4, 4, 4, 4, 3 }, amex[] = { 4, 6, 5 }, diners[] = { 4, 6, 4 },
                     long_one[] = { 6, 13 };
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        CHECK_STR(card_mask(test_arena(), joined("4242424242424242", fours, 4, gaps[i])),
                  joined("****************", fours, 4, gaps[i]).data);
        CHECK_STR(card_mask(test_arena(), joined("378282246310005", amex, 3, gaps[i])),
                  joined("***************", amex, 3, gaps[i]).data);
        CHECK_STR(card_mask(test_arena(), joined("30569309025904", diners, 3, gaps[i])),
                  joined("**************", diners, 3, gaps[i]).data);
        CHECK_STR(card_mask(test_arena(), joined("6205500000000000004", fours, 5, gaps[i])),
                  joined("*******************", fours, 5, gaps[i]).data);
        CHECK_STR(card_mask(test_arena(), joined("6205500000000000004", long_one, 2, gaps[i])),
                  joined("*******************", long_one, 2, gaps[i]).data);
    }
    CHECK_STR(mask("4242-4242 4242.4242"), "****-**** ****.****");
}

TEST(digits_of_other_scripts_are_digits)
{
    CHECK_STR(mask("４２４２４２４２４２４２４２４２"), "****************");
    CHECK_STR(mask("٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢"), "**** **** **** ****");
    CHECK_STR(mask("۴۲۴۲۴۲۴۲۴۲۴۲۴۲۴۲"), "****************");
    CHECK_STR(mask("४२४२4242४२४२4242"), "****************");
}

TEST(a_number_is_found_wherever_it_stands)
{
    CHECK_STR(mask("4242424242424242"), "****************");
    CHECK_STR(mask("card4242424242424242!"), "card****************!");
    CHECK_STR(mask("é4242 4242 4242 4242é"), "é**** **** **** ****é");
    CHECK_STR(mask("a\n4242424242424242\nb"), "a\n****************\nb");
    CHECK_STR(mask("1 4242 4242 4242 4242"), "1 **** **** **** ****");
    CHECK_STR(mask("4242 4242 4242 4242 12/34 123"), "**** **** **** **** 12/34 123");
    CHECK_STR(mask("4242 4242 4242 4242 123"), "**** **** **** **** 123");
    CHECK_STR(mask("4242424242424242 5555555555554444"), "**************** ****************");
    CHECK_STR(mask("1234 4242424242424242 9"), "1234 **************** 9");
    CHECK_STR(mask("4242 4242 4242 4242, 5555-5555-5555-4444."), "**** **** **** ****, ****-****-****-****.");
}

TEST(a_wrong_sum_is_no_card)
{
    char digits[32];
    for (int i = 0; i < CARDS; i++)
        for (int last = 0; last < 10; last++) {
            size_t length = strlen(cards[i]);
            snprintf(digits, sizeof digits, "%s", cards[i]);
            if (digits[length - 1] == '0' + last)
                continue;
            digits[length - 1] = (char)('0' + last);
            check_stays(digits);
        }
}

TEST(two_digits_that_changed_places_are_no_card)
{
    check_stays("4424242424242424");
    check_stays("4242 4242 4242 2442");
}

TEST(a_piece_of_longer_digits_is_no_card)
{
    check_stays("42424242424242424242");
    check_stays("04242424242424242");
    check_stays("14242424242424242");
    check_stays("424242424242");
    check_stays("4242 4242 4242 42424");
    check_stays("4242 4242 42424242"); // nobody writes them so
    check_stays("4242, 4242, 4242, 4242");
    check_stays("4242 4242\n4242 4242");
    check_stays("4242    4242 4242 4242");
    check_stays("4242--4242-4242-4242");
}

TEST(ordinary_text_stays_as_it_is)
{
    static const char *const texts[] = {
        "",
        "no digits at all, é ü 東京",
        "A calm waltz, 92 bpm, 3:45 minutes, in 6/8",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
        "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
        "42 42 42 42 42 42 42 42",
        "120 124 128 132 136 140",
        "+49 30 901820, (555) 123-4567, +1-202-555-0147",
        "0049 1512 3456 7890",
        "1999 2000 2001 2002",
        "1984 1999 2001 2010 2049",
        "2024-12-31 23:59:59",
        "1700000000000 and 1735689599999",
        "978-3-16-148410-0, 9783161484100",
        "3.14159265358979 2.718281828459045",
        "192.168.100.100",
        "490154203237518", // the number of a telephone, whose sum is a card's
        "18446744073709551615",
        "0x1234567890abcdef",
        "seed 914981550441726747",
        "SIX SIX SIX, the number of the beast: 666",
        "867-5309",
        "99 Luftballons, 7 nation army, 24K magic, 1-800-273-8255",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_stays(texts[i]);
}

// What begins with 19 or 20 is a year, not a card.
TEST(no_four_years_are_a_card)
{
    char text[64];
    for (int year = 1900; year < 2200; year++) {
        snprintf(text, sizeof text, "%d %d %d %d", year, year + 1, year + 2, year + 3);
        check_stays(text);
        snprintf(text, sizeof text, "%d-%d %d-%d", year, year + 5, year + 6, year + 11);
        check_stays(text);
    }
}

TEST(bytes_that_are_no_utf8_pass)
{
    CHECK_STR(mask("\xff\xfe 4242424242424242 \xe2\x80"), "\xff\xfe **************** \xe2\x80");
    check_stays("\xc3");
    check_stays("\xf0\x9f\x8e");
    check_stays("4242\xe2\x80 4242 4242 4242");
}

TEST(what_was_masked_stays_masked)
{
    Str once = mask("x 4242 4242 4242 4242 y");
    CHECK(card_mask(test_arena(), once).data == once.data);
}

TEST(a_long_text_is_looked_through_once)
{
    static const char *const pieces[] = {
        "4", "4242 ", "4242 4242 4242 424 ", "4242424242424242", "٤٢", "4-"
    };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        Str text = { arena_take(test_arena(), 1 << 20), 0 };
        for (; text.length + 20 < 1 << 20; text.length += strlen(pieces[i]))
            memcpy((char *)(uintptr_t)text.data + text.length, pieces[i], strlen(pieces[i]));
        CHECK(card_mask(test_arena(), text).length <= text.length); // slow would be hours
    }
}

TEST(a_number_can_be_a_card)
{
    CHECK(card_is(4242424242424242));
    CHECK(card_is(378282246310005));
    CHECK(card_is(6205500000000000004));
    CHECK(!card_is(4242424242424241));
    CHECK(!card_is(0));
    CHECK(!card_is(7));
    CHECK(!card_is(-4242424242424242));
    CHECK(!card_is(INT64_MAX));
    CHECK(!card_is(INT64_MIN));
}
