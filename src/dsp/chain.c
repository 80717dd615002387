// Runs the sections one or two at a time: so many keep their past in registers.
#include "dsp/chain.h"

#include <assert.h>

#define SILENT       1e-12 // -240 dB
#define FORCE_INLINE static inline __attribute__((always_inline))

// `m` is the mirror image of the poles.
static void mirrored(Biquad q, double f[5], double *c2, double *c4)
{
    double m1 = -q.a1, m2 = q.a2;
    f[0] = q.b0;
    f[1] = q.b1 + q.b0 * m1;
    f[2] = q.b2 + q.b1 * m1 + q.b0 * m2;
    f[3] = q.b2 * m1 + q.b1 * m2;
    f[4] = q.b2 * m2;
    *c2 = 2.0 * q.a2 - q.a1 * q.a1;
    *c4 = q.a2 * q.a2;
}

void chain_add(Chain *chain, Biquad first, Biquad second)
{
    assert(chain->count < CHAIN_MAX);
    ChainSection *section = &chain->sections[chain->count++];
    const Biquad both[2] = { first, second };
    for (int i = 0; i < 2; i++) {
        double f[5], c2, c4;
        mirrored(both[i], f, &c2, &c4);
        for (int k = 0; k < 5; k++)
            section->f[k][i] = f[k];
        section->c2[i] = c2;
        section->c4[i] = c4;
    }
}

// One section, one frame at a time.
static void run_single(Chain *chain, int at, d2 *pairs, int frames)
{
    const ChainSection s = chain->sections[at];
    d2 *in = chain->past[at], *out = chain->past[at + 1];
    d2 x4 = in[0], x3 = in[1], x2 = in[2], x1 = in[3], y4 = out[0], y3 = out[1], y2 = out[2], y1 = out[3];
    for (int t = 0; t < frames; t++) {
        d2 x = pairs[t];
        d2 ready = ((s.f[0] * x + s.f[1] * x1) + (s.f[2] * x2 + s.f[3] * x3)) + (s.f[4] * x4 - s.c4 * y4);
        d2 y = ready - s.c2 * y2;
        x4 = x3;
        x3 = x2;
        x2 = x1;
        x1 = x;
        y4 = y3;
        y3 = y2;
        y2 = y1;
        y1 = y;
        pairs[t] = y;
    }
    memcpy(in, (d2[4]){ x4, x3, x2, x1 }, 4 * sizeof *in);
    if (at + 1 == chain->count) // else the next section still needs what came before
        memcpy(out, (d2[4]){ y4, y3, y2, y1 }, 4 * sizeof *out);
}

#ifdef __AVX2__
typedef double d4 __attribute__((vector_size(32)));

typedef struct Past {    // of one place between sections, as pairs of frames
    d4 two, three, four; // begins two, three, four frames ago
} Past;

FORCE_INLINE d4 d4_twice(d2 v)
{
    return __builtin_shufflevector(v, v, 0, 1, 0, 1);
}

FORCE_INLINE d4 d4_load(const d2 *from)
{
    d4 v;
    memcpy(&v, from, sizeof v);
    return v;
}

FORCE_INLINE d4 step_double(const ChainSection *s, d4 x, Past *in, const Past *out)
{
    d4 one = __builtin_shufflevector(in->two, x, 2, 3, 4, 5);
    d4 ready = ((d4_twice(s->f[0]) * x + d4_twice(s->f[1]) * one) +
                (d4_twice(s->f[2]) * in->two + d4_twice(s->f[3]) * in->three)) +
               (d4_twice(s->f[4]) * in->four - d4_twice(s->c4) * out->four);
    *in = (Past){ x, one, in->two };
    return ready - d4_twice(s->c2) * out->two;
}

FORCE_INLINE Past past_load(const d2 *past)
{
    return (Past){ d4_load(past + 2), d4_load(past + 1), d4_load(past) };
}

FORCE_INLINE void past_store(d2 *past, Past p)
{
    memcpy(past, &p.four, sizeof p.four);
    memcpy(past + 2, &p.two, sizeof p.two);
}

// One or two sections, two frames at a time; inlined with a constant `both`.
FORCE_INLINE void run_double(Chain *chain, int at, bool both, d2 *pairs, int frames)
{
    const ChainSection one = chain->sections[at], two = chain->sections[both ? at + 1 : at];
    int end = both ? at + 2 : at + 1;
    Past in = past_load(chain->past[at]), middle = past_load(chain->past[at + 1]),
         out = past_load(chain->past[end]);
    for (int t = 0; t < frames; t += 2) {
        d4 x = d4_load(pairs + t);
        if (both)
            x = step_double(&one, x, &in, &middle);
        x = both ? step_double(&two, x, &middle, &out) : step_double(&one, x, &in, &out);
        out.four = out.two;
        out.two = x;
        memcpy(pairs + t, &x, sizeof x);
    }
    past_store(chain->past[at], in);
    if (both)
        past_store(chain->past[at + 1], middle);
    if (end == chain->count) // else the next section still needs what came before
        past_store(chain->past[end], out);
}
#endif

static void run_some(Chain *chain, d2 *pairs, int frames)
{
    int at = 0;
#ifdef __AVX2__
    if (frames % 2 == 0) {
        for (; at + 2 <= chain->count; at += 2)
            run_double(chain, at, true, pairs, frames);
        if (at < chain->count)
            run_double(chain, at, false, pairs, frames);
        return;
    }
#endif
    for (; at < chain->count; at++)
        run_single(chain, at, pairs, frames);
}

void chain_run(Chain *chain, d2 *pairs, int count)
{
    run_some(chain, pairs, count & ~1);
    run_some(chain, pairs + (count & ~1), count & 1);
}

static bool silent(d2 v)
{
    return v[0] < SILENT && v[0] > -SILENT && v[1] < SILENT && v[1] > -SILENT;
}

bool chain_settle(Chain *chain)
{
    for (int i = 0; i <= chain->count; i++)
        for (int k = 0; k < 4; k++)
            if (!silent(chain->past[i][k]))
                return false;
    chain_clear(chain);
    return true;
}

void chain_clear(Chain *chain)
{
    memset(chain->past, 0, sizeof chain->past);
}
