// Fuzz target: any bytes from the net, in one piece and in pieces. The scanner says the same of both, and
// stays with what it said.
#include "tests/fuzz/must.h"
#include "web/strict.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Strict whole = { 0 }, pieces = { 0 };
    size_t ended = 0, part, last = 0;
    const char *bytes = (const char *)data;
    if (size > 60000)
        return 0;
    int said = strict_feed(&whole, bytes, size, &ended);
    fuzz_must(ended <= size, "no more has ended than was there");
    for (size_t i = 0; i < size;) {
        size_t count = 1 + (data[i] & 7u);
        count = count < size - i ? count : size - i;
        bool well = pieces.status == 0;
        int now = strict_feed(&pieces, bytes + i, count, &part);
        fuzz_must(well || now == pieces.status, "what is wrong stays wrong");
        if (part > 0)
            last = i + part;
        i += count;
    }
    fuzz_must(pieces.status == said, "pieces and whole are one");
    fuzz_must(last == ended, "requests end at the same bytes");
    fuzz_must(said != 0 || memcmp(&whole, &pieces, sizeof whole) == 0, "the same state after the same bytes");
    fuzz_must(!(strict_in_head(&whole) && strict_in_body(&whole)), "in one place at a time");
    return 0;
}
