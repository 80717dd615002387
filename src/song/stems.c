// The list at a zip's end, PKWARE's APPNOTE 6.3: what ends it says where the list begins.
#include "song/stems.h"

enum {
    LISTED_MARK = 0x02014b50,
    END_MARK = 0x06054b50,
    LOCAL_BYTES = 30, // before a file's name and bytes
    END_BYTES = 22,
};

typedef struct Cursor {
    Str rest;
    bool short_of; // more was asked for than there is
} Cursor;

static uint32_t number(Cursor *c, size_t bytes)
{
    uint32_t value = 0;
    if (c->rest.length < bytes) {
        c->short_of = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        value |= (uint32_t)(unsigned char)c->rest.data[i] << (8 * i);
    c->rest = str_slice(c->rest, bytes, c->rest.length);
    return value;
}

// So many bytes that must be nought.
static bool noughts(Cursor *c, size_t bytes)
{
    bool all = true;
    while (bytes-- > 0)
        all &= number(c, 1) == 0;
    return all;
}

static bool name_fits(Str name)
{
    if (name.length == 0 || name.length > STEM_NAME_MAX || name.data[0] == '.')
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (c <= ' ' || c > '~' || c == '/' || c == '\\' || c == '"' || c == ':')
            return false;
    }
    return true;
}

static bool name_new(const Stem *list, int count, Str name)
{
    for (int i = 0; i < count; i++)
        if (str_equal(list[i].name, name))
            return false;
    return true;
}

// What the end says: how many files, and where their list begins.
static bool read_end(Str end, int64_t whole, int *count, int64_t *from)
{
    if (end.length < END_BYTES)
        return false;
    Cursor c = { str_slice(end, end.length - END_BYTES, end.length), false };
    bool good = number(&c, 4) == END_MARK && noughts(&c, 4);
    uint32_t here = number(&c, 2), all = number(&c, 2), bytes = number(&c, 4);
    *from = number(&c, 4);
    *count = (int)all;
    return good && here == all && all <= STEMS_MAX && noughts(&c, 2) && bytes <= end.length - END_BYTES &&
           *from + bytes + END_BYTES == whole;
}

// `*next` is where this file may begin at the earliest, afterwards the next one.
static bool read_file(Cursor *c, int64_t list_from, int64_t *next, Stem *out)
{
    bool good = number(c, 4) == LISTED_MARK;
    number(c, 2 + 2);      // who wrote it, who can read it
    number(c, 2);          // the name is UTF-8
    good &= noughts(c, 2); // stored
    number(c, 2 + 2);      // when
    number(c, 4);          // the sum
    uint32_t packed = number(c, 4), bytes = number(c, 4), name = number(c, 2);
    good &= noughts(c, 2 + 2 + 2); // nothing extra, no comment, first disk
    number(c, 2);
    number(c, 4);
    int64_t from = number(c, 4);
    if (!good || c->short_of || name > c->rest.length)
        return false;
    *out = (Stem){ str_slice(c->rest, 0, name), from + LOCAL_BYTES + name, bytes };
    c->rest = str_slice(c->rest, name, c->rest.length);
    bool fits = packed == bytes && from >= *next && out->at + out->bytes <= list_from;
    *next = out->at + out->bytes;
    return fits && name_fits(out->name);
}

bool stems_read(Arena *arena, Str end, int64_t whole, Stem **list, int *count, Fault *fault)
{
    int64_t from = 0, next = 0;
    bool good = read_end(end, whole, count, &from);
    if (good) {
        Cursor c = { str_slice(end, end.length - (size_t)(whole - from), end.length - END_BYTES), false };
        *list = ARENA_ARRAY(arena, Stem, (size_t)*count);
        for (int i = 0; good && i < *count; i++)
            good = read_file(&c, from, &next, &(*list)[i]) && name_new(*list, i, (*list)[i].name);
        good &= c.rest.length == 0;
    }
    return good || fault_set(fault, FAULT_BROKEN, "a zip of stems cannot be read");
}

bool stems_list(Blobs *blobs, const BlobFacts *zip, Arena *arena, Stem **list, int *count, Fault *fault)
{
    BlobReader *reader;
    size_t wanted = zip->bytes < STEMS_LIST_BYTES ? (size_t)zip->bytes : STEMS_LIST_BYTES, got = 0;
    char *end = arena_take(arena, wanted + 1);
    if (!blob_open(blobs, zip, &reader, fault))
        return false;
    bool read = blob_read(reader, zip->bytes - (int64_t)wanted, end, wanted, &got, fault);
    blob_reader_close(reader);
    return read && stems_read(arena, (Str){ end, got }, zip->bytes, list, count, fault);
}
