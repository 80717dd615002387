// The service's side of the kitchen: sends orders, and hands what comes back to the taker.
#include "provider/messages.h"
#include "provider/order.h"
#include "provider/warm.h"
#include "sys/child.h"
#include "sys/log.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { READY_WAIT_MS = 30000 };

struct Kitchen {
    pid_t porter;
    int channel;
    _Atomic uint64_t tickets;
};

// What the warm parent says when it begins.
static bool hear_ready(int ready, Fault *fault)
{
    unsigned char bytes[1 + sizeof fault->text];
    ssize_t got = pipe_read(ready, bytes, sizeof bytes - 1, READY_WAIT_MS);
    if (got <= 0)
        return fault_set(fault, FAULT_BROKEN, "the kitchen did not begin");
    bytes[got] = 0;
    return bytes[0] == FAULT_NONE || fault_set(fault, (FaultKind)bytes[0], "%s", (const char *)bytes + 1);
}

static void close_both(const int ends[2])
{
    descriptor_close(ends[0]);
    descriptor_close(ends[1]);
}

bool kitchen_open(const char *soundfont, Kitchen **out, Fault *fault)
{
    int channel[2] = { -1, -1 }, ready[2] = { -1, -1 };
    pid_t porter = -1;
    if (channel_open(channel) && pipe_open(ready))
        porter = child_fork("kitchen-porter");
    if (porter == 0) {
        descriptor_close(channel[0]);
        descriptor_close(ready[0]);
        porter_run(channel[1], ready[1], soundfont);
    }
    descriptor_close(channel[1]);
    descriptor_close(ready[1]);
    bool begun = porter > 0 ? hear_ready(ready[0], fault)
                            : fault_set(fault, FAULT_BROKEN, "the kitchen could not be made");
    descriptor_close(ready[0]);
    if (!begun) {
        descriptor_close(channel[0]);
        if (porter > 0) {
            child_kill(porter); // and with it the rest
            child_wait(porter);
        }
        return false;
    }
    Kitchen *kitchen = *out = calloc(1, sizeof *kitchen);
    if (kitchen == NULL)
        abort();
    kitchen->porter = porter;
    kitchen->channel = channel[0];
    return true;
}

void kitchen_close(Kitchen *kitchen)
{
    if (kitchen == NULL)
        return;
    descriptor_close(kitchen->channel); // they see its end and leave
    child_wait(kitchen->porter);
    free(kitchen);
}

// The order and the pipe's writing end go to the warm parent; the reading end stays.
static bool place_order(Kitchen *kitchen, Arena *arena, const ProviderOrder *order, uint64_t ticket,
                        int *reads, Fault *fault)
{
    RequestHead head = { .type = REQUEST_MAKE, .ticket = ticket };
    Buf request = buf_make(arena, sizeof head + ORDER_BYTES_MAX);
    buf_bytes(&request, &head, sizeof head);
    int ends[2];
    if (!order_write(order, &request, fault))
        return false;
    if (!pipe_open(ends))
        return fault_set(fault, FAULT_BROKEN, "no pipe for a song");
    if (!channel_send(kitchen->channel, request.data, request.length, ends[1])) {
        close_both(ends);
        return fault_set(fault, FAULT_BROKEN, "the kitchen takes no orders");
    }
    descriptor_close(ends[1]);
    *reads = ends[0];
    return true;
}

static bool take_all(MessageReader *reader, int reads, Fault *fault)
{
    while (!messages_ended(reader)) {
        size_t room;
        void *to = messages_room(reader, &room);
        ssize_t got = pipe_read(reads, to, room, KITCHEN_WAIT_MS);
        if (got < 0)
            return fault_set(fault, FAULT_BROKEN, "the song's process said nothing for %d s",
                             KITCHEN_WAIT_MS / 1000);
        if (got == 0)
            return fault_set(fault, FAULT_BROKEN, "the song's process ended early");
        if (!messages_got(reader, (size_t)got, fault))
            return false;
    }
    return true;
}

// Without the porter every song would fail. We have threads and secrets by now, so only a new worker can fork
// another: the supervisor starts one, and leases bring the songs back.
static void need_porter(const Kitchen *kitchen)
{
    if (!child_gone(kitchen->porter))
        return;
    log_error("kitchen.gone");
    abort();
}

bool kitchen_make(Kitchen *kitchen, const ProviderOrder *order, const Taker *taker, Fault *fault)
{
    Arena arena = { 0 };
    uint64_t ticket = atomic_fetch_add(&kitchen->tickets, 1) + 1;
    int reads = -1;
    bool made = place_order(kitchen, &arena, order, ticket, &reads, fault);
    if (made) {
        made = take_all(messages_open(&arena, taker, order->stems), reads, fault);
        RequestHead stop = { .type = REQUEST_STOP, .ticket = ticket };
        if (!made)
            (void)channel_send(kitchen->channel, &stop, sizeof stop,
                               -1); // closing the pipe alone ends it too, but later
    }
    descriptor_close(reads);
    arena_close(&arena);
    if (!made)
        need_porter(kitchen);
    return made;
}
