#include "master/sends.h"

#include "dsp/wide.h"

// By ear: lows make a mix muddy, and the highest treble of an echo hisses.
#define RETURN_LOW_HZ  150.0
#define RETURN_HIGH_HZ 11000.0

void sends_open(Sends *sends, Arena *arena, const MixPlan *plan)
{
    for (int i = 0; i < plan->lane_count; i++) {
        sends->used[SEND_ROOM] |= plan->lanes[i].room > 0.0f;
        sends->used[SEND_HALL] |= plan->lanes[i].hall > 0.0f;
        sends->used[SEND_ECHO] |= plan->lanes[i].delay > 0.0f;
    }
    sends->any = sends->used[SEND_ROOM] || sends->used[SEND_HALL] || sends->used[SEND_ECHO];
    if (sends->used[SEND_ROOM]) {
        sends->room = fdn_open(arena, FDN_ROOM);
        fdn_tune(&sends->room, plan->room_s);
    }
    if (sends->used[SEND_HALL]) {
        sends->hall = fdn_open(arena, FDN_HALL);
        fdn_tune(&sends->hall, plan->hall_s);
    }
    if (sends->used[SEND_ECHO])
        sends->echo = echo_open(arena, plan->delay_s, plan->delay_feedback);
    Biquad low = biquad_low_cut(RETURN_LOW_HZ, BIQUAD_FLAT),
           high = biquad_high_cut(RETURN_HIGH_HZ, BIQUAD_FLAT);
    chain_add(&sends->back, low, low);
    chain_add(&sends->back, high, high);
    sends->asleep = true;
}

void sends_clear(Sends *sends)
{
    if (sends->used[SEND_ROOM])
        fdn_clear(&sends->room);
    if (sends->used[SEND_HALL])
        fdn_clear(&sends->hall);
    if (sends->used[SEND_ECHO])
        echo_clear(&sends->echo);
    chain_clear(&sends->back);
    sends->asleep = true;
}

static bool is_silent(float in[2][BLOCK_FRAMES])
{
    wide most = wide_set(0.0f);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE)
        most = wide_max(most, wide_max(wide_abs(wide_load(in[0] + i)), wide_abs(wide_load(in[1] + i))));
    return wide_highest(most) <= 0.0f;
}

static void come_back(Sends *sends, float wet[2][BLOCK_FRAMES], float *left, float *right)
{
    d2 pairs[BLOCK_FRAMES];
    for (int i = 0; i < BLOCK_FRAMES; i += 4)
        pairs_weave(f4_load(wet[0] + i), f4_load(wet[1] + i), pairs + i);
    chain_run(&sends->back, pairs, BLOCK_FRAMES);
    for (int i = 0; i < BLOCK_FRAMES; i += 4) {
        f4 l, r;
        pairs_part(pairs + i, &l, &r);
        f4_store(left + i, f4_load(left + i) + l);
        f4_store(right + i, f4_load(right + i) + r);
    }
}

void sends_run(Sends *sends, float in[SEND_COUNT][2][BLOCK_FRAMES], float *left, float *right)
{
    float wet[2][BLOCK_FRAMES] = { 0 };
    float *const out[2] = { wet[0], wet[1] };
    bool awake = false;
    for (int send = 0; send < SEND_COUNT; send++) {
        if (!sends->used[send])
            continue;
        const float *const dry[2] = { in[send][0], in[send][1] };
        bool silent = is_silent(in[send]);
        if (send == SEND_ECHO)
            awake |= echo_run(&sends->echo, dry, silent, out);
        else
            awake |= fdn_run(send == SEND_ROOM ? &sends->room : &sends->hall, dry, silent, out);
    }
    if (awake || !sends->asleep) {
        come_back(sends, wet, left, right);
        sends->asleep = chain_settle(&sends->back) && !awake;
    }
}
