// Harmony: progressions as Roman numerals, and what they become in a key.
//
//     ii9 V13 Imaj9 vi7,VI7b9        one chord a bar; a comma parts a bar
//
// A numeral's case gives the third, its suffix the rest; b and # alter the root within the mode's
// own scale, so VI is the natural sixth of minor. "/3" and "/5" put that tone into the bass.
#ifndef SCORE_HARMONY_H
#define SCORE_HARMONY_H

#include "base/rng.h"
#include "brief/brief.h"

enum { ROMAN_MAX = 64, BAR_CHORDS_MAX = 4 };

typedef struct Roman {
    Str text;       // "V13"
    int degree;     // 0 = I
    int alter;      // semitones: -1 for b
    uint16_t above; // bit n: n semitones above the root
    int bass;       // semitones above the root
    int share;      // how many chords share its bar
} Roman;

typedef struct Progression {
    Roman chords[ROMAN_MAX];
    int count;
    int bars;
} Progression;

bool progression_read(Str text, Progression *out, Fault *fault);

// The scale of a mode as semitones above the tonic: seven for harmony (the blues borrows
// mixolydian), and the mask of pitch classes that melodies use.
const int8_t *mode_scale(Mode mode);
uint16_t mode_tones(Mode mode, int tonic);
bool mode_is_minor(Mode mode); // its third is minor

// A numeral in a key. `foreign` says it was written for another mode: then its quality is made
// from the key's own scale. Root and bass are pitch classes, tones a mask of them.
void roman_in_key(const Roman *roman, Key key, bool foreign, uint8_t *root, uint8_t *bass, uint16_t *tones);

#endif
