// Which style heads the song, and which lend it colour.
//
// The last genre named as a noun is the head ("jazz house" is house); adjectives ("jazzy"), decades,
// and genres named behind "with" or before "influences" colour it. Alone, any of them heads the song.
#include "brief/apply.h"

static bool is_genre(const Item *item)
{
    return item_is(item, TERM_GENRE) && !item->banned && !item->done && !item->soft && item->times > 0 &&
           !item->lead;
}

static Gap gap_of(const Prompt *prompt, int item)
{
    return item < prompt->count ? prompt->words.list[prompt->items[item].from].gap : GAP_STOP;
}

// "with jazz influences", "a touch of funk", "jazz chords", "rock guitars"
static bool only_colours(const Prompt *prompt, int item)
{
    static const char *const after[] = { "influence", "influences", "influenced", "element",    "elements",
                                         "flavor",    "flavors",    "flavour",    "touches",    "undertones",
                                         "undertone", "overtones",  "inspired",   "tinged",     "flavored",
                                         "flavoured", "accents",    "hints",      "roots",      "feel",
                                         "vibe",      "vibes",      "aesthetic",  "aesthetics", "texture",
                                         "textures",  "style",      "ish",        NULL };
    if (prompt->items[item].term->adjective)
        return true;
    const Words *words = &prompt->words;
    int next = prompt->items[item].to;
    if (gap_before(words, next) < GAP_COMMA && word_in(words, next, after))
        return true;
    if (item + 1 < prompt->count && gap_of(prompt, item + 1) < GAP_SLASH &&
        item_is(&prompt->items[item + 1], TERM_INSTRUMENT))
        return true;
    int before = item - 1;
    while (before >= 0 &&
           (item_is(&prompt->items[before], TERM_STOP) || item_is(&prompt->items[before], TERM_DEGREE) ||
            item_is(&prompt->items[before], TERM_MOOD)))
        before--;
    return before >= 0 &&
           (item_is(&prompt->items[before], TERM_WITH) || item_is(&prompt->items[before], TERM_TURN) ||
            item_is(&prompt->items[before], TERM_DEGREE)) &&
           before > 0;
}

static void add_color(Brief *brief, Str style)
{
    if (str_equal(style, brief->genre))
        return;
    for (int i = 0; i < 3; i++) {
        if (str_equal(brief->colors[i], style))
            return;
        if (brief->colors[i].length == 0) {
            brief->colors[i] = style;
            return;
        }
    }
}

static int find_head(const Prompt *prompt)
{
    int head = -1, color = -1, era = -1;
    for (int i = 0; i < prompt->count; i++) {
        const Item *it = &prompt->items[i];
        if (is_genre(it) && !only_colours(prompt, i))
            head = i;
        else if (is_genre(it))
            color = i;
        else if (item_is(it, TERM_ERA) && !it->banned && !it->done)
            era = i;
    }
    return head >= 0 ? head : color >= 0 ? color : era;
}

static Str style_of(const Term *term)
{
    return term->style.length ? term->style : term->color;
}

// A style that a mood or an activity suggests, where none was named.
static void take_hint(Prompt *prompt)
{
    Brief *brief = prompt->brief;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < prompt->count; i++) {
            const Item *it = &prompt->items[i];
            if (it->kind != ITEM_TERM || it->term->hint.length == 0 || it->banned || it->done || it->soft ||
                it->times < 0 || (pass == 0) != item_is(it, TERM_ACTIVITY))
                continue;
            brief->genre = it->term->hint;
            brief_note(brief, STR("genre"), it->term->hint, item_text(prompt, it), FROM_MOOD);
            return;
        }
    }
}

static bool banned_style(const Brief *brief, Str style)
{
    for (int i = 0; i < brief->without_count; i++)
        if (str_equal(brief->without[i], style))
            return true;
    return false;
}

// "piano only", "solo piano ballad": a piece for piano alone has a style of its own.
static void take_piano(Prompt *prompt)
{
    Brief *brief = prompt->brief;
    if (brief->only && brief->want_count == 1 &&
        str_equal(brief->wants[0].instrument->family, STR("piano"))) {
        brief->genre = STR("solo piano");
        brief_note(brief, STR("genre"), brief->genre, item_text(prompt, &prompt->items[prompt->want_at[0]]),
                   FROM_WORDS);
    }
}

void genre_settle(Prompt *prompt)
{
    Brief *brief = prompt->brief;
    int head = find_head(prompt);
    if (head >= 0) {
        brief->genre = style_of(prompt->items[head].term);
        note_item(prompt, &prompt->items[head], "genre", brief->genre);
    }
    for (int i = 0; i < prompt->count; i++) {
        const Item *it = &prompt->items[i];
        bool era = item_is(it, TERM_ERA) && !it->banned && !it->done;
        if (i == head || (!is_genre(it) && !era))
            continue;
        add_color(brief, style_of(it->term));
        note_item(prompt, it, "genre", style_of(it->term));
    }
    if (brief->genre.length == 0)
        take_piano(prompt);
    if (brief->genre.length == 0)
        take_hint(prompt);
    if (banned_style(brief, brief->genre)) {
        conflict(prompt, "The prompt both asks for and rules out " STR_FMT "; it was left out.",
                 STR_ARG(brief->genre));
        brief->genre = STR("");
    }
}
