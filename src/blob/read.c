// Reading a blob: any range, a chunk at a time. The chunk opened last is kept, so that small reads one
// after the other open each chunk once.
#include "blob/parts.h"

#include "sys/secret.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct BlobReader {
    const BlobStore *store;
    BlobFacts facts;
    BlobFile *file; // NULL: it grows and has not been made yet
    int64_t chunk;  // the one that is open; -1: none
    size_t filled;  // its bytes
    unsigned char key[KEY_BYTES];
    unsigned char open[CHUNK_SEALED];
};

static bool damaged(const BlobReader *reader, const char *how, Fault *fault)
{
    Arena arena = { 0 };
    fault_set(fault, FAULT_BROKEN, "blob " STR_FMT " is damaged: %s",
              STR_ARG(id_text(&arena, reader->facts.id.n)), how);
    arena_close(&arena);
    return false;
}

// The length of the file, and whether it begins as it must. A growing one may not have its head yet.
static bool look(BlobReader *reader, int64_t *length, Fault *fault)
{
    unsigned char head[HEAD_BYTES];
    size_t got = 0;
    if (!reader->store->size(reader->file, length, fault))
        return false;
    if (!reader->facts.whole && *length < HEAD_BYTES)
        return true;
    if (!reader->store->read(reader->file, 0, head, sizeof head, &got, fault))
        return false;
    if (got != sizeof head || !head_fits(head, reader->facts.id.n))
        return damaged(reader, "its head is not ours", fault);
    if (reader->facts.whole && *length != file_bytes(reader->facts.bytes))
        return damaged(reader, "its file has another length", fault);
    return true;
}

// A row that is growing is there before its file: then there is nothing to read yet.
static bool attach(BlobReader *reader, Fault *fault)
{
    if (reader->file)
        return true;
    if (!reader->store->open(reader->store->self, reader->facts.id.n, &reader->file, fault)) {
        reader->file = NULL;
        return !reader->facts.whole && fault->kind == FAULT_MISSING;
    }
    int64_t length;
    return look(reader, &length, fault);
}

bool reader_open(const BlobStore *store, const BlobFacts *facts, const unsigned char key[KEY_BYTES],
                 BlobReader **out, Fault *fault)
{
    BlobReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        abort();
    reader->store = store;
    reader->facts = *facts;
    reader->chunk = -1;
    memcpy(reader->key, key, KEY_BYTES);
    if (attach(reader, fault)) {
        *out = reader;
        return true;
    }
    blob_reader_close(reader);
    return false;
}

bool blob_open(Blobs *blobs, const BlobFacts *facts, BlobReader **out, Fault *fault)
{
    unsigned char key[KEY_BYTES];
    if (!vault_file_key(blobs->vault, facts->account, facts->id.n, key, fault))
        return false;
    bool opened = reader_open(&blobs->store, facts, key, out, fault);
    secret_wipe(key, sizeof key);
    return opened;
}

void blob_reader_close(BlobReader *reader)
{
    if (reader == NULL)
        return;
    if (reader->file)
        reader->store->close(reader->file);
    secret_wipe(reader, sizeof *reader);
    free(reader);
}

int64_t blob_length(BlobReader *reader)
{
    if (reader->facts.whole)
        return reader->facts.bytes;
    Fault ignored;
    int64_t length = 0;
    if (!attach(reader, &ignored) || !reader->file || !reader->store->size(reader->file, &length, &ignored))
        return 0;
    return whole_chunks(length) * BLOB_CHUNK;
}

// Of a growing blob any full chunk may turn out to be the last; of a whole one only the last may.
static bool open_bytes(BlobReader *reader, int64_t number, size_t count)
{
    ChunkPlace place = { reader->facts.id.n, number, false };
    if (reader->facts.whole) {
        place.last = (number + 1) * BLOB_CHUNK >= reader->facts.bytes;
        return chunk_open(reader->key, place, reader->open, count);
    }
    unsigned char kept[CHUNK_SEALED]; // a failure wipes what it was given
    memcpy(kept, reader->open, count);
    if (chunk_open(reader->key, place, reader->open, count))
        return true;
    memcpy(reader->open, kept, count);
    place.last = true;
    return chunk_open(reader->key, place, reader->open, count);
}

static bool open_chunk(BlobReader *reader, int64_t number, Fault *fault)
{
    if (reader->chunk == number)
        return true;
    reader->chunk = -1;
    size_t wanted = CHUNK_SEALED, got;
    int64_t left = reader->facts.bytes - number * BLOB_CHUNK;
    if (reader->facts.whole && left < BLOB_CHUNK)
        wanted = (size_t)left + CHUNK_TAG;
    if (!reader->store->read(reader->file, HEAD_BYTES + number * CHUNK_SEALED, reader->open, wanted, &got,
                             fault))
        return false;
    if (got != wanted || !open_bytes(reader, number, wanted)) {
        char how[60];
        snprintf(how, sizeof how, "chunk %" PRId64 " does not open", number);
        return damaged(reader, how, fault);
    }
    reader->chunk = number;
    reader->filled = wanted - CHUNK_TAG;
    return true;
}

bool blob_read(BlobReader *reader, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault)
{
    *got = 0;
    int64_t length = blob_length(reader);
    if (at < 0 || at >= length || count == 0)
        return true;
    if ((uint64_t)count > (uint64_t)(length - at))
        count = (size_t)(length - at);
    while (*got < count) {
        int64_t from = at + (int64_t)*got;
        if (!open_chunk(reader, from / BLOB_CHUNK, fault))
            return fault_while(fault, "reading a blob");
        size_t skip = (size_t)(from % BLOB_CHUNK), some = reader->filled - skip;
        if (some > count - *got)
            some = count - *got;
        memcpy((char *)bytes + *got, reader->open + skip, some);
        *got += some;
    }
    return true;
}
