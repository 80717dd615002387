// Scrubbing: files are read again as they lie, and compared with the digest their writer noted. It needs
// no keys, so it finds bit rot also in what nobody may open.
#include "blob/parts.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <sodium.h>

enum { PIECE = 64 * 1024 };

static bool digest_of(const BlobStore *store, BlobFile *file, Arena *arena, unsigned char out[HASH_BYTES],
                      int64_t *length, Fault *fault)
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
    unsigned char *piece = arena_take(arena, PIECE);
    *length = 0;
    for (size_t got = 1; got > 0; *length += (int64_t)got) {
        if (!store->read(file, *length, piece, PIECE, &got, fault))
            return false;
        crypto_generichash_update(&state, piece, got);
    }
    crypto_generichash_final(&state, out, HASH_BYTES);
    return true;
}

// A file that is gone or cannot be read is as damaged as one that differs. Failing to open it for any
// other cause (too many files open, say) tells nothing of the file.
static bool is_sound(const BlobStore *store, Arena *arena, int64_t id, int64_t bytes, Str digest, bool *sound,
                     ScrubReport *out, Fault *fault)
{
    BlobFile *file;
    *sound = false;
    if (!store->open(store->self, id, &file, fault))
        return fault->kind == FAULT_MISSING;
    unsigned char hash[HASH_BYTES];
    int64_t length;
    Fault unread;
    if (digest_of(store, file, arena, hash, &length, &unread)) {
        *sound = length == file_bytes(bytes) && digest.length == HASH_BYTES &&
                 secret_same(digest.data, hash, HASH_BYTES);
        out->bytes += length;
    }
    store->close(file);
    return true;
}

static bool scrub_one(Blobs *blobs, Db *db, const DbRows *rows, int i, ScrubReport *out, Fault *fault)
{
    Arena arena = { 0 };
    const int64_t id = db_int(rows, i, 0);
    bool sound;
    int64_t changed = 0;
    bool done =
        is_sound(&blobs->store, &arena, id, db_int(rows, i, 1), db_text(rows, i, 2), &sound, out, fault) &&
        db_run(db, sound ? SQL_BLOB_CHECKED : SQL_BLOB_DAMAGED, DB_ARGS(DB_INT(id), DB_INT(clock_now())),
               &changed, fault);
    out->checked += done;
    if (done && !sound && changed == 1) { // else it was condemned and removed meanwhile
        out->damaged++;
        log_error("blob.damaged blob=" STR_FMT, STR_ARG(id_text(&arena, id)));
    }
    arena_close(&arena);
    return done;
}

bool blob_scrub(Blobs *blobs, Db *db, int count, ScrubReport *out, Fault *fault)
{
    *out = (ScrubReport){ 0 };
    Arena arena = { 0 };
    DbRows rows;
    bool done = db_list(db, &arena, SQL_BLOB_LIST_UNCHECKED, DB_ARGS(DB_INT(count)), &rows, fault);
    for (int i = 0; done && i < rows.count; i++)
        done = scrub_one(blobs, db, &rows, i, out, fault);
    arena_close(&arena);
    return done || fault_while(fault, "scrubbing blobs");
}
