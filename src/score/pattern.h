// Patterns: one or more bars of steps as text, "9..6|9.66". What a character means is the part's
// business; everywhere '.' is a rest, '-' holds what sounds, and '|' parts bars.
// E(k,n,r) spreads k strokes evenly over n steps, rotated by r (Bjorklund's rhythm), and repeats it through the bar.
#ifndef SCORE_PATTERN_H
#define SCORE_PATTERN_H

#include "base/arena.h"
#include "base/fault.h"

enum { STEPS_MAX = 192 };

typedef struct Pattern {
    char step[STEPS_MAX]; // bar after bar, `grid` steps each
    int grid;             // steps in a bar
    int bars;             // 0 = no pattern
} Pattern;

// `grid` is the number of steps that a bar must have; shorter bars are filled with rests.
bool pattern_read(Str text, int grid, const char *allowed, Pattern *out, Fault *fault);

// The step at `index` of bar `bar`; bars repeat, and so do steps when a bar has more than the grid.
char pattern_at(const Pattern *pattern, int bar, int index);

// How many steps the stroke at `index` lasts: itself and the '-' behind it, within its bar.
int pattern_hold(const Pattern *pattern, int bar, int index, int steps);

#endif
