// make: a song on this machine, from a sentence to finished files.
#include "cmd/cmd.h"
#include "cmd/outputs.h"
#include "cmd/report.h"
#include "encode/midi.h"
#include "music/recipe.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/workers.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STAGE_BYTES_MAX = 64 << 20 };

static const char default_output[] = "song.flac";

static const char *const soundfont_paths[] = {
    "/usr/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/local/share/sounds/sf2/FluidR3_GM.sf2",
    "/usr/share/soundfonts/FluidR3_GM.sf2",
};

// The SoundFont, mapped. `font` stays NULL when only our own synthesisers shall play.
static bool font_open(Arena *arena, const Options *options, SoundFont **font, Fault *fault)
{
    *font = NULL;
    if (options->own_synths)
        return true;
    const char *path = options->soundfont ? options->soundfont : getenv("SONICSTACKER_SOUNDFONT");
    for (size_t i = 0; path == NULL && i < sizeof soundfont_paths / sizeof *soundfont_paths; i++)
        path = file_kind(soundfont_paths[i]) == FILE_PLAIN ? soundfont_paths[i] : NULL;
    if (path == NULL || (!options->soundfont && file_kind(path) == FILE_NONE))
        return fault_set(fault, FAULT_INPUT, "There is no SoundFont: install the package fluid-soundfont-gm, name one "
                                             "with --soundfont FILE, or use --fallback-synth.");
    Str bytes;
    if (!file_map(path, &bytes, fault))
        return false;
    return soundfont_open(arena, bytes, font, fault) || fault_while(fault, path);
}

// --from: a recipe becomes an order; a score goes straight to the players.
static bool take_from(Arena *arena, const Library *library, Options *options, Song *song, bool *composed, Fault *fault)
{
    Str text;
    *composed = false;
    if (!file_read(arena, options->from, STAGE_BYTES_MAX, &text, fault))
        return false;
    if (str_starts(text, STR("score 1"))) {
        if (!score_read(arena, lexicon_instruments(library->lexicon), text, &song->score, fault))
            return fault_while(fault, options->from);
        song->brief.prompt = song->score.title;
        options->order.prompt = song->score.title;
        options->order.seed = song->score.seed;
        perform_render(arena, &song->score, &song->performance);
        *composed = true;
        return true;
    }
    Recipe recipe;
    if (!recipe_read(arena, text, &recipe, fault))
        return fault_while(fault, options->from);
    options->order = recipe.order;
    options->seeded = true;
    return true;
}

static bool compose(Arena *arena, const Library *library, Options *options, Song *song, Fault *fault)
{
    bool composed = false;
    if (options->from && !take_from(arena, library, options, song, &composed, fault))
        return false;
    if (options->lyrics && !file_read(arena, options->lyrics, LYRICS_BYTES_MAX, &options->order.options.lyrics, fault))
        return false;
    if (!options->seeded && !composed)
        options->order.seed = randombytes_random();
    return composed || song_compose(arena, library, &options->order, song, fault);
}

static int print_stage(Arena *arena, const Options *options, const Song *song)
{
    Buf buf = buf_make(arena, STAGE_BYTES_MAX);
    JsonOut json = { .buf = &buf };
    Fault fault;
    if (strcmp(options->print, "brief") == 0) {
        brief_to_json(&song->brief, &json);
        buf_text(&buf, STR("\n"));
    } else if (strcmp(options->print, "score") == 0) {
        score_write(&song->score, &buf);
    } else {
        perform_write(&song->performance, &buf);
    }
    return stdout_write(buf_str(&buf), &fault) ? EXIT_DONE : failed(&fault);
}

static bool write_text(Arena *arena, const char *path, const Buf *buf, Fault *fault)
{
    OutFile *file;
    if (!outfile_open(arena, path, &file, fault))
        return false;
    (void)outfile_write(file, buf->data, buf->length); // a failure is kept, and told by close
    return outfile_close(file, fault);
}

// MIDI, timed lyrics and recipe: small files, written when the sound is finished.
static bool write_papers(Arena *arena, const Options *options, const Song *song, const Tags *tags, const Report *report, Fault *fault)
{
    Buf midi = buf_make(arena, STAGE_BYTES_MAX), lrc = buf_make(arena, STAGE_BYTES_MAX), recipe = buf_make(arena, STAGE_BYTES_MAX);
    if (options->midi) {
        midi_write(&song->score, tags, &midi);
        if (!write_text(arena, options->midi, &midi, fault))
            return false;
    }
    if (options->lrc) {
        lrc_write(&song->score, tags, &lrc);
        if (!write_text(arena, options->lrc, &lrc, fault))
            return false;
    }
    if (options->recipe) {
        recipe_write(&(Recipe){ options->order, STR(VERSION), report->score_digest, report->heard.digest }, &recipe);
        if (!write_text(arena, options->recipe, &recipe, fault))
            return false;
    }
    return true;
}

static bool render(Arena *arena, const Options *options, Song *song, const Tags *tags, Report *report, Fault *fault)
{
    SoundFont *font;
    Outputs *outputs;
    if (!font_open(arena, options, &font, fault))
        return false;
    if (!outputs_open(arena, options, song, tags, &outputs, fault)) {
        (void)outputs_close(outputs, false, fault);
        return false;
    }
    Workers workers = workers_open(options->threads);
    const Engine *engine = engine_find(options->portable);
    Listener listener = outputs_listener(outputs);
    report->cores = workers.hands;
    double start = clock_ms();
    bool done = engine->render(song, font, &workers, &listener, &report->render, fault);
    workers_close(&workers);
    done = outputs_close(outputs, done, fault);
    outputs_heard(arena, outputs, &report->heard);
    report->render_ms = report->heard.last_audio_ms - start;
    report->engine = engine->name;
    report->file_count = outputs_files(outputs, &report->files);
    return done;
}

static int make_song(Arena *arena, Options *options, double start)
{
    Fault fault = { 0 };
    Library library;
    Song *song = ARENA_NEW(arena, Song);
    if (!library_open(arena, &library, &fault) || !compose(arena, &library, options, song, &fault))
        return failed(&fault);
    Report report = { .options = options, .song = song, .compose_ms = clock_ms() - start };
    if (options->print)
        return print_stage(arena, options, song);

    Buf score = buf_make(arena, STAGE_BYTES_MAX);
    Tags tags = { song->score.title, options->order.prompt, options->order.seed, STR("SonicStacker " VERSION " built-in"), STR("") };
    if (!render(arena, options, song, &tags, &report, &fault))
        return failed(&fault);
    score_write(&song->score, &score);
    report.score_digest = digest_hex(arena, score.data, score.length);
    if (!write_papers(arena, options, song, &tags, &report, &fault))
        return failed(&fault);
    return report_print(arena, &report);
}

int cmd_make(int argc, char **argv)
{
    double start = clock_ms();
    Arena arena = { 0 };
    Options options;
    int status = options_read(&arena, argc, argv, &options);
    if (status == EXIT_DONE && options.help) {
        help_print("make");
        return EXIT_DONE;
    }
    if (status == EXIT_DONE && options.order.prompt.length == 0 && options.from == NULL)
        status = misused("Describe the song: sonicstacker make \"a slow waltz for piano\".");
    if (status == EXIT_DONE && sodium_init() < 0)
        status = EXIT_FAILED;
    options.output = options.output ? options.output : default_output;
    if (status == EXIT_DONE)
        status = make_song(&arena, &options, start);
    arena_close(&arena);
    return status;
}
