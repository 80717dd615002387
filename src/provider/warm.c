// Porter, warm parent, and what a song's child does before it cooks. None of these processes ever has two
// threads.
#include "provider/warm.h"

#include "provider/cook.h"
#include "provider/order.h"
#include "synth/soundfont.h"
#include "sys/child.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/sandbox.h"
#include "sys/secret.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SONGS_MAX = 256, // at one time
    STATUS_CLOSED = 0,
    STATUS_UNABLE = 2, // what it needs cannot be opened: another warm parent could not either
    PAGE_BYTES = 4096,
    SHORT_LIFE_MS = 10000, // a warm parent that died sooner makes the porter wait before the next
};

static const SandboxLimits song_limits = { (int64_t)1536 << 20, 300 };

static const char *const soundfont_paths[] = {
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/local/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
};

typedef struct Making {
    pid_t child; // 0: free
    uint64_t ticket;
    bool over; // nobody waits for it any more
} Making;

typedef struct Warm {
    int channel, bell;
    Arena arena;
    Larder larder;
    Sandbox *sandbox;
    Str font; // mapped
    Making makings[SONGS_MAX];
    unsigned char request[sizeof(RequestHead) + ORDER_BYTES_MAX];
} Warm;

static bool font_open(Warm *warm, const char *path, Fault *fault)
{
    for (size_t i = 0; path == NULL && i < sizeof soundfont_paths / sizeof *soundfont_paths; i++)
        path = file_kind(soundfont_paths[i]) == FILE_PLAIN ? soundfont_paths[i] : NULL;
    if (path == NULL)
        return true;
    return file_map(path, &warm->font, fault) &&
           (soundfont_open(&warm->arena, warm->font, &warm->larder.font, fault) || fault_while(fault, path));
}

static bool warm_open(Warm *warm, const char *soundfont, Fault *fault)
{
    warm->larder.engine = engine_find(false);
    return secret_start(fault) && library_open(&warm->arena, &warm->larder.library, fault) &&
           font_open(warm, soundfont, fault) && sandbox_open(&warm->arena, &warm->sandbox, fault);
}

// Brings the instruments from the disk, so that no song waits for it. A process of its own, so that none
// waits for this either.
static void font_touch(const Warm *warm)
{
    if (warm->font.length == 0 || child_fork("kitchen-fetch") != 0)
        return;
    volatile char sum = 0;
    for (size_t at = 0; at < warm->font.length; at += PAGE_BYTES)
        sum = (char)(sum ^ warm->font.data[at]);
    _exit(0);
}

static _Noreturn void song_run(const Warm *warm, int pipe, const ProviderOrder *order)
{
    child_keep(pipe);
    _exit(sandbox_enter(warm->sandbox, &song_limits) ? cook(&warm->larder, order, CHILD_PIPE) : 1);
}

static Making *making_free(Warm *warm)
{
    for (int i = 0; i < SONGS_MAX; i++)
        if (warm->makings[i].child == 0)
            return &warm->makings[i];
    return NULL;
}

// When it cannot be begun the pipe is closed, and that tells.
static void begin(Warm *warm, uint64_t ticket, Str bytes, int pipe)
{
    ProviderOrder order;
    Making *making = making_free(warm);
    if (making == NULL || pipe < 0 || !order_read(bytes, &order))
        return;
    pid_t child = child_fork("kitchen-song");
    if (child == 0)
        song_run(warm, pipe, &order);
    if (child > 0)
        *making = (Making){ child, ticket, false };
}

// Its caller has all of it, or wants no more.
static void stop(Warm *warm, uint64_t ticket)
{
    for (int i = 0; i < SONGS_MAX; i++) {
        Making *making = &warm->makings[i];
        if (making->child == 0 || making->ticket != ticket)
            continue;
        making->over = true;
        child_kill(making->child);
    }
}

static void making_ended(Making *making, int ended_by)
{
    if (ended_by && !making->over)
        log_warn("kitchen.song_died signal=%d", ended_by);
    making->child = 0;
}

static void reap(Warm *warm)
{
    int ended_by;
    child_bell_quiet(warm->bell);
    for (pid_t child = child_reap(&ended_by); child > 0; child = child_reap(&ended_by))
        for (int i = 0; i < SONGS_MAX; i++)
            if (warm->makings[i].child == child)
                making_ended(&warm->makings[i], ended_by);
}

// False when the service is gone.
static bool serve_one(Warm *warm)
{
    int pipe;
    ssize_t got = channel_receive(warm->channel, warm->request, sizeof warm->request, &pipe);
    RequestHead head = { 0 };
    if (got >= (ssize_t)sizeof head)
        memcpy(&head, warm->request, sizeof head);
    if (head.type == REQUEST_MAKE)
        begin(warm, head.ticket,
              (Str){ (const char *)warm->request + sizeof head, (size_t)got - sizeof head }, pipe);
    else if (head.type == REQUEST_STOP)
        stop(warm, head.ticket);
    descriptor_close(pipe);
    return got != 0;
}

static _Noreturn void warm_run(int channel, int ready, const char *soundfont)
{
    static Warm warm; // too large for a stack
    Fault fault = { 0 };
    warm.channel = channel;
    warm.bell = child_bell_open();
    bool opened = warm_open(&warm, soundfont, &fault);
    const unsigned char kind = (unsigned char)(opened ? FAULT_NONE : fault.kind);
    (void)pipe_write(ready, &kind, 1, fault.text, opened ? 0 : strlen(fault.text));
    descriptor_close(ready);
    if (!opened)
        _exit(STATUS_UNABLE);
    font_touch(&warm);
    for (;;) {
        if (!child_listen(channel, warm.bell))
            reap(&warm);
        else if (!serve_one(&warm))
            _exit(STATUS_CLOSED); // the songs' processes die with this one
    }
}

_Noreturn void porter_run(int channel, int ready, const char *soundfont)
{
    child_deaf();
    for (;;) {
        double born = clock_ms();
        pid_t warm = child_fork("kitchen-warm");
        if (warm == 0)
            warm_run(channel, ready, soundfont);
        int status = warm > 0 ? child_wait(warm) : -1;
        if (status == STATUS_CLOSED || status == STATUS_UNABLE)
            _exit(status);
        log_error("kitchen.warm_died status=%d", status);
        if (warm < 0 || clock_ms() - born < SHORT_LIFE_MS)
            usleep(200000);
    }
}
