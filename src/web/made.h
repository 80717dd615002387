// Made: what came of what was asked for, as the song's page shows it: tempo, key, length and loudness side by
// side with the wish, the sections with their times, the parts.
#ifndef WEB_MADE_H
#define WEB_MADE_H

#include "web/request.h"

// Fills facts (what, asked, made), sections (section, from, to, from_text), parts (role, instrument),
// ignored, conflicts, and genre, made_bpm, made_key for forms. A song without a brief has none of them.
void made_fill(Request *request, Page *page, const LibrarySong *song);
double made_tempo(const LibrarySong *song);          // beats a minute; 0: not known
Str made_key(Arena *arena, const LibrarySong *song); // "F# minor"; "": not known
// What a version does otherwise than the one it was made from: "longer, 120 instead of 90 bpm"; "" when
// nothing can be said.
Str made_difference(Arena *arena, const LibrarySong *from, const LibrarySong *song);

#endif
