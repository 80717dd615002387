#include "sys/fetch.h"

#include "base/buf.h"

#include <curl/curl.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

enum { HEADS_MAX = 32 << 10 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode started;

static void start(void)
{
    started = curl_global_init(CURL_GLOBAL_DEFAULT);
}

bool fetch_start(Fault *fault)
{
    pthread_once(&once, start);
    return started == CURLE_OK || fault_set(fault, FAULT_BROKEN, "libcurl does not start");
}

static size_t take(char *bytes, size_t one, size_t count, void *buf)
{
    buf_bytes(buf, bytes, one * count);
    return ((Buf *)buf)->full ? 0 : one * count; // too long: the transfer ends
}

static bool fit_for_header(Str s)
{
    for (size_t i = 0; i < s.length; i++)
        if ((unsigned char)s.data[i] < 32 || (unsigned char)s.data[i] > 126)
            return false;
    return s.length < 4000;
}

static bool headers_make(Arena *arena, const FetchOrder *order, struct curl_slist **list, Fault *fault)
{
    for (int i = 0; i < order->header_count; i++) {
        const FetchHeader *header = &order->headers[i];
        if (!fit_for_header(header->value))
            return fault_set(fault, FAULT_BROKEN, "the header %s cannot be sent", header->name);
        struct curl_slist *longer = curl_slist_append(
            *list, arena_print(arena, "%s: " STR_FMT, header->name, STR_ARG(header->value)).data);
        if (!longer)
            return fault_set(fault, FAULT_BROKEN, "no memory for a request");
        *list = longer;
    }
    return true;
}

static void set_options(CURL *curl, Arena *arena, const FetchOrder *order)
{
    bool local = str_starts(order->url, STR("http://127.0.0.1:"));
    curl_easy_setopt(curl, CURLOPT_URL, arena_copy(arena, order->url).data);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, local ? "http" : "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, order->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, order->whole_ms);
    if (strcmp(order->method, "POST") == 0) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)order->body.length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, order->body.length ? order->body.data : "");
    }
}

static FetchEnd end_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return FETCH_ANSWERED;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
        return FETCH_UNSENT;
    default:
        return FETCH_UNKNOWN;
    }
}

bool fetch(Arena *arena, const FetchOrder *order, FetchReply *out, Fault *fault)
{
    struct curl_slist *headers = NULL;
    Buf body = buf_make(arena, order->reply_max), heads = buf_make(arena, HEADS_MAX);
    *out = (FetchReply){ 0 };
    if (!fetch_start(fault))
        return false;
    CURL *curl = curl_easy_init();
    bool made = curl && headers_make(arena, order, &headers, fault);
    if (!curl)
        fault_set(fault, FAULT_BROKEN, "no memory for a request");
    if (made) {
        long status = 0;
        set_options(curl, arena, order);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &heads);
        out->end = end_of(curl_easy_perform(curl));
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        out->status = (int)status;
        out->body = buf_str(&body);
        out->heads = buf_str(&heads);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return made;
}

Str fetch_header(const FetchReply *reply, const char *name)
{
    Str rest = reply->heads, line, key;
    while (str_cut(&rest, '\n', &line))
        if (str_cut(&line, ':', &key) && key.length == strlen(name) &&
            strncasecmp(key.data, name, key.length) == 0)
            return str_trim(line);
    return STR("");
}
