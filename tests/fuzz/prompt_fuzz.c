// Any bytes as a prompt: it is read or refused with a sentence, and what was read survives JSON.
#include <stdlib.h>

#include "brief/brief.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const Lexicon *lexicon(void)
{
    static Arena arena;
    static Lexicon *opened;
    Fault fault;
    if (!opened && !lexicon_open(&arena, &opened, &fault))
        abort();
    return opened;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    Brief brief, back;
    const BriefOptions none = { .vocal = CHOICE_UNSTATED };
    if (brief_read(&arena, lexicon(), (Str){ (const char *)data, size }, &none, &brief, &fault)) {
        Buf buf = buf_make(&arena, 1 << 22);
        JsonOut json = { .buf = &buf };
        brief_to_json(&brief, &json);
        if (!brief_from_json(&arena, lexicon(), buf_str(&buf), &back, &fault))
            abort();
    } else if (fault.kind != FAULT_INPUT) {
        abort();
    }
    arena_close(&arena);
    return 0;
}
