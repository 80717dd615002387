// Workers: somebody who runs a number of independent pieces of work, perhaps side by side.
// The stages that use them give the same result however many hands there are.
#ifndef BASE_WORKERS_H
#define BASE_WORKERS_H

typedef struct Workers {
    void *self;
    int hands; // how many run at once
    // Calls work(context, i) for i = 0 .. count-1, in any order, and returns when all are done.
    void (*run)(void *self, int count, void (*work)(void *context, int index), void *context);
} Workers;

extern const Workers workers_none; // one after the other, on the caller's own thread

#endif
