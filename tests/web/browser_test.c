// What a browser gets to see: text that stays text, files that can do nothing, cookies that only we read, and
// no way to somewhere else.
#include "tests/web/webkit.h"

#include "tests/sys/hearing.h"
#include "web/csrf.h"

#include <string.h>

static bool browser_breaks(Request *request, Fault *fault)
{
    (void)request;
    return fault_set(fault, FAULT_BROKEN, "the disk said 5");
}

static const Route routes[] = {
    { METHOD_GET, "/t/breaks", WHO_ANYBODY, browser_breaks, "", true, 0, 0 },
};

static WebKit *kit_open(void)
{
    return webkit_open(ON_SQLITE, routes, sizeof routes / sizeof *routes);
}

static int times(Str text, const char *part)
{
    return heard(text, part);
}

TEST(text_of_people_stays_text_in_pages)
{
    Fault fault = { 0 };
    WebKit *kit = kit_open();
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    CHECK_OK(account_rename(&kit->world->people, ada.account, STR("</p><script>x('&\")</script>"), &fault));
    Str body = webkit_body(webkit_get(kit, "/account", ada.cookie.data));
    CHECK_INT(times(body, "<script>x"), 0);
    CHECK(times(body, "&lt;/p&gt;&lt;script&gt;x(&#39;&amp;&quot;)&lt;/script&gt;") > 0);
    body = webkit_body(webkit_get(kit, "/login?next=%22%3E%3Cscript%3Ey%3C/script%3E", ""));
    CHECK_INT(times(body, "<script>y"), 0);
    CHECK_INT(times(body, "value=\"&quot;&gt;&lt;script&gt;y&lt;/script&gt;\""), 1);
    body = webkit_body(webkit_get(kit, "/login?%3Cscript%3E=1", "")); // a name that is shown in an error
    CHECK_INT(times(body, "<script>"), 0);
    webkit_close(kit);
}

TEST(pages_may_load_and_send_only_from_and_to_us)
{
    WebKit *kit = kit_open();
    Str page = webkit_get(kit, "/", "");
    CHECK_STR(
        webkit_header(page, "Content-Security-Policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
        "'none'; object-src 'none'");
    CHECK_STR(webkit_header(page, "Content-Type"), "text/html; charset=utf-8");
    CHECK_INT(times(webkit_body(page), " integrity=\"sha384-"),
              times(webkit_body(page), "href=\"/static/site-") + times(webkit_body(page), "src=\"/static/"));
    CHECK_INT(times(webkit_body(page), "://"), 0);
    webkit_close(kit);
}

TEST(what_is_no_page_can_do_nothing_in_a_browser)
{
    WebKit *kit = kit_open();
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    static const char *const paths[] = { "/api/v1/account", "/api/v1/openapi.json",
                                         "/api/no-such",    "/healthz",
                                         "/robots.txt",     "/.well-known/change-password" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        CHECK_STR(webkit_header(webkit_get(kit, paths[i], ada.cookie.data), "Content-Security-Policy"),
                  "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox");
    Str unclear = webkit_talk(kit, STR("GET / HTTP/1.1\r\n\r\n"));
    CHECK(times(webkit_header(unclear, "Content-Security-Policy"), "; sandbox") == 1);
    webkit_close(kit);
}

// A visitor's form, sent with everything it needs.
static Str send_form(WebKit *kit, const char *path, const char *fields)
{
    Csrf csrf;
    Arena *arena = test_arena();
    Str cookie = STR("0123456789012345678901234567890123456789012");
    csrf_open(&csrf, kit->world->vault);
    Str form = arena_print(arena, "csrf=" STR_FMT "&%s", STR_ARG(csrf_visitor(&csrf, arena, cookie)), fields);
    return webkit_post(
        kit, path, arena_print(arena, "Cookie: __Host-pre=" STR_FMT "\r\n", STR_ARG(cookie)).data, form.data);
}

#define SIGN_IN "email=ada@example.org&password=seven+lamps+on+the+pier&code=&next="

TEST(nobody_is_sent_elsewhere_by_signing_in)
{
    WebKit *kit = kit_open();
    world_person(kit->world, "ada@example.org");
    static const char *const elsewhere[] = { "https%3A%2F%2Fevil.example",
                                             "%2F%2Fevil.example",
                                             "%2F%5Cevil.example",
                                             "%5C%2Fevil.example",
                                             "javascript%3Ax",
                                             "evil.example",
                                             "%2F%09%2Fevil.example",
                                             "",
                                             "%2Fa%5Cb" };
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        Str answer = send_form(kit, "/login", arena_print(test_arena(), SIGN_IN "%s", elsewhere[i]).data);
        CHECK_INT(webkit_status(answer), 303);
        CHECK_STR(webkit_header(answer, "Location"), "/studio");
    }
    CHECK_STR(webkit_header(send_form(kit, "/login", SIGN_IN "%2Flibrary%3Fbin%3D1"), "Location"),
              "/library?bin=1");
    webkit_close(kit);
}

TEST(cookies_are_small_and_only_for_us)
{
    WebKit *kit = kit_open();
    world_person(kit->world, "ada@example.org");
    Str answer = send_form(kit, "/login", SIGN_IN), line;
    int count = 0;
    for (Str rest = answer; str_cut(&rest, '\n', &line);) {
        if (!str_starts(line, STR("Set-Cookie: ")))
            continue;
        count++;
        CHECK(str_starts(line, STR("Set-Cookie: __Host-")) && line.length < 1000);
        CHECK(times(line, "; Path=/; Secure; HttpOnly; SameSite=Lax") == 1 && times(line, "Domain") == 0);
    }
    CHECK_INT(count, 2); // the session, and the device that is known from now on
    webkit_close(kit);
}

TEST(a_fault_of_ours_stands_in_the_log_and_not_in_the_answer)
{
    WebKit *kit = kit_open();
    Hearing hearing;
    hearing_begin(&hearing);
    Str answer = webkit_get(kit, "/t/breaks", "");
    Str said = hearing_end(&hearing);
    webkit_close(kit);
    CHECK_INT(webkit_status(answer), 500);
    CHECK_INT(times(answer, "the disk"), 0);
    CHECK_INT(times(said, "error web.fault route=/t/breaks text=the disk said 5\n"), 1);
    CHECK_INT(times(said, "warn web.reply method=GET route=/t/breaks status=500 "), 1);
}
