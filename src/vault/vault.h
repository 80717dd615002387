// Vault: each person's keys, and what they seal.
//
//     master key (file or systemd credential) wraps epoch keys (keystore) wrap three keys for each person,
//     and the installation's own secret, from which subkeys and the index of addresses come
//     account  name, address, password hash, prompts, lyrics, titles, mail
//     audio    files: a key for each file comes from it
//     billing  what the law wants kept for seven years
//
// Forgetting a person's key is deleting what it sealed, in backups too. A sealed value opens only in
// its own place (table, column, row, owner): moved, changed or cut short it is a fault.
// The keystore is a database of its own. Unwrapped keys stay in locked memory for half a minute at most.
//
//     version 1 | algorithm 1 | 2 bytes 0 | nonce 24 | XChaCha20-Poly1305 of the padded text | tag 16
#ifndef VAULT_VAULT_H
#define VAULT_VAULT_H

#include "db/db.h"

typedef struct Vault Vault;

typedef enum KeyClass { KEY_ACCOUNT, KEY_AUDIO, KEY_BILLING } KeyClass;

enum { KEY_BYTES = 32, HASH_BYTES = 32 };

typedef struct VaultOptions {
    Database *keys;                  // STORE_KEYS
    unsigned char master[KEY_BYTES]; // wipe it after opening
} VaultOptions;

bool vault_is_new(Database *keys, bool *out, Fault *fault); // nothing was ever sealed with it
// Makes the first epoch in an empty keystore. Fails with BROKEN when the master key is not the one
// the keystore was made with.
bool vault_open(const VaultOptions *options, Vault **out, Fault *fault);
void vault_close(Vault *vault); // wipes every key

// Reads the master key from `path`, or makes it there (mode 0400) when `make` is set and it is missing.
// Refuses a file that others can read, or that is not 32 bytes in hex.
bool master_key_read(const char *path, bool make, unsigned char out[KEY_BYTES], Fault *fault);

// Where a sealed value lives. `row` is the row's id; for tables without one, the owner's.
typedef struct Place {
    const char *table;
    const char *column;
    int64_t row;
} Place;

bool vault_seal(Vault *vault, Arena *arena, AccountId owner, KeyClass class, Place place, Str plain,
                Str *sealed, Fault *fault);
// MISSING when the key has been forgotten, BROKEN when the bytes are not what was sealed at this place.
bool vault_unseal(Vault *vault, Arena *arena, AccountId owner, KeyClass class, Place place, Str sealed,
                  Str *plain, Fault *fault);

// A new person: three keys and a claim on the address, durable on return. CONFLICT when the address is
// taken: then `*owner` says by whom, and nothing was made.
bool vault_person_add(Vault *vault, AccountId account, Str address, AccountId *owner, Fault *fault);

// Keys without an address, for people made by the operator's tools.
bool vault_keys_add(Vault *vault, AccountId account, Fault *fault);

// Destroys keys: `classes` is a sum of 1 << KeyClass. With KEY_ACCOUNT the addresses go too. Afterwards no
// byte of the wrapped keys is left in the keystore's files. Other processes follow within half a minute.
bool vault_forget(Vault *vault, AccountId account, unsigned classes, Fault *fault);

// Mail addresses are looked up by a keyed hash of their canonical form (trimmed, lower case).
bool vault_address_find(Vault *vault, Str address, AccountId *owner, Fault *fault); // owner 0: nobody
bool vault_address_add(Vault *vault, Str address, AccountId account, Fault *fault); // CONFLICT when taken
bool vault_address_drop(Vault *vault, Str address, AccountId account, Fault *fault);

// A key for one purpose of the installation itself (tokens, throttles, links): stable, never a person's.
void vault_subkey(const Vault *vault, const char *purpose, unsigned char out[KEY_BYTES]);
void vault_hash(const Vault *vault, const char *purpose, Str text,
                unsigned char out[HASH_BYTES]); // keyed BLAKE2b

// The key of one file of a person, derived from the audio key.
bool vault_file_key(Vault *vault, AccountId owner, int64_t file, unsigned char out[KEY_BYTES], Fault *fault);

// A new epoch: every person's keys are wrapped anew. Killed anywhere, both epochs stay valid and the next
// call goes on. Epochs replaced more than `keep_ms` ago are destroyed. A key that does not open is left, told
// of in the log, and BROKEN in the end.
bool vault_rotate(Vault *vault, int64_t keep_ms, Fault *fault);

// Keys of people who never came to be (a sign-up that was cut off), older than a day: `exists` tells, and
// says true when it cannot know.
bool vault_sweep(Vault *vault, bool (*exists)(void *self, AccountId account), void *self, int *swept,
                 Fault *fault);

#endif
