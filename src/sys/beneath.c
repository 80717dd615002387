// Beneath: the *at family of system calls over two levels of folders.
#include "sys/beneath.h"
#include "sys/file.h"
#include "sys/reason.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Beneath {
    int fd;
    char path[PATH_MAX]; // for faults
};

struct BeneathFile {
    Beneath *root;
    int fd, folder;
    char file[NAME_MAX + 1]; // for faults
};

enum { FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

// What is refused here is never a person's doing, so all of it is BROKEN; the text keeps its advice.
static bool broken(Fault *fault, Doing doing, const Beneath *root, const char *file, int error)
{
    char shown[NAME_MAX + 200];
    snprintf(shown, sizeof shown, "%.180s/%s", root->path, file);
    reason_fault(fault, doing, shown, error);
    fault->kind = FAULT_BROKEN;
    return false;
}

bool beneath_open(const char *path, Beneath **out, Fault *fault)
{
    bool missing = file_kind(path) == FILE_NONE;
    if (missing && !folder_make(path, fault))
        return false;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return reason_fault(fault, DOING_READ, path, errno);
    if (missing)
        fchmod(fd, 0700);
    Beneath *root = calloc(1, sizeof *root);
    if (root == NULL)
        abort();
    root->fd = fd;
    snprintf(root->path, sizeof root->path, "%s", path);
    *out = root;
    return true;
}

void beneath_close(Beneath *root)
{
    if (root == NULL)
        return;
    close(root->fd);
    free(root);
}

static bool file_take(Beneath *root, BeneathName name, int folder, int fd, BeneathFile **out)
{
    BeneathFile *file = calloc(1, sizeof *file);
    if (file == NULL)
        abort();
    file->root = root;
    file->folder = folder;
    file->fd = fd;
    snprintf(file->file, sizeof file->file, "%s", name.file);
    *out = file;
    return true;
}

bool beneath_make(Beneath *root, BeneathName name, BeneathFile **out, Fault *fault)
{
    if (mkdirat(root->fd, name.folder, 0700) != 0 && errno != EEXIST)
        return broken(fault, DOING_WRITE, root, name.folder, errno);
    int folder = openat(root->fd, name.folder, FOLDER_FLAGS);
    if (folder < 0)
        return broken(fault, DOING_WRITE, root, name.folder, errno);
    int fd = openat(folder, name.file, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0)
        return file_take(root, name, folder, fd, out);
    int error = errno;
    close(folder);
    if (error == EEXIST)
        return fault_set(fault, FAULT_CONFLICT, "There is a file of this name already.");
    return broken(fault, DOING_WRITE, root, name.file, error);
}

bool beneath_find(Beneath *root, BeneathName name, BeneathFile **out, Fault *fault)
{
    int folder = openat(root->fd, name.folder, FOLDER_FLAGS), error = errno;
    int fd = folder < 0 ? -1 : openat(folder, name.file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0)
        return file_take(root, name, folder, fd, out);
    if (folder >= 0) {
        error = errno;
        close(folder);
    }
    if (error == ENOENT)
        return fault_set(fault, FAULT_MISSING, "This file is no longer there.");
    return broken(fault, DOING_READ, root, name.file, error);
}

void beneath_file_close(BeneathFile *file)
{
    if (file == NULL)
        return;
    close(file->fd);
    close(file->folder);
    free(file);
}

bool beneath_append(BeneathFile *file, const void *bytes, size_t count, Fault *fault)
{
    const char *from = bytes;
    while (count > 0) {
        ssize_t put = write(file->fd, from, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return broken(fault, DOING_WRITE, file->root, file->file, put < 0 ? errno : EIO);
        from += put;
        count -= (size_t)put;
    }
    return true;
}

bool beneath_read(BeneathFile *file, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault)
{
    for (*got = 0; *got < count;) {
        ssize_t read = pread(file->fd, (char *)bytes + *got, count - *got, (off_t)at + (off_t)*got);
        if (read < 0 && errno == EINTR)
            continue;
        if (read < 0)
            return broken(fault, DOING_READ, file->root, file->file, errno);
        if (read == 0)
            break;
        *got += (size_t)read;
    }
    return true;
}

bool beneath_size(BeneathFile *file, int64_t *bytes, Fault *fault)
{
    struct stat info;
    if (fstat(file->fd, &info) != 0)
        return broken(fault, DOING_READ, file->root, file->file, errno);
    *bytes = info.st_size;
    return true;
}

bool beneath_sync(BeneathFile *file, Fault *fault)
{
    if (fsync(file->fd) == 0 && fsync(file->folder) == 0 && fsync(file->root->fd) == 0)
        return true;
    return broken(fault, DOING_WRITE, file->root, file->file, errno);
}

bool beneath_remove(Beneath *root, BeneathName name, Fault *fault)
{
    int folder = openat(root->fd, name.folder, FOLDER_FLAGS);
    if (folder < 0)
        return errno == ENOENT || broken(fault, DOING_WRITE, root, name.folder, errno);
    // Synced, since whoever asked will forget the name next.
    bool removed = (unlinkat(folder, name.file, 0) == 0 && fsync(folder) == 0) || errno == ENOENT;
    int error = errno;
    close(folder);
    return removed || broken(fault, DOING_WRITE, root, name.file, error);
}

typedef struct Walk {
    Beneath *root;
    bool (*each)(void *self, BeneathName name, int64_t changed_ms, Fault *fault);
    void *self;
} Walk;

static DIR *list_open(int above, const char *name)
{
    int fd = openat(above, name, FOLDER_FLAGS);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && list == NULL)
        close(fd);
    return list;
}

static bool list_files(const Walk *walk, const char *folder, Fault *fault)
{
    DIR *list = list_open(walk->root->fd, folder);
    if (list == NULL) // a stray file, a link, or removed meanwhile
        return errno == ENOTDIR || errno == ELOOP || errno == ENOENT ||
               broken(fault, DOING_READ, walk->root, folder, errno);
    bool going = true;
    for (const struct dirent *entry; going && (entry = readdir(list)) != NULL;) {
        struct stat info;
        if (fstatat(dirfd(list), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode))
            going = walk->each(walk->self, (BeneathName){ folder, entry->d_name },
                               (int64_t)info.st_mtim.tv_sec * 1000 + info.st_mtim.tv_nsec / 1000000, fault);
    }
    closedir(list);
    return going;
}

bool beneath_list(Beneath *root, bool (*each)(void *self, BeneathName name, int64_t changed_ms, Fault *fault),
                  void *self, Fault *fault)
{
    DIR *list = list_open(root->fd, ".");
    if (list == NULL)
        return broken(fault, DOING_READ, root, ".", errno);
    const Walk walk = { root, each, self };
    bool going = true;
    for (const struct dirent *entry; going && (entry = readdir(list)) != NULL;)
        if (entry->d_name[0] != '.')
            going = list_files(&walk, entry->d_name, fault);
    closedir(list);
    return going;
}
