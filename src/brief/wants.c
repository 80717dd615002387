// Wishes for instruments and bans: kept in order, so that of two that contradict the later wins.
#include "brief/apply.h"

static bool in_family(const Instrument *instrument, Role role, Str name)
{
    return str_equal(name, instrument->name) || str_equal(name, instrument->family) ||
           (role != ROLE_NONE && str_equal(name, str_of(role_names[role])));
}

// "strings" bans synth strings too: a name's last word says what it is.
static bool ends_with_word(Str name, Str word)
{
    return name.length > word.length && str_ends(name, word) &&
           name.data[name.length - word.length - 1] == ' ';
}

static bool name_covers(Str name, const Instrument *instrument, Role role)
{
    return in_family(instrument, role, name) || ends_with_word(instrument->name, name);
}

bool brief_bans(const Brief *brief, const Instrument *instrument, Role role)
{
    // What was asked for by name stands: contradictions were settled when the prompt was read.
    for (int i = 0; i < brief->want_count; i++)
        if (!brief->wants[i].loose && brief->wants[i].instrument == instrument)
            return false;
    for (int i = 0; i < brief->without_count; i++)
        if (name_covers(brief->without[i], instrument, role))
            return true;
    return false;
}

static PartWish *find_want(Brief *brief, const Instrument *instrument, Role role)
{
    for (int i = 0; i < brief->want_count; i++) {
        PartWish *want = &brief->wants[i];
        if (want->instrument == instrument &&
            (role == ROLE_NONE || want->role == role || want->role == ROLE_NONE))
            return want;
    }
    return NULL;
}

void want_instrument(Prompt *prompt, int item, const Instrument *instrument, Role role, bool loose,
                     Source source)
{
    Brief *brief = prompt->brief;
    Str words = source == FROM_WORDS ? item_text(prompt, &prompt->items[item]) : STR("");
    PartWish *known = find_want(brief, instrument, role);
    if (known) {
        if (role != ROLE_NONE)
            known->role = role;
        known->loose &= loose;
        prompt->want_at[known - brief->wants] = item;
    } else if (brief->want_count < WISH_MAX) {
        const Term *term = prompt->items[item].term;
        prompt->want_at[brief->want_count] = item;
        prompt->want_group[brief->want_count] = loose && term->group.length ? term->group : instrument->name;
        brief->wants[brief->want_count++] = (PartWish){ instrument, role, loose };
    } else {
        return;
    }
    Str value = instrument->name;
    if (role != ROLE_NONE)
        value = arena_print(prompt->arena, STR_FMT " (%s)", STR_ARG(value), role_names[role]);
    brief_note(brief, STR("instrument"), value, words, source);
}

void ban_name(Prompt *prompt, int item, Str name, bool whole)
{
    Brief *brief = prompt->brief;
    note_item(prompt, &prompt->items[item], "without", name);
    for (int i = 0; i < brief->without_count; i++) {
        if (str_equal(brief->without[i], name)) {
            prompt->ban_at[i] = item;
            return;
        }
    }
    if (brief->without_count == WISH_MAX)
        return;
    prompt->ban_at[brief->without_count] = item;
    prompt->ban_whole[brief->without_count] = whole;
    brief->without[brief->without_count++] = name;
}

static void drop_want(Prompt *prompt, int at)
{
    Brief *brief = prompt->brief;
    brief->want_count--;
    for (int i = at; i < brief->want_count; i++) {
        brief->wants[i] = brief->wants[i + 1];
        prompt->want_at[i] = prompt->want_at[i + 1];
        prompt->want_group[i] = prompt->want_group[i + 1];
    }
}

static void drop_ban(Prompt *prompt, int at)
{
    Brief *brief = prompt->brief;
    brief->without_count--;
    for (int i = at; i < brief->without_count; i++) {
        brief->without[i] = brief->without[i + 1];
        prompt->ban_at[i] = prompt->ban_at[i + 1];
        prompt->ban_whole[i] = prompt->ban_whole[i + 1];
    }
}

// True when ban and want mean one thing: the same name, or a group wished for and banned alike.
static bool same_thing(const PartWish *want, Str name)
{
    return str_equal(name, want->instrument->name) ||
           (want->loose && name_covers(name, want->instrument, want->role));
}

static void settle_want(Prompt *prompt, int *at)
{
    Brief *brief = prompt->brief;
    const PartWish want = brief->wants[*at];
    for (int i = 0; i < brief->without_count; i++) {
        Str name = brief->without[i];
        if (!name_covers(name, want.instrument, want.role))
            continue;
        bool later_ban = prompt->ban_at[i] > prompt->want_at[*at];
        if (!later_ban && !same_thing(&want, name))
            continue; // "no guitars but a nylon guitar": an exception, no contradiction
        conflict(
            prompt,
            "The prompt both asks for and rules out " STR_FMT "; the later words, \"" STR_FMT
            "\", were followed.",
            STR_ARG(same_thing(&want, name) ? name : want.instrument->name),
            STR_ARG(item_text(prompt, &prompt->items[later_ban ? prompt->ban_at[i] : prompt->want_at[*at]])));
        if (later_ban) {
            drop_want(prompt, (*at)--);
            return;
        }
        drop_ban(prompt, i--);
    }
}

// "guitars ... a nylon guitar": the group is met by its member.
static bool covered(const Prompt *prompt, int at)
{
    const Brief *brief = prompt->brief;
    const PartWish *want = &brief->wants[at];
    if (!want->loose)
        return false;
    for (int i = 0; i < brief->want_count; i++) {
        const PartWish *other = &brief->wants[i];
        if (i == at || (other->loose && i > at))
            continue;
        bool kit = want->role == ROLE_DRUMS && str_equal(other->instrument->family, want->instrument->family);
        bool member = name_covers(prompt->want_group[at], other->instrument, other->role);
        if (kit ||
            (member && (want->role == ROLE_NONE || other->role == want->role || other->role == ROLE_NONE)))
            return true;
    }
    return false;
}

// What a mood or a genre brings, where no instrument was asked for.
static void bring(Prompt *prompt, int item, Str list, Source source)
{
    Str name;
    while (str_cut(&list, ',', &name)) {
        const Instrument *instrument = instrument_find(lexicon_instruments(prompt->lexicon), str_trim(name));
        if (instrument && !brief_bans(prompt->brief, instrument, ROLE_NONE))
            want_instrument(prompt, item, instrument, ROLE_NONE, false, source);
    }
}

static void bring_all(Prompt *prompt)
{
    bool asked = prompt->brief->want_count > 0;
    for (int i = 0; i < prompt->count && !asked; i++) {
        const Item *it = &prompt->items[i];
        if (it->kind != ITEM_TERM || it->term->want.length == 0 || it->banned || it->done || it->soft ||
            it->times < 0 || item_is(it, TERM_WISH) || it->term->only)
            continue;
        bring(prompt, i, it->term->want, item_is(it, TERM_GENRE) ? FROM_GENRE : FROM_MOOD);
    }
}

void wants_settle(Prompt *prompt)
{
    Brief *brief = prompt->brief;
    for (int i = 0; i < brief->want_count; i++)
        settle_want(prompt, &i);
    for (int i = 0; i < brief->want_count; i++)
        if (covered(prompt, i))
            drop_want(prompt, i--);
    brief->only &= brief->want_count > 0;
    bring_all(prompt);
}
