// The master key: 64 hex digits in a file that nobody else may read.
#include "vault/vault.h"

#include "sys/private_file.h"
#include "sys/secret.h"

enum { HEX_BYTES = 2 * KEY_BYTES, FILE_MOST = HEX_BYTES + 16 };

static bool master_key_make(const char *path, Fault *fault)
{
    Arena arena = { 0 };
    unsigned char key[KEY_BYTES];
    secret_random(key, sizeof key);
    Str hex = hex_write(&arena, key, sizeof key);
    char line[HEX_BYTES + 1];
    for (size_t i = 0; i < HEX_BYTES; i++)
        line[i] = hex.data[i];
    line[HEX_BYTES] = '\n';
    // Somebody else's, made at the same moment, is as good.
    bool made = private_file_make(path, line, sizeof line, fault) || fault->kind == FAULT_CONFLICT;
    secret_wipe(key, sizeof key);
    secret_wipe(line, sizeof line);
    secret_wipe((char *)(uintptr_t)hex.data, hex.length);
    arena_close(&arena);
    return made;
}

bool master_key_read(const char *path, bool make, unsigned char out[KEY_BYTES], Fault *fault)
{
    char text[FILE_MOST];
    size_t length = 0;
    bool read = private_file_read(path, text, sizeof text, &length, fault);
    if (!read && fault->kind == FAULT_MISSING) {
        fault->kind = FAULT_INPUT;
        read = make && master_key_make(path, fault) &&
               private_file_read(path, text, sizeof text, &length, fault);
    }
    bool fits = read && length < sizeof text && hex_read(str_trim((Str){ text, length }), out, KEY_BYTES);
    secret_wipe(text, sizeof text);
    return fits ||
           (read &&
            fault_set(fault, FAULT_INPUT,
                      "Cannot use %.200s: a master key is 64 hexadecimal digits and nothing else.", path)) ||
           false;
}
