// A small score written by hand, for MIDI and LRC.
#ifndef TESTS_ENCODE_SCORE_BY_HAND_H
#define TESTS_ENCODE_SCORE_BY_HAND_H

#include "score/score.h"
#include "tests/test.h"

#include <string.h>

static const Tags hand_tags = {
    .title = STR_INIT("Night [Train]"),
    .prompt = STR_INIT("a small song"),
    .seed = 7,
    .engine = STR_INIT("SonicStacker test"),
    .part = STR_INIT(""),
};

static inline void hand_notes(Part *part, const Note *notes, int count)
{
    part->notes = ARENA_ARRAY(test_arena(), Note, (size_t)count);
    memcpy(part->notes, notes, sizeof *notes * (size_t)count);
    part->count = count;
}

// Two bars of piano, bass and kit at 92.5 bpm in F sharp minor: a verse and a chorus.
static inline Score *hand_score(void)
{
    Score *score = ARENA_NEW(test_arena(), Score);
    *score = (Score){ .seed = 7,
                      .title = STR("Night [Train]"),
                      .bpm_milli = 92500,
                      .beats = 4,
                      .beat_unit = 4,
                      .key = { .tonic = 6, .mode = MODE_MINOR },
                      .length_ms = 7200,
                      .ticks = 8 * TICKS_PER_BEAT,
                      .sections = { { .kind = SECTION_VERSE, .bar = 0, .bars = 1 },
                                    { .kind = SECTION_CHORUS, .bar = 1, .bars = 1 } },
                      .section_count = 2,
                      .part_count = 3 };
    score->chords = ARENA_ARRAY(test_arena(), Chord, 2);
    score->chords[0] = (Chord){ .tick = 0, .ticks = 3840, .root = 6, .bass = 6 };
    score->chords[1] = (Chord){ .tick = 3840, .ticks = 3840, .root = 2, .bass = 2 };
    score->chord_count = 2;

    score->parts[0] = (Part){ .role = ROLE_COMP,
                              .pedal = true,
                              .instrument = { .name = STR("grand piano"), .program = 0 },
                              .strip = { .level = -6, .pan = -50, .room = 20, .hall = 10 } };
    static const Note piano[] = {
        { .tick = 0, .ticks = 1920, .pitch = 66, .velocity = 80, .syllable = -1 },
        { .tick = 960, .ticks = 1920, .pitch = 66, .velocity = 70, .syllable = -1 }, // the first still sounds
        { .tick = 3840, .ticks = 960, .pitch = 62, .velocity = 90, .syllable = -1 },
        { .tick = 3840, .ticks = 1920, .pitch = 62, .velocity = 60, .syllable = -1 }, // doubled
        { .tick = 4800, .ticks = 960, .pitch = 62, .velocity = 0, .syllable = -1 },
    };
    hand_notes(&score->parts[0], piano, 5);

    score->parts[1] = (Part){ .role = ROLE_BASS,
                              .instrument = { .name = STR("finger bass"), .program = 33 },
                              .strip = { .level = -9 } };
    static const Note bass[] = {
        { .tick = 0, .ticks = 960, .pitch = 30, .velocity = 100, .syllable = -1 },
        { .tick = 960, .ticks = 960, .pitch = 30, .velocity = 100, .syllable = -1 }, // off and on in one tick
        { .tick = 3840,
          .ticks = 4800,
          .pitch = 26,
          .velocity = 100,
          .syllable = -1 }, // rings beyond the bars
    };
    hand_notes(&score->parts[1], bass, 3);

    score->parts[2] = (Part){ .role = ROLE_DRUMS,
                              .instrument = { .name = STR("room kit"), .kit = true, .program = 8 },
                              .strip = { .level = -6, .pan = 100 } };
    static const Note kit[] = {
        { .tick = 0, .ticks = 240, .pitch = 36, .velocity = 110, .syllable = -1 },
        { .tick = 960, .ticks = 240, .pitch = 38, .velocity = 110, .syllable = -1 },
    };
    hand_notes(&score->parts[2], kit, 2);
    return score;
}

static inline void hand_lyrics(Score *score)
{
    score->lyrics.lines = ARENA_ARRAY(test_arena(), LyricLine, 2);
    score->lyrics.lines[0] = (LyricLine){ .text = STR("Morning comes slowly"), .syllables = 5 };
    score->lyrics.lines[1] = (LyricLine){ .text = STR("over the h\xc3\xaells"), .syllables = 4 };
    score->lyrics.count = 2;
    score->lyric_times = ARENA_ARRAY(test_arena(), LyricTime, 2);
    score->lyric_times[0] = (LyricTime){ .tick = 0, .ticks = 1920, .line = 0 };
    score->lyric_times[1] = (LyricTime){ .tick = 3840, .ticks = 1920, .line = 1 };
    score->lyric_count = 2;
}

#endif
