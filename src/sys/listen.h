// Listening sockets: made here, or handed in by systemd (LISTEN_FDS), and as many descriptors as the system
// gives.
#ifndef SYS_LISTEN_H
#define SYS_LISTEN_H

#include "base/fault.h"

void listen_descriptors(void); // raises the soft limit of open files to the hard one
int listen_inherited(void);    // the socket that was handed in, once; -1: none
bool listen_open(const char *address, int port, int *fd,
                 Fault *fault);            // port 0: one of the system's choosing
bool listen_prepare(int fd, Fault *fault); // it never blocks, and no child has it
int listen_port(int fd);

#endif
