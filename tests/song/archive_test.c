// A library as one tar: read by nothing of ours but this test's own eyes, and by tar in the browser's tests.
#include "song/archive.h"

#include "base/buf.h"
#include "tests/song/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TAR_MAX = 4 << 20, BLOCK = 512, LONG_FILE = 100001 };

typedef struct Attic {
    Shelf shelf;
    Blobs *blobs;
    char folder[64];
} Attic;

static Attic attic_open(TestEngine engine)
{
    Fault fault;
    Attic a = { .shelf = shelf_open(engine), .folder = "/tmp/sonicstacker-attic-XXXXXX" };
    CHECK(mkdtemp(a.folder) != NULL);
    CHECK_OK(blobs_open(a.folder, a.shelf.vault, &a.blobs, &fault));
    return a;
}

static void attic_close(Attic *a)
{
    char command[100];
    blobs_close(a->blobs);
    snprintf(command, sizeof command, "rm -r %s", a->folder);
    CHECK_INT(system(command), 0);
    shelf_close(&a->shelf);
}

static void put_file(Attic *a, SongId song, AccountId owner, const char *kind, Str bytes, bool whole)
{
    Fault fault;
    BlobWriter *writer;
    BlobOwner of = { .account = owner, .song = song, .job = { id_make() }, .kind = kind };
    CHECK_OK(blob_make(a->blobs, a->shelf.people.db, &of, &writer, &fault));
    CHECK_OK(blob_write(writer, bytes.data, bytes.length, &fault));
    if (whole) {
        CHECK_OK(blob_finish(writer, &fault));
        CHECK_OK(blob_settle(writer, a->shelf.people.db, &fault));
    }
    blob_close(writer);
}

static SongId put_song(Attic *a, AccountId owner, const char *title)
{
    Fault fault;
    SongId id =
        shelf_add(&a->shelf, (NewSong){ .account = owner, .title = str_of(title), .prompt = STR("p") });
    CHECK_OK(song_ended(a->shelf.people.db, id, SONG_READY, -14.0, &fault));
    return id;
}

static Str tar_of(Attic *a, AccountId owner)
{
    Fault fault;
    Archive *archive = archive_open(a->shelf.vault, a->blobs, owner);
    char *bytes = arena_take(test_arena(), TAR_MAX);
    size_t length = 0, got;
    do {
        CHECK(length + 2048 <= TAR_MAX);
        CHECK_OK(archive_read(archive, a->shelf.people.db, test_arena(), bytes + length, 2048, &got, &fault));
        length += got;
    } while (got > 0);
    archive_close(archive);
    CHECK_INT(length % BLOCK, 0);
    return (Str){ bytes, length };
}

// Names and sizes, "name size\n"; each header's sum is right.
static Str tar_list(Str tar)
{
    Buf list = buf_make(test_arena(), 4000);
    size_t at = 0;
    while (at + BLOCK <= tar.length && tar.data[at] != 0) {
        const char *head = tar.data + at;
        unsigned sum = 0;
        for (int i = 0; i < BLOCK; i++)
            sum += i >= 148 && i < 156 ? ' ' : (unsigned char)head[i];
        CHECK_INT(strtoul(head + 148, NULL, 8), sum);
        CHECK(memcmp(head + 257,
                     "ustar\0"
                     "00",
                     8) == 0);
        size_t bytes = strtoul(head + 124, NULL, 8);
        buf_print(&list, "%s %zu\n", head, bytes);
        at += BLOCK + (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }
    CHECK_INT(tar.length - at, 2 * BLOCK);
    return buf_str(&list);
}

TEST_BOTH(a_library_comes_as_one_tar_with_what_is_whole_of_each_song)
{
    Attic a = attic_open(engine);
    char *sound = arena_take(test_arena(), LONG_FILE);
    for (int i = 0; i < LONG_FILE; i++)
        sound[i] = (char)(i * 7);
    SongId song = put_song(&a, a.shelf.ada, "Rain / at \"Dusk\"");
    put_file(&a, song, a.shelf.ada, "flac", (Str){ sound, LONG_FILE }, true);
    put_file(&a, song, a.shelf.ada, "mid", STR("MThd"), true);
    put_file(&a, song, a.shelf.ada, "mp3", STR("not wanted"), true);
    put_file(&a, song, a.shelf.ada, "recipe", STR("half"), false);
    put_file(&a, put_song(&a, a.shelf.bob, "Bob's"), a.shelf.bob, "flac", STR("bob"), true);
    Str tar = tar_of(&a, a.shelf.ada), id = id_text(test_arena(), song.n);
    Str wanted = arena_print(test_arena(),
                             "Rain  at Dusk (" STR_FMT ")/song.flac 100001\n"
                             "Rain  at Dusk (" STR_FMT ")/song.mid 4\n",
                             STR_ARG(id), STR_ARG(id));
    CHECK_STR(tar_list(tar), wanted.data);
    CHECK(memcmp(tar.data + BLOCK, sound, LONG_FILE) == 0);
    attic_close(&a);
}

TEST_BOTH(an_archive_goes_over_many_songs_and_leaves_out_the_bin)
{
    enum { SONGS = 45 };
    Attic a = attic_open(engine);
    Fault fault;
    for (int i = 0; i < SONGS; i++) {
        SongId song = put_song(&a, a.shelf.ada, "One");
        put_file(&a, song, a.shelf.ada, "mid", STR("MThd"), true);
        if (i == 3)
            CHECK_OK(song_trash(a.shelf.people.db, a.shelf.ada, song, &fault));
    }
    Str list = tar_list(tar_of(&a, a.shelf.ada)), line;
    int count = 0;
    while (str_cut(&list, '\n', &line))
        count += line.length > 0;
    CHECK_INT(count, SONGS - 1);
    attic_close(&a);
}

TEST_BOTH(a_library_without_songs_is_an_empty_tar)
{
    Attic a = attic_open(engine);
    CHECK_STR(tar_list(tar_of(&a, a.shelf.ada)), "");
    attic_close(&a);
}
