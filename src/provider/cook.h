// Cook: one order becomes one song, in a process of its own. Used inside this folder only.
#ifndef PROVIDER_COOK_H
#define PROVIDER_COOK_H

#include "encode/encode.h"
#include "music/song.h"
#include "provider/messages.h"

// What every song needs; opened once in the warm parent.
typedef struct Larder {
    Library library;
    SoundFont *font; // NULL: our own synthesisers play
    const Engine *engine;
} Larder;

// A song on paper, and who is told of it.
typedef struct Dish {
    const Larder *larder;
    const ProviderOrder *order;
    int fd;
    Arena arena;
    SongOrder wish;
    Song song;
    Tags tags;
    int told; // thousandths
} Dish;

// Composes, plays, encodes, and tells through `fd`. The status to leave with: 0 done or refused.
int cook(const Larder *larder, const ProviderOrder *order, int fd);

// ---- between cook's files

// Tells how far `done` of `all` frames are, not too often.
bool dish_progress(Dish *dish, int64_t done, int64_t all, Fault *fault);
bool dish_gone(Fault *fault); // nobody listens any more; always false

bool cook_mix(Dish *dish, Fault *fault);   // the song itself: mp3, flac, opus, then the papers
bool cook_stems(Dish *dish, Fault *fault); // its parts

#endif
