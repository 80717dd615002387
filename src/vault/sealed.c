// Sealed values over libsodium.
#include "vault/sealed.h"

#include "sys/secret.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { FORMAT = 1, XCHACHA20_POLY1305 = 1, NONCE_AT = 4, BOUND_MOST = 80, NAMES_MOST = 60 };

static unsigned char *put_u64(unsigned char *to, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        *to++ = (unsigned char)(value >> (8 * i));
    return to;
}

static unsigned char *put_name(unsigned char *to, const char *name)
{
    size_t length = strlen(name) + 1; // the 0 ends it, so "ab" "c" is not "a" "bc"
    memcpy(to, name, length);
    return to + length;
}

static size_t bind_place(const SealedPlace *place, unsigned char out[BOUND_MOST])
{
    assert(strlen(place->place.table) + strlen(place->place.column) <= NAMES_MOST);
    unsigned char *at = put_name(out, place->place.table);
    at = put_name(at, place->place.column);
    at = put_u64(at, (uint64_t)place->place.row);
    at = put_u64(at, (uint64_t)place->owner);
    *at++ = (unsigned char)place->class;
    *at++ = FORMAT;
    return (size_t)(at - out);
}

void sealed_write(const unsigned char key[KEY_BYTES], const SealedPlace *place, Str plain, unsigned char *out)
{
    unsigned char bound[BOUND_MOST];
    size_t bound_length = bind_place(place, bound), padded;
    unsigned char *body = out + SEALED_HEAD;
    memcpy(out, (const unsigned char[]){ FORMAT, XCHACHA20_POLY1305, 0, 0 }, NONCE_AT);
    secret_random(out + NONCE_AT, SEALED_HEAD - NONCE_AT);
    if (plain.length)
        memcpy(body, plain.data, plain.length);
    sodium_pad(&padded, body, plain.length, SEALED_STEP, plain.length + SEALED_STEP);
    crypto_aead_xchacha20poly1305_ietf_encrypt(body, NULL, body, padded, bound, bound_length, NULL,
                                               out + NONCE_AT, key);
}

bool sealed_read(const unsigned char key[KEY_BYTES], const SealedPlace *place, Str sealed, unsigned char *out,
                 size_t *length)
{
    const unsigned char *in = (const unsigned char *)sealed.data;
    if (sealed.length < SEALED_LEAST || (sealed.length - SEALED_LEAST) % SEALED_STEP != 0 ||
        memcmp(in, (const unsigned char[]){ FORMAT, XCHACHA20_POLY1305, 0, 0 }, NONCE_AT) != 0)
        return false;
    unsigned char bound[BOUND_MOST];
    size_t bound_length = bind_place(place, bound), padded = sealed.length - SEALED_HEAD - SEALED_TAG;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + SEALED_HEAD, padded + SEALED_TAG,
                                                      bound, bound_length, in + NONCE_AT, key) == 0 &&
           sodium_unpad(length, out, padded, SEALED_STEP) == 0;
}
