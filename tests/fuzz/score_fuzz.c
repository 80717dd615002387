// Fuzz target: any bytes as a score. What is read is written, read again as the same text, played,
// and laid down as MIDI and timed lyrics.
#include "encode/encode.h"
#include "encode/midi.h"
#include "tests/fuzz/library.h"

enum { TEXT_MOST = 64 << 20 };

static void check_performance(Arena *arena, const Score *score)
{
    Performance performance;
    perform_render(arena, score, &performance);
    for (int l = 0; l < performance.lane_count; l++) {
        const Lane *lane = &performance.lanes[l];
        for (int i = 0; i < lane->count; i++)
            fuzz_must(lane->notes[i].start >= 0 && lane->notes[i].end > lane->notes[i].start &&
                          (i == 0 || lane->notes[i].start >= lane->notes[i - 1].start),
                      "notes are played in order");
        for (int i = 1; i < lane->swell_count; i++)
            fuzz_must(lane->swells[i].frame > lane->swells[i - 1].frame, "swells ascend");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Score score, again;
    Fault fault;
    const Instruments *instruments = lexicon_instruments(fuzz_library()->lexicon);
    if (score_read(&arena, instruments, (Str){ (const char *)data, size }, &score, &fault)) {
        Buf once = buf_make(&arena, TEXT_MOST), twice = buf_make(&arena, TEXT_MOST);
        Buf midi = buf_make(&arena, TEXT_MOST), lrc = buf_make(&arena, TEXT_MOST);
        Tags tags = { score.title, STR("a song"), score.seed, STR("fuzz"), STR("") };
        score_write(&score, &once);
        fuzz_must(score_read(&arena, instruments, buf_str(&once), &again, &fault),
                  "what was written can be read");
        score_write(&again, &twice);
        fuzz_must(str_equal(buf_str(&once), buf_str(&twice)), "a score is read as it was written");
        check_performance(&arena, &score);
        midi_write(&score, &tags, &midi);
        lrc_write(&score, &tags, &lrc);
    } else {
        fuzz_must(fault.kind == FAULT_INPUT, "what is no score is an input fault");
    }
    arena_close(&arena);
    return 0;
}
