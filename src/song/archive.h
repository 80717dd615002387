// Archive: all finished songs of a person as one tar, read from its beginning to its end while it is made, so
// that a library of any size takes no room anywhere.
//
//     Title (id)/song.flac  song.mid  lyrics.lrc  recipe.json  stems.zip      newest song first, those in the
//     bin not
//
// A song that is deleted meanwhile is left out, or ends with an error where it was cut off.
#ifndef SONG_ARCHIVE_H
#define SONG_ARCHIVE_H

#include "song/library.h"

typedef struct Archive Archive;

Archive *archive_open(Vault *vault, Blobs *blobs, AccountId account);
void archive_close(Archive *archive);
// The next bytes, `*got` 0 at the end.
bool archive_read(Archive *archive, Db *db, Arena *arena, char *bytes, size_t most, size_t *got,
                  Fault *fault);

#endif
