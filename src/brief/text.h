// Text: a prompt cut into words that can be looked up, each remembering where it stood.
//
// Letters become lower case without accents ("Más" -> mas, "ﬂüte" stays itself letter by letter),
// hyphens part words, digits part from letters ("120bpm" -> 120, bpm), "&" and "+" read "and",
// "w/" reads "with". An elided article stands alone ("l'accordéon" -> l, accordeon); any other
// apostrophe drops out ("don't" -> dont). A sharp or flat sign after a note name belongs to it.
// A picture such as a flag or a face is a word of its own.
#ifndef BRIEF_TEXT_H
#define BRIEF_TEXT_H

#include "base/arena.h"

// What stands before a word, weakest first. From GAP_COMMA on a phrase cannot run across it.
typedef enum Gap { GAP_GLUED, GAP_SPACE, GAP_HYPHEN, GAP_SLASH, GAP_COLON, GAP_COMMA, GAP_STOP } Gap;

typedef struct Word {
    Str norm;        // as looked up
    Str fold;        // the same with a plural's ending taken off
    size_t from, to; // bytes of the text it came from
    Gap gap;
    bool spaced;     // a blank stands before it
    bool apostrophe; // an apostrophe stands right before it
    bool digits;     // a number, `value`
    bool capital;    // the first letter is a capital
    bool caps;       // all of two or more letters are capitals
    bool mended;     // a typing slip was put right in `norm`
    bool quoted;     // inside a title: "a song called 'Blue Moon'"
    double value;
} Word;

typedef struct Words {
    Word *list;
    int count;
    int room; // of `list`
} Words;

Words text_words(Arena *arena, Str text);
void text_cut(Arena *arena, Str text, Words *words);           // the same into a list used before
Str text_fold(Arena *arena, Str word);                         // takes a plural's ending off
Str text_span(Str text, const Words *words, int from, int to); // the text of words from .. to-1
int text_chars(Str text);                                      // characters, as people count them

#endif
