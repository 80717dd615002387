// A prompt while it is being read: its words, and the items they make. The stages share this.
//
//     words ──numbers, keys, longest phrases──> items ──negation, "only", roles──> marked ──> Brief
#ifndef BRIEF_PROMPT_H
#define BRIEF_PROMPT_H

#include "brief/lexicon.h"

typedef enum ItemKind {
    ITEM_TERM,    // a phrase of the lexicon
    ITEM_UNKNOWN, // no phrase of ours
    ITEM_BPM,     // number: beats per minute
    ITEM_KEY,
    ITEM_METER,   // beats, unit
    ITEM_LENGTH,  // number: seconds of the song
    ITEM_BARS,    // number
    ITEM_LETTERS, // a form in letters, "AABA"
    ITEM_SILENT,  // a number that says nothing: "two guitars"
    ITEM_PLACE,   // a time inside the song, "drop at 0:45": understood by people, not by us
} ItemKind;

typedef struct Item {
    ItemKind kind;
    int from, to;     // words
    const Term *term; // of ITEM_TERM, else NULL
    double number;
    double low, high; // the ends of a range the number is the middle of; else both are the number
    int beats, beat_unit;
    Key key;
    Str word; // a suffix's stem or a form's letters

    // Marks of the later stages.
    bool banned, soft, done; // done: nothing more to say
    bool local;              // "no drums in the intro": a wish for one place only
    bool alone;              // belongs to an "only"
    bool lead;               // "with solo violin"
    Role role;
    int span_from; // words quoted begin here when a ban opened earlier; -1: at `from`
    int bars;      // of a section
    int times;     // hundredths, by degree words
} Item;

typedef struct Prompt {
    Arena *arena;
    const Lexicon *lexicon;
    Str text; // as given
    Words words;
    Item *items;
    int count;
    Brief *brief;
    int want_at[WISH_MAX], ban_at[WISH_MAX]; // items that said it, to see what came later
    Str want_group[WISH_MAX];                // the group a loose wish named
    bool ban_whole[WISH_MAX];                // the ban names a family or a role
} Prompt;

// numbers.c and key.c: what begins at word `at`; false when no number or key does.
bool number_at(const Prompt *prompt, int at, Item *out);
bool key_at(const Prompt *prompt, int at, Item *out);
bool form_at(const Prompt *prompt, int at, Item *out);

// negation.c: bans, "only", "not too". roles.c: who plays what.
void negation_mark(Prompt *prompt);
void roles_mark(Prompt *prompt);

// apply.c: items into the Brief.
void brief_apply(Prompt *prompt);

static inline bool item_is(const Item *item, TermKind kind)
{
    return item->kind == ITEM_TERM && item->term->kind == kind;
}

// Something that sounds: an instrument, a group, the voice.
static inline bool item_sounds(const Item *item)
{
    return item_is(item, TERM_INSTRUMENT) || item_is(item, TERM_GROUP) ||
           (item_is(item, TERM_WISH) && item->term->vocal == CHOICE_YES);
}

static inline bool word_is(const Words *words, int at, const char *text)
{
    return at >= 0 && at < words->count && str_equal(words->list[at].norm, str_of(text));
}

// True when the word is one of `list`, a NULL-ended list.
static inline bool word_in(const Words *words, int at, const char *const *list)
{
    for (; at >= 0 && at < words->count && *list; list++)
        if (word_is(words, at, *list))
            return true;
    return false;
}

static inline Gap gap_before(const Words *words, int at)
{
    return at < words->count ? words->list[at].gap : GAP_STOP;
}

#endif
