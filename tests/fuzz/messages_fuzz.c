// Any bytes as what a song's process says, in pieces of any size: what reaches the taker is bounded, in
// order, and nothing comes after the end.
#include <stdlib.h>
#include <string.h>

#include "brief/brief.h"
#include "provider/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Heard {
    bool composed, done;
    int64_t bytes;
} Heard;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool composed(void *self, const ComposedFacts *facts, Fault *fault)
{
    (void)fault;
    Heard *heard = self;
    must(!heard->composed && !heard->done);
    must(facts->length_ms >= 0 && facts->length_ms <= (SECONDS_MAX + 30) * 1000);
    must(facts->title.length <= 480 && facts->brief.length <= MESSAGE_MAX && facts->brief.data[0] != 0);
    for (size_t i = 0; i < facts->title.length; i++)
        must((unsigned char)facts->title.data[i] >= 32);
    heard->composed = true;
    return true;
}

static bool bytes(void *self, const char *kind, Str piece, Fault *fault)
{
    (void)fault;
    Heard *heard = self;
    must(heard->composed && !heard->done && strlen(kind) >= 3 && piece.length > 0 &&
         piece.length < MESSAGE_MAX);
    volatile char sum = 0;
    for (size_t i = 0; i < piece.length; i++)
        sum = (char)(sum ^ piece.data[i]);
    heard->bytes += (int64_t)piece.length;
    return true;
}

static bool progress(void *self, const char *stage, int thousandths, Fault *fault)
{
    (void)fault;
    must(!((Heard *)self)->done && strlen(stage) > 3 && thousandths >= 0 && thousandths <= 1000);
    return true;
}

static bool done(void *self, const DoneFacts *facts, Fault *fault)
{
    (void)fault;
    Heard *heard = self;
    must(heard->composed && !heard->done);
    must(facts->lufs >= -1000.0 && facts->lufs <= 1000.0 && facts->true_peak_db >= -1000.0 &&
         facts->true_peak_db <= 1000.0);
    must((int)facts->verdict >= 0 && facts->verdict < VERDICT_COUNT);
    heard->done = true;
    return true;
}

// The first byte says which order it answers, the second how large the pieces are.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Heard heard = { 0 };
    const Taker taker = { &heard, composed, bytes, progress, done };
    MessageReader *reader = messages_open(&arena, &taker, data[0] & 1);
    size_t step = (size_t)data[1] + 1;
    bool good = true;
    for (size_t at = 2; good && at < size;) {
        size_t room, count = size - at < step ? size - at : step;
        void *to = messages_room(reader, &room);
        must(room > 0);
        count = count < room ? count : room;
        memcpy(to, data + at, count);
        good = messages_got(reader, count, &fault);
        at += count;
    }
    must(good || fault.kind == FAULT_BROKEN || fault.kind == FAULT_INPUT || fault.kind == FAULT_LIMIT);
    must(messages_ended(reader) == heard.done);
    arena_close(&arena);
    return 0;
}
