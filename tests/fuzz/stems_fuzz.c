// Fuzz target: any bytes as the end of a zip of stems. What is read lies within it, in order, under plain
// names.
#include "song/stems.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault;
    Stem *list;
    int count;
    if (size > 0) { // the first byte says how much lies before
        int64_t whole = (int64_t)size - 1 + (int64_t)data[0] * 4000;
        if (stems_read(&arena, (Str){ (const char *)data + 1, size - 1 }, whole, &list, &count, &fault)) {
            int64_t next = 0;
            fuzz_must(count >= 0 && count <= STEMS_MAX, "so many at most");
            for (int i = 0; i < count; i++) {
                fuzz_must(list[i].at >= next && list[i].bytes >= 0, "one after the other");
                next = list[i].at + list[i].bytes;
                fuzz_must(next <= whole, "within the zip");
                fuzz_must(list[i].name.length > 0 && list[i].name.length <= STEM_NAME_MAX, "a name");
            }
        } else {
            fuzz_must(fault.kind == FAULT_BROKEN, "what cannot be read is broken");
        }
    }
    arena_close(&arena);
    return 0;
}
