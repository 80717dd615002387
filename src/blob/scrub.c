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

typedef enum Finding { SOUND, DAMAGED, AWAY } Finding;

// Failing to open a file for any other cause than that it is gone (too many files open, say) tells nothing.
static bool look_at(const BlobStore *store, Arena *arena, int64_t id, int64_t bytes, Str digest, Finding *out,
                    int64_t *read, Fault *fault)
{
    BlobFile *file;
    *out = AWAY;
    if (!store->open(store->self, id, &file, fault))
        return fault->kind == FAULT_MISSING;
    unsigned char hash[HASH_BYTES];
    int64_t length;
    Fault unread;
    if (digest_of(store, file, arena, hash, &length, &unread)) {
        bool same = length == file_bytes(bytes) && digest.length == HASH_BYTES &&
                    secret_same(digest.data, hash, HASH_BYTES);
        *out = same ? SOUND : DAMAGED;
        *read += length;
    }
    store->close(file);
    return true;
}

static bool look_at_all(const BlobStore *store, const DbRows *rows, Finding *findings, ScrubReport *out,
                        Fault *fault)
{
    for (int i = 0; i < rows->count; i++) {
        Arena piece = { 0 };
        bool looked = look_at(store, &piece, db_int(rows, i, 0), db_int(rows, i, 1), db_text(rows, i, 2),
                              &findings[i], &out->bytes, fault);
        arena_close(&piece);
        if (!looked)
            return false;
        out->away += findings[i] == AWAY;
    }
    return true;
}

// A file that is gone or cannot be read is as damaged as one that differs.
static bool note(Db *db, int64_t id, bool damaged, ScrubReport *out, Fault *fault)
{
    int64_t changed = 0;
    if (!db_run(db, damaged ? SQL_BLOB_DAMAGED : SQL_BLOB_CHECKED, DB_ARGS(DB_INT(id), DB_INT(clock_now())),
                &changed, fault))
        return false;
    out->checked++;
    if (!damaged || changed == 0) // condemned and removed meanwhile
        return true;
    Arena arena = { 0 };
    out->damaged++;
    log_error("blob.damaged blob=" STR_FMT, STR_ARG(id_text(&arena, id)));
    arena_close(&arena);
    return true;
}

static bool scrub(Blobs *blobs, Db *db, Arena *arena, int count, ScrubReport *out, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_BLOB_LIST_UNCHECKED, DB_ARGS(DB_INT(count)), &rows, fault))
        return false;
    Finding *findings = ARENA_ARRAY(arena, Finding, (size_t)rows.count + 1);
    if (!look_at_all(&blobs->store, &rows, findings, out, fault))
        return false;
    // Several, and none of them there: it is the folder that is away, and it may come back.
    bool all_away = rows.count > 1 && out->away == rows.count;
    if (all_away)
        log_error("blob.all_away count=%d", rows.count);
    for (int i = 0; i < rows.count; i++)
        if (!note(db, db_int(&rows, i, 0), findings[i] != SOUND && !all_away, out, fault))
            return false;
    return true;
}

bool blob_scrub(Blobs *blobs, Db *db, int count, ScrubReport *out, Fault *fault)
{
    *out = (ScrubReport){ 0 };
    Arena arena = { 0 };
    bool done = scrub(blobs, db, &arena, count, out, fault);
    arena_close(&arena);
    return done || fault_while(fault, "scrubbing blobs");
}
