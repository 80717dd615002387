// Private files: who may read is asked of the open file, so it cannot change between asking and reading.
#include "sys/private_file.h"
#include "sys/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

// An access list as the kernel keeps it (linux/posix_acl_xattr.h): version 2, then 8 bytes for each entry.
enum {
    ACL_HEAD = 4,
    ACL_ENTRY = 8,
    ACL_MOST = 64,
    ACL_USER = 2,
    ACL_GROUPS = 4 | 8,
    ACL_OTHER = 32,
    ACL_READ = 4
};

// systemd lets a service read its credentials by an access list; the mode then shows the list's mask where
// the group's bits stand. So where there is a list it is asked instead: it may name us and nobody else.
static bool list_is_private(const unsigned char *list, size_t length)
{
    for (size_t at = ACL_HEAD; at + ACL_ENTRY <= length; at += ACL_ENTRY) {
        uint16_t tag, may;
        uint32_t id;
        memcpy(&tag, list + at, sizeof tag);
        memcpy(&may, list + at + 2, sizeof may);
        memcpy(&id, list + at + 4, sizeof id);
        bool stranger = (tag & (ACL_GROUPS | ACL_OTHER)) || (tag == ACL_USER && id != 0 && id != geteuid());
        if (stranger && (may & ACL_READ))
            return false;
    }
    return true;
}

static bool is_private(int fd, const struct stat *info)
{
    unsigned char list[ACL_HEAD + ACL_ENTRY * ACL_MOST];
    ssize_t length = fgetxattr(fd, "system.posix_acl_access", list, sizeof list);
    if (length > 0)
        return (info->st_mode & S_IRWXO) == 0 && list_is_private(list, (size_t)length);
    return (length == 0 || errno == ENODATA || errno == ENOTSUP || errno == ENOSYS) &&
           (info->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool fits(int fd, const char *path, Fault *fault)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return reason_fault(fault, DOING_READ, path, errno);
    if (!S_ISREG(info.st_mode))
        return fault_set(fault, FAULT_INPUT, "Cannot use %.200s: it is not a plain file.", path);
    if (info.st_uid != geteuid() && info.st_uid != 0)
        return fault_set(fault, FAULT_INPUT,
                         "Cannot use %.200s: it belongs to another user. Make it the service's own (chown).",
                         path);
    return is_private(fd, &info) ||
           fault_set(fault, FAULT_INPUT,
                     "Cannot use %.200s: others may read it. If nobody has, run: chmod 0400 FILE.", path);
}

static bool read_whole(int fd, const char *path, char *out, size_t limit, size_t *length, Fault *fault)
{
    *length = 0;
    for (;;) {
        ssize_t got = read(fd, out + *length, limit - *length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return reason_fault(fault, DOING_READ, path, errno);
        *length += (size_t)got;
        if (got == 0 || *length == limit)
            return true;
    }
}

bool private_file_read(const char *path, void *out, size_t limit, size_t *length, Fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return fault_set(fault, FAULT_MISSING, "Cannot read %.200s: there is no such file. Check the name.",
                         path);
    if (fd < 0)
        return reason_fault(fault, DOING_READ, path, errno);
    bool read = fits(fd, path, fault) && read_whole(fd, path, out, limit, length, fault);
    close(fd);
    return read;
}

static bool write_whole(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t put = write(fd, bytes, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        bytes += put;
        count -= (size_t)put;
    }
    return fsync(fd) == 0;
}

static void folder_of(const char *path, char folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        strcpy(folder, ".");
    else
        snprintf(folder, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

static bool sync_folder_of(const char *path)
{
    char folder[PATH_MAX];
    folder_of(path, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return synced;
}

// Where the file system can, a file without a name, so that a crash leaves nothing behind; `part` is where it
// can be linked from. Both are opened with mode 0600.
static int part_open(const char *path, char part[PATH_MAX], bool *named)
{
    char folder[PATH_MAX];
    folder_of(path, folder);
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    *named = false;
    snprintf(part, PATH_MAX, "/proc/self/fd/%d", fd);
    if (fd >= 0 && access(part, F_OK) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    *named = true;
    if (snprintf(part, PATH_MAX, "%s.XXXXXX", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return mkostemp(part, O_CLOEXEC);
}

bool private_file_make(const char *path, const void *bytes, size_t count, Fault *fault)
{
    char part[PATH_MAX];
    bool named;
    int fd = part_open(path, part, &named);
    if (fd < 0)
        return reason_fault(fault, DOING_WRITE, path, errno);
    // A link appears whole under its name and, unlike a rename, takes nobody's place.
    bool made = write_whole(fd, bytes, count) && fchmod(fd, S_IRUSR) == 0 &&
                linkat(AT_FDCWD, part, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
    int error = errno;
    if (named)
        unlink(part);
    close(fd);
    if (!made && error == EEXIST)
        return fault_set(fault, FAULT_CONFLICT, "Cannot write to %.200s: there is one already.", path);
    if (!made || !sync_folder_of(path))
        return reason_fault(fault, DOING_WRITE, path, made ? errno : error);
    return true;
}
