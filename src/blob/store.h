// BlobStore: where the sealed files lie. It knows ids and bytes, and nothing of keys, people or rows.
//
//     make ──append, append ...──> sync ──> close          (writer)
//     open ──size, read at ...──> close                    (readers, in any process, also meanwhile)
//
// What holds for every store:
//   - A file appears with make and grows at its end only; what was appended is seen by readers in order.
//   - After sync what was appended survives a power cut, and so does the file's name.
//   - remove may meet readers: they keep what they have opened or get MISSING. Gone already is fine.
//   - list may leave out what was made meanwhile, never what has been there.
// docs/sealing.md says how an object store fits.
#ifndef BLOB_STORE_H
#define BLOB_STORE_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct BlobFile BlobFile; // the store's own

typedef struct BlobStore {
    void *self;
    void (*free)(void *self);
    bool (*make)(void *self, int64_t id, BlobFile **out, Fault *fault); // CONFLICT: there is one
    bool (*open)(void *self, int64_t id, BlobFile **out, Fault *fault); // MISSING: there is none
    void (*close)(BlobFile *file);
    bool (*append)(BlobFile *file, const void *bytes, size_t count, Fault *fault);
    bool (*read)(BlobFile *file, int64_t at, void *bytes, size_t count, size_t *got,
                 Fault *fault); // less at the end
    bool (*size)(BlobFile *file, int64_t *bytes, Fault *fault);
    bool (*sync)(BlobFile *file, Fault *fault);
    bool (*remove)(void *self, int64_t id, Fault *fault);
    // `changed_ms`: when it was last appended to, by the store's clock. `each` false, its fault set: end.
    bool (*list)(void *self, bool (*each)(void *context, int64_t id, int64_t changed_ms, Fault *fault),
                 void *context, Fault *fault);
} BlobStore;

// A folder: FOLDER/<last two characters of the id>/<id>. The last ones are random, the first are the time.
bool store_folder(const char *path, BlobStore *out, Fault *fault);

#endif
