// Fuzz target: any bytes as a sealed value, and any text sealed. Nothing opens but what was sealed, and
// that opens as it was, until one byte of it is changed.
#include "vault/sealed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[KEY_BYTES] = { 3 };
    const SealedPlace place = { { "song", "title", 9 }, 4, KEY_ACCOUNT };
    Arena arena = { 0 };
    size_t length = 0;
    unsigned char *open = malloc(size + 1); // of its exact size, so that a byte too many is seen
    must(!sealed_read(key, &place, (Str){ (const char *)data, size }, open, &length),
         "strange bytes do not open");
    free(open);

    unsigned char *sealed = arena_take(&arena, sealed_size(size));
    sealed_write(key, &place, (Str){ (const char *)data, size }, sealed);
    Str all = { (const char *)sealed, sealed_size(size) };
    open = malloc(all.length);
    must(sealed_read(key, &place, all, open, &length) && length == size && memcmp(open, data, size) == 0,
         "what was sealed opens as it was");
    size_t at = size ? (data[0] * 256u + data[size - 1]) % all.length : 0;
    sealed[at] ^= (unsigned char)(1 + size % 255);
    must(!sealed_read(key, &place, all, open, &length), "a changed byte is seen");
    free(open);
    arena_close(&arena);
    return 0;
}
