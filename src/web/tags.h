// Tags as pages and API show them. Used inside this folder only.
#ifndef WEB_TAGS_H
#define WEB_TAGS_H

#include "song/tag.h"
#include "web/request.h"

enum { BULK_SLOTS = 40 }; // songs that one form may choose: its fields s1 .. s40

// Rows "tags" with tag_id, tag_name: of one song; of the whole library, with tag_songs and here.
bool fill_song_tags(Request *request, Page *page, const LibrarySong *song, Fault *fault);
bool fill_library_tags(Request *request, Page *page, int64_t chosen, Str *heading, Fault *fault);

#endif
