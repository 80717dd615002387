#include "mail/part.h"
#include "tests/test.h"

static const MailValue values[] = { { "link", STR_INIT("https://music.example/x?a=1&b=2") },
                                    { "browser", STR_INIT("<b>https://evil.example</b>\r\nSubject: else") } };

static bool fill(const char *text, Letter *out, Fault *fault)
{
    return template_fill_text(test_arena(), str_of(text), values, 2, out, fault);
}

TEST(all_templates_of_mails_can_be_filled)
{
    Fault fault;
    CHECK_OK(templates_check(&fault));
}

TEST(both_parts_of_a_mail_say_the_same_and_only_the_link_is_one)
{
    Fault fault;
    Letter letter;
    CHECK_OK(fill("Subject: A & B\n\nHello,\n\ngo to {link}\nwith {browser}.\n", &letter, &fault));
    CHECK_STR(letter.subject, "A & B");
    CHECK_STR(letter.text, "Hello,\n\ngo to https://music.example/x?a=1&b=2\nwith "
                           "<b>https://evil.example</b>  Subject: else.\n");
    CHECK_STR(letter.link, "https://music.example/x?a=1&b=2");
    CHECK_STR(letter.html,
              "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>A &amp; "
              "B</title></head>\n<body>\n"
              "<p>Hello,</p>\n<p>go to <a "
              "href=\"https://music.example/x?a=1&amp;b=2\">https://music.example/x?a=1&amp;b=2</a>"
              "<br>\nwith &lt;b&gt;https://evil.example&lt;/b&gt;  Subject: else.</p>\n</body></html>\n");
}

TEST(a_link_with_another_scheme_is_text)
{
    Fault fault;
    Letter letter;
    const MailValue bad[] = { { "link", STR_INIT("javascript:alert(1)") } };
    size_t at;
    CHECK_OK(template_fill_text(test_arena(), STR("Subject: S\n\n{link}\n"), bad, 1, &letter, &fault));
    CHECK(!str_find(letter.html, STR("<a"), &at));
}

TEST(a_template_that_cannot_be_a_mail_is_refused)
{
    Fault fault;
    Letter letter;
    static const char *const bad[] = { "",
                                       "Hello\n",
                                       "Subject: \n\nx\n",
                                       "Subject: S\nno empty line\n",
                                       "Subject: {link}\n\nx\n",
                                       "Subject: S\n\n{nothing}\n",
                                       "Subject: S\n\n{link\n",
                                       "Subject: S\rBcc: eve@example.org\n\nx\n",
                                       "Subject: \xc3\xa4\n\nx\n" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_FAULT(fill(bad[i], &letter, &fault), FAULT_BROKEN);
}

TEST(the_body_of_a_mail_survives_the_round_trip)
{
    Fault fault;
    Str bytes;
    Body body;
    CHECK_OK(body_write(test_arena(), STR("ada@example.org"), values, 2, &bytes, &fault));
    CHECK_OK(body_read(test_arena(), bytes, &body, &fault));
    CHECK_STR(body.to, "ada@example.org");
    CHECK_INT(body.count, 2);
    CHECK(str_equal(body.values[1].value, values[1].value));
    for (size_t cut = 0; cut < bytes.length; cut++)
        if (body_read(test_arena(), str_slice(bytes, 0, cut), &body, &fault))
            CHECK(body.count < 2);
    const MailValue zero[] = { { "link", { "a\0b", 3 } } };
    CHECK_FAULT(body_write(test_arena(), STR("ada@example.org"), zero, 1, &bytes, &fault), FAULT_BROKEN);
}

TEST(dates_and_addresses_of_headers_are_written_as_mail_wants_them)
{
    CHECK_STR(smtp_date(test_arena(), 0), "Thu, 01 Jan 1970 00:00:00 +0000");
    CHECK_STR(smtp_date(test_arena(), 1798761599000), "Thu, 31 Dec 2026 23:59:59 +0000");
    CHECK_STR(smtp_address(STR("Sonic <a@b.example>")), "a@b.example");
    CHECK_STR(smtp_address(STR(" a@b.example ")), "a@b.example");
}

TEST(no_line_end_gets_into_a_header)
{
    Fault fault = { 0 };
    const MailerOptions options = { .url = "smtp://127.0.0.1:1",
                                    .from = "Sonic <a@b.example>",
                                    .timeout_ms = 500 };
    SmtpLetter mail = {
        { 1 }, 0, STR("ada@example.org\r\nBcc: eve@example.org"), { STR("S"), STR("t"), STR("h"), STR("") }
    };
    SmtpEnd end;
    int64_t status;
    CHECK_OK(smtp_start(&fault));
    CHECK_FAULT(smtp_send(&options, test_arena(), &mail, &end, &status, &fault), FAULT_BROKEN);
    mail.to = STR("ada@example.org");
    mail.letter.subject = STR("S\nBcc: eve@example.org");
    CHECK_FAULT(smtp_send(&options, test_arena(), &mail, &end, &status, &fault), FAULT_BROKEN);
}
