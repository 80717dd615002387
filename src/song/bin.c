// The bin: deleting with thirty days to think it over, and what happens after them.
#include "song/row.h"
#include "song/tag.h"

#include "sys/clock.h"

enum { SWEEP_CHUNK = 100 };

bool song_trash(Db *db, AccountId account, SongId id, Fault *fault)
{
    bool mine;
    if (!row_begin(db, &mine, fault))
        return false;
    bool done =
        row_change(db, SQL_SONG_TRASH,
                   DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(clock_now()), DB_INT(row_bin_end())),
                   fault) &&
        db_run(db, SQL_SHARE_REMOVE, DB_ARGS(DB_INT(id.n), DB_INT(account.n)), NULL, fault);
    return row_end(db, mine, done, fault);
}

bool song_untrash(Db *db, AccountId account, SongId id, Fault *fault)
{
    return row_change(db, SQL_SONG_UNTRASH, DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(row_bin_end())),
                      fault);
}

// A version whose parent goes belongs to its parent's parent.
static bool remove_song(Db *db, Arena *arena, AccountId account, SongId id, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_SONG_PURGE_LOOK, DB_ARGS(DB_INT(id.n), DB_INT(account.n)), &row, &found,
                 fault))
        return false;
    if (!found)
        return row_missing(fault);
    if (row_state(db_text(&row, 0, 2)) == SONG_MAKING) // its job holds credits and writes files
        return fault_set(fault, FAULT_CONFLICT, "This song is still being made. Cancel it first.");
    DbValue parent = db_null(&row, 0, 1) ? DB_NULL : DB_INT(db_int(&row, 0, 1));
    return db_run(db, SQL_SONG_ADOPT,
                  DB_ARGS(DB_INT(id.n), DB_INT(db_int(&row, 0, 0)), parent, DB_INT(account.n)), NULL,
                  fault) &&
           blob_condemn_song(db, id, fault) &&
           row_change(db, SQL_SONG_REMOVE, DB_ARGS(DB_INT(id.n), DB_INT(account.n)), fault) &&
           tag_sweep(db, account, fault);
}

bool song_purge(Db *db, AccountId account, SongId id, Fault *fault)
{
    bool mine;
    if (!row_begin(db, &mine, fault))
        return false;
    Arena arena = { 0 };
    bool done = remove_song(db, &arena, account, id, fault);
    arena_close(&arena);
    return row_end(db, mine, done, fault);
}

// Somebody may have been quicker: then it is not ours to count.
static bool sweep_one(Db *db, AccountId account, SongId id, int *purged, Fault *fault)
{
    if (song_purge(db, account, id, fault)) {
        *purged += 1;
        return true;
    }
    return fault->kind == FAULT_MISSING || fault->kind == FAULT_CONFLICT;
}

bool song_sweep(Db *db, Arena *arena, int *purged, Fault *fault)
{
    *purged = 0;
    if (!db_run(db, SQL_SHARE_REMOVE_OVER, DB_ARGS(DB_INT(clock_now())), NULL, fault))
        return fault_while(fault, "removing links that are over");
    DbRows rows;
    int before;
    do {
        before = *purged;
        if (!db_list(db, arena, SQL_SONG_OVER, DB_ARGS(DB_INT(row_bin_end()), DB_INT(SWEEP_CHUNK)), &rows,
                     fault))
            return false;
        for (int i = 0; i < rows.count; i++)
            if (!sweep_one(db, (AccountId){ db_int(&rows, i, 1) }, (SongId){ db_int(&rows, i, 0) }, purged,
                           fault))
                return fault_while(fault, "emptying the bin");
    } while (rows.count == SWEEP_CHUNK && *purged > before);
    return true;
}
