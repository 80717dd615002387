// What Stripe sends: the header of its signature up to the first line end, then an event.
#include "pay/part.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    Str rest = { (const char *)data, size }, head = { 0 };
    const Str secrets[2] = { STR("whsec_fuzz"), { 0 } };
    EventFacts facts;
    str_cut(&rest, '\n', &head);
    fuzz_must(!signature_right(head, rest, secrets, 2, 1000000) || head.length > 64,
              "a signature that is right is long");
    if (event_read(&arena, rest, &facts, &fault)) {
        fuzz_must(str_starts(facts.id, STR("evt_")) && facts.id.length <= 255 && facts.type.length > 0 &&
                      facts.type.length <= 255,
                  "an event has an id and a type");
        fuzz_must(facts.session.length <= 255 && facts.intent.length <= 255 && facts.charge.length <= 255 &&
                      facts.status.length <= 255,
                  "what an event says is bounded");
    } else {
        fuzz_must(fault.kind == FAULT_INPUT, "what cannot be read is refused");
    }
    arena_close(&arena);
    return 0;
}
