#include "dsp/tape.h"

#include <string.h>

#include "dsp/real.h"
#include "dsp/wide.h"

// Two slow waves and a flutter; rates without a common measure, so the pattern does not repeat. At full
// amount the pitch moves by 0.5 % at most.
static const struct {
    double hz, frames;
} waves[] = { { 0.53, 28.0 }, { 0.83, 12.0 }, { 6.1, 1.6 } };

void wow_clear(Wow *wow)
{
    memset(wow->past, 0, sizeof wow->past);
    wow->ready = 0;
}

static double wow_delay(const Wow *wow, int64_t frame)
{
    double delay = WOW_LATENCY;
    for (size_t i = 0; i < sizeof waves / sizeof *waves; i++) {
        double turns = (double)frame * waves[i].hz / RATE_HZ;
        delay += (double)wow->amount * waves[i].frames * real_sin_turns(turns);
    }
    return delay;
}

// Third-order Lagrange between four frames; `x` from the second to the third one.
WIDE_INLINE wide between(const float *at, wide x)
{
    wide a = wide_load(at - 1), b = wide_load(at), c = wide_load(at + 1), d = wide_load(at + 2);
    wide down = x - 1.0f, far = x - 2.0f, up = x + 1.0f;
    wide outer = (d * up - a * far) * (x * down) * (1.0f / 6.0f);
    wide inner = (b * down - c * x) * (up * far) * 0.5f;
    return outer + inner;
}

void wow_run(Wow *wow, int64_t frame, float *left, float *right)
{
    float *const sides[2] = { left, right };
    for (int side = 0; side < 2; side++) {
        memmove(wow->past[side], wow->past[side] + BLOCK_FRAMES, WOW_PAST * sizeof(float));
        memcpy(wow->past[side] + WOW_PAST, sides[side], BLOCK_FRAMES * sizeof(float));
        if (wow->amount <= 0.0f)
            memcpy(sides[side], wow->past[side] + WOW_PAST - WOW_LATENCY, BLOCK_FRAMES * sizeof(float));
    }
    if (wow->amount <= 0.0f)
        return;
    double from = wow->ready == frame && frame != 0 ? wow->delay : wow_delay(wow, frame);
    wow->ready = frame + BLOCK_FRAMES;
    wow->delay = wow_delay(wow, wow->ready);
    double step = (wow->delay - from) / BLOCK_FRAMES;
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        int group = i / 8 * 8; // eight frames share the same four neighbours
        double place = WOW_PAST + group - (from + step * group);
        int whole = (int)place;
        wide x = (float)(place - whole) - (float)step * ((float)(i - group) + wide_count());
        for (int side = 0; side < 2; side++)
            wide_store(sides[side] + i, between(wow->past[side] + whole + (i - group), x));
    }
}

// Numbers that look thrown, from a counter (two rounds of multiply and fold).
WIDE_INLINE wide_word scatter(wide_word n)
{
    n = (n ^ (n >> 16)) * 0x7feb352du;
    n = (n ^ (n >> 15)) * 0x846ca68bu;
    return n ^ (n >> 16);
}

// A click falls in about one block of eighty: ten a second, most of them faint.
static void crackle_block(uint32_t block, float level, float *left, float *right)
{
    uint32_t bits = scatter(block * 0x9e3779b1u + (wide_word){ 77u })[0];
    if (bits % 80u != 0u)
        return;
    uint32_t more = scatter(bits + (wide_word){ 0u })[0];
    float size = (float)(more & 255u) / 255.0f, pan = (float)(more >> 8 & 255u) / 255.0f;
    float click = level * (1.0f + 12.0f * size * size * size) * (more & 0x10000u ? 1.0f : -1.0f);
    for (uint32_t i = more >> 20 & 31u; i < BLOCK_FRAMES; i++) {
        left[i] += click * (1.0f - 0.5f * pan);
        right[i] += click * (0.5f + 0.5f * pan);
        click *= -0.55f + 0.3f * size;
    }
}

WIDE_INLINE wide thrown(wide_word bits) // the sum of both halves
{
    return __builtin_convertvector(((wide_int)bits >> 16) + ((wide_int)(bits << 16) >> 16), wide);
}

void hiss_run(int64_t frame, float gain, float crackle, float *left, float *right)
{
    const uint32_t from_zero[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    wide_word lanes;
    memcpy(&lanes, from_zero, sizeof lanes);
    // The sum of two even spreads of 16 bits each; 2^15 sqrt(2/3) is its root mean square.
    wide scale = wide_set(gain / 26754.7f);
    for (int i = 0; i < BLOCK_FRAMES; i += WIDE) {
        wide_word a = scatter((uint32_t)frame + (uint32_t)i + lanes);
        wide_word b = scatter(a + 0x9e3779b9u);
        wide one = thrown(a);
        wide two = thrown(b);
        wide_store(left + i, wide_load(left + i) + scale * one);
        wide_store(right + i, wide_load(right + i) + scale * two);
    }
    if (crackle > 0.0f)
        crackle_block((uint32_t)(frame / BLOCK_FRAMES), crackle, left, right);
}
