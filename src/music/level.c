// Loudness before the first block. Three steps, each a small part of a render:
//
// 1. Every lane is heard alone for a second or two where it is busiest; its gain follows from its
//    place in the mix (the style's levels are LU beside the whole mix).
// 2. Each second of the song is foretold: the power of the lanes that play in it, scaled by how
//    much and how hard they play beside what was heard.
// 3. A few seconds of the whole mix are rendered at that gain; what the buses, reverbs and the
//    limiter made of it corrects the forecast.
#include "dsp/real.h"
#include "master/loudness.h"
#include "music/plan.h"

#include <stdlib.h>
#include <string.h>

enum {
    LANE_WINDOWS = 2,
    LANE_WINDOW = RATE_HZ / BLOCK_FRAMES * BLOCK_FRAMES, // a second
    MIX_WINDOWS = 3,
    MIX_WINDOW = RATE_HZ * 6 / 5 / BLOCK_FRAMES * BLOCK_FRAMES,
    MIX_LEAD = RATE_HZ * 2 / 5 / BLOCK_FRAMES * BLOCK_FRAMES, // before a window, for tails to build up
    STEP = RATE_HZ,          // of the forecast
    DECAY = RATE_HZ * 2 / 5, // how long a struck tone counts
    ROUNDS = 2,
};

static const double reference_lufs = -23.0; // of the mix before its gain
static const double gain_most_db = 36.0;

typedef struct LaneLevel {
    double power;  // heard while it plays, before gain (10^(LUFS/10)); 0 = silent
    double weight; // how much it played there, see `weight_in`
    double gain_db;
} LaneLevel;

typedef struct Level {
    Studio *studio;
    LaneLevel lanes[MIX_LANES_MAX];
    float *left[MIX_LANES_MAX], *right[MIX_LANES_MAX];
    int64_t frame; // of the mix probe
} Level;

// How much a lane plays between two frames: strokes and held tones, by the power of their velocity.
static double weight_in(const Lane *lane, int64_t from, int64_t to)
{
    double sum = 0.0;
    for (int i = 0; i < lane->count && lane->notes[i].start < to; i++) {
        const PlayedNote *n = &lane->notes[i];
        int64_t most = lane->voice.rings ? n->end : n->start + DECAY;
        int64_t end = n->end < most || lane->voice.kit ? most : n->end;
        end = lane->voice.rings || end < most ? end : most;
        int64_t a = n->start > from ? n->start : from, b = end < to ? end : to;
        double v = n->velocity / 127.0;
        sum += b > a ? (double)(b - a) * v * v * v * v : 0.0;
    }
    return sum / (double)(to - from);
}

// The start of the lane's busiest stretch.
static int64_t busiest(const Lane *lane, int64_t frames)
{
    int64_t best_at = 0;
    double best = -1.0, sum = 0.0;
    for (int first = 0, last = 0; first < lane->count; first++) {
        while (last < lane->count && lane->notes[last].start < lane->notes[first].start + LANE_WINDOW)
            sum += lane->notes[last++].velocity;
        if (sum > best && lane->notes[first].start + LANE_WINDOW <= frames) {
            best = sum;
            best_at = lane->notes[first].start;
        }
        sum -= lane->notes[first].velocity;
    }
    return best_at;
}

static int64_t whole_blocks(int64_t frame)
{
    return frame / BLOCK_FRAMES * BLOCK_FRAMES;
}

static void hear_lane(void *context, int index)
{
    Level *level = context;
    Studio *studio = level->studio;
    const Lane *lane = &studio->song->performance.lanes[index];
    int64_t at[LANE_WINDOWS] = { busiest(lane, studio->plan.frames), lane->notes[lane->count / 2].start };
    float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
    Arena arena = { 0 };
    Loudness *meter = loudness_open(&arena, (int64_t)LANE_WINDOWS * LANE_WINDOW);
    double weight = 0.0;
    for (int w = 0; w < LANE_WINDOWS; w++) {
        int64_t from = whole_blocks(at[w]);
        player_seek(studio->players[index], from);
        for (int f = 0; f < LANE_WINDOW; f += BLOCK_FRAMES) {
            player_run(studio->players[index], left, right);
            loudness_run(meter, left, right, BLOCK_FRAMES);
        }
        weight += weight_in(lane, from, from + LANE_WINDOW) / LANE_WINDOWS;
    }
    double lufs = loudness_integrated(meter);
    level->lanes[index] = (LaneLevel){ lufs > -90.0 ? real_exp2(lufs * 0.33219280948873623) : 0.0, weight, 0.0 };
    arena_close(&arena);
}

static int lane_level(const Song *song, const Lane *lane)
{
    const MixStyle *m = &song->score.mix;
    if (song->score.parts[lane->part].role != ROLE_DRUMS)
        return song->score.parts[lane->part].strip.level;
    return str_equal(lane->name, STR("kick")) ? m->kick : str_equal(lane->name, STR("snare")) ? m->snare
         : str_equal(lane->name, STR("cymbals")) ? m->cymbals : m->toms;
}

static void set_gains(Level *level)
{
    Studio *studio = level->studio;
    for (int i = 0; i < studio->lanes; i++) {
        LaneLevel *lane = &level->lanes[i];
        double lufs = lane->power > 0.0 ? real_log2(lane->power) * 3.0102999566398120 : reference_lufs;
        double wanted = reference_lufs + lane_level(studio->song, &studio->song->performance.lanes[i]);
        double gain = wanted - lufs;
        lane->gain_db = gain > gain_most_db ? gain_most_db : gain < -gain_most_db ? -gain_most_db : gain;
        mixer_gain(studio->mixer, i, (float)lane->gain_db);
    }
}

// The power of the whole mix between two frames, as the lanes alone foretell it.
static double forecast(const Level *level, int64_t from, int64_t to)
{
    double sum = 1e-12;
    for (int i = 0; i < level->studio->lanes; i++) {
        const LaneLevel *lane = &level->lanes[i];
        if (lane->weight > 0.0)
            sum += lane->power * real_exp2(lane->gain_db * 0.33219280948873623) / lane->weight *
                   weight_in(&level->studio->song->performance.lanes[i], from, to);
    }
    return sum;
}

static double lufs_of(double power)
{
    return real_log2(power) * 3.0102999566398120;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// The gated mean of the forecast's steps, as BS.1770 gates its blocks.
static double gated(const double *steps, int count)
{
    double gate = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        double sum = 0.0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (steps[i] >= gate) {
                sum += steps[i];
                kept++;
            }
        }
        if (pass == 1 || kept == 0)
            return kept ? sum / kept : 1e-9;
        gate = sum / kept * 0.1;
    }
    return 1e-9;
}

static void probe_lane(void *context, int index)
{
    Level *level = context;
    Studio *s = level->studio;
    for (int b = 0; b < 8; b++) {
        float *left = level->left[index] + b * BLOCK_FRAMES, *right = level->right[index] + b * BLOCK_FRAMES;
        bool sounding = player_run(s->players[index], left, right);
        mixer_strip(s->mixer, index, left, right, sounding);
    }
}

// Renders a stretch of the mix and measures its second part.
static double hear_mix(Level *level, int64_t from, int64_t window, Loudness *meter)
{
    Studio *s = level->studio;
    int64_t start = from > MIX_LEAD ? from - MIX_LEAD : 0, lead = from - start + mixer_latency();
    mixer_seek(s->mixer, start);
    for (int i = 0; i < s->lanes; i++)
        player_seek(s->players[i], start);
    for (int64_t at = 0; at < lead + window; at += 8 * BLOCK_FRAMES) {
        s->workers->run(s->workers->self, s->lanes, probe_lane, level);
        for (int b = 0; b < 8; b++) {
            float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
            float *views[MIX_LANES_MAX][2];
            for (int i = 0; i < s->lanes; i++) {
                views[i][0] = level->left[i] + b * BLOCK_FRAMES;
                views[i][1] = level->right[i] + b * BLOCK_FRAMES;
            }
            mixer_run(s->mixer, (float *const(*)[2])views, left, right);
            if (at + b * BLOCK_FRAMES >= lead)
                loudness_run(meter, left, right, BLOCK_FRAMES);
        }
    }
    return loudness_integrated(meter);
}

// The frames of the forecast's steps that stand for the song: loud, loudest and middling ones.
static void choose_windows(const double *steps, int count, int64_t *at)
{
    static const int percentiles[MIX_WINDOWS] = { 90, 70, 45 };
    double *sorted = malloc((size_t)count * sizeof *sorted);
    if (sorted == NULL)
        abort();
    memcpy(sorted, steps, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    for (int w = 0; w < MIX_WINDOWS; w++) {
        double wanted = sorted[(count - 1) * percentiles[w] / 100];
        int best = 0;
        for (int i = 0; i < count; i++)
            if (steps[i] == wanted)
                best = i;
        at[w] = (int64_t)best * STEP;
    }
    free(sorted);
}

// How much louder than foretold the mix came out, in LU, weighted towards its loud moments.
static double correction(Level *level, const int64_t *at, double gain_db)
{
    double power = 0.0, foretold = 0.0;
    for (int w = 0; w < MIX_WINDOWS; w++) {
        Arena arena = { 0 };
        int64_t from = whole_blocks(at[w]), last = level->studio->plan.frames - MIX_WINDOW;
        from = from > last ? whole_blocks(last > 0 ? last : 0) : from;
        Loudness *meter = loudness_open(&arena, MIX_WINDOW + 8 * BLOCK_FRAMES);
        double lufs = hear_mix(level, from, MIX_WINDOW, meter);
        power += lufs > -90.0 ? real_exp2(lufs * 0.33219280948873623) : 0.0;
        foretold += forecast(level, from, from + MIX_WINDOW) * real_exp2(gain_db * 0.33219280948873623);
        arena_close(&arena);
    }
    return power > 0.0 ? lufs_of(power / foretold) : 0.0;
}

void level_song(Arena *arena, Studio *studio, RenderReport *report)
{
    Level *level = ARENA_NEW(arena, Level);
    level->studio = studio;
    for (int i = 0; i < studio->lanes; i++) {
        level->left[i] = ARENA_ARRAY(arena, float, 8 * BLOCK_FRAMES);
        level->right[i] = ARENA_ARRAY(arena, float, 8 * BLOCK_FRAMES);
    }
    studio->workers->run(studio->workers->self, studio->lanes, hear_lane, level);
    studio->mixer = mixer_open(arena, &studio->plan);
    set_gains(level);

    int steps = (int)(studio->plan.frames / STEP) + 1;
    double *power = ARENA_ARRAY(arena, double, (size_t)steps);
    for (int i = 0; i < steps; i++)
        power[i] = forecast(level, (int64_t)i * STEP, (int64_t)(i + 1) * STEP);
    double target = studio->song->score.mix.lufs10 / 10.0, foretold = lufs_of(gated(power, steps));
    int64_t at[MIX_WINDOWS];
    choose_windows(power, steps, at);

    double gain = target - foretold;
    for (int round = 0; round < ROUNDS; round++) {
        mixer_drive(studio->mixer, (float)gain);
        double off = correction(level, at, gain);
        report->lufs_expected = foretold + gain + off;
        gain += target - report->lufs_expected;
    }
    mixer_drive(studio->mixer, (float)gain);
    report->gain_db = gain;
    mixer_seek(studio->mixer, 0);
    for (int i = 0; i < studio->lanes; i++)
        player_seek(studio->players[i], 0);
}
