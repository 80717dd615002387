#include "credit/price.h"

#include "tests/test.h"

static Quote quoted(int price, int seconds, int variants)
{
    Fault fault;
    Quote quote;
    const Config config = { .price_built_in = price };
    CHECK_OK(price_quote(&config, STR("built-in"), seconds, variants, &quote, &fault));
    return quote;
}

TEST(each_started_three_minutes_cost_the_price)
{
    static const struct {
        int seconds, each, up_to;
    } cases[] = { { 0, 7, 180 },    { 1, 7, 180 },    { 180, 7, 180 },  { 181, 14, 360 },
                  { 360, 14, 360 }, { 361, 21, 540 }, { 540, 21, 540 }, { 600, 28, 720 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int variants = 1; variants <= VARIANTS_MAX; variants++) {
            Quote quote = quoted(7, cases[i].seconds, variants);
            CHECK_INT(quote.each, cases[i].each);
            CHECK_INT(quote.whole, cases[i].each * variants);
            CHECK_INT(quote.seconds, cases[i].up_to);
        }
}

TEST(where_the_price_is_zero_songs_are_free)
{
    CHECK_INT(quoted(0, 600, 4).whole, 0);
    CHECK_INT(quoted(0, 600, 4).each, 0);
    CHECK_INT(quoted(10000, 600, VARIANTS_MAX).whole, 160000);
}

TEST(an_engine_that_is_not_there_has_no_price)
{
    Fault fault;
    Quote quote;
    const Config config = { .price_built_in = 1 };
    CHECK_FAULT(price_quote(&config, STR("other"), 10, 1, &quote, &fault), FAULT_INPUT);
    CHECK_FAULT(price_quote(&config, STR(""), 10, 1, &quote, &fault), FAULT_INPUT);
}
