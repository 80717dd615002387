// The whole road: a sentence becomes a Song on paper, and the Song becomes sound.
//
//     prompt ──brief──> Brief ──score──> Score ──perform──> Performance ──synth, master──> blocks of audio
//
// Nothing here reads a clock, a file or the machine: same order, same song, to the last bit,
// with any number of workers.
#ifndef MUSIC_SONG_H
#define MUSIC_SONG_H

#include "base/workers.h"
#include "perform/perform.h"
#include "synth/soundfont.h"

// What was asked: enough to make the same song again.
typedef struct SongOrder {
    Str prompt;
    BriefOptions options;
    uint64_t seed;
} SongOrder;

// What every song needs and none changes: words and styles.
typedef struct Library {
    Lexicon *lexicon;
    Styles styles;
} Library;

typedef struct Song {
    Brief brief;
    Score score;
    Performance performance;
} Song;

bool library_open(Arena *arena, Library *out, Fault *fault); // the built-in data; faults name file and line

bool song_compose(Arena *arena, const Library *library, const SongOrder *order, Song *out, Fault *fault);

// Where finished audio goes, in order. `mix` gets blocks of the master, `stem` (NULL when nobody
// wants stems) the same frames of each part at the master's gain, before sends and limiter.
// Both return false to stop.
typedef struct Listener {
    void *self;
    bool (*mix)(void *self, const float *left, const float *right, int frames);
    bool (*stem)(void *self, int part, const float *left, const float *right, int frames);
} Listener;

typedef struct RenderReport {
    double lufs;          // of the whole mix as it came out
    double lufs_expected; // what it was set for
    double gain_db;       // into the limiter
    double tilt_db;       // of the whole mix's tone
    int lanes;
} RenderReport;

// The render path exists twice, built from the same source for plain x86-64 and for AVX2, with
// the same result.
typedef struct Engine {
    const char *name; // "portable", "avx2"
    // `font` may be NULL: our own synthesisers play everything. Fails only when the listener stops.
    bool (*render)(const Song *song, const SoundFont *font, const Workers *workers, const Listener *listener,
                   RenderReport *report, Fault *fault);
} Engine;

const Engine *engine_find(bool portable); // the fastest this machine can run, or the portable one

#endif
