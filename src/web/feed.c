// Feed: an answer that is made while it is sent: a song out of its blob, news of jobs.
//
//     given ──> (something is there) ──> given ...
//       └─────> parked: the connection sleeps ──filled by the pool or the loop──> woken
//
// libmicrohttpd asks; when there is nothing, the connection sleeps until a bell or the clock says to look
// again. All of a feed belongs to its loop's thread, except that the pool has it alone while it is `working`.
#include "web/loop.h"

#include "base/jsonout.h"
#include "song/wav.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILL_BYTES = 64 << 10, // read of a blob at a time
    NEWS_BYTES_MAX = 1 << 20,
    GROWING_LEAST_MS = 100, // how long to wait before looking whether a blob has grown
    GROWING_MOST_MS = 1000,
    QUEUED_MOST_MS = 60000, // how long to wait for a song that has not begun
    LOOK_MOST_MS = 60000,
    COMMENT_MS = 15000, // so often a stream says something, or its peer is found to be gone
    RETRY_MS = 3000,
    STREAM_BUCKETS = sizeof((Loop *)0)->streams / sizeof(Feed *),
};

typedef enum FeedKind { FEED_NEWS, FEED_BLOB } FeedKind;

struct Feed {
    Task task; // first
    FeedKind kind;
    Web *web;
    Loop *loop; // NULL until it is attached
    Conn *conn;
    Feed *next, **link;               // of the loop's feeds
    Feed *next_stream, **stream_link; // of those of an account
    Feed *next_filled;
    bool parked, working, ended, failed;
    bool due;       // look, even if it is not time yet
    double look_at; // clock_ms
    char *out;
    size_t out_at, out_length, out_size;
    // news
    AccountId account;
    int64_t after;
    double spoke;             // when something was last said
    char session[TOKEN_TEXT]; // whose; it ends when that does
    bool has_session;
    // blobs
    SongId song;     // whose rings are heard
    BlobFacts facts; // id 0: a song's MP3 that has not begun
    BlobReader *reader;
    Wav *wav;        // NULL, or what decodes the FLAC file that is given as WAV
    int64_t at, end; // the bytes to send: at .. end - 1; end -1: as far as it goes
    double wait_ms, began;
};

static Feed *feed_make(Web *web, FeedKind kind)
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

static char *room(Feed *feed, size_t bytes)
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

static void say(Feed *feed, const char *bytes, size_t count)
{
    char *out = room(feed, count);
    if (count > 0)
        memcpy(out, bytes, count);
    feed->out_length = count;
}

static bool has_something(const Feed *feed)
{
    return feed->out_at < feed->out_length || feed->ended || feed->failed;
}

// ---- news

static void write_event(Arena *arena, Buf *buf, const Event *event)
{
    JsonOut json = { .buf = buf };
    buf_print(buf, "id: %" PRId64 "\nevent: ", event->number);
    buf_text(buf, event->kind);
    buf_text(buf, STR("\ndata: "));
    jsonout_open(&json, '{');
    jsonout_key(&json, "job");
    jsonout_str(&json, id_text(arena, event->job.n));
    jsonout_key(&json, "song");
    jsonout_str(&json, id_text(arena, event->song.n));
    jsonout_key(&json, "kind");
    jsonout_str(&json, event->kind);
    jsonout_key(&json, "stage");
    jsonout_str(&json, event->stage);
    jsonout_key(&json, "progress");
    jsonout_int(&json, event->progress);
    jsonout_key(&json, "reason");
    jsonout_str(&json, event->reason);
    jsonout_key(&json, "at_ms");
    jsonout_int(&json, event->at);
    jsonout_close(&json, '}');
    buf_text(buf, STR("\n\n"));
}

static bool session_lives(Feed *feed, Db *db, Arena *arena, Fault *fault)
{
    Session session;
    bool found = true;
    if (feed->has_session &&
        !session_find(db, arena, (Str){ feed->session, sizeof feed->session }, &session, &found, fault))
        return false;
    feed->ended = feed->ended || !found;
    return true;
}

static bool is_silent(const Feed *feed)
{
    return clock_ms() - feed->spoke >= COMMENT_MS;
}

static bool fill_news(Feed *feed, Db *db, Arena *arena, Fault *fault)
{
    Event *events;
    int count;
    bool silent = is_silent(feed);
    if (silent && !session_lives(feed, db, arena, fault))
        return false;
    if (!event_list(db, arena, feed->account, feed->after, &events, &count, fault))
        return false;
    if (count > 0) {
        Buf buf = buf_make(arena, NEWS_BYTES_MAX);
        for (int i = 0; i < count; i++)
            write_event(arena, &buf, &events[i]);
        feed->after = events[count - 1].number;
        say(feed, buf.data, buf.length);
    } else if (silent) {
        say(feed, ":\n\n", 3);
    }
    return true;
}

// Many streams of one person wait for the same words: they are written once, until the next ring.
static bool recall(Loop *loop, Feed *feed)
{
    if (loop->memo.text == NULL || is_silent(feed) || loop->memo.account.n != feed->account.n ||
        loop->memo.after != feed->after)
        return false;
    say(feed, loop->memo.text, loop->memo.length);
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

// ---- blobs

// "growing", "whole", "damaged", "condemned"; "" when the row is gone
static bool blob_state(Feed *feed, Db *db, Arena *arena, Str *state, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_WEB_BLOB, DB_ARGS(DB_INT(feed->facts.id.n)), &row, &found, fault))
        return false;
    *state = found ? db_text(&row, 0, 0) : STR("");
    feed->facts.bytes = found ? db_int(&row, 0, 1) : 0;
    return true;
}

static bool open_reader(Feed *feed, Fault *fault)
{
    blob_reader_close(feed->reader);
    feed->reader = NULL;
    return blob_open(feed->web->site.blobs, &feed->facts, &feed->reader, fault);
}

// A song that was asked for and has no sound yet: its job is waiting, or has ended otherwise.
static bool find_song(Feed *feed, Db *db, Arena *arena, Fault *fault)
{
    Job job;
    bool found;
    SongId song = feed->song;
    if (!blob_find(db, arena, song, "mp3", &feed->facts, &found, fault))
        return false;
    if (found)
        return open_reader(feed, fault);
    feed->facts = (BlobFacts){ 0 };
    if (!job_of_song(db, arena, song, &job, &found, fault))
        return false;
    feed->ended = !found || job.state == JOB_FAILED || job.state == JOB_CANCELLED ||
                  clock_ms() - feed->began > QUEUED_MOST_MS;
    return true;
}

static bool read_some(Feed *feed, Fault *fault)
{
    size_t wanted = FILL_BYTES, got = 0;
    if (feed->end >= 0 && feed->end - feed->at < FILL_BYTES)
        wanted = (size_t)(feed->end - feed->at);
    char *bytes = room(feed, FILL_BYTES);
    bool read = feed->wav ? wav_read(feed->wav, feed->at, bytes, wanted, &got, fault)
                          : blob_read(feed->reader, feed->at, bytes, wanted, &got, fault);
    if (!read)
        return false;
    feed->at += (int64_t)got;
    feed->out_length = got;
    return true;
}

static bool fill_blob(Feed *feed, Db *db, Arena *arena, Fault *fault)
{
    if (feed->wav) {
        bool read = read_some(feed, fault);
        feed->ended = read && feed->out_length == 0;
        return read;
    }
    if (feed->reader == NULL &&
        !(feed->facts.id.n ? open_reader(feed, fault) : find_song(feed, db, arena, fault)))
        return false;
    if (feed->reader == NULL)
        return true;
    if (!read_some(feed, fault))
        return false;
    if (feed->out_length > 0)
        return true;
    if (feed->facts.whole) {
        feed->ended = true;
        return true;
    }
    Str state;
    if (!blob_state(feed, db, arena, &state, fault))
        return false;
    if (str_equal(state, STR("growing")))
        return true;
    feed->failed = !str_equal(state, STR("whole"));
    feed->facts.whole = !feed->failed;
    if (feed->failed || !open_reader(feed, fault) || !read_some(feed, fault))
        return feed->failed;
    feed->ended = feed->out_length == 0;
    return true;
}

// ---- filling, on the loop or on the pool

static void fill_with(Feed *feed, Db *db)
{
    Arena arena = { 0 };
    Fault fault;
    bool done =
        feed->kind == FEED_NEWS ? fill_news(feed, db, &arena, &fault) : fill_blob(feed, db, &arena, &fault);
    if (!done) {
        log_warn("web.feed kind=%s text=%s", feed->kind == FEED_NEWS ? "news" : "blob", fault.text);
        feed->failed = true;
    }
    arena_close(&arena);
}

static void fill(Feed *feed)
{
    Db *db;
    Fault fault;
    if (!db_take(feed->web->site.data, &db, &fault)) {
        log_warn("web.feed text=%s", fault.text);
        feed->failed = true;
        return;
    }
    fill_with(feed, db);
    db_give(db);
}

static void fill_task(Task *task)
{
    Feed *feed = (Feed *)(void *)task;
    fill(feed);
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
            fill(feed);
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
    if (feed->kind == FEED_BLOB || feed->due)
        look(feed, clock_ms());
    else
        wait_on(feed, clock_ms());
    return 0;
}

// ---- the loop's side

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
    Feed **bucket = &loop->streams[(uint64_t)feed->account.n * 0x9E3779B97F4A7C15u >> 54];
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
        Feed *next, *feed = loop->streams[(uint64_t)number * 0x9E3779B97F4A7C15u >> 54];
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
            say(feed, text, (size_t)length);
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

// ---- replies

bool reply_events(Request *request, AccountId account, int64_t after)
{
    Exchange *e = exchange_of(request);
    Feed *feed = feed_make(e->web, FEED_NEWS);
    feed->account = account;
    feed->after = after;
    Str session = cookie_find(e->asked.cookie, STR("__Host-sid"));
    feed->has_session = request->token.id == 0 && session.length == sizeof feed->session;
    if (feed->has_session)
        memcpy(feed->session, session.data, sizeof feed->session);
    char text[40];
    int length = snprintf(text, sizeof text, "retry: %d\n\n", RETRY_MS);
    say(feed, text, (size_t)length);
    reply_header(request, "X-Accel-Buffering", STR("no")); // a proxy in front must not wait for more
    return reply_feed(request, feed, 200, "text/event-stream; charset=utf-8", -1);
}

bool reply_song_audio(Request *request, SongId song, const char *content_type)
{
    Feed *feed = feed_make(exchange_of(request)->web, FEED_BLOB);
    feed->song = song;
    reply_header(request, "Accept-Ranges", STR("none"));
    return reply_feed(request, feed, 200, content_type, -1);
}

static void name_download(Request *request, Str name)
{
    Buf plain = buf_make(request->arena, 800), coded = buf_make(request->arena, 3000);
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.data[i];
        bool simple = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '.' || c == '-';
        buf_print(&coded, simple ? "%c" : "%%%02X", c);
        buf_print(&plain, "%c", simple || c == ' ' ? c : '_');
    }
    reply_header(request, "Content-Disposition",
                 name.length == 0
                     ? STR("inline")
                     : arena_print(request->arena,
                                   "attachment; filename=\"" STR_FMT "\"; filename*=UTF-8''" STR_FMT,
                                   STR_ARG(buf_str(&plain)), STR_ARG(buf_str(&coded))));
}

// What is whole: all of it, or the part that was asked for. Takes `wav` over.
static bool reply_whole(Request *request, const BlobFacts *facts, Wav *wav, const char *content_type)
{
    Exchange *e = exchange_of(request);
    int64_t bytes = wav ? wav_length(wav) : facts->bytes, first = 0, last = bytes - 1;
    Feed *feed = feed_make(e->web, FEED_BLOB);
    feed->facts = *facts;
    feed->song = facts->song;
    feed->wav = wav;
    Str etag = arena_print(request->arena, "\"" STR_FMT "%s\"", STR_ARG(id_text(request->arena, facts->id.n)),
                           wav ? "-wav" : "");
    reply_header(request, "ETag", etag);
    reply_header(request, "Accept-Ranges", STR("bytes"));
    bool same = e->asked.if_range.length == 0 || str_equal(e->asked.if_range, etag);
    RangeKind range = same ? range_read(request->range, bytes, &first, &last) : RANGE_ALL;
    bool known = etag_matches(request->if_none_match, etag);
    if (known || range == RANGE_NONE) {
        feed_close(feed);
        if (!known)
            reply_header(request, "Content-Range", arena_print(request->arena, "bytes */%" PRId64, bytes));
        return reply_text(request, known ? 304 : 416, NULL, STR(""));
    }
    if (range == RANGE_ALL) {
        first = 0;
        last = bytes - 1;
    } else {
        reply_header(
            request, "Content-Range",
            arena_print(request->arena, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, first, last, bytes));
    }
    feed->at = first;
    feed->end = last + 1;
    return reply_feed(request, feed, range == RANGE_PART ? 206 : 200, content_type, last + 1 - first);
}

bool reply_blob(Request *request, const BlobFacts *facts, const char *content_type, Str name)
{
    name_download(request, name);
    if (facts->whole)
        return reply_whole(request, facts, NULL, content_type);
    Feed *feed = feed_make(exchange_of(request)->web, FEED_BLOB);
    feed->facts = *facts;
    feed->song = facts->song;
    reply_header(request, "Accept-Ranges", STR("none"));
    return reply_feed(request, feed, 200, content_type, -1);
}

bool reply_wav(Request *request, const BlobFacts *flac, Str name, Fault *fault)
{
    BlobReader *reader;
    Wav *wav;
    if (!blob_open(request->site->blobs, flac, &reader, fault) || !wav_open(reader, &wav, fault))
        return false;
    name_download(request, name);
    return reply_whole(request, flac, wav, "audio/wav");
}
