// What a song's process says of sound that went wrong: an engine of ours plays it on purpose.
#include "provider/cook.h"

#include "sys/child.h"
#include "tests/dsp/sounds.h"
#include "tests/provider/plate.h"
#include "tests/score/songs.h"

#include <pthread.h>

typedef enum Playing { GOOD, SILENT, CONSTANT, HALF, CLIPPED, OVER, CUT, TOO_HIGH } Playing;

static Playing playing; // by the engine below

static float sample_at(int64_t frame, int64_t frames)
{
    double t = (double)frame / RATE_HZ, left = (double)(frames - 1 - frame) / RATE_HZ;
    double music = 0.4 * sin(t * 2764.6) * (0.6 + 0.4 * sin(t * 3.0)), end = fmin(1.0, left / 0.5);
    switch (playing) {
    case SILENT:
        return 0.0f;
    case CONSTANT:
        return 0.5f;
    case HALF:
        return frame * 10 < frames * 4 ? (float)music : 0.0f;
    case CLIPPED:
        return (float)(end * fmin(1.0, fmax(-1.0, music * 6.0)));
    case OVER: // a quarter of the rate, between whose samples it rises by 3 dB
        return frame % 4 < 2 ? (float)(0.8 * end) : (float)(-0.8 * end);
    case CUT:
        return (float)music;
    case TOO_HIGH: // what neither MP3 nor Opus can carry
        return (float)(end * 0.5 * sin(2.0 * M_PI * fmod(23500.0 * t, 1.0)));
    default:
        return (float)(end * music);
    }
}

static bool render(const Song *song, const SoundFont *font, const Workers *workers, const Listener *listener,
                   RenderReport *report, Fault *fault)
{
    (void)font, (void)workers;
    int64_t frames = song->performance.frames;
    report->lufs = -14.0;
    for (int64_t played = 0; played < frames; played += BLOCK_FRAMES) {
        float block[BLOCK_FRAMES];
        int count = frames - played < BLOCK_FRAMES ? (int)(frames - played) : BLOCK_FRAMES;
        for (int i = 0; i < count; i++)
            block[i] = sample_at(played + i, frames);
        for (int p = 0; listener->stem && p < song->score.part_count; p++)
            if (!listener->stem(listener->self, p, block, block, count))
                return fault_set(fault, FAULT_BROKEN, "stopped");
        if (!listener->mix(listener->self, block, block, count))
            return fault_set(fault, FAULT_BROKEN, "stopped");
    }
    return true;
}

typedef struct Stove {
    Larder larder;
    ProviderOrder order;
    int pipe, status;
} Stove;

static void *cook_thread(void *self)
{
    Stove *stove = self;
    stove->status = cook(&stove->larder, &stove->order, stove->pipe);
    descriptor_close(stove->pipe);
    return NULL;
}

static void take_all(int reads, MessageReader *reader)
{
    Fault fault = { 0 };
    while (!messages_ended(reader)) {
        size_t room;
        void *to = messages_room(reader, &room);
        ssize_t got = pipe_read(reads, to, room, KITCHEN_WAIT_MS);
        CHECK(got > 0);
        CHECK_OK(messages_got(reader, (size_t)got, &fault));
    }
}

static Verdict verdict_when(Playing what, const char *prompt, bool stems)
{
    static const Engine engine = { "made to fail", render };
    Plate plate;
    Taker taker = plate_taker(&plate);
    Stove stove = { .larder = { *library(), NULL, &engine },
                    .order = { .prompt = str_of(prompt), .seconds = 12, .seed = 1, .stems = stems } };
    pthread_t thread;
    int ends[2];
    playing = what;
    CHECK(pipe_open(ends));
    stove.pipe = ends[1];
    CHECK_INT(pthread_create(&thread, NULL, cook_thread, &stove), 0);
    take_all(ends[0], messages_open(test_arena(), &taker, stems));
    pthread_join(thread, NULL);
    descriptor_close(ends[0]);
    CHECK_INT(stove.status, 0);
    CHECK_INT(plate.done, 1);
    return plate.facts.verdict;
}

TEST(a_good_song_is_told_to_be_good)
{
    CHECK_INT(verdict_when(GOOD, "a calm piano tune", false), VERDICT_GOOD);
    CHECK_INT(verdict_when(GOOD, "a calm piano tune", true), VERDICT_GOOD);
}

TEST(silence_is_told_also_of_stems)
{
    CHECK_INT(verdict_when(SILENT, "a calm piano tune", false), VERDICT_SILENT);
    CHECK_INT(verdict_when(SILENT, "a calm piano tune", true), VERDICT_SILENT);
    CHECK_INT(verdict_when(CONSTANT, "a calm piano tune", false), VERDICT_SILENT);
    CHECK_INT(verdict_when(HALF, "a calm piano tune", false), VERDICT_SILENT);
}

TEST(clipping_is_told_at_the_samples_and_between_them)
{
    CHECK_INT(verdict_when(CLIPPED, "a calm piano tune", false), VERDICT_CLIPPED);
    CHECK_INT(verdict_when(CLIPPED, "a calm piano tune", true), VERDICT_CLIPPED);
    CHECK_INT(verdict_when(OVER, "a calm piano tune", false), VERDICT_CLIPPED);
}

TEST(a_cut_is_told_unless_a_loop_was_asked_for)
{
    CHECK_INT(verdict_when(CUT, "a calm piano tune", false), VERDICT_ABRUPT);
    CHECK_INT(verdict_when(CUT, "a calm piano tune", true), VERDICT_ABRUPT);
    CHECK_INT(verdict_when(CUT, "a calm piano tune, ends cold", false), VERDICT_ABRUPT);
    CHECK_INT(verdict_when(CUT, "a calm piano tune, a loop", false), VERDICT_GOOD);
}

TEST(files_that_do_not_hold_the_sound_are_told)
{
    CHECK_INT(verdict_when(TOO_HIGH, "a calm piano tune", false), VERDICT_UNDECODABLE);
    CHECK_INT(verdict_when(TOO_HIGH, "a calm piano tune", true), VERDICT_GOOD); // FLAC holds it
}
