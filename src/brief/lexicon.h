// The lexicon from inside: what each phrase of lexicon/*.txt means, and how it is found.
//
// A phrase is kept twice, as written and with its plurals folded; the written form wins, so that
// "blues" is a genre though "blue" is a mood. The first file that names a phrase keeps it.
#ifndef BRIEF_LEXICON_H
#define BRIEF_LEXICON_H

#include "brief/brief.h"
#include "brief/text.h"

enum { PHRASE_WORDS_MAX = 6 };

typedef enum TermKind {
    TERM_NONE,
    TERM_GROUP,      // "drums", "strings"
    TERM_INSTRUMENT, // "nylon guitar"
    TERM_GENRE,
    TERM_MOOD,
    TERM_ACTIVITY,
    TERM_ERA,
    TERM_TEMPO,
    TERM_SECTION,
    TERM_WISH, // voice, ending, metre, mode
    TERM_ROLE,
    TERM_NOT,  // opens a ban
    TERM_OFF,  // bans what stands before it
    TERM_TURN, // ends a ban
    TERM_WITH, // ends a ban, widens an "only"
    TERM_AND,  // joins
    TERM_ONLY,
    TERM_SOLO, // "solo piano", "a guitar solo"
    TERM_DUET,
    TERM_SOFT,  // "not too"
    TERM_LIMIT, // "no more than"
    TERM_DEGREE,
    TERM_NUMBER,
    TERM_UNIT,
    TERM_STOP,  // says nothing
    TERM_NAME,  // a musician
    TERM_PLAIN, // an ordinary word that looks like one of ours
} TermKind;

typedef enum UnitKind { UNIT_NONE, UNIT_SECOND, UNIT_MINUTE, UNIT_HOUR, UNIT_BPM, UNIT_BAR } UnitKind;

// What one line of a file says. Zero means "says nothing of this" unless told otherwise.
typedef struct Term {
    TermKind kind;
    Str name; // the line's first phrase, as written: what is reported as the value
    Str style, color, hint;
    Str want, use;   // instruments, separated by commas; one instrument
    Str group, also; // names a ban writes down
    const Instrument *instrument;
    Mood mood;
    Role role;   // ROLE_NONE
    int section; // a SectionKind, -1
    int push, bpm;
    bool timed; // `push` was given, be it 0
    int beats, beat_unit;
    Mode mode; // MODE_UNSTATED
    Choice vocal;
    Ending ending;
    UnitKind unit;
    int times; // hundredths
    double number;
    bool adjective, quiet, only;
    bool exact; // not in the plural
    bool line;  // a group that names a line ("bassline"): an instrument before it plays it
} Term;

typedef struct Entry {
    const char *phrase;
    uint32_t hash;
    uint16_t length; // of the phrase; 0 is a free place
    uint16_t term;   // its place in `terms`
} Entry;

struct Lexicon {
    Instruments instruments;
    Term *terms;
    int term_count;
    Entry *table; // open addressing
    Str *words;   // every single word of every phrase, for typing slips; an empty one is a free place
    int places;   // of each table, a power of two
    int count, word_count;
    Str *long_words;   // those of six letters or more, by length
    int long_from[34]; // place of the first of that length; one past the last length ends it
};

bool term_property(Str property, Term *term); // "valence -40"; false: not one we know

// The longest phrase that starts at word `at`; `*used` is how many words it has. NULL: none.
const Term *lexicon_match(const Lexicon *lexicon, const Words *words, int at, int most, int *used);
const Term *lexicon_find(const Lexicon *lexicon, Str phrase); // normalised
bool lexicon_knows(const Lexicon *lexicon, Str word);         // stands in some phrase
bool lexicon_mend(const Lexicon *lexicon, Str word,
                  Str *mended); // one slip away from a word of six letters or more

#endif
