// Exchange: one request and its answer while they are under way. Used inside this folder only.
//
//     line and fields ──> body ──> checks ──┬──(quick)──────────────────────> answered ──> gone
//                                           └──> sleeps, the pool runs it ──────^
//
// An exchange belongs to its loop's thread, except while it sleeps: then the pool's thread has it alone.
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "db/bell.h"
#include "web/csrf.h"
#include "web/form.h"
#include "web/gate.h"
#include "web/header.h"
#include "web/network.h"
#include "web/pool.h"
#include "web/reply_head.h"
#include "web/request.h"
#include "web/route.h"

typedef struct Loop Loop;
typedef struct Conn Conn;
typedef struct Exchange Exchange;
typedef struct Feed Feed;
typedef struct NewsNet NewsNet;
typedef struct Certificates Certificates;

// What is counted for /metrics.
typedef struct Counts {
    atomic_int_least64_t replies[6]; // by the first digit of the status
    atomic_int_least64_t micros;     // spent on them
    atomic_int_least64_t connections, streams, refused, crowded;
} Counts;

// Whose libraries are being sent: one of a person at a time.
enum { ARCHIVES_MAX = 32 };

typedef struct Archives {
    pthread_mutex_t lock;
    AccountId list[ARCHIVES_MAX];
    int count;
} Archives;

struct Web {
    Arena arena;
    Site site;
    Config config; // the site's, with the address that is truly served
    Str origin;    // of public_url: scheme, host and port
    RouteTable *routes;
    Networks proxies;
    Crowd *crowd;
    Csrf csrf;
    Pool *pool;
    Bell *bell;
    NewsNet *news;              // for rings that get lost
    Certificates *certificates; // NULL: plain HTTP
    Counts counts;
    Archives archives;
    Loop *loops;
    int loop_count;
    int listen_fd, port;
    bool local; // the database never waits
    atomic_bool draining;
};

// One connection. Its loop has a list of all.
struct Conn {
    Watch watch;
    Loop *loop;
    struct MHD_Connection *mhd;
    Address peer;
    Exchange *exchange; // NULL between requests
    double idle_since;
    Conn *next, **link;
};

typedef struct HeaderValue {
    const char *name;
    Str value;
} HeaderValue;

enum { REPLY_HEADERS_MAX = 24, REPLY_COOKIES_MAX = 8 };

typedef enum ReplyKind { REPLY_NONE, REPLY_BYTES, REPLY_FEED } ReplyKind;

typedef struct Reply {
    ReplyKind kind;
    HeadKind head;
    int status;
    const char *type;  // Content-Type; NULL: none
    const char *cache; // Cache-Control; NULL: no-store
    Str bytes;
    Feed *feed;
    int64_t length; // of a feed; -1: not known
    HeaderValue headers[REPLY_HEADERS_MAX + REPLY_COOKIES_MAX];
    int header_count;
} Reply;

// The request headers that are read here.
typedef struct Asked {
    Str host, cookie, authorization, type, origin, fetch_site, fetch_mode, user_agent, range, if_range,
        if_none_match, last_event_id, idempotency_key, signature, csrf, gpc, forwarded_for, forwarded_proto,
        length;
    bool twice; // one of them came twice
} Asked;

struct Exchange {
    Task task; // first, so that the pool's task is the exchange
    Request request;
    Arena arena;
    Web *web;
    Conn *conn;
    Asked asked;
    Form *form;
    RouteFound found;
    const char *method_name;
    bool known_method;
    Str target, query; // as sent
    Buf body;
    bool api, reading, answered, sleeping;
    int refusal;     // the status to answer with when the body has been read; 0 = none
    const char *why; // nobody, scope, role, place, elsewhere, token, fields: for the log; NULL: none of these
    Str fresh_visitor; // a visitor's cookie to be set when a form is shown
    Reply reply;
    double begun;
};

static inline Exchange *exchange_of(Request *request)
{
    return request->exchange;
}

// exchange.c
void exchange_begin(Exchange *exchange); // fields are there: finds the route, refuses early
void exchange_run(Exchange *exchange);   // the body is there: checks and handler, on any thread
bool exchange_is_quick(const Exchange *exchange);
void exchange_drop(Exchange *exchange);

// reply.c
void reply_fault(Exchange *exchange, const Fault *fault);
void reply_error(Exchange *exchange, int status, const char *detail);
enum MHD_Result reply_send(Exchange *exchange); // on the loop
bool reply_feed(Request *request, Feed *feed, int status, const char *type, int64_t length);

// feed_archive.c
void archives_open(Archives *archives);
bool archives_enter(Archives *archives, AccountId account,
                    Fault *fault); // LIMIT: theirs or too many are under way
void archives_leave(Archives *archives, AccountId account);
void archives_close(Archives *archives);

// feed.c
ssize_t feed_give(void *self, uint64_t at, char *bytes, size_t most);
void feed_close(void *self);
void feed_attach(Feed *feed, Conn *conn);
void feeds_rung(Loop *loop, Str topic, int64_t number);
void feeds_look(Loop *loop, double now); // those whose time has come
double feeds_next(const Loop *loop);     // when that is
void feeds_end(Loop *loop);              // all are told to come again
void feeds_take_filled(Loop *loop);

#endif
