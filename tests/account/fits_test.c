#include "account/account.h"
#include "sys/clock.h"
#include "sys/secret.h"
#include "tests/test.h"

#include "account/part.h"

#include <string.h>
#include <zxcvbn.h>

static int64_t at(int year, int month, int day, int hour)
{
    static const int before[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    int64_t days = (year - 1970) * 365 + (year - 1969) / 4 + before[month - 1] + day - 1;
    days += year % 4 == 0 && month > 2;
    return (days * 24 + hour) * MS_HOUR;
}

TEST(whoever_may_still_be_twelve_anywhere_does_not_pass)
{
    CHECK(!age_passes(2013, 6, at(2026, 6, 30, 23)));
    CHECK(!age_passes(2013, 6, at(2026, 7, 1, 11))); // still June in UTC-12
    CHECK(age_passes(2013, 6, at(2026, 7, 1, 12)));
    CHECK(age_passes(2013, 12, at(2027, 1, 1, 12)));
    CHECK(!age_passes(2013, 12, at(2026, 12, 31, 23)));
    CHECK(age_passes(1980, 1, at(2026, 6, 1, 0)));
    CHECK(!age_passes(2030, 1, at(2026, 6, 1, 0)));
    CHECK(!age_passes(1899, 1, at(2026, 6, 1, 0)));
    CHECK(!age_passes(2000, 0, at(2026, 6, 1, 0)));
    CHECK(!age_passes(2000, 13, at(2026, 6, 1, 0)));
    CHECK(!age_passes(-2147483647, 1, at(2026, 6, 1, 0)));
    CHECK(!age_passes(2147483647, 1, at(2026, 6, 1, 0)));
}

TEST(addresses_that_could_be_mailed_fit_and_others_do_not)
{
    Fault fault;
    static const char *const good[] = { "a@b.co", "Ada.Lovelace+x@Mail.Example.ORG", "  ada@example.org\n",
                                        "o'neil@example.org", "x@xn--bcher-kva.example" };
    static const char *const bad[] = { "",
                                       "@",
                                       "ada",
                                       "ada@",
                                       "@example.org",
                                       "ada@localhost",
                                       "a b@example.org",
                                       "ada@@example.org",
                                       "ada@example..org",
                                       ".ada@example.org",
                                       "a..b@example.org",
                                       "ada.@example.org",
                                       "ada@-example.org",
                                       "ada@example.org.",
                                       "ada@ex_ample.org",
                                       "ada@example.org\r\nBcc: eve@example.org",
                                       "ada\n@example.org",
                                       "<ada@example.org>",
                                       "ada@example.org,eve@example.org",
                                       "\"ada\"@example.org",
                                       "ada@[10.0.0.1]",
                                       "ädä@example.org",
                                       "ada@exämple.org" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK_OK(email_fits(str_of(good[i]), &fault));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_FAULT(email_fits(str_of(bad[i]), &fault), FAULT_INPUT);
    CHECK_FAULT(email_fits((Str){ "ada\0@example.org", 16 }, &fault), FAULT_INPUT);
    char local[80];
    memset(local, 'a', 65);
    strcpy(local + 65, "@b.co");
    CHECK_FAULT(email_fits(str_of(local), &fault), FAULT_INPUT);
    CHECK_OK(email_fits(str_of(local + 1), &fault));
}

static bool fits(const char *password, bool second_factor)
{
    Fault fault;
    return password_fits(str_of(password), second_factor, STR("Ada Lovelace"),
                         STR("ada.l@analytical.example"), &fault);
}

TEST(passwords_that_are_easy_to_guess_do_not_fit)
{
    static const char *const bad[] = {
        "",
        "short",
        "fourteen chars",
        "passwordpassword",
        "password1234567",
        "Password1234567!",
        "aaaaaaaaaaaaaaaaa",
        "abababababababab",
        "123456789012345",
        "abcdefghijklmnop",
        "qwertyuiopasdfgh",
        "sonicstacker123",
        "SonicStacker2026!",
        "sonicstackersonicstacker",
        "adalovelaceadalovelace",
        "ada lovelace 1815",
        "analytical12345",
        "iloveyouiloveyou",
        "qwerty123456789",
        "letmeinletmein1",
        "P@ssw0rdP@ssw0rd",
        "monkey monkey monkey",
        "1q2w3e4r5t6y7u8",
        "111111111111111",
        "ёёёёёёёёёёёёёёё",
        "ёжёжёжёжёжёжёжё",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (fits(bad[i], false))
            fail_msg("\"%s\" fits", bad[i]);
    static const char *const bad_short[] = { "password",  "12345678", "qwertyui", "iloveyou", "sunshine1",
                                             "lovelace1", "sonicsta", "football", "1qaz2wsx", "seven77" };
    for (size_t i = 0; i < sizeof bad_short / sizeof *bad_short; i++)
        if (fits(bad_short[i], true))
            fail_msg("\"%s\" fits beside a code", bad_short[i]);
}

TEST(long_phrases_of_any_characters_fit)
{
    static const char *const good[] = {
        "correct horse battery staple", "purple otter gentle canyon",         "kv8#Lw2pQz!9mTr",
        "длинная фраза для входа",      "漢字と仮名で書かれた長い合言葉です", "no digits no signs at all",
        "   blanks    count   too   "
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!fits(good[i], false))
            fail_msg("\"%s\" does not fit", good[i]);
    CHECK(fits("kv8#Lw2p", true));
    CHECK(!fits("kv8#Lw2p", false));
}

TEST(the_limits_of_a_password_are_15_and_128_characters_not_bytes)
{
    CHECK(!fits("kv8#Lw2pQz!9mT", false));
    CHECK(fits("kv8#Lw2pQz!9mTr", false));
    CHECK(!fits("ключ-от-двери8", false)); // 14 characters in 25 bytes
    char text[129 * 4 + 1] = "";
    for (int i = 0; i < 129; i++)
        memcpy(text + 4 * i, (char[]){ '\xf0', '\x9f', '\x98', (char)(0x80 + i * i % 41) }, 4);
    CHECK(!fits(text, false));
    CHECK(fits(text + 4, false));
    CHECK(!fits("\xff\xfe not UTF-8 at all \xc0\x80", false));
    CHECK(!fits("surrogate \xed\xa0\x80 is not text", false));
    Fault fault;
    CHECK_FAULT(password_fits((Str){ "kv8#Lw2p\0Qz!9mTrzz", 18 }, false, STR("Ada"), STR("a@b.co"), &fault),
                FAULT_INPUT);
}

TEST(a_name_and_address_of_any_length_are_looked_at_safely)
{
    Fault fault;
    Str many = arena_print(test_arena(), "%s",
                           "ab1 cd2 ef3 gh4 ij5 kl6 mn7 op8 qr9 st0 uv1 wx2 yz3 ab4 cd5 ef6 gh7 ij8 kl9");
    CHECK_OK(password_fits(STR("purple otter gentle canyon"), false, many,
                           STR("ab1.cd2.ef3.gh4.ij5.kl6.mn7.op8.qr9.st0.uv1@wx2.yz3.ab4.cd5.ef6.gh7.ij8"),
                           &fault));
    CHECK_OK(password_fits(STR("purple otter gentle canyon"), false, STR(""), STR(""), &fault));
}

TEST(suggested_passphrases_fit_and_differ)
{
    Fault fault;
    CHECK_OK(secret_start(&fault));
    Str seen[50];
    for (int i = 0; i < 50; i++) {
        seen[i] = password_suggest(test_arena());
        CHECK_OK(password_fits(seen[i], false, STR("Ada"), STR("ada@example.org"), &fault));
        Str rest = seen[i], word;
        int words = 0;
        while (str_word(&rest, &word))
            words++;
        CHECK_INT(words, 6);
        for (int j = 0; j < i; j++)
            CHECK(!str_equal(seen[i], seen[j]));
    }
}

TEST(devices_are_known_by_family_only)
{
    static const struct {
        const char *agent, *browser, *system;
    } cases[] = {
        { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox", "Linux" },
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 "
          "Safari/537.36",
          "Chromium", "Windows" },
        { "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 "
          "Edg/126.0",
          "Edge", "Windows" },
        { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile "
          "Safari/604.1",
          "Safari", "iOS" },
        { "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
          "Chromium", "Android" },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15",
          "Safari", "macOS" },
        { "curl/7.88.1", "other", "other" },
        { "", "other", "other" },
        { "<script>Firefox/1</script>", "Firefox", "other" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Device device = device_of(str_of(cases[i].agent));
        CHECK_STR(device.browser, cases[i].browser);
        CHECK_STR(device.system, cases[i].system);
    }
}

TEST(a_network_is_what_one_customer_has)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        { "10.0.0.1", "10.0.0.1", true },
        { "10.0.0.1", "10.0.0.2", false },
        { "2001:db8:0:aa00::1", "2001:db8:0:aaff:ffff::9", true },
        { "2001:db8:0:aa00::1", "2001:db8:0:ab00::1", false },
        { "::ffff:10.0.0.1", "10.0.0.1", true },
        { "fe80::1%eth0", "fe80::2", true },
        { "", "not an address", true },
        { "10.0.0.1", "unknown", false },
        { "2001:db8::1", "2001:0DB8:0:0::2", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(str_equal(network_of(test_arena(), str_of(cases[i].a)),
                        network_of(test_arena(), str_of(cases[i].b))) == cases[i].same);
}
