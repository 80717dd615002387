// Songs in ranges and while they grow; news of jobs as they happen.
#include "tests/web/webkit.h"

#include "job/event.h"
#include "sys/clock.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SONG = 5, JOB = 6, SOME_BYTES = 100000 };

static AccountId listener; // whose song and news it is

static bool give_song(Request *request, Fault *fault)
{
    BlobFacts facts;
    bool found;
    if (!blob_find(request->db, request->arena, (SongId){ SONG }, "mp3", &facts, &found, fault))
        return false;
    return found ? reply_blob(request, &facts, "audio/mpeg", request_field(request, "name"))
                 : fault_set(fault, FAULT_MISSING, "No song.");
}

static bool wait_song(Request *request, Fault *fault)
{
    (void)fault;
    return reply_song_audio(request, (SongId){ SONG }, "audio/mpeg");
}

static bool give_news(Request *request, Fault *fault)
{
    int64_t after = 0;
    (void)fault;
    str_to_int(request->last_event_id, &after);
    return reply_events(request, listener, after);
}

static const Route routes[] = {
    { METHOD_GET, "/t/song", WHO_ANYBODY, give_song, "name", false, 0, 0 },
    { METHOD_GET, "/t/wait", WHO_ANYBODY, wait_song, "", false, 0, 0 },
    { METHOD_GET, "/t/news", WHO_ANYBODY, give_news, "", false, 0, 0 },
};
enum { ROUTES = sizeof routes / sizeof *routes };

static WebKit *kit_open(TestEngine engine)
{
    WebKit *kit = webkit_open(engine, routes, ROUTES);
    listener = world_person(kit->world, "ada@example.org");
    return kit;
}

static char byte_at(int64_t i)
{
    return (char)(i * 7 + i / 251);
}

static BlobWriter *song_begin(WebKit *kit)
{
    Fault fault = { 0 };
    BlobWriter *writer = NULL;
    const BlobOwner owner = { listener, { SONG }, { JOB }, "mp3" };
    CHECK_OK(blob_make(kit->blobs, kit->world->db, &owner, &writer, &fault));
    return writer;
}

static void song_grow(BlobWriter *writer, int64_t from, int64_t to)
{
    Fault fault = { 0 };
    for (int64_t i = from; i < to; i++) {
        char c = byte_at(i);
        CHECK_OK(blob_write(writer, &c, 1, &fault));
    }
}

static void song_end(WebKit *kit, BlobWriter *writer)
{
    Fault fault = { 0 };
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, kit->world->db, &fault));
    blob_close(writer);
}

static void check_bytes(Str body, int64_t from, int64_t to)
{
    CHECK_INT(body.length, to - from);
    for (size_t i = 0; i < body.length; i++)
        if (body.data[i] != byte_at(from + (int64_t)i))
            CHECK_INT(i, -1); // the first byte that differs
}

static void check_part(WebKit *kit, const char *range, int64_t from, int64_t to)
{
    Str answer = webkit_get(kit, "/t/song", arena_print(test_arena(), "Range: %s\r\n", range).data);
    CHECK_INT(webkit_status(answer), 206);
    CHECK_STR(webkit_header(answer, "Content-Range"),
              arena_print(test_arena(), "bytes %d-%d/%d", (int)from, (int)to - 1, SOME_BYTES).data);
    CHECK_STR(webkit_header(answer, "Content-Length"),
              arena_print(test_arena(), "%d", (int)(to - from)).data);
    check_bytes(webkit_body(answer), from, to);
}

TEST_BOTH(song_comes_whole_and_in_parts)
{
    WebKit *kit = kit_open(engine);
    CHECK_INT(webkit_status(webkit_get(kit, "/t/song", "")), 404);
    BlobWriter *writer = song_begin(kit);
    song_grow(writer, 0, SOME_BYTES);
    song_end(kit, writer);
    Str whole = webkit_get(kit, "/t/song", "");
    CHECK_INT(webkit_status(whole), 200);
    CHECK_STR(webkit_header(whole, "Accept-Ranges"), "bytes");
    CHECK_STR(webkit_header(whole, "Content-Disposition"), "inline");
    check_bytes(webkit_body(whole), 0, SOME_BYTES);
    check_part(kit, "bytes=0-0", 0, 1);
    check_part(kit, "bytes=16380-16390", 16380, 16391);
    check_part(kit, "bytes=1000-", 1000, SOME_BYTES);
    check_part(kit, "bytes=-7", SOME_BYTES - 7, SOME_BYTES);
    check_part(kit, "bytes=99999-200000", SOME_BYTES - 1, SOME_BYTES);
    Str beyond = webkit_get(kit, "/t/song", "Range: bytes=100000-\r\n");
    CHECK_INT(webkit_status(beyond), 416);
    CHECK_STR(webkit_header(beyond, "Content-Range"), "bytes */100000");
    CHECK_INT(webkit_status(webkit_get(kit, "/t/song", "Range: bytes=0-1,4-5\r\n")), 200);
    webkit_close(kit);
}

TEST(song_part_is_given_only_of_the_same_song)
{
    WebKit *kit = kit_open(ON_SQLITE);
    BlobWriter *writer = song_begin(kit);
    song_grow(writer, 0, 1000);
    song_end(kit, writer);
    Arena *arena = test_arena();
    Str etag = webkit_header(webkit_get(kit, "/t/song", ""), "ETag");
    Str same = arena_print(arena, "Range: bytes=0-9\r\nIf-Range: " STR_FMT "\r\n", STR_ARG(etag));
    CHECK_INT(webkit_status(webkit_get(kit, "/t/song", same.data)), 206);
    CHECK_INT(webkit_status(webkit_get(kit, "/t/song", "Range: bytes=0-9\r\nIf-Range: \"other\"\r\n")), 200);
    Str known = arena_print(arena, "If-None-Match: " STR_FMT "\r\n", STR_ARG(etag));
    CHECK_INT(webkit_status(webkit_get(kit, "/t/song", known.data)), 304);
    Str head = webkit_talk(kit, STR("HEAD /t/song HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    CHECK_STR(webkit_header(head, "Content-Length"), "1000");
    CHECK_STR(webkit_body(head), "");
    Str named = webkit_get(kit, "/t/song?name=R%C3%A9gen%20%22x.mp3", "");
    CHECK_STR(webkit_header(named, "Content-Disposition"),
              "attachment; filename=\"R__gen _x.mp3\"; filename*=UTF-8''R%C3%A9gen%20%22x.mp3");
    webkit_close(kit);
}

// The body of an answer in chunks, put together; `ended` tells whether its last chunk came.
static Str unchunked(Str answer, bool *ended)
{
    Str rest = webkit_body(answer), line;
    Buf buf = buf_make(test_arena(), 8 << 20);
    *ended = false;
    while (str_cut(&rest, '\n', &line)) {
        size_t size = strtoul(arena_copy(test_arena(), line).data, NULL, 16);
        if (size == 0) {
            *ended = line.length > 0;
            break;
        }
        buf_text(&buf, str_slice(rest, 0, size));
        rest = str_slice(rest, size + 2, rest.length);
    }
    return buf_str(&buf);
}

static void song_news(WebKit *kit)
{
    db_ring(kit->world->db, "audio", SONG);
}

TEST_BOTH(song_is_heard_while_it_grows)
{
    WebKit *kit = kit_open(engine);
    bool ended;
    int early = webkit_dial(kit);
    webkit_send(early, STR("GET /t/wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    usleep(50000);
    // Nothing is known of this song, so who waits for it is told that nothing comes.
    CHECK_INT(unchunked(webkit_read(early, 5000), &ended).length, 0);
    CHECK(ended);
    close(early);
    BlobWriter *writer = song_begin(kit);
    song_grow(writer, 0, 40000);
    int first = webkit_dial(kit);
    webkit_send(first, STR("GET /t/song HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    Str begun = webkit_read(first, 400);
    CHECK_INT(webkit_status(begun), 200);
    CHECK_STR(webkit_header(begun, "Transfer-Encoding"), "chunked");
    check_bytes(unchunked(begun, &ended), 0, 32768); // whole chunks of the blob
    song_grow(writer, 40000, 70000);
    song_news(kit);
    int late = webkit_dial(kit);
    webkit_send(late, STR("GET /t/wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    usleep(100000);
    song_end(kit, writer);
    song_news(kit);
    check_bytes(unchunked(webkit_read(late, 3000), &ended), 0, 70000);
    CHECK(ended);
    Str rest = webkit_read(first, 3000);
    CHECK(rest.length > 70000 - 32768);
    CHECK(str_ends(rest, STR("0\r\n\r\n")));
    close(first);
    close(late);
    webkit_close(kit);
}

TEST(song_that_dies_is_not_ended_as_if_it_were_whole)
{
    Fault fault = { 0 };
    WebKit *kit = kit_open(ON_SQLITE);
    BlobWriter *writer = song_begin(kit);
    song_grow(writer, 0, 40000);
    int fd = webkit_dial(kit);
    webkit_send(fd, STR("GET /t/song HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    Str begun = webkit_read(fd, 300);
    CHECK(begun.length > 32768);
    CHECK_OK(blob_condemn_job(kit->world->db, (JobId){ JOB }, &fault));
    song_news(kit);
    Str rest = webkit_read(fd, 3000);
    CHECK(!str_ends(rest, STR("0\r\n\r\n")));
    blob_close(writer);
    close(fd);
    webkit_close(kit);
}

// ---- news

static void tell(WebKit *kit, const char *kind)
{
    Fault fault = { 0 };
    Db *db = kit->world->db;
    const News news = { listener, { JOB }, { SONG }, kind, STR("playing"), STR(""), 250 };
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(news_add(db, test_arena(), &news, &fault));
    CHECK_OK(db_commit(db, &fault));
}

static int stream(const WebKit *kit, const char *headers)
{
    int fd = webkit_dial(kit);
    webkit_send(fd, arena_print(test_arena(), "GET /t/news HTTP/1.1\r\nHost: a\r\n%s\r\n", headers));
    return fd;
}

// The head and the first news, however long a busy machine takes to send them.
static Str begin_of(int fd)
{
    struct pollfd waiting = { fd, POLLIN, 0 };
    CHECK_INT(poll(&waiting, 1, 20000), 1);
    return webkit_read(fd, 1000);
}

TEST_BOTH(news_come_as_they_happen_and_again_when_asked)
{
    WebKit *kit = kit_open(engine);
    bool ended;
    size_t at;
    tell(kit, "queued");
    int fd = stream(kit, "");
    Str begun = begin_of(fd);
    CHECK_STR(webkit_header(begun, "Content-Type"), "text/event-stream; charset=utf-8");
    Str text = unchunked(begun, &ended);
    CHECK(str_starts(text, STR("retry: 3000\n\nid: 1\nevent: queued\ndata: {\"job\":\"")));
    tell(kit, "stage");
    double before = clock_ms();
    struct pollfd waiting = { fd, POLLIN, 0 };
    CHECK_INT(poll(&waiting, 1, 3000), 1);
    CHECK(clock_ms() - before < 1000); // the bell, not the clock
    Str more = webkit_read(fd, 100);
    CHECK(str_find(more, STR("id: 2\nevent: stage\ndata: {"), &at));
    CHECK(str_find(more, STR("\"progress\":250"), &at));
    close(fd);
    fd = stream(kit, "Last-Event-ID: 1\r\n");
    text = unchunked(begin_of(fd), &ended);
    CHECK(str_starts(text, STR("retry: 3000\n\nid: 2\n")));
    close(fd);
    webkit_close(kit);
}

TEST(streams_are_told_to_come_again_when_the_server_ends)
{
    WebKit *kit = kit_open(ON_SQLITE);
    size_t at;
    int fd = stream(kit, "");
    webkit_read(fd, 200);
    web_drain(kit->web, 3000);
    Str last = webkit_read(fd, 1000);
    CHECK(str_find(last, STR("retry: "), &at));
    CHECK(str_ends(last, STR("0\r\n\r\n")));
    close(fd);
    webkit_close(kit);
}

TEST(two_thousand_streams_hear_one_event_quickly)
{
    enum { STREAMS = 2000 };
    static int fds[STREAMS];
    static bool heard[STREAMS];
    WebKit *kit = kit_open(ON_SQLITE);
    for (int i = 0; i < STREAMS; i++) {
        fds[i] = stream(kit, "");
        heard[i] = false;
    }
    usleep(300000);
    char bytes[4096];
    for (int i = 0; i < STREAMS; i++)
        CHECK(recv(fds[i], bytes, sizeof bytes, 0) > 0);
    tell(kit, "done");
    double before = clock_ms();
    int count = 0;
    for (; count < STREAMS && clock_ms() - before < 5000;) {
        for (int i = 0; i < STREAMS; i++) {
            ssize_t got = heard[i] ? 0 : recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT);
            size_t at;
            if (got > 0 && str_find((Str){ bytes, (size_t)got }, STR("event: done"), &at)) {
                heard[i] = true;
                count++;
            }
        }
    }
    CHECK_INT(count, STREAMS);
    CHECK(clock_ms() - before < 2000);
    for (int i = 0; i < STREAMS; i++)
        close(fds[i]);
    webkit_close(kit);
}
