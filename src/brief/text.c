// Cuts text into words; see text.h for what becomes of each kind of sign.
#include "brief/text.h"

#include <string.h>

// ASCII for U+0100 .. U+017F: how often each letter comes, in order.
static const struct {
    char letter;
    int count;
} latin_runs[] = {
    { 'a', 6 }, { 'c', 8 },  { 'd', 4 },  { 'e', 10 }, { 'g', 8 }, { 'h', 4 }, { 'i', 12 },
    { 'j', 2 }, { 'k', 3 },  { 'l', 10 }, { 'n', 9 },  { 'o', 8 }, { 'r', 6 }, { 's', 8 },
    { 't', 6 }, { 'u', 12 }, { 'w', 2 },  { 'y', 3 },  { 'z', 6 }, { 's', 1 },
};

static const char latin1[] =
    "aaaaaaaceeeeiiiidnooooo*ouuuuypsaaaaaaaceeeeiiiidnooooo/ouuuuypy"; // U+00C0 .. U+00FF

typedef enum SignKind { SIGN_LETTER, SIGN_DIGIT, SIGN_PICTURE, SIGN_NOTHING, SIGN_OTHER } SignKind;

typedef struct Sign {
    SignKind kind;
    uint32_t code;
    size_t bytes;  // of the text
    char plain[5]; // letters: what they read as; may be two ("ss")
} Sign;

typedef struct Cutter {
    Str text;
    size_t at;
    char *store; // what words read as; never longer than the text
    size_t stored;
    Arena *arena;
    Words words;
    Gap gap; // since the last word
    bool spaced, apostrophe;
    char quote; // the quotation mark of a title we are in, or 0
} Cutter;

// One character of UTF-8; a broken byte counts as one character U+FFFD.
static uint32_t decode(Str text, size_t at, size_t *bytes)
{
    const unsigned char *p = (const unsigned char *)text.data + at;
    size_t left = text.length - at;
    size_t need = p[0] < 0x80 ? 1 : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : p[0] >= 0xE0 ? 3 : p[0] >= 0xC2 ? 2 : 0;
    if (p[0] >= 0xF5)
        need = 0;
    *bytes = 1;
    if (need == 0 || need > left)
        return 0xFFFD;
    uint32_t code = need == 1 ? p[0] : (uint32_t)(p[0] & (0x7F >> need));
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0xFFFD;
        code = code << 6 | (p[i] & 0x3F);
    }
    *bytes = need;
    return code;
}

static char latin_extended(uint32_t code)
{
    int place = (int)(code - 0x100);
    for (size_t i = 0; i < sizeof latin_runs / sizeof latin_runs[0]; i++) {
        if (place < latin_runs[i].count)
            return latin_runs[i].letter;
        place -= latin_runs[i].count;
    }
    return '?';
}

static void read_as(Sign *sign, const char *plain)
{
    sign->kind = SIGN_LETTER;
    memcpy(sign->plain, plain, strlen(plain) + 1);
}

static bool is_picture(uint32_t code)
{
    return (code >= 0x2300 && code <= 0x27BF) || (code >= 0x2B00 && code <= 0x2BFF) ||
           (code >= 0x1F000 && code <= 0x1FAFF);
}

// Marks that change the sign before them without being one: accents, joiners, skin colours.
static bool is_mark(uint32_t code)
{
    return (code >= 0x300 && code <= 0x36F) || (code >= 0xFE00 && code <= 0xFE0F) || code == 0x200D ||
           code == 0x200B || code == 0xFEFF || (code >= 0x1F3FB && code <= 0x1F3FF);
}

static void classify_wide(Sign *sign)
{
    uint32_t code = sign->code;
    if (code == 0xDF)
        read_as(sign, "ss");
    else if (code == 0xC6 || code == 0xE6)
        read_as(sign, "ae");
    else if (code == 0x152 || code == 0x153)
        read_as(sign, "oe");
    else if (code >= 0xC0 && code <= 0xFF && latin1[code - 0xC0] >= 'a')
        read_as(sign, (char[2]){ latin1[code - 0xC0], 0 });
    else if (code >= 0x100 && code <= 0x17F)
        read_as(sign, (char[2]){ latin_extended(code), 0 });
    else if (is_mark(code))
        sign->kind = SIGN_NOTHING;
    else if (is_picture(code) || code == 0x2600 || code == 0x2669 || code == 0x266A)
        sign->kind = SIGN_PICTURE;
    else if (code >= 0x370 && code != 0xFFFD && !(code >= 0x2000 && code <= 0x22FF) &&
             !(code >= 0x3000 && code <= 0x303F))
        sign->kind = SIGN_LETTER; // a script we do not fold: kept as it is
}

static Sign sign_at(Str text, size_t at)
{
    Sign sign = { .kind = SIGN_OTHER };
    sign.code = decode(text, at, &sign.bytes);
    if (sign.code >= 0xFF01 && sign.code <= 0xFF5E) // full width forms
        sign.code -= 0xFEE0;
    uint32_t code = sign.code;
    if (code >= '0' && code <= '9')
        sign.kind = SIGN_DIGIT;
    else if (code < 0x80 && ((code | 32) >= 'a' && (code | 32) <= 'z'))
        read_as(&sign, (char[2]){ (char)(code | 32), 0 });
    else if (code >= 0x80)
        classify_wide(&sign);
    if (sign.kind == SIGN_LETTER && !sign.plain[0]) {
        memcpy(sign.plain, text.data + at, sign.bytes);
        sign.plain[sign.bytes] = 0;
    }
    return sign;
}

static bool is_capital(Sign sign)
{
    return (sign.code >= 'A' && sign.code <= 'Z') || (sign.code >= 0xC0 && sign.code <= 0xDE);
}

static void make_room(Cutter *cutter)
{
    Words *words = &cutter->words;
    int room = words->room ? words->room * 2 : 32;
    Word *list = ARENA_ARRAY(cutter->arena, Word, (size_t)room);
    if (words->room)
        memcpy(list, words->list, (size_t)words->room * sizeof *list);
    words->list = list;
    words->room = room;
}

static Word *word_begin(Cutter *cutter)
{
    if (cutter->words.count == cutter->words.room)
        make_room(cutter);
    Word *word = &cutter->words.list[cutter->words.count];
    *word = (Word){ .norm = { cutter->store + cutter->stored, 0 }, .from = cutter->at, .gap = cutter->gap };
    if (cutter->words.count == 0)
        word->gap = GAP_STOP;
    word->spaced = cutter->spaced;
    word->apostrophe = cutter->apostrophe;
    word->quoted = cutter->quote != 0;
    return word;
}

static void word_end(Cutter *cutter, Word *word)
{
    word->to = cutter->at;
    cutter->stored += word->norm.length;
    cutter->words.count++;
    cutter->gap = GAP_GLUED;
    cutter->spaced = cutter->apostrophe = false;
}

static void store(Cutter *cutter, Word *word, const char *plain)
{
    size_t length = strlen(plain);
    memcpy(cutter->store + cutter->stored + word->norm.length, plain, length);
    word->norm.length += length;
}

static bool is_apostrophe(uint32_t code)
{
    return code == '\'' || code == 0x2019 || code == 0x2018 || code == 0xB4 || code == '`';
}

// "l'accordéon", "d'une", "dell'organo": the article before the apostrophe is a word of its own.
static bool elides(Str before, Sign next)
{
    static const char *const articles[] = { "l",    "d", "qu", "un", "dell", "all", "nell", "dall",
                                            "sull", "c", "j",  "n",  "s",    "m",   "t" };
    if (next.kind != SIGN_LETTER || !strchr("aeiouh", next.plain[0]))
        return false;
    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++)
        if (str_equal(before, str_of(articles[i])))
            return true;
    return false;
}

// A sharp or flat after a lone note name: "F#", "B♭".
static const char *accidental(const Word *word, uint32_t code)
{
    if (word->norm.length != 1 || word->norm.data[0] < 'a' || word->norm.data[0] > 'h')
        return NULL;
    return code == '#' || code == 0x266F ? "#" : code == 0x266D ? "b" : NULL;
}

static Sign peek(const Cutter *cutter, size_t at)
{
    return at < cutter->text.length ? sign_at(cutter->text, at) : (Sign){ .kind = SIGN_OTHER };
}

// The run of plain small letters at the place we stand: the common case, done quickly.
static size_t store_plain(Cutter *cutter, Word *word)
{
    size_t n = 0;
    const char *from = cutter->text.data + cutter->at;
    char *to = cutter->store + cutter->stored + word->norm.length;
    while (cutter->at + n < cutter->text.length && from[n] >= 'a' && from[n] <= 'z') {
        to[n] = from[n];
        n++;
    }
    word->norm.length += n;
    cutter->at += n;
    return n;
}

static void cut_letters(Cutter *cutter, Sign sign)
{
    Word *word = word_begin(cutter);
    int capitals = 0, letters = 0;
    word->capital = is_capital(sign);
    for (;;) {
        size_t plain = store_plain(cutter, word);
        letters += (int)plain;
        sign = peek(cutter, cutter->at);
        if (sign.bytes == 0)
            break;
        const char *mark = accidental(word, sign.code);
        if (sign.kind == SIGN_LETTER) {
            store(cutter, word, sign.plain);
            capitals += is_capital(sign);
            letters++;
        } else if (mark) {
            store(cutter, word, mark);
        } else if (is_apostrophe(sign.code)) {
            Sign next = peek(cutter, cutter->at + sign.bytes);
            if (next.kind != SIGN_LETTER || elides(word->norm, next))
                break;
        } else if (sign.kind != SIGN_NOTHING) {
            break;
        }
        cutter->at += sign.bytes;
    }
    word->caps = letters > 1 && capitals == letters;
    word_end(cutter, word);
}

static void cut_digits(Cutter *cutter)
{
    Word *word = word_begin(cutter);
    double value = 0.0, place = 0.0;
    int digits = 0;
    Str text = cutter->text;
    while (cutter->at < text.length) {
        Sign sign = sign_at(text, cutter->at);
        if (sign.kind == SIGN_DIGIT && digits < 15) {
            value = place > 0.0 ? value + place * (double)(sign.code - '0')
                                : value * 10.0 + (double)(sign.code - '0');
            place /= 10.0;
            digits++;
            store(cutter, word, (char[2]){ (char)sign.code, 0 });
        } else if ((sign.code == '.' || sign.code == ',') && place == 0.0 && // 92.5 and 92,5
                   peek(cutter, cutter->at + 1).kind == SIGN_DIGIT &&
                   (sign.code == '.' || peek(cutter, cutter->at + 2).kind != SIGN_DIGIT)) {
            place = 0.1;
            store(cutter, word, ".");
        } else {
            break;
        }
        cutter->at += sign.bytes;
    }
    word->digits = true;
    word->value = value;
    word_end(cutter, word);
}

// Signs that read as a word: "&", "+", the halves.
static bool cut_symbol(Cutter *cutter, Sign sign)
{
    bool half = sign.code == 0xBD;
    if (sign.code != '&' && sign.code != '+' && !half)
        return false;
    Word *word = word_begin(cutter);
    word->norm = half ? STR("0.5") : STR("and");
    word->digits = half;
    word->value = 0.5;
    size_t stored = cutter->stored;
    cutter->at += sign.bytes;
    word_end(cutter, word);
    cutter->stored = stored; // nothing was stored: the text is ours
    return true;
}

// "w/o", "w/out" and "w/" at the place we stand.
static bool cut_with(Cutter *cutter)
{
    Str rest = str_slice(cutter->text, cutter->at, cutter->text.length);
    if (rest.length < 2 || (rest.data[0] | 32) != 'w' || rest.data[1] != '/')
        return false;
    size_t o = rest.length > 2 && (rest.data[2] | 32) == 'o' ? 1 : 0;
    if (o && rest.length > 4 && (rest.data[3] | 32) == 'u' && (rest.data[4] | 32) == 't')
        o = 3;
    bool without = o && peek(cutter, cutter->at + 2 + o).kind != SIGN_LETTER;
    Word *word = word_begin(cutter);
    word->norm = without ? STR("without") : STR("with");
    size_t stored = cutter->stored;
    cutter->at += without ? 2 + o : 2;
    word_end(cutter, word);
    cutter->stored = stored;
    return true;
}

static void widen(Cutter *cutter, Gap gap)
{
    if (gap > cutter->gap)
        cutter->gap = gap;
}

static bool is_blank_sign(uint32_t code)
{
    return code == ' ' || code == '\t' || code == '\r' || code == '\n' || code == 0xA0 || code == 0x3000 ||
           (code >= 0x2000 && code <= 0x200A) || code == 0x202F;
}

// A dash between blanks parts phrases; between words it only hyphenates.
static Gap dash_gap(const Cutter *cutter, Sign sign)
{
    Sign next = peek(cutter, cutter->at + sign.bytes);
    bool loose = cutter->spaced || next.bytes == 0 || is_blank_sign(next.code) || next.code == '>';
    return loose || sign.code == 0x2014 ? GAP_COMMA : GAP_HYPHEN;
}

static Gap sign_gap(const Cutter *cutter, Sign sign)
{
    switch (sign.code) {
    case '-':
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2212:
        return dash_gap(cutter, sign);
    case '/':
    case '\\':
    case 0x2044:
        return GAP_SLASH;
    case ':':
    case '=':
    case 0xFF1A:
        return GAP_COLON;
    case ',':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '|':
    case '<':
    case '>':
    case 0x2190:
    case 0x2191:
    case 0x2192:
    case 0x2022:
    case 0x2026:
    case '*':
    case 0x3001:
    case 0xB7:
        return GAP_COMMA;
    case '.': {
        Sign next = peek(cutter, cutter->at + 1);
        return next.bytes == 0 || is_blank_sign(next.code) ? GAP_STOP : GAP_SPACE;
    }
    case '!':
    case '?':
    case ';':
    case '\n':
    case '\r':
    case 0x3002:
    case 0xA1:
    case 0xBF:
    case 0x2028:
        return GAP_STOP;
    default:
        return GAP_SPACE;
    }
}

static bool after_title_word(const Words *words)
{
    static const char *const names[] = { "called",    "titled",  "named",      "entitled",
                                         "title",     "llamada", "titulada",   "appelee",
                                         "intitulee", "namens",  "intitolata", "chamada" };
    if (words->count == 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_equal(words->list[words->count - 1].norm, str_of(names[i])))
            return true;
    return false;
}

// Titles in quotation marks hold words that are no wishes.
static void mind_quotes(Cutter *cutter, Sign sign)
{
    static const struct {
        uint32_t open, close;
    } pairs[] = { { '"', '"' },   { 0x201C, 0x201D }, { 0x201E, 0x201C },
                  { 0xAB, 0xBB }, { '\'', '\'' },     { 0x2018, 0x2019 } };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (cutter->quote == (char)(i + 1) && sign.code == pairs[i].close) {
            cutter->quote = 0;
            return;
        }
        if (!cutter->quote && sign.code == pairs[i].open && after_title_word(&cutter->words)) {
            cutter->quote = (char)(i + 1);
            return;
        }
    }
}

static void cut_next(Cutter *cutter)
{
    Sign sign = sign_at(cutter->text, cutter->at);
    if (sign.kind == SIGN_LETTER) {
        if (!cut_with(cutter))
            cut_letters(cutter, sign);
    } else if (sign.kind == SIGN_DIGIT) {
        cut_digits(cutter);
    } else if (sign.kind == SIGN_PICTURE) {
        Word *word = word_begin(cutter);
        for (size_t i = 0; i < sign.bytes; i++)
            store(cutter, word, (char[2]){ cutter->text.data[cutter->at + i], 0 });
        cutter->at += sign.bytes;
        word_end(cutter, word);
        cutter->gap = GAP_SPACE;
    } else if (sign.kind == SIGN_NOTHING) {
        cutter->at += sign.bytes;
    } else if (!cut_symbol(cutter, sign)) {
        mind_quotes(cutter, sign);
        cutter->apostrophe = is_apostrophe(sign.code);
        if (!cutter->apostrophe || cutter->quote)
            widen(cutter, sign_gap(cutter, sign));
        cutter->spaced |= is_blank_sign(sign.code);
        cutter->at += sign.bytes;
    }
}

Str text_fold(Arena *arena, Str word)
{
    size_t n = word.length;
    if (n < 4 || word.data[n - 1] != 's' || str_ends(word, STR("ss")) || str_ends(word, STR("us")) ||
        str_ends(word, STR("is")))
        return word;
    if (n > 4 && str_ends(word, STR("ies"))) {
        char *out = arena_take(arena, n - 1);
        memcpy(out, word.data, n - 3);
        out[n - 3] = 'y';
        return (Str){ out, n - 2 };
    }
    static const char *const hissing[] = { "ches", "shes", "sses", "xes", "zes" };
    for (size_t i = 0; i < sizeof hissing / sizeof hissing[0]; i++)
        if (str_ends(word, str_of(hissing[i])))
            return str_slice(word, 0, n - 2);
    return str_slice(word, 0, n - 1);
}

void text_cut(Arena *arena, Str text, Words *words)
{
    words->count = 0;
    Cutter cutter = { .arena = arena, .text = text, .words = *words, .gap = GAP_STOP };
    cutter.store = ARENA_ARRAY(arena, char, text.length + 8);
    while (cutter.at < text.length)
        cut_next(&cutter);
    *words = cutter.words;
    for (int i = 0; i < words->count; i++)
        words->list[i].fold = text_fold(arena, words->list[i].norm);
}

Words text_words(Arena *arena, Str text)
{
    Words words = { 0 };
    text_cut(arena, text, &words);
    return words;
}

Str text_span(Str text, const Words *words, int from, int to)
{
    if (from >= to)
        return STR("");
    return str_slice(text, words->list[from].from, words->list[to - 1].to);
}

int text_chars(Str text)
{
    int count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}
