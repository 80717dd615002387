// Rendering: lanes side by side, the mix behind them, the listener behind the mix.
//
//     chunk n:      lane 0 .. lane k     (players and strips, each by itself)
//     chunk n-1:    the mixer            (sums in lane order)
//     chunk n-2:    the listener         (encoders)
//
// All three run at once on whatever workers there are; each has its own memory, so the result
// does not depend on who was quicker.
#include "dsp/real.h"
#include "music/engine.h"
#include "music/plan.h"
#include "music/ride.h"

#include <string.h>

enum { CHUNK_BLOCKS = 16, CHUNK = CHUNK_BLOCKS * BLOCK_FRAMES };

static const int short_s = 12;

typedef struct LaneAudio {
    float left[CHUNK], right[CHUNK];
    bool sounds[CHUNK_BLOCKS]; // else that block is silence
} LaneAudio;

typedef struct MixAudio {
    float left[CHUNK], right[CHUNK];
} MixAudio;

typedef struct Render {
    Studio *studio;
    Ride ride;
    const Listener *listener;
    LaneAudio *lanes[2]; // of the chunk being played, and of the one being mixed
    LaneAudio *stems[2]; // sums of each part's lanes, when they are wanted
    MixAudio mixes[2];   // of the chunk being mixed, and of the one being heard
    int parts;
    double gain_db; // into the limiter, as it was found beforehand
    float stem_gain;
    int64_t chunk;       // the one being played
    int64_t chunks;      // to play in all, the limiter's look-ahead included
    bool stopped;
} Render;

static void play_lane(Render *r, int lane)
{
    LaneAudio *audio = &r->lanes[r->chunk & 1][lane];
    for (int b = 0; b < CHUNK; b += BLOCK_FRAMES) {
        bool sounding = player_run(r->studio->players[lane], audio->left + b, audio->right + b);
        audio->sounds[b / BLOCK_FRAMES] =
            mixer_strip(r->studio->mixer, lane, audio->left + b, audio->right + b, sounding);
    }
}

static void sum_stems(Render *r, LaneAudio *lanes, LaneAudio *stems)
{
    memset(stems, 0, (size_t)r->parts * sizeof *stems);
    for (int lane = 0; lane < r->studio->lanes; lane++) {
        LaneAudio *stem = &stems[r->studio->song->performance.lanes[lane].part];
        for (int i = 0; i < CHUNK; i++) {
            stem->left[i] += lanes[lane].left[i] * r->stem_gain;
            stem->right[i] += lanes[lane].right[i] * r->stem_gain;
        }
    }
}

static void mix_chunk(Render *r)
{
    int64_t chunk = r->chunk - 1;
    LaneAudio *lanes = r->lanes[chunk & 1];
    MixAudio *mix = &r->mixes[chunk & 1];
    if (r->listener->stem)
        sum_stems(r, lanes, r->stems[chunk & 1]);
    for (int b = 0; b < CHUNK; b += BLOCK_FRAMES) {
        float *views[MIX_LANES_MAX][2];
        for (int lane = 0; lane < r->studio->lanes; lane++) {
            bool sounds = lanes[lane].sounds[b / BLOCK_FRAMES];
            views[lane][0] = sounds ? lanes[lane].left + b : NULL;
            views[lane][1] = sounds ? lanes[lane].right + b : NULL;
        }
        mixer_drive(r->studio->mixer, (float)(r->gain_db + ride_offset(&r->ride)));
        mixer_run(r->studio->mixer, (float *const(*)[2])views, mix->left + b, mix->right + b);
    }
    ride_listen(&r->ride, mix->left, mix->right, CHUNK);
}

// Stems of the song's frames only; the mix comes later by the limiter's latency.
static bool hear_chunk(Render *r)
{
    int64_t chunk = r->chunk - 2, frames = r->studio->plan.frames, from = chunk * CHUNK;
    const MixAudio *mix = &r->mixes[chunk & 1];
    for (int part = 0; r->listener->stem && part < r->parts; part++) {
        const LaneAudio *stem = &r->stems[chunk & 1][part];
        int64_t count = frames - from < CHUNK ? frames - from : CHUNK;
        if (count > 0 && !r->listener->stem(r->listener->self, part, stem->left, stem->right, (int)count))
            return false;
    }
    int64_t first = from - mixer_latency(), skip = first < 0 ? -first : 0;
    int64_t end = frames - first < CHUNK ? frames - first : CHUNK;
    if (skip >= end)
        return true;
    return r->listener->mix(r->listener->self, mix->left + skip, mix->right + skip, (int)(end - skip));
}

static void work(void *context, int index)
{
    Render *r = context;
    int lanes = r->studio->lanes;
    if (index == 0 && r->chunk >= 2)
        r->stopped = !hear_chunk(r);
    else if (index == 1 && r->chunk >= 1 && r->chunk - 1 < r->chunks)
        mix_chunk(r);
    else if (index >= 2 && index - 2 < lanes && r->chunk < r->chunks)
        play_lane(r, index - 2);
}

static void studio_open(Arena *arena, const Song *song, const SoundFont *font, const Workers *workers, Studio *out)
{
    *out = (Studio){ .song = song, .workers = workers };
    plan_mix(arena, song, &out->plan);
    out->lanes = out->plan.lane_count;
    for (int i = 0; i < out->lanes; i++)
        out->players[i] = player_open(arena, &song->performance.lanes[i], font);
}

static void go_to_start(Studio *studio)
{
    mixer_seek(studio->mixer, 0);
    for (int i = 0; i < studio->lanes; i++)
        player_seek(studio->players[i], 0);
}

static bool render_song(Arena *arena, Studio *studio, const Listener *listener, RenderReport *report)
{
    go_to_start(studio);
    Render *r = ARENA_NEW(arena, Render);
    r->studio = studio;
    r->listener = listener;
    r->parts = studio->song->score.part_count;
    r->gain_db = report->gain_db;
    r->stem_gain = (float)real_gain(r->gain_db);
    ride_open(arena, studio->foretold, studio->seconds, studio->song->score.mix.lufs10 / 10.0, &r->ride);
    r->chunks = (studio->plan.frames + mixer_latency() + CHUNK - 1) / CHUNK;
    for (int i = 0; i < 2; i++) {
        r->lanes[i] = ARENA_ARRAY(arena, LaneAudio, (size_t)studio->lanes);
        r->stems[i] = listener->stem ? ARENA_ARRAY(arena, LaneAudio, (size_t)r->parts) : NULL;
    }
    for (r->chunk = 0; r->chunk < r->chunks + 2 && !r->stopped; r->chunk++)
        studio->workers->run(studio->workers->self, studio->lanes + 2, work, r);
    report->lufs = ride_loudness(&r->ride);
    return !r->stopped;
}

static bool hear_nothing(void *self, const float *left, const float *right, int frames)
{
    (void)self, (void)left, (void)right, (void)frames;
    return true;
}

// A song of a few seconds is over before the gain could be ridden: it is rendered beforehand, twice,
// and its own loudness sets the gain. That takes less than listening to stretches of a long one.
static void level_short(Studio *studio, RenderReport *report)
{
    const Listener nobody = { NULL, hear_nothing, NULL };
    double target = studio->song->score.mix.lufs10 / 10.0;
    for (int pass = 0; pass < 2; pass++) {
        Arena arena = { 0 };
        render_song(&arena, studio, &nobody, report);
        report->gain_db += report->lufs > -90.0 ? target - report->lufs : 0.0;
        arena_close(&arena);
    }
}

bool engine_render(const Song *song, const SoundFont *font, const Workers *workers, const Listener *listener,
                   RenderReport *report, Fault *fault)
{
    Arena arena = { 0 };
    Studio *studio = ARENA_NEW(&arena, Studio);
    studio_open(&arena, song, font, workers, studio);
    level_song(&arena, studio, report);
    report->lanes = studio->lanes;
    if (studio->plan.frames < short_s * RATE_HZ)
        level_short(studio, report);
    bool done = render_song(&arena, studio, listener, report);
    arena_close(&arena);
    return done || fault_set(fault, FAULT_BROKEN, "The song was stopped.");
}
