// A service of blobs over fresh databases and a folder of its own, for tests.
#ifndef TESTS_BLOB_BLOBKIT_H
#define TESTS_BLOB_BLOBKIT_H

#include "blob/parts.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "tests/vault/vaultkit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct BlobKit {
    Database *keys, *data;
    Vault *vault;
    Blobs *blobs;
    Db *db;
    AccountId account;
    char folder[64];
} BlobKit;

static inline BlobKit blobkit_open(TestEngine engine)
{
    Fault fault;
    BlobKit kit = { .folder = "/tmp/sonicstacker-blobs-XXXXXX" };
    kit.keys = test_database(engine, STORE_KEYS);
    kit.data = test_database(engine, STORE_DATA);
    kit.vault = test_vault_over(kit.keys);
    CHECK(mkdtemp(kit.folder) != NULL);
    CHECK_OK(blobs_open(kit.folder, kit.vault, &kit.blobs, &fault));
    CHECK_OK(db_take(kit.data, &kit.db, &fault));
    kit.account = test_person(kit.vault);
    return kit;
}

static inline void blobkit_close(BlobKit *kit)
{
    char command[100];
    db_give(kit->db);
    blobs_close(kit->blobs);
    vault_close(kit->vault);
    test_database_close(kit->data);
    test_database_close(kit->keys);
    snprintf(command, sizeof command, "rm -r %s", kit->folder);
    CHECK_INT(system(command), 0);
}

static inline BlobOwner blobkit_owner(const BlobKit *kit)
{
    return (BlobOwner){ kit->account, { 5 }, { 6 }, "mp3" };
}

// The i-th byte of every blob of these tests.
static inline unsigned char blob_byte(int64_t i)
{
    return (unsigned char)(i * 7 + i / BLOB_CHUNK * 13 + i / 251);
}

static inline void blob_fill(BlobWriter *writer, int64_t from, int64_t to)
{
    Fault fault;
    unsigned char bytes[5000];
    while (from < to) {
        int64_t some = to - from < (int64_t)sizeof bytes ? to - from : (int64_t)sizeof bytes;
        for (int64_t i = 0; i < some; i++)
            bytes[i] = blob_byte(from + i);
        CHECK_OK(blob_write(writer, bytes, (size_t)some, &fault));
        from += some;
    }
}

static inline BlobId blob_whole(BlobKit *kit, int64_t bytes)
{
    Fault fault;
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(kit);
    CHECK_OK(blob_make(kit->blobs, kit->db, &owner, &writer, &fault));
    BlobId id = blob_id(writer);
    blob_fill(writer, 0, bytes);
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, kit->db, &fault));
    blob_close(writer);
    return id;
}

static inline BlobFacts blob_facts(BlobKit *kit)
{
    Fault fault;
    BlobFacts facts = { 0 };
    bool found = false;
    CHECK_OK(blob_find(kit->db, test_arena(), (SongId){ 5 }, "mp3", &facts, &found, &fault));
    CHECK(found);
    return facts;
}

static inline const char *blob_path(const BlobKit *kit, BlobId id)
{
    Str name = id_text(test_arena(), id.n);
    return arena_print(test_arena(), "%s/" STR_FMT "/" STR_FMT, kit->folder, STR_ARG(str_slice(name, 11, 13)),
                       STR_ARG(name))
        .data;
}

#endif
