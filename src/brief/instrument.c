// Reads lexicon/instruments.txt. Every entry must be whole: a missing line is a fault with the
// line where the entry begins, so a slip in the data is found by the first test and never by ear.
#include "brief/instrument.h"

#include <string.h>

enum { INSTRUMENTS_MAX = 200 };

const char *const role_names[ROLE_COUNT] = { "lead", "counter", "comp",  "arp",
                                             "pad",  "bass",    "drums", "percussion" };

typedef struct Reading {
    Arena *arena;
    Str file;
    int line;
    Instruments *out;
    bool voiced;   // the entry at hand has its `voice` line
    bool numbered; // and a number for MIDI files
    bool ranged;
} Reading;

static bool fail(const Reading *reading, Fault *fault, const char *what)
{
    return fault_set(fault, FAULT_INPUT, STR_FMT " line %d: %s", STR_ARG(reading->file), reading->line, what);
}

static bool number_in(Str text, int low, int high, int *out)
{
    int64_t value;
    if (!str_to_int(text, &value) || value < low || value > high)
        return false;
    *out = (int)value;
    return true;
}

static bool read_number(Reading *reading, Instrument *entry, Str text, bool kit, Fault *fault)
{
    if (!number_in(text, 0, 127, &entry->program))
        return fail(reading, fault, "a program is a number from 0 to 127");
    entry->kit = kit;
    reading->numbered = true;
    return true;
}

static bool read_voice(Reading *reading, Instrument *entry, Str value, Fault *fault)
{
    Str kind;
    str_word(&value, &kind);
    value = str_trim(value);
    reading->voiced = true;
    if (str_equal(kind, STR("program")) || str_equal(kind, STR("kit")))
        return read_number(reading, entry, value, str_equal(kind, STR("kit")), fault);
    if (!str_equal(kind, STR("patch")) || value.length == 0)
        return fail(reading, fault, "a voice is `program N`, `kit N` or `patch NAME`");
    entry->patch = arena_copy(reading->arena, value);
    return true;
}

static bool read_range(Reading *reading, Instrument *entry, Str value, Fault *fault)
{
    Str low, high;
    if (!str_word(&value, &low) || !str_word(&value, &high) || !number_in(low, 0, 127, &entry->low) ||
        !number_in(high, entry->low, 127, &entry->high))
        return fail(reading, fault, "a range is two MIDI keys, the lower one first");
    reading->ranged = true;
    return true;
}

static bool read_rings(Reading *reading, Instrument *entry, Str value, Fault *fault)
{
    entry->rings = str_equal(value, STR("yes"));
    return entry->rings || str_equal(value, STR("no")) || fail(reading, fault, "rings is yes or no");
}

static bool read_line(Reading *reading, Instrument *entry, Str name, Str value, Fault *fault)
{
    if (str_equal(name, STR("voice")))
        return read_voice(reading, entry, value, fault);
    if (str_equal(name, STR("program")) || str_equal(name, STR("kit")))
        return read_number(reading, entry, value, str_equal(name, STR("kit")), fault);
    if (str_equal(name, STR("range")))
        return read_range(reading, entry, value, fault);
    if (str_equal(name, STR("rings")))
        return read_rings(reading, entry, value, fault);

    Str copy = arena_copy(reading->arena, value);
    if (str_equal(name, STR("family")))
        entry->family = copy;
    else if (str_equal(name, STR("fallback")))
        entry->fallback = copy;
    else if (str_equal(name, STR("words")))
        entry->words = copy;
    else
        return fail(reading, fault, "not a line we know");
    return true;
}

static bool entry_whole(const Reading *reading, const Instrument *entry, Fault *fault)
{
    if (!entry->family.length || !entry->fallback.length)
        return fail(reading, fault, "the instrument above has no family or no fallback");
    if (!reading->voiced || !reading->numbered || !reading->ranged)
        return fail(reading, fault, "the instrument above has no voice, program or range");
    return true;
}

static bool entry_begin(Reading *reading, Str name, Fault *fault)
{
    if (name.length == 0 || instrument_find(reading->out, name))
        return fail(reading, fault, "an instrument needs a name of its own");
    if (reading->out->count == INSTRUMENTS_MAX)
        return fail(reading, fault, "too many instruments");
    reading->out->list[reading->out->count++].name = arena_copy(reading->arena, name);
    reading->voiced = reading->numbered = reading->ranged = false;
    return true;
}

bool instruments_read(Arena *arena, Str file, Str text, Instruments *out, Fault *fault)
{
    *out = (Instruments){ .list = ARENA_ARRAY(arena, Instrument, INSTRUMENTS_MAX) };
    Reading reading = { .arena = arena, .file = file, .out = out };
    Str line;
    while (str_cut(&text, '\n', &line)) {
        reading.line++;
        Str name, value = str_trim(line);
        if (value.length == 0 || value.data[0] == '#')
            continue;
        str_word(&value, &name);
        value = str_trim(value);
        Instrument *entry = out->count ? &out->list[out->count - 1] : NULL;
        if (str_equal(name, STR("instrument"))) {
            if ((entry && !entry_whole(&reading, entry, fault)) || !entry_begin(&reading, value, fault))
                return false;
        } else if (!entry) {
            return fail(&reading, fault, "a line before the first `instrument`");
        } else if (!read_line(&reading, entry, name, value, fault)) {
            return false;
        }
    }
    return out->count == 0 || entry_whole(&reading, &out->list[out->count - 1], fault);
}

const Instrument *instrument_find(const Instruments *all, Str name)
{
    for (int i = 0; i < all->count; i++)
        if (str_equal(all->list[i].name, name))
            return &all->list[i];
    return NULL;
}
