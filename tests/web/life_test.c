// How connections begin, linger and end: slow peers, restarts under load, TLS.
#include "tests/web/webkit.h"

#include "sys/clock.h"
#include "web/gate.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool slow_word(Request *request, Fault *fault)
{
    (void)fault;
    usleep(2000);
    return reply_text(request, 200, "text/plain; charset=utf-8", STR("word\n"));
}

static const Route routes[] = {
    { METHOD_GET, "/t/word", WHO_ANYBODY, slow_word, "", false, 0, 0 },
    { METHOD_GET, "/t/quick", WHO_NOBODY, slow_word, "", true, 0, 0 },
};
enum { ROUTES = sizeof routes / sizeof *routes };

// ---- slow peers: the gate alone, on a pair of sockets, with a clock of the test's own

typedef struct Pair {
    Watch watch;
    int peer;
} Pair;

static void pair_open(Pair *pair)
{
    int fds[2];
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    CHECK(watch_begin(&pair->watch, fds[0]));
    pair->peer = fds[1];
}

static void pair_close(Pair *pair)
{
    watch_end(&pair->watch);
    close(pair->watch.fd);
    close(pair->peer);
}

static void peer_says(Pair *pair, const char *text)
{
    char bytes[1000];
    webkit_send(pair->peer, str_of(text));
    CHECK_INT(recv(pair->watch.fd, bytes, sizeof bytes, 0), strlen(text));
}

static int peer_hears(Pair *pair)
{
    return webkit_status(webkit_read(pair->peer, 0));
}

TEST(head_must_be_there_within_ten_seconds)
{
    Pair pair;
    pair_open(&pair);
    watch_check(&pair.watch, clock_ms() + 60000);
    CHECK_INT(peer_hears(&pair), 0); // it has not begun: that is an idle connection
    peer_says(&pair, "GET / HTTP/1.1\r\n");
    double begun = pair.watch.begun;
    peer_says(&pair, "Host: a\r\n"); // more bytes give no more time
    watch_check(&pair.watch, begun + 9900);
    CHECK_INT(peer_hears(&pair), 0);
    watch_check(&pair.watch, begun + 10100);
    CHECK_INT(peer_hears(&pair), 408);
    pair_close(&pair);
}

TEST(body_must_come_at_a_least_rate)
{
    Pair pair;
    pair_open(&pair);
    peer_says(&pair, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    char bytes[901];
    memset(bytes, 'a', 900);
    bytes[900] = 0;
    for (int i = 0; i < 5; i++)
        peer_says(&pair, bytes); // 4,500 bytes
    double begun = pair.watch.begun;
    watch_check(&pair.watch, begun + 14000);
    CHECK_INT(peer_hears(&pair), 0);
    watch_check(&pair.watch, begun + 15000);
    CHECK_INT(peer_hears(&pair), 408);
    pair_close(&pair);
}

// ---- restart under load

typedef struct Load {
    int port;
    atomic_bool stop;
    atomic_int good, bad;
} Load;

static bool read_answer(int fd, char *bytes, size_t size)
{
    size_t have = 0, at;
    while (have < size) {
        ssize_t got = recv(fd, bytes + have, size - have, 0);
        if (got <= 0)
            return false;
        have += (size_t)got;
        if (str_find((Str){ bytes, have }, STR("\r\n\r\nword\n"), &at))
            return true;
    }
    return false;
}

// Keeps its connection while the server lets it. A connection that was closed before anything was sent on it
// was idle; one that is closed after a request was sent and before its answer came is a request lost, unless
// the server had closed it before the request could arrive, which is what the retry tells apart in browsers.
static void *load(void *self)
{
    Load *load = self;
    char bytes[8192];
    while (!atomic_load(&load->stop)) {
        int fd = webkit_dial_port(load->port);
        bool again = true;
        for (int i = 0; again && !atomic_load(&load->stop); i++) {
            webkit_send(fd, i % 2 ? STR("GET /t/word HTTP/1.1\r\nHost: a\r\n\r\n")
                                  : STR("GET /t/quick HTTP/1.1\r\nHost: a\r\n\r\n"));
            bool good = read_answer(fd, bytes, sizeof bytes);
            atomic_fetch_add(good ? &load->good : &load->bad, 1);
            size_t at;
            again = good && !str_find((Str){ bytes, 1500 }, STR("Connection: close"), &at);
            memset(bytes, 0, sizeof bytes);
        }
        close(fd);
    }
    return NULL;
}

TEST(restart_under_load_drops_no_request)
{
    enum { CALLERS = 8, RESTARTS = 5 };
    Fault fault = { 0 };
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    Load state = { .port = web_port(kit->web) };
    pthread_t callers[CALLERS];
    for (int i = 0; i < CALLERS; i++)
        CHECK_INT(pthread_create(&callers[i], NULL, load, &state), 0);
    for (int i = 0; i < RESTARTS; i++) {
        usleep(100000);
        const WebOptions options = { dup(web_socket(kit->web)), routes, ROUTES };
        Web *next = NULL;
        CHECK_OK(web_start_with(&kit->site, &options, &next, &fault));
        web_drain(kit->web, 5000);
        web_stop(kit->web);
        kit->web = next;
    }
    usleep(100000);
    atomic_store(&state.stop, true);
    for (int i = 0; i < CALLERS; i++)
        pthread_join(callers[i], NULL);
    CHECK(atomic_load(&state.good) > 500);
    CHECK_INT(atomic_load(&state.bad), 0);
    webkit_close(kit);
}

TEST(server_stops_while_it_is_busy)
{
    WebKit *kit = webkit_open(ON_SQLITE, routes, ROUTES);
    int fds[50];
    for (int i = 0; i < 50; i++) {
        fds[i] = webkit_dial(kit);
        webkit_send(fds[i], i % 3 ? STR("GET /t/word HTTP/1.1\r\nHost: a\r\n\r\n") : STR("GET /t/wo"));
    }
    webkit_close(kit);
    for (int i = 0; i < 50; i++)
        close(fds[i]);
}

// ---- TLS

static char tls_cert[64], tls_key[64];

static void write_file(const char *path, gnutls_datum_t *text)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK_INT(fwrite(text->data, 1, text->size, file), text->size);
    fclose(file);
    gnutls_free(text->data);
}

static void make_certificate(const char *name)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t cert;
    gnutls_datum_t text;
    unsigned char serial = 1;
    CHECK_INT(gnutls_x509_privkey_init(&key), 0);
    CHECK_INT(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                           GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
              0);
    CHECK_INT(gnutls_x509_crt_init(&cert), 0);
    gnutls_x509_crt_set_version(cert, 3);
    gnutls_x509_crt_set_serial(cert, &serial, 1);
    gnutls_x509_crt_set_activation_time(cert, time(NULL) - 60);
    gnutls_x509_crt_set_expiration_time(cert, time(NULL) + 86400);
    gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name));
    gnutls_x509_crt_set_key(cert, key);
    CHECK_INT(gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0), 0);
    CHECK_INT(gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &text), 0);
    write_file(tls_cert, &text);
    CHECK_INT(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text), 0);
    write_file(tls_key, &text);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
}

static void with_tls(Config *config)
{
    snprintf(tls_cert, sizeof tls_cert, "%s/cert.pem", config->data);
    snprintf(tls_key, sizeof tls_key, "%s/key.pem", config->data);
    make_certificate("one.example");
    config->tls_cert = tls_cert;
    config->tls_key = tls_key;
}

// The answer, and the name in the certificate; "" when no connection came about.
static Str tls_talk(const WebKit *kit, const char *priorities, Str bytes, char name[64])
{
    gnutls_certificate_credentials_t trust;
    gnutls_session_t session;
    int fd = webkit_dial(kit);
    gnutls_certificate_allocate_credentials(&trust);
    gnutls_init(&session, GNUTLS_CLIENT);
    CHECK_INT(gnutls_priority_set_direct(session, priorities, NULL), 0);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, trust);
    gnutls_transport_set_int(session, fd);
    Buf buf = buf_make(test_arena(), 1 << 20);
    int done = gnutls_handshake(session);
    if (done == 0) {
        unsigned count;
        const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
        gnutls_x509_crt_t cert;
        size_t size = 64;
        gnutls_x509_crt_init(&cert);
        gnutls_x509_crt_import(cert, chain, GNUTLS_X509_FMT_DER);
        gnutls_x509_crt_get_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size);
        gnutls_x509_crt_deinit(cert);
        gnutls_record_send(session, bytes.data, bytes.length);
        char got[4096];
        ssize_t length;
        while ((length = gnutls_record_recv(session, got, sizeof got)) > 0)
            buf_bytes(&buf, got, (size_t)length);
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(trust);
    close(fd);
    return buf_str(&buf);
}

TEST(tls_is_new_and_its_certificate_can_be_renewed)
{
    Fault fault = { 0 };
    WebKit *kit = webkit_open_with(ON_SQLITE, routes, ROUTES, with_tls);
    char name[64] = "";
    Str ask = STR("GET /t/word HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    Str answer = tls_talk(kit, "NORMAL", ask, name);
    CHECK_STR(webkit_body(answer), "word\n");
    CHECK_STR(str_of(name), "one.example");
    CHECK(webkit_header(answer, "Strict-Transport-Security").length > 0);
    CHECK_STR(webkit_body(tls_talk(kit, "NORMAL:-VERS-ALL:+VERS-TLS1.2", ask, name)), "word\n");
    CHECK_STR(tls_talk(kit, "NORMAL:-VERS-ALL:+VERS-TLS1.1:%UNSAFE_RENEGOTIATION", ask, name), "");
    CHECK_STR(tls_talk(kit, "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC", ask, name), "");
    CHECK_STR(tls_talk(kit, "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", ask, name), "");

    Str smuggled = tls_talk(kit, "NORMAL", STR("GET /t/word HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), name);
    CHECK_INT(webkit_status(smuggled), 400);
    CHECK(webkit_header(smuggled, "Strict-Transport-Security").length > 0);
    Str mixed = tls_talk(kit, "NORMAL",
                         STR("GET /t/word HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: b\n\r\n"), name);
    size_t good = 0, bad = 0;
    CHECK(str_find(mixed, STR("\r\n\r\nword\n"), &good) && str_find(mixed, STR("HTTP/1.1 400"), &bad) &&
          good < bad);

    make_certificate("two.example");
    CHECK_OK(web_reload(kit->web, &fault));
    CHECK_STR(webkit_body(tls_talk(kit, "NORMAL", ask, name)), "word\n");
    CHECK_STR(str_of(name), "two.example");
    CHECK_INT(truncate(tls_key, 10), 0);
    CHECK_FAULT(web_reload(kit->web, &fault), FAULT_INPUT);
    CHECK_STR(webkit_body(tls_talk(kit, "NORMAL", ask, name)), "word\n");
    webkit_close(kit);
}
