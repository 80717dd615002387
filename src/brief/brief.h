// Brief: what a sentence asks for, in fields. The first stage of the road.
//
//     prompt ──normalise──> words ──numbers, longest match in the lexicon, negation──> Brief
//
// A Brief holds only what was said; zero, "" or `_UNSTATED` means "not said", and the score
// decides. It never fails on odd text: words it does not know are listed in `ignored`. Everything
// it took is listed in `understood` with the words it came from, contradictions in `conflicts`.
#ifndef BRIEF_BRIEF_H
#define BRIEF_BRIEF_H

#include "base/jsonout.h"
#include "brief/instrument.h"
#include "brief/lyrics.h"

enum {
    PROMPT_BYTES_MAX = 40000, // a character has at most four
    PROMPT_CHARS_MAX = 10000,
    SECONDS_MIN = 5, // a song's length
    SECONDS_MAX = 600,
    BPM_MIN = 30,
    BPM_MAX = 300,
    FORM_MAX = 32,
    WISH_MAX = 24,
    NOTE_MAX = 96, // understood, ignored, conflicts
};

typedef enum Mode {
    MODE_UNSTATED = -1,
    MODE_MAJOR,
    MODE_MINOR,
    MODE_DORIAN,
    MODE_PHRYGIAN,
    MODE_LYDIAN,
    MODE_MIXOLYDIAN,
    MODE_LOCRIAN,
    MODE_HARMONIC_MINOR,
    MODE_BLUES,
    MODE_COUNT,
} Mode;

extern const char *const mode_names[MODE_COUNT]; // "major" ... "harmonic minor" "blues"

typedef struct Key {
    int tonic;  // 0 = C ... 11 = B, -1 = not stated
    bool flats; // spelled with flats: "Eb", not "D#"
    Mode mode;
} Key;

typedef enum SectionKind {
    SECTION_INTRO,
    SECTION_VERSE, // also a form's first theme, "A"
    SECTION_PRECHORUS,
    SECTION_CHORUS, // also "drop" and "B"
    SECTION_BRIDGE, // also "C", "middle eight"
    SECTION_SOLO,
    SECTION_BREAK, // breakdown, interlude
    SECTION_BUILD, // build-up
    SECTION_OUTRO,
    SECTION_COUNT,
} SectionKind;

extern const char *const section_names[SECTION_COUNT]; // "intro" "verse" "prechorus" "chorus" "bridge" "solo"
                                                       // "break" "build" "outro"

typedef struct FormWish {
    SectionKind section;
    int bars; // 0 = not stated
} FormWish;

typedef struct PartWish {
    const Instrument *instrument; // never NULL
    Role role;  // ROLE_NONE when any will do: "flute lead", "bass" and "piano chords" say one
    bool loose; // only a group or role was named ("drums", "bass", "guitars"): `instrument` is one example,
                // and any other of its family, or in its role, does as well
} PartWish;

typedef enum Choice { CHOICE_UNSTATED, CHOICE_YES, CHOICE_NO } Choice;

typedef enum Ending { ENDING_UNSTATED, ENDING_RING, ENDING_FADE, ENDING_COLD, ENDING_LOOP } Ending;

// Moods and activities, each -100 .. 100, 0 = neutral.
typedef struct Mood {
    int valence, energy, tension, warmth, space, complexity;
} Mood;

// Where a field's value came from; later ones win.
typedef enum Source { FROM_DEFAULT, FROM_GENRE, FROM_MOOD, FROM_WORDS, FROM_OPTION } Source;

typedef struct Understood {
    Str field; // genre bpm tempo key mode meter seconds bars form instrument without only vocal mood ending
               // lyrics
    Str value;
    Str words; // the span of the prompt it came from; "" for an option or a default
    Source source;
} Understood;

typedef struct Brief {
    Str prompt;     // as given
    Str genre;      // name of a style such as "bossa nova"; "" = not stated
    Str colors[3];  // names of styles named beside it, which lend it colour; "" = none
    int bpm_milli;  // beats per minute x 1000, 0 = not stated
    int tempo_push; // -100 slow .. 100 fast: tempo words and activities without a number
    Key key;
    int beats, beat_unit; // metre such as 3, 4; 0 = not stated
    int length_ms;        // 0 = not stated
    int bars;             // "32 bars"; 0 = not stated
    FormWish form[FORM_MAX];
    int form_count;
    bool form_whole; // the form names the whole song ("verse chorus verse", "AABA"); false: these sections
                     // are to occur ("8 bar intro", "with a bridge"), and others may stand beside them
    PartWish wants[WISH_MAX];
    int want_count;
    Str without[WISH_MAX]; // banned: names of instruments, families, roles, styles or sections ("drums",
                           // "brass", "jazz", "intro")
    int without_count;
    bool only; // nothing but the wants: "solo piano", "just strings", "drums only"
    Choice vocal;
    Ending ending;
    Mood mood;
    Lyrics lyrics; // from the prompt's own text or from an option

    Understood understood[NOTE_MAX];
    int understood_count;
    Str ignored[NOTE_MAX]; // words without meaning to us, in the prompt's order
    int ignored_count;
    Str conflicts[NOTE_MAX]; // sentences: what contradicted what, and which won
    int conflict_count;
} Brief;

// What the fields of a form or an option of the command line say; they beat the words.
typedef struct BriefOptions {
    Str style;     // "" = none
    int bpm_milli; // 0 = none
    int length_ms; // 0 = none
    Str key;       // "F# minor"; "" = none
    Str lyrics;    // text of the lyrics; "" = none
    Choice vocal;  // CHOICE_NO = instrumental
} BriefOptions;

// The words we know: instruments, genres, moods, tempo words and so on.
typedef struct Lexicon Lexicon;

// Reads the built-in lexicon (data files lexicon/*.txt; genre aliases also from the `alias` lines of
// styles/*.style). Fails with INPUT naming file and line.
bool lexicon_open(Arena *arena, Lexicon **out, Fault *fault);
const Instruments *lexicon_instruments(const Lexicon *lexicon);
bool lexicon_genre(const Lexicon *lexicon, Str alias, Str *style_name); // normalised alias -> name of a style

// Reads a prompt. Fails with INPUT when it is longer than PROMPT_CHARS_MAX, has no words at all,
// or an option is out of range. What comes back lives in `arena`.
bool brief_read(Arena *arena, const Lexicon *lexicon, Str prompt, const BriefOptions *options, Brief *out,
                Fault *fault);

// True when `brief` bans this instrument, by its name or family, or in this role.
bool brief_bans(const Brief *brief, const Instrument *instrument, Role role);

// A key's text, "F# minor"; and back ("Am", "f sharp minor", "Bb", "D dorian"). False when it is none.
Str key_text(Arena *arena, Key key);
bool key_read(Str text, Key *out);
Str tonic_text(Key key); // "F#", "Bb"

void brief_note(Brief *brief, Str field, Str value, Str words, Source source); // adds to `understood`

// All of it as one JSON object, and back: brief_from_json(brief_to_json(b)) equals b in every field.
// The public, shorter form of `sonicstacker brief` is written by the score, which fills in the gaps.
void brief_to_json(const Brief *brief, JsonOut *json);
bool brief_from_json(Arena *arena, const Lexicon *lexicon, Str text, Brief *out, Fault *fault);

#endif
