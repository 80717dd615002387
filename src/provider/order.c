// Fixed numbers first, then the texts one after the other. Both ends are the same program.
#include "provider/order.h"

#include "brief/brief.h"

#include <string.h>

enum { TEXTS = 5, WORD_BYTES_MAX = 200, TITLE_BYTES_MAX = 2000 };

typedef struct OrderHead {
    uint64_t seed;
    int32_t seconds, bpm;
    uint32_t instrumental, stems;
    uint32_t lengths[TEXTS];
    uint32_t unused;
} OrderHead;

static const uint32_t length_limits[TEXTS] = { PROMPT_BYTES_MAX, LYRICS_BYTES_MAX, WORD_BYTES_MAX,
                                               WORD_BYTES_MAX, TITLE_BYTES_MAX };
static const char *const length_names[TEXTS] = { "description", "lyrics", "style", "key", "title" };

bool order_write(const ProviderOrder *order, Buf *out, Fault *fault)
{
    const Str texts[TEXTS] = { order->prompt, order->lyrics, order->style, order->key, order->title };
    OrderHead head = { .seed = order->seed,
                       .seconds = order->seconds,
                       .bpm = order->bpm,
                       .instrumental = order->instrumental,
                       .stems = order->stems };
    for (int i = 0; i < TEXTS; i++) {
        if (texts[i].length > length_limits[i])
            return fault_set(fault, FAULT_INPUT, "The %s is too long: shorten it.", length_names[i]);
        head.lengths[i] = (uint32_t)texts[i].length;
    }
    buf_bytes(out, &head, sizeof head);
    for (int i = 0; i < TEXTS; i++)
        buf_text(out, texts[i]);
    return !out->full || fault_set(fault, FAULT_BROKEN, "an order did not fit");
}

bool order_read(Str bytes, ProviderOrder *out)
{
    OrderHead head;
    if (bytes.length < sizeof head)
        return false;
    memcpy(&head, bytes.data, sizeof head);
    Str texts[TEXTS];
    size_t at = sizeof head;
    for (int i = 0; i < TEXTS; i++) {
        if (head.lengths[i] > length_limits[i] || head.lengths[i] > bytes.length - at)
            return false;
        texts[i] = (Str){ bytes.data + at, head.lengths[i] };
        at += head.lengths[i];
    }
    *out = (ProviderOrder){
        .prompt = texts[0],
        .lyrics = texts[1],
        .style = texts[2],
        .key = texts[3],
        .title = texts[4],
        .seconds = head.seconds,
        .bpm = head.bpm,
        .instrumental = head.instrumental != 0,
        .seed = head.seed,
        .stems = head.stems != 0,
    };
    return at == bytes.length;
}
