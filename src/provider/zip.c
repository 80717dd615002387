// Local headers, bytes, the list, and what ends it; PKWARE's APPNOTE 6.3, the oldest part of it.
#include "provider/zip.h"

#include "base/crc.h"

#include <assert.h>
#include <string.h>

enum {
    LOCAL_MARK = 0x04034b50,
    LISTED_MARK = 0x02014b50,
    END_MARK = 0x06054b50,
    VERSION_STORED = 10,
    FLAG_UTF8 = 1 << 11,
    DAY_ONE = 1 << 5 | 1, // 1 January 1980, the first there is
    HEAD_MAX = 64,
};

typedef struct Head {
    unsigned char bytes[HEAD_MAX];
    size_t count;
} Head;

static void put(Head *head, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        head->bytes[head->count++] = (unsigned char)(value >> (8 * i));
}

uint32_t zip_sum(uint32_t before, const void *bytes, size_t count)
{
    static CrcTable table; // one thread makes a song's zip
    if (table.of[1] == 0)
        crc_tune(&table);
    return crc_run(&table, before, bytes, count);
}

Zip zip_open(Sink sink)
{
    return (Zip){ .sink = sink };
}

bool zip_bytes(Zip *zip, const void *bytes, size_t count)
{
    zip->at += (int64_t)count;
    assert(zip->at <= UINT32_MAX);
    return count == 0 || zip->sink.write(zip->sink.self, bytes, count);
}

// What a local header and a line of the list have in common.
static void put_common(Head *head, const ZipFile *file)
{
    put(head, VERSION_STORED, 2);
    put(head, FLAG_UTF8, 2);
    put(head, 0, 2); // stored
    put(head, 0, 2); // midnight
    put(head, DAY_ONE, 2);
    put(head, file->sum, 4);
    put(head, file->bytes, 4);
    put(head, file->bytes, 4);
    put(head, (uint32_t)file->name.length, 2);
    put(head, 0, 2); // nothing extra
}

bool zip_file(Zip *zip, const ZipFile *file)
{
    assert(zip->count < ZIP_FILES_MAX);
    assert(file->name.length < UINT16_MAX);
    Head head = { .count = 0 };
    put(&head, LOCAL_MARK, 4);
    put_common(&head, file);
    zip->places[zip->count] = (uint32_t)zip->at;
    zip->files[zip->count++] = *file;
    return zip_bytes(zip, head.bytes, head.count) && zip_bytes(zip, file->name.data, file->name.length);
}

static bool list_file(Zip *zip, int index)
{
    const ZipFile *file = &zip->files[index];
    Head head = { .count = 0 };
    put(&head, LISTED_MARK, 4);
    put(&head, VERSION_STORED, 2);
    put_common(&head, file);
    put(&head, 0, 2); // no comment
    put(&head, 0, 2); // on the first disk
    put(&head, 0, 2); // binary
    put(&head, 0, 4); // attributes
    put(&head, zip->places[index], 4);
    return zip_bytes(zip, head.bytes, head.count) && zip_bytes(zip, file->name.data, file->name.length);
}

bool zip_close(Zip *zip)
{
    int64_t from = zip->at;
    for (int i = 0; i < zip->count; i++)
        if (!list_file(zip, i))
            return false;
    Head head = { .count = 0 };
    put(&head, END_MARK, 4);
    put(&head, 0, 4); // one disk
    put(&head, (uint32_t)zip->count, 2);
    put(&head, (uint32_t)zip->count, 2);
    put(&head, (uint32_t)(zip->at - from), 4);
    put(&head, (uint32_t)from, 4);
    put(&head, 0, 2); // no comment
    return zip_bytes(zip, head.bytes, head.count);
}
