// Sweeping: condemned blobs, what writers left behind, and files that have no row.
//
// A row is committed before its file is made and removed after it, and ids are never used again. So a file
// whose row is not there has none for ever, and a file that has one is never touched here.
#include "blob/parts.h"

#include "base/buf.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum {
    GIVEN_UP_MS = MS_DAY, // a blob that still grows after this has no writer
    FUSE_ORPHANS = 100,   // more than these, and
    FUSE_SHARE = 2,       // more than one file in this many: it is the wrong database, not litter
};

// `work` for every id a statement lists, page after page.
typedef struct Pages {
    Sql statement;
    int64_t before; // the statement's first argument; -1: it has none
    bool (*work)(void *self, int64_t id, Fault *fault);
    void *self;
} Pages;

static bool page(Db *db, Arena *arena, const Pages *pages, int64_t *after, bool *more, Fault *fault)
{
    DbRows rows;
    const DbArgs both = DB_ARGS(DB_INT(pages->before), DB_INT(*after)), one = DB_ARGS(DB_INT(*after));
    if (!db_list(db, arena, pages->statement, pages->before < 0 ? one : both, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        *after = db_int(&rows, i, 0);
        if (!pages->work(pages->self, *after, fault))
            return false;
    }
    *more = rows.count > 0;
    return true;
}

static bool for_all(Db *db, const Pages *pages, Fault *fault)
{
    bool more = true, done = true;
    for (int64_t after = 0; done && more;) {
        Arena arena = { 0 };
        done = page(db, &arena, pages, &after, &more, fault);
        arena_close(&arena);
    }
    return done;
}

typedef struct Sweep {
    Blobs *blobs;
    Db *db;
    SweepReport *report;
    Arena arena;
    int64_t older_than; // for orphans
    int files;
    Buf orphans; // ids
} Sweep;

static bool remove_condemned(void *self, int64_t id, Fault *fault)
{
    const Sweep *sweep = self;
    const BlobStore *store = &sweep->blobs->store;
    int64_t removed = 0;
    if (!store->remove(store->self, id, fault) ||
        !db_run(sweep->db, SQL_BLOB_REMOVE, DB_ARGS(DB_INT(id)), &removed, fault))
        return false;
    sweep->report->removed += (int)removed;
    return true;
}

// Its writer could still live if it was stopped for a day: settling then tells it that it was too late.
static bool condemn_given_up(void *self, int64_t id, Fault *fault)
{
    const Sweep *sweep = self;
    return db_run(sweep->db, SQL_BLOB_CONDEMN, DB_ARGS(DB_INT(id)), NULL, fault);
}

static bool has_row(Db *db, int64_t id, bool *has, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool read = db_find(db, &arena, SQL_BLOB_ROW, DB_ARGS(DB_INT(id)), &row, has, fault);
    arena_close(&arena);
    return read;
}

static bool note_orphan(void *self, int64_t id, int64_t changed_ms, Fault *fault)
{
    Sweep *sweep = self;
    sweep->files++;
    bool has;
    // Both its name and the disk must say that it is old: either clock may have been wrong.
    if (changed_ms >= sweep->older_than || id_time(id) >= sweep->older_than)
        return true;
    if (!has_row(sweep->db, id, &has, fault))
        return false;
    if (!has)
        buf_bytes(&sweep->orphans, &id, sizeof id);
    return true;
}

static bool remove_orphans(Sweep *sweep, Fault *fault)
{
    const BlobStore *store = &sweep->blobs->store;
    const int64_t *ids = (const int64_t *)(const void *)sweep->orphans.data;
    int count = (int)(sweep->orphans.length / sizeof *ids);
    if (count > FUSE_ORPHANS && count > sweep->files / FUSE_SHARE)
        return fault_set(fault, FAULT_BROKEN,
                         "%d of %d blobs have no row: is this their database? None was removed", count,
                         sweep->files);
    for (int i = 0; i < count; i++) {
        bool has;
        if (!has_row(sweep->db, ids[i], &has, fault) || (!has && !store->remove(store->self, ids[i], fault)))
            return false;
        sweep->report->orphans += !has;
    }
    return true;
}

static bool sweep_orphans(Sweep *sweep, Fault *fault)
{
    const BlobStore *store = &sweep->blobs->store;
    sweep->orphans = buf_make(&sweep->arena, (size_t)1 << 24); // what does not fit is found next time
    bool swept = store->list(store->self, note_orphan, sweep, fault) && remove_orphans(sweep, fault);
    arena_close(&sweep->arena);
    return swept;
}

bool blob_sweep(Blobs *blobs, Db *db, int64_t orphan_age_ms, SweepReport *out, Fault *fault)
{
    *out = (SweepReport){ 0 };
    const int64_t now = clock_now();
    Sweep sweep = { .blobs = blobs, .db = db, .report = out, .older_than = now - orphan_age_ms };
    const int64_t given_up = now - (orphan_age_ms > GIVEN_UP_MS ? orphan_age_ms : GIVEN_UP_MS);
    const Pages stale = { SQL_BLOB_LIST_STALE, given_up, condemn_given_up, &sweep },
                condemned = { SQL_BLOB_LIST_CONDEMNED, -1, remove_condemned, &sweep };
    return (for_all(db, &stale, fault) && for_all(db, &condemned, fault) && sweep_orphans(&sweep, fault)) ||
           fault_while(fault, "sweeping blobs");
}
