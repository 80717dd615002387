// Levels: powers are summed in eight lanes, a second at a time.
#include "dsp/levels.h"

#include "dsp/lanes.h"
#include "dsp/real.h"

enum { LANES = 8 };

static const double floor_power = 1e-5; // -50 dB

static double power_of(const float *left, const float *right, int frames)
{
    f8 sum = f8_set(0.0f);
    int i = 0;
    for (; i + LANES <= frames; i += LANES) {
        f8 l = f8_load(left + i), r = f8_load(right + i);
        sum += l * l + r * r;
    }
    double rest = 0.0;
    for (; i < frames; i++)
        rest += (double)left[i] * (double)left[i] + (double)right[i] * (double)right[i];
    return ((double)f8_sum(sum) + rest) / 2.0;
}

void levels_run(Levels *levels, const float *left, const float *right, int frames)
{
    while (frames > 0) {
        int64_t second = levels->frames / RATE_HZ, left_of_it = RATE_HZ - levels->frames % RATE_HZ;
        int step = frames < left_of_it ? frames : (int)left_of_it;
        if (second < LEVELS_SECONDS) {
            levels->heard[second] += step;
            levels->sums[second] += power_of(left, right, step);
        }
        levels->frames += step;
        left += step;
        right += step;
        frames -= step;
    }
}

void levels_skip(Levels *levels, int64_t frames)
{
    levels->frames += frames;
}

double levels_power(const Levels *levels)
{
    double sum = 0.0, frames = 0.0;
    for (int i = 0; i < LEVELS_SECONDS; i++) {
        sum += levels->sums[i];
        frames += levels->heard[i];
    }
    return frames > 0.0 ? sum / frames : 0.0;
}

static double power_above_floor(const Levels *levels, int second)
{
    double power = levels->sums[second] / levels->heard[second];
    return power < floor_power ? floor_power : power; // what is no number stays none
}

bool levels_agree(const Levels *a, const Levels *b, double apart_db)
{
    double most = real_exp2(apart_db * 0.33219280948873623479); // a power
    if (a->frames != b->frames)
        return false;
    for (int i = 0; i < LEVELS_SECONDS; i++) {
        if (a->heard[i] != b->heard[i] || a->heard[i] == 0)
            continue;
        double apart = power_above_floor(a, i) / power_above_floor(b, i);
        if (!(apart <= most && apart * most >= 1.0)) // also what is no number
            return false;
    }
    return true;
}
