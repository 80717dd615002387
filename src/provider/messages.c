// The writing half: numbers into bytes.
#include "provider/messages.h"

#include "sys/child.h"

#include <string.h>

enum { PIECE_MAX = 1 << 16, DONE_BYTES = 13, COMPOSED_HEAD = 8 };

static void put(unsigned char *at, int64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        at[i] = (unsigned char)((uint64_t)value >> (8 * i));
}

// `head` has MESSAGE_HEAD free bytes before its own `count`.
static bool say(int fd, MessageType type, unsigned char *head, size_t count, const void *body,
                size_t body_count)
{
    put(head, (int64_t)(count + body_count), 4);
    head[4] = (unsigned char)type;
    return pipe_write(fd, head, MESSAGE_HEAD + count, body, body_count);
}

bool message_composed(int fd, Arena *arena, const ComposedFacts *facts)
{
    size_t count = COMPOSED_HEAD + facts->title.length + facts->brief.length;
    if (count > MESSAGE_MAX)
        return false;
    unsigned char *bytes = arena_take(arena, MESSAGE_HEAD + COMPOSED_HEAD + facts->title.length);
    put(bytes + MESSAGE_HEAD, facts->length_ms, 4);
    put(bytes + MESSAGE_HEAD + 4, (int64_t)facts->title.length, 4);
    if (facts->title.length)
        memcpy(bytes + MESSAGE_HEAD + COMPOSED_HEAD, facts->title.data, facts->title.length);
    return say(fd, MESSAGE_COMPOSED, bytes, COMPOSED_HEAD + facts->title.length, facts->brief.data,
               facts->brief.length);
}

bool message_bytes(int fd, MadeKind kind, const void *bytes, size_t count)
{
    const char *rest = bytes;
    while (count > 0) {
        size_t step = count < PIECE_MAX ? count : PIECE_MAX;
        unsigned char head[MESSAGE_HEAD + 1];
        head[MESSAGE_HEAD] = (unsigned char)kind;
        if (!say(fd, MESSAGE_BYTES, head, 1, rest, step))
            return false;
        rest += step;
        count -= step;
    }
    return true;
}

bool message_progress(int fd, Stage stage, int thousandths)
{
    unsigned char bytes[MESSAGE_HEAD + 3];
    bytes[MESSAGE_HEAD] = (unsigned char)stage;
    put(bytes + MESSAGE_HEAD + 1, thousandths, 2);
    return say(fd, MESSAGE_PROGRESS, bytes, 3, NULL, 0);
}

static int64_t thousandths_of(double value)
{
    double scaled = value * 1000.0;
    return scaled > 1e6    ? 1000000
           : scaled > -1e6 ? (int64_t)scaled
                           : -1000000; // what is no number is the lowest
}

bool message_done(int fd, const DoneFacts *facts)
{
    unsigned char bytes[MESSAGE_HEAD + DONE_BYTES];
    put(bytes + MESSAGE_HEAD, thousandths_of(facts->lufs), 4);
    put(bytes + MESSAGE_HEAD + 4, thousandths_of(facts->true_peak_db), 4);
    put(bytes + MESSAGE_HEAD + 8, facts->length_ms, 4);
    bytes[MESSAGE_HEAD + 12] = (unsigned char)facts->verdict;
    return say(fd, MESSAGE_DONE, bytes, DONE_BYTES, NULL, 0);
}

bool message_refused(int fd, const Fault *fault)
{
    unsigned char bytes[MESSAGE_HEAD + 1];
    bytes[MESSAGE_HEAD] = (unsigned char)fault->kind;
    return say(fd, MESSAGE_REFUSED, bytes, 1, fault->text, strlen(fault->text));
}
