// What the operator may write about credits, prices, packs and the shop.
#include "sys/config.h"

#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool reads(const char *text, Config *config, Fault *fault)
{
    char folder[64];
    test_folder(folder, sizeof folder, "config");
    Str path = arena_print(test_arena(), "%s/sonicstacker.ini", folder);
    FILE *file = fopen(path.data, "w");
    CHECK(file != NULL);
    fputs(text, file);
    CHECK_INT(fclose(file), 0);
    bool read = config_read(test_arena(), NULL, folder, config, fault);
    unlink(path.data);
    rmdir(folder);
    return read;
}

static void is_refused(const char *text, const char *because)
{
    Fault fault;
    Config config;
    if (reads(text, &config, &fault))
        fail_msg("taken: %s", text);
    CHECK_INT(fault.kind, FAULT_INPUT);
    if (strstr(fault.text, because) == NULL)
        fail_msg("%s\nsays: %s", text, fault.text);
}

TEST(a_config_that_says_nothing_gives_fifty_credits_and_takes_one)
{
    Fault fault;
    Config config;
    CHECK_OK(reads("", &config, &fault));
    CHECK_INT(config.welcome, 50);
    CHECK_INT(config.staff_limit, 500);
    CHECK_INT(config.not_asked, 5);
    CHECK_INT(config.price_built_in, 1);
    CHECK_INT(config.pack_count, 0);
    CHECK(config.stripe_key == NULL);
    CHECK_STR(str_of(config.stripe_mode), "test");
    CHECK_STR(str_of(config.stripe_api), "https://api.stripe.com");
}

TEST(credits_and_prices_are_as_configured)
{
    Fault fault;
    Config config;
    CHECK_OK(reads("[credits]\nwelcome = 0\nstaff_limit = 0\nnot_asked = 0\n[prices]\nbuilt-in = 0\n",
                   &config, &fault));
    CHECK_INT(config.welcome + config.staff_limit + config.not_asked + config.price_built_in, 0);
    is_refused("[credits]\nwelcome = -1\n", "welcome");
    is_refused("[credits]\nwelcome = 1000001\n", "welcome");
    is_refused("[credits]\nnot_asked = many\n", "not_asked");
    is_refused("[credits]\nstaff_limit = 1.5\n", "staff_limit");
    is_refused("[prices]\nbuilt-in = 10001\n", "built-in");
    is_refused("[prices]\nother = 1\n", "other");
}

TEST(packs_are_read_as_they_stand)
{
    Fault fault;
    Config config;
    CHECK_OK(reads("[pack starter]\ntitle = Starter\ncredits = 100\nprice = 4.99\ncurrency = USD\n"
                   "[pack big-2]\nprice = 50\ncurrency = eur\ncredits = 2000\n"
                   "[pack tokyo]\ncurrency = JPY\nprice = 500\ncredits = 90\n"
                   "[pack kuwait]\ncurrency = kwd\nprice = 1.5\ncredits = 90\n",
                   &config, &fault));
    CHECK_INT(config.pack_count, 4);
    CHECK_STR(str_of(config.packs[0].name), "starter");
    CHECK_STR(str_of(config.packs[0].title), "Starter");
    CHECK_INT(config.packs[0].credits, 100);
    CHECK_INT(config.packs[0].price, 499);
    CHECK_STR(str_of(config.packs[0].currency), "usd");
    CHECK_STR(str_of(config.packs[1].title), "big-2"); // its name stands in
    CHECK_INT(config.packs[1].price, 5000);
    CHECK_INT(config.packs[2].price, 500);
    CHECK_INT(config.packs[3].price, 1500);
}

TEST(a_pack_that_cannot_be_sold_is_refused)
{
    is_refused("[pack s]\ncredits = 100\nprice = 4.99\n", "needs credits, price and currency");
    is_refused("[pack s]\ncredits = 100\ncurrency = usd\n", "needs credits, price and currency");
    is_refused("[pack s]\nprice = 4.99\ncurrency = usd\n", "needs credits, price and currency");
    is_refused("[pack s]\nprice = 4.999\ncurrency = usd\ncredits = 1\n", "2 decimals");
    is_refused("[pack s]\nprice = 4.99\ncurrency = jpy\ncredits = 1\n", "0 decimals");
    is_refused("[pack s]\nprice = 0\n", "looks like 4.99");
    is_refused("[pack s]\nprice = -4.99\n", "looks like 4.99");
    is_refused("[pack s]\nprice = 4,99\n", "looks like 4.99");
    is_refused("[pack s]\nprice = 1000000.00\n", "looks like 4.99");
    is_refused("[pack s]\ncredits = 0\n", "credits");
    is_refused("[pack s]\ncredits = 1000001\n", "credits");
    is_refused("[pack s]\ncredits = some\n", "credits");
    is_refused("[pack s]\ncurrency = dollars\n", "three letters");
    is_refused("[pack s]\ncolour = red\n", "colour");
    is_refused("[pack S]\ncredits = 1\n", "small letters");
    is_refused("[pack ]\ncredits = 1\n", "small letters");
    is_refused("[pack a b]\ncredits = 1\n", "small letters");
    is_refused("[pack s]\ntitle = 1234567890123456789012345678901234567890123456789012345678901\n", "title");
}

TEST(a_price_never_costs_more_than_eight_digits)
{
    is_refused("[pack s]\nprice = 100000000\ncurrency = jpy\ncredits = 1\n", "looks like 4.99");
    is_refused("[pack s]\nprice = 9999999\ncurrency = usd\ncredits = 1\n", "eight digits");
}

TEST(there_can_be_twenty_packs)
{
    Fault fault;
    Config config;
    char text[4000] = "";
    for (int i = 0; i < PACKS_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "[pack p%d]\ncredits=1\nprice=1\ncurrency=usd\n", i);
    CHECK_OK(reads(text, &config, &fault));
    CHECK_INT(config.pack_count, PACKS_MAX);
    snprintf(text + strlen(text), sizeof text - strlen(text), "[pack more]\ncredits=1\n");
    is_refused(text, "20 packs");
}

#define PACK "[pack s]\ncredits = 1\nprice = 1\ncurrency = usd\n"

TEST(the_shop_is_whole_or_closed)
{
    Fault fault;
    Config config;
    CHECK_OK(reads(PACK "[stripe]\nsecret_key = a\nwebhook_secret = b\n", &config, &fault));
    CHECK_OK(reads(PACK "[stripe]\nsecret_key = a\nwebhook_secret = b\nmode = live\n", &config, &fault));
    CHECK_OK(reads("[stripe]\napi = http://127.0.0.1:9999\n", &config, &fault));
    is_refused("[stripe]\nsecret_key = a\nwebhook_secret = b\n", "something to buy");
    is_refused(PACK "[stripe]\nsecret_key = a\n", "both files");
    is_refused(PACK "[stripe]\nwebhook_secret = b\n", "both files");
    is_refused("[stripe]\nmode = real\n", "mode");
    is_refused("[stripe]\napi = https://api.stripe.example\n", "may only be");
    is_refused("[stripe]\napi = http://127.0.0.1.evil.example\n", "may only be");
    is_refused("[stripe]\napi = http://127.0.0.1:9999\nmode = live\n", "may only be");
    is_refused("[stripe]\napi = http://127.0.0.1:\n", "may only be");
    is_refused("[stripe]\napi = http://127.0.0.1:65536\n", "may only be");
    is_refused("[stripe]\napi = http://127.0.0.1:99/path\n", "may only be");
    is_refused("[stripe]\napi = http://127.0.0.1:9999@evil.example\n", "may only be");
}
