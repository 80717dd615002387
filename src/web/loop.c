#include "web/loop.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "web/certificates.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 20000, // of one loop
    NETWORK_CONNECTIONS_MAX = 256,
    CONNECTION_BYTES = 32 << 10, // the head of a request and of its answer
    IDLE_SECONDS = 60,
    LOOK_MS = 1000,      // how often connections are looked over
    DRAIN_IDLE_MS = 300, // so long a connection may still ask something when we are closing
};

// ---- connections

static enum MHD_Result accept_policy(void *self, const struct sockaddr *from, socklen_t length)
{
    Loop *loop = self;
    Web *web = loop->web;
    static LogMeter meter;
    Address peer;
    (void)length;
    if (!address_of(from, &peer) || address_is_local(&peer) || networks_have(&web->proxies, &peer))
        return MHD_YES;
    if (crowd_count(web->crowd, &peer) < NETWORK_CONNECTIONS_MAX)
        return MHD_YES;
    atomic_fetch_add(&web->counts.crowded, 1);
    if (log_within(&meter))
        log_warn("web.crowded most=%d", NETWORK_CONNECTIONS_MAX);
    return MHD_NO;
}

static void conn_begin(Loop *loop, struct MHD_Connection *mhd, void **context)
{
    Conn *conn = calloc(1, sizeof *conn);
    if (conn == NULL)
        abort();
    conn->loop = loop;
    conn->mhd = mhd;
    conn->idle_since = clock_ms();
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address_of(info ? info->client_addr : NULL, &conn->peer);
    info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    // What cannot be watched is not listened to.
    if (info == NULL || !watch_begin(&conn->watch, info->connect_fd)) {
        if (info)
            shutdown(info->connect_fd, SHUT_RDWR);
        conn->watch.fd = -1;
    }
    conn->next = loop->conns;
    conn->link = &loop->conns;
    if (conn->next)
        conn->next->link = &conn->next;
    loop->conns = conn;
    crowd_change(loop->web->crowd, &conn->peer, 1);
    atomic_fetch_add(&loop->open, 1);
    atomic_fetch_add(&loop->web->counts.connections, 1);
    *context = conn;
}

static void conn_end(Loop *loop, Conn *conn)
{
    if (conn->watch.fd >= 0)
        watch_end(&conn->watch);
    *conn->link = conn->next;
    if (conn->next)
        conn->next->link = conn->link;
    crowd_change(loop->web->crowd, &conn->peer, -1);
    atomic_fetch_sub(&loop->open, 1);
    free(conn);
}

static void connection_notice(void *self, struct MHD_Connection *mhd, void **context,
                              enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        conn_begin(self, mhd, context);
    else if (*context)
        conn_end(self, *context);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED)
        *context = NULL;
}

static Conn *conn_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

// ---- requests

// The target exactly as it was sent; libmicrohttpd takes it apart afterwards.
static void *request_line(void *self, const char *target, struct MHD_Connection *mhd)
{
    Loop *loop = self;
    Conn *conn = conn_of(mhd);
    Exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL)
        abort();
    exchange->web = loop->web;
    exchange->conn = conn;
    exchange->begun = clock_ms();
    exchange->target = arena_copy(&exchange->arena, str_of(target));
    exchange->reading = true;
    conn->exchange = exchange;
    atomic_fetch_add(&loop->busy, 1);
    return exchange;
}

static size_t leave_escapes(void *self, struct MHD_Connection *mhd, char *text)
{
    (void)self;
    (void)mhd;
    return strlen(text); // decoding is route.c's and form.c's business, once
}

static enum MHD_Result take_header(void *self, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                   const char *value, size_t length)
{
    Asked *asked = self;
    const struct {
        Str name;
        Str *value;
    } known[] = {
        { STR("Host"), &asked->host },
        { STR("Cookie"), &asked->cookie },
        { STR("Authorization"), &asked->authorization },
        { STR("Content-Type"), &asked->type },
        { STR("Origin"), &asked->origin },
        { STR("Sec-Fetch-Site"), &asked->fetch_site },
        { STR("Sec-Fetch-Mode"), &asked->fetch_mode },
        { STR("User-Agent"), &asked->user_agent },
        { STR("Range"), &asked->range },
        { STR("If-Range"), &asked->if_range },
        { STR("If-None-Match"), &asked->if_none_match },
        { STR("Last-Event-ID"), &asked->last_event_id },
        { STR("Idempotency-Key"), &asked->idempotency_key },
        { STR("Stripe-Signature"), &asked->signature },
        { STR("X-CSRF"), &asked->csrf },
        { STR("Sec-GPC"), &asked->gpc },
        { STR("X-Forwarded-For"), &asked->forwarded_for },
        { STR("X-Forwarded-Proto"), &asked->forwarded_proto },
        { STR("Content-Length"), &asked->length },
    };
    (void)kind;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!word_same(known[i].name, (Str){ name, name_length }))
            continue;
        asked->twice = asked->twice || known[i].value->data != NULL;
        *known[i].value = (Str){ value ? value : "", length };
        break;
    }
    return MHD_YES;
}

static void take_head(Exchange *exchange, struct MHD_Connection *mhd, const char *method)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "DELETE", "PATCH", "PUT" };
    MHD_get_connection_values_n(mhd, MHD_HEADER_KIND, take_header, &exchange->asked);
    exchange->method_name = method;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(method, names[i]) != 0)
            continue;
        exchange->known_method = true;
        exchange->request.method = (Method)i;
    }
    exchange_begin(exchange);
}

static bool keep_body(Exchange *exchange, const char *bytes, size_t count)
{
    buf_bytes(&exchange->body, bytes, count);
    if (!exchange->body.full)
        return true;
    watch_refuse(&exchange->conn->watch, 413);
    return false;
}

// The request is all there. Runs here, or sleeps while the pool runs it.
static enum MHD_Result go(Exchange *exchange, struct MHD_Connection *mhd)
{
    exchange->reading = false;
    if (!exchange_is_quick(exchange)) {
        exchange->sleeping = true;
        MHD_suspend_connection(mhd);
        if (pool_add(exchange->web->pool, &exchange->task, false))
            return MHD_YES;
        exchange->refusal = 503;
        exchange->task.run(&exchange->task);
        return MHD_YES;
    }
    exchange_run(exchange);
    exchange->answered = true;
    return reply_send(exchange);
}

static enum MHD_Result handle(void *self, struct MHD_Connection *mhd, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *count, void **context)
{
    Exchange *exchange = *context;
    (void)self;
    (void)url;
    (void)version;
    if (exchange == NULL)
        return MHD_NO;
    if (exchange->method_name == NULL) {
        take_head(exchange, mhd, method);
        if (exchange->refusal != 413)
            return MHD_YES;
        return go(exchange, mhd); // at once: libmicrohttpd answers and closes without reading on
    }
    if (*count > 0) {
        bool kept = keep_body(exchange, bytes, *count);
        *count = 0;
        return kept ? MHD_YES : MHD_NO;
    }
    if (exchange->answered)
        return reply_send(exchange);
    return exchange->sleeping ? MHD_YES : go(exchange, mhd);
}

static void completed(void *self, struct MHD_Connection *mhd, void **context,
                      enum MHD_RequestTerminationCode code)
{
    Loop *loop = self;
    Exchange *exchange = *context;
    (void)mhd;
    (void)code;
    if (exchange == NULL)
        return;
    Conn *conn = exchange->conn;
    conn->exchange = NULL;
    conn->idle_since = clock_ms();
    watch_again(&conn->watch, conn->idle_since);
    exchange_drop(exchange);
    atomic_fetch_sub(&loop->busy, 1);
    *context = NULL;
}

// ---- the thread

static void look_over(Loop *loop, double now)
{
    for (Conn *conn = loop->conns, *next; conn; conn = next) {
        next = conn->next;
        if (conn->watch.fd < 0)
            continue;
        if (conn->exchange == NULL || conn->exchange->reading)
            watch_check(&conn->watch, now);
        bool idle = conn->exchange == NULL && !strict_in_head(&conn->watch.strict);
        if (idle && atomic_load(&loop->web->draining) && now - conn->idle_since > DRAIN_IDLE_MS)
            shutdown(conn->watch.fd, SHUT_RDWR);
    }
}

static void hear(Loop *loop)
{
    Ring rings[INBOX_RINGS];
    pthread_mutex_lock(&loop->lock);
    int count = loop->ring_count;
    bool lost = loop->rings_lost;
    memcpy(rings, loop->rings, (size_t)count * sizeof *rings);
    loop->ring_count = 0;
    loop->rings_lost = false;
    pthread_mutex_unlock(&loop->lock);
    for (int i = 0; i < count; i++)
        feeds_rung(loop, str_of(rings[i].topic), rings[i].number);
    if (lost)
        feeds_rung(loop, STR(""), 0);
}

static bool stopping(Loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    bool stop = loop->stop, drain = loop->drain;
    loop->drain = false;
    pthread_mutex_unlock(&loop->lock);
    if (drain) {
        int fd = MHD_quiesce_daemon(loop->daemon);
        if (fd >= 0)
            close(fd);
        feeds_end(loop);
    }
    return stop;
}

static int wait_ms(Loop *loop, double now, double looked)
{
    double wait = looked + LOOK_MS - now, next = feeds_next(loop) - now;
    if (atomic_load(&loop->web->draining) && wait > DRAIN_IDLE_MS / 3)
        wait = DRAIN_IDLE_MS / 3;
    wait = next < wait ? next : wait;
    unsigned long long theirs;
    if (MHD_get_timeout(loop->daemon, &theirs) == MHD_YES && (double)theirs < wait)
        wait = (double)theirs;
    return wait <= 0 ? 0 : (int)wait + (wait > (int)wait);
}

static void *run(void *self)
{
    Loop *loop = self;
    double looked = clock_ms();
    while (!stopping(loop)) {
        double now = clock_ms();
        struct pollfd waiting[2] = { { loop->daemon_fd, POLLIN, 0 }, { loop->wake_fd, POLLIN, 0 } };
        poll(waiting, 2, wait_ms(loop, now, looked));
        if (waiting[1].revents) {
            uint64_t count;
            (void)!read(loop->wake_fd, &count, sizeof count);
            feeds_take_filled(loop);
            hear(loop);
        }
        now = clock_ms();
        feeds_look(loop, now);
        MHD_run_wait(loop->daemon, 0);
        bool draining = atomic_load(&loop->web->draining);
        if (now - looked >= (draining ? DRAIN_IDLE_MS / 3 : LOOK_MS)) {
            look_over(loop, now);
            looked = now;
        }
    }
    feeds_take_filled(loop);
    feeds_end(loop);
    for (int i = 0; i < 3; i++)
        MHD_run_wait(loop->daemon, 0);
    return NULL;
}

void loop_wake(Loop *loop)
{
    uint64_t one = 1;
    (void)!write(loop->wake_fd, &one, sizeof one);
}

void loop_ring(Loop *loop, Str topic, int64_t number)
{
    pthread_mutex_lock(&loop->lock);
    if (loop->ring_count == INBOX_RINGS || topic.length >= TOPIC_MAX) {
        loop->rings_lost = true;
    } else {
        Ring *ring = &loop->rings[loop->ring_count++];
        memcpy(ring->topic, topic.data, topic.length);
        ring->topic[topic.length] = 0;
        ring->number = number;
    }
    pthread_mutex_unlock(&loop->lock);
    loop_wake(loop);
}

void loop_drain(Loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    loop->drain = true;
    pthread_mutex_unlock(&loop->lock);
    loop_wake(loop);
}

void loop_stop(Loop *loop)
{
    if (loop->started) {
        pthread_mutex_lock(&loop->lock);
        loop->stop = true;
        pthread_mutex_unlock(&loop->lock);
        loop_wake(loop);
        pthread_join(loop->thread, NULL);
    }
    if (loop->daemon)
        MHD_stop_daemon(loop->daemon);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    free(loop->memo.text);
    pthread_mutex_destroy(&loop->lock);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void library_says(void *self, const char *format, va_list list)
{
    // It may quote what it was sent, so only that it spoke is written down.
    (void)self;
    (void)format;
    (void)list;
    log_line(LOG_DEBUG, "web.library");
}
#pragma GCC diagnostic pop

static bool daemon_open(Loop *loop, int listen_fd, Fault *fault)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem tls[] = { { MHD_OPTION_END, 0, NULL },
                                    { MHD_OPTION_END, 0, NULL },
                                    { MHD_OPTION_END, 0, NULL } };
    if (loop->web->certificates) {
        flags |= MHD_USE_TLS;
        certificates_options(tls);
    }
    loop->daemon = MHD_start_daemon(
        flags, 0, accept_policy, loop, handle, loop, MHD_OPTION_LISTEN_SOCKET, listen_fd,
        MHD_OPTION_EXTERNAL_LOGGER, library_says, NULL, MHD_OPTION_NOTIFY_CONNECTION, connection_notice, loop,
        MHD_OPTION_NOTIFY_COMPLETED, completed, loop, MHD_OPTION_URI_LOG_CALLBACK, request_line, loop,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escapes, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (loop->daemon == NULL)
        return fault_set(fault, FAULT_BROKEN, "the HTTP server does not start");
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    loop->daemon_fd = info ? info->epoll_fd : -1;
    return loop->daemon_fd >= 0 || fault_set(fault, FAULT_BROKEN, "the HTTP server cannot be waited for");
}

bool loop_start(Loop *loop, Web *web, Fault *fault)
{
    loop->web = web;
    pthread_mutex_init(&loop->lock, NULL);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int fd = dup(web->listen_fd); // each daemon closes its own
    if (loop->wake_fd < 0 || fd < 0)
        return fault_set(fault, FAULT_BROKEN, "no descriptor for the HTTP server: %d", errno);
    if (!daemon_open(loop, fd, fault)) {
        close(fd);
        return false;
    }
    loop->started = pthread_create(&loop->thread, NULL, run, loop) == 0;
    return loop->started || fault_set(fault, FAULT_BROKEN, "no thread for the HTTP server");
}
