// Styles: genres as data, one file each in styles/, read once at start. docs/styles.md has the format.
#ifndef SCORE_STYLE_H
#define SCORE_STYLE_H

#include "score/harmony.h"
#include "score/pattern.h"

enum {
    STYLE_FORMS = 6,
    STYLE_HARMS = 32,
    STYLE_DRUMS = 16,
    STYLE_PARTS = 14,
    STYLE_CHOICES = 8,   // instruments or patterns of one part
    STYLE_DRUM_LINES = 12,
    FORM_SECTIONS = 16,
    ENERGY_MAX = 100,
};

// The sound of a style's whole mix; whole numbers. Loudness levels are tenths of a decibel.
typedef struct MixStyle {
    int lufs10;             // integrated loudness, e.g. -140 = -14.0 LUFS
    int ceiling10;          // true peak, e.g. -15 = -1.5 dBTP
    int kick, snare, cymbals, toms; // levels of the kit's lanes beside the whole mix, LU
    int drum_room;          // percent sent to the room
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

// How one part stands in the mix; whole numbers.
typedef struct Strip {
    int level;   // loudness beside the whole mix while it plays, LU, e.g. -9
    int pan;     // -100 left .. 100 right
    int width;   // 0 mono .. 100 as played .. 200
    int low_cut_hz, high_cut_hz; // 0 = none
    int room, hall, delay;       // sends, percent
    int duck;    // how far kicks push it down, percent
    int drive;   // saturation, percent
} Strip;

typedef struct FormTemplate {
    int weight;
    FormWish sections[FORM_SECTIONS];
    int count;
} FormTemplate;

typedef struct HarmChoice {
    int section; // a SectionKind, or -1 for any
    Mode mode;
    int weight;
    Progression progression;
} HarmChoice;

typedef struct DrumLine {
    int key; // General MIDI drum key
    Pattern pattern; // digits 1..9: how hard
} DrumLine;

// What the drummer plays at one level (1 quiet .. 3 full), or a fill at level 0.
typedef struct DrumSet {
    int level;
    DrumLine lines[STYLE_DRUM_LINES];
    int count;
} DrumSet;

// A part of a style's band. Patterns mean, by role:
//     lead, counter  digits: a melody note begins, so hard      (rhythm cells, one bar each)
//     comp           digits: the chord is struck; t, b: its upper tones, its lowest
//     arp            1..8: that chord tone from below, 9 the top
//     bass           R root 8 octave 5 fifth 3 third 7 seventh of the chord, a approach to the next
//                    root, w walk (a line through the chords); small r, o, f, t, s: the same, soft
//     perc           digits; congas and the like have a stroke for each
typedef struct PartStyle {
    Role role;
    const Instrument *choices[STYLE_CHOICES]; // best first
    int choice_count;
    Pattern patterns[STYLE_CHOICES];
    int pattern_count;
    int low, high;     // MIDI keys
    int velocity;      // of a normal stroke, 1..127
    int min_energy, max_energy; // plays in sections within these
    uint32_t sections; // bit n: may play in SectionKind n
    int voices;        // tones of a chord, 2..6
    int glide;         // percent of notes that slide from the one before
    int late_ms, loose_ms, strum_ms;
    bool pedal;
    Strip strip;
} PartStyle;

typedef struct Style {
    Str name;
    Str aliases; // separated by '|'
    int bpm_low, bpm_typical, bpm_high;
    int beats, beat_unit;
    int grid;                  // steps in a bar
    int swing_low, swing_high; // percent of a pair of steps that its first takes; 50 is straight
    int length_ms;             // when nobody says
    bool band;                 // named beside another style it lends only its instruments: "a waltz for solo piano"
    int mode_weights[MODE_COUNT];
    FormTemplate forms[STYLE_FORMS];
    int form_count;
    int energy[SECTION_COUNT];
    HarmChoice harms[STYLE_HARMS];
    int harm_count;
    DrumSet drums[STYLE_DRUMS];
    int drum_count;
    PartStyle parts[STYLE_PARTS];
    int part_count;
    const Instrument *kits[STYLE_CHOICES];
    int kit_count;
    int kit_late_ms, kit_loose_ms;
    int phrase;   // bars of a melodic phrase, 2 or 4
    int riff;     // percent chance that the lead is a repeated riff instead of a melody
    MixStyle mix;
} Style;

typedef struct Styles {
    Style **list;
    int count;
} Styles;

// Reads all data files styles/*.style. A wrong file is refused with INPUT: "styles/x.style:12: ...".
bool styles_open(Arena *arena, const Lexicon *lexicon, Styles *out, Fault *fault);

// Reads one style's text and adds it; `file` is named in faults.
bool style_read(Arena *arena, const Lexicon *lexicon, Str file, Str text, Styles *all, Fault *fault);

const Style *style_find(const Styles *all, Str name); // by its name; NULL when there is none

#endif
