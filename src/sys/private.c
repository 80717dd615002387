// A private file is written beside its name, synced, and renamed over it.
#include "sys/private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool broken(Fault *fault, const char *doing)
{
    return fault_set(fault, FAULT_BROKEN, "%s a private file: %s", doing, strerror(errno));
}

bool private_folder(const char *path, Fault *fault)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    return fault_set(fault, FAULT_BROKEN, "making a private folder: %s", strerror(errno));
}

static bool put_all(int fd, Str bytes)
{
    for (size_t at = 0; at < bytes.length;) {
        ssize_t put = write(fd, bytes.data + at, bytes.length - at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += (size_t)put;
    }
    return fsync(fd) == 0;
}

// The rename itself is on the disk only once the folder is.
static bool sync_folder(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder] = 0;
    int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return done;
}

bool private_write(const char *path, Str bytes, Fault *fault)
{
    char part[PATH_MAX];
    if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part)
        return fault_set(fault, FAULT_BROKEN, "the path of a private file is too long");
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return broken(fault, "making");
    bool put = put_all(fd, bytes);
    put = close(fd) == 0 && put;
    if (put && rename(part, path) == 0 && sync_folder(path))
        return true;
    broken(fault, "writing");
    unlink(part);
    return false;
}

bool private_remove(const char *path, Fault *fault)
{
    return unlink(path) == 0 || errno == ENOENT || broken(fault, "removing");
}
