// Archive: a person's library as one zip, made while it is read, so that nothing is stored twice and little
// is held in memory: a chunk of one file, and a line of the zip's list for each.
//
//     0001 Rain at Dusk/Rain at Dusk.flac, .mid, .lrc, recipe.json, stems.zip      for each song that is
//     ready, newest first songs.json                                                           what they are
//     called
//
// Names suit every file system: no two are alike but for case, none is long, reserved, or has a sign that one
// of them refuses. Files are stored as they are. What goes meanwhile is left out; a file that turns out to be
// damaged ends where the damage is, and songs.json says so.
#ifndef SONG_ARCHIVE_H
#define SONG_ARCHIVE_H

#include "song/library.h"

enum { ARCHIVE_SONGS_MAX = 20000 }; // in one; songs.json names the cursor for the next

typedef struct Archive Archive;

Archive *archive_open(Blobs *blobs, AccountId account, SongId before); // songs older than this one; 0: all
void archive_close(Archive *archive);
// The next bytes, up to `room`; `*got` 0 at the end. `people` lives only for this call.
bool archive_read(Archive *archive, People *people, char *bytes, size_t room, size_t *got, Fault *fault);

void archive_far(Archive *archive, int64_t from); // zip64 from this place on, not from 4 GB: for tests

// A title as a name of a file, without an ending; never empty.
Str archive_name(Arena *arena, Str title);

#endif
