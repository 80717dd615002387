// Cache: unwrapped keys in guarded memory, for half a minute. Used inside this folder only.
//
//     cache_find ── no ──> note = cache_note; read the keystore, unwrap ──> cache_add(..., note)
//
// A key is never given out when it was read more than CACHE_MS ago, and a thread wipes what is older, so
// none stays longer, also when nobody asks. What was dropped after the note is not added: a reader that
// was slower than somebody who destroyed the key does not bring it back. Any thread may call.
#ifndef VAULT_CACHE_H
#define VAULT_CACHE_H

#include "vault/vault.h"

enum {
    CACHE_KEYS = 4096,
    CACHE_MS = 30000,
    CACHE_EPOCH = 64, // the class of epoch keys, whose `owner` is the epoch
};

typedef struct Cache Cache;

typedef struct CacheNote {
    unsigned drops;
    int64_t at_ms;
    double steady_ms;
} CacheNote;

Cache *cache_open(void);
void cache_close(Cache *cache);

bool cache_find(Cache *cache, int64_t owner, int class, unsigned char out[KEY_BYTES]);
CacheNote cache_note(Cache *cache, int64_t owner);
void cache_add(Cache *cache, int64_t owner, int class, const unsigned char key[KEY_BYTES], CacheNote note);
void cache_drop(Cache *cache, int64_t owner, int class);

#endif
