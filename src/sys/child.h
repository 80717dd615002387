// Child: processes of our own, what they may keep, and how they are spoken to.
//
// A child dies with the thread that forked it, so nothing of ours is left behind by a kill -9. Fork from a
// process that has one thread.
#ifndef SYS_CHILD_H
#define SYS_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CHILD_PIPE = 3 }; // where child_keep puts the one descriptor that is kept

pid_t child_fork(
    const char *name); // 0 in the child, which is called `name`; -1 when there is no process to be had
// In a child: what a terminal or a service manager sends to the whole group is the parent's business.
void child_deaf(void);
void child_keep(int fd); // closes everything else, the standard streams too; `fd` becomes CHILD_PIPE

// The exit status of `child`, once it has ended; -1 when a signal ended it. Waits.
int child_wait(pid_t child);
bool child_gone(pid_t child); // it has ended; child_wait still tells how
// The next child of this process that has ended, without waiting; 0: none. `*signal` is what ended it, 0 for
// an exit.
pid_t child_reap(int *signal);
void child_kill(pid_t child);

// A descriptor that can be read when a child has ended; child_fork undoes this in the child.
int child_bell_open(void);
void child_bell_quiet(int bell);
// Waits until one of them can be read; true for the first, false for the second only.
bool child_listen(int channel, int bell);

// A channel carries whole messages, each with a descriptor or without. Any number of threads may send.
bool channel_open(int ends[2]);
bool channel_send(int channel, const void *bytes, size_t count,
                  int passed); // false: it is full for long, or nobody is there
// The size of the next message; 0 when the other end is closed, -1 when the message is of no use (too
// long, more than one descriptor). `*passed` is the descriptor that came with it, or -1.
ssize_t channel_receive(int channel, void *bytes, size_t size, int *passed);

bool pipe_open(int ends[2]); // [0] reads, [1] writes
bool pipe_write(int fd, const void *head, size_t head_count, const void *body,
                size_t body_count); // all of both
// What is there now, after waiting for it up to `wait_ms`: 0 the writer is gone, -1 nothing came.
ssize_t pipe_read(int fd, void *bytes, size_t size, int wait_ms);
void descriptor_close(int fd); // nothing for -1

#endif
