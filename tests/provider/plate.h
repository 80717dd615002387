// A taker that keeps what a song's process says, and eyes on the kitchen's processes.
#ifndef TESTS_PROVIDER_PLATE_H
#define TESTS_PROVIDER_PLATE_H

#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/buf.h"
#include "provider/messages.h"
#include "sys/clock.h"
#include "tests/test.h"

Kitchen *test_kitchen(void); // one for the whole program, in kitchen_test.c

typedef struct Plate {
    int composed, done, progress;
    Str title, brief;
    DoneFacts facts;
    int64_t length_ms;
    Buf bytes[MADE_COUNT];
    double began, first_ms, chunk_ms, end_ms; // first MP3 bytes, first 16 KiB of it, end
    int stop_after;                           // pieces of bytes; 0 = never
    int pieces;
    int sleep_ms; // before each piece
} Plate;

static const char *const plate_kinds[MADE_COUNT] = { "mp3", "flac",   "opus",  "mid",
                                                     "lrc", "recipe", "peaks", "stems", "score" };

static inline int plate_kind(const char *kind)
{
    for (int i = 0; i < MADE_COUNT; i++)
        if (strcmp(plate_kinds[i], kind) == 0)
            return i;
    return -1;
}

static inline bool plate_composed(void *self, const ComposedFacts *facts, Fault *fault)
{
    (void)fault;
    Plate *plate = self;
    plate->composed++;
    plate->title = arena_copy(test_arena(), facts->title);
    plate->brief = arena_copy(test_arena(), facts->brief);
    plate->length_ms = facts->length_ms;
    return true;
}

static inline bool plate_bytes(void *self, const char *kind, Str bytes, Fault *fault)
{
    Plate *plate = self;
    int k = plate_kind(kind);
    if (k == MADE_MP3 && plate->first_ms <= 0.0)
        plate->first_ms = clock_ms() - plate->began;
    buf_bytes(&plate->bytes[k], bytes.data, bytes.length);
    if (k == MADE_MP3 && plate->chunk_ms <= 0.0 && plate->bytes[k].length >= 16384)
        plate->chunk_ms = clock_ms() - plate->began;
    if (plate->sleep_ms)
        usleep((useconds_t)plate->sleep_ms * 1000);
    return ++plate->pieces != plate->stop_after || fault_set(fault, FAULT_CONFLICT, "enough");
}

static inline bool plate_progress(void *self, const char *stage, int thousandths, Fault *fault)
{
    (void)stage, (void)thousandths, (void)fault;
    ((Plate *)self)->progress++;
    return true;
}

static inline bool plate_done(void *self, const DoneFacts *facts, Fault *fault)
{
    (void)fault;
    Plate *plate = self;
    plate->facts = *facts;
    plate->done++;
    return true;
}

static inline Taker plate_taker(Plate *plate)
{
    *plate = (Plate){ .began = clock_ms() };
    for (int i = 0; i < MADE_COUNT; i++)
        plate->bytes[i] = buf_make(test_arena(), (size_t)1 << 30);
    return (Taker){ plate, plate_composed, plate_bytes, plate_progress, plate_done };
}

// The first child of `parent` whose name begins with `name`; 0: none.
static inline pid_t kitchen_child(pid_t parent, const char *name)
{
    char path[64], list[4000] = "", comm[32] = "";
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *file = fopen(path, "r");
    size_t got = file ? fread(list, 1, sizeof list - 1, file) : 0;
    if (file)
        fclose(file);
    list[got] = 0;
    Str rest = { list, got }, word;
    while (str_word(&rest, &word)) {
        int64_t pid;
        if (!str_to_int(word, &pid))
            continue;
        snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
        file = fopen(path, "r");
        got = file ? fread(comm, 1, sizeof comm - 1, file) : 0;
        if (file)
            fclose(file);
        if (got && str_starts((Str){ comm, got }, str_of(name)))
            return (pid_t)pid;
    }
    return 0;
}

static inline pid_t kitchen_warm(void)
{
    pid_t porter = kitchen_child(getpid(), "kitchen-porter");
    return porter ? kitchen_child(porter, "kitchen-warm") : 0;
}

#endif
