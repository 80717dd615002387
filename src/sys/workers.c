// One word, the ticket, says how many pieces there are and which is next. A hand takes a piece by
// counting the ticket up. Whoever has done so knows that the run is not over before its piece is,
// so `work` and `context` stay valid for it.
//
// Sleeping hands are counted, so that a run wakes nobody when all are awake. Both sides first say
// what they are about to do and then look at what the other said (sequentially consistent), so no
// call to wake is ever lost.
#include "sys/workers.h"

#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum {
    LOOKS_MAX = 60,   // how often an idle hand looks before it sleeps, about 60 microseconds
    LOOK_PAUSES = 20, // short waits between two looks
    COUNT_MAX = 1 << 30,
};

typedef struct Pool {
    _Alignas(64) atomic_uint_fast64_t ticket; // count << 32 | next
    _Alignas(64) atomic_int left;             // pieces that are not done
    _Alignas(64) atomic_bool busy;            // a run is going on
    void (*work)(void *context, int index);
    void *context;
    fenv_t modes; // the caller's floating-point modes

    pthread_mutex_t lock;
    pthread_cond_t wake, done;
    atomic_int sleeping; // hands in `wake`
    atomic_bool waiting; // the caller is in `done`
    atomic_bool closing;
    pthread_t threads[HANDS_MAX];
    int thread_count;
} Pool;

static bool has_piece(uint64_t ticket)
{
    return (uint32_t)ticket < ticket >> 32;
}

static void relax(void)
{
#ifdef __x86_64__
    __builtin_ia32_pause();
#else
    atomic_signal_fence(memory_order_seq_cst);
#endif
}

static void pause_shortly(void)
{
    for (int i = 0; i < LOOK_PAUSES; i++)
        relax();
    sched_yield(); // when there are more threads than processors, somebody else may have the work
}

static void finish_piece(Pool *pool)
{
    if (atomic_fetch_sub(&pool->left, 1) != 1 || !atomic_load(&pool->waiting))
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_signal(&pool->done);
    pthread_mutex_unlock(&pool->lock);
}

static void do_pieces(Pool *pool, bool set_modes)
{
    uint64_t ticket = atomic_load(&pool->ticket);
    while (has_piece(ticket)) {
        if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket + 1))
            continue;
        if (set_modes)
            fesetenv(&pool->modes);
        pool->work(pool->context, (int)(uint32_t)ticket);
        finish_piece(pool);
        ticket = atomic_load(&pool->ticket);
    }
}

static bool wanted(Pool *pool)
{
    return has_piece(atomic_load(&pool->ticket)) || atomic_load(&pool->closing);
}

static void sleep_until_wanted(Pool *pool)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        if (wanted(pool))
            return;
        pause_shortly();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->sleeping, 1);
    while (!wanted(pool))
        pthread_cond_wait(&pool->wake, &pool->lock);
    atomic_fetch_sub(&pool->sleeping, 1);
    pthread_mutex_unlock(&pool->lock);
}

static void *hand(void *self)
{
    Pool *pool = self;
    while (!atomic_load(&pool->closing)) {
        do_pieces(pool, true);
        sleep_until_wanted(pool);
    }
    return NULL;
}

static void wake_all(Pool *pool)
{
    if (atomic_load(&pool->sleeping) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

static void wait_until_done(Pool *pool)
{
    for (int i = 0; i < LOOKS_MAX; i++) {
        if (atomic_load(&pool->left) == 0)
            return;
        pause_shortly();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->waiting, true);
    while (atomic_load(&pool->left) > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    atomic_store(&pool->waiting, false);
    pthread_mutex_unlock(&pool->lock);
}

static void run(void *self, int count, void (*work)(void *context, int index), void *context)
{
    Pool *pool = self;
    if (count <= 1 || count > COUNT_MAX || atomic_exchange(&pool->busy, true)) {
        workers_none.run(NULL, count, work, context);
        return;
    }
    pool->work = work;
    pool->context = context;
    fegetenv(&pool->modes);
    atomic_store(&pool->left, count);
    atomic_store(&pool->ticket, (uint64_t)count << 32);
    wake_all(pool);
    do_pieces(pool, false);
    wait_until_done(pool);
    atomic_store(&pool->busy, false);
}

static int processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count < HANDS_MAX ? count : HANDS_MAX;
}

// Signals go to the threads that were there before; the hands never see one.
static void open_threads(Pool *pool, int count)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (pool->thread_count < count &&
           pthread_create(&pool->threads[pool->thread_count], NULL, hand, pool) == 0)
        pool->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

Workers workers_open(int hands)
{
    if (hands <= 0)
        hands = processors();
    if (hands > HANDS_MAX)
        hands = HANDS_MAX;
    Pool *pool = hands > 1 ? aligned_alloc(64, sizeof *pool) : NULL;
    if (pool == NULL)
        return workers_none;

    *pool = (Pool){ .thread_count = 0 };
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->done, NULL);
    open_threads(pool, hands - 1);
    return (Workers){ pool, pool->thread_count + 1, run };
}

void workers_close(Workers *workers)
{
    Pool *pool = workers->self;
    *workers = workers_none;
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    atomic_store(&pool->closing, true);
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
