// Tags: words that a person gives to songs. A tag is there as long as a song has it. Names are sealed, so
// that no two are alike is seen by opening them, with the person's row locked meanwhile.
#ifndef SONG_TAG_H
#define SONG_TAG_H

#include "song/library.h"

enum { TAGS_MAX = 200, SONG_TAGS_MAX = 20, TAG_CHARS_MAX = 40 };

typedef struct Tag {
    int64_t id;
    Str name;
    int64_t songs; // that are not in the bin; filled by tag_list
} Tag;

// By name: one that is written alike but for case and accents is the same. INPUT: no name, or too long a one.
// LIMIT: too many, of the song or of the person. Having it already is fine.
bool song_tag(People *people, AccountId account, SongId id, Str name, Tag *out, Fault *fault);
bool song_untag(Db *db, AccountId account, SongId id, int64_t tag, Fault *fault); // not having it is fine
bool tag_list(People *people, AccountId account, Tag **list, int *count, Fault *fault); // by name

typedef struct SongTags {
    Tag *list; // by name
    int count;
} SongTags;

// One for each song, in their order.
bool tags_of(People *people, AccountId account, const LibrarySong *songs, int count, SongTags **out,
             Fault *fault);

// Those that no song has any more, inside the caller's transaction.
bool tag_sweep(Db *db, AccountId account, Fault *fault);

#endif
