// Fetch: one HTTP request to another service, over libcurl. Certificates are checked, redirects are not
// followed, proxies and netrc of the environment do not count. http:// works to 127.0.0.1 only.
#ifndef SYS_FETCH_H
#define SYS_FETCH_H

#include "base/arena.h"
#include "base/fault.h"

bool fetch_start(Fault *fault); // libcurl, once for the process; any number of calls

typedef struct FetchHeader {
    const char *name;
    Str value;
} FetchHeader;

typedef struct FetchOrder {
    const char *method; // GET, POST
    Str url;
    const FetchHeader *headers;
    int header_count;
    Str body; // of a POST
    size_t reply_max;
    long connect_ms, whole_ms;
} FetchOrder;

typedef enum FetchEnd {
    FETCH_ANSWERED,
    FETCH_UNSENT,  // surely before anything was asked
    FETCH_UNKNOWN, // it may have been done
} FetchEnd;

typedef struct FetchReply {
    FetchEnd end;
    int status;
    Str body;
    Str heads; // the header lines as they came
} FetchReply;

// True whatever the end; false with BROKEN when it cannot even be tried (a header that cannot be, no memory).
bool fetch(Arena *arena, const FetchOrder *order, FetchReply *out, Fault *fault);
Str fetch_header(const FetchReply *reply, const char *name); // of an answer; "" when there is none

#endif
