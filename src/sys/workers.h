// Workers on threads: hands for base/workers.h's face. The caller's own thread is one of them.
//
//     Workers workers = workers_open(0);
//     workers.run(workers.self, count, work, context);
//     workers_close(&workers);
//
// Made for pieces of 50 to 500 microseconds: an idle hand looks for work a short while before it
// sleeps. Each piece runs with the caller's floating-point modes. A run from inside a piece, or from
// a second thread meanwhile, is done in turn on its own thread.
#ifndef SYS_WORKERS_H
#define SYS_WORKERS_H

#include "base/workers.h"

enum { HANDS_MAX = 64 };

// `hands` 0 means one for each processor this process may use. Never fails: when the system gives
// no more threads there are fewer hands.
Workers workers_open(int hands);
void workers_close(Workers *workers);

#endif
