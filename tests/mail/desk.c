#include "tests/mail/desk.h"

#include "tests/test.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char shared[] = "../shared/counterparties/smtp-server.py";

static bool works(const char *command)
{
    int status = system(command);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void certificate(Desk *desk, const char *host)
{
    char command[600];
    test_folder(desk->folder, sizeof desk->folder, "desk");
    snprintf(command, sizeof command,
             "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=%s "
             "-addext subjectAltName=DNS:%s -keyout %s/key.pem -out %s/cert.pem >%s/openssl.log 2>&1",
             host, host, desk->folder, desk->folder, desk->folder);
    CHECK(works(command));
    snprintf(desk->ca, sizeof desk->ca, "%s/cert.pem", desk->folder);
}

static void start(Desk *desk, const char *const argv[])
{
    int out[2];
    char *copies[8] = { 0 };
    for (int i = 0; argv[i]; i++)
        copies[i] = strdup(argv[i]);
    CHECK_INT(pipe2(out, O_CLOEXEC), 0);
    desk->pid = fork();
    CHECK(desk->pid >= 0);
    if (desk->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(out[1], 1);
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 2);
        if (strstr(argv[1], "shared") && chdir(desk->folder) != 0)
            _exit(1);
        execvp(copies[0], copies);
        _exit(127);
    }
    close(out[1]);
    desk->out = out[0];
    for (int i = 0; copies[i]; i++)
        free(copies[i]);
}

static void open_at(Desk *desk, int port)
{
    desk->port = port;
    CHECK(port > 0);
    snprintf(desk->url, sizeof desk->url, "smtp://localhost:%d", port);
}

static void tools_or_skip(void)
{
    if (!works("/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null") || !works("openssl version >/dev/null 2>&1"))
        skip();
}

void desk_open(Desk *desk, const char *mode, const char *host)
{
    int64_t port = 0;
    tools_or_skip();
    memset(desk, 0, sizeof *desk);
    certificate(desk, host);
    start(desk, (const char *[]){ "/usr/bin/python3", "tests/mail/smtp_server.py", desk->folder, mode, NULL });
    CHECK(str_to_int(desk_line(desk, 20000), &port));
    open_at(desk, (int)port);
}

// It wants its port named, so one is asked of the system and given back just before.
static int free_port(void)
{
    struct sockaddr_in place = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof place;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&place, size) == 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)&place, &size), 0);
    close(fd);
    return ntohs(place.sin_port);
}

void desk_open_shared(Desk *desk)
{
    char path[4096], port[16];
    tools_or_skip();
    memset(desk, 0, sizeof *desk);
    if (!realpath(shared, path))
        skip();
    int number = free_port();
    snprintf(port, sizeof port, "%d", number);
    certificate(desk, "localhost");
    start(desk, (const char *[]){ "/usr/bin/python3", path, port, NULL });
    CHECK_STR(desk_line(desk, 20000), "up");
    open_at(desk, number);
}

void desk_close(Desk *desk)
{
    char command[128];
    kill(desk->pid, SIGKILL);
    waitpid(desk->pid, NULL, 0);
    close(desk->out);
    snprintf(command, sizeof command, "rm -rf %s", desk->folder);
    CHECK(works(command));
}

Str desk_line(Desk *desk, int wait_ms)
{
    enum { LINE_MAX_BYTES = 1 << 18 };
    char *line = arena_take(test_arena(), LINE_MAX_BYTES);
    size_t length = 0;
    struct pollfd ready = { desk->out, POLLIN, 0 };
    while (length < LINE_MAX_BYTES && poll(&ready, 1, wait_ms) == 1) {
        if (read(desk->out, line + length, 1) != 1 || line[length] == '\n')
            break;
        length++;
    }
    return (Str){ line, length };
}
