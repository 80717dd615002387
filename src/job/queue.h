// The queue from the worker's side. Used inside this folder only.
//
// Each call is one transaction and holds the fence: it changes nothing when the job is no longer this
// attempt's. Then the grip is lost, and there is nothing left to do for it.
#ifndef JOB_QUEUE_H
#define JOB_QUEUE_H

#include "job/job.h"

typedef struct Claim {
    JobId id;
    AccountId account;
    SongId song;
    bool stems;
    int attempt;
    int64_t credits;
    int64_t token; // the API token that asked for it; 0: none
} Claim;

typedef enum Grip {
    GRIP_HELD,
    GRIP_STOP, // still ours, but its owner wants it stopped
    GRIP_LOST,
} Grip;

enum { QUEUE_ANY_LEASE = 0 }; // for `over`: whatever the lease says

// The next job, leased for JOB_LEASE_MS. What an earlier attempt left half written is condemned.
bool queue_claim(Db *db, Arena *arena, Claim *out, bool *found, Fault *fault);
bool queue_beat(Db *db, Arena *arena, const Claim *claim, Grip *grip, Fault *fault); // a new lease

// How far it is, as news of this kind: stage, progress, audio.
bool queue_tell(Db *db, Arena *arena, const Claim *claim, const char *kind, Str stage, int progress,
                Grip *grip, Fault *fault);

// Inside the caller's transaction: is it still ours? Then it stays so until the end of the transaction.
bool queue_hold(Db *db, Arena *arena, const Claim *claim, Grip *grip, Fault *fault);

// Inside the caller's transaction: the job is done. The caller settles what belongs to it and commits, when
// it is held.
bool queue_done(Db *db, Arena *arena, const Claim *claim, Grip *grip, Fault *fault);

// `over`: only if its lease ended before then.
bool queue_end(Db *db, Arena *arena, const Claim *claim, JobState state, const char *reason, int64_t over,
               Grip *grip, Fault *fault);
bool queue_again(Db *db, Arena *arena, const Claim *claim, int64_t due, int64_t over, Grip *grip,
                 Fault *fault);

// An attempt came to nothing: another one a little later, or the end of the job with `reason` when it was the
// last.
bool queue_failed(Db *db, Arena *arena, const Claim *claim, const char *reason, int64_t over, Grip *grip,
                  Fault *fault);

// Jobs whose lease is over, whoever had them.
bool queue_recover(Db *db, Arena *arena, int *recovered, Fault *fault);

// ---- for job.c

// Inside a transaction, when the job has just ended otherwise than well: credits, song, files, news.
bool queue_settle(Db *db, Arena *arena, const Claim *claim, JobState state, const char *reason, Fault *fault);
Str job_state_name(JobState state);
Claim queue_row(const DbRows *rows, int row);

#endif
