// Fuzz target: any bytes as a style. What is read composes songs, in the style's own metre and in
// others, and what is refused names the file.
#include "tests/fuzz/library.h"

#include <string.h>

enum { TEXT_MOST = 20000 };

static void make_song(Arena *arena, const Styles *styles, Brief *brief, uint64_t seed)
{
    Score score;
    Performance performance;
    Fault fault;
    if (score_compose(arena, fuzz_library()->lexicon, styles, brief, seed, &score, &fault))
        perform_render(arena, &score, &performance);
    else
        fuzz_must(fault.kind == FAULT_INPUT, "a style that was read is refused only for want of players");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Styles styles = { 0 };
    Fault fault;
    const Lexicon *lexicon = fuzz_library()->lexicon;
    if (size > TEXT_MOST)
        return 0;
    if (style_read(&arena, lexicon, STR("styles/fuzz.style"), (Str){ (const char *)data, size }, &styles,
                   &fault)) {
        static const int metres[][2] = { { 0, 0 }, { 7, 8 }, { 3, 4 }, { 5, 4 } };
        for (int i = 0; i < 4; i++) {
            Brief *brief = ARENA_NEW(&arena, Brief);
            fuzz_must(brief_read(&arena, lexicon, STR("music"), &(BriefOptions){ .length_ms = 25000 }, brief,
                                 &fault),
                      "a plain brief is read");
            brief->genre = styles.list[0]->name;
            brief->beats = metres[i][0];
            brief->beat_unit = metres[i][1];
            brief->length_ms = i ? brief->length_ms : 0;
            make_song(&arena, &styles, brief, (uint64_t)i);
        }
    } else {
        fuzz_must(fault.kind == FAULT_INPUT && strncmp(fault.text, "styles/fuzz.style:", 18) == 0,
                  "the fault names the file");
    }
    arena_close(&arena);
    return 0;
}
