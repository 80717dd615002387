// What a handler answers, and how it goes out: errors by one table, headers the same for all.
#include "web/exchange.h"
#include "web/loop.h"

#include "base/data.h"
#include "base/jsonout.h"
#include "sys/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// ---- faults: kind, status, what a person sees

static const struct {
    FaultKind kind;
    int status;
    const char *title;
    const char *detail; // instead of the fault's own text, which is for operators
} faults[] = {
    { FAULT_INPUT, 400, "That does not fit", NULL },
    { FAULT_CREDIT, 402, "Not enough credits", NULL },
    { FAULT_MISSING, 404, "Not here", NULL },
    { FAULT_CONFLICT, 409, "Somebody was quicker", NULL },
    { FAULT_LIMIT, 429, "Too much at once", NULL },
    { FAULT_REMOTE, 503, "Please try again",
      "Something we need does not answer at the moment. Nothing is lost; please try again in a minute." },
    { FAULT_BROKEN, 500, "That is our fault",
      "Something broke here. It has been written down. Nothing is lost." },
};

static const struct {
    int status;
    const char *title, *detail;
} errors[] = {
    { 400, "That does not fit", "The request cannot be read." },
    { 401, "Please sign in", "Sign in first." },
    { 403, "Not like this", "This is not allowed." },
    { 404, "Not here", "There is no such page. Perhaps it was deleted, or the address has a slip." },
    { 405, "Not like this", "This address does not take that method." },
    { 413, "Too large", "What was sent is too large." },
    { 415, "Not this type", "This address takes another type of content." },
    { 503, "Too busy", "Too many people at once. Please try again in some seconds." },
};

static Str problem_type(Exchange *e, int status)
{
    return arena_print(&e->arena, "/problems/%d", status);
}

static void show_error(Exchange *e, int status, Str title, Str detail)
{
    if (e->api) {
        reply_problem(&e->request, status, problem_type(e, status).data, title, detail);
        return;
    }
    Page *page = page_make(&e->arena);
    page_text(page, "title", title);
    page_text(page, "heading", title);
    page_text(page, "detail", detail);
    page_flag(page, "credits_needed", status == 402);
    reply_page(&e->request, status, "error", page);
}

// Who was not let through, or asked for what is not theirs, for whoever looks for a pattern: the route's own
// path, never the one that was sent. Paths that do not exist are scanners' business, and left out.
static void tell_refused(Exchange *e, LogLevel level, int status)
{
    static LogMeter meter;
    const Request *r = &e->request;
    if (e->found.methods == 0 || !log_within(&meter))
        return;
    Str who = r->account.n ? id_text(&e->arena, r->account.n) : STR("-");
    log_line(level, "web.refused why=%s method=%s route=%s status=%d account=" STR_FMT, e->why ? e->why : "-",
             e->known_method ? e->method_name : "other", e->found.route ? e->found.route->path : "none",
             status, STR_ARG(who));
}

void reply_error(Exchange *e, int status, const char *detail)
{
    if (status != 503)
        tell_refused(e, LOG_WARN, status);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (errors[i].status != status)
            continue;
        if (status == 503)
            reply_header(&e->request, "Retry-After", STR("2"));
        show_error(e, status, str_of(errors[i].title), str_of(detail ? detail : errors[i].detail));
        return;
    }
    assert(false && "a status without a text");
}

void reply_fault(Exchange *e, const Fault *fault)
{
    size_t i = 0, last = sizeof faults / sizeof *faults - 1;
    while (i < last && faults[i].kind != fault->kind)
        i++;
    if (faults[i].detail)
        log_error("web.fault route=%s text=%s", e->found.route ? e->found.route->path : "none", fault->text);
    if (faults[i].kind == FAULT_LIMIT || faults[i].kind == FAULT_MISSING || e->why)
        tell_refused(e, faults[i].kind == FAULT_MISSING ? LOG_INFO : LOG_WARN, faults[i].status);
    if (faults[i].status == 503 || faults[i].status == 429)
        reply_header(&e->request, "Retry-After", STR("30"));
    show_error(e, faults[i].status, str_of(faults[i].title),
               arena_copy(&e->arena, str_of(faults[i].detail ? faults[i].detail : fault->text)));
}

// ---- headers

static bool fits_header(Str value)
{
    for (size_t i = 0; i < value.length; i++)
        if ((unsigned char)value.data[i] < ' ' || value.data[i] == 127)
            return false;
    return true;
}

static void add_header(Request *request, const char *name, Str value)
{
    Reply *reply = &exchange_of(request)->reply;
    assert(reply->header_count < REPLY_HEADERS_MAX + REPLY_COOKIES_MAX);
    if (fits_header(value)) // one with a line end would become two
        reply->headers[reply->header_count++] = (HeaderValue){ name, arena_copy(request->arena, value) };
}

void reply_header(Request *request, const char *name, Str value)
{
    add_header(request, name, value);
}

static bool cookie_is_known(const char *name)
{
    for (int i = 0; i < cookie_count; i++)
        if (strcmp(cookies[i].name, name) == 0)
            return true;
    return false;
}

static void set_cookie(Request *request, const char *name, Str value, const char *life)
{
    assert(cookie_is_known(name));
    add_header(request, "Set-Cookie",
               arena_print(request->arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Lax%s", name,
                           STR_ARG(value), life));
}

void reply_cookie(Request *request, const char *name, Str value, int64_t seconds)
{
    set_cookie(request, name, seconds > 0 ? value : STR(""),
               arena_print(request->arena, "; Max-Age=%lld", (long long)(seconds > 0 ? seconds : 0)).data);
}

static const char card_notice[] = "card-removed";

static void set_notice(Request *request, Str note)
{
    reply_cookie(request, "__Host-note", note, 60);
}

void reply_notice(Request *request, const char *code)
{
    if (!request->card_removed) // reply_redirect tells of that
        set_notice(request, str_of(code));
}

void reply_notice_number(Request *request, const char *code, int64_t number)
{
    if (!request->card_removed)
        set_notice(request, arena_print(request->arena, "%s.%" PRId64, code, number));
}

// ---- replies

static bool reply_bytes(Request *request, int status, HeadKind head, const char *type, Str bytes)
{
    Reply *reply = &exchange_of(request)->reply;
    assert(reply->kind == REPLY_NONE);
    reply->kind = REPLY_BYTES;
    reply->head = head;
    reply->status = status;
    reply->type = type;
    reply->bytes = bytes;
    return true;
}

// pages/notices.txt: "word: sentence"
static Str notice_find(Str code)
{
    for (int64_t i = 0; code.length > 0 && i < data_count; i++) {
        Str rest = data_files[i].text, line, word;
        if (!str_equal(data_files[i].name, STR("pages/notices.txt")))
            continue;
        while (str_cut(&rest, '\n', &line))
            if (str_cut(&line, ':', &word) && str_equal(word, code))
                return str_trim(line);
    }
    return STR("");
}

// Which of the links at the top leads to where one is.
static void mark_place(Page *frame, Str path)
{
    static const struct {
        Str path;
        const char *flag;
    } places[] = {
        { STR_INIT("/studio"), "at_studio" },   { STR_INIT("/library"), "at_library" },
        { STR_INIT("/account"), "at_account" }, { STR_INIT("/staff"), "at_staff" },
        { STR_INIT("/login"), "at_login" },     { STR_INIT("/signup"), "at_signup" },
        { STR_INIT("/credits"), "at_credits" },
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        page_flag(frame, places[i].flag, str_equal(path, places[i].path));
}

// "word" or "word.12"; the number stands where the sentence says {n}.
static Str notice_text(Arena *arena, Str code)
{
    Str word, sentence;
    int64_t number;
    size_t at;
    if (!str_cut(&code, '.', &word))
        return STR("");
    sentence = notice_find(word);
    if (!str_find(sentence, STR("{n}"), &at))
        return sentence;
    if (!str_to_int(code, &number))
        return STR("");
    return arena_print(arena, STR_FMT "%" PRId64 STR_FMT, STR_ARG(str_slice(sentence, 0, at)), number,
                       STR_ARG(str_slice(sentence, at + 3, sentence.length)));
}

// What may be spent, beside the link to it. An error page is made when the database has been given back.
static void frame_wallet(Request *request, Page *frame)
{
    Wallet wallet;
    Fault fault;
    if (request->account.n == 0 || request->db == NULL ||
        !credit_wallet(request->db, request->account, &wallet, &fault))
        return;
    page_flag(frame, "wallet_known", true);
    page_int(frame, "wallet_credits", wallet.credits);
}

static Page *frame_values(Request *request)
{
    Exchange *e = exchange_of(request);
    Page *frame = page_make(request->arena);
    page_flag(frame, "member", request->account.n != 0);
    page_flag(frame, "operator", request->operator_role);
    mark_place(frame, request->path);
    page_text(frame, "csrf", request->csrf);
    page_text(frame, "support", str_of(e->web->config.support));
    frame_wallet(request, frame);
    Str noted = cookie_find(e->asked.cookie, STR("__Host-note"));
    Str notice = notice_text(request->arena, request->card_removed ? str_of(card_notice) : noted);
    page_text(frame, "notice", notice);
    if (notice.length > 0 && noted.length > 0)
        reply_cookie(request, "__Host-note", STR(""), 0);
    return frame;
}

bool reply_page(Request *request, int status, const char *name, Page *values)
{
    Exchange *e = exchange_of(request);
    Buf buf = buf_make(request->arena, PAGE_BYTES_MAX);
    Fault fault;
    page_surround(values, frame_values(request));
    if (!page_show_framed(values, "frame", name, &buf, &fault)) {
        log_error("web.page page=%s text=%s", name, fault.text);
        return reply_bytes(request, 500, HEAD_FILE, "text/plain; charset=utf-8",
                           STR("Something broke here.\n"));
    }
    if (e->fresh_visitor.length > 0 && page_uses(name, "csrf"))
        set_cookie(request, "__Host-pre", e->fresh_visitor, "");
    return reply_bytes(request, status, HEAD_PAGE, "text/html; charset=utf-8", buf_str(&buf));
}

bool reply_redirect(Request *request, const char *format, ...)
{
    char path[1024];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(path, sizeof path, format, list);
    va_end(list);
    bool ours =
        length > 0 && length < (int)sizeof path && path[0] == '/' && path[1] != '/' && path[1] != '\\';
    add_header(request, "Location", ours ? str_of(path) : STR("/"));
    if (request->card_removed)
        set_notice(request, str_of(card_notice));
    return reply_bytes(request, 303, HEAD_FILE, NULL, STR(""));
}

bool reply_json(Request *request, int status, Str json)
{
    return reply_bytes(request, status, HEAD_FILE, status == 204 ? NULL : "application/json", json);
}

bool reply_problem(Request *request, int status, const char *type, Str title, Str detail)
{
    Buf buf = buf_make(request->arena, 8192);
    JsonOut json = { .buf = &buf };
    jsonout_open(&json, '{');
    jsonout_key(&json, "type");
    jsonout_str(&json, str_of(type));
    jsonout_key(&json, "title");
    jsonout_str(&json, title);
    jsonout_key(&json, "status");
    jsonout_int(&json, status);
    jsonout_key(&json, "detail");
    jsonout_str(&json, detail);
    jsonout_close(&json, '}');
    return reply_bytes(request, status, HEAD_FILE, "application/problem+json", buf_str(&buf));
}

bool reply_text(Request *request, int status, const char *content_type, Str text)
{
    return reply_bytes(request, status, HEAD_FILE, content_type, text);
}

bool reply_kept(Request *request, const char *content_type, Str etag, Str bytes)
{
    Reply *reply = &exchange_of(request)->reply;
    add_header(request, "ETag", etag);
    reply->cache = "public, max-age=31536000, immutable";
    if (etag_matches(request->if_none_match, etag))
        return reply_bytes(request, 304, HEAD_FILE, NULL, STR(""));
    return reply_bytes(request, 200, HEAD_FILE, content_type, bytes);
}

bool reply_active(Request *request, const char *content_type, Str bytes)
{
    return reply_bytes(request, 200, HEAD_PAGE, content_type, bytes);
}

bool reply_own(Request *request, const char *content_type, int seconds, Str bytes)
{
    if (seconds > 0)
        exchange_of(request)->reply.cache = arena_print(request->arena, "private, max-age=%d", seconds).data;
    return reply_bytes(request, 200, HEAD_FILE, content_type, bytes);
}

bool reply_feed(Request *request, Feed *feed, int status, const char *type, int64_t length)
{
    Reply *reply = &exchange_of(request)->reply;
    assert(reply->kind == REPLY_NONE);
    reply->kind = REPLY_FEED;
    reply->head = HEAD_FILE;
    reply->status = status;
    reply->type = type;
    reply->feed = feed;
    reply->length = length;
    return true;
}

// ---- sending, on the loop

static void put_headers(Exchange *e, struct MHD_Response *response)
{
    const Reply *reply = &e->reply;
    for (const HeadLine *line = reply_head(reply->head, e->request.secure); line->name; line++)
        MHD_add_response_header(response, line->name, line->value);
    MHD_add_response_header(response, "Cache-Control", reply->cache ? reply->cache : "no-store");
    if (reply->type)
        MHD_add_response_header(response, "Content-Type", reply->type);
    for (int i = 0; i < reply->header_count; i++)
        MHD_add_response_header(response, reply->headers[i].name, reply->headers[i].value.data);
    if (atomic_load_explicit(&e->web->draining, memory_order_relaxed))
        MHD_add_response_header(response, "Connection", "close");
}

enum { FEED_BLOCK = 64 << 10 };

static struct MHD_Response *make_response(Exchange *e)
{
    Reply *reply = &e->reply;
    if (reply->kind == REPLY_BYTES)
        return MHD_create_response_from_buffer(reply->bytes.length, (void *)(uintptr_t)reply->bytes.data,
                                               MHD_RESPMEM_PERSISTENT);
    Feed *feed = reply->feed;
    reply->feed = NULL; // the response has it now
    feed_attach(feed, e->conn);
    uint64_t length = reply->length < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)reply->length;
    return MHD_create_response_from_callback(length, reply->length < 0 ? 512 : FEED_BLOCK, feed_give, feed,
                                             feed_close);
}

enum MHD_Result reply_send(Exchange *e)
{
    struct MHD_Response *response = make_response(e);
    if (response == NULL)
        return MHD_NO;
    put_headers(e, response);
    enum MHD_Result queued = MHD_queue_response(e->conn->mhd, (unsigned)e->reply.status, response);
    MHD_destroy_response(response);
    if (e->reply.kind == REPLY_FEED)
        arena_close(&e->arena); // it may last for hours
    return queued;
}
