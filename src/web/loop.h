// Loop: one thread with a libmicrohttpd of its own. libmicrohttpd's own thread would stall when 128
// connections are ready at once, so it is opened without one: we wait for its descriptor and let it run
// without waiting. Other threads leave word in the inbox and wake the loop.
#ifndef WEB_LOOP_H
#define WEB_LOOP_H

#include "web/exchange.h"

enum { INBOX_RINGS = 256, TOPIC_MAX = 16, STREAM_BITS = 10 };

typedef struct Ring {
    char topic[TOPIC_MAX];
    int64_t number;
} Ring;

struct Loop {
    Web *web;
    pthread_t thread;
    bool started;
    struct MHD_Daemon *daemon;
    int daemon_fd, wake_fd;
    Conn *conns;
    int conn_count;
    // feed.c
    Feed *feeds;                     // all that are attached
    Feed *streams[1 << STREAM_BITS]; // event streams by account
    struct {
        AccountId account;
        int64_t after, upto;
        char *text;
        size_t length;
    } memo;                   // the last news that were written, for the next stream of the same person
    double looked, next_look; // when feeds were looked at, and when the next wants it
    bool ending;              // feeds are told to come again
    // other threads write below
    pthread_mutex_t lock;
    Ring rings[INBOX_RINGS];
    int ring_count;
    bool rings_lost;
    Feed *filled;
    bool drain, stop;
    atomic_int busy; // connections with a request or an answer under way
    atomic_int open;
};

bool loop_start(Loop *loop, Web *web, Fault *fault);
void loop_wake(Loop *loop);
void loop_ring(Loop *loop, Str topic, int64_t number);
void loop_filled(Loop *loop, Feed *feed); // from the pool: this feed has something, or has ended
void loop_drain(Loop *loop);
void loop_stop(Loop *loop); // when the pool has ended

#endif
