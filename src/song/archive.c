// The zip is PKWARE's APPNOTE 6.3: sums stand behind the files, since they are not known before; places
// beyond 4 GB are written as zip64.
#include "song/archive.h"

#include "base/crc.h"
#include "base/jsonout.h"
#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
    LOCAL_MARK = 0x04034b50,
    SUMS_MARK = 0x08074b50,
    LISTED_MARK = 0x02014b50,
    END_MARK = 0x06054b50,
    END64_MARK = 0x06064b50,
    LOCATOR_MARK = 0x07064b50,
    FLAGS = 1 << 3 | 1 << 11, // sums behind, names in UTF-8
    VERSION_STORED = 20,
    VERSION_64 = 45,
    MADE_ON_UNIX = 3 << 8, // on FAT, which 0 is, unzip would take names for those of DOS
    NAME_CHARS = 56,
    LIST_BYTES_MAX = 64 << 20,
    SONGS_BYTES_MAX = 32 << 20,
    PAGE = 20,
};

static const uint64_t plain_file = (uint64_t)0100644 << 16; // what may be done with it, as Unix says it
static const uint64_t elsewhere = UINT32_MAX; // a field of 32 bits whose number stands in one of 64

static const struct {
    const char *kind;
    const char *ending; // behind the title; NULL: `name` alone
    const char *name;
} kinds[] = {
    { "flac", ".flac", NULL },         { "mid", ".mid", NULL },        { "lrc", ".lrc", NULL },
    { "recipe", NULL, "recipe.json" }, { "stems", NULL, "stems.zip" },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

typedef enum Step { STEP_SONGS, STEP_NAMES, STEP_LIST, STEP_OVER } Step;

struct Archive {
    Blobs *blobs;
    AccountId account;
    Arena arena; // of all
    CrcTable crc;
    Step step;
    int64_t at;  // bytes that were given
    int64_t far; // places from here on are zip64's
    Buf waiting; // heads and sums, given before anything else
    size_t waited;
    Buf list; // the zip's own
    int64_t files;
    Buf names; // songs.json
    JsonOut json;
    // where in the library
    SongId before;
    bool last_page;
    Arena page_arena;
    SongPage page;
    int row, kind, songs;
    Str folder;
    // the file that is being given
    BlobReader *reader;
    int64_t from, file_at;
    uint32_t sum;
    Str file_name;
    uint32_t when; // its song was made
    bool damaged;  // a file of this song
};

// ---- names

static bool is_reserved(Str name)
{
    static const char *const words[] = { "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4",
                                         "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3",
                                         "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (name.length >= length && strncasecmp(name.data, words[i], length) == 0 &&
            (name.length == length || name.data[length] == '.'))
            return true;
    }
    return false;
}

// Dots and blanks at the ends are hidden by some systems and taken off by others.
static Str without_dots(Str name)
{
    while (name.length > 0 && strchr(". ", name.data[0]))
        name = str_slice(name, 1, name.length);
    while (name.length > 0 && strchr(". ", name.data[name.length - 1]))
        name = str_slice(name, 0, name.length - 1);
    return name;
}

Str archive_name(Arena *arena, Str title)
{
    Buf buf = buf_make(arena, 4 * NAME_CHARS + 4);
    int chars = 0;
    for (size_t i = 0; i < title.length; i++) {
        unsigned char c = (unsigned char)title.data[i];
        bool begins = (c & 0xc0) != 0x80;
        if (c < 32 || c == 127 || strchr("/\\:*?\"<>|", c))
            continue;
        if (begins && ++chars > NAME_CHARS)
            break;
        buf_bytes(&buf, &c, 1);
    }
    Str name = without_dots(buf_str(&buf));
    return name.length == 0 || is_reserved(name) ? STR("Song") : name;
}

// ---- what waits to be given

static void put(Buf *buf, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        unsigned char byte = 0;
        if (i < 8)
            byte = (unsigned char)(value >> (8 * i) & 0xff);
        buf_bytes(buf, &byte, 1);
    }
}

static void forget_waiting(Archive *a)
{
    a->waiting.length = a->waited = 0;
}

static void wait_with(Archive *a, Str bytes)
{
    buf_text(&a->waiting, bytes);
}

// ---- a file

static void file_head(Archive *a, Str name)
{
    a->from = a->at;
    a->file_at = 0;
    a->sum = 0;
    a->file_name = name;
    Buf *out = &a->waiting;
    put(out, LOCAL_MARK, 4);
    put(out, VERSION_STORED, 2);
    put(out, FLAGS, 2);
    put(out, 0, 2); // stored
    put(out, a->when, 4);
    put(out, 0, 4 + 4 + 4); // sum and lengths come behind
    put(out, name.length, 2);
    put(out, 0, 2);
    buf_text(out, name);
}

static void file_list(Archive *a)
{
    bool far = a->from >= a->far;
    Buf *out = &a->list;
    put(out, LISTED_MARK, 4);
    put(out, MADE_ON_UNIX | (far ? VERSION_64 : VERSION_STORED), 2);
    put(out, far ? VERSION_64 : VERSION_STORED, 2);
    put(out, FLAGS, 2);
    put(out, 0, 2);
    put(out, a->when, 4);
    put(out, a->sum, 4);
    put(out, (uint64_t)a->file_at, 4);
    put(out, (uint64_t)a->file_at, 4);
    put(out, a->file_name.length, 2);
    put(out, far ? 12 : 0, 2);
    put(out, 0, 2 + 2 + 2); // no comment, first disk, binary
    put(out, plain_file, 4);
    put(out, far ? elsewhere : (uint64_t)a->from, 4);
    buf_text(out, a->file_name);
    if (far) {
        put(out, 1, 2);
        put(out, 8, 2);
        put(out, (uint64_t)a->from, 8);
    }
    a->files++;
}

static void file_end(Archive *a)
{
    Buf *out = &a->waiting;
    put(out, SUMS_MARK, 4);
    put(out, a->sum, 4);
    put(out, (uint64_t)a->file_at, 4);
    put(out, (uint64_t)a->file_at, 4);
    file_list(a);
    blob_reader_close(a->reader);
    a->reader = NULL;
}

static bool file_read(Archive *a, char *bytes, size_t room, size_t *got, Fault *fault)
{
    if (!blob_read(a->reader, a->file_at, bytes, room, got, fault)) {
        if (fault->kind != FAULT_BROKEN)
            return false;
        a->damaged = true; // what was read before the damage counts
        if (*got == 0)
            log_error("archive.damaged text=%s", fault->text);
    }
    a->sum = crc_run(&a->crc, a->sum, bytes, *got);
    a->file_at += (int64_t)*got;
    if (*got == 0)
        file_end(a);
    return true;
}

// ---- songs

// Time and day as DOS has them: two seconds in 5 bits, minutes, hours; then days, months, years since 1980.
static uint32_t dos_time(int64_t at)
{
    time_t seconds = (time_t)(at / MS_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    int years = utc.tm_year > 80 ? utc.tm_year - 80 : 0;
    int time = utc.tm_hour << 11 | utc.tm_min << 5 | utc.tm_sec / 2;
    return (uint32_t)(years << 9 | (utc.tm_mon + 1) << 5 | utc.tm_mday) << 16 | (uint32_t)time;
}

static void song_begin(Archive *a, const LibrarySong *song)
{
    a->when = dos_time(song->created);
    Str title = archive_name(&a->page_arena, song->title);
    a->folder = arena_print(&a->page_arena, "%04d " STR_FMT, ++a->songs, STR_ARG(title));
    a->kind = 0;
    a->damaged = false;
}

static void song_note(Archive *a, const LibrarySong *song)
{
    jsonout_open(&a->json, '{');
    jsonout_key(&a->json, "folder");
    jsonout_str(&a->json, a->folder);
    jsonout_key(&a->json, "title");
    jsonout_str(&a->json, song->title);
    jsonout_key(&a->json, "length_ms");
    jsonout_int(&a->json, song->length_ms);
    jsonout_key(&a->json, "created_ms");
    jsonout_int(&a->json, song->created);
    jsonout_key(&a->json, "favourite");
    jsonout_bool(&a->json, song->favourite);
    if (a->damaged) {
        jsonout_key(&a->json, "damaged");
        jsonout_bool(&a->json, true);
    }
    jsonout_close(&a->json, '}');
}

static bool page_next(Archive *a, People *people, Fault *fault)
{
    SongQuery query = { .account = a->account, .before = a->before, .limit = PAGE };
    People here = *people;
    arena_close(&a->page_arena);
    a->page_arena = (Arena){ 0 };
    here.arena = &a->page_arena;
    a->row = 0;
    a->kind = KINDS;
    a->folder = STR("");
    if (!song_list(&here, &query, &a->page, fault))
        return false;
    a->before = a->page.next;
    a->last_page = a->page.next.n == 0;
    return true;
}

static Str name_of(Archive *a, const LibrarySong *song, int kind)
{
    if (kinds[kind].ending == NULL)
        return arena_print(&a->page_arena, STR_FMT "/%s", STR_ARG(a->folder), kinds[kind].name);
    Str title = archive_name(&a->page_arena, song->title);
    return arena_print(&a->page_arena, STR_FMT "/" STR_FMT "%s", STR_ARG(a->folder), STR_ARG(title),
                       kinds[kind].ending);
}

// The song's next file, if it has one of this kind.
static bool file_next(Archive *a, People *people, const LibrarySong *song, Fault *fault)
{
    BlobFacts facts;
    bool found;
    int kind = a->kind++;
    if (!blob_find(people->db, people->arena, song->id, kinds[kind].kind, &facts, &found, fault))
        return false;
    if (!found || !facts.whole || facts.bytes >= UINT32_MAX)
        return true;
    if (!blob_open(a->blobs, &facts, &a->reader, fault)) {
        a->reader = NULL;
        a->damaged |= fault->kind == FAULT_BROKEN;
        return fault->kind == FAULT_MISSING || fault->kind == FAULT_BROKEN;
    }
    file_head(a, name_of(a, song, kind));
    return true;
}

// One step on among the songs: a file, a song, a page.
static bool songs_next(Archive *a, People *people, Fault *fault)
{
    const LibrarySong *song = a->row < a->page.count ? &a->page.list[a->row] : NULL;
    if (song && a->folder.length == 0) {
        if (song->state == SONG_READY)
            song_begin(a, song);
        else
            a->row++;
        return true;
    }
    if (song && a->kind < KINDS)
        return file_next(a, people, song, fault);
    if (song) {
        song_note(a, song);
        a->folder = STR("");
        a->row++;
        return true;
    }
    if (a->last_page || a->songs >= ARCHIVE_SONGS_MAX) {
        a->step = STEP_NAMES;
        return true;
    }
    return page_next(a, people, fault);
}

// ---- the end

static void put_names(Archive *a)
{
    jsonout_close(&a->json, ']');
    jsonout_key(&a->json, "next");
    if (a->last_page)
        jsonout_null(&a->json);
    else
        jsonout_str(&a->json, id_text(&a->arena, a->before.n));
    jsonout_close(&a->json, '}');
    Str text = buf_str(&a->names);
    a->when = dos_time(clock_now());
    file_head(a, STR("songs.json"));
    a->sum = crc_run(&a->crc, 0, text.data, text.length);
    a->file_at = (int64_t)text.length;
    wait_with(a, text);
    file_end(a);
    a->step = STEP_LIST;
}

static void put_end64(Buf *out, int64_t files, int64_t bytes, int64_t from)
{
    put(out, END64_MARK, 4);
    put(out, 44, 8); // bytes that follow
    put(out, VERSION_64, 2);
    put(out, VERSION_64, 2);
    put(out, 0, 4 + 4);
    put(out, (uint64_t)files, 8);
    put(out, (uint64_t)files, 8);
    put(out, (uint64_t)bytes, 8);
    put(out, (uint64_t)from, 8);
    put(out, LOCATOR_MARK, 4);
    put(out, 0, 4);
    put(out, (uint64_t)(from + bytes), 8);
    put(out, 1, 4);
}

static bool put_list(Archive *a, Fault *fault)
{
    int64_t from = a->at, bytes = (int64_t)a->list.length;
    bool far = from + bytes >= a->far || a->files >= UINT16_MAX;
    if (a->list.full || a->names.full)
        return fault_set(fault, FAULT_BROKEN, "an archive's list is too long");
    Buf *out = &a->waiting;
    wait_with(a, buf_str(&a->list));
    if (far)
        put_end64(out, a->files, bytes, from);
    uint64_t files = far ? UINT16_MAX : (uint64_t)a->files;
    put(out, END_MARK, 4);
    put(out, 0, 4);
    put(out, files, 2);
    put(out, files, 2);
    put(out, far ? elsewhere : (uint64_t)bytes, 4);
    put(out, far ? elsewhere : (uint64_t)from, 4);
    put(out, 0, 2);
    a->step = STEP_OVER;
    return !out->full || fault_set(fault, FAULT_BROKEN, "an archive's end is too long");
}

static bool go_on(Archive *a, People *people, Fault *fault)
{
    switch (a->step) {
    case STEP_SONGS:
        return songs_next(a, people, fault);
    case STEP_NAMES:
        put_names(a);
        return true;
    case STEP_LIST:
        return put_list(a, fault);
    case STEP_OVER:
        break;
    }
    return true;
}

// ---- reading

static size_t take_waiting(Archive *a, char *bytes, size_t room)
{
    size_t there = a->waiting.length - a->waited, count = there < room ? there : room;
    if (count > 0)
        memcpy(bytes, a->waiting.data + a->waited, count);
    a->waited += count;
    if (a->waited == a->waiting.length)
        forget_waiting(a);
    return count;
}

bool archive_read(Archive *a, People *people, char *bytes, size_t room, size_t *got, Fault *fault)
{
    *got = 0;
    while (*got < room) {
        size_t some = take_waiting(a, bytes + *got, room - *got);
        bool waits = a->waiting.length > 0;
        if (some == 0 && a->step == STEP_OVER)
            break;
        if (some == 0 && a->reader && !file_read(a, bytes + *got, room - *got, &some, fault))
            return false;
        *got += some;
        a->at += (int64_t)some;
        if (some == 0 && !waits && a->waiting.length == 0 && !a->reader && !go_on(a, people, fault))
            return false;
    }
    return true;
}

Archive *archive_open(Blobs *blobs, AccountId account, SongId before)
{
    Archive *a = calloc(1, sizeof *a);
    if (a == NULL)
        abort();
    a->blobs = blobs;
    a->account = account;
    a->before = before;
    a->far = UINT32_MAX;
    a->folder = STR("");
    crc_tune(&a->crc);
    a->waiting = buf_make(&a->arena, LIST_BYTES_MAX + SONGS_BYTES_MAX);
    a->list = buf_make(&a->arena, LIST_BYTES_MAX);
    a->names = buf_make(&a->arena, SONGS_BYTES_MAX);
    a->json = (JsonOut){ .buf = &a->names };
    jsonout_open(&a->json, '{');
    jsonout_key(&a->json, "songs");
    jsonout_open(&a->json, '[');
    return a;
}

void archive_far(Archive *a, int64_t from)
{
    a->far = from;
}

void archive_close(Archive *a)
{
    if (a == NULL)
        return;
    blob_reader_close(a->reader);
    arena_close(&a->page_arena);
    arena_close(&a->arena);
    free(a);
}
