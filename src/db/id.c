#include "db/id.h"

#include "sys/clock.h"
#include "sys/secret.h"

#include <assert.h>
#include <stdatomic.h>

enum { RANDOM_BITS = 22, TEXT_LENGTH = 13, STEP_MASK = 1023 };

static const int64_t ID_EPOCH_MS = INT64_C(1577836800000); // 2020-01-01
static const int64_t MS_MASK = (INT64_C(1) << 41) - 1;
static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

int64_t id_make(void)
{
    static _Atomic int64_t newest;

    uint64_t number = secret_number();
    int64_t age_ms = clock_now() - ID_EPOCH_MS;
    int64_t wanted = ((age_ms < 0 ? 0 : age_ms) & MS_MASK) << RANDOM_BITS;
    wanted |= (int64_t)(number & ((1u << RANDOM_BITS) - 1));

    // Within one process they also grow inside a millisecond, and while the clock is set back.
    int64_t last = atomic_load(&newest), id;
    do {
        id = wanted > last ? wanted : last + 1 + (int64_t)(number >> 40 & STEP_MASK);
    } while (!atomic_compare_exchange_weak(&newest, &last, id));
    return id;
}

int64_t id_time(int64_t id)
{
    return (id >> RANDOM_BITS) + ID_EPOCH_MS;
}

Str id_text(Arena *arena, int64_t id)
{
    assert(id >= 0);
    char *text = arena_take(arena, TEXT_LENGTH + 1);
    uint64_t rest = (uint64_t)id;
    for (int i = TEXT_LENGTH - 1; i >= 0; i--, rest >>= 5)
        text[i] = digits[rest & 31];
    return (Str){ text, TEXT_LENGTH };
}

static int digit_value(char c)
{
    for (int i = 0; i < 32; i++)
        if (digits[i] == c)
            return i;
    return -1;
}

bool id_read(Str text, int64_t *out)
{
    if (text.length != TEXT_LENGTH || text.data[0] > '7')
        return false;
    int64_t id = 0;
    for (size_t i = 0; i < TEXT_LENGTH; i++) {
        int value = digit_value(text.data[i]);
        if (value < 0)
            return false;
        id = id << 5 | value;
    }
    if (id == 0)
        return false;
    *out = id;
    return true;
}
