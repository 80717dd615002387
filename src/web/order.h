// Order: what a form or an API call asks to be made, checked and turned into a job.
#ifndef WEB_ORDER_H
#define WEB_ORDER_H

#include "credit/price.h"
#include "web/request.h"

typedef struct Wish { // as it came in; empty and 0 mean not stated
    Str prompt, lyrics, title, style, key;
    int64_t seconds, bpm;
    int64_t seed; // -1: a new one
    bool instrumental;
    SongId parent;
    Str engine;
    Str once; // idempotency key
} Wish;

// INPUT says which field is wrong, and how it should be.
bool order_check(const Wish *wish, Fault *fault);
bool order_make(Request *request, const Wish *wish, Job *out, bool *again, Fault *fault);

// What it will cost, said before anything is spent: from the length of the form, else of the words, else one
// step. INPUT as order_check.
bool order_quote(Request *request, const Wish *wish, int variants, Quote *out, Fault *fault);
// "Not what I asked": the credits of a song of one's own come back, as credit_give_back says.
bool order_give_back(Request *request, SongId song, int64_t *amount, Fault *fault);
bool order_may_give_back(Request *request, SongId song, bool *may, Fault *fault);
bool order_open(Fault *fault); // the words that are understood, read once for the process

Str style_name(int index); // the styles there are, in order; "" after the last

#endif
