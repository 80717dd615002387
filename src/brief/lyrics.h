// Lyrics: lines of words under section marks.
//
//     [Verse 1]                 a mark names a section; without marks blank lines part verses
//     Morning comes slowly      each further line is sung as one phrase
//     ...
//
// Syllables are counted by rule (vowel groups, silent e); that is right for most English words,
// and a hyphen or a middle dot in a word forces a split: "ev·ery".
#ifndef BRIEF_LYRICS_H
#define BRIEF_LYRICS_H

#include "base/arena.h"
#include "base/fault.h"

enum { LYRICS_BYTES_MAX = 40000, LYRIC_LINES_MAX = 400, LYRIC_SYLLABLES_MAX = 64 };

typedef struct LyricLine {
    Str text;      // trimmed, as written
    int section;   // a SectionKind of brief.h
    int verse;     // counts the blocks: lines with the same number belong together
    int syllables; // 1 .. LYRIC_SYLLABLES_MAX
} LyricLine;

typedef struct Lyrics {
    LyricLine *lines;
    int count; // 0 = none
} Lyrics;

// Fails with INPUT when the text is too long, has too many lines, or a line too many syllables.
bool lyrics_read(Arena *arena, Str text, Lyrics *out, Fault *fault);

int lyrics_syllables(Str line); // 0 for a line without letters

#endif
