// What is understood while somebody writes, by JSON with an account and by a form without one; and variants.
#include "tests/web/webkit.h"

#include "web/csrf.h"

#include <stdio.h>
#include <string.h>

static bool has(Str answer, const char *text)
{
    size_t at;
    return str_find(answer, str_of(text), &at);
}

static Str ask(WebKit *kit, const Signed *who, const char *path, const char *json)
{
    return webkit_talk(kit, arena_print(test_arena(),
                                        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                        "Content-Type: application/json\r\nContent-Length: %zu\r\n" STR_FMT
                                        "X-CSRF: " STR_FMT "\r\n\r\n%s",
                                        path, strlen(json), STR_ARG(who->cookie), STR_ARG(who->csrf), json));
}

TEST_BOTH(what_is_understood_is_said_before_anything_is_made)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    Str answer =
        ask(kit, &ada, "/api/v1/brief",
            "{\"prompt\":\"a slow waltz in D minor at 90 bpm for flute, blorp, no drums, 2 minutes\","
            "\"lyrics\":\"[Verse]\\nMorning comes slowly\\n\\n[Chorus]\\nla la la\",\"variants\":3}");
    CHECK_INT(webkit_status(answer), 200);
    CHECK(has(answer, "{\"field\":\"key\",\"value\":\"D minor\",\"words\":\"D minor\"}"));
    CHECK(has(answer, "\"ignored\":[\"blorp\"]"));
    CHECK(has(answer, "\"bpm\":90.0"));
    CHECK(has(answer, "\"key\":{\"tonic\":\"D\",\"mode\":\"minor\"}"));
    CHECK(has(answer, "\"seconds\":120.0"));
    CHECK(has(answer, "\"instrument\":\"flute\""));
    CHECK(has(answer, "\"without\":[\"drums\"]"));
    CHECK(has(answer, "\"lyrics\":[{\"section\":\"verse\",\"lines\":[{\"text\":\"Morning comes "
                      "slowly\",\"syllables\":5}]},{\"section\":\"chorus\",\"lines\":[{\"text\":\"la la "
                      "la\",\"syllables\":3}]}]"));
    CHECK(has(answer, "\"quote\":{\"seconds\":180,\"each\":0,\"whole\":0}"));
    // What is chosen beside the words beats them, and is told like them.
    answer = ask(kit, &ada, "/api/v1/brief", "{\"prompt\":\"a waltz in D minor\",\"key\":\"F major\"}");
    CHECK(has(answer, "\"key\":{\"tonic\":\"F\",\"mode\":\"major\"}"));
    // Lyrics alone are counted already.
    answer = ask(kit, &ada, "/api/v1/brief", "{\"lyrics\":\"la la\"}");
    CHECK(has(answer, "\"syllables\":2") && has(answer, "\"understood\":[]") && has(answer, "\"bpm\":null"));
    CHECK(has(answer, "\"key\":{\"tonic\":null,\"mode\":null}") && has(answer, "\"vocal\":null"));
    CHECK_INT(webkit_status(ask(kit, &ada, "/api/v1/brief", "{\"prompt\":\"x\",\"bpm\":9000}")), 400);
    CHECK_INT(webkit_status(ask(kit, &ada, "/api/v1/brief", "{\"prompt\":\"x\",\"tempo\":90}")), 400);
    webkit_close(kit);
}

static Str visitor(WebKit *kit, const char *form)
{
    static const char name[] = "0123456789012345678901234567890123456789012";
    Csrf csrf;
    csrf_open(&csrf, kit->world->vault);
    Str token = csrf_visitor(&csrf, test_arena(), str_of(name));
    Str cookie = arena_print(test_arena(), "Cookie: __Host-pre=%s\r\n", name);
    return webkit_post(kit, "/brief", cookie.data,
                       arena_print(test_arena(), "csrf=" STR_FMT "&%s", STR_ARG(token), form).data);
}

TEST_BOTH(visitors_are_told_too_but_not_without_end)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Str answer = visitor(kit, "prompt=a+bossa+nova&seconds=30&bpm=&variants=2");
    CHECK_INT(webkit_status(answer), 200);
    CHECK_STR(webkit_header(answer, "Content-Type"), "application/json");
    CHECK(has(answer, "\"style\":\"bossa nova\"") && has(answer, "\"seconds\":30.0"));
    answer = visitor(kit, "prompt=a&seconds=9999");
    CHECK_INT(webkit_status(answer), 400);
    CHECK_STR(webkit_header(answer, "Content-Type"), "application/problem+json");
    CHECK_INT(webkit_status(webkit_post(kit, "/brief", "", "prompt=a")), 403); // not from a page of ours
    int status = 200, asked = 0;
    while (status == 200 && asked++ < 200)
        status = webkit_status(visitor(kit, "prompt=a+waltz"));
    CHECK_INT(status, 429);
    CHECK(asked > 30);
    webkit_close(kit);
}

static void sells(Config *config)
{
    config->price_built_in = 2;
    config->welcome = 9;
}

TEST_BOTH(four_at_once_are_quoted_and_listed_or_none_is_made)
{
    WebKit *kit = webkit_open_with(engine, NULL, 0, sells);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    const char *four = "{\"prompt\":\"a waltz\",\"seconds\":20,\"variants\":4}";
    CHECK(has(ask(kit, &ada, "/api/v1/brief", four), "\"quote\":{\"seconds\":180,\"each\":2,\"whole\":8}"));
    Str answer = ask(kit, &ada, "/api/v1/songs", four);
    CHECK_INT(webkit_status(answer), 202);
    CHECK(has(answer, "\"credits\":8"));
    int songs = 0;
    for (Str rest = answer; has(rest, "{\"song\":\""); songs++) {
        size_t at;
        str_find(rest, STR("{\"song\":\""), &at);
        rest = str_slice(rest, at + 1, rest.length);
    }
    CHECK_INT(songs, 1 + 4); // the first stands at the top, too
    CHECK_INT(webkit_status(ask(kit, &ada, "/api/v1/songs", four)), 402);
    CHECK_INT(webkit_status(ask(kit, &ada, "/api/v1/songs", "{\"prompt\":\"a waltz\",\"variants\":5}")), 400);
    // By the form: as many as were chosen, and no more.
    Str form = arena_print(test_arena(), "csrf=" STR_FMT "&prompt=a+march&variants=5", STR_ARG(ada.csrf));
    CHECK_INT(webkit_status(webkit_post(kit, "/studio", ada.cookie.data, form.data)), 422);
    form = arena_print(test_arena(), "csrf=" STR_FMT "&prompt=a+march&variants=2", STR_ARG(ada.csrf));
    CHECK_INT(webkit_status(webkit_post(kit, "/studio", ada.cookie.data, form.data)),
              402); // one is left, of four
    webkit_close(kit);
}
