#include "base/workers.h"

#include <stddef.h>

static void run_in_turn(void *self, int count, void (*work)(void *context, int index), void *context)
{
    (void)self;
    for (int i = 0; i < count; i++)
        work(context, i);
}

const Workers workers_none = { NULL, 1, run_in_turn };
