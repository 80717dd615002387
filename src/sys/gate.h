// Gate: so many at a time, first come, first served, and nobody joins a queue that is too long.
// Whoever needs more of the machine takes more places.
#ifndef SYS_GATE_H
#define SYS_GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Gate {
    int places;      // at a time
    int waiting_max; // in the queue
    int used, waiting;
    uint64_t last, next; // numbers drawn by those who came, and the one whose turn it is
    pthread_mutex_t lock;
    pthread_cond_t moved;
} Gate;

#define GATE_INIT(places, waiting_max)                                                                       \
    {                                                                                                        \
        (places), (waiting_max), 0, 0, 0, 0, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER             \
    }

bool gate_enter(Gate *gate, int places); // false: the queue is full, and nothing was taken
void gate_leave(Gate *gate, int places);

#endif
