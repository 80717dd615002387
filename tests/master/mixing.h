// A mixer run over whole sounds.
#ifndef TESTS_MASTER_MIXING_H
#define TESTS_MASTER_MIXING_H

#include "master/mixer.h"
#include "tests/dsp/sounds.h"

static inline MixPlan plain_plan(int lanes, double seconds)
{
    MixPlan plan = { .lane_count = lanes,
                     .frames = (int64_t)(seconds * RATE_HZ),
                     .duck_release_s = 0.25f,
                     .room_s = 0.5f,
                     .hall_s = 2.0f,
                     .delay_s = 0.3f,
                     .delay_feedback = 0.4f,
                     .width = 1.0f,
                     .ceiling_db = -1.0f };
    for (int i = 0; i < lanes; i++)
        plan.lanes[i] = (MixLane){ .width = 1.0f };
    return plan;
}

// All that comes out from `from` on (whole blocks), the latency dropped. The lanes begin at frame 0 and may
// be shorter than the song.
static inline Sound mix_from(Mixer *mixer, const Sound *lanes, int count, int64_t from, double seconds)
{
    Sound out = sound_make(seconds);
    int wait = mixer_latency();
    for (int at = -wait; at < out.frames; at += BLOCK_FRAMES) {
        float blocks[MIX_LANES_MAX][2][BLOCK_FRAMES] = { 0 }, drop[2][BLOCK_FRAMES];
        float *pairs[MIX_LANES_MAX][2];
        for (int i = 0; i < count; i++) {
            int64_t frame = from + at + wait;
            bool sounding = frame + BLOCK_FRAMES <= lanes[i].frames;
            if (sounding) {
                memcpy(blocks[i][0], lanes[i].left + frame, sizeof blocks[i][0]);
                memcpy(blocks[i][1], lanes[i].right + frame, sizeof blocks[i][1]);
            }
            pairs[i][0] = blocks[i][0];
            pairs[i][1] = blocks[i][1];
            if (!mixer_strip(mixer, i, blocks[i][0], blocks[i][1], sounding))
                pairs[i][0] = pairs[i][1] = NULL;
        }
        mixer_run(mixer, (float *const(*)[2])pairs, at < 0 ? drop[0] : out.left + at,
                  at < 0 ? drop[1] : out.right + at);
    }
    return out;
}

static inline Sound mix_of(const MixPlan *plan, const Sound *lanes)
{
    Mixer *mixer = mixer_open(test_arena(), plan);
    return mix_from(mixer, lanes, plan->lane_count, 0, (double)plan->frames / RATE_HZ + 0.1);
}

#endif
