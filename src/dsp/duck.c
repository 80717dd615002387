#include "dsp/duck.h"

#include "dsp/wide.h"

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

bool duck_run(Duck *duck, int64_t frame, float depth[BLOCK_FRAMES])
{
    while (duck->next < duck->count && is_over(duck, duck->next, frame))
        duck->next++;
    int end = duck->next;
    while (end < duck->count && duck->kicks[end] < frame + BLOCK_FRAMES)
        end++;
    if (end == duck->next)
        return false;
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide deepest = wide_set(0.0f);
        for (int kick = duck->next; kick < end; kick++) {
            wide t = (float)(frame - duck->kicks[kick] + i) + wide_count();
            wide down = wide_unit(t * (1.0f / DOWN_FRAMES)),
                 left = 1.0f - wide_unit((t - DOWN_FRAMES) / duck->release_frames);
            deepest = wide_max(deepest, down * down * (3.0f - 2.0f * down) * left * left);
        }
        wide_store(depth + i, deepest);
    }
    return true;
}
