// Fuzz target: any bytes as a song's settings, and as a title. What is read is written and read again as the
// same text; a title stays one line of good text, and folding is done once and for all.
#include "song/settings.h"
#include "song/words.h"
#include "tests/fuzz/library.h"

static void settings(Arena *arena, Str text)
{
    SongSettings once, twice;
    Str first, second;
    Fault fault;
    if (!settings_read(arena, text, &once, &fault)) {
        fuzz_must(fault.kind == FAULT_BROKEN, "settings that cannot be read are broken");
        return;
    }
    if (!settings_write(arena, &once, &first, &fault))
        return; // longer than is written
    fuzz_must(settings_read(arena, first, &twice, &fault), "what was written can be read");
    fuzz_must(settings_write(arena, &twice, &second, &fault), "and be written again");
    fuzz_must(str_equal(first, second), "settings are read as they were written");
}

static void titles(Arena *arena, Str text)
{
    bool whole;
    Str line = words_line(arena, text, TITLE_CHARS_MAX, &whole);
    fuzz_must(line.length <= 4 * TITLE_CHARS_MAX, "a title has its limit");
    for (size_t i = 0; i < line.length; i++)
        fuzz_must((unsigned char)line.data[i] >= 0x20 && line.data[i] != 0x7f,
                  "a title has no control characters");
    fuzz_must(str_equal(words_line(arena, line, TITLE_CHARS_MAX, &whole), line) && whole,
              "a fit title stays");
    fuzz_must(words_title(arena, text).length > 0, "there is always a title");
    Str folded = words_fold(arena, text);
    fuzz_must(str_equal(words_fold(arena, folded), folded), "folding again changes nothing");
    fuzz_must(words_match(folded, folded, (Str){ 0 }), "a text is found in itself");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Str text = { (const char *)data, size };
    settings(&arena, text);
    titles(&arena, text);
    arena_close(&arena);
    return 0;
}
