// Words: titles made fit to be shown, titles made from prompts, and text folded for searching.
// Bytes that are not UTF-8 read as U+FFFD, one for each.
#ifndef SONG_WORDS_H
#define SONG_WORDS_H

#include "base/arena.h"

// One line: blanks of every kind become one space, control characters and marks that turn the direction
// of writing disappear. At most `chars_max` characters are kept; `*whole` (may be NULL) tells whether all
// were.
Str words_line(Arena *arena, Str text, int chars_max, bool *whole);

// The first thing a prompt says, short enough for a list; never empty.
Str words_title(Arena *arena, Str prompt);

// Lower case, Latin letters without accents, "ss" for sharp s, "ae" and "oe" for the ligatures; Greek and
// Cyrillic in lower case; blanks one space. The same text always folds to the same bytes.
Str words_fold(Arena *arena, Str text);

// Does each word of `wanted` (folded, parted by blanks) occur in one of the two (folded)?
bool words_match(Str wanted, Str title, Str prompt);

#endif
