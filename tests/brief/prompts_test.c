// The table of prompts: what a sentence means to a person, field by field.
#include "brief/brief.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Tally {
    int fields, wrong;
} Tally;

static Str read_file(Arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    char *text = arena_take(arena, 200000);
    size_t length = fread(text, 1, 200000, file);
    fclose(file);
    return (Str){ text, length };
}

static bool named(const Instrument *instrument, Str name)
{
    Str last = instrument->name, word; // "tenor sax" is a sax
    while (str_word(&last, &word) && last.length)
        ;
    return str_equal(instrument->name, name) || str_equal(instrument->family, name) || str_equal(word, name);
}

static const PartWish *find_want(const Brief *brief, Str name)
{
    for (int i = 0; i < brief->want_count; i++)
        if (named(brief->wants[i].instrument, name))
            return &brief->wants[i];
    return NULL;
}

static bool among(const Str *list, int count, Str name)
{
    for (int i = 0; i < count; i++)
        if (str_equal(list[i], name))
            return true;
    return false;
}

static bool sign_is(int value, Str wanted)
{
    char sign = wanted.length ? wanted.data[0] : '0';
    return sign == '+' ? value > 0 : sign == '-' ? value < 0 : value == 0;
}

static bool number_is(double value, Str wanted)
{
    double number;
    return str_to_real(wanted, &number) && value - number < 0.01 && number - value < 0.01;
}

static bool form_is(const Brief *brief, Str wanted)
{
    Str section;
    int i = 0;
    while (str_cut(&wanted, ',', &section))
        if (i >= brief->form_count || !str_equal(section, str_of(section_names[brief->form[i++].section])))
            return false;
    return i == brief->form_count;
}

static bool bars_are(const Brief *brief, Str section, Str wanted)
{
    for (int i = 0; i < brief->form_count; i++)
        if (str_equal(section, str_of(section_names[brief->form[i].section])))
            return number_is(brief->form[i].bars, wanted);
    return false;
}

static bool nothing_understood(const Brief *brief)
{
    return brief->understood_count == 0 && brief->want_count == 0 && brief->genre.length == 0;
}

static bool mood_is(const Mood *mood, Str which, Str wanted)
{
    const struct {
        const char *name;
        int value;
    } moods[] = {
        { "valence", mood->valence }, { "energy", mood->energy }, { "tension", mood->tension },
        { "warmth", mood->warmth },   { "space", mood->space },   { "complexity", mood->complexity }
    };
    for (size_t i = 0; i < 6; i++)
        if (str_equal(which, str_of(moods[i].name)))
            return sign_is(moods[i].value, wanted);
    return false;
}

static bool choice_is(Choice choice, Str wanted)
{
    static const char *const names[] = { "unstated", "yes", "no" };
    return str_equal(wanted, str_of(names[choice]));
}

static bool ending_is(Ending ending, Str wanted)
{
    static const char *const names[] = { "", "ring", "fade", "cold", "loop" };
    return str_equal(wanted, str_of(names[ending]));
}

static bool key_field_is(const Brief *brief, Str field, Str wanted)
{
    if (str_equal(field, STR("tonic")))
        return str_equal(wanted, brief->key.tonic < 0 ? STR("none") : tonic_text(brief->key));
    return str_equal(wanted, brief->key.mode < 0 ? STR("none") : str_of(mode_names[brief->key.mode]));
}

static bool parts_are(const Brief *brief, Str field, Str wanted)
{
    if (str_equal(field, STR("has")))
        return find_want(brief, wanted) || (str_equal(wanted, STR("bass")) && brief->want_count);
    if (str_equal(field, STR("hasnt")))
        return !find_want(brief, wanted);
    if (str_equal(field, STR("without")))
        return among(brief->without, brief->without_count, wanted);
    if (str_equal(field, STR("allows")))
        return !among(brief->without, brief->without_count, wanted);
    const PartWish *want = find_want(brief, str_slice(field, 5, field.length));
    return want && want->role != ROLE_NONE && str_equal(wanted, str_of(role_names[want->role]));
}

static bool field_is(Arena *arena, const Brief *brief, Str field, Str wanted)
{
    if (str_equal(field, STR("none")))
        return nothing_understood(brief);
    if (str_equal(field, STR("bpm")))
        return number_is(brief->bpm_milli / 1000.0, wanted);
    if (str_equal(field, STR("push")))
        return sign_is(brief->tempo_push, wanted);
    if (str_equal(field, STR("tonic")) || str_equal(field, STR("mode")))
        return key_field_is(brief, field, wanted);
    if (str_equal(field, STR("meter")))
        return str_equal(wanted, arena_print(arena, "%d/%d", brief->beats, brief->beat_unit));
    if (str_equal(field, STR("seconds")))
        return number_is(brief->length_ms / 1000.0, wanted);
    if (str_equal(field, STR("bars")))
        return number_is(brief->bars, wanted);
    if (str_equal(field, STR("genre")))
        return str_equal(brief->genre, wanted);
    if (str_equal(field, STR("color")))
        return among(brief->colors, 3, wanted);
    if (str_equal(field, STR("form")))
        return form_is(brief, wanted);
    if (str_starts(field, STR("bars.")))
        return bars_are(brief, str_slice(field, 5, field.length), wanted);
    if (str_equal(field, STR("vocal")))
        return choice_is(brief->vocal, wanted);
    if (str_equal(field, STR("ending")))
        return ending_is(brief->ending, wanted);
    if (str_equal(field, STR("only")))
        return brief->only == str_equal(wanted, STR("yes"));
    if (str_equal(field, STR("lyrics")))
        return (brief->lyrics.count > 0) == str_equal(wanted, STR("yes"));
    if (str_equal(field, STR("ignored")))
        return among(brief->ignored, brief->ignored_count, wanted);
    if (str_starts(field, STR("mood.")))
        return mood_is(&brief->mood, str_slice(field, 5, field.length), wanted);
    return parts_are(brief, field, wanted);
}

static void check_row(Arena *arena, const Lexicon *lexicon, Str prompt, Str expected, Tally *tally)
{
    Brief brief;
    Fault fault = { 0 };
    CHECK_OK(brief_read(arena, lexicon, prompt, NULL, &brief, &fault));
    Str pair, field;
    while (str_cut(&expected, ';', &pair)) {
        str_cut(&pair, '=', &field);
        tally->fields++;
        if (field_is(arena, &brief, field, pair))
            continue;
        tally->wrong++;
        print_message("\"" STR_FMT "\": " STR_FMT " is not \"" STR_FMT "\"\n", STR_ARG(prompt),
                      STR_ARG(field), STR_ARG(pair));
    }
}

TEST(prompts_are_understood_as_a_person_means_them)
{
    Arena *arena = test_arena();
    Fault fault = { 0 };
    Lexicon *lexicon;
    CHECK_OK(lexicon_open(arena, &lexicon, &fault));
    Str text = read_file(arena, "tests/prompts.tsv"), line, class, prompt;
    Tally tally = { 0 };
    int rows = 0;
    while (str_cut(&text, '\n', &line)) {
        if (line.length == 0 || line.data[0] == '#')
            continue;
        str_cut(&line, '\t', &class);
        str_cut(&line, '\t', &prompt);
        check_row(arena, lexicon, prompt, line, &tally);
        rows++;
    }
    print_message("%d prompts, %d of %d fields right\n", rows, tally.fields - tally.wrong, tally.fields);
    CHECK(rows >= 240);
    CHECK(tally.wrong * 50 <= tally.fields);
}
