// Columns are named here once, in the order of song.sql.
#include "song/row.h"

#include "sys/clock.h"

#include <string.h>

enum {
    COL_ID,
    COL_ROOT,
    COL_PARENT,
    COL_ACCOUNT,
    COL_FOLDER,
    COL_FAVOURITE,
    COL_STATE,
    COL_TITLE,
    COL_PROMPT,
    COL_SEED,
    COL_ENGINE,
    COL_LENGTH,
    COL_LUFS,
    COL_CREATED,
    COL_TRASHED,
};

static const Str state_names[] = { STR_INIT("making"), STR_INIT("ready"), STR_INIT("failed") };

SongState row_state(Str name)
{
    for (SongState state = SONG_MAKING; state < SONG_FAILED; state++)
        if (str_equal(name, state_names[state]))
            return state;
    return SONG_FAILED;
}

Str row_state_name(SongState state)
{
    return state_names[state];
}

int64_t row_bin_end(void)
{
    return clock_now() - (int64_t)TRASH_DAYS * MS_DAY;
}

bool row_missing(Fault *fault)
{
    return fault_set(fault, FAULT_MISSING, "There is no such song. It may have been deleted.");
}

Place row_place(const char *column, SongId song)
{
    bool listed = strcmp(column, "title") == 0 || strcmp(column, "prompt") == 0;
    return (Place){ listed ? "song" : "song_words", column, song.n };
}

bool row_unseal(People *people, AccountId account, SongId song, const char *column, Str sealed, Str *out,
                Fault *fault)
{
    *out = (Str){ 0 };
    return sealed.length == 0 || vault_unseal(people->vault, people->arena, account, KEY_ACCOUNT,
                                              row_place(column, song), sealed, out, fault);
}

bool row_song(People *people, const DbRows *rows, int row, LibrarySong *out, Fault *fault)
{
    *out = (LibrarySong){
        .id = { db_int(rows, row, COL_ID) },
        .root = { db_int(rows, row, COL_ROOT) },
        .parent = { db_int(rows, row, COL_PARENT) },
        .account = { db_int(rows, row, COL_ACCOUNT) },
        .folder = db_int(rows, row, COL_FOLDER),
        .favourite = db_int(rows, row, COL_FAVOURITE) != 0,
        .state = row_state(db_text(rows, row, COL_STATE)),
        .seed = (uint64_t)db_int(rows, row, COL_SEED),
        .engine = arena_copy(people->arena, db_text(rows, row, COL_ENGINE)),
        .length_ms = db_int(rows, row, COL_LENGTH),
        .lufs = (double)db_int(rows, row, COL_LUFS) / 1000.0,
        .created = db_int(rows, row, COL_CREATED),
        .trashed = db_int(rows, row, COL_TRASHED),
    };
    return row_unseal(people, out->account, out->id, "title", db_text(rows, row, COL_TITLE), &out->title,
                      fault) &&
           row_unseal(people, out->account, out->id, "prompt", db_text(rows, row, COL_PROMPT), &out->prompt,
                      fault);
}

bool row_change(Db *db, Sql statement, DbArgs args, Fault *fault)
{
    int64_t changed = 0;
    if (!db_run(db, statement, args, &changed, fault))
        return fault_while(fault, "changing a song");
    return changed == 1 || row_missing(fault);
}

bool row_begin(Db *db, bool *mine, Fault *fault)
{
    *mine = !db_inside(db);
    return !*mine || db_begin(db, fault);
}

bool row_end(Db *db, bool mine, bool done, Fault *fault)
{
    if (mine && done)
        return db_commit(db, fault);
    if (mine)
        db_rollback(db);
    return done;
}
