// Any bytes as lyrics: every line that is read can be sung.
#include <stdlib.h>

#include "brief/brief.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    Lyrics lyrics;
    if (lyrics_read(&arena, (Str){ (const char *)data, size }, &lyrics, &fault)) {
        for (int i = 0; i < lyrics.count; i++) {
            const LyricLine *line = &lyrics.lines[i];
            bool good = line->syllables >= 1 && line->syllables <= LYRIC_SYLLABLES_MAX &&
                        line->section >= 0 && line->section < SECTION_COUNT && line->verse >= 0 &&
                        line->text.length > 0;
            if (!good)
                abort();
        }
    } else if (fault.kind != FAULT_INPUT) {
        abort();
    }
    arena_close(&arena);
    return 0;
}
