#include "web/gate.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "web/reply_head.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

ssize_t __real_recv(int fd, void *bytes, size_t count, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t count, int flags);
ssize_t __real_gnutls_record_recv(gnutls_session_t session, void *bytes, size_t count);
ssize_t __wrap_gnutls_record_recv(gnutls_session_t session, void *bytes, size_t count);

static _Atomic(Watch *) watches[GATE_DESCRIPTORS];
static atomic_int_least64_t refusals;

bool watch_begin(Watch *watch, int fd)
{
    if (fd < 0 || fd >= GATE_DESCRIPTORS)
        return false;
    *watch = (Watch){ .fd = fd };
    atomic_store(&watches[fd], watch);
    return true;
}

void watch_end(Watch *watch)
{
    atomic_store(&watches[watch->fd], NULL);
}

static Watch *watch_of(int fd)
{
    return fd >= 0 && fd < GATE_DESCRIPTORS ? atomic_load_explicit(&watches[fd], memory_order_acquire) : NULL;
}

int64_t gate_refusals(void)
{
    return atomic_load(&refusals);
}

static const char *meaning(int status)
{
    switch (status) {
    case 408:
        return "The request took too long.";
    case 413:
        return "The request is too large.";
    case 414:
        return "The address is too long.";
    case 417:
        return "This expectation cannot be met.";
    case 431:
        return "The request has too many or too long header fields.";
    case 501:
        return "This method or transfer coding is not known here.";
    case 505:
        return "Only HTTP/1.0 and HTTP/1.1 are spoken here.";
    default:
        return "The request can be read in more than one way.";
    }
}

static size_t write_reply(const Watch *watch, int status, char *out, size_t size)
{
    const char *text = meaning(status);
    int length =
        snprintf(out, size,
                 "HTTP/1.1 %d %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
                 "Cache-Control: no-store\r\nConnection: close\r\n",
                 status, reply_reason(status), strlen(text) + 1);
    for (const HeadLine *line = reply_head(HEAD_FILE, watch->session != NULL); line->name; line++)
        length += snprintf(out + length, size - (size_t)length, "%s: %s\r\n", line->name, line->value);
    length += snprintf(out + length, size - (size_t)length, "\r\n%s\n", text);
    return (size_t)length;
}

// What the peer still sends is read away, for a while, so that closing does not cut off the answer.
static void read_away(Watch *watch)
{
    char bytes[4096];
    for (int i = 0; i < 64 && __real_recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0; i++)
        continue;
}

void watch_refuse(Watch *watch, int status)
{
    static LogMeter meter;
    if (watch->closed)
        return;
    if (log_within(&meter))
        log_warn("web.unclear status=%d", status);
    char reply[3000];
    size_t length = write_reply(watch, status, reply, sizeof reply);
    if (watch->session) {
        gnutls_record_send(watch->session, reply, length);
        gnutls_bye(watch->session, GNUTLS_SHUT_WR);
    } else {
        send(watch->fd, reply, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    read_away(watch);
    shutdown(watch->fd, SHUT_RDWR);
    watch->closed = true;
    atomic_fetch_add_explicit(&refusals, 1, memory_order_relaxed);
}

static ssize_t refuse(Watch *watch, int status)
{
    watch_refuse(watch, status);
    errno = ECONNRESET;
    return -1;
}

// Looks at what was read; says how much of it may pass.
static ssize_t inspect(Watch *watch, const char *bytes, size_t count)
{
    size_t whole;
    bool fresh = !strict_in_head(&watch->strict) && !strict_in_body(&watch->strict),
         body = strict_in_body(&watch->strict);
    int status = strict_feed(&watch->strict, bytes, count, &whole);
    if (status == 0) {
        if (fresh || whole > 0 || body != strict_in_body(&watch->strict))
            watch->begun = clock_ms();
        return (ssize_t)count;
    }
    if (whole == 0)
        return refuse(watch, status);
    // libmicrohttpd reads again when it is told that there is something to read: the end, as it were.
    watch->held = status;
    shutdown(watch->fd, SHUT_RD);
    return (ssize_t)whole;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t count, int flags)
{
    Watch *watch = watch_of(fd);
    if (watch == NULL)
        return __real_recv(fd, bytes, count, flags);
    if (watch->held || watch->closed)
        return refuse(watch, watch->held);
    ssize_t got = __real_recv(fd, bytes, count, flags);
    return got <= 0 ? got : inspect(watch, bytes, (size_t)got);
}

ssize_t __wrap_gnutls_record_recv(gnutls_session_t session, void *bytes, size_t count)
{
    Watch *watch = watch_of(gnutls_transport_get_int(session));
    if (watch == NULL)
        return __real_gnutls_record_recv(session, bytes, count);
    watch->session = session;
    ssize_t got = -1;
    if (!watch->held && !watch->closed) {
        got = __real_gnutls_record_recv(session, bytes, count);
        got = got <= 0 ? got : inspect(watch, bytes, (size_t)got);
        if (got != -1)
            return got;
    }
    watch_refuse(watch, watch->held);
    return GNUTLS_E_PREMATURE_TERMINATION;
}

void watch_check(Watch *watch, double now)
{
    double took = now - watch->begun;
    bool slow = strict_in_head(&watch->strict) && took > GATE_HEAD_MS;
    if (strict_in_body(&watch->strict) && took > GATE_BODY_GRACE_MS)
        slow = (double)watch->strict.body * 1000.0 < (took - GATE_BODY_GRACE_MS) * GATE_BODY_RATE;
    if (slow)
        watch_refuse(watch, 408);
}

void watch_again(Watch *watch, double now)
{
    watch->begun = now;
}
