#include "tests/web/webkit.h"

#include "sys/log.h"
#include "web/csrf.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

WebKit *webkit_open_with(TestEngine engine, const Route *routes, int count, void (*tune)(Config *config))
{
    Fault fault = { 0 };
    WebKit *kit = ARENA_NEW(test_arena(), WebKit);
    kit->world = world_open(engine);
    test_folder(kit->folder, sizeof kit->folder, "web");
    CHECK_OK(blobs_open(kit->folder, kit->world->vault, &kit->blobs, &fault));
    kit->config = (Config){ .data = kit->folder,
                            .listen = "127.0.0.1",
                            .trusted_proxies = "",
                            .threads = 2,
                            .mail_from = "SonicStacker <no-reply@example.org>",
                            .support = "help@example.org",
                            .workers = 1 };
    if (tune)
        tune(&kit->config);
    kit->site = (Site){ .config = &kit->config,
                        .data = kit->world->data,
                        .keys = kit->world->keys,
                        .vault = kit->world->vault,
                        .blobs = kit->blobs,
                        .mailer = kit->world->mailer,
                        .policy_version = "2025-03-25",
                        .terms_version = "2025-03-25" };
    CHECK_OK(shop_open(&kit->config, kit->world->vault, &kit->site.shop, &fault));
    const WebOptions options = { -1, routes, count };
    CHECK_OK(web_start_with(&kit->site, &options, &kit->web, &fault));
    return kit;
}

WebKit *webkit_open(TestEngine engine, const Route *routes, int count)
{
    return webkit_open_with(engine, routes, count, NULL);
}

void webkit_close(WebKit *kit)
{
    char command[100];
    web_stop(kit->web);
    shop_close(kit->site.shop);
    blobs_close(kit->blobs);
    world_close(kit->world);
    snprintf(command, sizeof command, "rm -r %s", kit->folder);
    CHECK_INT(system(command), 0);
}

// ---- the client

int webkit_dial_port(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK_INT(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

int webkit_dial(const WebKit *kit)
{
    return webkit_dial_port(web_port(kit->web));
}

void webkit_send(int fd, Str bytes)
{
    while (bytes.length > 0) {
        ssize_t sent = send(fd, bytes.data, bytes.length, MSG_NOSIGNAL);
        if (sent <= 0)
            return; // the peer has closed: what it said can be read
        bytes = str_slice(bytes, (size_t)sent, bytes.length);
    }
}

Str webkit_read(int fd, int wait_ms)
{
    Buf buf = buf_make(test_arena(), 64 << 20);
    static char bytes[1 << 16];
    struct pollfd waiting = { fd, POLLIN, 0 };
    while (poll(&waiting, 1, wait_ms) > 0) {
        ssize_t got = read(fd, bytes, sizeof bytes);
        if (got <= 0)
            break;
        buf_bytes(&buf, bytes, (size_t)got);
    }
    return buf_str(&buf);
}

Str webkit_talk(const WebKit *kit, Str bytes)
{
    int fd = webkit_dial(kit);
    webkit_send(fd, bytes);
    Str answer = webkit_read(fd, 5000);
    close(fd);
    return answer;
}

Str webkit_get(const WebKit *kit, const char *path, const char *headers)
{
    return webkit_talk(
        kit, arena_print(test_arena(), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s\r\n",
                         path, web_port(kit->web), headers));
}

Str webkit_post(const WebKit *kit, const char *path, const char *headers, const char *form)
{
    return webkit_talk(
        kit, arena_print(test_arena(),
                         "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
                         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n%s\r\n%s",
                         path, web_port(kit->web), strlen(form), headers, form));
}

int webkit_status(Str answer)
{
    int64_t status = 0;
    if (str_starts(answer, STR("HTTP/1.")))
        str_to_int(str_slice(answer, 9, 12), &status);
    return (int)status;
}

static bool next_header(Str *rest, Str *line)
{
    if (!str_cut(rest, '\n', line))
        return false;
    *line = str_trim(*line);
    return line->length > 0;
}

Str webkit_header(Str answer, const char *name)
{
    Str line, prefix = arena_print(test_arena(), "%s:", name);
    while (next_header(&answer, &line))
        if (str_starts(line, prefix))
            return str_trim(str_slice(line, prefix.length, line.length));
    return STR("");
}

Str webkit_body(Str answer)
{
    size_t at;
    return str_find(answer, STR("\r\n\r\n"), &at) ? str_slice(answer, at + 4, answer.length) : STR("");
}

Str webkit_cookie(Str answer, const char *name)
{
    Str line, value, prefix = arena_print(test_arena(), "Set-Cookie: %s=", name);
    while (next_header(&answer, &line)) {
        if (!str_starts(line, prefix))
            continue;
        line = str_slice(line, prefix.length, line.length);
        str_cut(&line, ';', &value);
        return value;
    }
    return STR("");
}

Signed webkit_sign_in(WebKit *kit, const char *email)
{
    Fault fault = { 0 };
    Csrf csrf;
    Signed who = { .account = world_person(kit->world, email) };
    const Device device = { STR("Firefox"), STR("Linux") };
    CHECK_OK(session_make(&kit->world->people, who.account, STRENGTH_PASSWORD, device, &who.token, &fault));
    who.cookie = arena_print(test_arena(), "Cookie: __Host-sid=" STR_FMT "\r\n", STR_ARG(who.token));
    csrf_open(&csrf, kit->world->vault);
    who.csrf = csrf_session(&csrf, test_arena(), who.token);
    return who;
}
