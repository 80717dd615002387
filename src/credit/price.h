// Price: what a song costs, said before it is made. A song never costs more than its quote.
#ifndef CREDIT_PRICE_H
#define CREDIT_PRICE_H

#include "sys/config.h"

enum { PRICE_STEP_SECONDS = 180, VARIANTS_MAX = 4 };

typedef struct Quote {
    int64_t each;  // credits for one variant
    int64_t whole; // for all of them; 0: free
    int seconds;   // it holds up to this length
} Quote;

// Each started PRICE_STEP_SECONDS costs the engine's price. `seconds` 0: not stated; then the song chooses
// its length and costs one step. `variants` 1..VARIANTS_MAX. INPUT: no such engine.
bool price_quote(const Config *config, Str engine, int seconds, int variants, Quote *out, Fault *fault);

#endif
