// Who plays what: "flute lead", "lead flute", "the melody is played by a violin", "bass line on tuba".
#include "brief/prompt.h"

static const char *const played_by[] = { "by",        "on",      "from", "played", "using", "through", "is",
                                         "performed", "carried", "done", "via",    "sung",  "au",      "al",
                                         "auf",       "con",     "mit",  "avec",   "am",    "von",     "par",
                                         "im",        "na",      "no",   "da",     NULL };
static const char *const plays[] = { "plays",  "playing", "play",     "carries",   "carrying", "takes",
                                     "taking", "handles", "provides", "doing",     "does",     "on",
                                     "for",    "as",      "the",      "a",         "main",     "its",
                                     "some",   "to",      "leads",    "providing", "gives",    "carry",
                                     "take",   "soft",    "simple",   "en",        "als",      "como",
                                     "come",   "comme",   "pour",     "fur",       NULL };

static Gap gap_of(const Prompt *prompt, int item)
{
    return item < prompt->count ? prompt->words.list[prompt->items[item].from].gap : GAP_STOP;
}

static bool is_player(const Prompt *prompt, int item)
{
    if (item < 0 || item >= prompt->count)
        return false;
    const Item *it = &prompt->items[item];
    bool sounds = item_is(it, TERM_INSTRUMENT) || (item_is(it, TERM_GROUP) && !it->term->line);
    return sounds && !it->banned && !it->done && it->role == ROLE_NONE;
}

// A role's own word, or a group's that names a line.
static bool is_role(const Item *item)
{
    if (item->banned || item->done)
        return false;
    return item_is(item, TERM_ROLE) || (item_is(item, TERM_GROUP) && item->term->role != ROLE_NONE);
}

static void give(Prompt *prompt, int role, int player)
{
    prompt->items[player].role = prompt->items[role].term->role;
    prompt->items[role].done = true;
}

static bool words_between_in(const Prompt *prompt, int from, int to, const char *const *list,
                             const char *const *more)
{
    for (int i = from; i < to; i++)
        if (!word_in(&prompt->words, i, list) && !(more && word_in(&prompt->words, i, more)))
            return false;
    return true;
}

// The player named behind "by" or "on", or behind a colon; -1 when none is.
static int player_behind(const Prompt *prompt, int role)
{
    static const char *const also[] = { "a",      "an", "the", "solo", "un",    "une",   "una", "la",
                                        "le",     "el", "il",  "der",  "einer", "einem", "dem", "ein",
                                        "should", "be", "by",  "my",   "l",     "um",    "uma", NULL };
    const Words *words = &prompt->words;
    int start = prompt->items[role].to;
    bool colon = gap_before(words, start) == GAP_COLON;
    if (!colon && (!word_in(words, start, played_by) || gap_before(words, start) >= GAP_SLASH))
        return -1;
    for (int i = role + 1; i < prompt->count && gap_of(prompt, i) < GAP_COMMA; i++) {
        const Item *it = &prompt->items[i];
        if (is_player(prompt, i))
            return i;
        if (!item_is(it, TERM_MOOD) && !item_is(it, TERM_DEGREE) && !item_is(it, TERM_SOLO) &&
            !words_between_in(prompt, it->from, it->to, played_by, also))
            return -1;
    }
    return -1;
}

// "flute and violin lead", "chords on piano and guitar": the partner plays the same.
static void share(Prompt *prompt, int player, int step)
{
    int joiner = player + step, partner = player + 2 * step;
    if (partner < 0 || partner >= prompt->count ||
        !word_is(&prompt->words, prompt->items[joiner].from, "and") || !is_player(prompt, partner) ||
        prompt->items[partner].term->role != ROLE_NONE)
        return;
    if (step > 0 && partner + 1 < prompt->count && is_role(&prompt->items[partner + 1]) &&
        gap_of(prompt, partner + 1) < GAP_COMMA)
        return;
    prompt->items[partner].role = prompt->items[player].role;
}

static bool adjoins(const Prompt *prompt, int left)
{
    return left >= 0 && left + 1 < prompt->count && gap_of(prompt, left + 1) < GAP_SLASH;
}

static void bind_neighbours(Prompt *prompt, int role)
{
    const Item *it = &prompt->items[role];
    bool pure = item_is(it, TERM_ROLE) || it->term->line;
    if (!pure || player_behind(prompt, role) >= 0)
        return;
    if (is_player(prompt, role - 1) && adjoins(prompt, role - 1)) {
        give(prompt, role, role - 1);
        share(prompt, role - 1, -1);
    } else if (item_is(it, TERM_ROLE) && is_player(prompt, role + 1) && adjoins(prompt, role) &&
               !(role + 2 < prompt->count && item_is(&prompt->items[role + 2], TERM_ROLE) &&
                 adjoins(prompt, role + 1))) {
        give(prompt, role, role + 1);
    }
}

static void bind_behind(Prompt *prompt, int role)
{
    int player = player_behind(prompt, role);
    if (player >= 0) {
        give(prompt, role, player);
        share(prompt, player, 1);
    }
}

// "the violin plays the melody", "piano for the chords"
static void bind_before(Prompt *prompt, int role)
{
    int player = role - 1;
    while (player >= 0 && !is_player(prompt, player) &&
           prompt->items[role].from - prompt->items[player].from < 6 &&
           gap_of(prompt, player + 1) < GAP_COMMA)
        player--;
    if (!is_player(prompt, player))
        return;
    bool colon = gap_before(&prompt->words, prompt->items[player].to) == GAP_COLON;
    for (int i = player + 1; i <= role; i++)
        if (gap_of(prompt, i) >= GAP_COMMA)
            return;
    int from = prompt->items[player].to, to = prompt->items[role].from;
    if ((from < to || colon) && words_between_in(prompt, from, to, plays, NULL)) {
        give(prompt, role, player);
        share(prompt, player, -1);
    }
}

void roles_mark(Prompt *prompt)
{
    void (*const rounds[])(Prompt *, int) = { bind_neighbours, bind_behind, bind_before };
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < prompt->count; i++)
            if (is_role(&prompt->items[i]) &&
                (round > 0 || item_is(&prompt->items[i], TERM_ROLE) || prompt->items[i].term->line))
                rounds[round](prompt, i);
    for (int i = 0; i < prompt->count; i++)
        if (prompt->items[i].lead && prompt->items[i].role == ROLE_NONE)
            prompt->items[i].role = ROLE_LEAD;
}
