// Fuzz target: any bytes as a Range. A part lies within the file.
#include "tests/fuzz/must.h"
#include "web/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int64_t lengths[] = { 0, 1, 100, INT64_C(1) << 40 };
    for (size_t i = 0; i < 4; i++) {
        int64_t first = -1, last = -1;
        RangeKind kind = range_read((Str){ (const char *)data, size }, lengths[i], &first, &last);
        if (kind == RANGE_PART)
            fuzz_must(first >= 0 && first <= last && last < lengths[i], "a part lies within the file");
    }
    return 0;
}
