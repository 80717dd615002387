// Reads a prompt: splits the lyrics off, cuts words, makes items, marks them, applies them, and
// lets the options have the last word.
#include <string.h>

#include "brief/apply.h"

const char *const section_names[SECTION_COUNT] = { "intro", "verse", "prechorus", "chorus", "bridge",
                                                   "solo",  "break", "build",     "outro" };

// ---- lyrics inside the prompt

static bool is_letter(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z') || (unsigned char)c >= 0x80;
}

// "[Verse 1]": a bracket whose first word is a section.
static bool section_mark(const Prompt *prompt, Str rest)
{
    size_t close;
    if (rest.length == 0 || rest.data[0] != '[' || !str_find(rest, STR("]"), &close) || close > 40)
        return false;
    Words words = text_words(prompt->arena, str_slice(rest, 1, close));
    int used = 0;
    const Term *term =
        words.count ? lexicon_match(prompt->lexicon, &words, 0, PHRASE_WORDS_MAX, &used) : NULL;
    return term && term->kind == TERM_SECTION;
}

static bool sung_after_marks(Str text)
{
    int depth = 0, letters = 0;
    for (size_t i = 0; i < text.length; i++) {
        depth += text.data[i] == '[' ? 1 : text.data[i] == ']' && depth ? -1 : 0;
        letters += depth == 0 && is_letter(text.data[i]);
    }
    return letters > 1;
}

static bool starts_with_label(Str rest, size_t *length)
{
    static const char *const labels[] = { "lyrics:",   "lyric:", "letra:",   "paroles:",
                                          "liedtext:", "testo:", "songtext:" };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        size_t n = strlen(labels[i]), k = 0;
        while (k < n && k < rest.length &&
               (char)(rest.data[k] | (is_letter(rest.data[k]) ? 32 : 0)) == labels[i][k])
            k++;
        if (k == n) {
            *length = n;
            return true;
        }
    }
    return false;
}

// "lyrics: none" is a wish, not a song text.
static bool denies_lyrics(Str text)
{
    static const char *const none[] = { "none", "no", "off", "n/a", "no lyrics", "none.", "no." };
    text = str_trim(text);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (text.length == strlen(none[i]) && (text.data[0] | 32) == none[i][0])
            return true;
    return text.length == 0;
}

// Where the words about the music end and the song's own text begins.
static void split_lyrics(const Prompt *prompt, Str *head, Str *lyrics)
{
    Str text = prompt->text;
    *head = text;
    *lyrics = STR("");
    for (size_t i = 0; i < text.length; i++) {
        Str rest = str_slice(text, i, text.length);
        size_t label = 0;
        bool word_start = i == 0 || !is_letter(text.data[i - 1]);
        if (word_start && is_letter(text.data[i]) && starts_with_label(rest, &label)) {
            if (denies_lyrics(str_slice(rest, label, rest.length)))
                return;
            *head = str_slice(text, 0, i);
            *lyrics = str_slice(rest, label, rest.length);
            return;
        }
        if (text.data[i] == '[' && section_mark(prompt, rest) && sung_after_marks(rest)) {
            *head = str_slice(text, 0, i);
            *lyrics = rest;
            return;
        }
    }
}

// ---- words to items

// "darker", "saddest", "softly", "jazzish": the plain form, when that is a mood, a tempo or a genre.
static bool find_stem(const Prompt *prompt, Str word, Str *stem)
{
    static const struct {
        const char *tail, *instead;
    } tails[] = { { "iest", "y" }, { "ier", "y" }, { "ily", "y" }, { "iness", "y" },
                  { "est", "" },   { "est", "e" }, { "er", "" },   { "er", "e" },
                  { "ly", "" },    { "ish", "" },  { "ness", "" }, { "esque", "" } };
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        Str tail = str_of(tails[i].tail);
        if (!str_ends(word, tail) || word.length < tail.length + 3)
            continue;
        Str base = str_slice(word, 0, word.length - tail.length);
        Str plain = arena_print(prompt->arena, STR_FMT "%s", STR_ARG(base), tails[i].instead);
        const Term *term = lexicon_find(prompt->lexicon, plain);
        bool doubled = base.length > 3 && base.data[base.length - 1] == base.data[base.length - 2];
        if (!term && doubled) // "sadder"
            term = lexicon_find(prompt->lexicon, plain = str_slice(base, 0, base.length - 1));
        if (term && (term->kind == TERM_MOOD || term->kind == TERM_TEMPO || term->kind == TERM_GENRE)) {
            *stem = plain;
            return true;
        }
    }
    return false;
}

static void mend_words(Prompt *prompt)
{
    for (int i = 0; i < prompt->words.count; i++) {
        Word *word = &prompt->words.list[i];
        if (word->digits || word->quoted || lexicon_knows(prompt->lexicon, word->norm) ||
            lexicon_knows(prompt->lexicon, word->fold) || str_ends(word->norm, STR("less")))
            continue;
        Str plain;
        bool stem = find_stem(prompt, word->norm, &plain);
        if (stem || lexicon_mend(prompt->lexicon, word->norm, &plain)) {
            word->norm = plain;
            word->fold = text_fold(prompt->arena, plain);
            word->mended = !stem;
        }
    }
}

// "in 5" is a metre, "in 5 minutes" and "in 3/4" are not.
static bool counts_beats(const Prompt *prompt, int next)
{
    static const char *const things[] = { "parts",     "part",  "sections", "section",   "movements",
                                          "days",      "keys",  "voices",   "octaves",   "layers",
                                          "languages", "words", "one",      "different", NULL };
    Gap gap = gap_before(&prompt->words, next);
    if (gap == GAP_GLUED || gap == GAP_SLASH || gap == GAP_COLON ||
        (gap < GAP_COMMA && word_in(&prompt->words, next, things)))
        return false;
    int used;
    const Term *term =
        gap < GAP_COMMA ? lexicon_match(prompt->lexicon, &prompt->words, next, 1, &used) : NULL;
    return !term || term->kind != TERM_UNIT;
}

// "slow blues" is a phrase, but says no more than "slow" and "blues" do, and less of the first.
static const Term *match_apart(const Prompt *prompt, int at, const Term *whole, int *used)
{
    if (*used < 2 || (whole->kind != TERM_GENRE && whole->kind != TERM_INSTRUMENT) || whole->adjective)
        return whole;
    int first_used = 0, rest_used = 0;
    const Term *first = lexicon_match(prompt->lexicon, &prompt->words, at, 1, &first_used);
    const Term *rest = lexicon_match(prompt->lexicon, &prompt->words, at + 1, *used - 1, &rest_used);
    bool colours = first && (first->kind == TERM_MOOD || first->kind == TERM_TEMPO ||
                             first->kind == TERM_ERA || first->kind == TERM_WISH);
    if (!colours || !rest || rest_used != *used - 1 || rest->kind != whole->kind ||
        rest->instrument != whole->instrument || !str_equal(rest->style, whole->style))
        return whole;
    *used = 1;
    return first;
}

static const Term *match_at(const Prompt *prompt, int at, int *used)
{
    const Term *term = lexicon_match(prompt->lexicon, &prompt->words, at, PHRASE_WORDS_MAX, used);
    bool in_number =
        term && term->kind == TERM_WISH && term->beats && *used == 2 && word_is(&prompt->words, at, "in");
    if (in_number && !counts_beats(prompt, at + 2))
        term = lexicon_match(prompt->lexicon, &prompt->words, at, 1, used);
    return term ? match_apart(prompt, at, term, used) : NULL;
}

// "drumless"
static bool match_suffix(const Prompt *prompt, int at, Item *out)
{
    Str norm = prompt->words.list[at].norm;
    if (norm.length < 8 || !str_ends(norm, STR("less")))
        return false;
    Str stem = str_slice(norm, 0, norm.length - 4);
    const Term *term = lexicon_find(prompt->lexicon, stem);
    if (!term)
        term = lexicon_find(prompt->lexicon, text_fold(prompt->arena, stem));
    if (!term)
        return false;
    *out = (Item){ .kind = ITEM_TERM, .from = at, .to = at + 1, .term = term, .banned = true };
    return item_sounds(out) || item_is(out, TERM_ROLE);
}

static void take_unknown(const Prompt *prompt, int at, Item *out)
{
    const Words *words = &prompt->words;
    *out = (Item){ .kind = ITEM_UNKNOWN, .from = at, .to = at + 1 };
    while (out->to < words->count &&
           (words->list[at].quoted ? words->list[out->to].quoted : words->list[out->to].gap == GAP_GLUED))
        out->to++;
}

static Item item_at(const Prompt *prompt, int at)
{
    Item best = { .to = at }, other;
    const Word *word = &prompt->words.list[at];
    if (word->quoted) {
        take_unknown(prompt, at, &best);
        return best;
    }
    if (form_at(prompt, at, &other))
        return other;
    int used = 0;
    const Term *term = match_at(prompt, at, &used);
    if (term && term->kind != TERM_NUMBER && term->kind != TERM_UNIT)
        best = (Item){ .kind = ITEM_TERM, .from = at, .to = at + used, .term = term };
    if (number_at(prompt, at, &other) &&
        (other.to > best.to ||
         (other.to == best.to && other.kind != ITEM_SILENT && other.kind != ITEM_UNKNOWN)))
        best = other;
    if (key_at(prompt, at, &other) && other.to >= best.to)
        best = other;
    if (best.to == at && term)
        best = (Item){ .kind = ITEM_TERM, .from = at, .to = at + used, .term = term };
    if (best.to == at && !match_suffix(prompt, at, &best))
        take_unknown(prompt, at, &best);
    return best;
}

// "drum-less" and "vocal-less" are bans too.
static bool ends_in_less(const Prompt *prompt, const Item *item)
{
    const Words *words = &prompt->words;
    return item_sounds(item) && word_is(words, item->to, "less") && words->list[item->to].gap == GAP_HYPHEN;
}

static void make_items(Prompt *prompt)
{
    prompt->items = ARENA_ARRAY(prompt->arena, Item, (size_t)prompt->words.count + 1);
    for (int at = 0; at < prompt->words.count;) {
        Item *item = &prompt->items[prompt->count++];
        *item = item_at(prompt, at);
        item->role = ROLE_NONE;
        item->span_from = -1;
        item->times = 100;
        if (ends_in_less(prompt, item)) {
            item->banned = true;
            item->to++;
        }
        at = item->to;
    }
}

// A degree word and what it weighs: "very dark", "a bit faster", "less sad".
static void weigh(Prompt *prompt)
{
    int times = 100, from = -1;
    for (int i = 0; i < prompt->count; i++) {
        Item *it = &prompt->items[i];
        if (item_is(it, TERM_DEGREE) && prompt->words.list[it->from].gap < GAP_STOP) {
            times = times * it->term->times / 100;
            from = from < 0 ? it->from : from;
            continue;
        }
        if (item_is(it, TERM_DEGREE)) {
            times = it->term->times;
            from = it->from;
            continue;
        }
        bool weighed = item_is(it, TERM_MOOD) || item_is(it, TERM_TEMPO) || item_is(it, TERM_ACTIVITY) ||
                       item_is(it, TERM_GENRE);
        if (from >= 0 && weighed && !(times < 0 && item_is(it, TERM_GENRE))) {
            it->times = times > 250 ? 250 : times < -100 ? -100 : times;
            it->span_from = from;
        }
        times = 100;
        from = -1;
    }
}

// "in the style of Glass Ocean": a row of capitals with a word we do not know is a name.
static void mark_names(Prompt *prompt)
{
    static const char *const openers[] = { "of", "like", "by", "from", "comme", "como", "wie", "come", NULL };
    Words *words = &prompt->words;
    int capitals = 0;
    for (int i = 0; i < words->count; i++)
        capitals += words->list[i].capital;
    if (capitals * 2 > words->count)
        return; // A Prompt In Title Case Says Nothing
    for (int i = 1; i + 1 < words->count; i++) {
        if (!word_in(words, i - 1, openers))
            continue;
        int end = i;
        bool unknown = false;
        while (end < words->count && words->list[end].capital &&
               (end == i || words->list[end].gap == GAP_SPACE)) {
            const Word *word = &words->list[end++];
            int used;
            const Term *term = lexicon_match(prompt->lexicon, words, (int)(word - words->list), 1, &used);
            unknown |= word->mended || !term || term->kind == TERM_NAME;
        }
        for (int k = i; unknown && end - i >= 2 && k < end; k++)
            words->list[k].quoted = true;
    }
}

// A prompt without a single word: what stands there is reported as it is.
static void ignore_signs(Prompt *prompt, Str text)
{
    Str piece;
    while (str_word(&text, &piece))
        ignore(prompt, piece);
}

// ---- options

static bool option_tempo(Brief *brief, Arena *arena, int milli, Fault *fault)
{
    if (milli == 0)
        return true;
    if (milli < BPM_MIN * 1000 || milli > BPM_MAX * 1000)
        return fault_set(fault, FAULT_INPUT, "A tempo can be %d to %d beats per minute.", BPM_MIN, BPM_MAX);
    brief->bpm_milli = milli;
    brief_note(brief, STR("bpm"), arena_print(arena, "%g", milli / 1000.0), STR(""), FROM_OPTION);
    return true;
}

static bool option_length(Brief *brief, Arena *arena, int ms, Fault *fault)
{
    if (ms == 0)
        return true;
    if (ms < SECONDS_MIN * 1000 || ms > SECONDS_MAX * 1000)
        return fault_set(fault, FAULT_INPUT, "A song can be %d to %d seconds long.", SECONDS_MIN,
                         SECONDS_MAX);
    brief->length_ms = ms;
    brief->bars = 0;
    brief_note(brief, STR("seconds"), arena_print(arena, "%g", ms / 1000.0), STR(""), FROM_OPTION);
    return true;
}

static bool option_key(Brief *brief, Arena *arena, Str text, Fault *fault)
{
    if (text.length == 0)
        return true;
    Key key;
    if (!key_read(text, &key))
        return fault_set(fault, FAULT_INPUT,
                         "\"" STR_FMT "\" is not a key; try \"F# minor\" or \"Bb major\".",
                         (int)(text.length > 60 ? 60 : text.length), text.data);
    if (key.mode == MODE_UNSTATED)
        key.mode = brief->key.mode;
    brief->key = key;
    brief_note(brief, STR("key"), key_text(arena, key), STR(""), FROM_OPTION);
    return true;
}

static bool option_style(Brief *brief, const Lexicon *lexicon, Str style, Fault *fault)
{
    if (style.length == 0)
        return true;
    Str name;
    if (!lexicon_genre(lexicon, style, &name))
        return fault_set(fault, FAULT_INPUT, "There is no style \"" STR_FMT "\".",
                         (int)(style.length > 60 ? 60 : style.length), style.data);
    if (!str_equal(name, brief->genre)) {
        brief->colors[2] = brief->colors[1];
        brief->colors[1] = brief->colors[0];
        brief->colors[0] = brief->genre;
    }
    brief->genre = name;
    brief_note(brief, STR("genre"), name, STR(""), FROM_OPTION);
    return true;
}

static void option_vocal(Brief *brief, Choice vocal)
{
    if (vocal == CHOICE_UNSTATED)
        return;
    brief->vocal = vocal;
    brief_note(brief, STR("vocal"), vocal == CHOICE_YES ? STR("yes") : STR("no"), STR(""), FROM_OPTION);
}

static bool take_lyrics(Prompt *prompt, Str text, Source source, Fault *fault)
{
    Brief *brief = prompt->brief;
    if (str_trim(text).length == 0)
        return true;
    if (!lyrics_read(prompt->arena, text, &brief->lyrics, fault))
        return false;
    if (brief->lyrics.count == 0)
        return true;
    Str value = arena_print(prompt->arena, "%d lines", brief->lyrics.count);
    brief_note(brief, STR("lyrics"), value, source == FROM_WORDS ? str_trim(text) : STR(""), source);
    return true;
}

static bool apply_options(Prompt *prompt, const BriefOptions *options, Fault *fault)
{
    Brief *brief = prompt->brief;
    if (!option_tempo(brief, prompt->arena, options->bpm_milli, fault) ||
        !option_length(brief, prompt->arena, options->length_ms, fault) ||
        !option_key(brief, prompt->arena, options->key, fault) ||
        !option_style(brief, prompt->lexicon, options->style, fault) ||
        !take_lyrics(prompt, options->lyrics, FROM_OPTION, fault))
        return false;
    option_vocal(brief, options->vocal);
    return true;
}

// Words to sing want a voice, unless the music was to be instrumental.
static void settle_voice(Prompt *prompt)
{
    Brief *brief = prompt->brief;
    if (brief->lyrics.count == 0)
        return;
    if (brief->vocal == CHOICE_NO)
        conflict(prompt,
                 "There are lyrics, but the song was asked for without a voice; they are kept as text only.");
    else
        brief->vocal = CHOICE_YES;
}

bool brief_read(Arena *arena, const Lexicon *lexicon, Str prompt_text, const BriefOptions *options,
                Brief *out, Fault *fault)
{
    if (str_trim(prompt_text).length == 0)
        return fault_set(fault, FAULT_INPUT, "Describe the song in a few words.");
    if (prompt_text.length > PROMPT_BYTES_MAX || text_chars(prompt_text) > PROMPT_CHARS_MAX)
        return fault_set(fault, FAULT_INPUT, "A description can be %d characters at most.", PROMPT_CHARS_MAX);

    *out = (Brief){ .prompt = arena_copy(arena, prompt_text), .key = { .tonic = -1, .mode = MODE_UNSTATED } };
    Prompt prompt = { .arena = arena, .lexicon = lexicon, .text = out->prompt, .brief = out };
    Str head, lyrics;
    split_lyrics(&prompt, &head, &lyrics);
    prompt.words = text_words(arena, head);
    mend_words(&prompt);
    mark_names(&prompt);
    make_items(&prompt);
    weigh(&prompt);
    negation_mark(&prompt);
    roles_mark(&prompt);
    brief_apply(&prompt);
    if (prompt.words.count == 0)
        ignore_signs(&prompt, head);
    if (!take_lyrics(&prompt, lyrics, FROM_WORDS, fault) ||
        (options && !apply_options(&prompt, options, fault)))
        return false;
    settle_voice(&prompt);
    return true;
}
