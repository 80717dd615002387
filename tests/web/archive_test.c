// The library as one download: its owner's alone, one at a time, and no thread waits for who reads slowly.
#include "tests/web/webkit.h"

#include "song/library.h"

#include <string.h>
#include <unistd.h>

enum { SONG_BYTES = 6 << 20 }; // more than sockets hold

static void put_song(WebKit *kit, AccountId account)
{
    Fault fault;
    Job job;
    bool again;
    BlobWriter *writer;
    JobOrder order = { .song = { .account = account,
                                 .title = STR("Lantern"),
                                 .prompt = STR("a waltz"),
                                 .engine = STR("built-in") } };
    static char body[SONG_BYTES];
    CHECK_OK(job_submit(&kit->world->people, &order, &job, &again, &fault));
    BlobOwner owner = { account, job.song, job.id, "flac" };
    CHECK_OK(blob_make(kit->blobs, kit->world->db, &owner, &writer, &fault));
    CHECK_OK(blob_write(writer, body, sizeof body, &fault));
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, kit->world->db, &fault));
    blob_close(writer);
    CHECK_OK(song_ended(kit->world->db, job.song, SONG_READY, -14.0, &fault));
}

static Str get(WebKit *kit, const Signed *who)
{
    return webkit_get(kit, "/library/archive.zip", who->cookie.data);
}

// Begins one and reads only its head.
static int begin(WebKit *kit, const Signed *who)
{
    char bytes[100];
    int fd = webkit_dial(kit);
    webkit_send(fd, arena_print(test_arena(),
                                "GET /library/archive.zip HTTP/1.1\r\nHost: 127.0.0.1\r\n" STR_FMT "\r\n",
                                STR_ARG(who->cookie)));
    CHECK(read(fd, bytes, sizeof bytes) > 12);
    CHECK(memcmp(bytes, "HTTP/1.1 200", 12) == 0);
    return fd;
}

static int wait_free(WebKit *kit, const Signed *who)
{
    int status = 429;
    for (int i = 0; i < 100 && status == 429; i++) {
        usleep(50000);
        status = webkit_status(get(kit, who));
    }
    return status;
}

TEST_BOTH(a_library_is_sent_to_its_owner_one_at_a_time)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org"), bob = webkit_sign_in(kit, "bob@example.org");
    put_song(kit, ada.account);
    Str answer = get(kit, &ada);
    CHECK_INT(webkit_status(answer), 200);
    CHECK_STR(webkit_header(answer, "Content-Type"), "application/zip");
    CHECK(str_starts(webkit_header(answer, "Content-Disposition"),
                     STR("attachment; filename=\"SonicStacker ")));
    CHECK_STR(webkit_header(answer, "Cache-Control"), "no-store");
    CHECK(webkit_body(answer).length > SONG_BYTES);
    size_t at;
    CHECK(str_find(answer, STR("0001 Lantern/Lantern.flac"), &at));
    // While she reads slowly, others are served, and a second one of hers is not.
    int slow = begin(kit, &ada);
    CHECK_INT(webkit_status(get(kit, &ada)), 429);
    answer = get(kit, &bob);
    CHECK_INT(webkit_status(answer), 200);
    CHECK(!str_find(answer, STR("Lantern"), &at));
    close(slow); // she has left: the next one may begin
    CHECK_INT(wait_free(kit, &ada), 200);
    // Many that stand still hold no thread.
    int held[20];
    Signed others[20];
    for (int i = 0; i < 20; i++) {
        others[i] = webkit_sign_in(kit, arena_print(test_arena(), "p%d@example.org", i).data);
        put_song(kit, others[i].account);
        held[i] = begin(kit, &others[i]);
    }
    CHECK_INT(webkit_status(webkit_get(kit, "/library", bob.cookie.data)), 200);
    for (int i = 0; i < 20; i++)
        close(held[i]);
    webkit_close(kit);
}
