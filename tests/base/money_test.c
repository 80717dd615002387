#include "base/money.h"

#include "tests/test.h"

TEST(money_is_read_as_it_is_written)
{
    static const struct {
        const char *text;
        int64_t digits;
        int decimals;
    } good[] = { { "4.99", 499, 2 },
                 { "0", 0, 0 },
                 { "500", 500, 0 },
                 { "1.5", 15, 1 },
                 { "0.05", 5, 2 },
                 { "007", 7, 0 },
                 { "2.500", 2500, 3 },
                 { "999999999999", 999999999999, 0 },
                 { "9.99999999999", 999999999999, 11 } };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t digits;
        int decimals;
        CHECK(money_digits(str_of(good[i].text), &digits, &decimals));
        CHECK_INT(digits, good[i].digits);
        CHECK_INT(decimals, good[i].decimals);
    }
}

TEST(what_is_no_money_is_refused)
{
    static const char *const bad[] = {
        "",      ".",   ".5", "5.",   "-1",  "+1",    "1,50",          "1.2.3",         "4.99 ",
        " 4.99", "1e3", "$5", "4..9", "0x1", "1 000", "1000000000000", "1.000000000000"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t digits;
        int decimals;
        if (money_digits(str_of(bad[i]), &digits, &decimals))
            fail_msg("\"%s\" is taken for %lld", bad[i], (long long)digits);
    }
}

TEST(money_is_written_with_its_currencys_decimals)
{
    static const struct {
        int64_t amount;
        const char *currency, *text;
    } cases[] = { { 499, "usd", "4.99 USD" },
                  { 5, "eur", "0.05 EUR" },
                  { 0, "usd", "0.00 USD" },
                  { -50, "eur", "-0.50 EUR" },
                  { 500, "jpy", "500 JPY" },
                  { -3, "jpy", "-3 JPY" },
                  { 1234, "kwd", "1.234 KWD" },
                  { 7, "bhd", "0.007 BHD" },
                  { 12345678900, "usd", "123456789.00 USD" },
                  { INT64_MIN, "jpy", "-9223372036854775808 JPY" },
                  { INT64_MAX, "usd", "92233720368547758.07 USD" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_STR(money_text(test_arena(), cases[i].amount, str_of(cases[i].currency)), cases[i].text);
}

TEST(a_currency_is_three_letters)
{
    CHECK_STR(money_currency(test_arena(), STR("USD")), "usd");
    CHECK_STR(money_currency(test_arena(), STR("eUr")), "eur");
    static const char *const bad[] = { "",
                                       "us",
                                       "usdd",
                                       "u$d",
                                       "us1",
                                       "\xc3\xa4"
                                       "a",
                                       "us " };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(money_currency(test_arena(), str_of(bad[i])).data == NULL);
}

TEST(what_was_written_with_fewer_decimals_is_the_same_money)
{
    CHECK_INT(money_scaled(5, 0, STR("usd")), 500);
    CHECK_INT(money_scaled(49, 1, STR("usd")), 490);
    CHECK_INT(money_scaled(499, 2, STR("usd")), 499);
    CHECK_INT(money_scaled(500, 0, STR("jpy")), 500);
    CHECK_INT(money_scaled(5, 0, STR("kwd")), 5000);
    CHECK_INT(money_decimals(STR("usd")), 2);
    CHECK_INT(money_decimals(STR("jpy")), 0);
    CHECK_INT(money_decimals(STR("kwd")), 3);
    CHECK_INT(money_decimals(STR("")), 2);
}
