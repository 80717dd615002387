// Everybody draws a number, so one who needs all places is not passed by for ever.
#include "sys/gate.h"

#include <assert.h>

bool gate_enter(Gate *gate, int places)
{
    assert(places > 0 && places <= gate->places);
    pthread_mutex_lock(&gate->lock);
    bool at_once = gate->waiting == 0 && gate->used + places <= gate->places;
    bool in = at_once || gate->waiting < gate->waiting_max;
    if (in) {
        uint64_t number = gate->last++;
        gate->waiting++;
        while (number != gate->next || gate->used + places > gate->places)
            pthread_cond_wait(&gate->moved, &gate->lock);
        gate->waiting--;
        gate->next++;
        gate->used += places;
        pthread_cond_broadcast(&gate->moved);
    }
    pthread_mutex_unlock(&gate->lock);
    return in;
}

void gate_leave(Gate *gate, int places)
{
    pthread_mutex_lock(&gate->lock);
    gate->used -= places;
    assert(gate->used >= 0);
    pthread_cond_broadcast(&gate->moved);
    pthread_mutex_unlock(&gate->lock);
}
