// Pay words: how purchases, packs and receipts are spoken of, for buyers, staff and the API alike.
#ifndef WEB_PAY_WORDS_H
#define WEB_PAY_WORDS_H

#include "web/request.h"

Str purchase_words(const Purchase *purchase);             // "paid", "not paid yet", "paid back" ...
Str dispute_words(Str state);                             // of Stripe's word, as a sentence; "" for none
Str attention_words(Str kind);                            // what it is and what to do
Str purchase_sum(Arena *arena, const Purchase *purchase); // what was paid, else what is asked: "4.99 USD"
Str price_each(Arena *arena, const PackConfig *pack);     // "0.0499 USD"
Str purchase_url(const Request *request, const Purchase *purchase); // of Stripe's page; "" when there is none

// Rows of a page, each with "line": what stands between " | ".
void fill_lines_of(Page *page, const char *rows, Str lines);
void fill_purchases(Arena *arena, Page *page, const Purchase *list, int count);
void fill_receipts(Arena *arena, Page *page, const Receipt *list, int count);

#endif
