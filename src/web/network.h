// Network: addresses, which of them are proxies of ours, and how many connections each network has open.
#ifndef WEB_NETWORK_H
#define WEB_NETWORK_H

#include <sys/socket.h>

#include "base/arena.h"
#include "base/fault.h"

typedef struct Address {
    unsigned char bytes[16]; // IPv4 as ::ffff:a.b.c.d
} Address;

bool address_read(Str text, Address *out);
bool address_of(const struct sockaddr *from, Address *out); // false: no IP address
Str address_text(Arena *arena, const Address *address);
bool address_is_local(const Address *address); // this machine

typedef struct Networks {
    struct Network {
        Address address;
        int bits;
    } * list;
    int count;
} Networks;

bool networks_read(Arena *arena, Str text, Networks *out, Fault *fault); // "10.0.0.0/8 ::1"
bool networks_have(const Networks *networks, const Address *address);

// X-Forwarded-For, read from its right end: the first that is no proxy of ours. `peer` when it cannot be
// read.
Address address_forwarded(const Networks *proxies, Str header, const Address *peer);

// ---- how many connections a network has; safe from all threads

typedef struct Crowd Crowd;

Crowd *crowd_open(void);
void crowd_close(Crowd *crowd);
int crowd_count(Crowd *crowd, const Address *address);
void crowd_change(Crowd *crowd, const Address *address, int by);

#endif
