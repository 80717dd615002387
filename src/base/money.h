// Money: whole numbers of a currency's smallest unit, and how people write them. Currencies are three small
// letters, as Stripe has them.
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/arena.h"

// How many decimals people write: 2, or 0 (jpy, krw ...), or 3 (kwd, bhd ...).
int money_decimals(Str currency);
Str money_currency(Arena *arena, Str text); // "USD" -> "usd", terminated; data NULL when it is none
// "4.99" -> 499 with 2 decimals, "500" -> 500 with 0. False when it is no such number of at most 12 digits.
bool money_digits(Str text, int64_t *digits, int *decimals);
Str money_text(Arena *arena, int64_t amount, Str currency);       // "4.99 USD", "-0.50 EUR", "500 JPY"
int64_t money_scaled(int64_t digits, int decimals, Str currency); // 5 with 0 decimals in usd -> 500

#endif
