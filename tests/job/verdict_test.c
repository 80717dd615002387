// What a song costs that came out bad: nothing, and its owner reads why.
#include "job/maker.h"
#include "tests/job/shop.h"

// What the kitchen would leave behind when it is done.
static Grip settle(Shop *s, const Claim *claim, Verdict verdict, int64_t length_ms)
{
    Fault fault = { 0 };
    Grip grip = GRIP_HELD;
    Making *m = ARENA_NEW(test_arena(), Making);
    *m = (Making){ .blobs = s->blobs,
                   .people = s->people,
                   .claim = *claim,
                   .order = { .seconds = 5 },
                   .length_ms = 5000,
                   .stage = "finishing",
                   .facts = { -14.0, -1.0, length_ms, verdict } };
    CHECK_OK(maker_settle(m, &grip, &fault));
    return grip;
}

static Str why_returned(Shop *s)
{
    Fault fault = { 0 };
    CreditLine *lines;
    int count;
    CHECK_OK(credit_lines(s->people.db, test_arena(), s->ada, 0, 10, &lines, &count, &fault));
    for (int i = 0; i < count; i++)
        if (lines[i].kind == CREDIT_RETURN)
            return lines[i].why;
    return STR("");
}

static Str why_told(Shop *s)
{
    Fault fault = { 0 };
    Event *list;
    int count;
    CHECK_OK(event_list(s->people.db, test_arena(), s->ada, 0, &list, &count, &fault));
    CHECK(count > 0);
    CHECK_STR(list[count - 1].kind, "failed");
    return list[count - 1].reason;
}

static void check_is_over(Shop *s, const Job *job, const char *reason, int attempts)
{
    Job over = shop_read(s, s->ada, job->id);
    CHECK_INT(over.state, JOB_FAILED);
    CHECK_STR(over.reason, reason);
    CHECK_INT(over.attempt, attempts);
    CHECK_INT(shop_credits(s, s->ada), 1000);
    CHECK_INT(shop_song(s, s->ada, job->song), SONG_FAILED);
    CHECK_STR(why_returned(s), reason);
    CHECK_STR(why_told(s), reason);
}

static void check_is_free_at_once(Shop *s, Verdict verdict, int64_t length_ms, const char *reason)
{
    Job job = shop_ask(s, s->ada);
    CHECK_INT(shop_credits(s, s->ada), 990);
    Claim claim = shop_claim(s);
    CHECK_INT(settle(s, &claim, verdict, length_ms), GRIP_HELD);
    check_is_over(s, &job, reason, 1);
}

TEST_BOTH(a_song_that_came_out_bad_is_free_at_once_and_says_why)
{
    Shop s = shop_open(engine);
    check_is_free_at_once(&s, VERDICT_SILENT, 5000, "silent");
    check_is_free_at_once(&s, VERDICT_CLIPPED, 5000, "clipped");
    check_is_free_at_once(&s, VERDICT_ABRUPT, 5000, "abrupt");
    check_is_free_at_once(&s, VERDICT_GOOD, 6001, "length");
    check_is_free_at_once(&s, VERDICT_GOOD, 3999, "length");
    shop_close(&s);
}

TEST_BOTH(files_that_cannot_be_played_are_made_again_and_then_free)
{
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    for (int attempt = 1; attempt <= JOB_ATTEMPTS; attempt++) {
        CHECK_INT(shop_credits(&s, s.ada), 990);
        shop_travel(MS_MINUTE);
        Claim claim = shop_claim(&s);
        CHECK_INT(claim.attempt, attempt);
        CHECK_INT(settle(&s, &claim, VERDICT_UNDECODABLE, 5000), GRIP_HELD);
    }
    check_is_over(&s, &job, "undecodable", JOB_ATTEMPTS);
    shop_close(&s);
}

TEST_BOTH(a_good_song_is_charged)
{
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    Claim claim = shop_claim(&s);
    CHECK_INT(settle(&s, &claim, VERDICT_GOOD, 5900), GRIP_HELD);
    Job over = shop_read(&s, s.ada, job.id);
    CHECK_INT(over.state, JOB_DONE);
    CHECK_STR(over.reason, "");
    CHECK_INT(shop_credits(&s, s.ada), 990);
    CHECK_INT(shop_song(&s, s.ada, job.song), SONG_READY);
    shop_close(&s);
}

TEST_BOTH(a_bad_song_of_another_attempt_changes_nothing)
{
    Shop s = shop_open(engine);
    Job job = shop_ask(&s, s.ada);
    Claim claim = shop_claim(&s);
    claim.attempt++;
    CHECK_INT(settle(&s, &claim, VERDICT_SILENT, 5000), GRIP_LOST);
    CHECK_INT(shop_read(&s, s.ada, job.id).state, JOB_RUNNING);
    CHECK_INT(shop_credits(&s, s.ada), 990);
    shop_close(&s);
}
