// Reading and mapping whole files, making folders.
#include "sys/file.h"
#include "sys/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024 };

FileKind file_kind(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return FILE_NONE;
    if (S_ISREG(info.st_mode))
        return FILE_PLAIN;
    return S_ISDIR(info.st_mode) ? FILE_FOLDER : FILE_OTHER;
}

// Opens for reading; folders are refused here, since read(2) would do so less clearly.
static int open_to_read(const char *path, struct stat *info, Fault *fault)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, info) != 0) {
        reason_fault(fault, DOING_READ, path, errno);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    if (S_ISDIR(info->st_mode)) {
        reason_fault(fault, DOING_READ, path, EISDIR);
        close(fd);
        return -1;
    }
    return fd;
}

static ssize_t read_some(int fd, void *to, size_t count)
{
    ssize_t got;
    do
        got = read(fd, to, count);
    while (got < 0 && errno == EINTR);
    return got;
}

// Reads to the end, doubling. One byte past the limit is asked for, to tell "exactly" from "more".
static bool read_all(Arena *arena, int fd, size_t first, size_t limit, const char *path, Str *out,
                     Fault *fault)
{
    size_t size = first, length = 0;
    char *data = arena_take(arena, size + 1);
    for (;;) {
        ssize_t got = read_some(fd, data + length, size - length);
        if (got < 0)
            return reason_fault(fault, DOING_READ, path, errno);
        if (got == 0)
            break;
        length += (size_t)got;
        if (length > limit)
            return fault_set(fault, FAULT_INPUT,
                             "Cannot read %.200s: it is too large. %zu bytes are the most.", path, limit);
        if (length == size) {
            char *larger = arena_take(arena, size * 2 + 1);
            memcpy(larger, data, length);
            data = larger;
            size *= 2;
        }
    }
    data[length] = 0;
    *out = (Str){ data, length };
    return true;
}

bool file_read(Arena *arena, const char *path, size_t limit, Str *out, Fault *fault)
{
    struct stat info;
    int fd = open_to_read(path, &info, fault);
    if (fd < 0)
        return false;
    bool sized = S_ISREG(info.st_mode) && info.st_size > 0 && (size_t)info.st_size <= limit;
    size_t first = sized ? (size_t)info.st_size + 1 : PIECE_BYTES;
    bool done = read_all(arena, fd, first, limit, path, out, fault);
    close(fd);
    return done;
}

bool file_map(const char *path, Str *out, Fault *fault)
{
    struct stat info;
    int fd = open_to_read(path, &info, fault);
    if (fd < 0)
        return false;
    *out = (Str){ NULL, 0 };
    bool done = true;
    if (!S_ISREG(info.st_mode)) {
        done = reason_fault(fault, DOING_READ, path, EINVAL);
    } else if (info.st_size > 0) {
        void *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (bytes == MAP_FAILED)
            done = reason_fault(fault, DOING_READ, path, errno);
        else
            *out = (Str){ bytes, (size_t)info.st_size };
    }
    close(fd);
    return done;
}

void file_unmap(Str bytes)
{
    if (bytes.length)
        munmap((void *)(uintptr_t)bytes.data, bytes.length);
}

// The name of a new folder lasts once the folder around it is on the disk. What may not be read cannot be
// synced.
static bool name_lasts(const char *path)
{
    char around[PATH_MAX];
    size_t length = (size_t)snprintf(around, sizeof around, "%s", path);
    while (length > 0 && around[length - 1] == '/')
        length--;
    while (length > 0 && around[length - 1] != '/')
        length--;
    around[length] = 0;
    int fd = open(length ? around : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool lasts = fd < 0 || fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
    if (fd >= 0)
        close(fd);
    return lasts;
}

static bool folder_make_one(const char *path)
{
    if (mkdir(path, 0777) == 0)
        return name_lasts(path);
    int error = errno;
    bool there = file_kind(path) == FILE_FOLDER;
    errno = error;
    return there;
}

bool folder_make(const char *path, Fault *fault)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return reason_fault(fault, DOING_MAKE, path, ENAMETOOLONG);

    for (char *c = part + 1; *part && *c; c++) {
        if (*c != '/' || c[-1] == '/')
            continue;
        *c = 0;
        if (!folder_make_one(part))
            return reason_fault(fault, DOING_MAKE, path, errno);
        *c = '/';
    }
    if (!folder_make_one(part))
        return reason_fault(fault, DOING_MAKE, path, errno);
    return true;
}
