// Order: what a form or an API call asks to be made, checked and turned into a job.
#ifndef WEB_ORDER_H
#define WEB_ORDER_H

#include "brief/brief.h"
#include "credit/price.h"
#include "web/request.h"

typedef struct Wish { // as it came in; empty and 0 mean not stated
    Str prompt, lyrics, title, style, key;
    int64_t seconds, bpm;
    int64_t variants; // 0 = 1
    int64_t seed;     // -1: a new one
    bool instrumental;
    SongId parent;
    Str engine;
    Str once; // idempotency key
} Wish;

// INPUT says which field is wrong, and how it should be.
bool order_check(const Wish *wish, Fault *fault);
// Of several variants `out` is the first; order_made lists all.
bool order_make(Request *request, const Wish *wish, Job *out, bool *again, Fault *fault);
bool order_made(Request *request, const Wish *wish, const Job *first, Job **list, int *count, Fault *fault);

// What it will cost, said before anything is spent: from the length of the form, else of the words, else one
// step. For all variants. INPUT as order_check.
bool order_quote(Request *request, const Wish *wish, Quote *out, Fault *fault);
// What the words and the fields beside them mean, the lines of the lyrics, and the quote. Without words
// nothing is understood, and nothing is wrong. INPUT as order_check.
bool order_brief(Request *request, const Wish *wish, Brief *out, Quote *price, Fault *fault);
// "Not what I asked": the credits of a song of one's own come back, as credit_give_back says.
bool order_give_back(Request *request, SongId song, int64_t *amount, Fault *fault);
bool order_may_give_back(Request *request, SongId song, bool *may, Fault *fault);
bool order_open(Fault *fault); // the words that are understood, read once for the process

Str style_name(int index); // the styles there are, in order; "" after the last

#endif
