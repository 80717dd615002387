// The fuse: no clock that is wrong destroys anything.
#include "tests/job/shop.h"

#include "job/fuse.h"

static bool may(Shop *s, Fuse *fuse)
{
    Fault fault = { 0 };
    bool answer = false;
    CHECK_OK(fuse_check(fuse, s->people.db, test_arena(), &answer, &fault));
    return answer;
}

static void let_watch_pass(Fuse *fuse) // the clock that only counts cannot travel: the beginning does
{
    fuse->steady -= MS_DAY;
    fuse->wall -= MS_DAY;
}

TEST_BOTH(a_clock_that_runs_as_it_should_may_destroy)
{
    Shop s = shop_open(engine);
    Fuse fuse = { 0 };
    CHECK(may(&s, &fuse)); // nothing was noted yet
    shop_travel(23 * MS_HOUR);
    CHECK(may(&s, &fuse));
    shop_travel(23 * MS_HOUR); // slowly, each time noted
    let_watch_pass(&fuse);
    CHECK(may(&s, &fuse));
    shop_close(&s);
}

TEST_BOTH(a_clock_that_jumps_ten_years_ahead_destroys_nothing_for_a_day)
{
    Shop s = shop_open(engine);
    Fuse fuse = { 0 };
    CHECK(may(&s, &fuse));
    shop_travel(3650 * (int64_t)MS_DAY);
    CHECK(!may(&s, &fuse));
    CHECK(!may(&s, &fuse)); // asking twice changes nothing
    shop_travel(-3650 * (int64_t)MS_DAY);
    CHECK(may(&s, &fuse)); // set right: at once
    shop_close(&s);
}

TEST_BOTH(a_clock_that_was_wrong_at_the_start_already_destroys_nothing_for_a_day)
{
    Shop s = shop_open(engine);
    Fuse before = { 0 }, after = { 0 };
    CHECK(may(&s, &before));
    shop_travel(40 * (int64_t)MS_DAY); // or the machine was off
    CHECK(!may(&s, &after));
    let_watch_pass(&after);
    CHECK(may(&s, &after));
    CHECK(may(&s, &(Fuse){ 0 })); // which is noted
    shop_close(&s);
}

TEST_BOTH(a_day_of_watching_begins_again_with_each_jump)
{
    Shop s = shop_open(engine);
    Fuse fuse = { 0 };
    CHECK(may(&s, &fuse));
    let_watch_pass(&fuse);
    shop_travel(3 * (int64_t)MS_DAY);
    CHECK(!may(&s, &fuse));
    shop_travel(-9 * (int64_t)MS_DAY);
    CHECK(!may(&s, &fuse));
    let_watch_pass(&fuse);
    CHECK(may(&s, &fuse));
    shop_close(&s);
}

TEST_BOTH(a_lease_of_a_clock_that_was_set_back_lasts_no_longer_than_a_new_one)
{
    Fault fault = { 0 };
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    Claim claim = shop_claim(&s);
    Grip grip;
    int recovered;
    shop_travel(-MS_HOUR);
    CHECK_OK(queue_recover(s.people.db, test_arena(), &recovered, &fault));
    CHECK_INT(recovered, 0); // whoever holds it may live
    CHECK_OK(queue_beat(s.people.db, test_arena(), &claim, &grip, &fault));
    CHECK_INT(grip, GRIP_HELD);
    shop_travel(JOB_LEASE_MS + 10);
    CHECK_OK(queue_recover(s.people.db, test_arena(), &recovered, &fault));
    CHECK_INT(recovered, 1);
    shop_travel(-2 * MS_HOUR); // what was put off for a moment is not put off for hours
    CHECK_INT(shop_claim(&s).id.n, job.id.n);
    shop_close(&s);
}
