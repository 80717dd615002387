// Private files: secrets that nobody but us may read. A file that others can read is refused, since a
// secret that has been readable is none.
#ifndef SYS_PRIVATE_FILE_H
#define SYS_PRIVATE_FILE_H

#include "base/arena.h"
#include "base/fault.h"

// At most `limit` bytes. INPUT with advice when group or others may read it or it belongs to somebody else;
// MISSING when there is none.
bool private_file_read(const char *path, void *out, size_t limit, size_t *length, Fault *fault);

// Makes `path` with mode 0400, whole and on the disk. Never replaces one: CONFLICT.
bool private_file_make(const char *path, const void *bytes, size_t count, Fault *fault);

#endif
