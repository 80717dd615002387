// Output files that appear whole or not at all; see file.h for their life.
#include "sys/file.h"
#include "sys/part_files.h"
#include "sys/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_BYTES = 256 * 1024,
    WRITEBACK_BYTES = 4 * 1024 * 1024, // hand to the disk early, so that the fsync at the end is short
    NAME_KEPT = 200,                   // bytes of the name in the temporary's name; NAME_MAX is 255
    NAMES_TRIED = 100,
    SLOT_NONE = -1,
};

struct OutFile {
    Str path;     // as given, for faults
    char *target; // what will be renamed over; NULL when written to directly
    char *part;   // the temporary
    int fd, slot;
    bool ended;
    mode_t mode;    // of the file that is replaced, 0 = none
    int64_t handed; // bytes of the file's start that writeback has begun for
    int64_t at;     // where the next flush goes
    Fault fault;    // the first failure
    size_t used;
    char buffer[BUFFER_BYTES];
};

static ssize_t write_some(int fd, const char *from, size_t count)
{
    ssize_t done;
    do
        done = write(fd, from, count);
    while (done < 0 && errno == EINTR);
    return done;
}

static bool write_all(int fd, const char *from, size_t count)
{
    while (count > 0) {
        ssize_t done = write_some(fd, from, count);
        if (done < 0)
            return false;
        from += done;
        count -= (size_t)done;
    }
    return true;
}

static bool open_direct(OutFile *file, const char *path, int fd, Fault *fault)
{
    if (fd < 0)
        return reason_fault(fault, DOING_WRITE, path, errno);
    file->fd = fd;
    return true;
}

// The temporary stands beside its target, so that the rename stays on one disk.
static int open_part(OutFile *file, Arena *arena)
{
    const char *slash = strrchr(file->target, '/');
    const char *name = slash ? slash + 1 : file->target;
    for (int i = 0; i < NAMES_TRIED; i++) {
        Str part = arena_print(arena, "%.*s.%.*s.%ld%s%.0d.part", (int)(name - file->target), file->target,
                               NAME_KEPT, name, (long)getpid(), i ? "-" : "", i);
        file->part = (char *)(uintptr_t)part.data;
        file->slot = part_files_add(file->part);
        if (file->slot == SLOT_NONE)
            return EMFILE;
        file->fd = open(file->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (file->fd >= 0)
            return 0;
        int error = errno;
        part_files_drop(file->slot);
        if (error != EEXIST)
            return error;
    }
    return EEXIST;
}

static int check_name(const char *target)
{
    const char *slash = strrchr(target, '/');
    size_t length = strlen(slash ? slash + 1 : target);
    if (length == 0)
        return *target ? EISDIR : ENOENT;
    return length > NAME_MAX ? ENAMETOOLONG : 0;
}

static bool open_whole(OutFile *file, Arena *arena, const char *path, Fault *fault)
{
    char real[PATH_MAX];
    bool replaces = file_kind(path) == FILE_PLAIN;
    struct stat info;
    if (replaces && (access(path, W_OK) != 0 || stat(path, &info) != 0 || realpath(path, real) == NULL))
        return reason_fault(fault, DOING_WRITE, path, errno);
    if (replaces)
        file->mode = info.st_mode & 0777;
    file->target = (char *)(uintptr_t)arena_copy(arena, str_of(replaces ? real : path)).data;

    int error = check_name(file->target);
    if (error == 0)
        error = open_part(file, arena);
    if (error != 0)
        return reason_fault(fault, DOING_WRITE, path, error);
    if (part_files_interrupted())
        unlink(file->part);
    return true;
}

static bool open_any(OutFile *file, Arena *arena, const char *path, Fault *fault)
{
    if (strcmp(path, "-") == 0)
        return open_direct(file, path, dup(STDOUT_FILENO), fault);
    switch (file_kind(path)) {
    case FILE_FOLDER:
        return reason_fault(fault, DOING_WRITE, path, EISDIR);
    case FILE_OTHER:
        return open_direct(file, path, open(path, O_WRONLY | O_CLOEXEC), fault);
    default:
        return open_whole(file, arena, path, fault);
    }
}

bool outfile_open(Arena *arena, const char *path, OutFile **out, Fault *fault)
{
    part_files_prepare();
    OutFile *file = ARENA_NEW(arena, OutFile);
    file->path = arena_copy(arena, str_of(path));
    file->slot = SLOT_NONE;
    if (!open_any(file, arena, path, fault))
        return false;
    *out = file;
    return true;
}

static bool fail(OutFile *file, int error)
{
    const char *shown = strcmp(file->path.data, "-") == 0 ? "standard output" : file->path.data;
    if (file->fault.kind == FAULT_NONE)
        reason_fault(&file->fault, DOING_WRITE, shown, error);
    return false;
}

static bool put(OutFile *file, const void *bytes, size_t count)
{
    if (!write_all(file->fd, bytes, count))
        return fail(file, errno);
    file->at += (int64_t)count;
    if (file->part && file->at - file->handed >= WRITEBACK_BYTES) {
        sync_file_range(file->fd, file->handed, file->at - file->handed, SYNC_FILE_RANGE_WRITE); // a hint
        file->handed = file->at;
    }
    return true;
}

static bool flush(OutFile *file)
{
    size_t count = file->used;
    file->used = 0;
    return count == 0 || put(file, file->buffer, count);
}

bool outfile_write(void *self, const void *bytes, size_t count)
{
    OutFile *file = self;
    if (file->fault.kind != FAULT_NONE)
        return false;
    if (count > BUFFER_BYTES - file->used && !flush(file))
        return false;
    if (count >= BUFFER_BYTES)
        return put(file, bytes, count);
    if (count)
        memcpy(file->buffer + file->used, bytes, count);
    file->used += count;
    return true;
}

bool outfile_seek(void *self, int64_t at)
{
    OutFile *file = self;
    if (file->fault.kind != FAULT_NONE || !flush(file))
        return false;
    if (lseek(file->fd, at, SEEK_SET) < 0)
        return fail(file, errno);
    file->at = at;
    return true;
}

bool outfile_seekable(const OutFile *file)
{
    return file->part != NULL;
}

const Fault *outfile_fault(const OutFile *file)
{
    return &file->fault;
}

static bool settle(OutFile *file)
{
    if (file->fault.kind != FAULT_NONE || !flush(file))
        return false;
    if (file->part == NULL)
        return true;
    if (file->mode && fchmod(file->fd, file->mode) != 0)
        return fail(file, errno);
    if (fsync(file->fd) != 0 && errno != EINVAL && errno != ENOTSUP) // some disks cannot; that is no failure
        return fail(file, errno);
    return true;
}

bool outfile_close(OutFile *file, Fault *fault)
{
    bool done = settle(file);
    if (close(file->fd) != 0 && done)
        done = fail(file, errno);
    file->fd = -1;
    if (done && file->part && rename(file->part, file->target) != 0)
        done = fail(file, errno);
    if (done && file->slot != SLOT_NONE)
        part_files_drop(file->slot);
    file->ended = done;
    if (!done) {
        *fault = file->fault;
        outfile_abandon(file);
    }
    return done;
}

void outfile_abandon(OutFile *file)
{
    if (file->ended)
        return;
    file->ended = true;
    if (file->fd >= 0)
        close(file->fd);
    if (file->part) {
        unlink(file->part);
        part_files_drop(file->slot);
    }
}

bool stdout_write(Str text, Fault *fault)
{
    part_files_prepare();
    if (!write_all(STDOUT_FILENO, text.data, text.length))
        return reason_fault(fault, DOING_WRITE, "standard output", errno);
    return true;
}
