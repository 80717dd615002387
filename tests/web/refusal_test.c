// What the log says of those who are not let through: the route, the status and the account; never the
// address that was sent, a token or a form.
#include "tests/web/webkit.h"

#include "tests/sys/hearing.h"

#include <string.h>

static bool refusal_page(Request *request, Fault *fault)
{
    (void)fault;
    return reply_json(request, 200, STR("{}"));
}

static bool refusal_missing(Request *request, Fault *fault)
{
    (void)request;
    return fault_set(fault, FAULT_MISSING, "There is no such song.");
}

static bool refusal_limit(Request *request, Fault *fault)
{
    (void)request;
    return fault_set(fault, FAULT_LIMIT, "Too many.");
}

static const Route routes[] = {
    { METHOD_POST, "/t/change", WHO_MEMBER, refusal_page, "", false, 0, 0 },
    { METHOD_GET, "/t/operator", WHO_OPERATOR, refusal_page, "", true, 0, 0 },
    { METHOD_GET, "/t/songs/{id}", WHO_MEMBER, refusal_missing, "", true, 0, 0 },
    { METHOD_GET, "/t/limit", WHO_ANYBODY, refusal_limit, "", true, 0, 0 },
    { METHOD_GET, "/api/t", WHO_API, refusal_page, "", true, 0, SCOPE_READ },
    { METHOD_POST, "/api/t", WHO_API, refusal_page, "", false, 0, SCOPE_MAKE },
};
enum { ROUTES = sizeof routes / sizeof *routes };

static int refused(Str said, const char *line, AccountId account)
{
    Arena *arena = test_arena();
    Str who = account.n ? id_text(arena, account.n) : STR("-");
    return heard(said, arena_print(arena, "web.refused %s account=" STR_FMT "\n", line, STR_ARG(who)).data);
}

TEST(who_is_not_let_through_stands_in_the_log_by_route_and_account)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Fault fault = { 0 };
    Arena *arena = test_arena();
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    Str token;
    CHECK_OK(api_token_make(&kit->world->people, ada.account, STR("t"), SCOPE_READ, -1, &token, &fault));
    const char *bearer =
        arena_print(arena,
                    "POST /api/t HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: "
                    "application/json\r\nContent-Length: 2\r\nAuthorization: Bearer " STR_FMT "\r\n\r\n{}",
                    STR_ARG(token))
            .data;
    const char *elsewhere =
        arena_print(arena, STR_FMT "Origin: https://evil.example\r\n", STR_ARG(ada.cookie)).data;
    Hearing hearing;
    hearing_begin(&hearing);
    webkit_post(kit, "/t/change", ada.cookie.data, "csrf=wrong");
    webkit_post(kit, "/t/change", elsewhere, "csrf=wrong");
    webkit_get(kit, "/t/operator", ada.cookie.data);
    webkit_get(kit, "/t/operator", "");
    webkit_get(kit, "/t/songs/secret-word", ada.cookie.data);
    webkit_get(kit, "/t/limit", "");
    webkit_get(kit, "/t/limit?secret-word=1", "");
    webkit_get(kit, "/api/t", "Authorization: Bearer ss_secret-word\r\n");
    webkit_talk(kit, str_of(bearer));
    webkit_get(kit, "/t/secret-word", ada.cookie.data);
    webkit_talk(kit, STR("GET /secret-word HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"));
    Str said = hearing_end(&hearing);
    webkit_close(kit);
    const AccountId nobody = { 0 };
    CHECK_INT(refused(said, "why=token method=POST route=/t/change status=403", ada.account), 1);
    CHECK_INT(refused(said, "why=role method=GET route=/t/operator status=404", ada.account), 1);
    CHECK_INT(refused(said, "why=role method=GET route=/t/operator status=404", nobody), 1);
    CHECK_INT(refused(said, "why=- method=GET route=/t/songs/{id} status=404", ada.account), 1);
    CHECK_INT(refused(said, "why=- method=GET route=/t/limit status=429", nobody), 1);
    CHECK_INT(refused(said, "why=fields method=GET route=/t/limit status=400", nobody), 1);
    CHECK_INT(refused(said, "why=elsewhere method=POST route=/t/change status=403", ada.account), 1);
    CHECK_INT(refused(said, "why=nobody method=GET route=/api/t status=401", nobody), 1);
    CHECK_INT(refused(said, "why=scope method=POST route=/api/t status=403", ada.account), 1);
    CHECK_INT(heard(said, "warn web.unclear status=400\n"), 1);
    CHECK_INT(heard(said, "web.refused"), 9); // paths that do not exist are left out
    CHECK(heard(said, "secret-word") == 0 && heard(said, "evil") == 0 && heard(said, token.data) == 0);
    CHECK(heard(said, "127.0.0.1") == 0);
}

TEST(signing_out_empties_what_the_browser_kept_and_ends_the_session)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    const char *form = arena_print(test_arena(), "csrf=" STR_FMT, STR_ARG(ada.csrf)).data;
    CHECK_INT(webkit_status(webkit_get(kit, "/account", ada.cookie.data)), 200);
    Str out = webkit_post(kit, "/logout", ada.cookie.data, form);
    CHECK_INT(webkit_status(out), 303);
    CHECK_STR(webkit_header(out, "Clear-Site-Data"), "\"cache\", \"storage\"");
    CHECK_STR(webkit_header(out, "Set-Cookie"),
              "__Host-sid=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    CHECK_INT(webkit_status(webkit_get(kit, "/account", ada.cookie.data)),
              303); // the old cookie opens nothing
    webkit_close(kit);
}

TEST(pages_for_one_person_are_kept_by_nobody)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    static const char *const paths[] = {
        "/account", "/library", "/studio", "/api/v1/account", "/login", "/"
    };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        Str answer = webkit_get(kit, paths[i], ada.cookie.data);
        CHECK_INT(webkit_status(answer), 200);
        CHECK_STR(webkit_header(answer, "Cache-Control"), "no-store");
    }
    webkit_close(kit);
}
