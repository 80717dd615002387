#include "base/rng.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

Rng rng_named(uint64_t seed, const char *path, ...)
{
    char name[160];
    va_list list;
    va_start(list, path);
    vsnprintf(name, sizeof name, path, list);
    va_end(list);
    return (Rng){ mix(seed) ^ mix(str_hash(str_of(name)) + 0x9e3779b97f4a7c15u) };
}

uint64_t rng_next(Rng *rng)
{
    rng->state += 0x9e3779b97f4a7c15u;
    return mix(rng->state);
}

int rng_below(Rng *rng, int count)
{
    assert(count > 0);
    return (int)((rng_next(rng) >> 32) * (uint64_t)count >> 32); // bias below 2^-32 per value
}

int rng_between(Rng *rng, int low, int high)
{
    return low + rng_below(rng, high - low + 1);
}

bool rng_chance(Rng *rng, int percent)
{
    return rng_below(rng, 100) < percent;
}

int rng_weighted(Rng *rng, const int *weights, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += weights[i];
    int at = rng_below(rng, sum);
    for (int i = 0; i < count; i++) {
        at -= weights[i];
        if (at < 0)
            return i;
    }
    return count - 1;
}
