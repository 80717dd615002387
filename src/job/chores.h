// Chores: what a worker does beside making songs: sends mail, sweeps what is over, reads files again. Used
// inside this folder only.
#ifndef JOB_CHORES_H
#define JOB_CHORES_H

#include "job/fuse.h"
#include "job/job.h"

typedef struct Chores {
    WorkerOptions options;
    double last_ms[8]; // when each was done
    Fuse fuse;
} Chores;

// Does what is due. `mail_now`: somebody posted a mail.
void chores_run(Chores *chores, bool mail_now);

#endif
