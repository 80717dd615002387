// Guarded memory: for keys. Between pages that may not be touched, locked so that it is not swapped out,
// left out of core dumps, empty in a child process, and wiped when it is given back.
#ifndef SYS_GUARDED_H
#define SYS_GUARDED_H

#include <stddef.h>

void *guarded_take(size_t bytes); // zeroed; stops the program when there is no memory
void guarded_give(void *memory);  // NULL does nothing

#endif
