// At most three sections run at a time: so many keep their memory in registers.
#include "dsp/chain.h"

#include <assert.h>

#define SILENT 1e-12 // -240 dB

enum { TOGETHER = 3 };

void chain_add(Chain *chain, Biquad first, Biquad second)
{
    assert(chain->count < CHAIN_MAX);
    chain->sections[chain->count++] = (ChainSection){
        { first.b0, second.b0 }, { first.b1, second.b1 }, { first.b2, second.b2 },
        { first.a1, second.a1 }, { first.a2, second.a2 },
    };
}

// Inlined with a constant `count`, so that the inner loop vanishes.
static inline __attribute__((always_inline)) void run_sections(Chain *chain, int from, int count, d2 *pairs,
                                                               int frames)
{
    ChainSection sections[TOGETHER];
    d2 last[TOGETHER + 1], before[TOGETHER + 1];
    memcpy(sections, chain->sections + from, (size_t)count * sizeof *sections);
    memcpy(last, chain->last + from, ((size_t)count + 1) * sizeof *last);
    memcpy(before, chain->before + from, ((size_t)count + 1) * sizeof *before);

    for (int t = 0; t < frames; t++) {
        d2 x = pairs[t];
        for (int k = 0; k < count; k++) {
            const ChainSection *s = &sections[k];
            d2 ready = (s->b0 * x + s->b1 * last[k]) + (s->b2 * before[k] - s->a2 * before[k + 1]);
            before[k] = last[k];
            last[k] = x;
            x = ready - s->a1 * last[k + 1];
        }
        before[count] = last[count];
        last[count] = x;
        pairs[t] = x;
    }
    // The last value stays as it was for the sections behind, which have not run yet.
    memcpy(chain->last + from, last, (size_t)count * sizeof *last);
    memcpy(chain->before + from, before, (size_t)count * sizeof *before);
    if (from + count == chain->count) {
        chain->last[chain->count] = last[count];
        chain->before[chain->count] = before[count];
    }
}

void chain_run(Chain *chain, d2 *pairs, int count)
{
    for (int from = 0; from < chain->count; from += TOGETHER) {
        int left = chain->count - from;
        if (left >= 3)
            run_sections(chain, from, 3, pairs, count);
        else if (left == 2)
            run_sections(chain, from, 2, pairs, count);
        else
            run_sections(chain, from, 1, pairs, count);
    }
}

static bool silent(d2 v)
{
    return v[0] < SILENT && v[0] > -SILENT && v[1] < SILENT && v[1] > -SILENT;
}

bool chain_settle(Chain *chain)
{
    for (int i = 0; i <= chain->count; i++)
        if (!silent(chain->last[i]) || !silent(chain->before[i]))
            return false;
    chain_clear(chain);
    return true;
}

void chain_clear(Chain *chain)
{
    memset(chain->last, 0, sizeof chain->last);
    memset(chain->before, 0, sizeof chain->before);
}
