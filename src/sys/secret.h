// Secrets: random bytes, hashes and their spellings, over libsodium. secret_start comes first.
#ifndef SYS_SECRET_H
#define SYS_SECRET_H

#include "base/arena.h"
#include "base/fault.h"

enum { TOKEN_BYTES = 32, TOKEN_TEXT = 43 }; // 256 random bits; base64url without padding

bool secret_start(Fault *fault); // libsodium, no core dumps
void secret_random(void *out, size_t count);
uint64_t secret_number(void);
void secret_wipe(void *bytes, size_t count);
bool secret_same(const void *a, const void *b, size_t count); // takes the same time for every difference

Str secret_token(Arena *arena); // TOKEN_TEXT characters of A-Z a-z 0-9 - _
void secret_hash(Str text, unsigned char out[32]);
void secret_keyed_hash(const unsigned char key[32], Str text, unsigned char out[32]);

Str hex_write(Arena *arena, const void *bytes, size_t count);
bool hex_read(Str text, void *out, size_t count); // exactly 2 * count digits
Str base64url_write(Arena *arena, const void *bytes, size_t count);

#endif
