// Listening sockets.
#ifndef SYS_LISTEN_H
#define SYS_LISTEN_H

#include "base/fault.h"

// `port` 0: the system picks one. INPUT: the address is none, or taken; the sentence says what to do.
bool listen_open(const char *address, int port, int *fd, Fault *fault);
int listen_port(int fd);

#endif
