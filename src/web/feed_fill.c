// What there is to give: news of a person since the last that was told, the next bytes of a song.
#include "web/feed.h"

#include "base/jsonout.h"
#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum {
    FILL_BYTES = 64 << 10, // read of a blob at a time
    NEWS_BYTES_MAX = 1 << 20,
    QUEUED_MOST_MS = 60000, // how long to wait for a song that has not begun
};

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

static bool fill_news(Feed *feed, Db *db, Arena *arena, Fault *fault)
{
    Event *events;
    int count;
    bool silent = feed_is_silent(feed);
    if (silent && !session_lives(feed, db, arena, fault))
        return false;
    if (!event_list(db, arena, feed->account, feed->after, &events, &count, fault))
        return false;
    if (count > 0) {
        Buf buf = buf_make(arena, NEWS_BYTES_MAX);
        for (int i = 0; i < count; i++)
            write_event(arena, &buf, &events[i]);
        feed->after = events[count - 1].number;
        feed_say(feed, buf.data, buf.length);
    } else if (silent) {
        feed_say(feed, ":\n\n", 3);
    }
    return true;
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
    char *bytes = feed_room(feed, FILL_BYTES);
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

// ---- archives

static bool fill_archive(Feed *feed, Db *db, Arena *arena, Fault *fault)
{
    People people = { .db = db, .vault = feed->web->site.vault, .arena = arena };
    size_t got;
    char *bytes = feed_room(feed, FILL_BYTES);
    if (!archive_read(feed->archive, &people, bytes, FILL_BYTES, &got, fault))
        return false;
    feed->out_length = got;
    feed->ended = got == 0;
    return true;
}

static void fill_with(Feed *feed, Db *db)
{
    static const struct {
        const char *name;
        bool (*fill)(Feed *feed, Db *db, Arena *arena, Fault *fault);
    } kinds[] = { [FEED_NEWS] = { "news", fill_news },
                  [FEED_BLOB] = { "blob", fill_blob },
                  [FEED_ARCHIVE] = { "archive", fill_archive } };
    Arena arena = { 0 };
    Fault fault;
    if (!kinds[feed->kind].fill(feed, db, &arena, &fault)) {
        log_warn("web.feed kind=%s text=%s", kinds[feed->kind].name, fault.text);
        feed->failed = true;
    }
    arena_close(&arena);
}

void feed_fill(Feed *feed)
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
