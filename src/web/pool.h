// Pool: threads for what may wait: databases across a net, password hashes, files. The queue is bounded; who
// must not be turned away (a song that is being heard) may join it regardless.
#ifndef WEB_POOL_H
#define WEB_POOL_H

#include <stdbool.h>

typedef struct Task Task;

struct Task {
    void (*run)(Task *task); // the task may be gone when it returns
    Task *next;
    double since; // clock_ms, when it joined
};

enum { POOL_THREADS = 16, POOL_QUEUE = 16384, POOL_WAIT_MS = 3000 };

typedef struct Pool Pool;

Pool *pool_open(void);
void pool_close(Pool *pool);                      // runs what waits, then ends
bool pool_add(Pool *pool, Task *task, bool must); // false: too much waits, or the pool is closing
int pool_waiting(Pool *pool);

#endif
