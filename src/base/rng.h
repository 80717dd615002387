// Seeded random numbers, one stream per named decision, so that changing one part of a song
// never changes another. The stream is splitmix64 (Steele, Lea, Flood 2014).
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include "base/str.h"

typedef struct Rng {
    uint64_t state;
} Rng;

// The stream of the decision `path`, e.g. "bass/section 3". Same seed and path, same numbers.
Rng rng_named(uint64_t seed, const char *path, ...) __attribute__((format(printf, 2, 3)));

uint64_t rng_next(Rng *rng);                  // all 64 bits
int rng_below(Rng *rng, int count);           // 0 .. count-1; count is at least 1
int rng_between(Rng *rng, int low, int high); // low .. high, both possible
bool rng_chance(Rng *rng, int percent);
int rng_weighted(Rng *rng, const int *weights, int count); // index; weights >= 0, sum > 0

#endif
