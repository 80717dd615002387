// Rotation: every person's keys are wrapped anew, and epochs that were replaced long ago are destroyed.
//
//     1 a new epoch ──> 2 keys wrapped anew, some at a time ──> 3 the others are marked replaced ──> 4 old
//     ones destroyed
//
// Each step is a transaction. More than one epoch in use says that step 3 was not reached: then the newest
// is gone on with. Keys wrapped in an older epoch by somebody who began before step 1 are found by the
// next rotation; until then their epoch stays, because no epoch is destroyed that a key still needs.
#include "vault/parts.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <inttypes.h>

// `*epoch`: the one to wrap with, new unless a rotation was cut off.
static bool epoch_begin(const Vault *vault, Db *db, Arena *arena, int64_t *epoch, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_VAULT_EPOCH_IN_USE, DB_NO_ARGS, &row, &found, fault) ||
        !epoch_newest(db, epoch, fault))
        return false;
    if (db_int(&row, 0, 0) > 1)
        return true;
    return epoch_add(vault, db, *epoch, fault) && epoch_newest(db, epoch, fault);
}

static int class_of(Str name)
{
    for (int class = 0; class < KEY_CLASSES; class ++)
        if (str_equal(name, str_of(key_class_names[class])))
            return class;
    return -1;
}

typedef struct Rewrap {
    Vault *vault;
    Db *db;
    int64_t epoch;
    unsigned char by[KEY_BYTES];
    int64_t account; // the last one looked at
    Str class;
    int wrapped, damaged;
} Rewrap;

// One that does not open is left and told of: the others must not wait for it.
static bool key_again(Rewrap *rewrap, Arena *arena, const DbRows *rows, int i, Fault *fault)
{
    const AccountId account = { db_int(rows, i, 0) };
    const int class = class_of(db_text(rows, i, 1));
    const int64_t from = db_int(rows, i, 2);
    unsigned char by[KEY_BYTES], key[KEY_BYTES], wrapped[WRAPPED_BYTES];
    Fault old;
    bool opens = class >= 0 && epoch_key(rewrap->vault, rewrap->db, from, by, &old) &&
                 key_unwrap(by, place_of_key(account, class, from), db_text(rows, i, 3), key);
    secret_wipe(by, sizeof by);
    if (!opens) {
        log_error("vault.key_damaged account=" STR_FMT " epoch=%" PRId64, STR_ARG(id_text(arena, account.n)),
                  from);
        rewrap->damaged++;
        return true;
    }
    key_wrap(rewrap->by, place_of_key(account, class, rewrap->epoch), key, wrapped);
    secret_wipe(key, sizeof key);
    rewrap->wrapped++;
    // "epoch = from": what was wrapped or forgotten meanwhile stays as it is.
    return db_run(rewrap->db, SQL_VAULT_KEY_REWRAP,
                  DB_ARGS(DB_INT(rewrap->epoch), DB_BLOB(((Str){ (char *)wrapped, sizeof wrapped })),
                          DB_INT(account.n), DB_TEXT(db_text(rows, i, 1)), DB_INT(from)),
                  NULL, fault);
}

static bool rewrap_some(Rewrap *rewrap, Arena *arena, bool *more, Fault *fault)
{
    DbRows rows;
    if (!db_list(rewrap->db, arena, SQL_VAULT_KEY_LIST_OLD,
                 DB_ARGS(DB_INT(rewrap->epoch), DB_INT(rewrap->account), DB_TEXT(rewrap->class)), &rows,
                 fault))
        return false;
    *more = rows.count > 0;
    if (!*more)
        return true;
    bool done = db_begin(rewrap->db, fault);
    for (int i = 0; i < rows.count && done; i++)
        done = key_again(rewrap, arena, &rows, i, fault);
    done = done && db_commit(rewrap->db, fault);
    db_rollback(rewrap->db);
    rewrap->account = db_int(&rows, rows.count - 1, 0);
    int class = class_of(db_text(&rows, rows.count - 1, 1));
    rewrap->class = str_of(class < 0 ? "~" : key_class_names[class]); // the rows go with their arena
    return done;
}

static bool rewrap_all(Rewrap *rewrap, Fault *fault)
{
    if (!epoch_key(rewrap->vault, rewrap->db, rewrap->epoch, rewrap->by, fault))
        return false;
    bool done = true;
    for (bool more = true; done && more;) {
        Arena arena = { 0 };
        done = rewrap_some(rewrap, &arena, &more, fault);
        arena_close(&arena);
    }
    secret_wipe(rewrap->by, sizeof rewrap->by);
    return done;
}

static bool destroy_old(Rewrap *rewrap, Arena *arena, int64_t keep_ms, Fault *fault)
{
    const int64_t now = clock_now();
    DbRows gone;
    if (!db_run(rewrap->db, SQL_VAULT_EPOCH_REPLACE, DB_ARGS(DB_INT(rewrap->epoch), DB_INT(now)), NULL,
                fault) ||
        !db_list(rewrap->db, arena, SQL_VAULT_EPOCH_DESTROY,
                 DB_ARGS(DB_INT(rewrap->epoch), DB_INT(now - keep_ms)), &gone, fault))
        return false;
    for (int i = 0; i < gone.count; i++) {
        cache_drop(rewrap->vault->cache, db_int(&gone, i, 0), CACHE_EPOCH);
        log_info("vault.epoch_destroyed epoch=%" PRId64, db_int(&gone, i, 0));
    }
    return db_scrub_deleted(rewrap->db, fault);
}

bool vault_rotate(Vault *vault, int64_t keep_ms, Fault *fault)
{
    Rewrap rewrap = { .vault = vault };
    if (!db_take(vault->keys, &rewrap.db, fault))
        return fault_while(fault, "rotating keys");
    Arena arena = { 0 };
    bool done = epoch_begin(vault, rewrap.db, &arena, &rewrap.epoch, fault) && rewrap_all(&rewrap, fault) &&
                destroy_old(&rewrap, &arena, keep_ms, fault);
    arena_close(&arena);
    db_give(rewrap.db);
    if (done)
        log_info("vault.rotated epoch=%" PRId64 " keys=%d damaged=%d", rewrap.epoch, rewrap.wrapped,
                 rewrap.damaged);
    if (done && rewrap.damaged > 0)
        done = fault_set(fault, FAULT_BROKEN, "%d keys in the keystore do not open", rewrap.damaged);
    return done || fault_while(fault, "rotating keys");
}
