// Songs for whoever has no account: short, found by a secret, gone within the hour.
#include "job/guest.h"

#include "tests/job/shop.h"

#include <string.h>

static LibrarySong guest_song(Shop *s, Str *secret)
{
    LibrarySong song = { 0 };
    Fault fault = { 0 };
    CHECK_OK(guest_make(&s->people, STR("a small waltz for harp"), secret, &fault));
    CHECK_OK(guest_find(&s->people, *secret, &song, &fault));
    return song;
}

TEST_BOTH(a_guest_hears_a_short_song_and_nobody_pays)
{
    Shop s = shop_open(engine);
    Fault fault = { 0 };
    Str secret;
    LibrarySong song = guest_song(&s, &secret), other;
    Claim claim;
    bool found = false;
    CHECK_INT(song.state, SONG_MAKING);
    CHECK_INT(song.settings.seconds, GUEST_SECONDS);
    CHECK_STR(song.prompt, "a small waltz for harp");
    CHECK_OK(queue_claim(s.people.db, test_arena(), &claim, &found, &fault));
    CHECK(found);
    CHECK_INT(claim.song.n, song.id.n);
    CHECK_INT(claim.credits, 0);
    CHECK_FAULT(song_read(&s.people, s.ada, song.id, &other, &fault), FAULT_MISSING);
    shop_close(&s);
}

TEST_BOTH(what_a_member_shares_is_no_song_of_a_guest)
{
    Shop s = shop_open(engine);
    Fault fault = { 0 };
    LibrarySong song;
    Share share;
    Job job = shop_ask(&s, s.ada);
    CHECK_OK(share_make(&s.people, s.ada, job.song, 1, &share, &fault));
    CHECK_FAULT(guest_find(&s.people, share.slug, &song, &fault), FAULT_MISSING);
    CHECK_FAULT(guest_find(&s.people, STR("0123456789012345678901"), &song, &fault), FAULT_MISSING);
    shop_close(&s);
}

TEST_BOTH(a_guest_cannot_describe_at_length)
{
    Shop s = shop_open(engine);
    Fault fault = { 0 };
    Str secret;
    char words[GUEST_CHARS_MAX + 2];
    memset(words, 'a', sizeof words);
    CHECK_FAULT(guest_make(&s.people, (Str){ words, GUEST_CHARS_MAX + 1 }, &secret, &fault), FAULT_INPUT);
    CHECK_FAULT(guest_make(&s.people, STR("   "), &secret, &fault), FAULT_INPUT);
    CHECK_OK(guest_make(&s.people, (Str){ words, GUEST_CHARS_MAX }, &secret, &fault));
    shop_close(&s);
}

TEST_BOTH(guests_together_have_as_many_songs_open_as_one_person)
{
    Shop s = shop_open(engine);
    Fault fault = { 0 };
    Str secret;
    for (int i = 0; i < JOB_OPEN_MAX; i++)
        CHECK_OK(guest_make(&s.people, STR("a polka"), &secret, &fault));
    CHECK_FAULT(guest_make(&s.people, STR("a polka"), &secret, &fault), FAULT_LIMIT);
    CHECK(strstr(fault.text, "Many people") != NULL);
    CHECK_INT(shop_ask(&s, s.ada).state, JOB_QUEUED); // members go on
    shop_close(&s);
}

TEST_BOTH(songs_of_guests_are_gone_within_the_hour_and_others_stay)
{
    Shop s = shop_open(engine);
    Fault fault = { 0 };
    Str secret;
    int64_t swept = 0;
    LibrarySong song = guest_song(&s, &secret), example, style, read;
    Job job = shop_ask(&s, s.ada);
    CHECK_OK(guest_example(&s.people, 1, &example, &fault));
    CHECK_OK(song_ended(s.people.db, song.id, SONG_READY, -14.0, &fault));
    CHECK_OK(song_ended(s.people.db, example.id, SONG_READY, -14.0, &fault));
    CHECK_OK(guest_style(&s.people, STR("waltz"), &style, &fault));
    CHECK_OK(song_ended(s.people.db, style.id, SONG_READY, -14.0, &fault));
    CHECK_OK(song_ended(s.people.db, job.song, SONG_READY, -14.0, &fault));
    shop_travel(GUEST_KEPT_MS - 1000);
    CHECK_OK(guest_sweep(&s.people, &swept, &fault));
    CHECK_INT(swept, 0);
    shop_travel(2000);
    CHECK_OK(guest_sweep(&s.people, &swept, &fault));
    CHECK_INT(swept, 1);
    CHECK_FAULT(guest_find(&s.people, secret, &read, &fault), FAULT_MISSING);
    CHECK_OK(song_read(&s.people, s.ada, job.song, &read, &fault));
    CHECK_OK(guest_example(&s.people, 1, &read, &fault));
    CHECK_INT(read.state, SONG_READY);
    CHECK_OK(guest_style(&s.people, STR("waltz"), &read, &fault));
    CHECK_INT(read.state, SONG_READY);
    CHECK_INT(read.settings.seconds, GUEST_STYLE_SECONDS);
    shop_close(&s);
}

TEST_BOTH(an_example_is_made_once_and_again_when_it_failed)
{
    Shop s = shop_open(engine);
    Fault fault = { 0 };
    LibrarySong first, again;
    Job job, other;
    bool found = false;
    CHECK_OK(guest_example(&s.people, 2, &first, &fault));
    CHECK_STR(first.title, examples[1].title);
    CHECK_OK(job_of_song(s.people.db, test_arena(), first.id, &job, &found, &fault));
    CHECK_OK(guest_example(&s.people, 2, &again, &fault));
    CHECK_OK(job_of_song(s.people.db, test_arena(), first.id, &other, &found, &fault));
    CHECK_INT(other.id.n, job.id.n);
    CHECK_OK(job_cancel(s.people.db, test_arena(), first.account, job.id, &job, &fault));
    CHECK_OK(guest_example(&s.people, 2, &again, &fault));
    CHECK_INT(again.state, SONG_MAKING);
    shop_close(&s);
}
