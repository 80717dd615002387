// Writing a blob: chunks are sealed as they fill. A full chunk waits until more comes or the end, since
// only then is it known whether it is the last.
#include "blob/parts.h"

#include "sys/clock.h"
#include "sys/guarded.h"
#include "sys/secret.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct BlobWriter {
    Blobs *blobs;
    BlobId id;
    BlobFile *file;
    int64_t bytes, chunk; // taken; number of the chunk that is filling
    size_t filled;
    bool failed, finished;
    crypto_generichash_state digest;
    unsigned char key[KEY_BYTES];
    unsigned char sealed[CHUNK_SEALED];
    unsigned char open[BLOB_CHUNK];
};

// Whatever fails, the writer is done for: half a chunk may lie in the file.
static bool failed(BlobWriter *writer)
{
    writer->failed = true;
    return false;
}

static bool put(BlobWriter *writer, const unsigned char *bytes, size_t count, Fault *fault)
{
    if (!writer->blobs->store.append(writer->file, bytes, count, fault))
        return failed(writer);
    crypto_generichash_update(&writer->digest, bytes, count);
    return true;
}

static bool start(BlobWriter *writer, const BlobOwner *owner, Fault *fault)
{
    unsigned char head[HEAD_BYTES];
    head_write(writer->id.n, head);
    crypto_generichash_init(&writer->digest, NULL, 0, HASH_BYTES);
    return vault_file_key(writer->blobs->vault, owner->account, writer->id.n, writer->key, fault) &&
           writer->blobs->store.make(writer->blobs->store.self, writer->id.n, &writer->file, fault) &&
           put(writer, head, sizeof head, fault);
}

bool blob_make(Blobs *blobs, Db *db, const BlobOwner *owner, BlobWriter **out, Fault *fault)
{
    assert(!db_inside(db)); // a file must never be there before its row
    BlobWriter *writer = guarded_take(sizeof *writer);
    writer->blobs = blobs;
    writer->id.n = id_make();
    bool row = db_run(db, SQL_BLOB_ADD,
                      DB_ARGS(DB_INT(writer->id.n), DB_INT(owner->account.n), DB_INT(owner->song.n),
                              DB_INT(owner->job.n), DB_TEXT(str_of(owner->kind)), DB_INT(clock_now())),
                      NULL, fault);
    if (row && start(writer, owner, fault)) {
        *out = writer;
        return true;
    }
    writer->failed = true;
    Fault ignored; // the first one tells more
    if (row)
        db_run(db, SQL_BLOB_CONDEMN, DB_ARGS(DB_INT(writer->id.n)), NULL, &ignored);
    blob_close(writer);
    return fault_while(fault, "making a blob");
}

static bool seal_chunk(BlobWriter *writer, bool last, Fault *fault)
{
    const ChunkPlace place = { writer->id.n, writer->chunk, last };
    chunk_seal(writer->key, place, writer->open, writer->filled, writer->sealed);
    size_t count = writer->filled + CHUNK_TAG;
    writer->filled = 0;
    writer->chunk++;
    return put(writer, writer->sealed, count, fault);
}

bool blob_write(BlobWriter *writer, const void *bytes, size_t count, Fault *fault)
{
    assert(!writer->finished);
    const unsigned char *from = bytes;
    while (count > 0) {
        if (writer->failed)
            return fault_set(fault, FAULT_BROKEN, "this blob could not be written");
        if (writer->filled == BLOB_CHUNK && !seal_chunk(writer, false, fault))
            return fault_while(fault, "writing a blob");
        size_t room = BLOB_CHUNK - writer->filled, some = count < room ? count : room;
        memcpy(writer->open + writer->filled, from, some);
        writer->filled += some;
        writer->bytes += (int64_t)some;
        from += some;
        count -= some;
    }
    return true;
}

bool blob_finish(BlobWriter *writer, Fault *fault)
{
    assert(!writer->finished);
    if (writer->failed)
        return fault_set(fault, FAULT_BROKEN, "this blob could not be written");
    if (!seal_chunk(writer, true, fault) || !writer->blobs->store.sync(writer->file, fault)) {
        failed(writer);
        return fault_while(fault, "finishing a blob");
    }
    writer->finished = true;
    return true;
}

bool blob_settle(BlobWriter *writer, Db *db, Fault *fault)
{
    assert(writer->finished); // a row never says more than the disk
    crypto_generichash_state digest = writer->digest;
    unsigned char hash[HASH_BYTES];
    crypto_generichash_final(&digest, hash, sizeof hash);
    int64_t changed = 0;
    if (!db_run(db, SQL_BLOB_SETTLE,
                DB_ARGS(DB_INT(writer->id.n), DB_INT(writer->bytes),
                        DB_BLOB(((Str){ (char *)hash, sizeof hash })), DB_INT(clock_now())),
                &changed, fault))
        return fault_while(fault, "settling a blob");
    return changed == 1 || fault_set(fault, FAULT_CONFLICT, "This was deleted meanwhile.");
}

// A file that failed can never become whole and goes at once, so that a full disk gets its space back.
// Any other may have been settled by a commit whose answer was lost: the row decides, and the sweep asks it.
void blob_close(BlobWriter *writer)
{
    if (writer == NULL)
        return;
    const BlobStore *store = &writer->blobs->store;
    if (writer->file)
        store->close(writer->file);
    Fault ignored;
    if (writer->file && writer->failed)
        store->remove(store->self, writer->id.n, &ignored);
    guarded_give(writer);
}

BlobId blob_id(const BlobWriter *writer)
{
    return writer->id;
}
