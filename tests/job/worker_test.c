// The worker with the kitchen: jobs become songs, whatever dies on the way.
#include "tests/job/shop.h"
#include "tests/provider/plate.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

typedef struct Crew {
    Shop shop;
    Worker *worker;
} Crew;

static void crew_start(Crew *crew, int at_a_time)
{
    Fault fault = { 0 };
    WorkerOptions options = { crew->shop.data, crew->shop.vault, crew->shop.blobs, test_kitchen(), NULL,
                              at_a_time };
    CHECK_OK(worker_start(&options, &crew->worker, &fault));
}

static Crew crew_open(TestEngine engine)
{
    (void)test_kitchen(); // forked before there are threads
    Crew crew = { .shop = shop_open(engine) };
    return crew;
}

static void crew_close(Crew *crew)
{
    worker_stop(crew->worker, 60000);
    shop_close(&crew->shop);
}

static Job ask_long(Shop *s, int seconds)
{
    Fault fault = { 0 };
    Job job = { 0 };
    bool again;
    JobOrder order = shop_order(s->ada);
    order.song.settings.seconds = seconds;
    CHECK_OK(job_submit(&s->people, &order, &job, &again, &fault));
    return job;
}

// Until it is over, or `ms` have passed.
static Job wait_over(Shop *s, JobId id, int ms)
{
    double until = clock_ms() + ms;
    Job job = shop_read(s, s->ada, id);
    while (job.ended == 0 && clock_ms() < until) {
        usleep(5000);
        job = shop_read(s, s->ada, id);
    }
    return job;
}

static Job wait_stage(Shop *s, JobId id, const char *stage)
{
    double until = clock_ms() + 60000;
    Job job = shop_read(s, s->ada, id);
    while (!str_equal(job.stage, str_of(stage)) && job.ended == 0 && clock_ms() < until) {
        usleep(2000);
        job = shop_read(s, s->ada, id);
    }
    CHECK_STR(job.stage, stage);
    return job;
}

static Str blob_all(Shop *s, SongId song, const char *kind)
{
    Fault fault = { 0 };
    BlobFacts facts = { .whole = false };
    BlobReader *reader;
    bool found;
    size_t got = 0;
    CHECK_OK(blob_find(s->people.db, test_arena(), song, kind, &facts, &found, &fault));
    if (!found)
        return STR("");
    CHECK(facts.whole);
    CHECK_OK(blob_open(s->blobs, &facts, &reader, &fault));
    char *bytes = arena_take(test_arena(), (size_t)facts.bytes + 1);
    for (int64_t at = 0; at < facts.bytes; at += (int64_t)got)
        CHECK(blob_read(reader, at, bytes + at, (size_t)(facts.bytes - at), &got, &fault) && got > 0);
    blob_reader_close(reader);
    return (Str){ bytes, (size_t)facts.bytes };
}

TEST_BOTH(a_job_becomes_a_song_with_its_files)
{
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 1);
    Job job = shop_ask(s, s->ada);
    Job over = wait_over(s, job.id, 60000);
    CHECK_INT(over.state, JOB_DONE);
    CHECK_INT(over.attempt, 1);
    CHECK_INT(over.progress, 1000);
    CHECK_INT(shop_credits(s, s->ada), 990);

    Fault fault = { 0 };
    LibrarySong song;
    CHECK_OK(song_read(&s->people, s->ada, job.song, &song, &fault));
    CHECK_INT(song.state, SONG_READY);
    CHECK_INT(song.length_ms, 5000);
    CHECK(song.lufs < -5.0 && song.lufs > -30.0);
    CHECK(str_starts(song.brief, STR("{\"genre\":")));
    CHECK(str_starts(blob_all(s, job.song, "mp3"), STR("ID3")));
    CHECK(str_starts(blob_all(s, job.song, "flac"), STR("fLaC")));
    CHECK(str_starts(blob_all(s, job.song, "opus"), STR("OggS")));
    CHECK(str_starts(blob_all(s, job.song, "mid"), STR("MThd")));
    CHECK(str_starts(blob_all(s, job.song, "peaks"), STR("{\"rate\":20,")));
    CHECK(str_starts(blob_all(s, job.song, "recipe"), STR("{\"recipe\":1,")));
    Str news = shop_news(s, s->ada);
    CHECK(str_starts(news, STR("queued stage ")) && str_ends(news, STR(" done")));
    CHECK(str_find(news, STR(" audio "), &(size_t){ 0 }));
    crew_close(&crew);
}

TEST_BOTH(stems_are_a_job_of_their_own)
{
    Fault fault = { 0 };
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 1);
    Job job = shop_ask(s, s->ada), stems = { 0 }, again = { 0 };
    CHECK_FAULT(job_submit_stems(&s->people, s->ada, job.song, &stems, &fault),
                FAULT_CONFLICT); // not ready yet
    CHECK_INT(wait_over(s, job.id, 60000).state, JOB_DONE);
    CHECK_FAULT(job_submit_stems(&s->people, s->bob, job.song, &stems, &fault), FAULT_MISSING);
    CHECK_OK(job_submit_stems(&s->people, s->ada, job.song, &stems, &fault));
    CHECK_STR(stems.kind, "stems");
    CHECK_OK(job_submit_stems(&s->people, s->ada, job.song, &again, &fault));
    CHECK_INT(again.id.n, stems.id.n);
    CHECK_INT(wait_over(s, stems.id, 60000).state, JOB_DONE);
    CHECK(str_starts(blob_all(s, job.song, "stems"), STR("PK\3\4")));
    CHECK_OK(job_submit_stems(&s->people, s->ada, job.song, &again, &fault)); // they are there
    CHECK_INT(again.id.n, stems.id.n);
    CHECK_INT(shop_song(s, s->ada, job.song), SONG_READY);
    crew_close(&crew);
}

TEST_BOTH(an_order_the_engine_refuses_fails_at_once)
{
    Fault fault = { 0 };
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 1);
    Job job = { 0 };
    bool again;
    JobOrder order = shop_order(s->ada);
    order.song.settings.style = STR("no such style");
    CHECK_OK(job_submit(&s->people, &order, &job, &again, &fault));
    Job over = wait_over(s, job.id, 60000);
    CHECK_INT(over.state, JOB_FAILED);
    CHECK_STR(over.reason, "refused");
    CHECK_INT(over.attempt, 1);
    CHECK_INT(shop_credits(s, s->ada), 1000);
    CHECK_INT(shop_song(s, s->ada, job.song), SONG_FAILED);
    crew_close(&crew);
}

TEST_BOTH(a_running_song_stops_when_it_is_cancelled)
{
    Fault fault = { 0 };
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 1);
    Job job = ask_long(s, 600), out = { 0 };
    wait_stage(s, job.id, "playing");
    double asked = clock_ms();
    CHECK_OK(job_cancel(s->people.db, test_arena(), s->ada, job.id, &out, &fault));
    CHECK_INT(out.state, JOB_RUNNING);
    Job over = wait_over(s, job.id, 60000);
    CHECK_INT(over.state, JOB_CANCELLED);
    CHECK(clock_ms() - asked < 3000.0);
    CHECK_INT(shop_credits(s, s->ada), 1000);
    Job next = shop_ask(s, s->ada); // and the next one is made
    CHECK_INT(wait_over(s, next.id, 60000).state, JOB_DONE);
    crew_close(&crew);
}

static void kill_while_playing(TestEngine engine, const char *who)
{
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 1);
    Job job = ask_long(s, 120);
    wait_stage(s, job.id, "playing");
    pid_t warm = kitchen_warm(), song = kitchen_child(warm, "kitchen-song");
    CHECK(warm > 0 && song > 0);
    CHECK_INT(kill(strcmp(who, "song") == 0 ? song : warm, SIGKILL), 0);
    Job over = wait_over(s, job.id, 180000);
    CHECK_INT(over.state, JOB_DONE);
    CHECK_INT(over.attempt, 2);
    CHECK_INT(shop_credits(s, s->ada), 990);
    CHECK(str_starts(blob_all(s, job.song, "mp3"), STR("ID3")));
    crew_close(&crew);
}

TEST_BOTH(a_song_whose_process_is_killed_is_tried_again)
{
    kill_while_playing(engine, "song");
}

TEST_BOTH(a_song_whose_warm_parent_is_killed_is_tried_again)
{
    kill_while_playing(engine, "warm");
}

TEST_BOTH(a_lease_lost_while_playing_stops_the_making_and_another_one_ends_it)
{
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 2);
    Job job = ask_long(s, 120);
    wait_stage(s, job.id, "playing");
    shop_travel(JOB_LEASE_MS + 1000); // as if the worker had slept
    Job over = wait_over(s, job.id, 180000);
    CHECK_INT(over.state, JOB_DONE);
    CHECK(over.attempt == 2);
    CHECK_INT(shop_credits(s, s->ada), 990);
    CHECK_INT(shop_song(s, s->ada, job.song), SONG_READY);
    crew_close(&crew);
}

TEST_BOTH(a_worker_that_stops_gives_back_what_it_cannot_finish)
{
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 1);
    Job job = ask_long(s, 600);
    wait_stage(s, job.id, "playing");
    worker_stop(crew.worker, 0);
    Job left = shop_read(s, s->ada, job.id);
    CHECK_INT(left.state, JOB_QUEUED);
    CHECK_INT(left.attempt, 1);
    CHECK_INT(shop_credits(s, s->ada), 990);
    crew.worker = NULL;
    shop_close(s);
}

TEST_BOTH(an_idle_worker_says_so)
{
    Crew crew = crew_open(engine);
    Shop *s = &crew.shop;
    crew_start(&crew, 2);
    Job one = shop_ask(s, s->ada), two = shop_ask(s, s->ada);
    CHECK_INT(wait_over(s, one.id, 60000).state, JOB_DONE);
    CHECK_INT(wait_over(s, two.id, 60000).state, JOB_DONE);
    for (int tries = 0; tries < 400 && !worker_idle(crew.worker); tries++)
        usleep(5000);
    CHECK(worker_idle(crew.worker));
    crew_close(&crew);
}
