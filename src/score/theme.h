// Themes: what to compose, and the composing of it. Inside score/ only.
#ifndef SCORE_THEME_H
#define SCORE_THEME_H

#include "score/composer.h"

typedef struct ThemeOrder {
    const char *path;      // name of its random stream, "lead"
    int label;             // of the sections it is for: their chords carry it
    int bars;              // 1 .. 64
    int phrase_bars;       // 1, 2 or 4
    const Pattern *cells;  // rhythm cells, one bar each
    int cell_count;
    int low, high, centre; // MIDI keys
    bool riff;             // phrases do not breathe
    bool goes_home;        // ends on the tonic
    const Theme *against;  // a voice that it must sound well with, or NULL
} ThemeOrder;

// Ticks of the theme's notes count from the section's start; velocities are about 64 = usual.
void theme_compose(const Composer *c, const ThemeOrder *order, Theme *out);

// The chords of a section with this label, from its start; one with no ticks ends the list.
void theme_chords(const Composer *c, int label, int bars, Chord *out);

// How long a theme for this label should be: whole phrases, as long as its progression.
int theme_bars(const Composer *c, int label);

// Cells of one bar each out of a part's patterns of one or more bars.
int theme_cells(const PartStyle *how, Pattern *out, int most);

#endif
