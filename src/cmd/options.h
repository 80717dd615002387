// The options of `make` and `brief`, read and checked before anything is done.
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "music/song.h"

typedef struct Options {
    SongOrder order;
    bool seeded;           // --seed was given
    const char *output;    // -o
    const char *stems, *midi, *lrc, *recipe; // NULL = not wanted
    const char *from;      // a recipe or a score to make again
    const char *lyrics;    // a file
    const char *soundfont; // NULL = the installed one
    const char *print;     // "brief", "score" or "performance": print that stage and stop
    int threads;           // 0 = one for each processor
    int bits;              // of WAV samples: 16, 24 or 32 (float)
    bool json, portable, own_synths, quiet, help;
} Options;

// EXIT_DONE, or what `misused` gave.
int options_read(Arena *arena, int argc, char **argv, Options *out);

#endif
