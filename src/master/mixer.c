// Strips, sends and bus put together.
#include "master/mixer.h"

#include <assert.h>

#include "dsp/real.h"
#include "dsp/wide.h"
#include "master/bus.h"
#include "master/sends.h"
#include "master/strip.h"

struct Mixer {
    MixPlan plan;
    LaneStrip *strips;
    Sends sends;
    Bus bus;
    int64_t frame; // of the next block
};

Mixer *mixer_open(Arena *arena, const MixPlan *plan)
{
    assert(plan->lane_count <= MIX_LANES_MAX);
    Mixer *mixer = ARENA_NEW(arena, Mixer);
    mixer->plan = *plan;
    mixer->strips = ARENA_ARRAY(arena, LaneStrip, (size_t)plan->lane_count);
    for (int i = 0; i < plan->lane_count; i++)
        strip_tune(&mixer->strips[i], &plan->lanes[i], plan);
    sends_open(&mixer->sends, arena, plan);
    bus_tune(&mixer->bus, plan);
    return mixer;
}

void mixer_gain(Mixer *mixer, int lane, float gain_db)
{
    mixer->plan.lanes[lane].gain_db = gain_db;
    strip_gain(&mixer->strips[lane], &mixer->plan.lanes[lane]);
}

void mixer_drive(Mixer *mixer, float gain_db)
{
    mixer->plan.gain_db = gain_db;
    mixer->bus.gain = (float)real_gain((double)gain_db);
}

void mixer_tilt(Mixer *mixer, float tilt_db)
{
    mixer->plan.tilt_db = tilt_db;
    bus_tune(&mixer->bus, &mixer->plan);
    bus_clear(&mixer->bus);
}

void mixer_seek(Mixer *mixer, int64_t frame)
{
    for (int i = 0; i < mixer->plan.lane_count; i++)
        strip_seek(&mixer->strips[i], frame);
    sends_clear(&mixer->sends);
    bus_clear(&mixer->bus);
    mixer->frame = frame;
}

bool mixer_strip(Mixer *mixer, int lane, float *left, float *right, bool sounding)
{
    return strip_run(&mixer->strips[lane], left, right, sounding);
}

typedef struct Source { // one lane that sounds
    const float *left, *right;
    float share[SEND_COUNT];
} Source;

static int find_sources(const Mixer *mixer, float *const lanes[][2], Source *sources)
{
    int count = 0;
    for (int i = 0; i < mixer->plan.lane_count; i++) {
        const MixLane *lane = &mixer->plan.lanes[i];
        if (lanes[i][0] != NULL)
            sources[count++] = (Source){ lanes[i][0], lanes[i][1], { lane->room, lane->hall, lane->delay } };
    }
    return count;
}

static void add_dry(const Source *sources, int count, float *left, float *right)
{
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide l = wide_set(0.0f), r = l;
        for (int k = 0; k < count; k++) {
            l += wide_load(sources[k].left + i);
            r += wide_load(sources[k].right + i);
        }
        wide_store(left + i, l);
        wide_store(right + i, r);
    }
}

static void add_all(const Source *sources, int count, float *left, float *right,
                    float sends[SEND_COUNT][2][BLOCK_FRAMES])
{
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide l = wide_set(0.0f), r = l, sent[SEND_COUNT][2] = { { l, l }, { l, l }, { l, l } };
        for (int k = 0; k < count; k++) {
            wide a = wide_load(sources[k].left + i), b = wide_load(sources[k].right + i);
            l += a;
            r += b;
            for (int send = 0; send < SEND_COUNT; send++) {
                sent[send][0] += sources[k].share[send] * a;
                sent[send][1] += sources[k].share[send] * b;
            }
        }
        wide_store(left + i, l);
        wide_store(right + i, r);
        for (int send = 0; send < SEND_COUNT; send++)
            for (int side = 0; side < 2; side++)
                wide_store(sends[send][side] + i, sent[send][side]);
    }
}

void mixer_run(Mixer *mixer, float *const lanes[][2], float *left, float *right)
{
    Source sources[MIX_LANES_MAX];
    int count = find_sources(mixer, lanes, sources);
    if (mixer->sends.any) {
        float sends[SEND_COUNT][2][BLOCK_FRAMES];
        add_all(sources, count, left, right, sends);
        sends_run(&mixer->sends, sends, left, right);
    } else {
        add_dry(sources, count, left, right);
    }
    bus_run(&mixer->bus, mixer->frame, left, right);
    mixer->frame += BLOCK_FRAMES;
}

const float *mixer_open_mix(const Mixer *mixer, int side)
{
    return mixer->bus.open[side];
}

int mixer_latency(void)
{
    return BUS_LATENCY;
}
