// Keys: in English with letters, in German with H and -is, in the Romance languages with do re mi.
// The letter A is also an article, so it needs a sign that a key is meant.
#include <string.h>

#include "brief/prompt.h"

const char *const mode_names[MODE_COUNT] = { "major",      "minor",   "dorian",         "phrygian", "lydian",
                                             "mixolydian", "locrian", "harmonic minor", "blues" };

static const char *const sharp_names[12] = {
    "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"
};
static const char *const flat_names[12] = { "C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B" };

// What is read at one place.
typedef struct Reading {
    Key key;
    int used;
    bool letter;  // a lone letter: no sharp, no flat, no "m"
    bool glued_m; // "Am"
} Reading;

typedef struct NamedTone {
    const char *name;
    int tone; // 0 = C
} NamedTone;

static const NamedTone solfege[] = { { "do", 0 }, { "ut", 0 },  { "re", 2 }, { "mi", 4 },
                                     { "fa", 5 }, { "sol", 7 }, { "la", 9 }, { "si", 11 } };
static const NamedTone german[] = {
    { "c", 0 },   { "cis", 1 }, { "ces", 11 }, { "d", 2 },   { "dis", 3 }, { "des", 1 }, { "e", 4 },
    { "eis", 5 }, { "es", 3 },  { "f", 5 },    { "fis", 6 }, { "fes", 4 }, { "g", 7 },   { "gis", 8 },
    { "ges", 6 }, { "a", 9 },   { "ais", 10 }, { "as", 8 },  { "h", 11 },  { "b", 10 },  { "his", 0 },
};

static const struct {
    const char *name;
    Mode mode;
    int words;
    char tongue; // 'e' English, 'g' German, 'r' Romance, '*' any
} modes[] = {
    { "harmonic minor", MODE_HARMONIC_MINOR, 2, 'e' },
    { "natural minor", MODE_MINOR, 2, 'e' },
    { "melodic minor", MODE_MINOR, 2, 'e' },
    { "minor pentatonic", MODE_MINOR, 2, 'e' },
    { "major pentatonic", MODE_MAJOR, 2, 'e' },
    { "phrygian dominant", MODE_PHRYGIAN, 2, 'e' },
    { "harmonisch moll", MODE_HARMONIC_MINOR, 2, 'g' },
    { "minore armonica", MODE_HARMONIC_MINOR, 2, 'r' },
    { "menor armonica", MODE_HARMONIC_MINOR, 2, 'r' },
    { "mineur harmonique", MODE_HARMONIC_MINOR, 2, 'r' },
    { "major", MODE_MAJOR, 1, 'e' },
    { "maj", MODE_MAJOR, 1, 'e' },
    { "minor", MODE_MINOR, 1, 'e' },
    { "min", MODE_MINOR, 1, 'e' },
    { "aeolian", MODE_MINOR, 1, 'e' },
    { "ionian", MODE_MAJOR, 1, 'e' },
    { "dorian", MODE_DORIAN, 1, 'e' },
    { "phrygian", MODE_PHRYGIAN, 1, 'e' },
    { "lydian", MODE_LYDIAN, 1, 'e' },
    { "mixolydian", MODE_MIXOLYDIAN, 1, 'e' },
    { "locrian", MODE_LOCRIAN, 1, 'e' },
    { "pentatonic", MODE_UNSTATED, 1, 'e' },
    { "dur", MODE_MAJOR, 1, 'g' },
    { "moll", MODE_MINOR, 1, 'g' },
    { "dorisch", MODE_DORIAN, 1, 'g' },
    { "mayor", MODE_MAJOR, 1, 'r' },
    { "menor", MODE_MINOR, 1, 'r' },
    { "majeur", MODE_MAJOR, 1, 'r' },
    { "mineur", MODE_MINOR, 1, 'r' },
    { "maggiore", MODE_MAJOR, 1, 'r' },
    { "minore", MODE_MINOR, 1, 'r' },
    { "maior", MODE_MAJOR, 1, 'r' },
    { "dorico", MODE_DORIAN, 1, 'r' },
    { "dorien", MODE_DORIAN, 1, 'r' },
};

static bool phrase_at(const Words *words, int at, const char *phrase)
{
    Str rest = str_of(phrase), word;
    for (int i = at; str_word(&rest, &word); i++)
        if (i >= words->count || !str_equal(words->list[i].norm, word) ||
            (i > at && words->list[i].gap >= GAP_SLASH))
            return false;
    return true;
}

// Reads the mode that follows; 0 words when none does.
static int mode_at(const Words *words, int at, char tongue, Mode *mode)
{
    if (gap_before(words, at) >= GAP_SLASH)
        return 0;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (modes[i].tongue == tongue && phrase_at(words, at, modes[i].name)) {
            *mode = modes[i].mode;
            return modes[i].words;
        }
    }
    return 0;
}

static int tone_named(const NamedTone *tones, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(name, str_of(tones[i].name)))
            return tones[i].tone;
    return -1;
}

static void shift(Key *key, int step)
{
    key->tonic = (key->tonic + step + 12) % 12;
    key->flats = step < 0;
}

// "fis-moll", "H-Dur"
static bool read_german(const Words *words, int at, Reading *out)
{
    Str name = words->list[at].norm;
    int tone = tone_named(german, sizeof german / sizeof german[0], name);
    int used = tone < 0 ? 0 : mode_at(words, at + 1, 'g', &out->key.mode);
    if (used == 0)
        return false;
    out->key.tonic = tone;
    out->key.flats = str_equal(name, STR("b")) ||
                     (name.length > 1 && str_ends(name, STR("s")) && !str_ends(name, STR("is")));
    out->used = 1 + used;
    return true;
}

// "la menor", "fa dièse mineur", "si bemolle maggiore"
static bool read_romance(const Words *words, int at, Reading *out)
{
    static const char *const sharps[] = { "sostenido", "diese", "diesis", "sustenido", NULL };
    static const char *const flats[] = { "bemol", "bemolle", NULL };
    int tone = tone_named(solfege, sizeof solfege / sizeof solfege[0], words->list[at].norm);
    if (tone < 0)
        return false;
    int next = at + 1;
    out->key = (Key){ .tonic = tone, .mode = MODE_UNSTATED };
    if (word_in(words, next, sharps) || word_in(words, next, flats))
        shift(&out->key, word_in(words, next++, sharps) ? 1 : -1);
    int used = mode_at(words, next, 'r', &out->key.mode);
    out->used = next + used - at;
    return used > 0;
}

// What follows the letter in one word: "#", "b", "sharp", then "m", "min", "maj".
static bool read_tail(Str tail, Reading *out)
{
    static const struct {
        const char *text;
        int step;
    } signs[] = { { "sharp", 1 }, { "flat", -1 }, { "#", 1 }, { "b", -1 }, { "", 0 } };
    static const struct {
        const char *text;
        Mode mode;
    } ends[] = { { "", MODE_UNSTATED },   { "m", MODE_MINOR },   { "min", MODE_MINOR },
                 { "minor", MODE_MINOR }, { "maj", MODE_MAJOR }, { "major", MODE_MAJOR } };
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        Str sign = str_of(signs[i].text);
        if (!str_starts(tail, sign))
            continue;
        for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++) {
            if (!str_equal(str_slice(tail, sign.length, tail.length), str_of(ends[k].text)))
                continue;
            if (signs[i].step)
                shift(&out->key, signs[i].step);
            out->key.mode = ends[k].mode;
            out->letter = tail.length == 0;
            out->glued_m = k == 1;
            return true;
        }
    }
    return false;
}

static bool read_letter(const Words *words, int at, Reading *out)
{
    static const int tones[] = { 9, 11, 0, 2, 4, 5, 7 };
    Str norm = words->list[at].norm;
    if (norm.length == 0 || norm.data[0] < 'a' || norm.data[0] > 'g')
        return false;
    out->key = (Key){ .tonic = tones[norm.data[0] - 'a'], .mode = MODE_UNSTATED };
    if (!read_tail(str_slice(norm, 1, norm.length), out))
        return false;
    int next = at + 1;
    if (out->letter && gap_before(words, next) < GAP_SLASH &&
        (word_is(words, next, "sharp") || word_is(words, next, "flat"))) {
        shift(&out->key, word_is(words, next, "sharp") ? 1 : -1);
        out->letter = false;
        next++;
    }
    if (out->key.mode == MODE_UNSTATED)
        next += mode_at(words, next, 'e', &out->key.mode);
    out->used = next - at;
    return true;
}

static bool read_key(const Words *words, int at, Reading *out)
{
    *out = (Reading){ .key = { .mode = MODE_UNSTATED } };
    return read_german(words, at, out) || read_romance(words, at, out) || read_letter(words, at, out);
}

static bool ends_segment(const Words *words, int at)
{
    return gap_before(words, at) >= GAP_COMMA;
}

// "key of", "key:", "in the key of", "in", "en", "tonalité de"
static bool after_key_word(const Words *words, int at)
{
    static const char *const keys[] = { "key",      "keys",     "tonality", "tonalidad",
                                        "tonalite", "tonalita", "tonart",   "tonalidade",
                                        "tono",     "scale",    NULL };
    static const char *const links[] = { "of", "is", "in", "de", "di", "the", NULL };
    int i = at - 1;
    while (i > 0 && word_in(words, i, links) && words->list[i + 1].gap < GAP_COMMA)
        i--;
    return i >= 0 && words->list[i + 1].gap < GAP_COMMA && word_in(words, i, keys);
}

static bool after_in(const Words *words, int at)
{
    static const char *const ins[] = { "in", "en", "em", NULL };
    return at > 0 && words->list[at].gap <= GAP_SPACE && word_in(words, at - 1, ins);
}

static bool all_capitals(const Words *words)
{
    int capitals = 0, others = 0;
    for (int i = 0; i < words->count; i++) {
        capitals += words->list[i].caps;
        others += !words->list[i].caps && !words->list[i].digits && words->list[i].norm.length > 1;
    }
    return capitals > others;
}

// "a minor key", "a minor mood": the letter is an article.
static bool article_follows(const Words *words, int next)
{
    static const char *const nouns[] = { "key",     "chord", "chords", "mood", "mode",  "tonality", "feel",
                                         "feeling", "vibe",  "sound",  "tone", "scale", NULL };
    return gap_before(words, next) < GAP_COMMA && word_in(words, next, nouns);
}

static bool a_is_a_key(const Words *words, int at, const Reading *reading)
{
    const Word *word = &words->list[at];
    int next = at + reading->used;
    bool stands_out = word->capital && word->gap < GAP_STOP && !all_capitals(words);
    if (after_key_word(words, at))
        return true;
    if (stands_out && after_in(words, at) &&
        (reading->key.mode != MODE_UNSTATED || ends_segment(words, next)))
        return true;
    if (reading->key.mode == MODE_UNSTATED)
        return false;
    if (article_follows(words, next))
        return stands_out;
    return after_in(words, at) || stands_out || ends_segment(words, next);
}

// "Am" is a key, "I am" and "5 am" are not.
static bool am_is_a_key(const Words *words, int at, const Reading *reading)
{
    const Word *word = &words->list[at];
    if (at > 0 && (words->list[at - 1].digits || word_is(words, at - 1, "i")))
        return false;
    if (after_in(words, at) || after_key_word(words, at))
        return true;
    if (word->caps || (word_is(words, at + 1, "i") && ends_segment(words, at)))
        return false;
    return word->capital || (ends_segment(words, at + reading->used) && word->gap >= GAP_COMMA);
}

static bool bare_is_a_key(const Words *words, int at, const Reading *reading)
{
    static const char *const things[] = { "major", "minor", "section", "part",  "clarinet", "trumpet",
                                          "horn",  "sax",   "tuning",  "flute", NULL };
    if (after_key_word(words, at))
        return true;
    if (word_in(words, at + reading->used, things))
        return false;
    if (after_in(words, at))
        return true;
    if (reading->letter || (at > 0 && words->list[at - 1].digits))
        return false;
    return words->list[at].capital ||
           (words->list[at].gap >= GAP_COMMA && ends_segment(words, at + reading->used));
}

bool key_at(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    Reading reading;
    if (!read_key(words, at, &reading))
        return false;
    bool a = reading.letter && word_is(words, at, "a");
    bool meant = a                                      ? a_is_a_key(words, at, &reading)
                 : reading.glued_m && reading.used == 1 ? am_is_a_key(words, at, &reading)
                 : reading.key.mode == MODE_UNSTATED    ? bare_is_a_key(words, at, &reading)
                                                        : true;
    // "a slow E blues" names a key and a genre: the word "blues" stays for the genre.
    bool blues = reading.key.mode == MODE_UNSTATED && word_is(words, at + reading.used, "blues");
    if (blues && words->list[at].capital && (!a || after_in(words, at))) {
        reading.key.mode = MODE_BLUES;
        meant = true;
    }
    bool chord = at + reading.used < words->count && words->list[at + reading.used].gap == GAP_GLUED; // "Dm7"
    if (!meant || chord)
        return false;
    *out = (Item){ .kind = ITEM_KEY, .from = at, .to = at + reading.used, .key = reading.key };
    return true;
}

bool key_read(Str text, Key *out)
{
    Arena scratch = { 0 };
    Words words = text_words(&scratch, text);
    Reading reading;
    bool done = words.count > 0 && read_key(&words, 0, &reading);
    if (done && reading.used < words.count && word_is(&words, reading.used, "blues") &&
        reading.key.mode == MODE_UNSTATED) {
        reading.key.mode = MODE_BLUES;
        reading.used++;
    }
    done = done && reading.used == words.count;
    if (done)
        *out = reading.key;
    arena_close(&scratch);
    return done;
}

Str tonic_text(Key key)
{
    if (key.tonic < 0 || key.tonic > 11)
        return STR("");
    return str_of(key.flats ? flat_names[key.tonic] : sharp_names[key.tonic]);
}

Str key_text(Arena *arena, Key key)
{
    Str tonic = tonic_text(key);
    if (key.mode <= MODE_UNSTATED || key.mode >= MODE_COUNT)
        return arena_copy(arena, tonic);
    return arena_print(arena, STR_FMT "%s%s", STR_ARG(tonic), tonic.length ? " " : "", mode_names[key.mode]);
}
