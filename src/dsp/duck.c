#include "dsp/duck.h"

#include "dsp/lanes.h"

enum { DOWN_FRAMES = 4 * RATE_HZ / 1000 };

void duck_tune(Duck *duck, const int64_t *kicks, int count, float release_s)
{
    duck->kicks = kicks;
    duck->count = count;
    duck->release_frames = (release_s > 0.01f ? release_s : 0.01f) * RATE_HZ;
}

static bool is_over(const Duck *duck, int kick, int64_t frame)
{
    return frame - duck->kicks[kick] > DOWN_FRAMES + (int64_t)duck->release_frames;
}

void duck_seek(Duck *duck, int64_t frame)
{
    int low = 0, high = duck->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (is_over(duck, middle, frame))
            low = middle + 1;
        else
            high = middle;
    }
    duck->next = low;
}

LANES_INLINE f8 unit(f8 x)
{
    return f8_min(f8_max(x, f8_set(0.0f)), f8_set(1.0f));
}

bool duck_run(Duck *duck, int64_t frame, float depth[BLOCK_FRAMES])
{
    static const f8 ramp = { 0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f };
    while (duck->next < duck->count && is_over(duck, duck->next, frame))
        duck->next++;
    int end = duck->next;
    while (end < duck->count && duck->kicks[end] < frame + BLOCK_FRAMES)
        end++;
    if (end == duck->next)
        return false;
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        f8 deepest = f8_set(0.0f);
        for (int kick = duck->next; kick < end; kick++) {
            f8 t = (float)(frame - duck->kicks[kick] + i) + ramp;
            f8 down = unit(t * (1.0f / DOWN_FRAMES)),
               left = 1.0f - unit((t - DOWN_FRAMES) / duck->release_frames);
            deepest = f8_max(deepest, down * down * (3.0f - 2.0f * down) * left * left);
        }
        f8_store(depth + i, deepest);
    }
    return true;
}
