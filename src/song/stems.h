// Stems: a song's parts one by one, out of the zip that holds them. They are stored in it as they are, so a
// part is a stretch of the zip's bytes and can be given in ranges.
#ifndef SONG_STEMS_H
#define SONG_STEMS_H

#include "blob/blob.h"

enum { STEMS_MAX = 64, STEMS_LIST_BYTES = 16 << 10, STEM_NAME_MAX = 100 };

typedef struct Stem {
    Str name;          // "02-electric-piano.flac": the number is the part's place in the score
    int64_t at, bytes; // in the zip
} Stem;

// `end`: the last bytes of a zip of `whole` bytes, STEMS_LIST_BYTES of them or all. Stretches lie within the
// zip, one after the other; names are unlike and plain. BROKEN: no zip as provider/zip.c writes it.
bool stems_read(Arena *arena, Str end, int64_t whole, Stem **list, int *count, Fault *fault);

// Of a blob that is whole.
bool stems_list(Blobs *blobs, const BlobFacts *zip, Arena *arena, Stem **list, int *count, Fault *fault);

#endif
