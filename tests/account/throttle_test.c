#include "tests/account/world.h"

#include "account/hash.h"
#include "account/part.h"
#include "sys/gate.h"
#include "sys/secret.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static int64_t take(World *world, const char *who)
{
    Fault fault = { 0 };
    int64_t wait;
    CHECK_OK(throttle_take(world->db, world->vault, test_arena(), "test", str_of(who), 5, MS_MINUTE, &wait,
                           &fault));
    return wait;
}

TEST_BOTH(a_bucket_gives_its_burst_then_one_try_per_refill)
{
    World *world = world_open(engine);
    for (int i = 0; i < 5; i++)
        CHECK_INT(take(world, "ada"), 0);
    int64_t wait = take(world, "ada");
    CHECK(wait > 50 * MS_SECOND && wait <= MS_MINUTE);
    CHECK_INT(take(world, "eve"), 0); // a bucket for each
    world_later(world, MS_MINUTE);
    CHECK_INT(take(world, "ada"), 0);
    CHECK(take(world, "ada") > 0);
    world_later(world, MS_DAY);
    for (int i = 0; i < 5; i++)
        CHECK_INT(take(world, "ada"), 0);
    CHECK(take(world, "ada") > 0);
    world_close(world);
}

TEST_BOTH(a_clock_that_goes_back_opens_no_bucket_and_breaks_none)
{
    World *world = world_open(engine);
    for (int i = 0; i < 5; i++)
        take(world, "ada");
    world_later(world, -MS_HOUR);
    CHECK(take(world, "ada") > 0);
    world_later(world, MS_HOUR + MS_MINUTE);
    CHECK_INT(take(world, "ada"), 0);
    world_close(world);
}

typedef struct Taker {
    World *world;
    int taken;
} Taker;

static void *take_many(void *self)
{
    Taker *taker = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    if (db_take(taker->world->data, &db, &fault)) {
        for (int i = 0; i < 20; i++) {
            int64_t wait = 1;
            if (throttle_take(db, taker->world->vault, &arena, "test", STR("all"), 25, MS_DAY, &wait, &fault))
                taker->taken += wait == 0;
        }
        db_give(db);
    }
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(many_at_once_take_no_more_than_the_bucket_holds)
{
    enum { TAKERS = 6 };
    World *world = world_open(engine);
    Taker takers[TAKERS];
    pthread_t threads[TAKERS];
    int taken = 0;
    for (int i = 0; i < TAKERS; i++) {
        takers[i] = (Taker){ world, 0 };
        CHECK_INT(pthread_create(&threads[i], NULL, take_many, &takers[i]), 0);
    }
    for (int i = 0; i < TAKERS; i++) {
        pthread_join(threads[i], NULL);
        taken += takers[i].taken;
    }
    CHECK_INT(taken, 25);
    world_close(world);
}

// ---- the gate

typedef struct Visitor {
    Gate *gate;
    int places;
    atomic_int *inside, *most;
    bool let_in;
} Visitor;

static void *visit(void *self)
{
    Visitor *v = self;
    v->let_in = gate_enter(v->gate, v->places);
    if (!v->let_in)
        return NULL;
    int now = atomic_fetch_add(v->inside, v->places) + v->places, most = atomic_load(v->most);
    while (now > most && !atomic_compare_exchange_weak(v->most, &most, now))
        ;
    nanosleep(&(struct timespec){ 0, 2000000 }, NULL);
    atomic_fetch_sub(v->inside, v->places);
    gate_leave(v->gate, v->places);
    return NULL;
}

TEST(a_gate_lets_so_many_in_and_turns_away_who_would_wait_too_long)
{
    enum { VISITORS = 40 };
    Gate gate = GATE_INIT(4, 20);
    atomic_int inside = 0, most = 0;
    Visitor visitors[VISITORS];
    pthread_t threads[VISITORS];
    int let_in = 0;
    gate_enter(&gate, 4); // closed until all have come
    for (int i = 0; i < VISITORS; i++) {
        visitors[i] = (Visitor){ &gate, i % 7 == 0 ? 4 : 1, &inside, &most, false };
        CHECK_INT(pthread_create(&threads[i], NULL, visit, &visitors[i]), 0);
    }
    nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
    gate_leave(&gate, 4);
    for (int i = 0; i < VISITORS; i++) {
        pthread_join(threads[i], NULL);
        let_in += visitors[i].let_in;
    }
    CHECK_INT(let_in, 20);
    CHECK(atomic_load(&most) <= 4);
    CHECK_INT(gate.used, 0);
    CHECK_INT(gate.waiting, 0);
}
