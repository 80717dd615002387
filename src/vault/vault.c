// Vault: opening it, sealing, and the keys of the installation itself.
#include "vault/parts.h"

#include "sys/clock.h"
#include "sys/guarded.h"
#include "sys/secret.h"

#include <stdlib.h>
#include <string.h>

static bool root_make(const Vault *vault, Db *db, Fault *fault)
{
    unsigned char key[KEY_BYTES], wrapped[WRAPPED_BYTES];
    secret_random(key, sizeof key);
    key_wrap(vault->secrets->master, place_of_root(), key, wrapped);
    secret_wipe(key, sizeof key);
    return db_run(db, SQL_VAULT_ROOT_ADD,
                  DB_ARGS(DB_BLOB(((Str){ (char *)wrapped, sizeof wrapped })), DB_INT(clock_now())), NULL,
                  fault);
}

static bool root_open(const Vault *vault, Db *db, Arena *arena, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_VAULT_ROOT_FIND, DB_NO_ARGS, &row, &found, fault))
        return false;
    // Two programs may start at once: what stands there afterwards counts.
    if (!found && (!root_make(vault, db, fault) ||
                   !db_find(db, arena, SQL_VAULT_ROOT_FIND, DB_NO_ARGS, &row, &found, fault)))
        return false;
    return (found &&
            key_unwrap(vault->secrets->master, place_of_root(), db_text(&row, 0, 0), vault->secrets->root)) ||
           fault_set(fault, FAULT_BROKEN, "the master key is not the one this keystore was made with");
}

bool vault_is_new(Database *keys, bool *out, Fault *fault)
{
    Db *db;
    DbRows row;
    bool found = false;
    if (!db_take(keys, &db, fault))
        return false;
    Arena arena = { 0 };
    bool read = db_find(db, &arena, SQL_VAULT_ROOT_FIND, DB_NO_ARGS, &row, &found, fault);
    arena_close(&arena);
    db_give(db);
    *out = !found;
    return read || fault_while(fault, "looking into the keystore");
}

static bool first_epoch(Vault *vault, Db *db, Fault *fault)
{
    int64_t epoch;
    unsigned char key[KEY_BYTES];
    if (!epoch_newest(db, &epoch, fault) || (epoch == 0 && !epoch_add(vault, db, 0, fault)))
        return false;
    bool opens = epoch_key(vault, db, epoch ? epoch : 1, key, fault);
    secret_wipe(key, sizeof key);
    return opens;
}

static bool start(Vault *vault, Fault *fault)
{
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    Arena arena = { 0 };
    bool started = root_open(vault, db, &arena, fault) && first_epoch(vault, db, fault);
    arena_close(&arena);
    db_give(db);
    return started;
}

bool vault_open(const VaultOptions *options, Vault **out, Fault *fault)
{
    Vault *vault = calloc(1, sizeof *vault);
    if (vault == NULL)
        abort();
    vault->keys = options->keys;
    vault->cache = cache_open();
    vault->secrets = guarded_take(sizeof *vault->secrets);
    memcpy(vault->secrets->master, options->master, KEY_BYTES);
    if (start(vault, fault)) {
        *out = vault;
        return true;
    }
    vault_close(vault);
    return fault_while(fault, "opening the vault");
}

void vault_close(Vault *vault)
{
    if (vault == NULL)
        return;
    cache_close(vault->cache);
    guarded_give(vault->secrets);
    free(vault);
}

bool vault_seal(Vault *vault, Arena *arena, AccountId owner, KeyClass class, Place place, Str plain,
                Str *sealed, Fault *fault)
{
    unsigned char key[KEY_BYTES];
    if (!person_key(vault, owner, (int)class, key, fault))
        return false;
    size_t size = sealed_size(plain.length);
    unsigned char *bytes = arena_take(arena, size);
    sealed_write(key, &(SealedPlace){ place, owner.n, (int)class }, plain, bytes);
    secret_wipe(key, sizeof key);
    *sealed = (Str){ (const char *)bytes, size };
    return true;
}

bool vault_unseal(Vault *vault, Arena *arena, AccountId owner, KeyClass class, Place place, Str sealed,
                  Str *plain, Fault *fault)
{
    unsigned char key[KEY_BYTES];
    if (!person_key(vault, owner, (int)class, key, fault))
        return false;
    unsigned char *bytes = arena_take(arena, sealed.length);
    size_t length;
    bool opened = sealed_read(key, &(SealedPlace){ place, owner.n, (int)class }, sealed, bytes, &length);
    secret_wipe(key, sizeof key);
    // One text for every cause: what exactly was wrong helps only whoever changed it.
    if (!opened)
        return fault_set(fault, FAULT_BROKEN, "a sealed value in %s.%s does not open", place.table,
                         place.column);
    *plain = (Str){ (const char *)bytes, length };
    return true;
}

void vault_subkey(const Vault *vault, const char *purpose, unsigned char out[KEY_BYTES])
{
    secret_keyed_hash(vault->secrets->root, str_of(purpose), out);
}

void vault_hash(const Vault *vault, const char *purpose, Str text, unsigned char out[HASH_BYTES])
{
    unsigned char key[KEY_BYTES];
    vault_subkey(vault, purpose, key);
    secret_keyed_hash(key, text, out);
    secret_wipe(key, sizeof key);
}

bool vault_file_key(Vault *vault, AccountId owner, int64_t file, unsigned char out[KEY_BYTES], Fault *fault)
{
    unsigned char key[KEY_BYTES], name[12] = { 'f', 'i', 'l', 'e' };
    if (!person_key(vault, owner, KEY_AUDIO, key, fault))
        return false;
    for (int i = 0; i < 8; i++)
        name[4 + i] = (unsigned char)((uint64_t)file >> (8 * i));
    secret_keyed_hash(key, (Str){ (const char *)name, sizeof name }, out);
    secret_wipe(key, sizeof key);
    return true;
}
