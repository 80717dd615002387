// Sealed: one sealed value, given its key. Used inside this folder only (and by its fuzz target).
//
//     version 1 | algorithm 1 | 2 bytes 0 | nonce 24 | XChaCha20-Poly1305 of the padded text | tag 16
//     additional data: table 0 column 0 | row u64 | owner u64 | class u8 | version u8      little-endian
//
// The text is padded to the next multiple of 32 (1 to 32 bytes are added), so that lengths of names and
// addresses do not show. Every byte before the tag is either checked or authenticated.
#ifndef VAULT_SEALED_H
#define VAULT_SEALED_H

#include "vault/vault.h"

enum {
    SEALED_HEAD = 28, // version, algorithm, zeros, nonce
    SEALED_TAG = 16,
    SEALED_STEP = 32,
    SEALED_LEAST = SEALED_HEAD + SEALED_STEP + SEALED_TAG,
};

// Where and whose it is. The name may be 60 bytes long, table and column together.
typedef struct SealedPlace {
    Place place;
    int64_t owner;
    int class;
} SealedPlace;

static inline size_t sealed_size(size_t plain)
{
    return SEALED_HEAD + (plain / SEALED_STEP + 1) * SEALED_STEP + SEALED_TAG;
}

// `out` has room for sealed_size(plain.length).
void sealed_write(const unsigned char key[KEY_BYTES], const SealedPlace *place, Str plain,
                  unsigned char *out);

// `out` has room for sealed.length. False for whatever was not sealed with this key at this place.
bool sealed_read(const unsigned char key[KEY_BYTES], const SealedPlace *place, Str sealed, unsigned char *out,
                 size_t *length);

#endif
