// Styles: genres as data, one file each in styles/, read once at start. docs/styles.md has the format.
#ifndef SCORE_STYLE_H
#define SCORE_STYLE_H

#include "brief/brief.h"

// The sound of a style's whole mix; whole numbers. Loudness levels are tenths of a decibel.
typedef struct MixStyle {
    int lufs10;             // integrated loudness, e.g. -140 = -14.0 LUFS
    int ceiling10;          // true peak, e.g. -15 = -1.5 dBTP
    int kick, snare, cymbals, toms; // levels of the kit's lanes beside the whole mix, LU
    int room_ms, hall_ms;   // reverberation times
    int delay_ticks;        // echo time
    int delay_feedback;     // percent
    int duck_ms;            // how long a kick's duck takes to recover
    int warmth, wow, glue;  // percent
    int hiss_db;            // 0 = none, else e.g. -62
    int tilt10;             // + brighter
    int high_cut_hz;        // 0 = none
    int width;              // percent, 100 = as it is
} MixStyle;

typedef struct Style Style;

typedef struct Styles {
    Style *list;
    int count;
} Styles;

// Reads all data files styles/*.style. A wrong file is refused with INPUT: "styles/x.style:12: ...".
bool styles_open(Arena *arena, const Lexicon *lexicon, Styles *out, Fault *fault);

// Reads one style's text and adds it; `file` is named in faults.
bool style_read(Arena *arena, const Lexicon *lexicon, Str file, Str text, Styles *all, Fault *fault);

const Style *style_find(const Styles *all, Str name); // by its name; NULL when there is none

#endif
