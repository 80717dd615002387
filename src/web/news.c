// A net under the bell. Rings get lost when many come at once (a socket's queue is short), so while there are
// event streams the newest events are looked up a few times a second, and whoever has one that was not seen
// yet is rung for. One look is one statement, however many streams there are.
#include "web/news.h"
#include "web/loop.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <stdlib.h>
#include <time.h>

enum {
    LOOK_MS = 200,
    BACK_MS = 10000, // an event may be committed so long after the time it bears
};

struct NewsNet {
    Web *web;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool stop;
    Arena seen_arena;
    DbRows seen; // account and newest number, by account
};

// The newest number of the account when we last looked; both lists are in the order of accounts.
static int64_t seen_number(const DbRows *seen, int *at, int64_t account)
{
    while (*at < seen->count && db_int(seen, *at, 0) < account)
        (*at)++;
    return *at < seen->count && db_int(seen, *at, 0) == account ? db_int(seen, *at, 1) : 0;
}

static void ring_for(const NewsNet *net, const DbRows *rows)
{
    for (int i = 0, at = 0; i < rows->count; i++) {
        if (db_int(rows, i, 1) == seen_number(&net->seen, &at, db_int(rows, i, 0)))
            continue;
        for (int k = 0; k < net->web->loop_count; k++)
            loop_ring(&net->web->loops[k], STR("event"), db_int(rows, i, 0));
    }
}

static void look(NewsNet *net)
{
    Arena arena = { 0 };
    DbRows rows;
    Db *db;
    Fault fault;
    if (!db_take(net->web->site.data, &db, &fault))
        return; // the streams say so themselves when they look
    bool found = db_list(db, &arena, SQL_WEB_NEWS, DB_ARGS(DB_INT(clock_now() - BACK_MS)), &rows, &fault);
    db_give(db);
    if (!found) {
        log_warn("web.news text=%s", fault.text);
        arena_close(&arena);
        return;
    }
    ring_for(net, &rows);
    arena_close(&net->seen_arena);
    net->seen_arena = arena;
    net->seen = rows;
}

static struct timespec soon(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += LOOK_MS * 1000000L;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

static void *run(void *self)
{
    NewsNet *net = self;
    pthread_mutex_lock(&net->lock);
    while (!net->stop) {
        struct timespec until = soon();
        pthread_cond_timedwait(&net->news, &net->lock, &until);
        if (net->stop || atomic_load(&net->web->counts.streams) == 0)
            continue;
        pthread_mutex_unlock(&net->lock);
        look(net);
        pthread_mutex_lock(&net->lock);
    }
    pthread_mutex_unlock(&net->lock);
    return NULL;
}

bool news_open(Web *web, NewsNet **out, Fault *fault)
{
    NewsNet *net = calloc(1, sizeof *net);
    if (net == NULL)
        abort();
    net->web = web;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&net->news, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&net->lock, NULL);
    if (pthread_create(&net->thread, NULL, run, net) == 0) {
        *out = net;
        return true;
    }
    free(net);
    return fault_set(fault, FAULT_BROKEN, "no thread for news");
}

void news_close(NewsNet *net)
{
    if (net == NULL)
        return;
    pthread_mutex_lock(&net->lock);
    net->stop = true;
    pthread_cond_signal(&net->news);
    pthread_mutex_unlock(&net->lock);
    pthread_join(net->thread, NULL);
    pthread_cond_destroy(&net->news);
    pthread_mutex_destroy(&net->lock);
    arena_close(&net->seen_arena);
    free(net);
}
