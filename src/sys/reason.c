// One table from the system's error numbers to a sentence with advice.
#include "sys/reason.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 200 };

typedef struct Reason {
    int error;
    FaultKind kind;
    const char *reading, *writing; // NULL writing: as reading
} Reason;

static const Reason reasons[] = {
    { ENOENT, FAULT_INPUT, "there is no such file. Check the name.",
      "no such folder. Make the folder first." },
    { EACCES, FAULT_INPUT, "you may not read it. Change its permissions or choose another file.",
      "you may not write there. Choose another folder." },
    { EPERM, FAULT_INPUT, "you may not read it. Change its permissions or choose another file.",
      "you may not write there. Choose another folder." },
    { EROFS, FAULT_INPUT, "the disk is read-only.", "the disk is read-only. Choose another folder." },
    { EISDIR, FAULT_INPUT, "it is a folder. Give the name of a file.", NULL },
    { ENOTDIR, FAULT_INPUT, "a part of the path is a file, not a folder. Check the path.", NULL },
    { EEXIST, FAULT_INPUT, "a file of that name is in the way. Choose another name.", NULL },
    { ENAMETOOLONG, FAULT_INPUT, "the name is too long. Choose a shorter one.", NULL },
    { EINVAL, FAULT_INPUT, "this name is not possible here. Choose another one.", NULL },
    { ELOOP, FAULT_INPUT, "its links lead in a circle. Choose another name.", NULL },
    { ENXIO, FAULT_INPUT, "nobody reads from that pipe or device.", NULL },
    { ETXTBSY, FAULT_INPUT, "it is a program that is running. Choose another name.", NULL },
    { EPIPE, FAULT_MISSING, "the reader has gone.", NULL },
    { ENOSPC, FAULT_BROKEN, "the disk is full. Free some space and try again.", NULL },
    { EDQUOT, FAULT_BROKEN, "your share of the disk is full. Free some space and try again.", NULL },
    { EFBIG, FAULT_BROKEN,
      "files this large are not allowed here. Raise the limit (ulimit -f) and try again.", NULL },
    { EIO, FAULT_BROKEN, "the disk reports an error. Try another disk.", NULL },
    { EMFILE, FAULT_BROKEN, "too many files are open. Raise the limit (ulimit -n) and try again.", NULL },
    { ENFILE, FAULT_BROKEN, "too many files are open on this machine. Try again later.", NULL },
};

// The end of a long path says more than its start; control characters must not reach a terminal.
static void show(const char *path, char shown[SHOWN_BYTES + 4])
{
    size_t length = strlen(path);
    const char *from = length > SHOWN_BYTES ? path + length - SHOWN_BYTES : path;
    while (from > path && ((unsigned char)*from & 0xc0) == 0x80)
        from++;
    snprintf(shown, SHOWN_BYTES + 4, "%s%s", from > path ? "..." : "", from);
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
}

bool reason_fault(Fault *fault, Doing doing, const char *path, int error)
{
    static const char *const verbs[] = { "read", "write to", "make the folder" };
    char shown[SHOWN_BYTES + 4];
    show(path, shown);

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        const Reason *r = &reasons[i];
        if (r->error != error)
            continue;
        const char *why = doing != DOING_READ && r->writing ? r->writing : r->reading;
        return fault_set(fault, r->kind, "Cannot %s %s: %s", verbs[doing], shown, why);
    }
    return fault_set(fault, FAULT_BROKEN, "Cannot %s %s: %s.", verbs[doing], shown, strerror(error));
}
