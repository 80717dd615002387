// Recipe: a small JSON file that makes the same song again: prompt, options, seed, and what it
// should come out as.
#ifndef MUSIC_RECIPE_H
#define MUSIC_RECIPE_H

#include "music/song.h"

enum { RECIPE_BYTES_MAX = 200000 };

typedef struct Recipe {
    SongOrder order;
    Str version;      // of the program that made it
    Str score_digest; // hex; "" = not known
    Str audio_digest;
} Recipe;

void recipe_write(const Recipe *recipe, Buf *out);

// Fails with INPUT when the text is no recipe; the sentence says what is wrong with it.
bool recipe_read(Arena *arena, Str text, Recipe *out, Fault *fault);

#endif
