// Guest: short songs for whoever tries the service without an account, and the examples of the front page.
//
// They belong to an account of the service's own that has keys and a place in the queue as everybody has, and
// no address and no password, so nobody can sign in to it. So the limits of one person hold for all guests
// together: they wait beside one another, and no member waits behind a hundred of them.
//
//     guest_make ──> job, song, secret      heard by whoever has the secret
//                                           swept GUEST_KEPT_MS after it was asked for
//
// The examples have songs of fixed numbers, are made when somebody first wants to hear them, and stay.
#ifndef JOB_GUEST_H
#define JOB_GUEST_H

#include "job/job.h"

enum {
    GUEST_SECONDS = 20,
    GUEST_CHARS_MAX = 300,          // of a description
    GUEST_KEPT_MS = 45 * 60 * 1000, // less than the hour that is promised, so that a sweep may be late
    EXAMPLE_COUNT = 3,
    GUEST_STYLE_SECONDS = 15,
    GUEST_FIXED = 1 << 24, // songs of smaller numbers are examples, and stay
};

typedef struct Example {
    const char *title, *prompt;
    int seconds;
} Example;

extern const Example examples[EXAMPLE_COUNT];

// Asks for a song of GUEST_SECONDS at most. INPUT: the words. LIMIT: guests have asked for too much lately.
bool guest_make(People *people, Str prompt, Str *secret, Fault *fault);
// MISSING: no guest's song, or swept already.
bool guest_find(People *people, Str secret, LibrarySong *out, Fault *fault);
// The song of an example, which is asked for when it is not there.
bool guest_example(People *people, int number, LibrarySong *out, Fault *fault);
// A few seconds of a style, likewise; `style` is one there is.
bool guest_style(People *people, Str style, LibrarySong *out, Fault *fault);
bool guest_sweep(People *people, int64_t *swept, Fault *fault);

#endif
