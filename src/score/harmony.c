#include "score/harmony.h"

static const int8_t scales[MODE_COUNT][7] = {
    [MODE_MAJOR] = { 0, 2, 4, 5, 7, 9, 11 },   [MODE_MINOR] = { 0, 2, 3, 5, 7, 8, 10 },
    [MODE_DORIAN] = { 0, 2, 3, 5, 7, 9, 10 },  [MODE_PHRYGIAN] = { 0, 1, 3, 5, 7, 8, 10 },
    [MODE_LYDIAN] = { 0, 2, 4, 6, 7, 9, 11 },  [MODE_MIXOLYDIAN] = { 0, 2, 4, 5, 7, 9, 10 },
    [MODE_LOCRIAN] = { 0, 1, 3, 5, 6, 8, 10 }, [MODE_HARMONIC_MINOR] = { 0, 2, 3, 5, 7, 8, 11 },
    [MODE_BLUES] = { 0, 2, 4, 5, 7, 9, 10 },
};

// What stands behind the numeral, longest first, and what it adds. A mark in `drop` takes tones away.
static const struct {
    Str text;
    uint16_t add, drop;
} suffixes[] = {
    { STR_INIT("maj13"), 1 << 11 | 1 << 2 | 1 << 9, 0 },
    { STR_INIT("maj9"), 1 << 11 | 1 << 2, 0 },
    { STR_INIT("maj7"), 1 << 11, 0 },
    { STR_INIT("m7b5"), 1 << 3 | 1 << 6 | 1 << 10, 1 << 7 | 1 << 4 },
    { STR_INIT("dim7"), 1 << 3 | 1 << 6 | 1 << 9, 1 << 7 | 1 << 4 },
    { STR_INIT("dim"), 1 << 3 | 1 << 6, 1 << 7 | 1 << 4 },
    { STR_INIT("13sus"), 1 << 5 | 1 << 10 | 1 << 2 | 1 << 9, 1 << 4 | 1 << 3 },
    { STR_INIT("9sus"), 1 << 5 | 1 << 10 | 1 << 2, 1 << 4 | 1 << 3 },
    { STR_INIT("7sus"), 1 << 5 | 1 << 10, 1 << 4 | 1 << 3 },
    { STR_INIT("sus4"), 1 << 5, 1 << 4 | 1 << 3 },
    { STR_INIT("sus2"), 1 << 2, 1 << 4 | 1 << 3 },
    { STR_INIT("add9"), 1 << 2, 0 },
    { STR_INIT("7alt"), 1 << 10 | 1 << 1 | 1 << 8, 1 << 7 },
    { STR_INIT("7b9"), 1 << 10 | 1 << 1, 0 },
    { STR_INIT("7#9"), 1 << 10 | 1 << 3, 0 },
    { STR_INIT("69"), 1 << 9 | 1 << 2, 0 },
    { STR_INIT("13"), 1 << 10 | 1 << 2 | 1 << 9, 0 },
    { STR_INIT("11"), 1 << 10 | 1 << 2 | 1 << 5, 0 },
    { STR_INIT("9"), 1 << 10 | 1 << 2, 0 },
    { STR_INIT("7"), 1 << 10, 0 },
    { STR_INIT("6"), 1 << 9, 0 },
    { STR_INIT("5"), 1 << 7, 1 << 4 | 1 << 3 },
    { STR_INIT("+"), 1 << 8, 1 << 7 },
};

static bool numeral_read(Str *text, int *degree, bool *major)
{
    static const Str numerals[] = { STR_INIT("vii"), STR_INIT("iii"), STR_INIT("iv"), STR_INIT("vi"),
                                    STR_INIT("ii"),  STR_INIT("v"),   STR_INIT("i") };
    static const int degrees[] = { 6, 2, 3, 5, 1, 4, 0 };
    for (size_t i = 0; i < sizeof numerals / sizeof *numerals; i++) {
        Str head = str_slice(*text, 0, numerals[i].length);
        if (head.length != numerals[i].length)
            continue;
        bool lower = true, upper = true;
        for (size_t k = 0; k < head.length; k++) {
            lower = lower && head.data[k] == numerals[i].data[k];
            upper = upper && head.data[k] == numerals[i].data[k] - ('a' - 'A');
        }
        if (lower || upper) {
            *degree = degrees[i];
            *major = upper;
            *text = str_slice(*text, head.length, text->length);
            return true;
        }
    }
    return false;
}

static bool suffix_read(Str *text, uint16_t *above)
{
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        if (str_starts(*text, suffixes[i].text)) {
            *above = (uint16_t)((*above & ~suffixes[i].drop) | suffixes[i].add);
            *text = str_slice(*text, suffixes[i].text.length, text->length);
            return true;
        }
    }
    return false;
}

static int lowest_of(uint16_t above, int a, int b, int c)
{
    return above & 1 << a ? a : above & 1 << b ? b : c;
}

static bool roman_read(Str text, Roman *out, Fault *fault)
{
    *out = (Roman){ .text = text, .share = 1 };
    Str rest = text;
    while (rest.length && (rest.data[0] == 'b' || rest.data[0] == '#')) {
        out->alter += rest.data[0] == '#' ? 1 : -1;
        rest = str_slice(rest, 1, rest.length);
    }
    bool major;
    if (!numeral_read(&rest, &out->degree, &major))
        return fault_set(fault, FAULT_INPUT, "\"" STR_FMT "\" is no Roman numeral", STR_ARG(text));
    out->above = (uint16_t)(1 | 1 << (major ? 4 : 3) | 1 << 7);
    while (rest.length && rest.data[0] != '/')
        if (!suffix_read(&rest, &out->above))
            return fault_set(fault, FAULT_INPUT, "\"" STR_FMT "\" ends in an unknown chord suffix",
                             STR_ARG(text));
    if (str_equal(rest, STR("/3")))
        out->bass = lowest_of(out->above, 4, 3, 0);
    else if (str_equal(rest, STR("/5")))
        out->bass = lowest_of(out->above, 7, 6, 8);
    else if (rest.length)
        return fault_set(fault, FAULT_INPUT, "\"" STR_FMT "\": the bass can be /3 or /5", STR_ARG(text));
    return true;
}

bool progression_read(Str text, Progression *out, Fault *fault)
{
    *out = (Progression){ 0 };
    Str bar, piece;
    while (str_word(&text, &bar)) {
        int first = out->count;
        while (str_cut(&bar, ',', &piece)) {
            if (out->count - first == BAR_CHORDS_MAX)
                return fault_set(fault, FAULT_INPUT, "more than %d chords in a bar", BAR_CHORDS_MAX);
            if (out->count == ROMAN_MAX)
                return fault_set(fault, FAULT_INPUT, "more than %d chords", ROMAN_MAX);
            if (!roman_read(piece, &out->chords[out->count], fault))
                return false;
            out->count++;
        }
        for (int i = first; i < out->count; i++)
            out->chords[i].share = out->count - first;
        out->bars++;
    }
    return out->bars > 0 || fault_set(fault, FAULT_INPUT, "no chords");
}

const int8_t *mode_scale(Mode mode)
{
    return scales[mode < 0 ? MODE_MAJOR : mode];
}

uint16_t mode_tones(Mode mode, int tonic)
{
    static const int8_t blues[] = { 0, 3, 5, 6, 7, 10 };
    const int8_t *tones = mode == MODE_BLUES ? blues : mode_scale(mode);
    int count = mode == MODE_BLUES ? 6 : 7;
    uint16_t mask = 0;
    for (int i = 0; i < count; i++)
        mask |= (uint16_t)(1 << (tones[i] + tonic) % 12);
    return mask;
}

bool mode_is_minor(Mode mode)
{
    return mode_scale(mode)[2] == 3;
}

// The numeral's chord made of the mode's own thirds, as rich as it was written.
static uint16_t diatonic(const Roman *roman, const int8_t *scale)
{
    int root = scale[roman->degree];
    uint16_t above = 1;
    int thirds = roman->above & (1 << 9 | 1 << 10 | 1 << 11) ? 3 : 2;
    for (int i = 1; i <= thirds; i++)
        above |= (uint16_t)(1 << (scale[(roman->degree + 2 * i) % 7] - root + 24) % 12);
    return above;
}

void roman_in_key(const Roman *roman, Key key, bool foreign, uint8_t *root, uint8_t *bass, uint16_t *tones)
{
    const int8_t *scale = mode_scale(key.mode);
    bool own = !foreign || roman->alter != 0;
    uint16_t above = own ? roman->above : diatonic(roman, scale);
    int base = (key.tonic + scale[roman->degree] + roman->alter + 24) % 12;

    *root = (uint8_t)base;
    *bass = (uint8_t)((base + (above & 1 << roman->bass ? roman->bass : 0)) % 12);
    *tones = 0;
    for (int i = 0; i < 12; i++)
        if (above & 1 << i)
            *tones |= (uint16_t)(1 << (base + i) % 12);
}
