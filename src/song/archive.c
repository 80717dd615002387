#include "song/archive.h"

#include "base/buf.h"
#include "sys/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, SONGS_AT_ONCE = 20, FOLDER_BYTES = 84, TITLE_BYTES = 56, END_BLOCKS = 2 };

static const struct {
    const char *kind, *name;
} files[] = {
    { "flac", "song.flac" },     { "mid", "song.mid" },    { "lrc", "lyrics.lrc" },
    { "recipe", "recipe.json" }, { "stems", "stems.zip" },
};

enum { FILES = sizeof files / sizeof *files };

typedef struct Entry {
    SongId song;
    char folder[FOLDER_BYTES]; // "Title (id)"
    int64_t at;                // when it was made
} Entry;

struct Archive {
    Vault *vault;
    Blobs *blobs;
    AccountId account;
    Entry list[SONGS_AT_ONCE];
    int count, song, file; // which of the list, which of its files is next
    SongId before;         // the cursor
    bool last;             // there are no more songs to be listed
    BlobReader *reader;    // of the file that is being given
    int64_t read, bytes;   // of it
    int zeros;             // to be given before the next
    bool ended;
};

Archive *archive_open(Vault *vault, Blobs *blobs, AccountId account)
{
    Archive *archive = calloc(1, sizeof *archive);
    if (archive == NULL)
        abort();
    *archive = (Archive){ .vault = vault, .blobs = blobs, .account = account };
    return archive;
}

void archive_close(Archive *archive)
{
    blob_reader_close(archive->reader);
    free(archive);
}

// The title without what file systems do not like, cut between characters.
static void name_folder(Arena *arena, const LibrarySong *song, char out[FOLDER_BYTES])
{
    Buf buf = buf_make(arena, FOLDER_BYTES);
    for (size_t i = 0; i < song->title.length; i++) {
        unsigned char c = (unsigned char)song->title.data[i];
        if (buf.length >= TITLE_BYTES && (c & 0xc0) != 0x80)
            break;
        if (c >= 32 && c != 127 && strchr("/\\:*?\"<>|", c) == NULL)
            buf_bytes(&buf, &c, 1);
    }
    snprintf(out, FOLDER_BYTES, "%.*s (" STR_FMT ")", (int)buf.length, buf.data,
             STR_ARG(id_text(arena, song->id.n)));
}

static bool list_more(Archive *a, Db *db, Arena *arena, Fault *fault)
{
    People people = { .db = db, .vault = a->vault, .arena = arena };
    SongQuery query = { .account = a->account, .before = a->before, .limit = SONGS_AT_ONCE };
    SongPage page;
    if (!song_list(&people, &query, &page, fault))
        return false;
    a->count = a->song = a->file = 0;
    for (int i = 0; i < page.count; i++) {
        if (page.list[i].state != SONG_READY)
            continue;
        Entry *entry = &a->list[a->count++];
        entry->song = page.list[i].id;
        entry->at = page.list[i].created / MS_SECOND;
        name_folder(arena, &page.list[i], entry->folder);
    }
    a->before = page.next;
    a->last = page.next.n == 0;
    return true;
}

// POSIX ustar. The sum is over the header with blanks in its own place.
static void write_header(const Entry *entry, const char *name, int64_t bytes, char out[BLOCK])
{
    memset(out, 0, BLOCK);
    snprintf(out, 100, "%s/%s", entry->folder, name);
    memcpy(out + 100, "0000644\0000000000\0000000000", 24);
    snprintf(out + 124, 12, "%011llo", (unsigned long long)bytes);
    snprintf(out + 136, 12, "%011llo", (unsigned long long)entry->at);
    memset(out + 148, ' ', 8);
    out[156] = '0';
    memcpy(out + 257, "ustar\00000", 8);
    unsigned sum = 0;
    for (int i = 0; i < BLOCK; i++)
        sum += (unsigned char)out[i];
    snprintf(out + 148, 8, "%06o", sum);
}

// Opens the next file there is; NULL reader at the end of all.
static bool next_file(Archive *a, Db *db, Arena *arena, const Entry **entry, const char **name, Fault *fault)
{
    for (;;) {
        if (a->song == a->count) {
            if (a->last)
                return true;
            if (!list_more(a, db, arena, fault))
                return false;
            continue;
        }
        *entry = &a->list[a->song];
        *name = files[a->file].name;
        BlobFacts facts;
        bool found;
        if (!blob_find(db, arena, (*entry)->song, files[a->file].kind, &facts, &found, fault))
            return false;
        a->song += a->file + 1 == FILES;
        a->file = (a->file + 1) % FILES;
        if (!found || !facts.whole)
            continue;
        if (blob_open(a->blobs, &facts, &a->reader, fault)) {
            a->bytes = facts.bytes;
            a->read = 0;
            return true;
        }
        if (fault->kind != FAULT_MISSING)
            return false;
        a->reader = NULL;
    }
}

static bool begin_file(Archive *a, Db *db, Arena *arena, char *bytes, size_t *got, Fault *fault)
{
    const Entry *entry = NULL;
    const char *name = NULL;
    if (!next_file(a, db, arena, &entry, &name, fault))
        return false;
    if (a->reader == NULL) {
        a->zeros = END_BLOCKS * BLOCK;
        a->ended = true;
        return true;
    }
    write_header(entry, name, a->bytes, bytes);
    *got = BLOCK;
    return true;
}

static bool go_on(Archive *a, char *bytes, size_t most, size_t *got, Fault *fault)
{
    int64_t left = a->bytes - a->read;
    size_t wanted = left < (int64_t)most ? (size_t)left : most;
    if (wanted > 0 && !blob_read(a->reader, a->read, bytes, wanted, got, fault))
        return false;
    if (wanted > 0 && *got == 0)
        return fault_set(fault, FAULT_BROKEN, "a file is shorter than it was");
    a->read += (int64_t)*got;
    if (a->read < a->bytes)
        return true;
    blob_reader_close(a->reader);
    a->reader = NULL;
    a->zeros = (int)((BLOCK - a->bytes % BLOCK) % BLOCK);
    return true;
}

bool archive_read(Archive *a, Db *db, Arena *arena, char *bytes, size_t most, size_t *got, Fault *fault)
{
    assert(most >= END_BLOCKS * BLOCK);
    *got = 0;
    while (*got == 0) {
        if (a->zeros > 0) {
            *got = (size_t)a->zeros;
            memset(bytes, 0, *got);
            a->zeros = 0;
        } else if (a->ended) {
            return true;
        } else if (a->reader ? !go_on(a, bytes, most, got, fault)
                             : !begin_file(a, db, arena, bytes, got, fault)) {
            return false;
        }
    }
    return true;
}
