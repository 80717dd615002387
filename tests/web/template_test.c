#include "tests/test.h"
#include "web/page.h"
#include "web/template.h"

#include <stdio.h>
#include <string.h>

static Fault fault;

static bool reads(const char *text)
{
    Template out;
    return template_read(test_arena(), "pages/t.html", str_of(text), &out, &fault);
}

static void check_refused(const char *text, int line)
{
    char where[40];
    snprintf(where, sizeof where, "pages/t.html:%d: ", line);
    CHECK_FAULT(reads(text), FAULT_INPUT);
    CHECK(strncmp(fault.text, where, strlen(where)) == 0);
}

TEST(template_takes_values_where_they_are_safe)
{
    CHECK_OK(reads("<p class=\"a\">{x}</p>"));
    CHECK_OK(reads("<input value=\"{x}\" name='{y}'>"));
    CHECK_OK(reads("<a href=\"/songs/{id}/x\">{t}</a>"));
    CHECK_OK(reads("<a href=\"/{id}\">a</a><a href=\"?page={n}\">b</a><a href=\"mailto:{m}\">c</a>"));
    CHECK_OK(reads("<option value=\"{v}\"{?on} selected{/on}>{v}</option>"));
    CHECK_OK(reads("<audio controls{?open} autoplay{/open} src=\"/a/{id}\"></audio>"));
    CHECK_OK(reads("<a href=\"/l?a={b}{?more}&amp;c={c}{/more}\">x</a>"));
    CHECK_OK(reads("<script src=\"/static/{a}\"></script><p>{x}</p>"));
    CHECK_OK(reads("<textarea>{x}</textarea><title>{y}</title>"));
    CHECK_OK(reads("<!doctype html>{#rows}<li>{a}</li>{/rows}{^rows}none{/rows}{>part}"));
    CHECK_OK(reads("1 < 2 and {x}"));
    CHECK_OK(reads("<a href=\"https://checkout.example-1.com/{x}\">a</a>"));
    CHECK_OK(reads("<a href=\"https://example.com/a/{x}{?more}/{y}{/more}\">a</a>"));
    CHECK_OK(reads("<a href=\"http://127.0.0.1:{port}/{x}\">a</a>"));
}

TEST(template_knows_which_value_is_a_port)
{
    Template out;
    CHECK_OK(template_read(test_arena(), "pages/t.html",
                           STR("<a href=\"http://127.0.0.1:{port}/{path}\">{text}</a>"), &out, &fault));
    CHECK(out.nodes[1].digits);
    CHECK_STR(out.nodes[3].text, "path");
    CHECK(!out.nodes[3].digits);
    CHECK(!out.nodes[5].digits);
}

TEST(template_refuses_values_where_they_could_act)
{
    check_refused("<p>\n<a href=\"{x}\">", 2);
    check_refused("<a href='{x}'>", 1);
    check_refused("<a HREF = \"{x}\">", 1);
    check_refused("<a href=\"//{x}\">", 1);
    check_refused("<a href=\"javascript:{x}\">", 1);
    check_refused("<a href=\"https://{x}\">", 1);
    check_refused("<a href=\"https://example.com{x}\">", 1);
    check_refused("<a href=\"https://me@example.com/{x}\">", 1);
    check_refused("<a href=\"https://example.com:80/{x}\">", 1);
    check_refused("<a href=\"https://exa\\mple.com/{x}\">", 1);
    check_refused("<a href=\"https:///{x}\">", 1);
    check_refused("<a href=\"https://{x}/{y}\">", 1);
    check_refused("<a href=\"http://example.com/{x}\">", 1);
    check_refused("<a href=\"http://127.0.0.1:{x}\">", 1);
    check_refused("<a href=\"http://127.0.0.1:{x}@example.com/\">", 1);
    check_refused("<a href=\"http://127.0.0.1{x}/\">", 1);
    check_refused("<a href=\"http://127.0.0.1:{x}{y}/\">", 1);
    check_refused("<a href=\"http://127.0.0.1:{?x}1{/x}/\">", 1);
    check_refused("<img src=\"https://example.com/{x}\">", 1);
    check_refused("<form action=\"https://example.com/{x}\">", 1);
    check_refused("<img src=\"{x}\">", 1);
    check_refused("<form action=\"{x}\">", 1);
    check_refused("<a href=\"{?a}/b{/a}{x}\">", 1);
    check_refused("<p class={x}>", 1);
    check_refused("<p {x}>", 1);
    check_refused("<p {x}=\"a\">", 1);
    check_refused("<{x}>", 1);
    check_refused("</{x}>", 1);
    check_refused("<{?a}script{/a}>", 1);
    check_refused("<p onclick=\"f('{x}')\">", 1);
    check_refused("<p style=\"color:{x}\">", 1);
    check_refused("<iframe srcdoc=\"{x}\">", 1);
    check_refused("<img srcset=\"/a {x}\">", 1);
    check_refused("<meta http-equiv=\"refresh\" content=\"0;{x}\">", 1);
    check_refused("<a hre{?a}f{/a}=\"{x}\">", 1);
    check_refused("\n\n<script>var a = {x};</script>", 3);
    check_refused("<style>p { color: red }</style>", 1);
    check_refused("<SCRIPT type=module>{x}</SCRIPT>", 1);
    check_refused("<!-- {x} -->", 1);
}

TEST(template_refuses_what_is_not_finished)
{
    check_refused("{x", 1);
    check_refused("{}", 1);
    check_refused("{ x }", 1);
    check_refused("{#a}", 1);
    check_refused("{/a}", 1);
    check_refused("{#a}{?b}{/a}{/b}", 1);
    check_refused("{?a}<p{/a}>", 1);
    check_refused("<p title=\"{?a}x\"{/a}>", 1);
    check_refused("<p", 1);
    check_refused("<script>", 1);
    check_refused("<!-- ", 1);
    check_refused("<p title=\"{>part}\">", 1);
}

// On the page of a purchase, where the link leads to a stand-in on this machine.
static Str purchase_with(const char *port)
{
    Buf buf = buf_make(test_arena(), PAGE_BYTES_MAX);
    Page *page = page_make(test_arena());
    CHECK_OK(pages_open(&fault));
    page_flag(page, "open", true);
    page_flag(page, "local", true);
    page_text(page, "port", str_of(port));
    page_text(page, "stripe_path", STR("c/pay/\"x"));
    CHECK_OK(page_show(page, "purchase", &buf, &fault));
    return buf_str(&buf);
}

TEST(page_shows_a_port_only_when_it_is_a_number)
{
    size_t at;
    CHECK(str_find(purchase_with("4242"),
                   STR("href=\"http://127.0.0.1:4242/c/pay/&quot;x\" rel=\"noopener noreferrer\""), &at));
    CHECK(str_find(purchase_with("1@evil.example"), STR("href=\"http://127.0.0.1:/c/pay/"), &at));
    CHECK(!str_find(purchase_with("1@evil.example"), STR("evil"), &at));
}
