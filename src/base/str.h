// Str: borrowed text, a pointer and a length, passed by value. It never owns and is never
// changed through; whoever made the bytes keeps them alive (an Arena, a literal, a mapped file).
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Str {
    const char *data; // not terminated; may be NULL when length is 0
    size_t length;    // bytes
} Str;

#define STR(literal) ((Str){ "" literal, sizeof(literal) - 1 })
#define STR_INIT(literal) { "" literal, sizeof(literal) - 1 } // for static tables
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).length, (s).data

Str str_of(const char *terminated);          // NULL gives the empty Str
bool str_equal(Str a, Str b);                // the same bytes
int str_compare(Str a, Str b);               // byte order, for sorting
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
Str str_slice(Str s, size_t from, size_t to); // clamped to s
Str str_trim(Str s);                          // without spaces, tabs and line ends at both sides
bool str_find(Str s, Str part, size_t *at);   // first place of `part`

// Cuts the next piece up to `separator` off `*rest`; false when nothing is left.
// "a,,b" gives "a", "", "b".
bool str_cut(Str *rest, char separator, Str *piece);

// The next run of non-blanks of `*rest`; false when only blanks are left.
bool str_word(Str *rest, Str *word);

bool str_to_int(Str s, int64_t *out);   // decimal, whole text, in range; else false
bool str_to_real(Str s, double *out);   // plain decimal such as -12.5, at most 15 digits; else false
uint64_t str_hash(Str s);               // FNV-1a; stable over versions, seeds depend on it

#endif
