// What the files of this folder share.
#ifndef VAULT_PARTS_H
#define VAULT_PARTS_H

#include "vault/cache.h"
#include "vault/sealed.h"

typedef struct VaultSecrets { // in guarded memory
    unsigned char master[KEY_BYTES];
    unsigned char root[KEY_BYTES]; // the installation's own, which the keystore holds wrapped
} VaultSecrets;

struct Vault {
    Database *keys;
    Cache *cache;
    VaultSecrets *secrets;
};

enum { KEY_CLASSES = 3, WRAPPED_BYTES = SEALED_HEAD + 2 * SEALED_STEP + SEALED_TAG };

extern const char *const key_class_names[KEY_CLASSES];

SealedPlace place_of_root(void);
SealedPlace place_of_epoch(int64_t epoch);
SealedPlace place_of_key(AccountId account, int class, int64_t epoch);

void key_wrap(const unsigned char by[KEY_BYTES], SealedPlace place, const unsigned char key[KEY_BYTES],
              unsigned char out[WRAPPED_BYTES]);
bool key_unwrap(const unsigned char by[KEY_BYTES], SealedPlace place, Str wrapped,
                unsigned char out[KEY_BYTES]);

// A new epoch above `above`; when somebody else was quicker, theirs stays and nothing is made.
bool epoch_add(const Vault *vault, Db *db, int64_t above, Fault *fault);
bool epoch_newest(Db *db, int64_t *epoch, Fault *fault); // 0: none yet
bool epoch_key(Vault *vault, Db *db, int64_t epoch, unsigned char out[KEY_BYTES], Fault *fault);

// Unwrapped, from the cache or the keystore. MISSING when it has been destroyed.
bool person_key(Vault *vault, AccountId account, int class, unsigned char out[KEY_BYTES], Fault *fault);

#endif
