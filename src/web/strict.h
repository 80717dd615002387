// Strict: one meaning for every byte string. It follows the bytes of a connection as HTTP/1.1 frames them and
// stops at the first that two programs could read differently, before anything else has seen it.
//
//     request line ──> fields ──> body of a known length ──┐
//           ^             └─────> chunks ──────────────────┤
//           └──────────────────────────────────────────────┘
//
// Lines end in CR LF. The target begins with a slash. Names of fields are tokens with the colon behind them;
// no field is folded, none has control bytes. HTTP/1.1 has exactly one Host. The length is one Content-Length
// of digits, or one Transfer-Encoding that is "chunked"; never both. Chunks have no extensions and no
// trailers.
#ifndef WEB_STRICT_H
#define WEB_STRICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STRICT_HEAD_MAX = 16384, // bytes of request line and fields
    STRICT_LINE_MAX = 8192,  // bytes of the request line
    STRICT_FIELDS_MAX = 100,
    STRICT_BODY_MAX = 8 << 20,
    STRICT_WORD_MAX = 24,
};

// All zero is a connection that has sent nothing yet.
typedef struct Strict {
    uint8_t state;
    uint8_t method; // index into the known ones
    uint8_t fields; // so far
    uint8_t digits; // of the chunk's size
    uint8_t word_length, name_length, value_length;
    bool old; // HTTP/1.0
    bool host, length, chunked, blank;
    int head_bytes;
    int64_t left; // bytes of body or chunk to come
    int64_t body; // bytes of body seen
    int status;   // of what was wrong; 0 while all is well
    char name[STRICT_WORD_MAX], word[STRICT_WORD_MAX];
} Strict;

// Follows `count` bytes. Returns 0 when all is well, else the status to answer with, for good. `*whole`
// (always set) says how many of the bytes belong to requests that ended among them.
int strict_feed(Strict *strict, const char *bytes, size_t count, size_t *whole);

bool strict_in_head(const Strict *strict); // a request has begun, and its fields have not ended
bool strict_in_body(const Strict *strict);

#endif
