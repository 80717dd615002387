#include "web/feed.h"

#include "sys/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_MOST_MS = 60000 };

Feed *feed_make(Web *web, FeedKind kind)
{
    Feed *feed = calloc(1, sizeof *feed);
    if (feed == NULL)
        abort();
    feed->web = web;
    feed->kind = kind;
    feed->end = -1;
    feed->due = true;
    feed->began = feed->spoke = clock_ms();
    feed->wait_ms = GROWING_LEAST_MS;
    return feed;
}

char *feed_room(Feed *feed, size_t bytes)
{
    if (feed->out_size < bytes) {
        free(feed->out);
        feed->out = malloc(bytes);
        if (feed->out == NULL)
            abort();
        feed->out_size = bytes;
    }
    feed->out_at = feed->out_length = 0;
    return feed->out;
}

void feed_say(Feed *feed, const char *bytes, size_t count)
{
    char *out = feed_room(feed, count);
    if (count > 0)
        memcpy(out, bytes, count);
    feed->out_length = count;
}

static bool has_something(const Feed *feed)
{
    return feed->out_at < feed->out_length || feed->ended || feed->failed;
}

bool feed_is_silent(const Feed *feed)
{
    return clock_ms() - feed->spoke >= COMMENT_MS;
}

// Many streams of one person wait for the same words: they are written once, until the next ring.
static bool recall(Loop *loop, Feed *feed)
{
    if (loop->memo.text == NULL || feed_is_silent(feed) || loop->memo.account.n != feed->account.n ||
        loop->memo.after != feed->after)
        return false;
    feed_say(feed, loop->memo.text, loop->memo.length);
    feed->after = loop->memo.upto;
    return true;
}

static void forget(Loop *loop)
{
    free(loop->memo.text);
    loop->memo.text = NULL;
}

static void remember(Loop *loop, const Feed *feed, int64_t after)
{
    forget(loop);
    size_t length = feed->after == after ? 0 : feed->out_length;
    loop->memo.text = malloc(length + 1);
    if (loop->memo.text == NULL)
        abort();
    if (length > 0)
        memcpy(loop->memo.text, feed->out, length);
    loop->memo.length = length;
    loop->memo.account = feed->account;
    loop->memo.after = after;
    loop->memo.upto = feed->after;
}

static void fill_task(Task *task)
{
    Feed *feed = (Feed *)(void *)task;
    feed_fill(feed);
    loop_filled(feed->loop, feed);
}

static bool is_local_news(const Feed *feed)
{
    return feed->kind == FEED_NEWS && feed->web->local;
}

static void wait_on(Feed *feed, double now)
{
    if (feed->kind == FEED_NEWS) {
        feed->look_at = feed->spoke + COMMENT_MS > now ? feed->spoke + COMMENT_MS : now + COMMENT_MS;
    } else {
        feed->look_at = now + feed->wait_ms;
        feed->wait_ms = feed->wait_ms * 2 > GROWING_MOST_MS ? GROWING_MOST_MS : feed->wait_ms * 2;
    }
    if (feed->look_at < feed->loop->next_look)
        feed->loop->next_look = feed->look_at;
}

static void wake(Feed *feed)
{
    feed->parked = false;
    MHD_resume_connection(feed->conn->mhd);
}

// Looks for something to give. News of a local database are looked up here and now.
static void look(Feed *feed, double now)
{
    feed->due = false;
    if (is_local_news(feed)) {
        int64_t after = feed->after;
        if (!recall(feed->loop, feed)) {
            feed_fill(feed);
            remember(feed->loop, feed, after);
        }
        if (feed->parked && has_something(feed))
            wake(feed);
        else
            wait_on(feed, now);
        return;
    }
    feed->task.run = fill_task;
    feed->working = pool_add(feed->web->pool, &feed->task, true);
    if (feed->working)
        return;
    feed->failed = true; // we are closing
    if (feed->parked)
        wake(feed);
}

ssize_t feed_give(void *self, uint64_t at, char *bytes, size_t most)
{
    Feed *feed = self;
    (void)at;
    if (is_local_news(feed) && feed->due && !has_something(feed))
        look(feed, clock_ms());
    if (feed->out_at < feed->out_length) {
        size_t count = feed->out_length - feed->out_at < most ? feed->out_length - feed->out_at : most;
        memcpy(bytes, feed->out + feed->out_at, count);
        feed->out_at += count;
        feed->spoke = clock_ms();
        feed->wait_ms = GROWING_LEAST_MS;
        return (ssize_t)count;
    }
    if (feed->failed)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (feed->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (feed->kind == FEED_NEWS && feed->out) {
        free(feed->out); // thousands of them lie idle
        feed->out = NULL;
        feed->out_at = feed->out_length = feed->out_size = 0;
    }
    feed->parked = true;
    MHD_suspend_connection(feed->conn->mhd);
    if (feed->kind != FEED_NEWS || feed->due)
        look(feed, clock_ms());
    else
        wait_on(feed, clock_ms());
    return 0;
}

// ---- the loop's side

static Feed **bucket_of(Loop *loop, int64_t account)
{
    return &loop->streams[(uint64_t)account * 0x9E3779B97F4A7C15u >> (64 - STREAM_BITS)]; // Fibonacci hashing
}

void feed_attach(Feed *feed, Conn *conn)
{
    Loop *loop = conn->loop;
    feed->loop = loop;
    feed->conn = conn;
    feed->next = loop->feeds;
    feed->link = &loop->feeds;
    if (feed->next)
        feed->next->link = &feed->next;
    loop->feeds = feed;
    if (feed->kind != FEED_NEWS)
        return;
    Feed **bucket = bucket_of(loop, feed->account.n);
    feed->next_stream = *bucket;
    feed->stream_link = bucket;
    if (feed->next_stream)
        feed->next_stream->stream_link = &feed->next_stream;
    *bucket = feed;
    atomic_fetch_add(&feed->web->counts.streams, 1);
}

static void feed_detach(Feed *feed)
{
    *feed->link = feed->next;
    if (feed->next)
        feed->next->link = feed->link;
    if (feed->kind != FEED_NEWS)
        return;
    *feed->stream_link = feed->next_stream;
    if (feed->next_stream)
        feed->next_stream->stream_link = feed->stream_link;
    atomic_fetch_sub(&feed->web->counts.streams, 1);
}

void feed_close(void *self)
{
    Feed *feed = self;
    assert(!feed->working);
    if (feed->loop)
        feed_detach(feed);
    blob_reader_close(feed->reader);
    if (feed->wav)
        wav_close(feed->wav);
    if (feed->archive) {
        archive_close(feed->archive);
        archives_leave(&feed->web->archives, feed->account);
    }
    free(feed->out);
    secret_wipe(feed->session, sizeof feed->session);
    free(feed);
}

static void rung(Feed *feed, double now)
{
    feed->due = true;
    if (feed->parked && !feed->working)
        look(feed, now);
}

void feeds_rung(Loop *loop, Str topic, int64_t number)
{
    forget(loop); // what was written before the ring may lack what it rang for
    double now = clock_ms();
    bool news = str_equal(topic, STR("event")), audio = str_equal(topic, STR("audio"));
    if (news) {
        Feed *next, *feed = *bucket_of(loop, number);
        for (; feed; feed = next) {
            next = feed->next_stream;
            if (feed->account.n == number)
                rung(feed, now);
        }
    } else if (audio || topic.length == 0) {
        for (Feed *feed = loop->feeds, *next; feed; feed = next) {
            next = feed->next;
            if (topic.length == 0 || (feed->kind == FEED_BLOB && feed->song.n == number))
                rung(feed, now);
        }
    }
}

static bool waits(const Feed *feed)
{
    return feed->parked && !feed->working;
}

void feeds_look(Loop *loop, double now)
{
    if (now < loop->next_look || now - loop->looked < GROWING_LEAST_MS)
        return;
    forget(loop);
    loop->looked = now;
    loop->next_look = now + LOOK_MOST_MS;
    for (Feed *feed = loop->feeds, *next; feed; feed = next) {
        next = feed->next;
        if (waits(feed) && (feed->due || feed->look_at <= now))
            look(feed, now);
        else if (waits(feed) && feed->look_at < loop->next_look)
            loop->next_look = feed->look_at;
    }
}

double feeds_next(const Loop *loop)
{
    double least = loop->looked + GROWING_LEAST_MS;
    return loop->next_look < least ? least : loop->next_look;
}

// A stream is told to come again, not all at the same moment. A file that is whole goes to its end; who waits
// for a song to grow asks again.
static void end_one(Feed *feed)
{
    if (feed->kind == FEED_NEWS && !feed->ended) {
        char text[40];
        int length =
            snprintf(text, sizeof text, "retry: %d\n\n", RETRY_MS / 2 + (int)(secret_number() % RETRY_MS));
        if (feed->out_at == feed->out_length)
            feed_say(feed, text, (size_t)length);
        feed->ended = true;
    } else if (feed->kind == FEED_BLOB && feed->parked && !has_something(feed)) {
        feed->failed = true;
    }
    if (feed->parked && has_something(feed))
        wake(feed);
}

void feeds_end(Loop *loop)
{
    loop->ending = true;
    for (Feed *feed = loop->feeds, *next; feed; feed = next) {
        next = feed->next;
        if (!feed->working)
            end_one(feed);
    }
}

void feeds_take_filled(Loop *loop)
{
    pthread_mutex_lock(&loop->lock);
    Feed *feed = loop->filled;
    loop->filled = NULL;
    pthread_mutex_unlock(&loop->lock);
    double now = clock_ms();
    for (Feed *next; feed; feed = next) {
        next = feed->next_filled;
        feed->working = false;
        if (loop->ending)
            end_one(feed);
        else if (feed->parked && has_something(feed))
            wake(feed);
        else if (feed->due)
            look(feed, now);
        else
            wait_on(feed, now);
    }
}

void loop_filled(Loop *loop, Feed *feed)
{
    pthread_mutex_lock(&loop->lock);
    feed->next_filled = loop->filled;
    loop->filled = feed;
    pthread_mutex_unlock(&loop->lock);
    loop_wake(loop);
}
