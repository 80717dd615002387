// Fuzz target: any bytes as a blob's file. The first four bytes choose how a good file is spoilt, or that
// the bytes stand for the whole file; then it is read in ranges, as whole and as growing. Whatever is read
// is what was written.
#include "blob/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ID = 77, INSIDE = 2 * BLOB_CHUNK + 900, FILE_MOST = HEAD_BYTES + 4 * CHUNK_SEALED };

static const unsigned char key[KEY_BYTES] = { 5 };

// A store of one file, in memory.
typedef struct Memory {
    unsigned char bytes[FILE_MOST];
    size_t length;
} Memory;

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", what);
    abort();
}

static unsigned char byte_at(int64_t i)
{
    return (unsigned char)(i * 31 + i / 256);
}

static bool memory_open(void *self, int64_t id, BlobFile **out, Fault *fault)
{
    (void)id, (void)fault;
    *out = self;
    return true;
}

static void memory_close(BlobFile *file)
{
    (void)file;
}

static bool memory_read(BlobFile *file, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault)
{
    (void)fault;
    const Memory *memory = (const Memory *)(const void *)file;
    size_t left = at < 0 || (size_t)at >= memory->length ? 0 : memory->length - (size_t)at;
    *got = count < left ? count : left;
    memcpy(bytes, memory->bytes + at, *got);
    return true;
}

static bool memory_size(BlobFile *file, int64_t *bytes, Fault *fault)
{
    (void)fault;
    *bytes = (int64_t)((const Memory *)(const void *)file)->length;
    return true;
}

static void write_good(Memory *memory)
{
    unsigned char inside[BLOB_CHUNK];
    head_write(ID, memory->bytes);
    memory->length = HEAD_BYTES;
    for (int64_t from = 0; from < INSIDE; from += BLOB_CHUNK) {
        size_t count = (size_t)(INSIDE - from < BLOB_CHUNK ? INSIDE - from : BLOB_CHUNK);
        for (size_t i = 0; i < count; i++)
            inside[i] = byte_at(from + (int64_t)i);
        chunk_seal(key, (ChunkPlace){ ID, from / BLOB_CHUNK, from + BLOB_CHUNK >= INSIDE }, inside, count,
                   memory->bytes + memory->length);
        memory->length += count + CHUNK_TAG;
    }
}

static void spoil(Memory *memory, const uint8_t *data, size_t size, size_t at)
{
    if (data[0] % 4 == 0) { // the whole file
        memory->length = size < FILE_MOST ? size : FILE_MOST;
        memcpy(memory->bytes, data, memory->length);
    } else if (data[0] % 4 == 1) { // cut
        memory->length = at;
    } else if (data[0] % 4 == 2) { // written over
        size_t count = size < memory->length - at ? size : memory->length - at;
        memcpy(memory->bytes + at, data, count);
    } else { // chunks moved
        unsigned char kept[CHUNK_SEALED];
        unsigned char *one = memory->bytes + HEAD_BYTES, *two = one + CHUNK_SEALED;
        memcpy(kept, one, CHUNK_SEALED);
        memcpy(one, two, CHUNK_SEALED);
        memcpy(two, kept, CHUNK_SEALED);
    }
}

static void read_all(const BlobStore *store, BlobFacts facts, const uint8_t *data, size_t size)
{
    BlobReader *reader;
    Fault fault;
    unsigned char bytes[40000];
    if (!reader_open(store, &facts, key, &reader, &fault))
        return;
    for (size_t i = 0; i + 6 <= size && i < 60; i += 6) {
        int64_t at = (data[i] << 16 | data[i + 1] << 8 | data[i + 2]) % (INSIDE + 2000);
        size_t count = (size_t)(data[i + 3] << 8 | data[i + 4]) % sizeof bytes, got = 0;
        if (!blob_read(reader, at, bytes, count, &got, &fault))
            must(fault.kind == FAULT_BROKEN, "a damaged blob is told of as broken");
        for (size_t k = 0; k < got; k++)
            must(bytes[k] == byte_at(at + (int64_t)k), "what is read is what was written");
    }
    blob_reader_close(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Memory memory;
    if (size < 4)
        return 0;
    const BlobStore store = {
        .self = &memory, .open = memory_open, .close = memory_close, .read = memory_read, .size = memory_size
    };
    write_good(&memory);
    spoil(&memory, data, size, (size_t)(data[1] << 8 | data[2]) % memory.length);
    const int64_t claims[] = { INSIDE, 0, BLOB_CHUNK, (int64_t)((uint64_t)data[3] << 56 | data[2]) };
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
        read_all(&store, (BlobFacts){ { ID }, { 1 }, { 2 }, true, claims[i] }, data, size);
    read_all(&store, (BlobFacts){ { ID }, { 1 }, { 2 }, false, 0 }, data, size);
    return 0;
}
