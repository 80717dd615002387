// Chunks over libsodium.
#include "blob/chunk.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum { BOUND_BYTES = 17, NONCE_BYTES = 12 };

static void put_number(unsigned char *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

void head_write(int64_t id, unsigned char out[HEAD_BYTES])
{
    memcpy(out, "SSB1", 4);
    put_number(out + 4, BLOB_CHUNK, 4);
    put_number(out + 8, (uint64_t)id, 8);
}

bool head_fits(const unsigned char head[HEAD_BYTES], int64_t id)
{
    unsigned char wanted[HEAD_BYTES];
    head_write(id, wanted);
    return memcmp(head, wanted, HEAD_BYTES) == 0;
}

static void bind_chunk(ChunkPlace place, unsigned char nonce[NONCE_BYTES], unsigned char bound[BOUND_BYTES])
{
    memset(nonce, 0, NONCE_BYTES);
    put_number(nonce, (uint64_t)place.number, 8);
    put_number(bound, (uint64_t)place.id, 8);
    put_number(bound + 8, (uint64_t)place.number, 8);
    bound[16] = place.last;
}

void chunk_seal(const unsigned char key[KEY_BYTES], ChunkPlace place, const void *bytes, size_t count,
                unsigned char *out)
{
    assert(count <= BLOB_CHUNK && (place.last || count == BLOB_CHUNK));
    unsigned char nonce[NONCE_BYTES], bound[BOUND_BYTES];
    bind_chunk(place, nonce, bound);
    crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, bytes, count, bound, sizeof bound, NULL, nonce, key);
}

bool chunk_open(const unsigned char key[KEY_BYTES], ChunkPlace place, unsigned char *bytes, size_t count)
{
    unsigned char nonce[NONCE_BYTES], bound[BOUND_BYTES];
    bind_chunk(place, nonce, bound);
    return count >= CHUNK_TAG && crypto_aead_chacha20poly1305_ietf_decrypt(
                                     bytes, NULL, NULL, bytes, count, bound, sizeof bound, nonce, key) == 0;
}

int64_t file_bytes(int64_t bytes)
{
    if (bytes < 0 || bytes > BLOB_MOST)
        return -1;
    int64_t chunks = bytes == 0 ? 1 : (bytes - 1) / BLOB_CHUNK + 1;
    return HEAD_BYTES + bytes + chunks * CHUNK_TAG;
}

int64_t whole_chunks(int64_t file_length)
{
    return file_length < HEAD_BYTES ? 0 : (file_length - HEAD_BYTES) / CHUNK_SEALED;
}
