// Chunk: the bytes of a blob's file. Used inside this folder only (and by its fuzz target).
//
//     file:  "SSB1" | chunk size u32 | id u64 | chunk 0, chunk 1, ...          little-endian
//     chunk: ChaCha20-Poly1305 of up to 16 KiB | tag 16
//            nonce = chunk number, additional data = id u64 | number u64 | 1 when it is the last, else 0
//
// Every file has a key of its own and every number is sealed once, so the nonce may count. Only the last
// chunk may be short; a blob whose bytes fill its chunks ends with a full one, and an empty blob is one
// empty chunk.
#ifndef BLOB_CHUNK_H
#define BLOB_CHUNK_H

#include "blob/blob.h"

#define BLOB_MOST ((int64_t)1 << 40) // bytes inside; far from where sums would overflow

enum { HEAD_BYTES = 16, CHUNK_TAG = 16, CHUNK_SEALED = BLOB_CHUNK + CHUNK_TAG };

void head_write(int64_t id, unsigned char out[HEAD_BYTES]);
bool head_fits(const unsigned char head[HEAD_BYTES], int64_t id);

typedef struct ChunkPlace {
    int64_t id;
    int64_t number;
    bool last;
} ChunkPlace;

// `out` has room for count + CHUNK_TAG.
void chunk_seal(const unsigned char key[KEY_BYTES], ChunkPlace place, const void *bytes, size_t count,
                unsigned char *out);
// In place: `bytes` holds `count` sealed bytes and afterwards count - CHUNK_TAG open ones.
bool chunk_open(const unsigned char key[KEY_BYTES], ChunkPlace place, unsigned char *bytes, size_t count);

// Of the file of a whole blob with so many bytes inside; -1 when no blob can be so long.
int64_t file_bytes(int64_t bytes);
int64_t whole_chunks(int64_t file_length); // full chunks in a file that may be growing

#endif
