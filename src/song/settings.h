// Settings: what was asked beside prompt and lyrics, as the JSON that is sealed.
#ifndef SONG_SETTINGS_H
#define SONG_SETTINGS_H

#include "song/library.h"

enum { SETTINGS_BYTES_MAX = 4000, SETTINGS_TEXT_MAX = 200 };

// What is not stated is left out. Fails with INPUT when a text is longer than SETTINGS_TEXT_MAX bytes.
bool settings_write(Arena *arena, const SongSettings *settings, Str *json, Fault *fault);

// Members it does not know are passed over, so that an older program reads a newer one's songs. Fails with
// BROKEN when the text is no object of the right kinds.
bool settings_read(Arena *arena, Str json, SongSettings *out, Fault *fault);

#endif
