#include "web/pool.h"

#include "sys/clock.h"

#include <pthread.h>
#include <stdlib.h>

struct Pool {
    pthread_mutex_t lock;
    pthread_cond_t news;
    Task *first, *last;
    int waiting;
    bool closing;
    pthread_t threads[POOL_THREADS];
    int count;
};

static Task *next_task(Pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->first == NULL && !pool->closing)
        pthread_cond_wait(&pool->news, &pool->lock);
    Task *task = pool->first;
    if (task) {
        pool->first = task->next;
        pool->last = task->next ? pool->last : NULL;
        pool->waiting--;
    }
    pthread_mutex_unlock(&pool->lock);
    return task;
}

static void *work(void *self)
{
    Task *task;
    while ((task = next_task(self)) != NULL)
        task->run(task);
    return NULL;
}

Pool *pool_open(void)
{
    Pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        abort();
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->news, NULL);
    for (int i = 0; i < POOL_THREADS; i++)
        if (pthread_create(&pool->threads[pool->count], NULL, work, pool) == 0)
            pool->count++;
    return pool;
}

static bool has_room(const Pool *pool, double now)
{
    return pool->waiting < POOL_QUEUE && (pool->first == NULL || now - pool->first->since < POOL_WAIT_MS);
}

bool pool_add(Pool *pool, Task *task, bool must)
{
    double now = clock_ms();
    pthread_mutex_lock(&pool->lock);
    bool taken = !pool->closing && pool->count > 0 && (must || has_room(pool, now));
    if (taken) {
        task->next = NULL;
        task->since = now;
        if (pool->last)
            pool->last->next = task;
        else
            pool->first = task;
        pool->last = task;
        pool->waiting++;
        pthread_cond_signal(&pool->news);
    }
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

int pool_waiting(Pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    int waiting = pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    return waiting;
}

void pool_close(Pool *pool)
{
    if (pool == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->news);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->news);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
