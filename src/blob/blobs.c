// Blobs: opening the store, finding a song's files, condemning them.
#include "blob/parts.h"

#include <stdlib.h>

Blobs *blobs_over(BlobStore store, Vault *vault)
{
    Blobs *blobs = calloc(1, sizeof *blobs);
    if (blobs == NULL)
        abort();
    *blobs = (Blobs){ store, vault };
    return blobs;
}

bool blobs_open(const char *folder, Vault *vault, Blobs **out, Fault *fault)
{
    BlobStore store;
    if (!store_folder(folder, &store, fault))
        return fault_while(fault, "opening the blobs");
    *out = blobs_over(store, vault);
    return true;
}

void blobs_close(Blobs *blobs)
{
    if (blobs == NULL)
        return;
    blobs->store.free(blobs->store.self);
    free(blobs);
}

bool blob_find(Db *db, Arena *arena, SongId song, const char *kind, BlobFacts *out, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_BLOB_NEWEST, DB_ARGS(DB_INT(song.n), DB_TEXT(str_of(kind))), &row, found,
                 fault))
        return fault_while(fault, "finding a blob");
    if (*found)
        *out = (BlobFacts){ .id = { db_int(&row, 0, 0) },
                            .account = { db_int(&row, 0, 1) },
                            .song = { db_int(&row, 0, 2) },
                            .whole = str_equal(db_text(&row, 0, 3), STR("whole")),
                            .bytes = db_int(&row, 0, 4) };
    return true;
}

bool blob_condemn_song(Db *db, SongId song, Fault *fault)
{
    return db_run(db, SQL_BLOB_CONDEMN_SONG, DB_ARGS(DB_INT(song.n)), NULL, fault) ||
           fault_while(fault, "condemning blobs");
}

bool blob_condemn_job(Db *db, JobId job, Fault *fault)
{
    return db_run(db, SQL_BLOB_CONDEMN_JOB, DB_ARGS(DB_INT(job.n)), NULL, fault) ||
           fault_while(fault, "condemning blobs");
}
