// A library as one zip: other programs read it, names suit every system, what is damaged or gone is survived.
#include "song/archive.h"

#include "tests/song/shelf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Home {
    Shelf shelf;
    Blobs *blobs;
    char folder[64];
} Home;

static Home home_open(TestEngine engine)
{
    Fault fault;
    Home h = { .shelf = shelf_open(engine) };
    test_folder(h.folder, sizeof h.folder, "archive");
    CHECK_OK(blobs_open(h.folder, h.shelf.vault, &h.blobs, &fault));
    return h;
}

static void home_close(Home *h)
{
    char command[100];
    blobs_close(h->blobs);
    snprintf(command, sizeof command, "rm -r %s", h->folder);
    CHECK_INT(system(command), 0);
    shelf_close(&h->shelf);
}

static BlobId put_file(Home *h, AccountId account, SongId song, const char *kind, size_t bytes)
{
    Fault fault;
    BlobWriter *writer;
    BlobOwner owner = { account, song, { 1 }, kind };
    CHECK_OK(blob_make(h->blobs, h->shelf.people.db, &owner, &writer, &fault));
    for (size_t i = 0; i < bytes; i++) {
        char c = (char)(i * 31 + i / 257 + (size_t)kind[0]);
        CHECK_OK(blob_write(writer, &c, 1, &fault));
    }
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, h->shelf.people.db, &fault));
    BlobId id = blob_id(writer);
    blob_close(writer);
    return id;
}

static SongId put_song(Home *h, const char *title, size_t bytes)
{
    SongId id = shelf_song(&h->shelf, h->shelf.ada, title, "a waltz");
    put_file(h, h->shelf.ada, id, "flac", bytes);
    put_file(h, h->shelf.ada, id, "mid", 500);
    put_file(h, h->shelf.ada, id, "recipe", 0);
    put_file(h, h->shelf.ada, id, "mp3", 100);
    return id;
}

// Read in pieces of `room`; the file's path comes back.
static const char *saved_far(Home *h, AccountId account, SongId before, size_t room, int64_t far)
{
    static char path[100];
    Fault fault;
    size_t got;
    Archive *archive = archive_open(h->blobs, account, before);
    archive_far(archive, far);
    snprintf(path, sizeof path, "%s/archive.zip", h->folder);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    do {
        Arena arena = { 0 };
        People people = h->shelf.people;
        people.arena = &arena;
        char *bytes = arena_take(&arena, room);
        CHECK_OK(archive_read(archive, &people, bytes, room, &got, &fault));
        CHECK_INT(fwrite(bytes, 1, got, file), got);
        arena_close(&arena);
    } while (got > 0);
    CHECK_INT(fclose(file), 0);
    archive_close(archive);
    return path;
}

static const char *saved(Home *h, AccountId account, SongId before, size_t room)
{
    return saved_far(h, account, before, room, UINT32_MAX);
}

// What Python's own reader finds: names and lengths, each file read and its sum right.
static Str listed(const char *path)
{
    static const char *const program =
        "import sys, zipfile, json\n"
        "z = zipfile.ZipFile(sys.argv[1])\n"
        "assert z.testzip() is None\n"
        "import time\n"
        "t = time.gmtime(time.time() - 60)[:5]\n"
        "assert all(i.date_time[:5] >= t and i.date_time[0] < t[0] + 2 for i in z.infolist())\n"
        "print('|'.join('%s %d' % (i.filename, i.file_size) for i in z.infolist() if i.filename != "
        "'songs.json'))\n"
        "print(json.dumps(json.load(z.open('songs.json')), ensure_ascii=False))\n";
    char command[2000];
    snprintf(command, sizeof command, "unzip -tq %s >/dev/null && python3 -c \"%s\" %s", path, program, path);
    FILE *pipe = popen(command, "r");
    CHECK(pipe != NULL);
    char *text = arena_take(test_arena(), 100000);
    size_t length = fread(text, 1, 99999, pipe);
    CHECK_INT(pclose(pipe), 0);
    return (Str){ text, length };
}

static bool has(Str text, const char *part)
{
    size_t at;
    return str_find(text, str_of(part), &at);
}

TEST_BOTH(a_library_is_one_zip_that_other_programs_read)
{
    Fault fault;
    Home h = home_open(engine);
    put_song(&h, "Rain at Dusk", 100000);
    SongId with_words = put_song(&h, "Élan: <vital>?", 40000);
    put_file(&h, h.shelf.ada, with_words, "lrc", 70);
    put_file(&h, h.shelf.ada, with_words, "stems", 30);
    SongId gone = put_song(&h, "In the bin", 10);
    CHECK_OK(song_trash(h.shelf.people.db, h.shelf.ada, gone, &fault));
    shelf_add(&h.shelf, (NewSong){ .account = h.shelf.ada, .title = STR("Being made"), .prompt = STR("x") });
    SongId his = shelf_song(&h.shelf, h.shelf.bob, "His", "x");
    put_file(&h, h.shelf.bob, his, "flac", 10);
    static const size_t rooms[] = { 1 << 16, 1000, 1 };
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        Str text = listed(saved(&h, h.shelf.ada, (SongId){ 0 }, rooms[i])), names;
        CHECK(str_cut(&text, '\n', &names));
        CHECK_STR(names, "0001 Élan vital/Élan vital.flac 40000|0001 Élan vital/Élan vital.mid 500|"
                         "0001 Élan vital/Élan vital.lrc 70|0001 Élan vital/recipe.json 0|"
                         "0001 Élan vital/stems.zip 30|0002 Rain at Dusk/Rain at Dusk.flac 100000|0002 Rain "
                         "at Dusk/Rain at Dusk.mid 500|"
                         "0002 Rain at Dusk/recipe.json 0");
        CHECK(has(text, "\"title\": \"Élan: <vital>?\"") && has(text, "\"next\": null"));
        CHECK(!has(text, "damaged"));
    }
    // As if it were larger than 4 GB from its second file on.
    CHECK(has(listed(saved_far(&h, h.shelf.ada, (SongId){ 0 }, 1 << 16, 1000)),
              "|0002 Rain at Dusk/Rain at Dusk.flac 100000|"));
    // Nothing at all is a zip, too; and what is older than a song comes alone.
    CHECK(has(listed(saved(&h, h.shelf.bob, his, 100)), "{\"songs\": [], \"next\": null}"));
    CHECK(has(listed(saved(&h, h.shelf.ada, with_words, 100)), "0001 Rain at Dusk/Rain at Dusk.flac"));
    home_close(&h);
}

TEST_BOTH(hundreds_of_songs_come_page_after_page)
{
    Home h = home_open(engine);
    for (int i = 0; i < 230; i++)
        put_song(&h, "Same", 20);
    Str text = listed(saved(&h, h.shelf.ada, (SongId){ 0 }, 4096));
    CHECK(has(text, "0001 Same/Same.flac 20|") && has(text, "|0230 Same/Same.flac 20|"));
    CHECK(has(text, "0230 Same/recipe.json 0\n"));
    home_close(&h);
}

static void overwrite(Home *h, BlobId id, bool remove)
{
    Arena *arena = test_arena();
    char command[300];
    Str name = id_text(arena, id.n);
    snprintf(command, sizeof command,
             remove ? "rm %s/*/" STR_FMT
                    : "printf x | dd of=$(ls %s/*/" STR_FMT ") bs=1 seek=20000 conv=notrunc 2>/dev/null",
             h->folder, STR_ARG(name));
    CHECK_INT(system(command), 0);
}

TEST_BOTH(what_is_damaged_or_gone_does_not_take_the_others_along)
{
    Home h = home_open(engine);
    SongId hurt = shelf_song(&h.shelf, h.shelf.ada, "Hurt", "x"),
           lost = shelf_song(&h.shelf, h.shelf.ada, "Lost", "x");
    overwrite(&h, put_file(&h, h.shelf.ada, hurt, "flac", 100000), false);
    overwrite(&h, put_file(&h, h.shelf.ada, lost, "flac", 100000), true);
    put_file(&h, h.shelf.ada, lost, "mid", 10);
    put_song(&h, "Whole", 10);
    Str text = listed(saved(&h, h.shelf.ada, (SongId){ 0 }, 1 << 16));
    CHECK(has(text, "0001 Whole/Whole.flac 10|") && has(text, "0002 Lost/Lost.mid 10|"));
    CHECK(has(text, "0003 Hurt/Hurt.flac 16384\n")); // as far as it goes
    CHECK(has(text, "\"favourite\": false, \"damaged\": true}]"));
    home_close(&h);
}

TEST(names_in_an_archive_suit_every_system)
{
    static const char *const names[][2] = {
        { "Rain at Dusk", "Rain at Dusk" },
        { "a/b\\c:d*e?f\"g<h>i|j", "abcdefghij" },
        { "..", "Song" },
        { " . hidden . ", "hidden" },
        { "", "Song" },
        { "CON", "Song" },
        { "nul.tar", "Song" },
        { "Lpt1", "Song" },
        { "Contour", "Contour" },
        { "夜の電車", "夜の電車" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK_STR(archive_name(test_arena(), str_of(names[i][0])), names[i][1]);
    char wide[400] = "";
    for (int i = 0; i < 100; i++)
        strcat(wide, "電");
    Str cut = archive_name(test_arena(), str_of(wide));
    CHECK_INT(cut.length, 56 * 3); // a name of a file has 255 bytes at most
}
