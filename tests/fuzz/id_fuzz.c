// Fuzz target: any bytes as an id. What is read is written the same again.
#include "db/id.h"
#include "tests/fuzz/library.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Str text = { (const char *)data, size };
    int64_t id = 0;
    if (id_read(text, &id)) {
        fuzz_must(id > 0, "an id is more than zero");
        fuzz_must(str_equal(id_text(&arena, id), text), "an id has one spelling");
    }
    arena_close(&arena);
    return 0;
}
