// Blob: a person's file, sealed in chunks, so that any range can be opened alone and a song can be heard
// while it is being written.
//
//     row (growing) ──> file grows ──> file synced ──> row (whole)          blob_make, _write, _finish,
//     _settle
//                                └──> row (condemned) ──> file removed ──> row removed      blob_condemn,
//                                blob_sweep
//
// The row is in the database before the file exists and goes after it, so a file without a row can only be
// an orphan. Names of files are random ids. Only whole chunks can be read while a blob grows.
//
//     file: "SSB1" | chunk size u32 | id u64 | chunk, chunk, ... ; a chunk is 16 KiB sealed + tag 16;
//     nonce = chunk number, additional data = id, number, 1 when it is the last
//
// Where the files lie is a BlobStore: a folder now, an object store by the same face.
#ifndef BLOB_BLOB_H
#define BLOB_BLOB_H

#include "vault/vault.h"

enum { BLOB_CHUNK = 16384 };

typedef struct Blobs Blobs;

bool blobs_open(const char *folder, Vault *vault, Blobs **out, Fault *fault);
void blobs_close(Blobs *blobs);

typedef struct BlobOwner {
    AccountId account;
    SongId song;
    JobId job;
    const char *kind; // mp3, flac, opus, mid, lrc, recipe, peaks, score, stems
} BlobOwner;

typedef struct BlobWriter BlobWriter;

// Not inside a transaction: the row is committed before the file is made.
bool blob_make(Blobs *blobs, Db *db, const BlobOwner *owner, BlobWriter **out, Fault *fault);
bool blob_write(BlobWriter *writer, const void *bytes, size_t count, Fault *fault);
// Seals the last chunk and syncs file and folder. Then settle it in the transaction that needs it.
bool blob_finish(BlobWriter *writer, Fault *fault);
bool blob_settle(BlobWriter *writer, Db *db,
                 Fault *fault);      // row: whole, bytes, digest; CONFLICT: condemned meanwhile
void blob_close(BlobWriter *writer); // what was not settled will be swept
BlobId blob_id(const BlobWriter *writer);

typedef struct BlobFacts {
    BlobId id;
    AccountId account;
    SongId song;
    bool whole;
    int64_t bytes; // when whole
} BlobFacts;

// The newest blob of this kind that can be read: whole, or growing.
bool blob_find(Db *db, Arena *arena, SongId song, const char *kind, BlobFacts *out, bool *found,
               Fault *fault);

typedef struct BlobReader BlobReader;

// What was found growing stays so for this reader: once the row is whole, find and open again for the end.
// MISSING: the file or its key has gone. BROKEN: the file is damaged.
bool blob_open(Blobs *blobs, const BlobFacts *facts, BlobReader **out, Fault *fault);
void blob_reader_close(BlobReader *reader);
int64_t blob_length(BlobReader *reader); // bytes that can be read by now; of a whole blob, all
// Reads up to `count` bytes at `at`; `*got` 0 at the end of what there is.
bool blob_read(BlobReader *reader, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault);

// Marks blobs of a song (or of one job's attempt) for removal, inside the caller's transaction.
bool blob_condemn_song(Db *db, SongId song, Fault *fault);
bool blob_condemn_job(Db *db, JobId job, Fault *fault); // what the job left growing

// Removes condemned blobs, blobs that still grow after a day, and files that have no row and are older than
// `orphan_age_ms`. BROKEN, and no orphan removed, when there are so many that it must be the wrong database.
typedef struct SweepReport {
    int removed;
    int orphans;
} SweepReport;
bool blob_sweep(Blobs *blobs, Db *db, int64_t orphan_age_ms, SweepReport *out, Fault *fault);

// Reads up to `count` blobs again, the longest unchecked first; one that differs is marked damaged. When not
// one of several is there, the folder is away rather than they: then none is marked.
typedef struct ScrubReport {
    int checked;
    int damaged;
    int away;
    int64_t bytes;
} ScrubReport;
bool blob_scrub(Blobs *blobs, Db *db, int count, ScrubReport *out, Fault *fault);

#endif
