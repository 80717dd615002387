// Secrets over libsodium, which wipes, compares and draws as it should.
#include "sys/secret.h"

#include <assert.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

bool secret_start(Fault *fault)
{
    const struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_CORE, &none); // a core would hold keys
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    return sodium_init() >= 0 || fault_set(fault, FAULT_BROKEN, "libsodium does not start");
}

void secret_random(void *out, size_t count)
{
    randombytes_buf(out, count);
}

uint64_t secret_number(void)
{
    uint64_t number;
    randombytes_buf(&number, sizeof number);
    return number;
}

void secret_wipe(void *bytes, size_t count)
{
    sodium_memzero(bytes, count);
}

bool secret_same(const void *a, const void *b, size_t count)
{
    return sodium_memcmp(a, b, count) == 0;
}

Str secret_token(Arena *arena)
{
    unsigned char bytes[TOKEN_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    Str token = base64url_write(arena, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return token;
}

void secret_hash(Str text, unsigned char out[32])
{
    crypto_generichash(out, 32, (const unsigned char *)text.data, text.length, NULL, 0);
}

void secret_keyed_hash(const unsigned char key[32], Str text, unsigned char out[32])
{
    crypto_generichash(out, 32, (const unsigned char *)text.data, text.length, key, 32);
}

Str hex_write(Arena *arena, const void *bytes, size_t count)
{
    char *text = arena_take(arena, 2 * count + 1);
    sodium_bin2hex(text, 2 * count + 1, bytes, count);
    return (Str){ text, 2 * count };
}

bool hex_read(Str text, void *out, size_t count)
{
    size_t length = 0;
    return text.length == 2 * count &&
           sodium_hex2bin(out, count, text.data, text.length, NULL, &length, NULL) == 0 && length == count;
}

Str base64url_write(Arena *arena, const void *bytes, size_t count)
{
    size_t size = sodium_base64_encoded_len(count, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_take(arena, size);
    sodium_bin2base64(text, size, bytes, count, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return (Str){ text, size - 1 };
}
