#include "sys/clock.h"

#include <time.h>

static double started_ms;

static double read_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

__attribute__((constructor)) static void note_start(void)
{
    started_ms = read_ms(CLOCK_MONOTONIC) - read_ms(CLOCK_PROCESS_CPUTIME_ID);
}

double clock_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

double clock_process_ms(void)
{
    return clock_ms() - started_ms;
}

static _Atomic int64_t shifted_ms;

int64_t clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * MS_SECOND + now.tv_nsec / 1000000 + shifted_ms;
}

void clock_shift(int64_t by_ms)
{
    shifted_ms += by_ms;
}
