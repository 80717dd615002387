// Cards: numbers of payment cards in text that people wrote. Nobody here needs one, so each is taken out
// before the text is kept anywhere: every digit becomes a *, the shape stays.
//
// A card's number is digits in a row, 13 to 19 of them, or groups as they are printed on cards:
//
//     4-4-4-4   4-4-4-4-3   4-6-5   4-6-4   6-13
//
// with up to three blanks between two groups, of which one may be a dash or dot. It begins as cards of that
// length do, and its sum is right (Luhn): with every second digit from the end doubled, and 9 taken off where
// that makes two figures, the digits add up to a multiple of 10. It is no piece of longer digits. Digits,
// blanks and dashes of other scripts count as well.
//
// So years, tempos, telephone numbers, barcodes of books, "1 2 3 4" and digits without end stay as they are.
// One number in ten that looks like a card and is none has the right sum by chance, and is taken for one.
#ifndef BASE_CARDS_H
#define BASE_CARDS_H

#include "base/arena.h"

// `text` itself when there is none in it. Never longer. Bytes that are no UTF-8 pass as they are.
Str card_mask(Arena *arena, Str text);

bool card_is(int64_t number); // its decimal digits are a card's number

#endif
