#include "credit/price.h"

#include <assert.h>

bool price_quote(const Config *config, Str engine, int seconds, int variants, Quote *out, Fault *fault)
{
    assert(seconds >= 0 && variants >= 1 && variants <= VARIANTS_MAX);
    if (!str_equal(engine, STR("built-in")))
        return fault_set(fault, FAULT_INPUT, "There is no such engine. \"built-in\" is always there.");
    int steps = seconds > 0 ? (seconds + PRICE_STEP_SECONDS - 1) / PRICE_STEP_SECONDS : 1;
    int64_t each = (int64_t)config->price_built_in * steps;
    *out = (Quote){ each, each * variants, steps * PRICE_STEP_SECONDS };
    return true;
}
