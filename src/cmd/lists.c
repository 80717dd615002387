// brief, styles, voices, engines, version: commands that only tell.
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "sys/file.h"

#include <stdio.h>
#include <string.h>

enum { LIST_BYTES_MAX = 4 << 20 };

static int tell(Arena *arena, const Buf *buf)
{
    Fault fault;
    int status = stdout_write(buf_str(buf), &fault) ? EXIT_DONE : failed(&fault);
    arena_close(arena);
    return status;
}

static int give_up(Arena *arena, const Fault *fault)
{
    arena_close(arena);
    return failed(fault);
}

static void member(JsonOut *json, const char *name, Str value)
{
    jsonout_key(json, name);
    jsonout_str(json, value);
}

int cmd_brief(int argc, char **argv)
{
    Arena arena = { 0 };
    Options options;
    Library library;
    Fault fault = { 0 };
    int status = options_read(&arena, argc, argv, &options);
    if (status != EXIT_DONE)
        return status;
    if (options.help) {
        help_print("brief");
        return EXIT_DONE;
    }
    if (options.order.prompt.length == 0)
        return misused("Give the sentence: sonicstacker brief \"a slow waltz for piano\".");
    Song *song = ARENA_NEW(&arena, Song);
    if ((options.lyrics && !file_read(&arena, options.lyrics, LYRICS_BYTES_MAX, &options.order.options.lyrics, &fault)) ||
        !library_open(&arena, &library, &fault) || !song_compose(&arena, &library, &options.order, song, &fault))
        return give_up(&arena, &fault);
    Buf buf = buf_make(&arena, LIST_BYTES_MAX);
    JsonOut json = { .buf = &buf };
    score_brief_json(&song->brief, &song->score, &json);
    buf_text(&buf, STR("\n"));
    return tell(&arena, &buf);
}

static void style_json(JsonOut *json, const Style *s)
{
    jsonout_open(json, '{');
    member(json, "name", s->name);
    member(json, "aliases", s->aliases);
    jsonout_key(json, "bpm");
    jsonout_open(json, '[');
    jsonout_int(json, s->bpm_low);
    jsonout_int(json, s->bpm_typical);
    jsonout_int(json, s->bpm_high);
    jsonout_close(json, ']');
    jsonout_key(json, "lufs");
    jsonout_real(json, s->mix.lufs10 / 10.0, 1);
    jsonout_close(json, '}');
}

static void style_line(Buf *buf, const Style *s)
{
    buf_print(buf, "%-16.*s %3d to %3d bpm, %d/%d, %.1f LUFS\n", STR_ARG(s->name), s->bpm_low, s->bpm_high, s->beats,
              s->beat_unit, s->mix.lufs10 / 10.0);
}

static const char *source_of(const Instrument *in)
{
    return in->patch.length ? "synthesised" : "sampled";
}

static void voice_json(JsonOut *json, const Instrument *in)
{
    jsonout_open(json, '{');
    member(json, "name", in->name);
    member(json, "family", in->family);
    member(json, "source", str_of(source_of(in)));
    jsonout_close(json, '}');
}

static void voice_line(Buf *buf, const Instrument *in)
{
    buf_print(buf, "%-20.*s %-12.*s %s\n", STR_ARG(in->name), STR_ARG(in->family), source_of(in));
}

static void styles_tell(const Library *library, bool as_json, JsonOut *json)
{
    for (int i = 0; i < library->styles.count; i++) {
        if (as_json)
            style_json(json, library->styles.list[i]);
        else
            style_line(json->buf, library->styles.list[i]);
    }
}

static void voices_tell(const Library *library, bool as_json, JsonOut *json)
{
    const Instruments *all = lexicon_instruments(library->lexicon);
    for (int i = 0; i < all->count; i++) {
        if (as_json)
            voice_json(json, &all->list[i]);
        else
            voice_line(json->buf, &all->list[i]);
    }
}

static int tell_library(int argc, char **argv, void (*each)(const Library *library, bool as_json, JsonOut *json))
{
    Arena arena = { 0 };
    Options options;
    Library library;
    Fault fault = { 0 };
    int status = options_read(&arena, argc, argv, &options);
    if (status != EXIT_DONE)
        return status;
    if (options.help) {
        help_print(argv[0]);
        return EXIT_DONE;
    }
    if (!library_open(&arena, &library, &fault))
        return give_up(&arena, &fault);
    Buf buf = buf_make(&arena, LIST_BYTES_MAX);
    JsonOut json = { .buf = &buf };
    if (options.json)
        jsonout_open(&json, '[');
    each(&library, options.json, &json);
    if (options.json) {
        jsonout_close(&json, ']');
        buf_text(&buf, STR("\n"));
    }
    return tell(&arena, &buf);
}

int cmd_styles(int argc, char **argv)
{
    return tell_library(argc, argv, styles_tell);
}

int cmd_voices(int argc, char **argv)
{
    return tell_library(argc, argv, voices_tell);
}

int cmd_engines(int argc, char **argv)
{
    Options options;
    Arena arena = { 0 };
    int status = options_read(&arena, argc, argv, &options);
    if (status != EXIT_DONE)
        return status;
    Buf buf = buf_make(&arena, LIST_BYTES_MAX);
    const char *fastest = engine_find(false)->name;
    if (options.json)
        buf_print(&buf, "[{\"name\":\"built-in\",\"path\":\"%s\",\"licence\":\"MIT; the song is yours\"}]\n", fastest);
    else
        buf_print(&buf, "built-in    on this machine (%s), MIT; the song is yours\n", fastest);
    return tell(&arena, &buf);
}

int cmd_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("sonicstacker %s\n", VERSION);
    return EXIT_DONE;
}
