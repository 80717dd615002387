// Every route of the service is walked: what may not come from elsewhere does not, and every answer carries
// the headers that keep browsers safe.
#include "tests/web/webkit.h"

#include "web/routes.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool safe_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = page_make(request->arena);
    page_text(page, "title", STR("Sign in"));
    page_text(page, "csrf", request->csrf);
    return reply_page(request, 200, "login", page);
}

static bool safe_change(Request *request, Fault *fault)
{
    (void)fault;
    reply_notice(request, "saved");
    return reply_redirect(request, "/t/form");
}

static bool safe_api(Request *request, Fault *fault)
{
    (void)fault;
    return reply_json(request, 200, STR("{}"));
}

static const Route routes[] = {
    { METHOD_GET, "/t/form", WHO_ANYBODY, safe_page, "", true, 0, 0 },
    { METHOD_POST, "/t/form", WHO_ANYBODY, safe_change, "", false, 0, 0 },
    { METHOD_POST, "/t/member", WHO_MEMBER, safe_change, "", false, 0, 0 },
    { METHOD_GET, "/t/member", WHO_MEMBER, safe_page, "", true, 0, 0 },
    { METHOD_GET, "/t/proved", WHO_PROVED, safe_page, "", true, 0, 0 },
    { METHOD_GET, "/t/operator", WHO_OPERATOR, safe_page, "", true, 0, 0 },
    { METHOD_GET, "/api/t", WHO_API, safe_api, "", true, 0, SCOPE_READ },
    { METHOD_POST, "/api/t", WHO_API, safe_api, "", false, 0, SCOPE_MAKE },
};
enum { ROUTES = sizeof routes / sizeof *routes };

static void check_headers(Str answer)
{
    CHECK(webkit_header(answer, "Content-Security-Policy").length > 0);
    CHECK(str_starts(webkit_header(answer, "Content-Security-Policy"), STR("default-src 'none'; ")));
    CHECK_STR(webkit_header(answer, "X-Content-Type-Options"), "nosniff");
    CHECK_STR(webkit_header(answer, "Referrer-Policy"), "no-referrer");
    CHECK_STR(webkit_header(answer, "Cross-Origin-Resource-Policy"), "same-origin");
    CHECK_STR(webkit_header(answer, "Cross-Origin-Opener-Policy"), "same-origin");
    CHECK(webkit_header(answer, "Permissions-Policy").length > 0);
    CHECK(webkit_header(answer, "Cache-Control").length > 0);
    CHECK_STR(webkit_header(answer, "Server"), "");
    CHECK_STR(webkit_header(answer, "Strict-Transport-Security"), "");
}

static const char *example(const char *path)
{
    Buf buf = buf_make(test_arena(), 300);
    for (const char *c = path; *c; c++) {
        if (*c != '{') {
            buf_bytes(&buf, c, 1);
            continue;
        }
        buf_print(&buf, "0000000000001");
        c = strchr(c, '}');
    }
    buf_bytes(&buf, "", 1);
    return buf.data;
}

// Calls `check` for each route of the service.
static void walk(WebKit *kit, const Signed *who, void (*check)(WebKit *, const Signed *, const Route *))
{
    for (int i = 0; i < route_list_count; i++)
        for (int k = 0; k < *route_lists[i].count; k++)
            check(kit, who, &route_lists[i].list[k]);
}

static Str ask(WebKit *kit, const Route *route, const char *headers)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "DELETE", "PATCH", "PUT" };
    bool api = strncmp(route->path, "/api/", 5) == 0, body = route->method == METHOD_POST;
    int fd = webkit_dial(kit);
    webkit_send(fd,
                arena_print(test_arena(),
                            "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s%s%s\r\n%s",
                            names[route->method], example(route->path), web_port(kit->web),
                            !body ? ""
                            : api ? "Content-Type: application/json\r\n"
                                  : "Content-Type: application/x-www-form-urlencoded\r\n",
                            body ? "Content-Length: 2\r\n" : "", headers, body ? (api ? "{}" : "&&") : ""));
    Str answer = webkit_read(fd, 1000);
    close(fd);
    return answer;
}

static void headers_are_there(WebKit *kit, const Signed *who, const Route *route)
{
    Str answer = ask(kit, route, who->cookie.data);
    if (webkit_status(answer) == 0 || webkit_status(answer) >= 500)
        print_error("%s answers %d\n", route->path, webkit_status(answer));
    CHECK(webkit_status(answer) >= 200 && webkit_status(answer) < 500);
    check_headers(answer);
    check_headers(ask(kit, route, ""));
}

TEST(every_route_answers_with_the_headers_of_safety)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Signed who = webkit_sign_in(kit, "ada@example.org");
    walk(kit, &who, headers_are_there);
    check_headers(webkit_get(kit, "/no/such/page", ""));
    check_headers(webkit_get(kit, "/?unknown=1", ""));
    check_headers(webkit_talk(kit, STR("GET / HTTP/1.1\r\n\r\n")));
    check_headers(webkit_talk(kit, STR("DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")));
    webkit_close(kit);
}

static void check_403(Str answer, const Route *route)
{
    if (webkit_status(answer) != 403)
        print_error("%s answers %d\n", route->path, webkit_status(answer));
    CHECK_INT(webkit_status(answer), 403);
}

static void change_is_refused(WebKit *kit, const Signed *who, const Route *route)
{
    if (route->method == METHOD_GET)
        return;
    Arena *arena = test_arena();
    if (route->who == WHO_OPERATOR)
        return; // there is no such page for members
    if (route->who == WHO_SIGNED)
        return; // no cookie and no form counts there: tests/pay
    check_403(ask(kit, route, who->cookie.data), route);
    const char *all =
        arena_print(arena, STR_FMT "X-CSRF: " STR_FMT "\r\n", STR_ARG(who->cookie), STR_ARG(who->csrf)).data;
    check_403(ask(kit, route, arena_print(arena, "%sOrigin: https://evil.example\r\n", all).data), route);
    check_403(ask(kit, route, arena_print(arena, "%sOrigin: null\r\n", all).data), route);
    check_403(ask(kit, route, arena_print(arena, "%sSec-Fetch-Site: cross-site\r\n", all).data), route);
    check_403(ask(kit, route, arena_print(arena, "%sSec-Fetch-Site: same-site\r\n", all).data), route);
    check_403(ask(kit, route, arena_print(arena, STR_FMT "X-CSRF: wrong\r\n", STR_ARG(who->cookie)).data),
              route);
}

TEST(every_change_is_refused_without_its_token_or_from_elsewhere)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Signed who = webkit_sign_in(kit, "ada@example.org");
    walk(kit, &who, change_is_refused);
    webkit_close(kit);
}

static const char *form_of(Str token)
{
    return arena_print(test_arena(), "csrf=" STR_FMT, STR_ARG(token)).data;
}

TEST(change_with_its_token_is_made)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Signed who = webkit_sign_in(kit, "ada@example.org"), other = webkit_sign_in(kit, "eve@example.org");
    Arena *arena = test_arena();
    Str done = webkit_post(kit, "/t/member", who.cookie.data, form_of(who.csrf));
    CHECK_INT(webkit_status(done), 303);
    CHECK_STR(webkit_header(done, "Location"), "/t/form");
    CHECK_INT(webkit_status(webkit_post(kit, "/t/member", who.cookie.data, form_of(other.csrf))), 403);
    Str from = arena_print(arena, STR_FMT "Origin: http://127.0.0.1:%d\r\nSec-Fetch-Site: same-origin\r\n",
                           STR_ARG(who.cookie), web_port(kit->web));
    CHECK_INT(webkit_status(webkit_post(kit, "/t/member", from.data, form_of(who.csrf))), 303);
    Str null =
        arena_print(arena, STR_FMT "Origin: null\r\nSec-Fetch-Site: same-origin\r\n", STR_ARG(who.cookie));
    CHECK_INT(webkit_status(webkit_post(kit, "/t/member", null.data, form_of(who.csrf))), 303);
    webkit_close(kit);
}

TEST(visitor_gets_a_cookie_with_the_first_form_and_only_then)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Str page = webkit_get(kit, "/t/form", ""), cookie = webkit_cookie(page, "__Host-pre"),
        body = webkit_body(page);
    size_t at;
    CHECK_INT(cookie.length, 43);
    CHECK_STR(webkit_header(page, "Set-Cookie"),
              arena_print(test_arena(), "__Host-pre=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Lax",
                          STR_ARG(cookie))
                  .data);
    CHECK(str_find(body, STR("name=\"csrf\" value=\""), &at));
    Str token = str_slice(body, at + 19, at + 19 + 32);
    const char *with = arena_print(test_arena(), "Cookie: __Host-pre=" STR_FMT "\r\n", STR_ARG(cookie)).data;
    CHECK_INT(webkit_status(webkit_post(kit, "/t/form", with, form_of(token))), 303);
    CHECK_STR(webkit_cookie(webkit_get(kit, "/t/form", with), "__Host-pre"), "");
    CHECK_STR(webkit_cookie(webkit_get(kit, "/no/such/page", ""), "__Host-pre"), "");

    Str blocked = webkit_post(kit, "/t/form", "", form_of(token)); // the browser kept no cookie
    CHECK_INT(webkit_status(blocked), 403);
    CHECK(str_find(webkit_body(blocked), STR("allow cookies"), &at));
    webkit_close(kit);
}

TEST(page_says_once_what_was_done)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    size_t at;
    Str page = webkit_get(kit, "/t/form", "Cookie: __Host-note=saved\r\n");
    CHECK(str_find(webkit_body(page), STR("<p class=\"notice\">Saved.</p>"), &at));
    CHECK(str_find(page, STR("Set-Cookie: __Host-note=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"),
                   &at));
    Str odd = webkit_get(kit, "/t/form", "Cookie: __Host-note=<b>\r\n");
    CHECK(!str_find(webkit_body(odd), STR("class=\"notice\""), &at));
    webkit_close(kit);
}

static void check_goes(Str answer, const char *where)
{
    CHECK_INT(webkit_status(answer), 303);
    CHECK_STR(webkit_header(answer, "Location"), where);
}

static void who_may(TestEngine engine)
{
    WebKit *kit = webkit_open(engine, routes, ROUTES);
    Signed who = webkit_sign_in(kit, "ada@example.org");
    const char *cookie = who.cookie.data;
    check_goes(webkit_get(kit, "/t/member", ""), "/login?next=/t/member");
    check_goes(
        webkit_get(kit, "/t/member", "Cookie: __Host-sid=0000000000000000000000000000000000000000000\r\n"),
        "/login?next=/t/member");
    check_goes(webkit_post(kit, "/t/member", "", "&"), "/login");
    CHECK_INT(webkit_status(webkit_get(kit, "/t/member", cookie)), 200);
    CHECK_INT(webkit_status(webkit_get(kit, "/t/operator", cookie)), 404);
    CHECK_INT(webkit_status(webkit_get(kit, "/t/proved", cookie)), 200);
    world_later(kit->world, 20 * 60000);
    check_goes(webkit_get(kit, "/t/proved", cookie), "/account/prove?next=/t/proved");
    CHECK_INT(webkit_status(
                  webkit_get(kit, "/t/member", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n")),
              403);
    CHECK_INT(webkit_status(
                  webkit_get(kit, "/t/form", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n")),
              200);
    webkit_close(kit);
}

TEST_BOTH(page_is_for_whom_its_route_says)
{
    who_may(engine);
}

static void api_asks(TestEngine engine)
{
    Fault fault;
    WebKit *kit = webkit_open(engine, routes, ROUTES);
    Signed who = webkit_sign_in(kit, "ada@example.org");
    Arena *arena = test_arena();
    Str token;
    CHECK_OK(api_token_make(&kit->world->people, who.account, STR("test"), SCOPE_READ, -1, &token, &fault));
    const char *bearer = arena_print(arena, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(token)).data;
    Str nobody = webkit_get(kit, "/api/t", "");
    CHECK_INT(webkit_status(nobody), 401);
    CHECK_STR(webkit_header(nobody, "WWW-Authenticate"), "Bearer");
    CHECK_STR(webkit_header(nobody, "Content-Type"), "application/problem+json");
    CHECK_INT(webkit_status(webkit_get(kit, "/api/t", "Authorization: Bearer ss_wrong\r\n")), 401);
    CHECK_INT(webkit_status(webkit_get(kit, "/api/t", bearer)), 200);
    CHECK_INT(webkit_status(webkit_get(kit, "/api/t", who.cookie.data)), 200);
    // A wrong token is not made good by a cookie beside it.
    const char *both =
        arena_print(arena, STR_FMT "Authorization: Bearer ss_wrong\r\n", STR_ARG(who.cookie)).data;
    CHECK_INT(webkit_status(webkit_get(kit, "/api/t", both)), 401);
    CHECK_INT(webkit_status(webkit_talk(
                  kit, arena_print(arena,
                                   "POST /api/t HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                   "Content-Type: application/json\r\nContent-Length: 2\r\n%s\r\n{}",
                                   bearer))),
              403); // the token may only read
    CHECK_INT(webkit_status(webkit_talk(
                  kit, arena_print(arena,
                                   "POST /api/t HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                   "Content-Type: application/json\r\nContent-Length: 2\r\n" STR_FMT
                                   "X-CSRF: " STR_FMT "\r\n\r\n{}",
                                   STR_ARG(who.cookie), STR_ARG(who.csrf)))),
              200);
    webkit_close(kit);
}

TEST_BOTH(api_takes_tokens_and_sessions)
{
    api_asks(engine);
}

static void behind_proxy(Config *config)
{
    config->trusted_proxies = "127.0.0.1";
    config->public_url = "https://music.example";
}

TEST(proxy_that_is_trusted_says_that_it_is_secure)
{
    WebKit *kit = webkit_open_with(ON_SQLITE, routes, ROUTES, behind_proxy);
    Str answer = webkit_get(kit, "/t/form", "X-Forwarded-Proto: https\r\nX-Forwarded-For: 203.0.113.9\r\n");
    CHECK_STR(webkit_header(answer, "Strict-Transport-Security"),
              "max-age=63072000; includeSubDomains; preload");
    CHECK_STR(webkit_header(webkit_get(kit, "/t/form", ""), "Strict-Transport-Security"), "");
    webkit_close(kit);
    kit = webkit_open(ON_SQLITE, routes, ROUTES);
    answer = webkit_get(kit, "/t/form", "X-Forwarded-Proto: https\r\n");
    CHECK_STR(webkit_header(answer, "Strict-Transport-Security"), "");
    webkit_close(kit);
}
