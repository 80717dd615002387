#include "dsp/tape.h"

#include <string.h>

#include "dsp/curves.h"
#include "dsp/real.h"

// Two slow waves and a flutter; rates without a common measure, so the pattern does not repeat. At full
// amount the pitch moves by 0.5 % at most.
static const struct {
    double hz, frames;
} waves[] = { { 0.53, 28.0 }, { 0.83, 12.0 }, { 6.1, 1.6 } };

void wow_clear(Wow *wow)
{
    memset(wow->past, 0, sizeof wow->past);
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
LANES_INLINE f8 between(const float *at, f8 x)
{
    f8 a = f8_load(at - 1), b = f8_load(at), c = f8_load(at + 1), d = f8_load(at + 2);
    f8 down = x - 1.0f, far = x - 2.0f, up = x + 1.0f;
    f8 outer = (d * up - a * far) * (x * down) * (1.0f / 6.0f);
    f8 inner = (b * down - c * x) * (up * far) * 0.5f;
    return outer + inner;
}

void wow_run(Wow *wow, int64_t frame, float *left, float *right)
{
    static const f8 ramp = { 0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f, 6.0f, 7.0f };
    float *const sides[2] = { left, right };
    for (int side = 0; side < 2; side++) {
        memmove(wow->past[side], wow->past[side] + BLOCK_FRAMES, WOW_PAST * sizeof(float));
        memcpy(wow->past[side] + WOW_PAST, sides[side], BLOCK_FRAMES * sizeof(float));
        if (wow->amount <= 0.0f)
            memcpy(sides[side], wow->past[side] + WOW_PAST - WOW_LATENCY, BLOCK_FRAMES * sizeof(float));
    }
    if (wow->amount <= 0.0f)
        return;
    double from = wow_delay(wow, frame);
    double step = (wow_delay(wow, frame + BLOCK_FRAMES) - from) / BLOCK_FRAMES;
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        double place = WOW_PAST + i - (from + step * i);
        int whole = (int)place;
        f8 x = (float)(place - whole) - (float)step * ramp;
        for (int side = 0; side < 2; side++)
            f8_store(sides[side] + i, between(wow->past[side] + whole, x));
    }
}

// Numbers that look thrown, from a counter (two rounds of multiply and fold).
LANES_INLINE w8 scatter(w8 n)
{
    n = (n ^ (n >> 16)) * 0x7feb352du;
    n = (n ^ (n >> 15)) * 0x846ca68bu;
    return n ^ (n >> 16);
}

// A click falls in about one block of eighty: ten a second, most of them faint.
static void crackle_block(uint32_t block, float level, float *left, float *right)
{
    w8 thrown = scatter(w8_set(block * 0x9e3779b1u + 77u));
    uint32_t bits = thrown[0];
    if (bits % 80u != 0u)
        return;
    uint32_t more = scatter(w8_set(bits))[0];
    float size = (float)(more & 255u) / 255.0f, pan = (float)(more >> 8 & 255u) / 255.0f;
    float click = level * (1.0f + 12.0f * size * size * size) * (more & 0x10000u ? 1.0f : -1.0f);
    for (uint32_t i = more >> 20 & 31u; i < BLOCK_FRAMES; i++) {
        left[i] += click * (1.0f - 0.5f * pan);
        right[i] += click * (0.5f + 0.5f * pan);
        click *= -0.55f + 0.3f * size;
    }
}

void hiss_run(int64_t frame, float gain, float crackle, float *left, float *right)
{
    const w8 lanes = { 0, 1, 2, 3, 4, 5, 6, 7 };
    // The sum of two even spreads of 16 bits each; 2^15 sqrt(2/3) is its root mean square.
    f8 scale = f8_set(gain / 26754.7f);
    for (int i = 0; i < BLOCK_FRAMES; i += 8) {
        w8 a = scatter(w8_set((uint32_t)frame + (uint32_t)i) + lanes);
        w8 b = scatter(a + 0x9e3779b9u);
        f8 one = f8_from_int(((i8)a >> 16) + ((i8)(a << 16) >> 16));
        f8 two = f8_from_int(((i8)b >> 16) + ((i8)(b << 16) >> 16));
        f8_store(left + i, f8_load(left + i) + scale * one);
        f8_store(right + i, f8_load(right + i) + scale * two);
    }
    if (crackle > 0.0f)
        crackle_block((uint32_t)(frame / BLOCK_FRAMES), crackle, left, right);
}
