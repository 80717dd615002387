// Provider: an engine that makes songs. Ours is one of them.
//
// The built-in engine runs in children of a warm parent, which has words, styles and instruments in memory:
//
//     this process ──fork──> porter ──fork──> warm parent ──fork──> a child for each song
//           └──────────── channel of orders ──────^                        │
//           └──────────── a pipe for each song <───────────────────────────┘
//
// The porter only waits, and forks another warm parent when one dies; orders that nobody has taken up lie in
// the channel meanwhile. A song whose child or warm parent dies is BROKEN for its caller, who may order it
// again. All of them die with this process. They were forked before it opened a database or a key, and a
// song's child has nothing but its pipe: no files, no network, no processes, and limits of memory and time.
//
// What a child makes comes back as messages:
//
//     COMPOSED title, brief, length ──> mp3, flac, opus as they are made, PROGRESS ──> mid, lrc, recipe,
//     peaks, score ──> DONE or REFUSED with a sentence
//
// The child is not trusted: every length, number and text of a message is bounded where it is read.
#ifndef PROVIDER_PROVIDER_H
#define PROVIDER_PROVIDER_H

#include "base/arena.h"
#include "base/fault.h"
#include "master/judge.h"

typedef struct ProviderOrder {
    Str prompt, lyrics, style, key; // "" = not stated
    Str title;                      // what the files call it; "" = made from the prompt
    int seconds, bpm;               // 0 = not stated
    bool instrumental;
    uint64_t seed;
    bool stems; // make the stems instead: one "stems", a stored zip of FLAC files, one for each part
} ProviderOrder;

typedef struct ComposedFacts {
    Str title;
    Str brief; // JSON, as `sonicstacker brief` prints it
    int64_t length_ms;
} ComposedFacts;

typedef struct DoneFacts {
    double lufs;
    double true_peak_db;
    int64_t length_ms;
    Verdict verdict; // anything but VERDICT_GOOD: nobody should pay for this
} DoneFacts;

// Who takes what is made. Every function returns false (with the fault) to stop the making.
typedef struct Taker {
    void *self;
    bool (*composed)(void *self, const ComposedFacts *facts, Fault *fault); // first, once
    // `kind`: mp3, flac, opus in order, as they are made; then mid, lrc (when there are words), recipe,
    // peaks, score; or stems.
    bool (*bytes)(void *self, const char *kind, Str bytes, Fault *fault);
    // `stage`: composing, playing, finishing. Comes many times a second: also a moment to ask whether to go
    // on.
    bool (*progress)(void *self, const char *stage, int thousandths, Fault *fault);
    bool (*done)(void *self, const DoneFacts *facts, Fault *fault); // last, once
} Taker;

typedef struct Kitchen Kitchen;

// Forks the porter and waits until the first warm parent can take orders. Call it first of all, before
// threads, databases and keys. `soundfont` NULL: Debian's; when there is none, our own synthesisers play.
bool kitchen_open(const char *soundfont, Kitchen **out, Fault *fault);
void kitchen_close(Kitchen *kitchen); // ends the songs that are being made

enum { KITCHEN_WAIT_MS = 30000 }; // a child that says nothing for so long is ended

// Makes one song; blocks until it is done, refused or stopped. Any number of threads may call at once.
// INPUT, LIMIT: the engine refuses this order, with a sentence for the person. BROKEN: the child died, ran
// out of time or memory, or spoke nonsense; trying again may help.
bool kitchen_make(Kitchen *kitchen, const ProviderOrder *order, const Taker *taker, Fault *fault);

#endif
