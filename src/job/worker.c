// The worker's threads.
//
//     makers    claim a job, make it, look for the next; asleep they hear the bell, and look each second
//     anyway heart     lengthens the leases of what is being made, and takes back what others let go hands do
//     the chores
#include "job/chores.h"
#include "job/maker.h"

#include "db/bell.h"
#include "sys/clock.h"
#include "sys/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { POLL_MS = 1000, THREADS_MAX = 64, BEAT_LOOK_MS = 500 };

typedef struct Maker {
    Worker *worker;
    pthread_t thread;
    Making *making; // what it is at; under the worker's lock
    double beat_ms; // when its lease was lengthened
} Maker;

struct Worker {
    WorkerOptions options;
    pthread_mutex_t lock;
    pthread_cond_t changed; // rang, stopping, or something ended
    uint64_t rings, mails;
    bool stopping, leaving;
    bool heart_alive; // the heart and the hands end last
    int busy;
    Maker makers[THREADS_MAX];
    int maker_count;
    pthread_t heart, hands;
    Bell *bell;
    Chores chores;
};

static void heard(void *self, Str topic, int64_t number)
{
    Worker *w = self;
    (void)number;
    bool job = str_equal(topic, STR("job")), mail = str_equal(topic, STR("mail"));
    if (!job && !mail)
        return;
    pthread_mutex_lock(&w->lock);
    w->rings += job;
    w->mails += mail;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

// Waits for a change up to `wait_ms`; with the lock.
static void wait_change(Worker *w, double wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanos = until.tv_nsec + (int64_t)(wait_ms > 0.0 ? wait_ms * 1e6 : 0.0);
    until.tv_sec += nanos / 1000000000;
    until.tv_nsec = nanos % 1000000000;
    pthread_cond_timedwait(&w->changed, &w->lock, &until);
}

// ---- makers

static void making_begin(Maker *maker, Making *making)
{
    Worker *w = maker->worker;
    pthread_mutex_lock(&w->lock);
    maker->making = making;
    maker->beat_ms = clock_ms();
    atomic_store(&making->leave, w->leaving);
    pthread_mutex_unlock(&w->lock);
}

static void making_end(Maker *maker)
{
    Worker *w = maker->worker;
    pthread_mutex_lock(&w->lock);
    maker->making = NULL;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

// One job, when there is one.
static bool make_next(Maker *maker, Db *db, bool *found, Fault *fault)
{
    const WorkerOptions *options = &maker->worker->options;
    Arena arena = { 0 };
    Making *making = ARENA_NEW(&arena, Making);
    *making = (Making){
        .kitchen = options->kitchen,
        .blobs = options->blobs,
        .people = { db, options->vault, &arena, STR("") },
    };
    bool good = queue_claim(db, &arena, &making->claim, found, fault);
    if (good && *found) {
        making_begin(maker, making);
        maker_run(making);
        making_end(maker);
    }
    arena_close(&arena);
    return good;
}

static bool look_for_work(Maker *maker, bool *found)
{
    Fault fault = { 0 };
    Db *db;
    *found = false;
    bool good = db_take(maker->worker->options.data, &db, &fault);
    if (good) {
        good = make_next(maker, db, found, &fault);
        db_give(db);
    }
    if (!good)
        log_error("job.no_claim why=\"%s\"", fault.text);
    return good;
}

static void *maker_thread(void *self)
{
    Maker *maker = self;
    Worker *w = maker->worker;
    pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        uint64_t rings = w->rings;
        bool found;
        w->busy++;
        pthread_mutex_unlock(&w->lock);
        bool good = look_for_work(maker, &found);
        pthread_mutex_lock(&w->lock);
        w->busy--;
        pthread_cond_broadcast(&w->changed);
        double until = clock_ms() + POLL_MS;
        while (!w->stopping && !(good && (found || w->rings != rings)) && clock_ms() < until)
            wait_change(w, until - clock_ms());
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

// ---- heart

typedef struct Beat {
    Maker *maker;
    Claim claim;
} Beat;

// What is being made and has waited for its beat; with the lock.
static int beats_due(Worker *w, Beat *due)
{
    int count = 0;
    for (int i = 0; i < w->maker_count; i++) {
        Maker *maker = &w->makers[i];
        if (maker->making && clock_ms() - maker->beat_ms >= JOB_BEAT_MS)
            due[count++] = (Beat){ maker, maker->making->claim };
    }
    return count;
}

// The making may have ended meanwhile, and its maker be at another.
static void beat_heard(Worker *w, const Beat *beat, Grip grip)
{
    pthread_mutex_lock(&w->lock);
    Making *making = beat->maker->making;
    if (making && making->claim.id.n == beat->claim.id.n && making->claim.attempt == beat->claim.attempt) {
        beat->maker->beat_ms = clock_ms();
        if (grip != GRIP_HELD)
            atomic_store(&making->grip, (int)grip);
    }
    pthread_mutex_unlock(&w->lock);
}

static bool beat_all(Worker *w, Db *db, Arena *arena, const Beat *due, int count, Fault *fault)
{
    for (int i = 0; i < count; i++) {
        Grip grip;
        if (!queue_beat(db, arena, &due[i].claim, &grip, fault))
            return fault_while(fault, "lengthening a lease");
        beat_heard(w, &due[i], grip);
    }
    int recovered;
    if (!queue_recover(db, arena, &recovered, fault))
        return false;
    if (recovered)
        log_warn("job.recovered count=%d", recovered);
    return true;
}

static void heart_work(Worker *w, const Beat *due, int count)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    bool good = db_take(w->options.data, &db, &fault);
    if (good) {
        good = beat_all(w, db, &arena, due, count, &fault);
        db_give(db);
    }
    if (!good)
        log_error("job.no_beat why=\"%s\"", fault.text);
    arena_close(&arena);
}

static void *heart_thread(void *self)
{
    Worker *w = self;
    Beat due[THREADS_MAX];
    pthread_mutex_lock(&w->lock);
    while (w->heart_alive) {
        int count = beats_due(w, due);
        pthread_mutex_unlock(&w->lock);
        heart_work(w, due, count);
        pthread_mutex_lock(&w->lock);
        double until = clock_ms() + BEAT_LOOK_MS;
        while (w->heart_alive && clock_ms() < until)
            wait_change(w, until - clock_ms());
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

// ---- hands

static void *hands_thread(void *self)
{
    Worker *w = self;
    uint64_t mails = 0;
    pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        bool mail_now = w->mails != mails;
        mails = w->mails;
        pthread_mutex_unlock(&w->lock);
        chores_run(&w->chores, mail_now);
        pthread_mutex_lock(&w->lock);
        double until = clock_ms() + POLL_MS;
        while (!w->stopping && w->mails == mails && clock_ms() < until)
            wait_change(w, until - clock_ms());
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

// ---- the whole

static void lock_open(Worker *w)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static void start_thread(pthread_t *thread, void *(*body)(void *), void *self)
{
    if (pthread_create(thread, NULL, body, self) != 0) {
        log_error("worker.no_thread");
        abort(); // the supervisor starts us again
    }
}

bool worker_start(const WorkerOptions *options, Worker **out, Fault *fault)
{
    Worker *w = calloc(1, sizeof *w);
    if (w == NULL)
        abort();
    w->options = *options;
    w->chores.options = *options;
    w->heart_alive = true;
    w->maker_count = options->at_a_time < 1             ? 1
                     : options->at_a_time > THREADS_MAX ? THREADS_MAX
                                                        : options->at_a_time;
    lock_open(w);
    if (!bell_open(options->data, heard, w, &w->bell, fault)) {
        free(w);
        return false;
    }
    for (int i = 0; i < w->maker_count; i++) {
        w->makers[i].worker = w;
        start_thread(&w->makers[i].thread, maker_thread, &w->makers[i]);
    }
    start_thread(&w->heart, heart_thread, w);
    start_thread(&w->hands, hands_thread, w);
    *out = w;
    return true;
}

bool worker_idle(const Worker *worker)
{
    Worker *w = (Worker *)(uintptr_t)worker;
    pthread_mutex_lock(&w->lock);
    bool idle = w->busy == 0;
    pthread_mutex_unlock(&w->lock);
    return idle;
}

// Makers end what they are at; after `wait_ms` they leave it.
static void stop_makers(Worker *w, int64_t wait_ms)
{
    double until = clock_ms() + (double)wait_ms;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_broadcast(&w->changed);
    while (w->busy > 0 && clock_ms() < until)
        wait_change(w, until - clock_ms());
    w->leaving = true;
    for (int i = 0; i < w->maker_count; i++)
        if (w->makers[i].making)
            atomic_store(&w->makers[i].making->leave, true);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->maker_count; i++)
        pthread_join(w->makers[i].thread, NULL);
}

void worker_stop(Worker *w, int64_t wait_ms)
{
    if (w == NULL)
        return;
    stop_makers(w, wait_ms);
    pthread_mutex_lock(&w->lock);
    w->heart_alive = false;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->heart, NULL);
    pthread_join(w->hands, NULL);
    bell_close(w->bell);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
