// The reading half. What the child says is believed only as far as it was checked here.
#include "provider/messages.h"

#include "brief/brief.h"
#include "encode/tags.h"

#include <jansson.h>
#include <string.h>

enum {
    TITLE_BYTES_MAX = 480, // 120 characters
    LENGTH_MS_MAX = (SECONDS_MAX + 30) * 1000,
    SENTENCE_BYTES_MAX = 380,
};

static const struct {
    const char *name;
    int64_t most; // bytes in all
    bool stems;   // belongs to an order of stems
} kinds[MADE_COUNT] = {
    [MADE_MP3] = { "mp3", 40 << 20, false },    [MADE_FLAC] = { "flac", 200 << 20, false },
    [MADE_OPUS] = { "opus", 40 << 20, false },  [MADE_MID] = { "mid", 16 << 20, false },
    [MADE_LRC] = { "lrc", 1 << 20, false },     [MADE_RECIPE] = { "recipe", 1 << 20, false },
    [MADE_PEAKS] = { "peaks", 1 << 20, false }, [MADE_STEMS] = { "stems", (int64_t)4 << 30, true },
    [MADE_SCORE] = { "score", 4 << 20, false },
};

static const char *const stage_names[STAGE_COUNT] = { "composing", "playing", "finishing" };

struct MessageReader {
    Arena *arena;
    Taker taker;
    bool stems;
    bool composed, ended;
    int64_t taken[MADE_COUNT];
    size_t held;
    unsigned char bytes[MESSAGE_HEAD + 1 + MESSAGE_MAX];
};

MessageReader *messages_open(Arena *arena, const Taker *taker, bool stems)
{
    MessageReader *reader = ARENA_NEW(arena, MessageReader);
    reader->arena = arena;
    reader->taker = *taker;
    reader->stems = stems;
    return reader;
}

void *messages_room(MessageReader *reader, size_t *room)
{
    *room = sizeof reader->bytes - reader->held;
    return reader->bytes + reader->held;
}

bool messages_ended(const MessageReader *reader)
{
    return reader->ended;
}

static uint32_t number(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

static bool nonsense(Fault *fault, const char *what)
{
    return fault_set(fault, FAULT_BROKEN, "the song's process spoke nonsense: %s", what);
}

static bool is_json_object(Str text)
{
    json_error_t error;
    json_t *root = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES, &error);
    bool is = json_is_object(root);
    json_decref(root);
    return is;
}

static bool take_composed(MessageReader *r, const unsigned char *at, size_t count, Fault *fault)
{
    if (r->composed || count < 8)
        return nonsense(fault, "composed");
    uint32_t length_ms = number(at, 4), title = number(at + 4, 4);
    if (length_ms > LENGTH_MS_MAX || title > count - 8)
        return nonsense(fault, "composed, its lengths");
    ComposedFacts facts = {
        .title = tag_clean(r->arena, (Str){ (const char *)at + 8, title }, TITLE_BYTES_MAX),
        .brief = { (const char *)at + 8 + title, count - 8 - title },
        .length_ms = length_ms,
    };
    if (!is_json_object(facts.brief))
        return nonsense(fault, "composed, its brief");
    r->composed = true;
    return r->taker.composed(r->taker.self, &facts, fault);
}

static bool take_bytes(MessageReader *r, const unsigned char *at, size_t count, Fault *fault)
{
    if (!r->composed || count < 2 || at[0] >= MADE_COUNT || kinds[at[0]].stems != r->stems)
        return nonsense(fault, "bytes");
    int kind = at[0];
    r->taken[kind] += (int64_t)count - 1;
    if (r->taken[kind] > kinds[kind].most)
        return nonsense(fault, "too many bytes");
    return r->taker.bytes(r->taker.self, kinds[kind].name, (Str){ (const char *)at + 1, count - 1 }, fault);
}

static bool take_progress(MessageReader *r, const unsigned char *at, size_t count, Fault *fault)
{
    if (count != 3 || at[0] >= STAGE_COUNT || number(at + 1, 2) > 1000)
        return nonsense(fault, "progress");
    return r->taker.progress(r->taker.self, stage_names[at[0]], (int)number(at + 1, 2), fault);
}

static bool take_done(MessageReader *r, const unsigned char *at, size_t count, Fault *fault)
{
    if (!r->composed || count != 13 || number(at + 8, 4) > LENGTH_MS_MAX || at[12] >= VERDICT_COUNT)
        return nonsense(fault, "done");
    DoneFacts facts = {
        .lufs = (int32_t)number(at, 4) / 1000.0,
        .true_peak_db = (int32_t)number(at + 4, 4) / 1000.0,
        .length_ms = number(at + 8, 4),
        .verdict = (Verdict)at[12],
    };
    if (facts.lufs < -1000.0 || facts.lufs > 1000.0 || facts.true_peak_db < -1000.0 ||
        facts.true_peak_db > 1000.0)
        return nonsense(fault, "done, its levels");
    r->ended = r->taker.done(r->taker.self, &facts, fault);
    return r->ended;
}

static bool take_refused(MessageReader *r, const unsigned char *at, size_t count, Fault *fault)
{
    if (r->composed || count < 2 || (at[0] != FAULT_INPUT && at[0] != FAULT_LIMIT))
        return nonsense(fault, "refused");
    Str sentence = tag_clean(r->arena, (Str){ (const char *)at + 1, count - 1 }, SENTENCE_BYTES_MAX);
    return fault_set(fault, (FaultKind)at[0], STR_FMT, STR_ARG(sentence));
}

static bool take(MessageReader *r, int type, const unsigned char *at, size_t count, Fault *fault)
{
    if (r->ended)
        return nonsense(fault, "more after the end");
    switch (type) {
    case MESSAGE_COMPOSED:
        return take_composed(r, at, count, fault);
    case MESSAGE_BYTES:
        return take_bytes(r, at, count, fault);
    case MESSAGE_PROGRESS:
        return take_progress(r, at, count, fault);
    case MESSAGE_DONE:
        return take_done(r, at, count, fault);
    case MESSAGE_REFUSED:
        return take_refused(r, at, count, fault);
    default:
        return nonsense(fault, "no such message");
    }
}

bool messages_got(MessageReader *r, size_t count, Fault *fault)
{
    r->held += count;
    size_t at = 0;
    while (r->held - at >= MESSAGE_HEAD) {
        uint32_t length = number(r->bytes + at, 4);
        if (length > MESSAGE_MAX)
            return nonsense(fault, "a message too long");
        if (r->held - at < MESSAGE_HEAD + (size_t)length)
            break;
        if (!take(r, r->bytes[at + 4], r->bytes + at + MESSAGE_HEAD, length, fault))
            return false;
        at += MESSAGE_HEAD + length;
    }
    r->held -= at;
    memmove(r->bytes, r->bytes + at, r->held);
    return true;
}
