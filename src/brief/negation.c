// Bans and limits: "no drums, bass or guitar", "drum-free", "just piano", "a duet for two", "not too fast".
//
//     trigger ──nouns joined by , / or and nor──> "but", "with", "only", a verb, a number, a sentence's end
//
// After a comma only bare nouns carry a ban on: "no drums, soft piano" wants the piano.
#include "brief/prompt.h"

static Gap gap_of(const Prompt *prompt, int item)
{
    return item < prompt->count ? prompt->words.list[prompt->items[item].from].gap : GAP_STOP;
}

static bool first_word_in(const Prompt *prompt, int item, const char *const *list)
{
    return item < prompt->count && word_in(&prompt->words, prompt->items[item].from, list);
}

static bool is_any(const Item *item, const TermKind *kinds, int count)
{
    for (int i = 0; i < count; i++)
        if (item_is(item, kinds[i]))
            return true;
    return false;
}

// Says nothing on its own, so a search may step over it.
static bool is_filler(const Item *item)
{
    return item_is(item, TERM_STOP) || item->kind == ITEM_SILENT;
}

static bool is_colouring(const Item *item)
{
    static const TermKind kinds[] = { TERM_MOOD, TERM_ACTIVITY, TERM_ERA, TERM_TEMPO, TERM_GENRE };
    return is_any(item, kinds, 5);
}

static bool is_bare_noun(const Item *item)
{
    static const TermKind kinds[] = { TERM_ROLE, TERM_SECTION, TERM_SOLO, TERM_WISH, TERM_DUET };
    return item_sounds(item) || is_any(item, kinds, 5);
}

static int next_solid(const Prompt *prompt, int item)
{
    do
        item++;
    while (item < prompt->count && is_filler(&prompt->items[item]));
    return item;
}

static int last_solid(const Prompt *prompt, int item)
{
    do
        item--;
    while (item >= 0 && is_filler(&prompt->items[item]));
    return item;
}

static bool same_segment(const Prompt *prompt, int from, int to) // items from < to, no comma between
{
    for (int i = from + 1; i <= to; i++)
        if (gap_of(prompt, i) >= GAP_COMMA)
            return false;
    return true;
}

// ---- bans

typedef struct Scope {
    int opened;   // the trigger's item
    int nouns;    // banned so far
    bool sounds;  // among them instruments
    bool joined;  // the next noun still belongs: the trigger, a comma or a joiner stands before it
    bool comma;   // behind a comma without "or"
    bool article; // behind a joiner an article begins something new
} Scope;

static const char *const articles[] = { "a",   "an",   "some",  "un", "una", "une",
                                        "ein", "eine", "einer", "um", "uma", NULL };
static const char *const places[] = { "in", "during", "until", "till", "before", "after",
                                      "at", "for",    "on",    "from", "to",     NULL };
static const char *const points[] = { "beginning", "start", "end", "first", "begin", "ending", NULL };

// "no drums in the intro", "no drums until 0:30": a wish for one place, which a brief cannot hold.
static bool is_local(const Prompt *prompt, int item)
{
    if (!first_word_in(prompt, item, places) || gap_of(prompt, item) >= GAP_COMMA)
        return false;
    for (int i = item + 1; i < prompt->count && i <= item + 4 && gap_of(prompt, i) < GAP_COMMA; i++) {
        const Item *it = &prompt->items[i];
        if (item_is(it, TERM_SECTION) || it->kind == ITEM_PLACE || it->kind == ITEM_LENGTH ||
            first_word_in(prompt, i, points))
            return true;
        if (!is_filler(it))
            return false;
    }
    return false;
}

// A noun behind a comma that says more about itself is a wish again: "no drums, piano lead".
static bool is_affirmed(const Prompt *prompt, int item)
{
    const Item *it = &prompt->items[item];
    const Term *first =
        it->to - it->from > 1 ? lexicon_find(prompt->lexicon, prompt->words.list[it->from].norm) : NULL;
    if (first && (first->kind == TERM_MOOD || first->kind == TERM_TEMPO))
        return true; // "no drums, heavy guitars"
    int next = item + 1;
    if (next >= prompt->count || gap_of(prompt, next) >= GAP_COMMA)
        return false;
    return is_any(&prompt->items[next], (TermKind[]){ TERM_ROLE, TERM_ONLY, TERM_SOLO }, 3);
}

static void ban(Prompt *prompt, Scope *scope, int item)
{
    Item *it = &prompt->items[item];
    it->banned = true;
    scope->sounds |= item_sounds(it);
    if (scope->nouns == 0)
        it->span_from = prompt->items[scope->opened].from;
    scope->nouns++;
    scope->joined = false;
    scope->article = false;
}

// An adjective before a noun goes with the noun: "no heavy drums" bans drums and says nothing of heavy.
static bool belongs_to_noun(const Prompt *prompt, int item)
{
    int next = item + 1;
    while (next < prompt->count && gap_of(prompt, next) < GAP_COMMA && is_colouring(&prompt->items[next]))
        next++;
    return next < prompt->count && gap_of(prompt, next) < GAP_COMMA && is_bare_noun(&prompt->items[next]) &&
           !item_is(&prompt->items[next], TERM_SECTION);
}

static bool plays_solo(const Prompt *prompt, int item)
{
    int next = item + 1;
    return item_sounds(&prompt->items[item]) && next < prompt->count && gap_of(prompt, next) < GAP_COMMA &&
           (item_is(&prompt->items[next], TERM_SOLO) || (item_is(&prompt->items[next], TERM_SECTION) &&
                                                         prompt->items[next].term->section == SECTION_SOLO));
}

// "no drums and soft piano" wants the piano; "without drums and loud guitars" bans both.
static bool opened_by_no(const Prompt *prompt, const Scope *scope)
{
    return word_is(&prompt->words, prompt->items[scope->opened].from, "no");
}

// One item of an open scope; false when it closes the scope.
static bool scope_step(Prompt *prompt, Scope *scope, int item)
{
    Item *it = &prompt->items[item];
    if (item_is(it, TERM_AND)) {
        static const char *const ors[] = { "or", "nor", "o", "ou", "oder", "u", NULL };
        scope->joined = true;
        scope->comma = scope->comma && !first_word_in(prompt, item, ors);
        scope->article = !first_word_in(prompt, item, ors) && scope->nouns;
        return true;
    }
    if (is_filler(it) || item_is(it, TERM_NUMBER)) {
        if (scope->nouns && first_word_in(prompt, item, places))
            return false;
        return !((scope->article || scope->comma) && scope->nouns && first_word_in(prompt, item, articles));
    }
    if (item_is(it, TERM_DEGREE))
        return !scope->comma && !scope->article; // "no melody and lots of percussion"
    if (item_is(it, TERM_TURN) || item_is(it, TERM_WITH))
        return scope->nouns == 0 && !scope->comma;
    if (it->kind == ITEM_UNKNOWN || item_is(it, TERM_NAME))
        return scope->joined;
    if (is_bare_noun(it)) {
        bool compound = scope->nouns && gap_of(prompt, item) < GAP_COMMA &&
                        is_any(it, (TermKind[]){ TERM_ROLE, TERM_SECTION, TERM_SOLO }, 3);
        if (compound) {
            it->done = true;
            return true;
        }
        if (!scope->joined || (scope->comma && is_affirmed(prompt, item)))
            return false;
        if (scope->comma && scope->sounds && !item_sounds(it))
            return false; // "no drums, fade out"
        if (plays_solo(prompt, item)) {
            it->done = true; // "no guitar solos" bans solos, not guitars
            return true;
        }
        ban(prompt, scope, item);
        return true;
    }
    if (is_colouring(it)) {
        if (!scope->joined || (scope->comma && scope->nouns) ||
            (scope->article && opened_by_no(prompt, scope)))
            return false;
        if (belongs_to_noun(prompt, item))
            it->done = true;
        else
            ban(prompt, scope, item);
        return true;
    }
    if (scope->nouns == 0 && item == scope->opened + 1 && it->kind != ITEM_TERM)
        it->done = true; // "not 120 bpm"
    return false;
}

// "not without drums": two triggers side by side cancel.
static bool cancels_next(const Prompt *prompt, int item)
{
    return item >= 0 && item + 1 < prompt->count && item_is(&prompt->items[item], TERM_NOT) &&
           item_is(&prompt->items[item + 1], TERM_NOT) && gap_of(prompt, item + 1) < GAP_COMMA;
}

// "no guitars except a nylon guitar": inside a ban the word turns it.
static bool is_exception(const Prompt *prompt, int item)
{
    static const char *const words[] = { "except", "excepting", "save",   "barring", "excepto",
                                         "sauf",   "ausser",    "tranne", "exceto",  NULL };
    return item_is(&prompt->items[item], TERM_NOT) && first_word_in(prompt, item, words);
}

static void mark_scope(Prompt *prompt, int opened)
{
    Scope scope = { .opened = opened, .joined = true };
    int i = opened + 1;
    for (; i < prompt->count; i++) {
        if (scope.nouns && is_exception(prompt, i) && gap_of(prompt, i) < GAP_STOP)
            prompt->items[i].done = true;
        Gap gap = gap_of(prompt, i);
        if (gap >= GAP_STOP || item_is(&prompt->items[i], TERM_NOT) || item_is(&prompt->items[i], TERM_ONLY))
            break;
        if (gap >= GAP_SLASH && gap != GAP_COLON)
            scope.joined = true;
        scope.comma |= gap == GAP_COMMA && scope.nouns > 0;
        if (!scope_step(prompt, &scope, i))
            break;
    }
    if (scope.nouns == 0 || !is_local(prompt, i))
        return;
    for (int k = opened; k < i; k++)
        prompt->items[k].local = prompt->items[k].banned;
}

// "drums: no", "drums off", "drum-free"
static void mark_off(Prompt *prompt, int item)
{
    static const char *const copulas[] = { "are", "is",      "be",         "should", "must",
                                           "all", "totally", "completely", NULL };
    int noun = item - 1;
    while (noun >= 0 && (is_filler(&prompt->items[noun]) || first_word_in(prompt, noun, copulas)))
        noun--;
    if (noun < 0 || !is_bare_noun(&prompt->items[noun]) || !same_segment(prompt, noun, item))
        return;
    bool free = word_is(&prompt->words, prompt->items[item].from, "free");
    if (free && noun != item - 1)
        return;
    prompt->items[noun].banned = true;
}

// "drums: no", "guitar yes, drums no"
static bool trails_noun(const Prompt *prompt, int item)
{
    if (item == 0 || !is_bare_noun(&prompt->items[item - 1]) || gap_of(prompt, item) >= GAP_COMMA ||
        (item + 1 < prompt->count && gap_of(prompt, item + 1) < GAP_COMMA))
        return false;
    return gap_of(prompt, item) == GAP_COLON || word_is(&prompt->words, prompt->items[item].from, "no");
}

// ---- "not too"

static void mark_soft(Prompt *prompt, int item)
{
    for (int i = item + 1; i < prompt->count && gap_of(prompt, i) < GAP_COMMA; i++) {
        Item *it = &prompt->items[i];
        if (is_colouring(it) || item_sounds(it))
            it->soft = true;
        else if (!is_filler(it) && !item_is(it, TERM_AND) && !item_is(it, TERM_DEGREE))
            return;
    }
}

// ---- "only", "solo", "duet"

// "just pads": a role that brings an instrument of its own may stand alone too.
static bool may_stand_alone(const Item *item)
{
    return !item->banned && (item_sounds(item) || (item_is(item, TERM_ROLE) && item->term->use.length));
}

// Marks the instruments from `item` on that are joined to each other; the number marked.
static int mark_alone_from(Prompt *prompt, int item)
{
    int marked = 0;
    for (int i = item; i < prompt->count && (i == item || gap_of(prompt, i) < GAP_STOP); i++) {
        Item *it = &prompt->items[i];
        bool steps_over = is_filler(it) || item_is(it, TERM_AND) || item_is(it, TERM_ROLE) ||
                          item_is(it, TERM_DEGREE) || item_is(it, TERM_MOOD) || item_is(it, TERM_SOLO) ||
                          item_is(it, TERM_ERA) || it->kind == ITEM_UNKNOWN ||
                          (item_is(it, TERM_GENRE) && it->term->adjective);
        if (may_stand_alone(it)) {
            it->alone = true;
            marked++;
        } else if (!steps_over) {
            break;
        }
    }
    return marked;
}

static void mark_alone_back(Prompt *prompt, int item)
{
    for (int i = item; i >= 0; i--) {
        Item *it = &prompt->items[i];
        if (item_sounds(it) && !it->banned)
            it->alone = true;
        else if (!is_filler(it) && !item_is(it, TERM_AND) && !item_is(it, TERM_MOOD))
            return;
        if (gap_of(prompt, i) >= GAP_STOP)
            return;
    }
}

static const char *const narrow_verbs[] = { "use",     "using", "uses", "play", "playing", "featuring",
                                            "include", "with",  "has",  "have", "usa",     "con",
                                            "avec",    "mit",   "com",  NULL };

// The first instrument an "only" may mean, or -1: "only use piano", "just a soft guitar".
static int narrowed_from(const Prompt *prompt, int item)
{
    for (int i = item + 1; i < prompt->count && gap_of(prompt, i) < GAP_COMMA; i++) {
        const Item *it = &prompt->items[i];
        if (it->banned)
            return -1;
        if (may_stand_alone(it))
            return i;
        bool verb = i == item + 1 && first_word_in(prompt, i, narrow_verbs);
        bool plain_colour = is_colouring(it) && !(item_is(it, TERM_GENRE) && !it->term->adjective);
        if (!verb && !is_filler(it) && !plain_colour && !item_is(it, TERM_DEGREE) &&
            !item_is(it, TERM_SOLO) && !item_is(it, TERM_DUET))
            return -1;
    }
    return -1;
}

static bool trails_place(const Prompt *prompt, int item)
{
    return item + 1 < prompt->count && gap_of(prompt, item + 1) < GAP_COMMA &&
           first_word_in(prompt, item + 1, places);
}

static void mark_only(Prompt *prompt, int item)
{
    int before = last_solid(prompt, item), after = narrowed_from(prompt, item);
    if (before >= 0 && item_is(&prompt->items[before], TERM_AND))
        before = last_solid(prompt, before);
    bool trails = before >= 0 && item_sounds(&prompt->items[before]) && !prompt->items[before].banned;
    if (trails && after >= 0 && !same_segment(prompt, before, item))
        trails = false;
    if (trails && !trails_place(prompt, item))
        mark_alone_back(prompt, before);
    else if (after >= 0)
        mark_alone_from(prompt, after);
}

static bool joins_others(const Prompt *prompt, int item)
{
    int before = last_solid(prompt, item);
    if (before < 0)
        return false;
    const Item *it = &prompt->items[before];
    return item_is(it, TERM_WITH) || item_is(it, TERM_AND) || item_is(it, TERM_TURN);
}

static bool others_named(const Prompt *prompt, int self)
{
    for (int i = 0; i < prompt->count; i++) {
        const Item *it = &prompt->items[i];
        if (i != self && !it->banned && (item_sounds(it) || (item_is(it, TERM_GENRE) && !it->term->only)))
            return true;
    }
    return false;
}

static bool named_before(const Prompt *prompt, int item)
{
    for (int i = 0; i < item; i++)
        if (item_sounds(&prompt->items[i]) || item_is(&prompt->items[i], TERM_GENRE))
            return true;
    return false;
}

// "solo piano" narrows the song; "strings with solo violin" and "a guitar solo" do not.
static void mark_solo(Prompt *prompt, int item)
{
    int next = next_solid(prompt, item);
    while (next < prompt->count && item_is(&prompt->items[next], TERM_MOOD))
        next = next_solid(prompt, next);
    int before = item - 1;
    bool player = before >= 0 && item_sounds(&prompt->items[before]) && gap_of(prompt, item) < GAP_SLASH;
    if (player && !prompt->items[before].banned) {
        if (joins_others(prompt, before) || others_named(prompt, before)) {
            prompt->items[before].lead = true;
            return; // the item stays: a section
        }
        prompt->items[before].alone = true;
    } else if (next < prompt->count && item_sounds(&prompt->items[next]) &&
               same_segment(prompt, item, next)) {
        if (joins_others(prompt, item) && named_before(prompt, item))
            prompt->items[next].lead = true;
        else
            mark_alone_from(prompt, next);
    } else {
        return;
    }
    prompt->items[item].done = true;
}

static void mark_duet(Prompt *prompt, int item)
{
    int next = next_solid(prompt, item);
    if (next < prompt->count &&
        (item_is(&prompt->items[next], TERM_WITH) || item_is(&prompt->items[next], TERM_TURN)))
        next = next_solid(prompt, next);
    bool forward = next < prompt->count && item_is(&prompt->items[next], TERM_INSTRUMENT) &&
                   gap_of(prompt, next) < GAP_COMMA;
    if (!forward && next < prompt->count && item_is(&prompt->items[next], TERM_GROUP))
        forward = gap_of(prompt, next) < GAP_COMMA;
    int before = last_solid(prompt, item);
    if (forward)
        mark_alone_from(prompt, next);
    else if (before >= 0 && same_segment(prompt, before, item) &&
             !item_is(&prompt->items[before], TERM_WISH) && item_sounds(&prompt->items[before]))
        mark_alone_back(prompt, before);
}

// "with solo piano" beside other music is a lead, not a piano piece.
static void mark_genre_solo(Prompt *prompt, int item)
{
    if (prompt->items[item].term->only && joins_others(prompt, item) && named_before(prompt, item))
        prompt->items[item].lead = true;
}

void negation_mark(Prompt *prompt)
{
    for (int i = 0; i < prompt->count; i++) {
        if (item_is(&prompt->items[i], TERM_NOT) && !prompt->items[i].done) {
            if (trails_noun(prompt, i))
                prompt->items[i - 1].banned = true;
            else if (!cancels_next(prompt, i) && !cancels_next(prompt, i - 1))
                mark_scope(prompt, i);
        } else if (item_is(&prompt->items[i], TERM_OFF)) {
            mark_off(prompt, i);
        } else if (item_is(&prompt->items[i], TERM_SOFT)) {
            mark_soft(prompt, i);
        }
    }
    for (int i = 0; i < prompt->count; i++) {
        if (item_is(&prompt->items[i], TERM_ONLY))
            mark_only(prompt, i);
        else if (item_is(&prompt->items[i], TERM_SOLO) && !prompt->items[i].banned && !prompt->items[i].done)
            mark_solo(prompt, i);
        else if (item_is(&prompt->items[i], TERM_DUET))
            mark_duet(prompt, i);
        else if (item_is(&prompt->items[i], TERM_GENRE))
            mark_genre_solo(prompt, i);
    }
}
