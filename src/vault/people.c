// People's keys and addresses in the keystore: added together, found by hash, destroyed.
#include "vault/parts.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <assert.h>

enum { ADDRESS_TRIES = 3 };

#define HASH_VALUE(hash) DB_BLOB(((Str){ (const char *)(hash), HASH_BYTES }))

// Trimmed, lower case: letters beyond A-Z stay as they are.
static void address_hash(const Vault *vault, Str address, unsigned char out[HASH_BYTES])
{
    Arena arena = { 0 };
    address = str_trim(address);
    char *lower = arena_take(&arena, address.length + 1);
    for (size_t i = 0; i < address.length; i++) {
        char c = address.data[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    vault_hash(vault, "address", (Str){ lower, address.length }, out);
    secret_wipe(lower, address.length);
    arena_close(&arena);
}

static bool address_owner(Db *db, const unsigned char hash[HASH_BYTES], AccountId *owner, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found = false,
         read = db_find(db, &arena, SQL_VAULT_ADDRESS_FIND, DB_ARGS(HASH_VALUE(hash)), &row, &found, fault);
    owner->n = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read;
}

static bool address_claim(Db *db, const unsigned char hash[HASH_BYTES], AccountId account, bool *ours,
                          Fault *fault)
{
    int64_t added = 0;
    if (!db_run(db, SQL_VAULT_ADDRESS_ADD, DB_ARGS(HASH_VALUE(hash), DB_INT(account.n), DB_INT(clock_now())),
                &added, fault))
        return false;
    *ours = added == 1;
    return true;
}

static bool key_add(Db *db, AccountId account, int class, int64_t epoch, const unsigned char by[KEY_BYTES],
                    Fault *fault)
{
    unsigned char key[KEY_BYTES], wrapped[WRAPPED_BYTES];
    secret_random(key, sizeof key);
    key_wrap(by, place_of_key(account, class, epoch), key, wrapped);
    secret_wipe(key, sizeof key);
    return db_run(db, SQL_VAULT_KEY_ADD,
                  DB_ARGS(DB_INT(account.n), DB_TEXT(str_of(key_class_names[class])), DB_INT(epoch),
                          DB_BLOB(((Str){ (char *)wrapped, sizeof wrapped })), DB_INT(clock_now())),
                  NULL, fault);
}

static bool keys_add(Vault *vault, Db *db, AccountId account, Fault *fault)
{
    assert(account.n != 0 && db_inside(db));
    int64_t epoch;
    unsigned char by[KEY_BYTES];
    if (!epoch_newest(db, &epoch, fault) || !epoch_key(vault, db, epoch, by, fault))
        return false;
    bool added = true;
    for (int class = 0; class < KEY_CLASSES && added; class ++)
        added = key_add(db, account, class, epoch, by, fault);
    secret_wipe(by, sizeof by);
    return added;
}

// The address first: when it is taken, nothing else has been written.
static bool person_try(Vault *vault, Db *db, AccountId account, const unsigned char hash[HASH_BYTES],
                       bool *ours, Fault *fault)
{
    *ours = false;
    if (!db_begin(db, fault))
        return false;
    bool done = address_claim(db, hash, account, ours, fault) &&
                (!*ours || keys_add(vault, db, account, fault)) && (!*ours || db_commit(db, fault));
    db_rollback(db);
    return done;
}

// An address that is given up between our claim and our question is asked for again.
static bool person_add(Vault *vault, Db *db, AccountId account, Str address, AccountId *owner, Fault *fault)
{
    unsigned char hash[HASH_BYTES];
    address_hash(vault, address, hash);
    for (int i = 0; i < ADDRESS_TRIES; i++) {
        bool ours;
        if (!person_try(vault, db, account, hash, &ours, fault))
            return false;
        if (ours)
            return true;
        if (!address_owner(db, hash, owner, fault))
            return false;
        if (owner->n != 0)
            break;
    }
    return fault_set(fault, FAULT_CONFLICT,
                     "There is an account with this address already. Sign in instead.");
}

bool vault_person_add(Vault *vault, AccountId account, Str address, AccountId *owner, Fault *fault)
{
    owner->n = 0;
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    bool added = person_add(vault, db, account, address, owner, fault);
    db_give(db);
    return added;
}

bool vault_keys_add(Vault *vault, AccountId account, Fault *fault)
{
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    bool added = db_begin(db, fault) && keys_add(vault, db, account, fault) && db_commit(db, fault);
    db_give(db); // rolls back what was left open
    return added;
}

bool vault_address_find(Vault *vault, Str address, AccountId *owner, Fault *fault)
{
    owner->n = 0;
    unsigned char hash[HASH_BYTES];
    address_hash(vault, address, hash);
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    bool read = address_owner(db, hash, owner, fault);
    db_give(db);
    return read;
}

bool vault_address_add(Vault *vault, Str address, AccountId account, Fault *fault)
{
    unsigned char hash[HASH_BYTES];
    address_hash(vault, address, hash);
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    bool ours = false, done = address_claim(db, hash, account, &ours, fault);
    db_give(db);
    return done &&
           (ours || fault_set(fault, FAULT_CONFLICT, "This address has an account already. Choose another."));
}

bool vault_address_drop(Vault *vault, Str address, AccountId account, Fault *fault)
{
    unsigned char hash[HASH_BYTES];
    address_hash(vault, address, hash);
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    bool done = db_run(db, SQL_VAULT_ADDRESS_DROP, DB_ARGS(HASH_VALUE(hash), DB_INT(account.n)), NULL, fault);
    db_give(db);
    return done;
}

// ---- forgetting

static bool rows_forget(Db *db, AccountId account, unsigned classes, Fault *fault)
{
    bool gone = true;
    for (int class = 0; class < KEY_CLASSES && gone; class ++)
        if (classes & 1u << class)
            gone = db_run(db, SQL_VAULT_KEY_FORGET,
                          DB_ARGS(DB_INT(account.n), DB_TEXT(str_of(key_class_names[class]))), NULL, fault);
    return gone && (!(classes & 1u << KEY_ACCOUNT) ||
                    db_run(db, SQL_VAULT_ADDRESS_FORGET, DB_ARGS(DB_INT(account.n)), NULL, fault));
}

// Scrubbed also when no row was left: an earlier call may have been killed between the two.
bool vault_forget(Vault *vault, AccountId account, unsigned classes, Fault *fault)
{
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return fault_while(fault, "forgetting keys");
    bool gone = db_begin(db, fault) && rows_forget(db, account, classes, fault) && db_commit(db, fault);
    db_rollback(db);
    for (int class = 0; class < KEY_CLASSES && gone; class ++)
        if (classes & 1u << class)
            cache_drop(vault->cache, account.n, class);
    gone = gone && db_scrub_deleted(db, fault);
    db_give(db);
    return gone || fault_while(fault, "forgetting keys");
}

static bool sweep_some(Vault *vault, Db *db, Arena *arena, int64_t *after, bool (*exists)(void *, AccountId),
                       void *self, int *swept, bool *more, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_VAULT_ACCOUNT_LIST, DB_ARGS(DB_INT(*after), DB_INT(clock_now() - MS_DAY)),
                 &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        const AccountId account = { db_int(&rows, i, 0) };
        *after = account.n;
        if (exists(self, account))
            continue;
        if (!vault_forget(vault, account, (1u << KEY_CLASSES) - 1, fault))
            return false;
        log_info("vault.swept account=" STR_FMT, STR_ARG(id_text(arena, account.n)));
        ++*swept;
    }
    *more = rows.count > 0;
    return true;
}

bool vault_sweep(Vault *vault, bool (*exists)(void *self, AccountId account), void *self, int *swept,
                 Fault *fault)
{
    *swept = 0;
    Db *db;
    if (!db_take(vault->keys, &db, fault))
        return false;
    bool done = true, more = true;
    for (int64_t after = 0; done && more;) {
        Arena arena = { 0 };
        done = sweep_some(vault, db, &arena, &after, exists, self, swept, &more, fault);
        arena_close(&arena);
    }
    db_give(db);
    return done || fault_while(fault, "sweeping keys");
}
