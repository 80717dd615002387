// No song of ours is taken for a bad one: every style, every ending, and what is sparse or soft on purpose.
// The quick form hears each style once, the long one each with every ending, and decodes its files as well.
#include "encode/decode.h"
#include "master/judge.h"
#include "master/loudness.h"
#include "sys/file.h"
#include "tests/score/songs.h"

#include <stdlib.h>

static const char *const endings[] = { "", ", fade out", ", ends cold", ", a loop" };

enum { ENDINGS = 4, FILES = 3 };

typedef struct Ear {
    Judge judge;
    TruePeak *true_peak;
    Encoder *encoders[FILES];
    Decoder *decoders[FILES];
    int files; // 0: only the sound is judged
    Fault fault;
} Ear;

static const SoundFont *font(void)
{
    static Arena arena;
    static SoundFont *found;
    Fault fault = { 0 };
    Str bytes;
    const char *path = "/usr/share/sounds/sf2/FluidR3_GM.sf2";
    if (found == NULL && file_kind(path) == FILE_PLAIN)
        CHECK(file_map(path, &bytes, &fault) && soundfont_open(&arena, bytes, &found, &fault));
    return found; // without it our own synthesisers play
}

static bool hear(void *self, const float *left, const float *right, int frames)
{
    Ear *ear = self;
    judge_run(&ear->judge, left, right, frames);
    truepeak_run(ear->true_peak, left, right, frames);
    for (int i = 0; i < ear->files; i++)
        if (!encoder_write(ear->encoders[i], left, right, frames, &ear->fault))
            return false;
    return true;
}

static bool to_decoder(void *self, const void *bytes, size_t count)
{
    decoder_write(self, bytes, count);
    return true;
}

static void files_open(Ear *ear, Arena *arena, int64_t frames)
{
    static const Format formats[FILES] = { FORMAT_MP3, FORMAT_FLAC, FORMAT_OPUS };
    Fault fault = { 0 };
    for (int i = 0; i < ear->files; i++) {
        CHECK_OK(decoder_open(arena, formats[i], &ear->decoders[i], &fault));
        Sink sink = { ear->decoders[i], to_decoder, NULL };
        CHECK_OK(encoder_open(arena, formats[i], frames, &(Tags){ .title = STR("x") }, sink,
                              &ear->encoders[i], &fault));
    }
}

static Verdict files_close(Ear *ear)
{
    Fault fault = { 0 };
    bool playable = true;
    for (int i = 0; i < ear->files; i++) {
        CHECK_OK(encoder_close(ear->encoders[i], &fault));
        playable &= decoder_close(ear->decoders[i], &ear->judge.levels);
    }
    return playable ? VERDICT_GOOD : VERDICT_UNDECODABLE;
}

// As the service makes it, but that a loop is not excused.
static void check_is_good(const char *prompt, int seconds, uint64_t seed, int files)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    SongOrder order = { .prompt = str_of(prompt), .options.length_ms = seconds * 1000, .seed = seed };
    Song *song = song_of(&arena, &order);
    Ear *ear = ARENA_NEW(&arena, Ear);
    ear->true_peak = truepeak_open(&arena);
    ear->files = files;
    files_open(ear, &arena, song->performance.frames);
    Listener listener = { ear, hear, NULL };
    RenderReport report = { 0 };
    CHECK_OK(engine_find(false)->render(song, font(), &workers_none, &listener, &report, &fault));
    Verdict verdict = judge_verdict(&ear->judge, truepeak_db(ear->true_peak), false),
            played = files_close(ear);
    if (verdict != VERDICT_GOOD || played != VERDICT_GOOD)
        fail_msg("\"%s\", %d s, seed %d: %d, %d", prompt, seconds, (int)seed, verdict, played);
    arena_close(&arena);
}

static void check_style(int index, int ending, int seconds, uint64_t seed, int files)
{
    Str prompt = arena_print(test_arena(), STR_FMT "%s", STR_ARG(library()->styles.list[index]->name),
                             endings[ending]);
    check_is_good(prompt.data, seconds, seed, files);
}

TEST(a_song_of_every_style_is_judged_good)
{
    for (int i = 0; i < library()->styles.count; i++)
        check_style(i, i % ENDINGS, 13, 3, 0);
}

// Every ending short; the long ones take turns, unless EVERY=1 asks for all of them. In parts, which run side
// by side.
enum { PARTS = 3 };

static void check_part(int part)
{
    bool every = getenv("EVERY") != NULL;
    for (int i = part; i < library()->styles.count; i += PARTS)
        for (int ending = 0; ending < ENDINGS; ending++) {
            check_style(i, ending, 5, 6, FILES);
            if (every || ending == i % ENDINGS)
                check_style(i, ending, 33, 1, FILES);
        }
}

TEST(every_style_with_every_ending_is_judged_good_and_its_files_play_1)
{
    check_part(0);
}

TEST(every_style_with_every_ending_is_judged_good_and_its_files_play_2)
{
    check_part(1);
}

TEST(every_style_with_every_ending_is_judged_good_and_its_files_play_3)
{
    check_part(2);
}

TEST(what_is_sparse_or_soft_on_purpose_is_judged_good)
{
    static const char *const prompts[] = {
        "solo drums at 30 bpm",
        "only timpani, very slow, 30 bpm",
        "a single tubular bell, slow",
        "very quiet ambient drone",
        "only hi hat",
        "sub bass only",
        "calm sleep music, almost silent",
        "sparse minimal ambient, only harp, 30 bpm",
        "solo triangle, sparse",
    };
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
        for (int ending = 0; ending < ENDINGS; ending++) {
            const char *prompt = arena_print(test_arena(), "%s%s", prompts[i], endings[ending]).data;
            check_is_good(prompt, 5, 1, 0);
            check_is_good(prompt, 60, 2, ending == 0 ? FILES : 0);
        }
}
