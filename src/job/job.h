// Job: a song that was asked for. What was accepted is finished, or failed and told, exactly once.
//
//   submit ──> queued ──claim──> running ──> done
//                │ ^               │ ├─────> failed       refused, or after three tries
//                │ └──lease over───┘ │
//                └───────────────────┴─────> cancelled
//
// Submitting is one transaction: hold of credits, song, job, event. A claim writes a lease and counts the
// attempt, which is also the fence: whatever a worker writes says "attempt = mine", so one that was thought
// dead cannot write over the next. Ending is one transaction too: song, job, files, credits, event.
// The queue is fair among people: it goes by `turn`. A person's first waiting job has the turn of whoever is
// next, and each further one comes a turn later, so a hundred songs of one person wait beside one song of
// another. Events are numbered for each account without a gap, by counting in the account's row.
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "credit/credit.h"
#include "provider/provider.h"
#include "song/library.h"

enum {
    JOB_LEASE_MS = 15000,
    JOB_BEAT_MS = 4000,
    JOB_ATTEMPTS = 3,
    JOB_VARIANTS_MAX = 4,
    JOB_OPEN_MAX = 50,  // of one person at a time
    JOB_HOUR_MAX = 300, // of one person within an hour, also when most are cancelled
};

typedef enum JobState { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED } JobState;

typedef struct JobOrder {
    NewSong song;    // id 0: made here; seed 0: drawn here
    bool seed_given; // the person chose the seed, so another seed is another request
    Str once;        // idempotency key, "" = none; the same key and request give the same job again
    int variants;    // so many of it, each with the next seed, all or none; 0 = 1
    int64_t credits; // of each: held while it is made, and charged when it is done
    int64_t token;   // the API token that asks, whose cap counts; 0: none
} JobOrder;

typedef struct Job {
    JobId id;
    SongId song;
    AccountId account;
    JobState state;
    Str kind;     // song, stems
    Str stage;    // waiting, composing, playing, finishing, done
    Str reason;   // of one that failed or was cancelled: refused, silent, clipped, length, abrupt,
                  // undecodable, engine, cancelled
    int progress; // 0..1000
    int attempt;
    int64_t credits;
    int64_t turn;  // place in the fair queue
    int64_t ahead; // queued before it; filled by job_read
    int64_t created, ended;
} Job;

// INPUT: what was asked cannot be. CREDIT: not enough. LIMIT: too many open, or within an hour. CONFLICT:
// this key was used for another request.
// `*again` tells that the key had been used for this very request. Of several variants `out` is the first;
// the others are versions beside it.
bool job_submit(People *people, const JobOrder *order, Job *out, bool *again, Fault *fault);
// All that came of such a request, `first` first: `variants` of them, fewer when some were deleted since.
bool job_variants(Db *db, Arena *arena, const Job *first, int variants, Job **list, int *count, Fault *fault);
bool job_submit_stems(People *people, AccountId account, SongId song, Job *out,
                      Fault *fault); // an open one is given again
bool job_read(Db *db, Arena *arena, AccountId account, JobId id, Job *out,
              Fault *fault); // MISSING: not one's own
bool job_of_song(Db *db, Arena *arena, SongId song, Job *out, bool *found, Fault *fault); // the newest
// Of which the song itself came, not its stems.
bool job_that_made(Db *db, Arena *arena, SongId song, Job *out, bool *found, Fault *fault);
// What waits is cancelled at once; what runs is told to stop, and `out` says "running" still. Cancelled
// before: the same answer. Over already: CONFLICT.
bool job_cancel(Db *db, Arena *arena, AccountId account, JobId id, Job *out, Fault *fault);
// The ledger beside the jobs: what must hold of both together.
bool job_check(Db *db, Arena *arena, Checkup *checkup, Fault *fault);
bool job_list_open(Db *db, Arena *arena, AccountId account, Job **list, int *count, Fault *fault);

// ---- news

typedef struct Event {
    int64_t number;
    JobId job;
    SongId song;
    Str kind; // queued, stage, progress, audio (the MP3 can be heard), done, failed, cancelled
    Str stage, reason;
    int progress;
    int64_t at;
} Event;
bool event_list(Db *db, Arena *arena, AccountId account, int64_t after, Event **list, int *count,
                Fault *fault); // at most 200
bool event_newest(Db *db, AccountId account, int64_t *number, Fault *fault);
bool event_sweep(Db *db, int64_t *removed, Fault *fault); // older than an hour

// The topics of db_ring: "event" with the account, "job" with 0, "audio" with the song.

// ---- the worker

typedef struct Worker Worker;

typedef struct WorkerOptions {
    Database *data;
    Vault *vault;
    Blobs *blobs;
    Kitchen *kitchen;
    Mailer *mailer; // run beside the songs; NULL: nobody sends mail here
    int at_a_time;  // threads
} WorkerOptions;

// Claims and makes songs on its own threads, gives back what others' leases lost, sends mail, sweeps and
// scrubs.
bool worker_start(const WorkerOptions *options, Worker **out, Fault *fault);
// Takes no more and waits for what runs; what still runs after `wait_ms` goes back to the queue.
void worker_stop(Worker *worker, int64_t wait_ms);
bool worker_idle(const Worker *worker); // nothing is being made

#endif
