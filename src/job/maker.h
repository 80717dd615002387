// Maker: one claimed job, from its song's words to files and credits. Used inside this folder only.
#ifndef JOB_MAKER_H
#define JOB_MAKER_H

#include "job/queue.h"

#include <stdatomic.h>

enum { FILES_MAX = 8 };

typedef struct MadeFile {
    const char *kind;
    BlobWriter *writer;
} MadeFile;

typedef struct Making {
    Kitchen *kitchen;
    Blobs *blobs;
    People people; // its own conversation and arena
    Claim claim;
    ProviderOrder order;
    MadeFile files[FILES_MAX];
    int file_count;
    int64_t mp3_bytes, told_chunks, length_ms;
    bool audible;            // told that the MP3 can be heard
    int progress;            // told last, thousandths
    const char *stage;       // told last
    double told_ms, rung_ms; // when
    DoneFacts facts;
    _Atomic int grip;   // a Grip; the heart's beat sets it too
    _Atomic bool leave; // the worker stops: the job goes back
    double began_ms, audible_ms;
} Making;

// Makes it and writes down how it ended. Never fails: what cannot even be written down is left to its lease.
void maker_run(Making *making);

// Its second half: the kitchen is done, and all it said is in `making`. A good song is the person's and
// charged; of a bad one the credits return, with the reason.
bool maker_settle(Making *making, Grip *grip, Fault *fault);

#endif
