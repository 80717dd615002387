// A small streaming JSON writer: commas, quotes and escapes are its business, order is yours.
//
//     json_open(&json, '{'); json_key(&json, "bpm"); json_real(&json, 92.0, 1); json_close(&json, '}');
//
// Text is written as UTF-8; bytes that are not UTF-8 become U+FFFD.
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buf.h"

typedef struct Json {
    Buf *buf;
    bool comma; // the next value needs one before it
} Json;

void json_open(Json *json, char bracket);  // '{' or '['
void json_close(Json *json, char bracket); // '}' or ']'
void json_key(Json *json, const char *name);
void json_str(Json *json, Str s);
void json_int(Json *json, int64_t value);
void json_real(Json *json, double value, int decimals); // fixed point
void json_bool(Json *json, bool value);
void json_null(Json *json);

#endif
