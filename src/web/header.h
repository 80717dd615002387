// Header: the values of request headers that are read here: cookies, ranges, entity tags; and how deep JSON
// goes.
#ifndef WEB_HEADER_H
#define WEB_HEADER_H

#include <stdbool.h>

#include "base/str.h"

bool word_same(Str a, Str b); // ASCII letters of any case

// The value of a cookie; "" when it is missing or there twice (somebody planted one).
Str cookie_find(Str header, Str name);

typedef enum RangeKind {
    RANGE_ALL,  // none asked, or one that may be ignored
    RANGE_PART, // *first .. *last, both included
    RANGE_NONE, // none of these bytes exist: 416
} RangeKind;

RangeKind range_read(Str header, int64_t length, int64_t *first, int64_t *last);

bool etag_matches(Str header, Str etag); // If-None-Match: a list, weak ones too, or *
bool json_fits(Str text, int deepest);   // brackets outside of strings; jansson looks at the rest

// "multipart/form-data; boundary=x" is "multipart/form-data"
Str media_type(Str header);

#endif
