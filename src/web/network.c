#include "web/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };

static bool is_mapped(const Address *address)
{
    return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

bool address_read(Str text, Address *out)
{
    char copy[INET6_ADDRSTRLEN];
    if (text.length == 0 || text.length >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.length);
    copy[text.length] = 0;
    *out = (Address){ 0 };
    if (inet_pton(AF_INET6, copy, out->bytes) == 1)
        return true;
    memcpy(out->bytes, mapped, sizeof mapped);
    return inet_pton(AF_INET, copy, out->bytes + 12) == 1;
}

bool address_of(const struct sockaddr *from, Address *out)
{
    *out = (Address){ 0 };
    if (from && from->sa_family == AF_INET) {
        memcpy(out->bytes, mapped, sizeof mapped);
        memcpy(out->bytes + 12, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
        return true;
    }
    if (from && from->sa_family == AF_INET6) {
        memcpy(out->bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
        return true;
    }
    return false;
}

Str address_text(Arena *arena, const Address *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (is_mapped(address))
        inet_ntop(AF_INET, address->bytes + 12, text, sizeof text);
    else
        inet_ntop(AF_INET6, address->bytes, text, sizeof text);
    return arena_copy(arena, str_of(text));
}

bool address_is_local(const Address *address)
{
    static const Address loopback = { { [15] = 1 } };
    return (is_mapped(address) && address->bytes[12] == 127) ||
           memcmp(address, &loopback, sizeof loopback) == 0;
}

// ---- networks

static bool network_read(Str text, struct Network *out)
{
    Str address = text, rest = text;
    int64_t bits = -1;
    str_cut(&rest, '/', &address);
    if (!address_read(address, &out->address))
        return false;
    int most = is_mapped(&out->address) ? 32 : 128;
    if (rest.data && (!str_to_int(rest, &bits) || bits < 0 || bits > most))
        return false;
    out->bits = (int)(bits < 0 ? 128 : bits + 128 - most);
    return true;
}

bool networks_read(Arena *arena, Str text, Networks *out, Fault *fault)
{
    out->count = 0;
    out->list = ARENA_ARRAY(arena, struct Network, text.length / 2 + 1);
    Str word;
    while (str_word(&text, &word))
        if (!network_read(word, &out->list[out->count++]))
            return fault_set(fault, FAULT_INPUT,
                             "trusted_proxies: \"" STR_FMT
                             "\" is no address and no network such as 10.0.0.0/8.",
                             STR_ARG(word));
    return true;
}

static bool inside(const struct Network *network, const Address *address)
{
    int whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(network->address.bytes, address->bytes, (size_t)whole) != 0)
        return false;
    int mask = 0xFF00 >> rest & 0xFF;
    return rest == 0 || ((network->address.bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}

bool networks_have(const Networks *networks, const Address *address)
{
    for (int i = 0; i < networks->count; i++)
        if (inside(&networks->list[i], address))
            return true;
    return false;
}

// "1.2.3.4", "1.2.3.4:80", "2001:db8::1", "[2001:db8::1]:80"
static bool forwarded_read(Str text, Address *out)
{
    text = str_trim(text);
    Str host = text, rest = text;
    if (text.length && text.data[0] == '[') {
        rest = str_slice(text, 1, text.length);
        return str_cut(&rest, ']', &host) && address_read(host, out);
    }
    if (address_read(text, out))
        return true;
    return str_cut(&rest, ':', &host) && address_read(host, out);
}

Address address_forwarded(const Networks *proxies, Str header, const Address *peer)
{
    Address found = *peer;
    while (networks_have(proxies, &found) && header.length > 0) {
        size_t from = header.length;
        while (from > 0 && header.data[from - 1] != ',')
            from--;
        Address next;
        if (!forwarded_read(str_slice(header, from, header.length), &next))
            break;
        found = next;
        header = str_slice(header, 0, from ? from - 1 : 0);
    }
    return found;
}

// ---- crowds: a table of counts; a network that has none leaves it

enum { CROWD_SIZE = 65536 }; // a power of two, more than there can be connections

typedef struct Seat {
    uint64_t key; // 0: free
    int count;
} Seat;

struct Crowd {
    pthread_mutex_t lock;
    Seat seats[CROWD_SIZE];
};

Crowd *crowd_open(void)
{
    Crowd *crowd = calloc(1, sizeof *crowd);
    if (crowd == NULL)
        abort();
    pthread_mutex_init(&crowd->lock, NULL);
    return crowd;
}

void crowd_close(Crowd *crowd)
{
    if (crowd)
        pthread_mutex_destroy(&crowd->lock);
    free(crowd);
}

// What one customer has: an IPv4 address, or 56 bits of IPv6.
static uint64_t crowd_key(const Address *address)
{
    Address network = *address;
    if (!is_mapped(address))
        memset(network.bytes + 7, 0, 9);
    return str_hash((Str){ (const char *)network.bytes, sizeof network.bytes }) | 1;
}

static Seat *seat_of(Crowd *crowd, uint64_t key)
{
    size_t at = key >> 20 & (CROWD_SIZE - 1);
    while (crowd->seats[at].key && crowd->seats[at].key != key)
        at = (at + 1) & (CROWD_SIZE - 1);
    return &crowd->seats[at];
}

int crowd_count(Crowd *crowd, const Address *address)
{
    pthread_mutex_lock(&crowd->lock);
    int count = seat_of(crowd, crowd_key(address))->count;
    pthread_mutex_unlock(&crowd->lock);
    return count;
}

// A seat that empties is filled by those behind it which could not sit there.
static void leave(Crowd *crowd, Seat *seat)
{
    seat->key = 0;
    size_t at = (size_t)(seat - crowd->seats);
    for (;;) {
        at = (at + 1) & (CROWD_SIZE - 1);
        Seat moved = crowd->seats[at];
        if (moved.key == 0)
            return;
        crowd->seats[at] = (Seat){ 0 };
        *seat_of(crowd, moved.key) = moved;
    }
}

void crowd_change(Crowd *crowd, const Address *address, int by)
{
    pthread_mutex_lock(&crowd->lock);
    uint64_t key = crowd_key(address);
    Seat *seat = seat_of(crowd, key);
    *seat = (Seat){ key, seat->count + by };
    if (seat->count <= 0) {
        seat->count = 0;
        leave(crowd, seat);
    }
    pthread_mutex_unlock(&crowd->lock);
}
