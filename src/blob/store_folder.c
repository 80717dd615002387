// The store in a folder, over sys/beneath.
#include "blob/store.h"

#include "db/id.h"
#include "sys/beneath.h"

#include <string.h>

enum { ID_CHARS = 13, FOLDER_CHARS = 2 };

typedef struct Named {
    char folder[FOLDER_CHARS + 1];
    char file[ID_CHARS + 1];
} Named;

static Named name_of(int64_t id)
{
    Arena arena = { 0 };
    Str text = id_text(&arena, id);
    Named name = { 0 };
    memcpy(name.file, text.data, ID_CHARS);
    memcpy(name.folder, text.data + ID_CHARS - FOLDER_CHARS, FOLDER_CHARS);
    arena_close(&arena);
    return name;
}

#define BENEATH(name) ((BeneathName){ (name).folder, (name).file })

// A BlobFile of this store is a BeneathFile.
static BeneathFile *inner(BlobFile *file)
{
    return (BeneathFile *)file;
}

static bool make(void *self, int64_t id, BlobFile **out, Fault *fault)
{
    const Named name = name_of(id);
    BeneathFile *file;
    if (!beneath_make(self, BENEATH(name), &file, fault))
        return false;
    *out = (BlobFile *)file;
    return true;
}

static bool find(void *self, int64_t id, BlobFile **out, Fault *fault)
{
    const Named name = name_of(id);
    BeneathFile *file;
    if (!beneath_find(self, BENEATH(name), &file, fault))
        return false;
    *out = (BlobFile *)file;
    return true;
}

static void close_file(BlobFile *file)
{
    beneath_file_close(inner(file));
}

static bool append(BlobFile *file, const void *bytes, size_t count, Fault *fault)
{
    return beneath_append(inner(file), bytes, count, fault);
}

static bool read_at(BlobFile *file, int64_t at, void *bytes, size_t count, size_t *got, Fault *fault)
{
    return beneath_read(inner(file), at, bytes, count, got, fault);
}

static bool size(BlobFile *file, int64_t *bytes, Fault *fault)
{
    return beneath_size(inner(file), bytes, fault);
}

static bool sync_file(BlobFile *file, Fault *fault)
{
    return beneath_sync(inner(file), fault);
}

static bool remove_file(void *self, int64_t id, Fault *fault)
{
    const Named name = name_of(id);
    return beneath_remove(self, BENEATH(name), fault);
}

typedef struct Listing {
    bool (*each)(void *context, int64_t id, int64_t changed_ms, Fault *fault);
    void *context;
} Listing;

// What is not named as we name is not ours.
static bool each_file(void *self, BeneathName name, int64_t changed_ms, Fault *fault)
{
    const Listing *listing = self;
    int64_t id;
    if (!id_read(str_of(name.file), &id))
        return true;
    const Named ours = name_of(id);
    return strcmp(ours.folder, name.folder) != 0 || listing->each(listing->context, id, changed_ms, fault);
}

static bool list(void *self, bool (*each)(void *context, int64_t id, int64_t changed_ms, Fault *fault),
                 void *context, Fault *fault)
{
    Listing listing = { each, context };
    return beneath_list(self, each_file, &listing, fault);
}

static void give(void *self)
{
    beneath_close(self);
}

bool store_folder(const char *path, BlobStore *out, Fault *fault)
{
    Beneath *root;
    if (!beneath_open(path, &root, fault))
        return false;
    *out = (BlobStore){ root,    give, make,      find,        close_file, append,
                        read_at, size, sync_file, remove_file, list };
    return true;
}
