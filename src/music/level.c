// Loudness before the first block. Four steps, each a small part of a render:
//
// 1. Every lane is heard alone where it is busiest; its gain follows from its place in the mix
//    (the style's levels are LU beside the whole mix).
// 2. Each second of the song is foretold: the power of the lanes that play in it, scaled by how
//    much and how hard they play beside what was heard.
// 3. A few stretches of the whole mix are rendered up to the limiter. What buses and reverbs made
//    of them corrects the forecast.
// 4. Their spectrum is leaned towards the slope that mixes by people have.
// 5. The same stretches go through tone and limiter alone, again and again, until the gain is found
//    at which the song comes out as loud as it should.
#include "dsp/biquad.h"
#include "dsp/real.h"
#include "master/loudness.h"
#include "music/plan.h"
#include "music/ride.h"

#include <stdlib.h>
#include <string.h>

enum {
    LANE_WINDOWS = 2,
    CHUNK_BLOCKS = 8,
    CHUNK = CHUNK_BLOCKS * BLOCK_FRAMES,
    LANE_WINDOW = RATE_HZ * 6 / 10 / CHUNK * CHUNK,
    MIX_WINDOWS_LEAST = 3, // of a song with many lanes; small songs can afford more
    MIX_WINDOWS_MOST = 10,
    LANE_SECONDS = 20, // of listening in all
    MIX_WINDOW = RATE_HZ * 8 / 10 / CHUNK * CHUNK,
    LEAD_LEAST_MS = 350, // before a window, for slow attacks and tails to build up
    LEAD_MOST_MS = 900,
    STEP = RATE_HZ,          // of the forecast
    DECAY = RATE_HZ * 2 / 5, // how long a struck tone counts
    ROUNDS = 3,
    OCTAVES = 7,
};

static const double reference_lufs = -18.0; // of the mix before its gain, where buses expect it
static const double gain_most_db = 36.0;
static const double eager = 1.15;
static const double usual_slope = -2.9;   // dB per octave: the middle of what human mixes have
static const double tilt_per_slope = 5.0; // dB of shelf for one dB per octave over seven octaves
static const double tilt_most_db = 9.0;

typedef struct LaneLevel {
    double power;  // heard while it plays, before gain (10^(LUFS/10)); 0 = silent
    double weight; // how much it played there, see `weight_in`
    double gain_db;
} LaneLevel;

typedef struct Level {
    Studio *studio;
    LaneLevel lanes[MIX_LANES_MAX];
    float *left[2][MIX_LANES_MAX], *right[2][MIX_LANES_MAX]; // of each lane the chunk being played, and the one being mixed
    bool sounds[2][MIX_LANES_MAX][CHUNK_BLOCKS];
    int64_t at;                  // of the chunk being played, from the window's start; before it negative
    int64_t begin, end;          // of all chunks
    float *const *into;          // the window being rendered
    int turn;
    Mixer *finish[MIX_WINDOWS_MOST]; // tone, clip and limiter alone, one for each window
    double loud[MIX_WINDOWS_MOST];   // what each window came out at, as power
    float *open[MIX_WINDOWS_MOST][2]; // stretches of the mix as they come to the limiter
    int windows;                 // how many
    int64_t lead;                // frames
    double heard;                // their power
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
    level->lanes[index] = (LaneLevel){ lufs > -90.0 ? power_of(lufs) : 0.0, weight, 0.0 };
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
        double lufs = lane->power > 0.0 ? lufs_of(lane->power) : reference_lufs;
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
            sum += lane->power * power_of(lane->gain_db) / lane->weight *
                   weight_in(&level->studio->song->performance.lanes[i], from, to);
    }
    return sum;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void probe_lane(Level *level, int lane)
{
    Studio *s = level->studio;
    for (int b = 0; b < CHUNK_BLOCKS; b++) {
        float *left = level->left[level->turn][lane] + b * BLOCK_FRAMES;
        float *right = level->right[level->turn][lane] + b * BLOCK_FRAMES;
        bool sounding = player_run(s->players[lane], left, right);
        level->sounds[level->turn][lane][b] = mixer_strip(s->mixer, lane, left, right, sounding);
    }
}

static void mix_chunk(Level *level)
{
    Studio *s = level->studio;
    int turn = !level->turn;
    int64_t at = level->at - CHUNK;
    for (int b = 0; b < CHUNK_BLOCKS; b++, at += BLOCK_FRAMES) {
        float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
        float *views[MIX_LANES_MAX][2];
        for (int i = 0; i < s->lanes; i++) {
            views[i][0] = level->sounds[turn][i][b] ? level->left[turn][i] + b * BLOCK_FRAMES : NULL;
            views[i][1] = level->sounds[turn][i][b] ? level->right[turn][i] + b * BLOCK_FRAMES : NULL;
        }
        mixer_run(s->mixer, (float *const(*)[2])views, left, right);
        for (int side = 0; at >= 0 && at < MIX_WINDOW && side < 2; side++)
            memcpy(level->into[side] + at, mixer_open_mix(s->mixer, side), sizeof left);
    }
}

// The mix of one chunk runs beside the lanes of the next.
static void probe(void *context, int index)
{
    Level *level = context;
    if (index == 0 && level->at > level->begin)
        mix_chunk(level);
    else if (index > 0 && level->at < level->end)
        probe_lane(level, index - 1);
}

// Renders a stretch of the mix, a little before it included, and keeps it as it comes to the limiter.
static void render_window(Level *level, int64_t from, float *const into[2])
{
    Studio *s = level->studio;
    int64_t start = from > level->lead ? from - level->lead : 0;
    mixer_seek(s->mixer, start);
    for (int i = 0; i < s->lanes; i++)
        player_seek(s->players[i], start);
    level->into = into;
    level->begin = start - from;
    level->end = MIX_WINDOW;
    for (level->at = level->begin; level->at <= level->end; level->at += CHUNK, level->turn = !level->turn)
        s->workers->run(s->workers->self, s->lanes + 1, probe, level);
}

// The frames of the forecast's steps that stand for the song: loud and middling ones.
static void choose_windows(Arena *arena, const double *steps, int count, int64_t *at, int windows)
{
    double *sorted = ARENA_ARRAY(arena, double, (size_t)count);
    memcpy(sorted, steps, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    for (int w = 0; w < windows; w++) {
        int percentile = 97 - 70 * w / (windows - 1);
        double wanted = sorted[(count - 1) * percentile / 100];
        for (int i = 0; i < count; i++)
            if (steps[i] == wanted)
                at[w] = (int64_t)i * STEP;
    }
}

// How loud a window is: without `finish` as it comes to the limiter, else through it.
static void hear_window(void *context, int w)
{
    Level *level = context;
    Arena arena = { 0 };
    Loudness *meter = loudness_open(&arena, MIX_WINDOW);
    Mixer *finish = level->finish[w];
    if (finish)
        mixer_seek(finish, 0);
    for (int at = 0; at < MIX_WINDOW; at += BLOCK_FRAMES) {
        float left[BLOCK_FRAMES], right[BLOCK_FRAMES];
        float *views[1][2] = { { level->open[w][0] + at, level->open[w][1] + at } };
        if (finish)
            mixer_run(finish, (float *const(*)[2])views, left, right);
        loudness_run(meter, finish ? left : views[0][0], finish ? right : views[0][1], BLOCK_FRAMES);
    }
    double lufs = loudness_integrated(meter);
    level->loud[w] = lufs > -90.0 ? power_of(lufs) : 0.0;
    arena_close(&arena);
}

static double windows_power(Level *level)
{
    double sum = 0.0;
    level->studio->workers->run(level->studio->workers->self, level->windows, hear_window, level);
    for (int w = 0; w < level->windows; w++)
        sum += level->loud[w];
    return sum;
}

// How much louder the mix comes to the limiter than was foretold, in LU.
static double correction(Level *level, const int64_t *at)
{
    double foretold = 0.0;
    for (int w = 0; w < level->windows; w++) {
        int64_t last = level->studio->plan.frames - MIX_WINDOW;
        int64_t from = at[w] < last ? at[w] : last > 0 ? last : 0;
        from = from / CHUNK * CHUNK;
        render_window(level, from, level->open[w]);
        foretold += forecast(level, from, from + MIX_WINDOW);
    }
    level->heard = windows_power(level);
    return level->heard > 0.0 ? lufs_of(level->heard / foretold) : 0.0;
}

// The slope of the windows' spectrum in dB per octave: a straight line through the power of seven
// octave bands from 125 Hz to 8 kHz.
static double slope(const Level *level)
{
    double sum = 0.0, weights = 0.0, power[OCTAVES] = { 0.0 };
    for (int band = 0; band < OCTAVES; band++) {
        double hz = 125.0 * (double)(1 << band);
        Biquad b = biquad_band_pass(hz, 1.414), *q = &b;
        for (int w = 0; w < level->windows; w++) {
            double x1 = 0.0, x2 = 0.0, y1 = 0.0, y2 = 0.0;
            for (int i = 0; i < MIX_WINDOW; i++) {
                double x = (double)level->open[w][0][i] + (double)level->open[w][1][i];
                double y = q->b0 * x + q->b1 * x1 + q->b2 * x2 - q->a1 * y1 - q->a2 * y2;
                x2 = x1, x1 = x, y2 = y1, y1 = y;
                power[band] += y * y;
            }
        }
        double away = band - (OCTAVES - 1) / 2.0;
        sum += away * lufs_of(power[band] + 1e-12);
        weights += away * away;
    }
    return sum / weights;
}

// The tilt that brings the mix to its style's slope, as far as a gentle shelf may go.
static double find_tilt(const Level *level)
{
    double target = usual_slope + level->studio->song->score.mix.tilt10 * 0.02;
    double tilt = (target - slope(level)) * tilt_per_slope;
    return tilt > tilt_most_db ? tilt_most_db : tilt < -tilt_most_db ? -tilt_most_db : tilt;
}

// A mixer that does nothing but set the tone, clip softly and limit.
static Mixer *finish_open(Arena *arena, const MixPlan *song, double tilt)
{
    MixPlan plan = { .lane_count = 1, .frames = INT64_MAX / 2, .width = 1.0f, .ceiling_db = song->ceiling_db,
                     .tilt_db = (float)tilt };
    plan.lanes[0] = (MixLane){ .width = 1.0f };
    return mixer_open(arena, &plan);
}

// The gain at which the song comes out at `target`, when it comes to the limiter at `lufs`.
static double find_gain(Arena *arena, Level *level, double tilt, double lufs, double target, RenderReport *report)
{
    double gain = target - lufs;
    for (int w = 0; w < level->windows; w++)
        level->finish[w] = finish_open(arena, &level->studio->plan, tilt);
    for (int round = 0; round < ROUNDS && level->heard > 0.0; round++) {
        for (int w = 0; w < level->windows; w++)
            mixer_drive(level->finish[w], (float)gain);
        double lost = lufs_of(windows_power(level) / level->heard) - gain;
        report->lufs_expected = lufs + gain + lost;
        // A limiter gives back less than is put in: a little more than the difference is wanted.
        gain += (target - report->lufs_expected) * eager;
    }
    return gain;
}

static void level_open(Arena *arena, Studio *studio, Level *level)
{
    int lead_ms = studio->song->score.mix.hall_ms / 4;
    lead_ms = lead_ms > LEAD_MOST_MS ? LEAD_MOST_MS : lead_ms < LEAD_LEAST_MS ? LEAD_LEAST_MS : lead_ms;
    int cost = 0; // our own synthesisers cost about twice what samples do
    for (int i = 0; i < studio->lanes; i++)
        cost += studio->song->performance.lanes[i].voice.patch.length ? 2 : 1;
    int affordable = LANE_SECONDS * 1000 / (cost * (lead_ms + MIX_WINDOW * 1000 / RATE_HZ));
    level->studio = studio;
    level->windows = affordable < MIX_WINDOWS_LEAST ? MIX_WINDOWS_LEAST
                   : affordable > MIX_WINDOWS_MOST ? MIX_WINDOWS_MOST : affordable;
    level->lead = (int64_t)lead_ms * RATE_HZ / 1000 / CHUNK * CHUNK;
    for (int i = 0; i < 2 * studio->lanes; i++) {
        level->left[i % 2][i / 2] = ARENA_ARRAY(arena, float, CHUNK);
        level->right[i % 2][i / 2] = ARENA_ARRAY(arena, float, CHUNK);
    }
    for (int w = 0; w < level->windows; w++)
        for (int side = 0; side < 2; side++)
            level->open[w][side] = ARENA_ARRAY(arena, float, MIX_WINDOW);
}

// What the fade leaves of the power in a step.
static double faded(const MixPlan *plan, int64_t frame)
{
    if (plan->fade_to <= plan->fade_from || frame + STEP / 2 <= plan->fade_from)
        return 1.0;
    double left = (double)(plan->fade_to - frame - STEP / 2) / (double)(plan->fade_to - plan->fade_from);
    return left > 0.0 ? left * left * left : 0.0;
}

void level_song(Arena *arena, Studio *studio, RenderReport *report)
{
    Level *level = ARENA_NEW(arena, Level);
    level_open(arena, studio, level);
    studio->workers->run(studio->workers->self, studio->lanes, hear_lane, level);
    studio->mixer = mixer_open(arena, &studio->plan);
    set_gains(level);

    int steps = (int)((studio->plan.frames + STEP - 1) / STEP);
    double *power = ARENA_ARRAY(arena, double, (size_t)steps);
    for (int i = 0; i < steps; i++)
        power[i] = forecast(level, (int64_t)i * STEP, (int64_t)(i + 1) * STEP) * faded(&studio->plan, (int64_t)i * STEP);
    int64_t at[MIX_WINDOWS_MOST];
    choose_windows(arena, power, steps, at, level->windows);

    double target = studio->song->score.mix.lufs10 / 10.0;
    double lufs = gated_lufs(power, steps) + correction(level, at);
    // Whatever the forecast is off by, it is taken to be off by everywhere.
    double scale = power_of(target - gated_lufs(power, steps));
    for (int i = 0; i < steps; i++)
        power[i] *= scale;
    studio->foretold = power;
    studio->seconds = steps;

    report->tilt_db = find_tilt(level);
    report->gain_db = find_gain(arena, level, report->tilt_db, lufs, target, report);
    mixer_tilt(studio->mixer, (float)report->tilt_db);
    mixer_drive(studio->mixer, (float)report->gain_db);
}
