// Explain: a line of the ledger in words, the same ones on the page, in files and in the API.
#ifndef WEB_EXPLAIN_H
#define WEB_EXPLAIN_H

#include "base/jsonout.h"
#include "job/job.h"
#include "pay/pay.h"

// A sentence in three: `name` leads to `href`, a path of ours without its first slash; "" leads nowhere.
typedef struct Explained {
    Str before, name, after;
    Str href;
    SongId song; // 0: none, or not there any more
} Explained;

typedef struct Explainer Explainer; // remembers what it has read: lines of one song stand close together

// `own` false: for the operator, who sees no title.
Explainer *explainer_make(const People *people, Arena *arena, AccountId account, bool own);
bool explain_line(Explainer *explainer, const CreditLine *line, Explained *out, Fault *fault);
Str explained_words(Arena *arena, const Explained *explained);

Str change_text(Arena *arena, int64_t change);   // "+5", "-1", "0"
Str credits_text(Arena *arena, int64_t credits); // "1 credit", "-3 credits"
void line_json(JsonOut *json, Arena *arena, const CreditLine *line, const Explained *explained);
void line_csv(Buf *buf, Arena *arena, const CreditLine *line, const Explained *explained);
extern const Str line_csv_head;

#endif
