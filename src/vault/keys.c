// Keys: wrapping, epochs, and finding a person's key.
#include "vault/parts.h"

#include "sys/clock.h"
#include "sys/secret.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

const char *const key_class_names[KEY_CLASSES] = { "account", "audio", "billing" };

SealedPlace place_of_root(void)
{
    return (SealedPlace){ { "root", "wrapped", 1 }, 0, 0 };
}

SealedPlace place_of_epoch(int64_t epoch)
{
    return (SealedPlace){ { "epoch", "wrapped", epoch }, 0, 0 };
}

SealedPlace place_of_key(AccountId account, int class, int64_t epoch)
{
    return (SealedPlace){ { "person_key", "wrapped", epoch }, account.n, class };
}

void key_wrap(const unsigned char by[KEY_BYTES], SealedPlace place, const unsigned char key[KEY_BYTES],
              unsigned char out[WRAPPED_BYTES])
{
    static_assert(WRAPPED_BYTES == SEALED_HEAD + (KEY_BYTES / SEALED_STEP + 1) * SEALED_STEP + SEALED_TAG,
                  "");
    sealed_write(by, &place, (Str){ (const char *)key, KEY_BYTES }, out);
}

bool key_unwrap(const unsigned char by[KEY_BYTES], SealedPlace place, Str wrapped,
                unsigned char out[KEY_BYTES])
{
    unsigned char room[WRAPPED_BYTES];
    size_t length = 0;
    bool opened = wrapped.length == WRAPPED_BYTES && sealed_read(by, &place, wrapped, room, &length) &&
                  length == KEY_BYTES;
    if (opened)
        memcpy(out, room, KEY_BYTES);
    secret_wipe(room, sizeof room);
    return opened;
}

bool epoch_add(const Vault *vault, Db *db, int64_t above, Fault *fault)
{
    unsigned char key[KEY_BYTES], wrapped[WRAPPED_BYTES];
    secret_random(key, sizeof key);
    key_wrap(vault->secrets->master, place_of_epoch(above + 1), key, wrapped);
    secret_wipe(key, sizeof key);
    return db_run(
        db, SQL_VAULT_EPOCH_ADD,
        DB_ARGS(DB_INT(above + 1), DB_BLOB(((Str){ (char *)wrapped, sizeof wrapped })), DB_INT(clock_now())),
        NULL, fault);
}

bool epoch_newest(Db *db, int64_t *epoch, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found = false, read = db_find(db, &arena, SQL_VAULT_EPOCH_NEWEST, DB_NO_ARGS, &row, &found, fault);
    *epoch = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read;
}

static bool epoch_read(Vault *vault, Db *db, Arena *arena, int64_t epoch, unsigned char out[KEY_BYTES],
                       Fault *fault)
{
    const CacheNote note = cache_note(vault->cache, epoch);
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_VAULT_EPOCH_FIND, DB_ARGS(DB_INT(epoch)), &row, &found, fault))
        return false;
    if (!found || !key_unwrap(vault->secrets->master, place_of_epoch(epoch), db_text(&row, 0, 0), out))
        return fault_set(fault, FAULT_BROKEN, "the key of epoch %" PRId64 " does not open", epoch);
    cache_add(vault->cache, epoch, CACHE_EPOCH, out, note);
    return true;
}

bool epoch_key(Vault *vault, Db *db, int64_t epoch, unsigned char out[KEY_BYTES], Fault *fault)
{
    if (cache_find(vault->cache, epoch, CACHE_EPOCH, out))
        return true;
    Arena arena = { 0 };
    bool read = epoch_read(vault, db, &arena, epoch, out, fault);
    arena_close(&arena);
    return read;
}

static bool person_key_read(Vault *vault, Db *db, Arena *arena, AccountId account, int class,
                            unsigned char out[KEY_BYTES], Fault *fault)
{
    const CacheNote note = cache_note(vault->cache, account.n);
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_VAULT_KEY_FIND,
                 DB_ARGS(DB_INT(account.n), DB_TEXT(str_of(key_class_names[class]))), &row, &found, fault))
        return fault_while(fault, "finding a key");
    if (!found)
        return fault_set(fault, FAULT_MISSING, "This has been deleted.");
    int64_t epoch = db_int(&row, 0, 0);
    unsigned char by[KEY_BYTES];
    if (!epoch_key(vault, db, epoch, by, fault))
        return false;
    bool opened = key_unwrap(by, place_of_key(account, class, epoch), db_text(&row, 0, 1), out);
    secret_wipe(by, sizeof by);
    if (!opened)
        return fault_set(fault, FAULT_BROKEN, "a key in the keystore does not open");
    cache_add(vault->cache, account.n, class, out, note);
    return true;
}

bool person_key(Vault *vault, AccountId account, int class, unsigned char out[KEY_BYTES], Fault *fault)
{
    assert(account.n != 0);
    if (cache_find(vault->cache, account.n, class, out))
        return true;
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return fault_while(fault, "finding a key");
    Arena arena = { 0 };
    bool read = person_key_read(vault, db, &arena, account, class, out, fault);
    arena_close(&arena);
    db_give(db);
    return read;
}
