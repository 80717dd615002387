// Private files: small whole files that only their owner may read (mode 0600), durable on return.
// A reader sees the whole file or none. Names are the caller's own, never a stranger's.
#ifndef SYS_PRIVATE_H
#define SYS_PRIVATE_H

#include "base/arena.h"
#include "base/fault.h"

bool private_folder(const char *path, Fault *fault); // mode 0700; one that exists is fine
bool private_write(const char *path, Str bytes, Fault *fault);
bool private_remove(const char *path, Fault *fault); // not there is fine

#endif
