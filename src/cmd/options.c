#include "cmd/options.h"

#include "cmd/cmd.h"

#include <stdlib.h>
#include <string.h>

typedef enum Kind { TEXT, PATH, FLAG, NUMBER, LENGTH, TEMPO } Kind;

typedef struct Option {
    const char *name;
    Kind kind;
    void *value; // Str, const char *, bool, int
} Option;

static int read_number(const char *name, Str text, double low, double high, int scale, int *out)
{
    double value;
    if (!str_to_real(text, &value) || value < low || value > high)
        return misused("%s takes a number from %g to %g.", name, low, high);
    *out = (int)(value * scale + 0.5);
    return EXIT_DONE;
}

static int read_value(const Option *option, char *text)
{
    switch (option->kind) {
    case TEXT:
        *(Str *)option->value = str_of(text);
        return EXIT_DONE;
    case PATH:
        *(const char **)option->value = text;
        return EXIT_DONE;
    case LENGTH:
        return read_number(option->name, str_of(text), SECONDS_MIN, SECONDS_MAX, 1000, option->value);
    case TEMPO:
        return read_number(option->name, str_of(text), BPM_MIN, BPM_MAX, 1000, option->value);
    case NUMBER:
        return read_number(option->name, str_of(text), 0, 64, 1, option->value);
    case FLAG:
        break;
    }
    return EXIT_DONE;
}

static int read_seed(Options *out, const char *text)
{
    int64_t seed;
    if (!str_to_int(str_of(text), &seed) || seed < 0)
        return misused("--seed takes a whole number from 0 to 999999999999999999.");
    out->order.seed = (uint64_t)seed;
    out->seeded = true;
    return EXIT_DONE;
}

// The words of the command line that are no options make the prompt together.
static void prompt_add(Arena *arena, Options *out, const char *word)
{
    Str before = out->order.prompt;
    out->order.prompt = before.length ? arena_print(arena, STR_FMT " %s", STR_ARG(before), word) : str_of(word);
}

static int check(const Options *o)
{
    if (o->bits != 16 && o->bits != 24 && o->bits != 32)
        return misused("--bits takes 16, 24 or 32.");
    if (o->json && o->output && strcmp(o->output, "-") == 0)
        return misused("--json and -o - both want standard output; choose one.");
    if (o->order.prompt.length && o->from)
        return misused("--from makes a song again: leave the prompt out.");
    static const char *const stages[] = { "brief", "score", "performance" };
    for (size_t i = 0; o->print && i < 3; i++)
        if (strcmp(o->print, stages[i]) == 0)
            return EXIT_DONE;
    return o->print ? misused("--print takes brief, score or performance.") : EXIT_DONE;
}

int options_read(Arena *arena, int argc, char **argv, Options *out)
{
    *out = (Options){ .bits = 24 };
    bool instrumental = false;
    BriefOptions *wish = &out->order.options;
    const Option options[] = {
        { "-o", PATH, &out->output },           { "--output", PATH, &out->output },
        { "--seconds", LENGTH, &wish->length_ms }, { "--bpm", TEMPO, &wish->bpm_milli },
        { "--key", TEXT, &wish->key },          { "--style", TEXT, &wish->style },
        { "--lyrics", PATH, &out->lyrics },     { "--stems", PATH, &out->stems },
        { "--midi", PATH, &out->midi },         { "--lrc", PATH, &out->lrc },
        { "--recipe", PATH, &out->recipe },     { "--from", PATH, &out->from },
        { "--soundfont", PATH, &out->soundfont }, { "--print", PATH, &out->print },
        { "--threads", NUMBER, &out->threads }, { "--bits", NUMBER, &out->bits },
        { "--json", FLAG, &out->json },         { "--portable", FLAG, &out->portable },
        { "--fallback-synth", FLAG, &out->own_synths }, { "--quiet", FLAG, &out->quiet },
        { "--instrumental", FLAG, &instrumental }, { "--help", FLAG, &out->help },
    };
    bool words_only = false;
    for (int i = 1; i < argc; i++) {
        if (words_only || argv[i][0] != '-' || argv[i][1] == '\0') {
            prompt_add(arena, out, argv[i]);
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            words_only = true;
            continue;
        }
        const Option *found = NULL;
        for (size_t k = 0; k < sizeof options / sizeof *options; k++)
            found = strcmp(argv[i], options[k].name) == 0 ? &options[k] : found;
        bool seed = strcmp(argv[i], "--seed") == 0;
        if (found == NULL && !seed)
            return misused("There is no option \"%s\".", argv[i]);
        if (found && found->kind == FLAG) {
            *(bool *)found->value = true;
            continue;
        }
        if (++i == argc)
            return misused("%s needs a value.", argv[i - 1]);
        int status = seed ? read_seed(out, argv[i]) : read_value(found, argv[i]);
        if (status != EXIT_DONE)
            return status;
    }
    wish->vocal = instrumental ? CHOICE_NO : CHOICE_UNSTATED;
    return check(out);
}
