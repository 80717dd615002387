// The server as a stranger on the net finds it: bytes in, bytes out.
#include "tests/web/webkit.h"

#include "sys/clock.h"
#include "web/gate.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool say(Request *request, Fault *fault)
{
    (void)fault;
    return reply_text(
        request, 200, "text/plain; charset=utf-8",
        arena_print(request->arena, "said " STR_FMT "\n", STR_ARG(request_field(request, "word"))));
}

static bool take_json(Request *request, Fault *fault)
{
    (void)fault;
    return reply_json(request, 200, request->body);
}

static bool break_down(Request *request, Fault *fault)
{
    (void)request;
    return fault_set(fault, FAULT_BROKEN, "a secret of the machine");
}

static const Route routes[] = {
    { METHOD_GET, "/t/quick", WHO_NOBODY, say, "word", true, 0, 0 },
    { METHOD_GET, "/t/pool", WHO_ANYBODY, say, "word", false, 0, 0 },
    { METHOD_POST, "/t/form", WHO_NOBODY, say, "word", false, 100, 0 },
    { METHOD_POST, "/api/t", WHO_NOBODY, take_json, "", false, 0, 0 },
    { METHOD_GET, "/t/fail", WHO_ANYBODY, break_down, "", false, 0, 0 },
};
enum { ROUTES = sizeof routes / sizeof *routes };

static WebKit *kit_open(void)
{
    return webkit_open(ON_SQLITE, routes, ROUTES);
}

#define HOST "Host: 127.0.0.1\r\n"
#define FORM                                                                                                 \
    "POST /t/form HTTP/1.1\r\n" HOST                                                                         \
    "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"

TEST(server_answers_on_the_loop_and_on_the_pool)
{
    WebKit *kit = kit_open();
    Str quick = webkit_get(kit, "/t/quick?word=hello+there", ""),
        pool = webkit_get(kit, "/t/pool?word=x", "");
    CHECK_INT(webkit_status(quick), 200);
    CHECK_STR(webkit_body(quick), "said hello there\n");
    CHECK_STR(webkit_header(quick, "Content-Length"), "17");
    CHECK_STR(webkit_header(quick, "Server"), "");
    CHECK(webkit_header(quick, "Date").length > 20);
    CHECK_STR(webkit_body(pool), "said x\n");
    Str head = webkit_talk(kit, STR("HEAD /t/pool?word=x HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    CHECK_INT(webkit_status(head), 200);
    CHECK_STR(webkit_header(head, "Content-Length"), "7");
    CHECK_STR(webkit_body(head), "");
    Str old = webkit_talk(kit, STR("GET /t/quick HTTP/1.0\r\n\r\n"));
    CHECK_INT(webkit_status(old), 200);
    webkit_close(kit);
}

TEST(server_answers_requests_in_a_row_in_order)
{
    WebKit *kit = kit_open();
    Str answer = webkit_talk(
        kit, STR("GET /t/pool?word=one HTTP/1.1\r\n" HOST "\r\nGET /t/quick?word=two HTTP/1.1\r\n" HOST "\r\n"
                 "GET /t/pool?word=three HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    size_t one = 0, two = 0, three = 0;
    CHECK(str_find(answer, STR("said one\n"), &one) && str_find(answer, STR("said two\n"), &two) &&
          str_find(answer, STR("said three\n"), &three));
    CHECK(one < two && two < three);
    webkit_close(kit);
}

// The table of the trust plan, 3.4: one meaning for each byte string, and the connection ends.
TEST(server_refuses_what_can_be_read_in_two_ways)
{
    static const struct {
        const char *bytes;
        int status;
    } cases[] = {
        { FORM "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", 400 },
        { FORM "Content-Length: 6\r\nContent-Length: 7\r\n\r\nword=a", 400 },
        { FORM "Content-Length: +6\r\n\r\nword=a", 400 },
        { FORM "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 },
        { FORM "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400 },
        { FORM "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", 501 },
        { FORM "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 501 },
        { FORM "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400 },
        { FORM "Transfer-Encoding: chunked\r\n\r\n6;x=y\r\nword=a\r\n0\r\n\r\n", 400 },
        { FORM "Transfer-Encoding: chunked\r\n\r\n6\nword=a\r\n0\r\n\r\n", 400 },
        { "GET /t/quick HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400 },
        { "GET /t/quick HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400 },
        { "GET /t/quick HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "GET /t/quick HTTP/1.1\r\n\r\n", 400 },
        { "GET http://a/t/quick HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET /t/quick HTTP/1.1\r\nHost: a\r\nX\x01: b\r\n\r\n", 400 },
        { "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501 },
        { "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505 },
    };
    WebKit *kit = kit_open();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Str answer = webkit_talk(kit, str_of(cases[i].bytes));
        CHECK_INT(webkit_status(answer), cases[i].status);
        CHECK_STR(webkit_header(answer, "Connection"), "close");
        size_t at;
        CHECK(!str_find(webkit_body(answer), STR("Content-Length"), &at)); // one answer, not two
    }
    webkit_close(kit);
}

TEST(server_answers_good_requests_before_a_bad_one)
{
    WebKit *kit = kit_open();
    static const char *const pairs[] = {
        "GET /t/pool?word=good HTTP/1.1\r\n" HOST "\r\nGET /t/quick HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /t/quick?word=good HTTP/1.1\r\n" HOST "\r\n\x16GARBAGE",
        "POST /t/form HTTP/1.1\r\n" HOST
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n"
        "word=goodGET /t/quick HTTP/1.1\nHost: a\r\n\r\n",
    };
    for (size_t i = 0; i < 3; i++) {
        Str answer = webkit_talk(kit, str_of(pairs[i]));
        size_t good = 0, bad = 0;
        CHECK_INT(webkit_status(answer), 200);
        CHECK(str_find(answer, STR("said good\n"), &good) && str_find(answer, STR("HTTP/1.1 400 "), &bad) &&
              good < bad);
    }
    webkit_close(kit);
}

TEST(server_takes_bodies_in_chunks_and_byte_by_byte)
{
    WebKit *kit = kit_open();
    Str chunked = STR(FORM "Transfer-Encoding: chunked\r\n\r\n4\r\nword\r\n6\r\n=hallo\r\n0\r\n\r\n");
    CHECK_STR(webkit_body(webkit_talk(kit, chunked)), "said hallo\n");
    int fd = webkit_dial(kit);
    for (size_t i = 0; i < chunked.length; i++) {
        webkit_send(fd, str_slice(chunked, i, i + 1));
        usleep(200);
    }
    CHECK_STR(webkit_body(webkit_read(fd, 5000)), "said hallo\n");
    close(fd);
    webkit_close(kit);
}

TEST(server_bounds_bodies)
{
    WebKit *kit = kit_open();
    char form[300] = "word=";
    memset(form + 5, 'a', 200);
    CHECK_INT(webkit_status(webkit_post(kit, "/t/form", "", form)), 413);
    CHECK_INT(webkit_status(webkit_talk(kit, STR(FORM "Content-Length: 9000000\r\n\r\n"))), 413);
    int fd = webkit_dial(kit);
    webkit_send(fd, STR(FORM "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 200; i++)
        webkit_send(fd, STR("10\r\n0123456789abcdef\r\n"));
    CHECK_INT(webkit_status(webkit_read(fd, 5000)), 413);
    close(fd);
    webkit_close(kit);
}

TEST(server_names_the_field_it_does_not_know)
{
    WebKit *kit = kit_open();
    Str answer = webkit_get(kit, "/t/pool?other=1", "");
    size_t at;
    CHECK_INT(webkit_status(answer), 400);
    CHECK(str_find(webkit_body(answer), STR("&quot;other&quot;"), &at));
    CHECK_INT(webkit_status(webkit_get(kit, "/t/pool?word=1&word=2", "")), 400);
    CHECK_INT(webkit_status(webkit_get(kit, "/t/pool?word=%00", "")), 400);
    CHECK_INT(webkit_status(webkit_post(kit, "/t/form?word=1", "", "word=2")), 400);
    CHECK_INT(webkit_status(webkit_post(kit, "/t/form", "", "word=2&extra=1")), 400);
    webkit_close(kit);
}

TEST(server_takes_the_content_type_of_the_route)
{
    WebKit *kit = kit_open();
    CHECK_INT(webkit_status(webkit_talk(kit, STR("POST /t/form HTTP/1.1\r\n" HOST
                                                 "Connection: close\r\nContent-Type: text/plain\r\n"
                                                 "Content-Length: 6\r\n\r\nword=a"))),
              415);
    CHECK_INT(webkit_status(webkit_post(kit, "/api/t", "", "a=1")), 415);
    Str json = webkit_talk(kit, STR("POST /api/t HTTP/1.1\r\n" HOST
                                    "Connection: close\r\nContent-Type: application/json; charset=utf-8\r\n"
                                    "Content-Length: 7\r\n\r\n{\"a\":1}"));
    CHECK_STR(webkit_body(json), "{\"a\":1}");
    Buf deep = buf_make(test_arena(), 20000);
    buf_print(&deep, "POST /api/t HTTP/1.1\r\n" HOST
                     "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n");
    for (int i = 0; i < 5000; i++)
        buf_bytes(&deep, "[", 1);
    Str refused = webkit_talk(kit, buf_str(&deep));
    CHECK_INT(webkit_status(refused), 400);
    CHECK_STR(webkit_header(refused, "Content-Type"), "application/problem+json");
    webkit_close(kit);
}

TEST(server_says_which_methods_a_path_takes)
{
    WebKit *kit = kit_open();
    Str answer = webkit_talk(kit, STR("DELETE /t/quick HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    CHECK_INT(webkit_status(answer), 405);
    CHECK_STR(webkit_header(answer, "Allow"), "GET, HEAD");
    answer = webkit_talk(kit, STR("OPTIONS /t/form HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    CHECK_INT(webkit_status(answer), 405);
    CHECK_STR(webkit_header(answer, "Allow"), "POST");
    CHECK_INT(webkit_status(webkit_get(kit, "/no/such/page", "")), 404);
    Str api = webkit_get(kit, "/api/no-such", "");
    CHECK_INT(webkit_status(api), 404);
    CHECK_STR(webkit_header(api, "Content-Type"), "application/problem+json");
    webkit_close(kit);
}

TEST(server_keeps_its_own_faults_to_itself)
{
    WebKit *kit = kit_open();
    Str answer = webkit_get(kit, "/t/fail", "");
    size_t at;
    CHECK_INT(webkit_status(answer), 500);
    CHECK(!str_find(answer, STR("secret"), &at));
    CHECK(str_find(answer, STR("That is our fault"), &at));
    webkit_close(kit);
}

TEST(server_files_may_be_kept_for_ever)
{
    WebKit *kit = kit_open();
    Str page = webkit_get(kit, "/no/such/page", ""), body = webkit_body(page);
    size_t from;
    CHECK(str_find(body, STR("href=\"/static/site-"), &from));
    const char *path =
        arena_copy(test_arena(),
                   str_slice(body, from + 6, from + 6 + strlen("/static/site-0123456789abcdef.css")))
            .data;
    Str css = webkit_get(kit, path, "");
    CHECK_INT(webkit_status(css), 200);
    CHECK_STR(webkit_header(css, "Content-Type"), "text/css; charset=utf-8");
    CHECK_STR(webkit_header(css, "Cache-Control"), "public, max-age=31536000, immutable");
    Str etag = webkit_header(css, "ETag");
    Str again = webkit_get(kit, path,
                           arena_print(test_arena(), "If-None-Match: " STR_FMT "\r\n", STR_ARG(etag)).data);
    CHECK_INT(webkit_status(again), 304);
    CHECK_INT(webkit_status(webkit_get(kit, "/static/site.css", "")), 404);
    CHECK_INT(webkit_status(webkit_get(kit, "/static/..%2f..%2fetc%2fpasswd", "")), 404);
    webkit_close(kit);
}

TEST(server_says_how_it_does)
{
    WebKit *kit = kit_open();
    CHECK_STR(webkit_body(webkit_get(kit, "/healthz", "")), "ok\n");
    CHECK_STR(webkit_body(webkit_get(kit, "/readyz", "")), "ready\n");
    CHECK_STR(webkit_body(webkit_get(kit, "/.well-known/gpc.json", "")),
              "{\"gpc\":true,\"lastUpdate\":\"2025-03-25\"}");
    CHECK(str_starts(webkit_body(webkit_get(kit, "/.well-known/security.txt", "")),
                     STR("Contact: mailto:help@example.org\n")));
    CHECK(str_starts(webkit_body(webkit_get(kit, "/robots.txt", "")), STR("User-agent: *\n")));
    size_t at;
    CHECK(str_find(webkit_body(webkit_get(kit, "/metrics", "")),
                   STR("\nsonicstacker_replies_total{class=\"2xx\"} "), &at));
    CHECK_INT(webkit_status(webkit_get(kit, "/metrics", "X-Forwarded-For: 127.0.0.1\r\n")), 404);
    CHECK_INT(webkit_status(webkit_talk(
                  kit, STR("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))),
              404);
    webkit_close(kit);
}
