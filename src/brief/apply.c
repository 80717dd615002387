// Items become fields. Of two that contradict, a number beats a word and otherwise the later wins;
// each time a sentence says so.
#include "brief/apply.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct Applying {
    Prompt *prompt;
    Brief *brief;
    const Item *bpm, *tempo, *marking, *key, *mode, *meter, *length, *bars, *vocal, *ending;
    int voice_alone; // an item, or -1
} Applying;

Str item_text(const Prompt *prompt, const Item *item)
{
    int from = item->span_from >= 0 && item->span_from < item->from ? item->span_from : item->from;
    return text_span(prompt->text, &prompt->words, from, item->to);
}

void conflict(Prompt *prompt, const char *format, ...)
{
    Brief *brief = prompt->brief;
    if (brief->conflict_count == NOTE_MAX)
        return;
    char text[600];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    brief->conflicts[brief->conflict_count++] = arena_print(prompt->arena, "%s", text);
}

void brief_note(Brief *brief, Str field, Str value, Str words, Source source)
{
    if (brief->understood_count < NOTE_MAX)
        brief->understood[brief->understood_count++] = (Understood){ field, value, words, source };
}

void note_item(Prompt *prompt, const Item *item, const char *field, Str value)
{
    brief_note(prompt->brief, str_of(field), value, item_text(prompt, item), FROM_WORDS);
}

void ignore(Prompt *prompt, Str words)
{
    Brief *brief = prompt->brief;
    if (words.length && brief->ignored_count < NOTE_MAX)
        brief->ignored[brief->ignored_count++] = words;
}

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static Str quoted(const Applying *applying, const Item *item)
{
    Str text = item_text(applying->prompt, item);
    return str_slice(text, 0, 80);
}

// Two items that cannot both hold: says which one was taken.
static void prefer(Applying *applying, const char *what, const Item *lost, const Item *won, const char *why)
{
    conflict(applying->prompt,
             "The prompt names two %s, \"" STR_FMT "\" and \"" STR_FMT "\"; \"" STR_FMT
             "\" was taken because %s.",
             what, STR_ARG(quoted(applying, lost)), STR_ARG(quoted(applying, won)),
             STR_ARG(quoted(applying, won)), why);
}

static const char later[] = "it comes later";
static const char exact[] = "a number is more exact than a word";

// ---- tempo

static void apply_bpm(Applying *applying, const Item *item)
{
    int milli = (int)(clamp((int)(item->number > 5000.0 ? 5000.0 : item->number), 0, 5000) == 5000
                          ? 5000000.0
                          : item->number * 1000.0 + 0.5);
    int kept = clamp(milli, BPM_MIN * 1000, BPM_MAX * 1000);
    if (applying->bpm && applying->brief->bpm_milli != kept)
        prefer(applying, "tempos", applying->bpm, item, later);
    if (kept != milli)
        conflict(applying->prompt, "A tempo can be %d to %d beats per minute, so \"" STR_FMT "\" became %d.",
                 BPM_MIN, BPM_MAX, STR_ARG(quoted(applying, item)), kept / 1000);
    applying->bpm = item;
    applying->brief->bpm_milli = kept;
    Str value = kept % 1000 ? arena_print(applying->prompt->arena, "%d.%d", kept / 1000, kept % 1000 / 100)
                            : arena_print(applying->prompt->arena, "%d", kept / 1000);
    note_item(applying->prompt, item, "bpm", value);
}

static int scaled(int value, const Item *item)
{
    int times = item->times;
    if (item->banned)
        times = -times / 2;
    if (item->soft)
        times /= 2;
    return value * times / 100;
}

// "slow build up", "a fast outro": the pace of one section.
static bool paces_section(const Prompt *prompt, const Item *item)
{
    const Item *next = item + 1;
    return next < prompt->items + prompt->count && item_is(next, TERM_SECTION) &&
           prompt->words.list[next->from].gap < GAP_SLASH;
}

static void apply_tempo(Applying *applying, const Item *item)
{
    Brief *brief = applying->brief;
    if (paces_section(applying->prompt, item)) {
        ignore(applying->prompt, item_text(applying->prompt, item));
        return;
    }
    if (item->term->bpm) {
        if (item->banned)
            return;
        if (applying->marking && applying->marking->term->bpm != item->term->bpm)
            prefer(applying, "tempo markings", applying->marking, item, later);
        applying->marking = item;
    } else {
        int push = scaled(item->term->push, item);
        bool against = applying->tempo && brief->tempo_push * push < 0 &&
                       applying->tempo->term->push * item->term->push < 0;
        if (against) {
            prefer(applying, "tempos", applying->tempo, item, later);
            brief->tempo_push = 0;
        }
        brief->tempo_push = clamp(brief->tempo_push + push, -100, 100);
        applying->tempo = item;
    }
    note_item(applying->prompt, item, "tempo", item->term->name);
}

// Markings such as "allegro" have a usual tempo; numbers beat them, and beat "slow" and "fast".
static void settle_tempo(Applying *applying)
{
    Brief *brief = applying->brief;
    if (applying->marking && brief->bpm_milli == 0) {
        brief->bpm_milli = applying->marking->term->bpm * 1000;
    } else if (applying->marking) {
        int usual = applying->marking->term->bpm * 1000;
        if (brief->bpm_milli * 3 < usual * 2 || brief->bpm_milli * 2 > usual * 3)
            prefer(applying, "tempos", applying->marking, applying->bpm, exact);
    }
    if (!applying->bpm || !applying->tempo)
        return;
    int push = scaled(applying->tempo->term->push, applying->tempo);
    if ((push >= 40 && brief->bpm_milli < 80000) || (push <= -40 && brief->bpm_milli > 130000)) {
        prefer(applying, "tempos", applying->tempo, applying->bpm, exact);
        brief->tempo_push = 0;
    }
}

// ---- key

static void apply_key(Applying *applying, const Item *item)
{
    Prompt *prompt = applying->prompt;
    Key *key = &applying->brief->key;
    Mode mode = item->key.mode;
    bool differs = applying->key && (key->tonic != item->key.tonic ||
                                     (mode != MODE_UNSTATED && applying->key->key.mode != MODE_UNSTATED &&
                                      mode != applying->key->key.mode));
    if (differs)
        prefer(applying, "keys", applying->key, item, later);
    if (applying->mode && mode != MODE_UNSTATED && key->mode != mode)
        prefer(applying, "modes", applying->mode, item, "it names the whole key");
    applying->key = item;
    key->tonic = item->key.tonic;
    key->flats = item->key.flats;
    if (mode != MODE_UNSTATED || differs)
        key->mode = mode;
    note_item(prompt, item, "key", key_text(prompt->arena, item->key));
}

static void apply_mode(Applying *applying, const Item *item)
{
    Key *key = &applying->brief->key;
    Mode mode = item->term->mode;
    if (item->banned) {
        if (mode != MODE_MAJOR && mode != MODE_MINOR)
            return;
        mode = mode == MODE_MAJOR ? MODE_MINOR : MODE_MAJOR; // "not in a minor key"
    }
    if (applying->key && applying->key->key.mode != MODE_UNSTATED) {
        if (applying->key->key.mode != mode)
            prefer(applying, "modes", item, applying->key, "it names the whole key");
        return;
    }
    if (applying->mode && key->mode != mode)
        prefer(applying, "modes", applying->mode, item, later);
    applying->mode = item;
    key->mode = mode;
    note_item(applying->prompt, item, "mode", str_of(mode_names[mode]));
}

// ---- metre, length

static void apply_meter(Applying *applying, const Item *item, int beats, int unit)
{
    Brief *brief = applying->brief;
    if (applying->meter && (brief->beats != beats || brief->beat_unit != unit))
        prefer(applying, "metres", applying->meter, item, later);
    applying->meter = item;
    brief->beats = beats;
    brief->beat_unit = unit;
    note_item(applying->prompt, item, "meter", arena_print(applying->prompt->arena, "%d/%d", beats, unit));
}

static void apply_length(Applying *applying, const Item *item)
{
    Brief *brief = applying->brief;
    double seconds = item->number > 1e6 ? 1e6 : item->number;
    int wanted = (int)(seconds * 1000.0 + 0.5);
    int kept = clamp(wanted, SECONDS_MIN * 1000, SECONDS_MAX * 1000);
    if (applying->length && brief->length_ms != kept)
        prefer(applying, "lengths", applying->length, item, later);
    if (kept != wanted)
        conflict(applying->prompt,
                 "A song can be %d to %d seconds long, so \"" STR_FMT "\" became %d seconds.", SECONDS_MIN,
                 SECONDS_MAX, STR_ARG(quoted(applying, item)), kept / 1000);
    applying->length = item;
    brief->length_ms = kept;
    Str value = kept % 1000 ? arena_print(applying->prompt->arena, "%.1f", kept / 1000.0)
                            : arena_print(applying->prompt->arena, "%d", kept / 1000);
    note_item(applying->prompt, item, "seconds", value);
}

static void apply_bars(Applying *applying, const Item *item)
{
    int bars = item->number > 400.0 ? 400 : (int)item->number;
    if (applying->bars && applying->brief->bars != bars)
        prefer(applying, "lengths", applying->bars, item, later);
    applying->bars = item;
    applying->brief->bars = bars;
    note_item(applying->prompt, item, "bars", arena_print(applying->prompt->arena, "%d", bars));
}

// ---- voice, ending

static void apply_vocal(Applying *applying, int at)
{
    Prompt *prompt = applying->prompt;
    Brief *brief = applying->brief;
    const Item *item = &prompt->items[at];
    if (item->soft || item->local)
        return;
    Choice choice = item->term->vocal;
    if (item->banned)
        choice = choice == CHOICE_YES ? CHOICE_NO : CHOICE_YES;
    if (applying->vocal && brief->vocal != choice)
        prefer(applying, "wishes for the voice", applying->vocal, item, later);
    applying->vocal = item;
    brief->vocal = choice;
    if (item->alone && choice == CHOICE_YES)
        applying->voice_alone = at;
    note_item(prompt, item, "vocal", choice == CHOICE_YES ? STR("yes") : STR("no"));
    if (item->banned && choice == CHOICE_NO)
        ban_name(prompt, at, STR("voice"), true);
}

static void apply_ending(Applying *applying, const Item *item)
{
    static const char *const names[] = { "", "ring", "fade", "cold", "loop" };
    if (item->banned || item->local)
        return;
    Brief *brief = applying->brief;
    if (applying->ending && brief->ending != item->term->ending)
        prefer(applying, "endings", applying->ending, item, later);
    applying->ending = item;
    brief->ending = item->term->ending;
    note_item(applying->prompt, item, "ending", str_of(names[brief->ending]));
}

static void apply_only(Applying *applying, int at, Str list, Source source)
{
    Prompt *prompt = applying->prompt;
    Str name;
    while (str_cut(&list, ',', &name))
        want_instrument(prompt, at, instrument_find(lexicon_instruments(prompt->lexicon), str_trim(name)),
                        ROLE_NONE, false, source);
    if (!applying->brief->only)
        note_item(prompt, &prompt->items[at], "only", STR("yes"));
    applying->brief->only = true;
}

static void apply_wish(Applying *applying, int at)
{
    const Item *item = &applying->prompt->items[at];
    const Term *term = item->term;
    if (term->vocal != CHOICE_UNSTATED)
        apply_vocal(applying, at);
    if (term->ending != ENDING_UNSTATED)
        apply_ending(applying, item);
    if (term->beats && !item->banned)
        apply_meter(applying, item, term->beats, term->beat_unit);
    if (term->mode != MODE_UNSTATED)
        apply_mode(applying, item);
    if (term->only && !item->banned)
        apply_only(applying, at, term->want, FROM_WORDS);
}

// ---- moods

static int add(int sum, int delta, const Item *item)
{
    return clamp(sum + scaled(delta, item), -100, 100);
}

static void apply_mood(Applying *applying, const Item *item)
{
    Mood *mood = &applying->brief->mood;
    const Mood *delta = &item->term->mood;
    mood->valence = add(mood->valence, delta->valence, item);
    mood->energy = add(mood->energy, delta->energy, item);
    mood->tension = add(mood->tension, delta->tension, item);
    mood->warmth = add(mood->warmth, delta->warmth, item);
    mood->space = add(mood->space, delta->space, item);
    mood->complexity = add(mood->complexity, delta->complexity, item);
    applying->brief->tempo_push = add(applying->brief->tempo_push, item->term->push, item);
    if (item_is(item, TERM_MOOD) || item_is(item, TERM_ACTIVITY)) {
        Str value = item->term->name;
        if (item->banned || item->times < 0)
            value = arena_print(applying->prompt->arena, "not " STR_FMT, STR_ARG(value));
        note_item(applying->prompt, item, "mood", value);
    }
}

// What a genre says beside its style holds only where the prompt itself says nothing.
static void settle_genre_facts(Applying *applying)
{
    Brief *brief = applying->brief;
    for (int i = 0; i < applying->prompt->count; i++) {
        const Item *it = &applying->prompt->items[i];
        if (it->kind != ITEM_TERM || it->banned || it->done || it->times < 0 ||
            (!item_is(it, TERM_GENRE) && !item_is(it, TERM_MOOD)))
            continue;
        if (it->term->bpm && !brief->bpm_milli && !applying->tempo) {
            brief->bpm_milli = it->term->bpm * 1000;
            brief_note(brief, STR("bpm"), arena_print(applying->prompt->arena, "%d", it->term->bpm),
                       item_text(applying->prompt, it), FROM_GENRE);
        }
        if (it->term->beats && !brief->beats) {
            brief->beats = it->term->beats;
            brief->beat_unit = it->term->beat_unit;
            brief_note(brief, STR("meter"),
                       arena_print(applying->prompt->arena, "%d/%d", brief->beats, brief->beat_unit),
                       item_text(applying->prompt, it), FROM_GENRE);
        }
        if (it->term->mode != MODE_UNSTATED && brief->key.mode == MODE_UNSTATED) {
            brief->key.mode = it->term->mode;
            brief_note(brief, STR("mode"), str_of(mode_names[it->term->mode]),
                       item_text(applying->prompt, it), FROM_GENRE);
        }
    }
}

// ---- instruments

static void mark_narrow(Applying *applying, const Item *item)
{
    if (!item->alone || applying->brief->only)
        return;
    applying->brief->only = true;
    note_item(applying->prompt, item, "only", STR("yes"));
}

static void apply_sound(Applying *applying, int at)
{
    Prompt *prompt = applying->prompt;
    const Item *item = &prompt->items[at];
    const Term *term = item->term;
    bool group = item_is(item, TERM_GROUP);
    if (item->banned && !item->local) {
        ban_name(prompt, at, group ? term->group : term->instrument->name, group);
        if (term->also.length)
            ban_name(prompt, at, term->also, true);
        return;
    }
    if (item->local || item->soft || (group && term->quiet))
        return;
    Role role = item->role;
    if (role == ROLE_NONE && group)
        role = term->role;
    const Instrument *instrument =
        group ? instrument_find(lexicon_instruments(prompt->lexicon), term->use) : term->instrument;
    want_instrument(prompt, at, instrument, role, group, FROM_WORDS);
    mark_narrow(applying, item);
}

static void apply_role(Applying *applying, int at)
{
    Prompt *prompt = applying->prompt;
    const Item *item = &prompt->items[at];
    if (item->banned && !item->local)
        ban_name(prompt, at, str_of(role_names[item->term->role]), true);
    if (item->banned || item->term->use.length == 0)
        return;
    const Instrument *instrument = instrument_find(lexicon_instruments(prompt->lexicon), item->term->use);
    want_instrument(prompt, at, instrument, item->term->role, true, FROM_WORDS);
    mark_narrow(applying, item);
}

static void apply_genre(Applying *applying, int at)
{
    Prompt *prompt = applying->prompt;
    const Item *item = &prompt->items[at];
    if (item->banned) {
        ban_name(prompt, at, item->term->style, true);
        return;
    }
    if (item->term->only && !item->lead && item->term->want.length)
        apply_only(applying, at, item->term->want, FROM_WORDS);
    else if (item->term->only && item->lead)
        want_instrument(prompt, at, instrument_find(lexicon_instruments(prompt->lexicon), item->term->want),
                        ROLE_LEAD, false, FROM_WORDS);
    if (!item->soft)
        apply_mood(applying, item);
}

static void apply_section(Applying *applying, int at)
{
    const Item *item = &applying->prompt->items[at];
    if (item->banned && !item->local)
        ban_name(applying->prompt, at,
                 item_is(item, TERM_SOLO) ? STR("solo") : str_of(section_names[item->term->section]), true);
}

static void apply_term(Applying *applying, int at)
{
    Prompt *prompt = applying->prompt;
    const Item *item = &prompt->items[at];
    switch (item->term->kind) {
    case TERM_GROUP:
    case TERM_INSTRUMENT:
        apply_sound(applying, at);
        break;
    case TERM_GENRE:
        apply_genre(applying, at);
        break;
    case TERM_MOOD:
    case TERM_ACTIVITY:
    case TERM_ERA:
        apply_mood(applying, item);
        break;
    case TERM_TEMPO:
        apply_tempo(applying, item);
        break;
    case TERM_SECTION:
    case TERM_SOLO:
        apply_section(applying, at);
        break;
    case TERM_WISH:
        apply_wish(applying, at);
        break;
    case TERM_ROLE:
        apply_role(applying, at);
        break;
    case TERM_NAME:
        ignore(prompt, item_text(prompt, item));
        break;
    default:
        break; // joints of the sentence
    }
}

static void apply_item(Applying *applying, int at)
{
    Prompt *prompt = applying->prompt;
    const Item *item = &prompt->items[at];
    if (item->local)
        ignore(prompt, item_text(prompt, item));
    if (item->done)
        return;
    switch (item->kind) {
    case ITEM_TERM:
        apply_term(applying, at);
        break;
    case ITEM_UNKNOWN:
    case ITEM_PLACE:
        ignore(prompt, item_text(prompt, item));
        break;
    case ITEM_BPM:
        apply_bpm(applying, item);
        break;
    case ITEM_KEY:
        apply_key(applying, item);
        break;
    case ITEM_METER:
        apply_meter(applying, item, item->beats, item->beat_unit);
        break;
    case ITEM_LENGTH:
        apply_length(applying, item);
        break;
    case ITEM_BARS:
        apply_bars(applying, item);
        break;
    case ITEM_LETTERS:
    case ITEM_SILENT:
        break;
    }
}

void brief_apply(Prompt *prompt)
{
    Applying applying = { .prompt = prompt, .brief = prompt->brief, .voice_alone = -1 };
    form_settle(prompt); // first: it takes the bars that belong to sections
    for (int i = 0; i < prompt->count; i++)
        apply_item(&applying, i);
    settle_tempo(&applying);
    if (applying.voice_alone >= 0 && prompt->brief->want_count == 0)
        apply_only(&applying, applying.voice_alone, STR("choir,voice oohs"), FROM_WORDS); // "vocals only"
    wants_settle(prompt);
    genre_settle(prompt);
    settle_genre_facts(&applying);
}
