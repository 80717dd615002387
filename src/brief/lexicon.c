// Reads the data files into one table of phrases. All of it happens at every start of the program,
// so it makes one pass over the text and takes memory in a few large pieces.
#include "brief/lexicon.h"

#include <string.h>

#include "base/data.h"

enum {
    PLACES = 1 << 14,
    PHRASES_MAX = PLACES * 3 / 4,
    FOLDED_MAX = PLACES * 3 / 8,
    TERMS_MAX = 640,
    WORD_BYTES_MAX = 32
};

typedef struct Opening {
    Arena *arena;
    Lexicon *lexicon;
    Str file;
    int line;
    Words words; // of the line at hand
    char *pool;  // room for joined phrases
    size_t pooled, pool_size;
} Opening;

static const struct {
    const char *file;
    TermKind kind; // of lines that name no other
} files[] = {
    { "lexicon/wishes.txt", TERM_WISH },      { "lexicon/groups.txt", TERM_GROUP },
    { "lexicon/genres.txt", TERM_GENRE },     { "lexicon/instruments.txt", TERM_INSTRUMENT },
    { "lexicon/moods.txt", TERM_MOOD },       { "lexicon/activities.txt", TERM_ACTIVITY },
    { "lexicon/eras.txt", TERM_ERA },         { "lexicon/tempo.txt", TERM_TEMPO },
    { "lexicon/sections.txt", TERM_SECTION }, { "lexicon/roles.txt", TERM_ROLE },
    { "lexicon/negation.txt", TERM_NONE },    { "lexicon/degree.txt", TERM_DEGREE },
    { "lexicon/numbers.txt", TERM_NUMBER },   { "lexicon/names.txt", TERM_NAME },
    { "lexicon/stop.txt", TERM_STOP },        { "lexicon/plain.txt", TERM_PLAIN },
};

static bool fail(const Opening *opening, Fault *fault, const char *what)
{
    return fault_set(fault, FAULT_INPUT, STR_FMT " line %d: %s", STR_ARG(opening->file), opening->line, what);
}

// ---- the tables

static Entry *place_of(Entry *table, int places, Str phrase, uint32_t hash)
{
    uint32_t mask = (uint32_t)places - 1;
    for (uint32_t i = hash & mask;; i = (i + 1) & mask)
        if (table[i].length == 0 ||
            (table[i].hash == hash && str_equal((Str){ table[i].phrase, table[i].length }, phrase)))
            return &table[i];
}

static bool put(Opening *opening, Str phrase, const Term *term, Fault *fault)
{
    Lexicon *lexicon = opening->lexicon;
    uint32_t hash = (uint32_t)str_hash(phrase);
    Entry *entry = place_of(lexicon->table, lexicon->places, phrase, hash);
    if (entry->length || phrase.length == 0)
        return true;
    if (++lexicon->count > PHRASES_MAX || phrase.length > UINT16_MAX)
        return fail(opening, fault, "too many phrases");
    *entry = (Entry){ phrase.data, hash, (uint16_t)phrase.length, (uint16_t)(term - lexicon->terms) };
    return true;
}

static Str *word_place(const Lexicon *lexicon, Str word)
{
    uint32_t mask = (uint32_t)lexicon->places - 1;
    for (uint32_t i = (uint32_t)str_hash(word) & mask;; i = (i + 1) & mask)
        if (lexicon->words[i].length == 0 || str_equal(lexicon->words[i], word))
            return &lexicon->words[i];
}

static void put_word(Lexicon *lexicon, Str word)
{
    Str *place = word_place(lexicon, word);
    if (place->length || lexicon->word_count == PHRASES_MAX)
        return;
    *place = word;
    lexicon->word_count++;
}

// The words joined with single blanks, in the pool.
static Str join(Opening *opening, const Words *words, int from, int to, bool fold)
{
    char *start = opening->pool + opening->pooled;
    size_t length = 0;
    for (int i = from; i < to; i++) {
        Str word = fold ? words->list[i].fold : words->list[i].norm;
        if (opening->pooled + length + word.length + 1 > opening->pool_size)
            break;
        if (i > from)
            start[length++] = ' ';
        memcpy(start + length, word.data, word.length);
        length += word.length;
    }
    opening->pooled += length;
    return (Str){ start, length };
}

// Folded forms wait until all written forms stand, so that a written form always wins.
typedef struct Folded {
    Str phrase;
    const Term *term;
} Folded;

typedef struct FoldedList {
    Folded *list;
    int count;
} FoldedList;

static bool keep_folded(FoldedList *folded, Str phrase, const Term *term)
{
    if (folded->count < FOLDED_MAX)
        folded->list[folded->count++] = (Folded){ phrase, term };
    return true;
}

static bool put_phrase(Opening *opening, FoldedList *folded, const Words *words, int from, int to,
                       const Term *term, Fault *fault)
{
    if (to - from > PHRASE_WORDS_MAX)
        return fail(opening, fault, "a phrase has too many words");
    Str written = join(opening, words, from, to, false);
    if (!put(opening, written, term, fault))
        return false;
    bool differs = false;
    for (int i = from; i < to; i++) {
        differs |= words->list[i].fold.length != words->list[i].norm.length;
        put_word(opening->lexicon, words->list[i].norm);
        if (words->list[i].fold.length != words->list[i].norm.length)
            put_word(opening->lexicon, words->list[i].fold);
    }
    return !differs || keep_folded(folded, join(opening, words, from, to, true), term);
}

// Most phrases are small letters and single blanks already, so they need no cutting.
static bool is_plain(Str phrase)
{
    for (size_t i = 0; i < phrase.length; i++)
        if ((phrase.data[i] < 'a' || phrase.data[i] > 'z') && phrase.data[i] != ' ')
            return false;
    return phrase.length > 0;
}

static bool put_plain(Opening *opening, FoldedList *folded, Str phrase, const Term *term, Fault *fault)
{
    if (!put(opening, phrase, term, fault))
        return false;
    if (opening->pooled + phrase.length + 1 > opening->pool_size)
        return fail(opening, fault, "too many phrases");
    char *room = opening->pool + opening->pooled;
    size_t length = 0;
    int count = 0;
    Str rest = phrase, word;
    while (str_cut(&rest, ' ', &word)) {
        Str fold = text_fold(opening->arena, word);
        put_word(opening->lexicon, word);
        if (fold.length != word.length)
            put_word(opening->lexicon, fold);
        if (length)
            room[length++] = ' ';
        memcpy(room + length, fold.data, fold.length);
        length += fold.length;
        count++;
    }
    if (count > PHRASE_WORDS_MAX)
        return fail(opening, fault, "a phrase has too many words");
    if (length == phrase.length)
        return true;
    opening->pooled += length;
    return keep_folded(folded, (Str){ room, length }, term);
}

// "lo-fi|chill hop" becomes phrases of `term`.
static bool put_phrases(Opening *opening, FoldedList *folded, Str phrases, const Term *term, Fault *fault)
{
    Str phrase;
    while (str_cut(&phrases, '|', &phrase)) {
        phrase = str_trim(phrase);
        if (is_plain(phrase)) {
            if (!put_plain(opening, folded, phrase, term, fault))
                return false;
            continue;
        }
        text_cut(opening->arena, phrase, &opening->words);
        if (opening->words.count &&
            !put_phrase(opening, folded, &opening->words, 0, opening->words.count, term, fault))
            return false;
    }
    return true;
}

// ---- the files

static bool check_instruments(Opening *opening, const Term *term, Fault *fault)
{
    const Instruments *all = &opening->lexicon->instruments;
    if (term->use.length && !instrument_find(all, term->use))
        return fail(opening, fault, "`use` names no instrument");
    Str rest = term->want, name;
    while (str_cut(&rest, ',', &name))
        if (!instrument_find(all, str_trim(name)))
            return fail(opening, fault, "`want` names no instrument");
    return true;
}

static Term *new_term(Opening *opening, TermKind kind, Str name)
{
    Lexicon *lexicon = opening->lexicon;
    if (lexicon->term_count == TERMS_MAX)
        return NULL;
    Term *term = &lexicon->terms[lexicon->term_count++];
    *term = (Term){ .kind = kind, .name = name, .role = ROLE_NONE, .section = -1, .mode = MODE_UNSTATED };
    return term;
}

static bool read_entry(Opening *opening, FoldedList *folded, TermKind kind, Str line, Fault *fault)
{
    Str phrases, first, property;
    str_cut(&line, ':', &phrases);
    Str rest = phrases;
    str_cut(&rest, '|', &first);
    Term *term = new_term(opening, kind, str_trim(first));
    if (!term)
        return fail(opening, fault, "too many lines");
    while (str_cut(&line, ';', &property))
        if (!term_property(str_trim(property), term))
            return fail(opening, fault, "a property we do not know");
    if (term->kind == TERM_NONE)
        return fail(opening, fault, "a line without a meaning");
    return check_instruments(opening, term, fault) && put_phrases(opening, folded, phrases, term, fault);
}

static bool read_file(Opening *opening, FoldedList *folded, TermKind kind, Str text, Fault *fault)
{
    Str line;
    opening->line = 0;
    while (str_cut(&text, '\n', &line)) {
        opening->line++;
        line = str_trim(line);
        if (line.length == 0 || line.data[0] == '#')
            continue;
        if (!read_entry(opening, folded, kind, line, fault))
            return false;
    }
    return true;
}

static bool put_instruments(Opening *opening, FoldedList *folded, Fault *fault)
{
    const Instruments *all = &opening->lexicon->instruments;
    for (int i = 0; i < all->count; i++) {
        Term *term = new_term(opening, TERM_INSTRUMENT, all->list[i].name);
        if (!term)
            return fail(opening, fault, "too many lines");
        term->instrument = &all->list[i];
        if (!put_phrases(opening, folded, all->list[i].name, term, fault) ||
            !put_phrases(opening, folded, all->list[i].words, term, fault))
            return false;
    }
    return true;
}

// A style file's own name and the aliases it lists.
static bool put_style(Opening *opening, FoldedList *folded, Str text, Fault *fault)
{
    Str line, word;
    Term *term = NULL;
    while (str_cut(&text, '\n', &line)) {
        line = str_trim(line);
        if (!str_word(&line, &word))
            continue;
        line = str_trim(line);
        if (str_equal(word, STR("style")) && line.length) {
            term = new_term(opening, TERM_GENRE, line);
            if (!term)
                return fail(opening, fault, "too many lines");
            term->style = line;
        } else if (!term || !str_equal(word, STR("alias"))) {
            continue;
        }
        if (!put_phrases(opening, folded, line, term, fault))
            return false;
    }
    return true;
}

static const DataFile *data_named(const char *name)
{
    for (int64_t i = 0; i < data_count; i++)
        if (str_equal(data_files[i].name, str_of(name)))
            return &data_files[i];
    return NULL;
}

static int letters(Str word)
{
    return word.length >= 6 && word.length < WORD_BYTES_MAX ? (int)word.length : 0;
}

// Sorts the long words by their length, for lexicon_mend.
static void list_long_words(Arena *arena, Lexicon *lexicon)
{
    int counts[WORD_BYTES_MAX + 2] = { 0 };
    for (int i = 0; i < lexicon->places; i++)
        counts[letters(lexicon->words[i])]++;
    int place = 0;
    for (int n = 1; n <= WORD_BYTES_MAX + 1; n++) {
        lexicon->long_from[n] = place;
        place += n <= WORD_BYTES_MAX ? counts[n] : 0;
    }
    lexicon->long_words = ARENA_ARRAY(arena, Str, (size_t)place + 1);
    int next[WORD_BYTES_MAX + 2];
    memcpy(next, lexicon->long_from, sizeof next);
    for (int i = 0; i < lexicon->places; i++) {
        int n = letters(lexicon->words[i]);
        if (n)
            lexicon->long_words[next[n]++] = lexicon->words[i];
    }
}

// plain.txt: words that are known, and mean nothing.
static void read_plain(Opening *opening, Str text)
{
    Str line, word;
    while (str_cut(&text, '\n', &line)) {
        if (line.length && line.data[0] == '#')
            continue;
        while (str_word(&line, &word))
            put_word(opening->lexicon, word);
    }
}

static bool read_files(Opening *opening, FoldedList *folded, Fault *fault)
{
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        opening->file = str_of(files[i].file);
        opening->line = 0;
        const DataFile *data = data_named(files[i].file);
        if (!data)
            return fail(opening, fault, "the file is missing");
        if (files[i].kind == TERM_PLAIN) { // a slip is never mended into one of these
            list_long_words(opening->arena, opening->lexicon);
            read_plain(opening, data->text);
            continue;
        }
        bool done = files[i].kind == TERM_INSTRUMENT
                        ? put_instruments(opening, folded, fault)
                        : read_file(opening, folded, files[i].kind, data->text, fault);
        if (!done)
            return false;
    }
    for (int64_t i = 0; i < data_count; i++) {
        opening->file = data_files[i].name;
        if (str_ends(data_files[i].name, STR(".style")) &&
            !put_style(opening, folded, data_files[i].text, fault))
            return false;
    }
    return true;
}

bool lexicon_open(Arena *arena, Lexicon **out, Fault *fault)
{
    Lexicon *lexicon = ARENA_NEW(arena, Lexicon);
    lexicon->places = PLACES;
    lexicon->table = ARENA_ARRAY(arena, Entry, PLACES);
    lexicon->words = ARENA_ARRAY(arena, Str, PLACES);
    Opening opening = { .arena = arena, .lexicon = lexicon, .pool_size = 4 << 10 };
    for (int64_t i = 0; i < data_count; i++)
        opening.pool_size += str_ends(data_files[i].name, STR(".txt")) ? 2 * data_files[i].text.length : 2048;
    opening.pool = ARENA_ARRAY(arena, char, opening.pool_size);
    lexicon->terms = ARENA_ARRAY(arena, Term, TERMS_MAX);

    const DataFile *data = data_named("lexicon/instruments.txt");
    if (!data)
        return fault_set(fault, FAULT_INPUT, "lexicon/instruments.txt is missing");
    FoldedList folded = { .list = ARENA_ARRAY(arena, Folded, FOLDED_MAX) };
    if (!instruments_read(arena, data->name, data->text, &lexicon->instruments, fault) ||
        !read_files(&opening, &folded, fault))
        return false;
    for (int i = 0; i < folded.count; i++)
        if (!put(&opening, folded.list[i].phrase, folded.list[i].term, fault))
            return false;
    *out = lexicon;
    return true;
}

const Instruments *lexicon_instruments(const Lexicon *lexicon)
{
    return &lexicon->instruments;
}

// ---- looking up

const Term *lexicon_find(const Lexicon *lexicon, Str phrase)
{
    const Entry *entry = place_of(lexicon->table, lexicon->places, phrase, (uint32_t)str_hash(phrase));
    return entry->length ? &lexicon->terms[entry->term] : NULL;
}

bool lexicon_knows(const Lexicon *lexicon, Str word)
{
    return word_place(lexicon, word)->length > 0;
}

static Str join_words(char *room, size_t size, const Words *words, int from, int to, bool fold)
{
    size_t length = 0;
    for (int i = from; i < to; i++) {
        Str word = fold ? words->list[i].fold : words->list[i].norm;
        if (length + word.length + 1 > size)
            return (Str){ NULL, 0 };
        if (i > from)
            room[length++] = ' ';
        memcpy(room + length, word.data, word.length);
        length += word.length;
    }
    return (Str){ room, length };
}

const Term *lexicon_match(const Lexicon *lexicon, const Words *words, int at, int most, int *used)
{
    char room[160];
    if (most > PHRASE_WORDS_MAX)
        most = PHRASE_WORDS_MAX;
    int reach = 1; // how far a phrase may run before a comma or the end stops it
    while (reach < most && at + reach < words->count && words->list[at + reach].gap < GAP_SLASH)
        reach++;
    for (int n = reach; n >= 1; n--) {
        for (int fold = 0; fold < 2; fold++) {
            Str phrase = join_words(room, sizeof room, words, at, at + n, fold);
            const Term *term = phrase.length ? lexicon_find(lexicon, phrase) : NULL;
            if (term && !(fold && term->exact)) {
                *used = n;
                return term;
            }
        }
    }
    return NULL;
}

// One letter more, less, other, or two neighbours exchanged.
static bool one_slip(Str a, Str b)
{
    if (a.length > b.length)
        return one_slip(b, a);
    size_t head = 0, tail = 0;
    while (head < a.length && a.data[head] == b.data[head])
        head++;
    while (tail < a.length - head && a.data[a.length - 1 - tail] == b.data[b.length - 1 - tail])
        tail++;
    size_t left = a.length - head - tail;
    if (b.length > a.length)
        return b.length == a.length + 1 && left == 0;
    return left == 1 || (left == 2 && a.data[head] == b.data[head + 1] && a.data[head + 1] == b.data[head]);
}

bool lexicon_mend(const Lexicon *lexicon, Str word, Str *mended)
{
    if (word.length < 5 || word.length + 1 >= WORD_BYTES_MAX)
        return false;
    int n = (int)word.length;
    const int order[] = { n, n + 1, n - 1 };
    for (int k = 0; k < 3; k++) {
        if (order[k] < 6)
            continue;
        for (int i = lexicon->long_from[order[k]]; i < lexicon->long_from[order[k] + 1]; i++) {
            if (one_slip(word, lexicon->long_words[i])) {
                *mended = lexicon->long_words[i];
                return true;
            }
        }
    }
    return false;
}

bool lexicon_genre(const Lexicon *lexicon, Str alias, Str *style_name)
{
    Arena scratch = { 0 };
    Words words = text_words(&scratch, alias);
    int used = 0;
    const Term *term = words.count ? lexicon_match(lexicon, &words, 0, words.count, &used) : NULL;
    bool found = term && term->kind == TERM_GENRE && used == words.count;
    if (found)
        *style_name = term->style;
    arena_close(&scratch);
    return found;
}
