// Asking, claiming, ending: the queue without the kitchen.
#include "tests/job/shop.h"

#include <pthread.h>
#include <string.h>

TEST_BOTH(a_job_that_was_asked_for_waits_with_its_song_and_its_credits_held)
{
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    CHECK(job.id.n > 0 && job.song.n > 0);
    Job read = shop_read(&s, s.ada, job.id);
    CHECK_INT(read.state, JOB_QUEUED);
    CHECK_STR(read.stage, "waiting");
    CHECK_STR(read.kind, "song");
    CHECK_INT(read.ahead, 0);
    CHECK_INT(read.credits, 10);
    CHECK_INT(shop_credits(&s, s.ada), 990);
    CHECK_INT(shop_song(&s, s.ada, job.song), SONG_MAKING);
    CHECK_STR(shop_news(&s, s.ada), "queued");
    shop_close(&s);
}

TEST_BOTH(nobody_sees_the_jobs_of_others)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada), out;
    CHECK_FAULT(job_read(s.people.db, test_arena(), s.bob, job.id, &out, &fault), FAULT_MISSING);
    CHECK_FAULT(job_cancel(s.people.db, test_arena(), s.bob, job.id, &out, &fault), FAULT_MISSING);
    CHECK_INT(shop_read(&s, s.ada, job.id).state, JOB_QUEUED);
    CHECK_STR(shop_news(&s, s.bob), "");
    shop_close(&s);
}

TEST_BOTH(the_same_key_and_request_give_the_same_job)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    JobOrder order = shop_order(s.ada);
    Job one = { 0 }, two = { 0 };
    bool again;
    order.once = STR("key 1");
    CHECK_OK(job_submit(&s.people, &order, &one, &again, &fault));
    CHECK(!again);
    order.song.seed = 8; // drawn, not chosen: not part of the request
    CHECK_OK(job_submit(&s.people, &order, &two, &again, &fault));
    CHECK(again);
    CHECK_INT(two.id.n, one.id.n);
    CHECK_INT(shop_credits(&s, s.ada), 990);
    CHECK_STR(shop_news(&s, s.ada), "queued");

    order.song.prompt = STR("a loud piano tune");
    CHECK_FAULT(job_submit(&s.people, &order, &two, &again, &fault), FAULT_CONFLICT);
    order.once = STR("key 2");
    CHECK_OK(job_submit(&s.people, &order, &two, &again, &fault));
    CHECK(two.id.n != one.id.n);
    JobOrder other = shop_order(s.bob); // a key is one person's
    other.once = STR("key 1");
    CHECK_OK(job_submit(&s.people, &other, &two, &again, &fault));
    CHECK(!again);
    shop_close(&s);
}

TEST_BOTH(what_cannot_be_is_refused_before_anything_is_made)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job;
    bool again;
    JobOrder order = shop_order(s.ada);
    order.song.prompt = STR("  ");
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_INPUT);
    order = shop_order(s.ada);
    order.song.settings.seconds = 601;
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_INPUT);
    order = shop_order(s.ada);
    order.song.settings.key = STR("H flat");
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_INPUT);
    order = shop_order(s.ada);
    order.credits = 1001;
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_CREDIT);
    order.song.account = (AccountId){ 1 };
    CHECK(!job_submit(&s.people, &order, &job, &again, &fault));
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    CHECK_STR(shop_news(&s, s.ada), "");
    shop_close(&s);
}

TEST_BOTH(a_person_can_have_fifty_open_jobs)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job;
    bool again;
    for (int i = 0; i < JOB_OPEN_MAX; i++)
        job = shop_ask(&s, s.ada);
    CHECK_INT(shop_read(&s, s.ada, job.id).ahead, JOB_OPEN_MAX - 1);
    JobOrder order = shop_order(s.ada);
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_LIMIT);
    Job *list;
    int count;
    CHECK_OK(job_list_open(s.people.db, test_arena(), s.ada, &list, &count, &fault));
    CHECK_INT(count, JOB_OPEN_MAX);
    CHECK_INT(list[7].ahead, 7);
    shop_ask(&s, s.bob);
    shop_close(&s);
}

TEST_BOTH(a_person_can_ask_for_so_many_songs_in_an_hour)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job;
    bool again;
    JobOrder order = shop_order(s.ada);
    order.credits = 0;
    for (int i = 0; i < JOB_HOUR_MAX; i++) {
        order.song.id.n = 0;
        CHECK_OK(job_submit(&s.people, &order, &job, &again, &fault));
        CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &job, &fault));
        CHECK_INT(job.state, JOB_CANCELLED);
    }
    order.song.id.n = 0;
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_LIMIT);
    shop_ask(&s, s.bob);
    shop_travel(MS_HOUR + MS_SECOND);
    CHECK_OK(job_submit(&s.people, &order, &job, &again, &fault));
    shop_close(&s);
}

TEST_BOTH(many_songs_of_one_person_wait_beside_one_of_another)
{
    Shop s = shop_open(engine);
    for (int i = 0; i < 40; i++)
        shop_ask(&s, s.ada);
    CHECK_INT(shop_claim(&s).account.n, s.ada.n);
    shop_ask(&s, s.bob);
    CHECK_INT(shop_claim(&s).account.n, s.ada.n); // it waited before
    CHECK_INT(shop_claim(&s).account.n, s.bob.n);
    for (int i = 0; i < 5; i++)
        CHECK_INT(shop_claim(&s).account.n, s.ada.n);
    shop_ask(&s, s.bob);
    shop_ask(&s, s.bob);
    int64_t order[6];
    for (int i = 0; i < 6; i++)
        order[i] = shop_claim(&s).account.n;
    CHECK_INT(order[0], s.ada.n);
    CHECK_INT(order[1], s.bob.n);
    CHECK_INT(order[2], s.ada.n);
    CHECK_INT(order[3], s.bob.n);
    CHECK_INT(order[4], s.ada.n);
    shop_close(&s);
}

TEST_BOTH(who_waited_long_ago_is_not_behind_for_it)
{
    Shop s = shop_open(engine);
    for (int i = 0; i < 30; i++)
        shop_ask(&s, s.ada);
    for (int i = 0; i < 30; i++)
        shop_claim(&s);
    for (int i = 0; i < 10; i++)
        shop_ask(&s, s.bob);
    shop_ask(&s, s.ada);
    CHECK_INT(shop_claim(&s).account.n, s.bob.n);
    CHECK_INT(shop_claim(&s).account.n, s.ada.n);
    shop_close(&s);
}

typedef struct Claimer {
    Database *data;
    int64_t claimed[400];
    int count;
    bool good;
} Claimer;

static void *claim_all(void *self)
{
    Claimer *claimer = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    bool found = true;
    claimer->good = db_take(claimer->data, &db, &fault);
    while (claimer->good && found) {
        Claim claim;
        claimer->good = queue_claim(db, &arena, &claim, &found, &fault);
        if (claimer->good && found)
            claimer->claimed[claimer->count++] = claim.id.n;
        // Another one may have been quicker; the queue is empty only when nothing waits.
        DbRows row;
        if (claimer->good && !found)
            claimer->good =
                db_find(db, &arena, SQL_JOB_WAITING, DB_ARGS(DB_INT(clock_now())), &row, &found, &fault);
    }
    db_give(db);
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(eight_threads_claim_each_job_once)
{
    enum { THREADS = 8, JOBS = 200 };
    static Claimer claimers[THREADS];
    pthread_t threads[THREADS];
    Shop s = shop_open(engine);
    for (int i = 0; i < JOBS / 40; i++) {
        AccountId one = shop_person(&s);
        for (int k = 0; k < 40; k++)
            shop_ask(&s, one);
    }
    int total = 0;
    for (int i = 0; i < THREADS; i++) {
        claimers[i] = (Claimer){ .data = s.data };
        CHECK_INT(pthread_create(&threads[i], NULL, claim_all, &claimers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(claimers[i].good);
        total += claimers[i].count;
    }
    CHECK_INT(total, JOBS);
    for (int a = 0; a < THREADS; a++)
        for (int i = 0; i < claimers[a].count; i++)
            for (int b = a; b < THREADS; b++)
                for (int k = b == a ? i + 1 : 0; k < claimers[b].count; k++)
                    CHECK(claimers[a].claimed[i] != claimers[b].claimed[k]);
    shop_close(&s);
}

TEST_BOTH(what_waits_is_cancelled_at_once_and_its_credits_return)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada), out = { 0 };
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &out, &fault));
    CHECK_INT(out.state, JOB_CANCELLED);
    CHECK_STR(out.reason, "cancelled");
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    CHECK_INT(shop_song(&s, s.ada, job.song), SONG_FAILED);
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &out, &fault)); // twice is as once
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    CHECK_STR(shop_news(&s, s.ada), "queued cancelled");
    bool found;
    Claim claim;
    CHECK_OK(queue_claim(s.people.db, test_arena(), &claim, &found, &fault));
    CHECK(!found);
    shop_close(&s);
}

TEST_BOTH(what_runs_is_told_to_stop)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada), out = { 0 };
    Claim claim = shop_claim(&s);
    Grip grip;
    CHECK_OK(queue_tell(s.people.db, test_arena(), &claim, "progress", STR("playing"), 100, &grip, &fault));
    CHECK_INT(grip, GRIP_HELD);
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &out, &fault));
    CHECK_INT(out.state, JOB_RUNNING);
    CHECK_INT(out.progress, 100);
    CHECK_OK(queue_tell(s.people.db, test_arena(), &claim, "progress", STR("playing"), 200, &grip, &fault));
    CHECK_INT(grip, GRIP_STOP);
    CHECK_OK(queue_beat(s.people.db, test_arena(), &claim, &grip, &fault));
    CHECK_INT(grip, GRIP_STOP);
    CHECK_OK(db_begin(s.people.db, &fault)); // it cannot be done any more
    CHECK_OK(queue_done(s.people.db, test_arena(), &claim, &grip, &fault));
    CHECK_INT(grip, GRIP_LOST);
    db_rollback(s.people.db);
    CHECK_OK(queue_end(s.people.db, test_arena(), &claim, JOB_CANCELLED, "cancelled", QUEUE_ANY_LEASE, &grip,
                       &fault));
    CHECK_INT(grip, GRIP_HELD);
    CHECK_INT(shop_read(&s, s.ada, job.id).state, JOB_CANCELLED);
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    shop_close(&s);
}

TEST_BOTH(what_is_done_cannot_be_cancelled)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada), out = { 0 };
    Claim claim = shop_claim(&s);
    Grip grip;
    CHECK_OK(db_begin(s.people.db, &fault));
    CHECK_OK(queue_done(s.people.db, test_arena(), &claim, &grip, &fault));
    CHECK_OK(db_commit(s.people.db, &fault));
    CHECK_FAULT(job_cancel(s.people.db, test_arena(), s.ada, job.id, &out, &fault), FAULT_CONFLICT);
    CHECK_INT(shop_read(&s, s.ada, job.id).state, JOB_DONE);
    CHECK_INT(shop_credits(&s, s.ada), 990);
    CHECK_STR(shop_news(&s, s.ada), "queued stage done");
    shop_close(&s);
}

static void let_leases_end(Shop *s, int wanted)
{
    Fault fault = { 0 };
    int recovered = 0;
    shop_travel(JOB_LEASE_MS + 10);
    CHECK_OK(queue_recover(s->people.db, test_arena(), &recovered, &fault));
    CHECK_INT(recovered, wanted);
}

TEST_BOTH(a_lease_that_is_over_gives_the_job_to_another_and_the_late_worker_writes_nothing)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    Claim late = shop_claim(&s);
    Grip grip;
    let_leases_end(&s, 1);
    CHECK_INT(shop_read(&s, s.ada, job.id).state, JOB_QUEUED);
    shop_travel(1000);
    Claim next = shop_claim(&s);
    CHECK_INT(next.id.n, late.id.n);
    CHECK_INT(next.attempt, 2);

    CHECK_OK(queue_beat(s.people.db, test_arena(), &late, &grip, &fault));
    CHECK_INT(grip, GRIP_LOST);
    CHECK_OK(queue_tell(s.people.db, test_arena(), &late, "progress", STR("playing"), 999, &grip, &fault));
    CHECK_INT(grip, GRIP_LOST);
    CHECK_OK(queue_failed(s.people.db, test_arena(), &late, "engine", QUEUE_ANY_LEASE, &grip, &fault));
    CHECK_INT(grip, GRIP_LOST);
    CHECK_OK(db_begin(s.people.db, &fault));
    CHECK_OK(queue_done(s.people.db, test_arena(), &late, &grip, &fault));
    CHECK_INT(grip, GRIP_LOST);
    db_rollback(s.people.db);
    Job read = shop_read(&s, s.ada, job.id);
    CHECK_INT(read.state, JOB_RUNNING);
    CHECK_INT(read.progress, 0);
    CHECK_INT(read.attempt, 2);
    CHECK_STR(shop_news(&s, s.ada), "queued stage queued stage");
    shop_close(&s);
}

TEST_BOTH(a_lease_that_is_lengthened_is_not_over)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Grip grip;
    int recovered;
    shop_ask(&s, s.ada);
    Claim claim = shop_claim(&s);
    for (int i = 0; i < 6; i++) {
        shop_travel(JOB_BEAT_MS);
        CHECK_OK(queue_beat(s.people.db, test_arena(), &claim, &grip, &fault));
        CHECK_INT(grip, GRIP_HELD);
        CHECK_OK(queue_recover(s.people.db, test_arena(), &recovered, &fault));
        CHECK_INT(recovered, 0);
    }
    shop_close(&s);
}

TEST_BOTH(after_three_attempts_a_job_fails_once_and_its_credits_return_once)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    for (int i = 1; i <= JOB_ATTEMPTS; i++) {
        CHECK_INT(shop_claim(&s).attempt, i);
        let_leases_end(&s, 1);
        shop_travel(3000);
    }
    Job read = shop_read(&s, s.ada, job.id);
    CHECK_INT(read.state, JOB_FAILED);
    CHECK_STR(read.reason, "engine");
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    CHECK_INT(shop_song(&s, s.ada, job.song), SONG_FAILED);
    CHECK_STR(shop_news(&s, s.ada), "queued stage queued stage queued stage failed");
    let_leases_end(&s, 0);
    Claim claim;
    bool found;
    CHECK_OK(queue_claim(s.people.db, test_arena(), &claim, &found, &fault));
    CHECK(!found);
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    shop_close(&s);
}

TEST_BOTH(a_worker_that_died_with_a_job_that_was_to_stop_leaves_it_cancelled)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada), out;
    shop_claim(&s);
    CHECK_OK(job_cancel(s.people.db, test_arena(), s.ada, job.id, &out, &fault));
    let_leases_end(&s, 1);
    CHECK_INT(shop_read(&s, s.ada, job.id).state, JOB_CANCELLED);
    CHECK_INT(shop_credits(&s, s.ada), 1000);
    shop_close(&s);
}

TEST_BOTH(news_are_swept_after_an_hour_and_their_numbers_go_on)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    int64_t removed = 0, newest = 0;
    shop_ask(&s, s.ada);
    shop_travel(MS_HOUR + 1);
    shop_ask(&s, s.ada);
    CHECK_OK(event_sweep(s.people.db, &removed, &fault));
    CHECK_INT(removed, 1);
    CHECK_OK(event_newest(s.people.db, s.ada, &newest, &fault));
    CHECK_INT(newest, 2);
    Event *list;
    int count;
    CHECK_OK(event_list(s.people.db, test_arena(), s.ada, 0, &list, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_INT(list[0].number, 2);
    CHECK_OK(event_list(s.people.db, test_arena(), s.ada, 2, &list, &count, &fault));
    CHECK_INT(count, 0);
    shop_close(&s);
}

TEST_BOTH(variants_are_versions_side_by_side_all_or_none)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    JobOrder order = shop_order(s.ada);
    LibrarySong first;
    SongPage tree;
    Job job;
    bool again;
    order.variants = 4;
    order.once = STR("four");
    CHECK_OK(job_submit(&s.people, &order, &job, &again, &fault));
    CHECK_INT(shop_credits(&s, s.ada), 960);
    CHECK_OK(song_read(&s.people, s.ada, job.song, &first, &fault));
    CHECK_OK(song_versions(&s.people, s.ada, first.root, &tree, &fault));
    CHECK_INT(tree.count, 4);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(tree.list[i].root.n, first.id.n);
        CHECK_INT(tree.list[i].seed, order.song.seed + (uint64_t)i);
    }
    CHECK_OK(job_submit(&s.people, &order, &job, &again, &fault));
    CHECK(again);
    CHECK_INT(job.song.n, first.id.n);
    Job *list;
    int count;
    CHECK_OK(job_variants(s.people.db, test_arena(), &job, 4, &list, &count, &fault));
    CHECK_INT(count, 4);
    for (int i = 0; i < 4; i++)
        CHECK_INT(list[i].song.n, tree.list[i].id.n);
    order.credits = 241; // four of them are more than there is
    order.once = STR("");
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_CREDIT);
    CHECK_INT(shop_credits(&s, s.ada), 960);
    order.variants = 5;
    CHECK_FAULT(job_submit(&s.people, &order, &job, &again, &fault), FAULT_INPUT);
    shop_close(&s);
}
