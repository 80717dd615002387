// The number grammar: tempo, length, bars, metre, and forms in letters.
#include "brief/prompt.h"

typedef struct Quantity {
    double value;
    int used; // words
} Quantity;

static const Term *term_at(const Prompt *prompt, int at, int *used)
{
    *used = 0;
    return at < prompt->words.count
               ? lexicon_match(prompt->lexicon, &prompt->words, at, PHRASE_WORDS_MAX, used)
               : NULL;
}

static UnitKind unit_at(const Prompt *prompt, int at, int *used)
{
    const Term *term = gap_before(&prompt->words, at) < GAP_SLASH ? term_at(prompt, at, used) : NULL;
    if (!term || term->kind != TERM_UNIT)
        return UNIT_NONE;
    Str norm = prompt->words.list[at].norm; // "3 m" and "3 h" are no lengths, "3m" and "3h" are
    if (norm.length == 1 && !str_equal(norm, STR("s")) && prompt->words.list[at].gap != GAP_GLUED)
        return UNIT_NONE;
    return term->unit;
}

static Quantity word_number(const Prompt *prompt, int at)
{
    Quantity out = { 0 };
    const Term *term = term_at(prompt, at, &out.used);
    if (!term || term->kind != TERM_NUMBER)
        return (Quantity){ 0 };
    out.value = term->number;
    int used = 0;
    const Term *next =
        gap_before(&prompt->words, at + out.used) < GAP_SLASH ? term_at(prompt, at + out.used, &used) : NULL;
    bool tens = out.value >= 20.0 && out.value <= 90.0;
    if (next && next->kind == TERM_NUMBER && tens && next->number >= 1.0 && next->number <= 9.0) {
        out.value += next->number;
        out.used += used;
    } else if (next && next->kind == TERM_NUMBER && out.value < 10.0 && next->number == 100.0) {
        out.value *= 100.0;
        out.used += used;
    }
    return out;
}

// 90, 92.5, "two", "ninety two", "2 1/2", "two and a half"
static Quantity quantity_at(const Prompt *prompt, int at)
{
    const Words *words = &prompt->words;
    if (at >= words->count)
        return (Quantity){ 0 };
    Quantity out = { words->list[at].value, 1 };
    if (!words->list[at].digits)
        out = word_number(prompt, at);
    if (out.used == 0)
        return out;
    int next = at + out.used;
    if (word_is(words, next, "1") && word_is(words, next + 1, "2") &&
        words->list[next + 1].gap == GAP_SLASH) {
        out.value += 0.5;
        out.used += 2;
    } else if (word_is(words, next, "0.5")) {
        out.value += 0.5;
        out.used++;
    } else if ((word_is(words, next, "and") || word_is(words, next, "n")) && word_is(words, next + 1, "a") &&
               word_is(words, next + 2, "half")) {
        out.value += 0.5;
        out.used += 3;
    }
    return out;
}

// "90-100", "90 to 100", "between 90 and 100": the middle.
static Quantity range_at(const Prompt *prompt, int at, Item *out)
{
    static const char *const links[] = { "to", "bis", "a", "and", "or", "y", "et", "e", "und", NULL };
    const Words *words = &prompt->words;
    bool between =
        word_is(words, at, "between") || word_is(words, at, "zwischen") || word_is(words, at, "entre");
    int start = at + between;
    Quantity low = quantity_at(prompt, start), high = { 0 };
    if (low.used == 0)
        return low;
    out->low = out->high = low.value;
    int next = start + low.used;
    if (gap_before(words, next) == GAP_HYPHEN && words->list[next].digits)
        high = quantity_at(prompt, next);
    else if (word_in(words, next, links) && gap_before(words, next) == GAP_SPACE && words->list[start].digits)
        high = quantity_at(prompt, ++next);
    int used = 0;
    if (high.used && high.value > low.value && unit_at(prompt, next + high.used, &used)) {
        out->low = low.value;
        out->high = high.value;
        return (Quantity){ (low.value + high.value) / 2.0, next + high.used - at };
    }
    return (Quantity){ low.value, low.used + between };
}

// ---- tempo

static bool tempo_word(const Words *words, int at)
{
    static const char *const names[] = { "tempo",           "bpm",      "speed", "velocidad",
                                         "vitesse",         "velocita", "pulse", "\342\231\251",
                                         "geschwindigkeit", "tempos",   NULL };
    return word_in(words, at, names);
}

static bool counts_something(const Prompt *prompt, int at)
{
    static const char *const things[] = { "am",     "pm",     "percent", "th",   "st",     "nd",
                                          "rd",     "k",      "khz",     "hz",   "db",     "er",
                                          "am",     "years",  "year",    "days", "voices", "notes",
                                          "chords", "people", "tracks",  "am",   NULL };
    int used;
    UnitKind unit = unit_at(prompt, at, &used);
    return (unit != UNIT_NONE && unit != UNIT_BPM) || word_in(&prompt->words, at, things) ||
           gap_before(&prompt->words, at) == GAP_SLASH ||
           (gap_before(&prompt->words, at) == GAP_COLON && prompt->words.list[at].digits &&
            !prompt->words.list[at].spaced);
}

static int end_of_bpm(const Prompt *prompt, int at)
{
    int used = 0;
    if (word_is(&prompt->words, at, "ish"))
        at++;
    if (unit_at(prompt, at, &used) == UNIT_BPM)
        at += used;
    return at;
}

// "120 bpm"
static bool bpm_after(const Prompt *prompt, int at, Item *out)
{
    Quantity number = range_at(prompt, at, out);
    if (number.used == 0)
        return false;
    int used = 0, next = at + number.used;
    if (word_is(&prompt->words, next, "ish"))
        next++;
    if (unit_at(prompt, next, &used) != UNIT_BPM)
        return false;
    out->kind = ITEM_BPM;
    out->number = number.value;
    out->to = next + used;
    return true;
}

// "tempo of 92", "bpm: 90", "at around 92"
static bool bpm_before(const Prompt *prompt, int at, Item *out)
{
    static const char *const fillers[] = {
        "of",      "is",     "at",    "to",      "about", "around", "roughly", "approximately",
        "approx",  "ca",     "circa", "set",     "a",     "de",     "di",      "von",
        "the",     "should", "be",    "exactly", "near",  "um",     "tempo",   "bpm",
        "marking", "range",  "mark",  NULL
    };
    const Words *words = &prompt->words;
    bool named = tempo_word(words, at);
    if (!named && !word_is(words, at, "at") && !word_is(words, at, "around"))
        return false;
    int i = at + 1, most = named ? 4 : 2;
    while (i < words->count && i <= at + most && words->list[i].gap < GAP_COMMA &&
           word_in(words, i, fillers)) {
        named |= tempo_word(words, i);
        i++;
    }
    if (gap_before(words, i) >= GAP_COMMA)
        return false;
    Quantity number = range_at(prompt, i, out);
    int next = i + number.used;
    bool fits = named ? number.value >= 10.0 : number.value >= 50.0 && number.value <= 220.0;
    if (number.used == 0 || !fits || counts_something(prompt, next) || !(named || words->list[i].digits))
        return false;
    if (gap_before(words, next) == GAP_HYPHEN && words->list[next].digits) { // "tempo 90-100"
        out->low = number.value;
        out->high = words->list[next].value;
        number.value = (out->low + out->high) / 2.0;
        next++;
    }
    out->kind = ITEM_BPM;
    out->number = number.value;
    out->to = end_of_bpm(prompt, next);
    return true;
}

// "funky bassline, horns, 108": a number by itself can only be a tempo.
static bool bpm_alone(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    const Word *word = &words->list[at];
    if (!word->digits || words->count < 2 || word->gap < GAP_COMMA || gap_before(words, at + 1) < GAP_COMMA ||
        word->value < 60.0 || word->value > 200.0)
        return false;
    out->kind = ITEM_BPM;
    out->number = out->low = out->high = word->value;
    out->to = at + 1;
    return true;
}

// ---- length

// "after 30 seconds", "the last ten seconds", "drop at 0:45": a place in the song, not its length.
static bool is_a_place(const Prompt *prompt, int from, int to)
{
    static const char *const before[] = { "after",  "first",  "final", "every", "at",  "by", "until",
                                          "before", "within", "from",  "each",  "per", NULL };
    static const char *const after[] = { "mark", "later", "before", "ago", "into", "am", "pm", NULL };
    const Words *words = &prompt->words;
    if (from > 0 && words->list[from].gap < GAP_COMMA) {
        if (word_in(words, from - 1, before))
            return true;
        static const char *const the[] = { "the", "over", "for", "during", "in", "of", NULL };
        if (word_is(words, from - 1, "last") && word_in(words, from - 2, the))
            return true; // "should last 10 seconds" is a length
        if (word_is(words, from - 1, "over") &&
            (word_is(words, from - 2, "out") || word_is(words, from - 2, "fade")))
            return true;
    }
    if (gap_before(words, to) >= GAP_COMMA)
        return false;
    if (word_in(words, to, after) || (word_is(words, to, "in") && gap_before(words, to + 1) >= GAP_COMMA))
        return true;
    int used;
    const Term *next = term_at(prompt, to, &used);
    return next && (next->kind == TERM_SECTION || (next->kind == TERM_WISH && next->ending == ENDING_FADE));
}

static bool finish_length(const Prompt *prompt, double seconds, Item *out)
{
    out->kind = is_a_place(prompt, out->from, out->to) ? ITEM_PLACE : ITEM_LENGTH;
    out->number = out->low = out->high = seconds;
    return true;
}

// "1:30", "1:02:03"
static bool clock_at(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    double seconds = 0.0;
    int i = at;
    for (; i < words->count && i < at + 3 && words->list[i].digits; i++) {
        if (i > at && (words->list[i].gap != GAP_COLON || words->list[i].spaced ||
                       words->list[i].norm.length != 2 || words->list[i].value > 59.0))
            break;
        seconds = seconds * 60.0 + words->list[i].value;
    }
    if (i < at + 2)
        return false;
    int used = 0;
    UnitKind unit = unit_at(prompt, i, &used); // "2:30 minutes", "1:30 long"
    out->to = unit == UNIT_MINUTE || unit == UNIT_SECOND ? i + used : i;
    return finish_length(prompt, seconds, out);
}

// "PT1M30S"
static bool iso_at(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    if (!word_is(words, at, "pt"))
        return false;
    double seconds = 0.0;
    int i = at + 1;
    while (i + 1 < words->count && words->list[i].digits && words->list[i].gap == GAP_GLUED &&
           words->list[i + 1].gap == GAP_GLUED) {
        double scale = word_is(words, i + 1, "h")   ? 3600.0
                       : word_is(words, i + 1, "m") ? 60.0
                       : word_is(words, i + 1, "s") ? 1.0
                                                    : 0.0;
        seconds += words->list[i].value * scale;
        i += 2;
    }
    out->to = i;
    return i > at + 1 && finish_length(prompt, seconds, out);
}

static double unit_seconds(UnitKind unit)
{
    return unit == UNIT_HOUR ? 3600.0 : unit == UNIT_MINUTE ? 60.0 : 1.0;
}

static bool is_time(UnitKind unit)
{
    return unit == UNIT_SECOND || unit == UNIT_MINUTE || unit == UNIT_HOUR;
}

// "and a half", "y medio" behind a unit
static int half_at(const Words *words, int at)
{
    static const char *const ands[] = { "and", "y", "et", "e", "und", NULL };
    static const char *const halves[] = { "half",  "medio", "media", "demi", "demie",
                                          "mezzo", "mezza", "meio",  "meia", NULL };
    if (!word_in(words, at, ands))
        return 0;
    int next = at + 1 + (word_is(words, at + 1, "a") || word_is(words, at + 1, "una"));
    return word_in(words, next, halves) ? next + 1 - at : 0;
}

// The smaller part behind "2 min": "15", "and 30 seconds". 0 words when there is none.
static int lesser_at(const Prompt *prompt, int at, UnitKind above, double *seconds)
{
    const Words *words = &prompt->words;
    static const char *const ands[] = { "and", "y", "et", "e", "und", "n", NULL };
    int start = at + word_in(words, at, ands), used = 0;
    if (gap_before(words, at) >= GAP_COLON)
        return 0;
    Quantity number = quantity_at(prompt, start);
    if (number.used == 0 || number.value >= 60.0)
        return 0;
    UnitKind unit = unit_at(prompt, start + number.used, &used);
    if (is_time(unit) && unit < above) {
        *seconds = number.value * unit_seconds(unit);
        return start + number.used + used - at;
    }
    int next = start + number.used;
    bool bare = start == at && words->list[at].digits && unit == UNIT_NONE &&
                !counts_something(prompt, next) && gap_before(words, next) != GAP_HYPHEN &&
                gap_before(words, next) != GAP_GLUED && above != UNIT_SECOND;
    if (!bare)
        return 0;
    *seconds = number.value * unit_seconds((UnitKind)(above - 1));
    return next - at;
}

// "80s": a decade, or eighty seconds?
static bool is_decade(const Prompt *prompt, int at)
{
    static const char *const lasting[] = { "long",    "length",  "loop",    "clip",       "jingle",
                                           "version", "edit",    "teaser",  "ad",         "spot",
                                           "sting",   "stinger", "snippet", "duration",   "max",
                                           "total",   "maximum", "or",      "cut",        "track",
                                           "song",    "piece",   "of",      "commercial", NULL };
    static const char *const before[] = { "for",     "lasting", "length", "duration", "exactly", "about",
                                          "around",  "lasts",   "under",  "is",       "runs",    "approx",
                                          "roughly", "only",    "just",   NULL };
    static const char *const styled[] = { "style", "vibe",   "vibes",     "feel",  "era",
                                          "sound", "music",  "inspired",  "esque", "aesthetic",
                                          "swing", "kids",   "nostalgia", "retro", "throwback",
                                          "hits",  "themed", NULL };
    const Words *words = &prompt->words;
    double value = words->list[at].value;
    if (word_is(words, at + 1, "s") && !words->list[at + 1].spaced && value >= 1800.0 && value <= 2090.0)
        return true;
    if (!word_is(words, at + 1, "s") || words->list[at + 1].gap != GAP_GLUED ||
        words->list[at].norm.length != 2 || value < 20.0 || (int)value % 10 != 0)
        return false;
    if (words->list[at].apostrophe || words->list[at + 1].apostrophe)
        return true;
    static const char *const early[] = { "the", "early", "late",     "mid",     "los", "die",
                                         "gli", "les",   "swinging", "roaring", NULL };
    if (words->list[at].gap < GAP_COMMA && word_in(words, at - 1, early))
        return true;
    bool ends = gap_before(words, at + 2) >= GAP_COMMA;
    bool open =
        value >= 50.0 && (int)value != 60; // nobody asks for a song of 50, 70, 80 or 90 seconds this way
    if (ends)
        return words->list[at].gap < GAP_COMMA ? value >= 50.0 && !word_in(words, at - 1, before) : open;
    int used;
    const Term *next = term_at(prompt, at + 2, &used);
    if (word_in(words, at + 2, styled) || (next && (next->kind == TERM_GENRE || next->kind == TERM_ERA)))
        return true;
    if (word_in(words, at + 2, lasting) && value < 50.0)
        return false;
    static const char *const plainly[] = { "long",     "length", "loop",  "clip", "jingle", "version",
                                           "edit",     "teaser", "ad",    "spot", "sting",  "snippet",
                                           "duration", "max",    "total", NULL };
    return value >= 50.0 && !word_in(words, at + 2, plainly);
}

// "808s" are drums, not seconds.
static bool is_machine(const Words *words, int at)
{
    static const char *const machines[] = { "808", "909", "303", "707", "606", NULL };
    return word_in(words, at, machines) && word_is(words, at + 1, "s") && !words->list[at + 1].spaced;
}

// "90 seconds", "2 min 15", "a minute and a half"
static bool length_at(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    bool article = word_is(words, at, "a") || word_is(words, at, "an");
    Quantity number = range_at(prompt, at, out);
    if (article && number.used == 0 && (word_is(words, at + 1, "minute") || word_is(words, at + 1, "hour")))
        number = (Quantity){ 1.0, 1 };
    if (number.used == 0)
        return false;
    int used = 0, next = at + number.used;
    UnitKind unit = unit_at(prompt, next, &used);
    if (!is_time(unit) || (words->list[at].digits && (is_decade(prompt, at) || is_machine(words, at))))
        return false;
    double seconds = number.value * unit_seconds(unit), more = 0.0;
    next += used;
    int half = half_at(words, next);
    if (half)
        seconds += 0.5 * unit_seconds(unit);
    else
        half = lesser_at(prompt, next, unit, &more);
    out->to = next + half;
    return finish_length(prompt, seconds + more, out);
}

// ---- bars and metre

static bool bars_at(const Prompt *prompt, int at, Item *out)
{
    Quantity number = quantity_at(prompt, at);
    int used = 0;
    if (number.used == 0 || unit_at(prompt, at + number.used, &used) != UNIT_BAR)
        return false;
    out->to = at + number.used + used;
    static const char *const before[] = { "every", "first", "last", "per", "after", "each", "at", NULL };
    out->kind = word_in(&prompt->words, at - 1, before) ? ITEM_PLACE : ITEM_BARS;
    out->number = number.value;
    return number.value >= 1.0;
}

static bool meter_at(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    if (at + 1 >= words->count || !words->list[at].digits || !words->list[at + 1].digits ||
        words->list[at + 1].gap != GAP_SLASH || gap_before(words, at + 2) == GAP_SLASH)
        return false;
    double beats = words->list[at].value, unit = words->list[at + 1].value;
    bool known = unit == 2.0 || unit == 4.0 || unit == 8.0 || unit == 16.0;
    int used;
    if (!known || beats < 2.0 || beats > 15.0 || beats != (double)(int)beats ||
        is_time(unit_at(prompt, at + 2, &used)))
        return false;
    *out =
        (Item){ .kind = ITEM_METER, .from = at, .to = at + 2, .beats = (int)beats, .beat_unit = (int)unit };
    return true;
}

static bool leftover_at(const Prompt *prompt, int at, Item *out)
{
    Quantity number = quantity_at(prompt, at);
    if (number.used == 0)
        return false;
    int used = 0;
    const Term *next = gap_before(&prompt->words, at + number.used) < GAP_COMMA
                           ? term_at(prompt, at + number.used, &used)
                           : NULL;
    bool quantity =
        next && (next->kind == TERM_INSTRUMENT || next->kind == TERM_GROUP || next->kind == TERM_SECTION ||
                 next->kind == TERM_STOP || next->kind == TERM_WISH);
    out->kind = !prompt->words.list[at].digits || quantity ? ITEM_SILENT : ITEM_UNKNOWN;
    out->to = at + number.used;
    return true;
}

bool number_at(const Prompt *prompt, int at, Item *out)
{
    *out = (Item){ .from = at };
    return meter_at(prompt, at, out) || clock_at(prompt, at, out) || iso_at(prompt, at, out) ||
           bpm_after(prompt, at, out) || bpm_before(prompt, at, out) || length_at(prompt, at, out) ||
           bars_at(prompt, at, out) || bpm_alone(prompt, at, out) || leftover_at(prompt, at, out);
}

// ---- forms in letters: "AABA", "A-B-A"

static bool spells_form(Str letters)
{
    int kinds = 0;
    if (letters.length < 3 || letters.length > FORM_MAX || letters.data[0] != 'a')
        return false;
    for (size_t i = 0; i < letters.length; i++) {
        if (letters.data[i] < 'a' || letters.data[i] > 'd')
            return false;
        kinds |= 1 << (letters.data[i] - 'a');
    }
    return kinds & (kinds - 1); // at least two sections
}

bool form_at(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    const Word *word = &words->list[at];
    if (word->caps && spells_form(word->norm) &&
        !(str_equal(word->norm, STR("abba")) && !word_is(words, at + 1, "form"))) {
        *out = (Item){ .kind = ITEM_LETTERS, .from = at, .to = at + 1, .word = word->norm };
        return true;
    }
    char letters[FORM_MAX + 1];
    int i = at;
    while (i < words->count && i - at < FORM_MAX && words->list[i].norm.length == 1 &&
           words->list[i].capital && (i == at || words->list[i].gap == GAP_HYPHEN)) {
        letters[i - at] = words->list[i].norm.data[0];
        i++;
    }
    Str spelled = arena_copy(prompt->arena, (Str){ letters, (size_t)(i - at) });
    *out = (Item){ .kind = ITEM_LETTERS, .from = at, .to = i, .word = spelled };
    return spells_form(spelled);
}
