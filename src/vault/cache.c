// Cache: sets of eight places, each set with a lock of its own, so that threads seldom meet.
#include "vault/cache.h"

#include "sys/clock.h"
#include "sys/guarded.h"
#include "sys/secret.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WAYS = 8,
    SETS = CACHE_KEYS / WAYS,
    WIPE_EVERY_MS = 2000,
    WIPE_MS = CACHE_MS - WIPE_EVERY_MS - 500, // so that none is older than CACHE_MS before it is wiped
};

// Two clocks: the service's own, which tests move, and the one that no operator can set back.
typedef struct Held {
    int64_t owner; // 0: empty
    int class;
    int64_t at_ms;
    double steady_ms;
    unsigned char key[KEY_BYTES];
} Held;

typedef struct Set {
    pthread_mutex_t lock;
    unsigned drops;
    Held *held; // WAYS of them, in guarded memory
} Set;

struct Cache {
    Set sets[SETS];
    Held *memory;
    pthread_t wiper;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool stopping;
};

static bool older_than(const Held *held, int64_t age_ms)
{
    int64_t age = clock_now() - held->at_ms;
    return age < 0 || age > age_ms || clock_ms() - held->steady_ms > (double)age_ms;
}

static Set *set_of(Cache *cache, int64_t owner)
{
    return &cache->sets[((uint64_t)owner * UINT64_C(0x9e3779b97f4a7c15)) >> 40 & (SETS - 1)];
}

static Held *held_find(Set *set, int64_t owner, int class)
{
    for (int i = 0; i < WAYS; i++)
        if (set->held[i].owner == owner && set->held[i].class == class)
            return &set->held[i];
    return NULL;
}

static void wipe_old(Set *set)
{
    pthread_mutex_lock(&set->lock);
    for (int i = 0; i < WAYS; i++)
        if (set->held[i].owner != 0 && older_than(&set->held[i], WIPE_MS))
            secret_wipe(&set->held[i], sizeof set->held[i]);
    pthread_mutex_unlock(&set->lock);
}

static struct timespec next_wipe(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += WIPE_EVERY_MS / MS_SECOND;
    return at;
}

static void *wipe_now_and_then(void *self)
{
    Cache *cache = self;
    pthread_mutex_lock(&cache->lock);
    while (!cache->stopping) {
        const struct timespec at = next_wipe();
        pthread_cond_timedwait(&cache->stop, &cache->lock, &at);
        for (int i = 0; i < SETS && !cache->stopping; i++)
            wipe_old(&cache->sets[i]);
    }
    pthread_mutex_unlock(&cache->lock);
    return NULL;
}

// Signals are for the program's own threads.
static void start_wiper(Cache *cache)
{
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&cache->stop, &steady);
    pthread_condattr_destroy(&steady);
    pthread_mutex_init(&cache->lock, NULL);

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&cache->wiper, NULL, wipe_now_and_then, cache) != 0)
        abort();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

Cache *cache_open(void)
{
    Cache *cache = calloc(1, sizeof *cache);
    if (cache == NULL)
        abort();
    cache->memory = guarded_take(CACHE_KEYS * sizeof(Held));
    for (int i = 0; i < SETS; i++) {
        pthread_mutex_init(&cache->sets[i].lock, NULL);
        cache->sets[i].held = cache->memory + (ptrdiff_t)i * WAYS;
    }
    start_wiper(cache);
    return cache;
}

void cache_close(Cache *cache)
{
    pthread_mutex_lock(&cache->lock);
    cache->stopping = true;
    pthread_cond_signal(&cache->stop);
    pthread_mutex_unlock(&cache->lock);
    pthread_join(cache->wiper, NULL);
    for (int i = 0; i < SETS; i++)
        pthread_mutex_destroy(&cache->sets[i].lock);
    pthread_mutex_destroy(&cache->lock);
    pthread_cond_destroy(&cache->stop);
    guarded_give(cache->memory);
    free(cache);
}

bool cache_find(Cache *cache, int64_t owner, int class, unsigned char out[KEY_BYTES])
{
    Set *set = set_of(cache, owner);
    pthread_mutex_lock(&set->lock);
    const Held *held = held_find(set, owner, class);
    bool found = held != NULL && !older_than(held, CACHE_MS);
    if (found)
        memcpy(out, held->key, KEY_BYTES);
    pthread_mutex_unlock(&set->lock);
    return found;
}

CacheNote cache_note(Cache *cache, int64_t owner)
{
    Set *set = set_of(cache, owner);
    pthread_mutex_lock(&set->lock);
    const CacheNote note = { set->drops, clock_now(), clock_ms() };
    pthread_mutex_unlock(&set->lock);
    return note;
}

// Its own place, else an empty one, else that of the key read longest ago.
static Held *place_for(Set *set, int64_t owner, int class)
{
    Held *best = held_find(set, owner, class);
    if (best)
        return best;
    best = &set->held[0];
    for (int i = 1; i < WAYS && best->owner != 0; i++)
        if (set->held[i].owner == 0 || set->held[i].steady_ms < best->steady_ms)
            best = &set->held[i];
    return best;
}

void cache_add(Cache *cache, int64_t owner, int class, const unsigned char key[KEY_BYTES], CacheNote note)
{
    Set *set = set_of(cache, owner);
    pthread_mutex_lock(&set->lock);
    if (note.drops == set->drops) {
        Held *held = place_for(set, owner, class);
        *held = (Held){ .owner = owner, .class = class, .at_ms = note.at_ms, .steady_ms = note.steady_ms };
        memcpy(held->key, key, KEY_BYTES);
    }
    pthread_mutex_unlock(&set->lock);
}

void cache_drop(Cache *cache, int64_t owner, int class)
{
    Set *set = set_of(cache, owner);
    pthread_mutex_lock(&set->lock);
    set->drops++;
    Held *held = held_find(set, owner, class);
    if (held)
        secret_wipe(held, sizeof *held);
    pthread_mutex_unlock(&set->lock);
}
