// A song's form: the sections in the order they were named, and whether they are all of it.
#include "brief/apply.h"

enum { RUN_MIN = 3 }; // so many sections in a row name a whole form

static bool names_section(const Item *item)
{
    bool section = item_is(item, TERM_SECTION) || item_is(item, TERM_SOLO);
    return section && !item->banned && !item->done && !item->local;
}

static SectionKind section_of(const Item *item)
{
    return item_is(item, TERM_SOLO) ? SECTION_SOLO : (SectionKind)item->term->section;
}

static Gap gap_of(const Prompt *prompt, int item)
{
    return prompt->words.list[prompt->items[item].from].gap;
}

// "8 bar intro", "intro of 8 bars", "intro (8 bars)"
static int section_beside(const Prompt *prompt, int bars)
{
    int before = bars - 1, after = bars + 1;
    while (before >= 0 && item_is(&prompt->items[before], TERM_STOP))
        before--;
    while (after < prompt->count && item_is(&prompt->items[after], TERM_STOP) &&
           gap_of(prompt, after) < GAP_COMMA)
        after++;
    bool can_before = before >= 0 && names_section(&prompt->items[before]) &&
                      prompt->items[before].bars == 0 && gap_of(prompt, bars) < GAP_STOP;
    bool can_after =
        after < prompt->count && names_section(&prompt->items[after]) && gap_of(prompt, after) < GAP_COMMA;
    bool apart = can_before && gap_of(prompt, bars) == GAP_COMMA;
    if (can_before && !(can_after && apart))
        return before;
    return can_after ? after : -1;
}

static void place_bars(Prompt *prompt)
{
    for (int i = 0; i < prompt->count; i++) {
        Item *it = &prompt->items[i];
        int section = it->kind == ITEM_BARS && !it->done ? section_beside(prompt, i) : -1;
        if (section < 0)
            continue;
        prompt->items[section].bars = it->number > 64.0 ? 64 : (int)it->number;
        it->done = true;
    }
}

static int next_section(const Prompt *prompt, int item)
{
    do
        item++;
    while (item < prompt->count && !names_section(&prompt->items[item]));
    return item;
}

// True when only joiners stand between two sections.
static bool follows(const Prompt *prompt, int left, int right)
{
    if (prompt->items[right].from - prompt->items[left].to > 6)
        return false;
    for (int i = left + 1; i < right; i++) {
        const Item *it = &prompt->items[i];
        if (!item_is(it, TERM_STOP) && !item_is(it, TERM_AND) && !item_is(it, TERM_TURN) &&
            !item_is(it, TERM_WITH) && !item_is(it, TERM_MOOD) && !item_is(it, TERM_TEMPO) &&
            it->kind != ITEM_SILENT && it->kind != ITEM_BARS)
            return false;
    }
    return true;
}

static void add(Brief *brief, SectionKind section, int bars)
{
    if (brief->form_count < FORM_MAX)
        brief->form[brief->form_count++] = (FormWish){ section, bars };
}

static bool has(const Brief *brief, SectionKind section)
{
    for (int i = 0; i < brief->form_count; i++)
        if (brief->form[i].section == section)
            return true;
    return false;
}

static void put_first(Brief *brief, SectionKind section, int bars)
{
    if (brief->form_count == FORM_MAX)
        return;
    for (int i = brief->form_count++; i > 0; i--)
        brief->form[i] = brief->form[i - 1];
    brief->form[0] = (FormWish){ section, bars };
}

// Sections that stand alone: an intro goes first and an outro last, wherever they were named.
static void add_single(Brief *brief, SectionKind section, int bars)
{
    for (int i = 0; i < brief->form_count; i++) {
        if (brief->form[i].section == section) {
            if (bars && brief->form[i].bars == 0)
                brief->form[i].bars = bars;
            return;
        }
    }
    if (section == SECTION_INTRO)
        put_first(brief, section, bars);
    else
        add(brief, section, bars);
    int last = brief->form_count - 1;
    if (last > 0 && brief->form[last - 1].section == SECTION_OUTRO && last < FORM_MAX) {
        FormWish moved = brief->form[last];
        brief->form[last] = brief->form[last - 1];
        brief->form[last - 1] = moved;
    }
}

typedef struct Run {
    int from, to; // items, both ends included
    int length;
} Run;

static Run longest_run(const Prompt *prompt)
{
    Run best = { 0 };
    for (int i = next_section(prompt, -1); i < prompt->count;) {
        Run run = { i, i, 1 };
        int next = next_section(prompt, i);
        while (next < prompt->count && follows(prompt, run.to, next)) {
            run.to = next;
            run.length++;
            next = next_section(prompt, next);
        }
        if (run.length > best.length)
            best = run;
        i = next;
    }
    return best;
}

static const Item *find_letters(const Prompt *prompt)
{
    for (int i = 0; i < prompt->count; i++)
        if (prompt->items[i].kind == ITEM_LETTERS)
            return &prompt->items[i];
    return NULL;
}

static void add_letters(Brief *brief, Str letters)
{
    static const SectionKind kinds[] = { SECTION_VERSE, SECTION_CHORUS, SECTION_BRIDGE, SECTION_SOLO };
    for (size_t i = 0; i < letters.length; i++)
        add(brief, kinds[letters.data[i] - 'a'], 0);
    brief->form_whole = true;
}

static Str form_text(const Prompt *prompt)
{
    Buf text = buf_make(prompt->arena, 2000);
    for (int i = 0; i < prompt->brief->form_count; i++) {
        const FormWish *wish = &prompt->brief->form[i];
        buf_print(&text, "%s%s", i ? ", " : "", section_names[wish->section]);
        if (wish->bars)
            buf_print(&text, " (%d bars)", wish->bars);
    }
    return buf_str(&text);
}

static void note_form(Prompt *prompt, int from, int to)
{
    brief_note(prompt->brief, STR("form"), form_text(prompt),
               text_span(prompt->text, &prompt->words, from, to), FROM_WORDS);
}

void form_settle(Prompt *prompt)
{
    Brief *brief = prompt->brief;
    place_bars(prompt);
    const Item *letters = find_letters(prompt);
    Run run = longest_run(prompt);
    brief->form_whole = letters || run.length >= RUN_MIN;
    if (letters)
        add_letters(brief, letters->word);
    int first = -1, last = -1;
    for (int i = next_section(prompt, -1); i < prompt->count; i = next_section(prompt, i)) {
        const Item *it = &prompt->items[i];
        bool inside = run.length >= RUN_MIN && i >= run.from && i <= run.to;
        if (brief->form_whole && !letters && inside)
            add(brief, section_of(it), it->bars);
        if (first < 0)
            first = it->from;
        last = it->to;
    }
    for (int i = next_section(prompt, -1); i < prompt->count; i = next_section(prompt, i)) {
        const Item *it = &prompt->items[i];
        SectionKind kind = section_of(it);
        bool edge = kind == SECTION_INTRO || kind == SECTION_OUTRO;
        if (!brief->form_whole || (edge && !has(brief, kind)))
            add_single(brief, kind, it->bars);
    }
    if (letters && first < 0) {
        first = letters->from;
        last = letters->to;
    }
    if (brief->form_count)
        note_form(prompt, first, last);
}
