#include "dsp/limiter.h"

#include <string.h>

#include "dsp/real.h"
#include "dsp/wide.h"

#define MARGIN_DB   0.02 // the gain's own movement can lift a peak by so much
#define SLOW_RISE_S 0.8
#define SLOW_FALL_S 0.4
#define SLOW_SHARE  0.7f // of a lasting reduction that the slow release keeps

// Frames by which the look at the peaks runs behind the newest sample: the taps on that side, and
// whole groups.
enum { LOOK = 16 };

static double keeps(double seconds) // share of a reduction that is left after one group
{
    return real_exp(-(double)PEAKS_FRAMES / (RATE_HZ * seconds));
}

void limiter_tune(Limiter *limiter, float ceiling_db, float release_s)
{
    peaks_tune(&limiter->peaks);
    limiter->ceiling = (float)real_gain((double)ceiling_db - MARGIN_DB);
    limiter->fast = (float)keeps((double)release_s);
    limiter->slow_rise = (float)(1.0 - keeps(SLOW_RISE_S));
    limiter->slow_fall = (float)(1.0 - keeps(SLOW_FALL_S));

    double sum = 0.0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < LIMITER_MEAN; i++) {
            double sine = real_sin_turns((i + 1.0) / (2.0 * (LIMITER_MEAN + 1)));
            if (pass == 0)
                sum += sine * sine;
            else
                limiter->weights[i] = (float)(sine * sine / sum);
        }
}

void limiter_clear(Limiter *limiter)
{
    memset(limiter->past, 0, sizeof limiter->past);
    memset(limiter->needs, 0, sizeof limiter->needs);
    memset(limiter->taken, 0, sizeof limiter->taken);
    memset(limiter->tops, 0, sizeof limiter->tops);
    limiter->fast_now = limiter->slow_now = limiter->last = 0.0f;
}

// The highest sample of each group of the new block, behind those of the last one.
static void find_tops(Limiter *limiter, const float *left, const float *right)
{
    float *tops = limiter->tops + LIMITER_REACH;
    memmove(limiter->tops, limiter->tops + LIMITER_GROUPS, LIMITER_REACH * sizeof *tops);
    for (int group = 0; group < LIMITER_GROUPS; group++) {
        wide most = wide_set(0.0f);
        for (int i = group * PEAKS_FRAMES; i < (group + 1) * PEAKS_FRAMES; i += WIDE)
            most = wide_max(most, wide_max(wide_abs(wide_load(left + i)), wide_abs(wide_load(right + i))));
        tops[group] = wide_highest(most);
    }
}

// What one group of eight frames needs taken away. Most are too quiet to be looked at closely.
static float need_of(const Limiter *limiter, int group)
{
    float top = limiter->tops[group], peak = limiter->ceiling;
    for (int i = 1; i <= LIMITER_REACH; i++)
        top = limiter->tops[group + i] > top ? limiter->tops[group + i] : top;
    if (top * limiter->peaks.most <= peak)
        return 0.0f;
    for (int side = 0; side < 2; side++) {
        float found;
        peaks_run(&limiter->peaks, limiter->past[side] + LIMITER_LATENCY - LOOK + group * PEAKS_FRAMES, 1,
                  &found);
        peak = found > peak ? found : peak;
    }
    return 1.0f - limiter->ceiling / peak;
}

static void find_needs(Limiter *limiter)
{
    float *needs = limiter->needs + LIMITER_HOLD;
    memmove(limiter->needs, limiter->needs + LIMITER_GROUPS, LIMITER_HOLD * sizeof *needs);
    for (int group = 0; group < LIMITER_GROUPS; group++)
        needs[group] = need_of(limiter, group);
}

// The highest need of each group's surroundings.
static void hold(const Limiter *limiter, float held[LIMITER_GROUPS])
{
    for (int group = 0; group < LIMITER_GROUPS; group += WIDE) {
        wide most = wide_load(limiter->needs + group + 1);
        for (int i = 2; i <= LIMITER_HOLD; i++)
            most = wide_max(most, wide_load(limiter->needs + group + i));
        wide_store(held + group, most);
    }
}

static void release(Limiter *limiter)
{
    float held[LIMITER_GROUPS];
    hold(limiter, held);
    memmove(limiter->taken, limiter->taken + LIMITER_GROUPS, LIMITER_MEAN * sizeof *limiter->taken);
    float fast = limiter->fast_now, slow = limiter->slow_now;
    for (int i = 0; i < LIMITER_GROUPS; i++) {
        float floor = SLOW_SHARE * slow, need = held[i];
        fast = floor + (fast - floor) * limiter->fast;
        fast = need > fast ? need : fast;
        slow += (fast > slow ? limiter->slow_rise : limiter->slow_fall) * (fast - slow);
        limiter->taken[LIMITER_MEAN + i] = fast;
    }
    limiter->fast_now = fast > 1e-9f ? fast : 0.0f;
    limiter->slow_now = slow > 1e-9f ? slow : 0.0f;
}

static void weigh(const Limiter *limiter, float mean[LIMITER_GROUPS])
{
    for (int group = 0; group < LIMITER_GROUPS; group += WIDE) {
        wide sum = wide_set(0.0f);
        for (int i = 0; i < LIMITER_MEAN; i++)
            sum += limiter->weights[i] * wide_load(limiter->taken + LIMITER_MEAN + group - i);
        wide_store(mean + group, sum);
    }
}

static void apply(Limiter *limiter, float *left, float *right)
{
    float mean[LIMITER_GROUPS], from = limiter->last;
    weigh(limiter, mean);
    for (int i = 0; i < LIMITER_GROUPS; i++) {
        float step = (mean[i] - from) / PEAKS_FRAMES;
        for (int k = 0; k < PEAKS_FRAMES; k += WIDE) {
            wide gain = 1.0f - (from + step * ((float)k + wide_count()));
            int at = i * PEAKS_FRAMES + k;
            wide_store(left + at, gain * wide_load(limiter->past[0] + at));
            wide_store(right + at, gain * wide_load(limiter->past[1] + at));
        }
        from = mean[i];
    }
    limiter->last = from;
}

void limiter_run(Limiter *limiter, float *left, float *right)
{
    float *const in[2] = { left, right };
    for (int side = 0; side < 2; side++) {
        float *past = limiter->past[side];
        memmove(past, past + BLOCK_FRAMES, LIMITER_LATENCY * sizeof *past);
        memcpy(past + LIMITER_LATENCY, in[side], BLOCK_FRAMES * sizeof *past);
    }
    find_tops(limiter, left, right);
    find_needs(limiter);
    release(limiter);
    apply(limiter, left, right);
}
