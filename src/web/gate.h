// Gate: every byte from the net passes here before libmicrohttpd sees it. The program is linked with
// --wrap=recv and --wrap=gnutls_record_recv, so both of its ways to read lead through gate.c; descriptors
// that were not announced pass untouched.
//
// Of a piece that goes wrong in a later request the earlier ones are passed on and answered first. Then the
// gate answers itself, closes, and libmicrohttpd finds the connection gone.
#ifndef WEB_GATE_H
#define WEB_GATE_H

#include "web/strict.h"

enum { GATE_DESCRIPTORS = 1 << 16, GATE_HEAD_MS = 10000, GATE_BODY_GRACE_MS = 10000, GATE_BODY_RATE = 1024 };

typedef struct Watch {
    Strict strict;
    int fd;
    int held;      // the status to answer with once what came before has been answered
    bool closed;   // answered and shut
    double begun;  // when this request's first byte came, or its body began; clock_ms
    void *session; // of GnuTLS, once it has been read from
} Watch;

bool watch_begin(Watch *watch, int fd); // false: a descriptor too high to be watched
void watch_end(Watch *watch);

// Answers and shuts the connection from the outside: a body beyond its route's limit, a slow head.
void watch_refuse(Watch *watch, int status);

// Called each second for a connection whose request is still coming in: 408 when it takes too long.
void watch_check(Watch *watch, double now);
void watch_again(Watch *watch, double now); // an answer was sent: what waits behind it begins to count now

int64_t gate_refusals(void); // since the start

#endif
