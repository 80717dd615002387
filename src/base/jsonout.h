// A small streaming JSON writer (its names keep clear of jansson, which reads): commas, quotes and escapes are its business, order is yours.
//
//     jsonout_open(&json, '{'); jsonout_key(&json, "bpm"); jsonout_real(&json, 92.0, 1); jsonout_close(&json, '}');
//
// Text is written as UTF-8; bytes that are not UTF-8 become U+FFFD.
#ifndef BASE_JSONOUT_H
#define BASE_JSONOUT_H

#include "base/buf.h"

typedef struct JsonOut {
    Buf *buf;
    bool comma; // the next value needs one before it
} JsonOut;

void jsonout_open(JsonOut *json, char bracket);  // '{' or '['
void jsonout_close(JsonOut *json, char bracket); // '}' or ']'
void jsonout_key(JsonOut *json, const char *name);
void jsonout_str(JsonOut *json, Str s);
void jsonout_int(JsonOut *json, int64_t value);
void jsonout_real(JsonOut *json, double value, int decimals); // fixed point
void jsonout_bool(JsonOut *json, bool value);
void jsonout_null(JsonOut *json);

#endif
