// Provider: an engine that makes songs. Ours is one of them.
//
// The built-in engine runs in children of a warm parent, the kitchen, which has words, styles and instruments in
// memory. It is forked before the program opens a database or a key, has no network and no files, and
// each song gets a child of its own with limits of time and memory. What a child makes comes back as messages through a pipe:
//
//     COMPOSED title, brief, length ──> AUDIO mp3, flac, opus ... PROGRESS ──> FILE mid, lrc, recipe, peaks ──> DONE
//                                                                                                       or REFUSED
//
// A message is length u32, type u8, then bytes; the reader bounds every length, since the child is not trusted.
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct ProviderOrder {
    Str prompt, lyrics, style, key; // "" = not stated
    int seconds, bpm;               // 0 = not stated
    bool instrumental;
    uint64_t seed;
    bool stems; // make the stems instead: one FILE "stems", a stored zip of FLAC files
} ProviderOrder;

typedef struct ComposedFacts {
    Str title;
    Str brief; // JSON, as `sonicstacker brief` prints it
    int64_t length_ms;
    int64_t credits; // 0 so far
} ComposedFacts;

typedef struct DoneFacts {
    double lufs;
    double true_peak_db;
    int64_t length_ms;
    bool silent; // the check of a bad render
} DoneFacts;

// Who takes what is made. Every function returns false (with the fault) to stop the making.
typedef struct Taker {
    void *self;
    bool (*composed)(void *self, const ComposedFacts *facts, Fault *fault);
    bool (*bytes)(void *self, const char *kind, Str bytes, Fault *fault);    // mp3, flac, opus: in order, as they are made
    bool (*progress)(void *self, const char *stage, int thousandths, Fault *fault); // also a moment to ask whether to go on
    bool (*done)(void *self, const DoneFacts *facts, Fault *fault);
} Taker;

typedef struct Kitchen Kitchen;

// Forks the warm parent. Call it first of all, before threads, databases and keys. `soundfont` NULL: Debian's; when
// there is none, our own synthesisers play.
bool kitchen_open(const char *soundfont, Kitchen **out, Fault *fault);
void kitchen_close(Kitchen *kitchen);

// Makes one song; blocks until it is done, refused or stopped. Any number of threads may call at once.
// INPUT, LIMIT: the engine refuses this order, with a sentence for the person. BROKEN: the child died, ran out of
// time or memory, or spoke nonsense; trying again may help.
bool kitchen_make(Kitchen *kitchen, const ProviderOrder *order, const Taker *taker, Fault *fault);

#endif
