// Killer: runs something in a child process and kills it before its n-th system call that writes, on
// whichever thread. With n = 1, 2, 3 ... until it is done, every moment at which it can be cut off has been
// tried.
#ifndef TESTS_VAULT_KILLER_H
#define TESTS_VAULT_KILLER_H

typedef enum KillEnd {
    KILL_KILLED,
    KILL_DONE,  // it ended by itself before the n-th
    KILL_CANNOT // this machine lets nobody follow a child
} KillEnd;

// `work` runs in the child; it opens what it needs, calls killer_begin, and does what shall be cut off.
KillEnd run_and_kill(int (*work)(void *self), void *self, int at, int *exit_code);
void killer_begin(void);

#endif
