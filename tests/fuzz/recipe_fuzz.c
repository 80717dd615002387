// Fuzz target: any bytes as a recipe. What is read is written and read again as the same text, and
// is composed.
#include "music/recipe.h"
#include "tests/fuzz/library.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Recipe recipe, again;
    Fault fault;
    if (recipe_read(&arena, (Str){ (const char *)data, size }, &recipe, &fault)) {
        Buf once = buf_make(&arena, 4 << 20), twice = buf_make(&arena, 4 << 20);
        recipe_write(&recipe, &once);
        if (once.length <= RECIPE_BYTES_MAX) {
            fuzz_must(recipe_read(&arena, buf_str(&once), &again, &fault), "what was written can be read");
            recipe_write(&again, &twice);
            fuzz_must(str_equal(buf_str(&once), buf_str(&twice)), "a recipe is read as it was written");
        }
        Song *song = ARENA_NEW(&arena, Song);
        if (recipe.order.prompt.length < 2000 &&
            !song_compose(&arena, fuzz_library(), &recipe.order, song, &fault))
            fuzz_must(fault.kind == FAULT_INPUT, "a recipe's song is refused only for what was asked");
    } else {
        fuzz_must(fault.kind == FAULT_INPUT, "what is no recipe is an input fault");
    }
    arena_close(&arena);
    return 0;
}
