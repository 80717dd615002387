// Beneath: files in folders beneath one folder, and never outside it.
//
//     beneath_open ──> make or open, append, read, sync, close ──> beneath_close
//
// Every name is one folder and one file ("7k", "0d3k...") and is opened from the descriptor above it without
// following links, so that neither a link nor a renamed parent can lead a name elsewhere. Files are 0600.
// Faults: MISSING there is none; CONFLICT there is one already; BROKEN the machine.
#ifndef SYS_BENEATH_H
#define SYS_BENEATH_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct Beneath Beneath;

bool beneath_open(const char *path, Beneath **out, Fault *fault); // the folder is made when missing, 0700
void beneath_close(Beneath *root);

typedef struct BeneathName {
    const char *folder;
    const char *file;
} BeneathName;

typedef struct BeneathFile BeneathFile;

bool beneath_make(Beneath *root, BeneathName name, BeneathFile **out, Fault *fault);
bool beneath_find(Beneath *root, BeneathName name, BeneathFile **out, Fault *fault);
void beneath_file_close(BeneathFile *file);

bool beneath_append(BeneathFile *file, const void *bytes, size_t count, Fault *fault);
bool beneath_read(BeneathFile *file, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault);
bool beneath_size(BeneathFile *file, int64_t *bytes, Fault *fault);
bool beneath_sync(BeneathFile *file, Fault *fault); // the file, its name and its folder's name
bool beneath_remove(Beneath *root, BeneathName name, Fault *fault); // one that is gone already is fine

// Calls `each` for every plain file; it returns false, with its fault set, to end early.
bool beneath_list(Beneath *root, bool (*each)(void *self, BeneathName name, int64_t changed_ms, Fault *fault),
                  void *self, Fault *fault);

#endif
