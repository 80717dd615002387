// Fuzz target: any bytes as a SoundFont. What opens is played, so that every index and sample is used.
//     clang -fsanitize=fuzzer,address,undefined ... tests/fuzz/sf2_fuzz.c && ./sf2_fuzz corpus/
#include "dsp/dsp.h"
#include "synth/sampler.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void play(Arena *arena, const SoundFont *font, int program, bool kit)
{
    Sampler *sampler = sampler_open(arena, font, program, kit);
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    for (int note = 0; note < 12; note++)
        sampler_start(sampler, note, note * 11, 127 - note * 9);
    for (int block = 0; block < 40; block++) {
        if (block == 20)
            for (int note = 0; note < 12; note++)
                sampler_stop(sampler, note);
        sampler_run(sampler, left, right);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault;
    SoundFont *font;
    if (soundfont_open(&arena, (Str){ (const char *)data, size }, &font, &fault)) {
        for (int program = 0; program < 128; program++)
            if (soundfont_has(font, program, false))
                play(&arena, font, program, false);
        play(&arena, font, 0, true);
    }
    arena_close(&arena);
    return 0;
}
