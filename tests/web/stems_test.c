// Parts of a song over HTTP: listed, whole, in ranges, kept by their owner's browser and nobody else's.
#include "tests/web/webkit.h"

#include "provider/zip.h"

#include <string.h>

enum { STEM_BYTES = 40000 };

static Job ordered(WebKit *kit, AccountId account)
{
    Fault fault;
    Job job;
    bool again;
    JobOrder order = { .song = { .account = account, .prompt = STR("a waltz"), .engine = STR("built-in") } };
    CHECK_OK(job_submit(&kit->world->people, &order, &job, &again, &fault));
    return job;
}

static bool to_blob(void *self, const void *bytes, size_t count)
{
    Fault fault;
    return blob_write(self, bytes, count, &fault);
}

static void put_stems(WebKit *kit, const Job *job)
{
    Fault fault;
    BlobWriter *writer;
    BlobOwner owner = { job->account, job->song, job->id, "stems" };
    static char body[STEM_BYTES];
    CHECK_OK(blob_make(kit->blobs, kit->world->db, &owner, &writer, &fault));
    Zip zip = zip_open((Sink){ writer, to_blob, NULL });
    const char *names[] = { "01-drums.flac", "02-electric-piano.flac" };
    for (int i = 0; i < 2; i++) {
        memset(body, 'a' + i, sizeof body);
        ZipFile file = { str_of(names[i]), zip_sum(0, body, sizeof body), sizeof body };
        CHECK(zip_file(&zip, &file) && zip_bytes(&zip, body, sizeof body));
    }
    CHECK(zip_close(&zip));
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, kit->world->db, &fault));
    blob_close(writer);
}

static Str get(WebKit *kit, const Signed *who, SongId song, const char *rest, const char *headers)
{
    Arena *arena = test_arena();
    return webkit_get(kit,
                      arena_print(arena, "/songs/" STR_FMT "/%s", STR_ARG(id_text(arena, song.n)), rest).data,
                      arena_print(arena, STR_FMT "%s", STR_ARG(who->cookie), headers).data);
}

TEST_BOTH(parts_come_one_by_one_out_of_the_zip)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org"), bob = webkit_sign_in(kit, "bob@example.org");
    Job job = ordered(kit, ada.account);
    CHECK_INT(webkit_status(get(kit, &ada, job.song, "stems.json", "")), 404); // not made yet
    CHECK_INT(webkit_status(get(kit, &ada, job.song, "stems/01-drums.flac", "")), 404);
    put_stems(kit, &job);
    CHECK_STR(webkit_body(get(kit, &ada, job.song, "stems.json", "")),
              "{\"stems\":[{\"name\":\"01-drums.flac\",\"title\":\"drums\",\"bytes\":40000},"
              "{\"name\":\"02-electric-piano.flac\",\"title\":\"electric piano\",\"bytes\":40000}],"
              "\"zip_bytes\":80244}");
    Str answer = get(kit, &ada, job.song, "stems/02-electric-piano.flac", ""), body = webkit_body(answer);
    CHECK_INT(webkit_status(answer), 200);
    CHECK_STR(webkit_header(answer, "Content-Type"), "audio/flac");
    CHECK_STR(webkit_header(answer, "Cache-Control"), "private, max-age=3600");
    CHECK_INT(body.length, STEM_BYTES);
    CHECK(body.data[0] == 'b' && body.data[STEM_BYTES - 1] == 'b');
    Str etag = webkit_header(answer, "ETag"),
        other = webkit_header(get(kit, &ada, job.song, "stems/01-drums.flac", ""), "ETag");
    CHECK(!str_equal(etag, other));
    Str known = arena_print(test_arena(), "If-None-Match: " STR_FMT "\r\n", STR_ARG(etag));
    CHECK_INT(webkit_status(get(kit, &ada, job.song, "stems/02-electric-piano.flac", known.data)), 304);
    // The end of the first one is not the beginning of the second.
    answer = get(kit, &ada, job.song, "stems/01-drums.flac", "Range: bytes=39998-99999\r\n");
    CHECK_INT(webkit_status(answer), 206);
    CHECK_STR(webkit_header(answer, "Content-Range"), "bytes 39998-39999/40000");
    CHECK_STR(webkit_body(answer), "aa");
    answer = get(kit, &ada, job.song, "stems/01-drums.flac", "Range: bytes=40000-\r\n");
    CHECK_INT(webkit_status(answer), 416);
    static const char *const none[] = { "stems/03-bass.flac", "stems/01-drums", "stems/%2e%2e", "stems/" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        CHECK_INT(webkit_status(get(kit, &ada, job.song, none[i], "")), 404);
    CHECK_INT(webkit_status(get(kit, &bob, job.song, "stems.json", "")), 404);
    CHECK_INT(webkit_status(get(kit, &bob, job.song, "stems/01-drums.flac", "")), 404);
    webkit_close(kit);
}
