// Fuse: nothing is destroyed while the clock is in doubt.
//
// A clock that is ten years ahead would empty every bin. So the time is written down now and then, and when
// it is found a day away from there, or when it moves a day against the clock that only counts, nothing is
// destroyed by age until the clock has run without a jump for a day: long enough for it to be set right, or
// for somebody to read the log. A clock that was right all along, after a long stop, costs that day.
// Used inside this folder only.
#ifndef JOB_FUSE_H
#define JOB_FUSE_H

#include "db/db.h"

typedef struct Fuse {
    bool begun;
    int64_t wall; // both clocks when the watch began
    double steady;
    bool doubt; // what was found last
} Fuse;

// May things be destroyed for being old?
bool fuse_check(Fuse *fuse, Db *db, Arena *arena, bool *may, Fault *fault);

#endif
