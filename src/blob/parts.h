// What the files of this folder share.
#ifndef BLOB_PARTS_H
#define BLOB_PARTS_H

#include "blob/chunk.h"
#include "blob/store.h"

struct Blobs {
    BlobStore store;
    Vault *vault;
};

// Over any store, which is freed with it.
Blobs *blobs_over(BlobStore store, Vault *vault);

// A reader that was given its key, so that the reading can be tested without a keystore.
bool reader_open(const BlobStore *store, const BlobFacts *facts, const unsigned char key[KEY_BYTES],
                 BlobReader **out, Fault *fault);

#endif
