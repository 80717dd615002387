// The properties of a line of the lexicon: "valence -40", "style waltz", "is not".
#include "brief/lexicon.h"

static const struct {
    const char *word;
    TermKind kind;
} kinds[] = {
    { "not", TERM_NOT },   { "off", TERM_OFF },     { "turn", TERM_TURN }, { "with", TERM_WITH },
    { "and", TERM_AND },   { "only", TERM_ONLY },   { "solo", TERM_SOLO }, { "duet", TERM_DUET },
    { "soft", TERM_SOFT }, { "limit", TERM_LIMIT }, { "name", TERM_NAME }, { "stop", TERM_STOP },
};

static int name_place(Str name, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        if (str_equal(name, str_of(names[i])))
            return i;
    return -1;
}

static bool read_int(Str text, int *out)
{
    int64_t value;
    if (!str_to_int(text, &value) || value < -10000 || value > 10000)
        return false;
    *out = (int)value;
    return true;
}

static bool read_meter(Str text, Term *term)
{
    Str beats;
    return str_cut(&text, '/', &beats) && read_int(beats, &term->beats) && read_int(text, &term->beat_unit);
}

static bool read_choice(Str value, Term *term)
{
    static const char *const words[] = { "", "yes", "no" };
    int place = name_place(value, words, 3);
    term->vocal = place > 0 ? (Choice)place : CHOICE_UNSTATED;
    return place > 0;
}

static bool read_ending(Str value, Term *term)
{
    static const char *const words[] = { "", "ring", "fade", "cold", "loop" };
    int place = name_place(value, words, 5);
    term->ending = place > 0 ? (Ending)place : ENDING_UNSTATED;
    return place > 0;
}

static bool read_unit(Str value, Term *term)
{
    static const char *const words[] = { "", "second", "minute", "hour", "bpm", "bar" };
    int place = name_place(value, words, 6);
    term->kind = TERM_UNIT;
    term->unit = place > 0 ? (UnitKind)place : UNIT_NONE;
    return place > 0;
}

static bool read_kind(Str value, Term *term)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (str_equal(value, str_of(kinds[i].word))) {
            term->kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static bool read_names(Str name, Str value, Term *term)
{
    const struct {
        const char *name;
        Str *place;
    } texts[] = { { "style", &term->style }, { "color", &term->color }, { "hint", &term->hint },
                  { "want", &term->want },   { "use", &term->use },     { "group", &term->group },
                  { "also", &term->also } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (str_equal(name, str_of(texts[i].name))) {
            *texts[i].place = value;
            return value.length > 0;
        }
    }
    return false;
}

static bool read_numbers(Str name, Str value, Term *term)
{
    const struct {
        const char *name;
        int *place;
    } numbers[] = { { "valence", &term->mood.valence },
                    { "energy", &term->mood.energy },
                    { "tension", &term->mood.tension },
                    { "warmth", &term->mood.warmth },
                    { "space", &term->mood.space },
                    { "complexity", &term->mood.complexity },
                    { "bpm", &term->bpm },
                    { "times", &term->times } };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (str_equal(name, str_of(numbers[i].name)))
            return read_int(value, numbers[i].place);
    return false;
}

static bool read_flag(Str name, Term *term)
{
    if (str_equal(name, STR("adjective")))
        return term->adjective = true;
    if (str_equal(name, STR("quiet")))
        return term->quiet = true;
    if (str_equal(name, STR("exact")))
        return term->exact = true;
    if (str_equal(name, STR("line")))
        return term->line = true;
    if (str_equal(name, STR("only")))
        return term->only = true;
    return false;
}

bool term_property(Str property, Term *term)
{
    Str name, value = property;
    str_word(&value, &name);
    value = str_trim(value);
    if (str_equal(name, STR("push")))
        return (term->timed = read_int(value, &term->push));
    if (str_equal(name, STR("meter")))
        return read_meter(value, term);
    if (str_equal(name, STR("mode")))
        return (int)(term->mode = (Mode)name_place(value, mode_names, MODE_COUNT)) >= 0;
    if (str_equal(name, STR("role")))
        return (int)(term->role = (Role)name_place(value, role_names, ROLE_COUNT)) >= 0;
    if (str_equal(name, STR("section")))
        return (term->section = name_place(value, section_names, SECTION_COUNT)) >= 0;
    if (str_equal(name, STR("vocal")))
        return read_choice(value, term);
    if (str_equal(name, STR("ending")))
        return read_ending(value, term);
    if (str_equal(name, STR("unit")))
        return read_unit(value, term);
    if (str_equal(name, STR("is")))
        return read_kind(value, term);
    if (str_equal(name, STR("feel")))
        return value.length > 0;
    if (str_equal(name, STR("number")))
        return str_to_real(value, &term->number);
    return read_flag(name, term) || read_names(name, value, term) || read_numbers(name, value, term);
}
