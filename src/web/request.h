// Request: one request, already checked: the route exists, who may is settled, the fields are those of the
// route and each came once, the CSRF token is right. Reply: what the handler answers, exactly one call of
// reply_*.
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "web/form.h"
#include "web/page.h"
#include "web/web.h"

typedef enum Method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_DELETE, METHOD_PATCH, METHOD_PUT } Method;

typedef enum Who {
    WHO_ANYBODY,  // signed in or not
    WHO_MEMBER,   // an active account with a session; others are sent to /login and come back
    WHO_PROVED,   // member who gave the password within PROOF_MINUTES; others are sent to /account/prove
    WHO_OPERATOR, // proved operator; to others the page does not exist
    WHO_API,      // a bearer token, or a session (with the CSRF header); 401 as problem+json
    WHO_LOCAL,    // the operator's address or token: metrics
    WHO_SIGNED, // another service, which signs the body: the handler checks; no cookie, form or field counts
    WHO_NOBODY, // nobody is looked for and there is no `db`: files of ours, health
} Who;

typedef struct Request Request;

struct Request {
    const Site *site;
    Arena *arena;
    Db *db;
    People people; // the same db, vault, arena
    Method method;
    Str path;            // "/songs/0d3k..." ; decoded
    Str args[3];         // what stood for {..} in the route's path
    const Field *fields; // query of a GET, form of a POST; plain text, each name once
    int field_count;
    bool card_removed; // one of them had a card's number in it: the page says so
    Str body;          // of a JSON request; of a signed one its bytes as they came
    AccountId account; // 0: nobody
    bool operator_role;
    Session session; // when there is one
    ApiToken token;  // when the API was asked with one
    Str network;     // the client's address; through trusted proxies
    Device device;
    bool secure; // came over TLS
    bool gpc;    // Sec-GPC: 1
    Str range;   // the Range header, ""
    Str if_none_match;
    Str last_event_id;
    Str idempotency_key;
    Str signature;    // Stripe-Signature
    Str known_device; // the device cookie
    Str csrf;         // for the page's forms
    void *exchange;   // the server's own
};

typedef struct Route Route;

struct Route {
    Method method;
    const char *path; // "/songs/{id}/audio.mp3"
    Who who;
    bool (*run)(Request *request,
                Fault *fault); // false: the fault becomes an error page, or problem+json under /api
    const char *fields; // the only ones it takes, each of which may be missing: "title folder"; "" = none
    bool quick;         // reads a little and never waits: may run on the loop
    int body_max;       // bytes; 0 = 64 KiB
    unsigned scope;     // WHO_API: what a token must allow (SCOPE_*); 403 otherwise. 0 = none
};

Str request_field(const Request *request, const char *name);  // trimmed; "" when missing
Str request_raw(const Request *request, const char *name);    // exactly as sent: passwords
Str request_cookie(const Request *request, const char *name); // "" when missing
bool request_has(const Request *request, const char *name);
bool request_id(Str text, int64_t *out, Fault *fault); // MISSING when it is no id

// ---- replies

bool reply_page(Request *request, int status, const char *page,
                Page *values); // pages/NAME.html inside the frame
bool reply_redirect(Request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3))); // 303, a path of ours
bool reply_json(Request *request, int status, Str json);
bool reply_problem(Request *request, int status, const char *type, Str title, Str detail);
bool reply_text(Request *request, int status, const char *content_type, Str text);
bool reply_kept(Request *request, const char *content_type, Str etag,
                Str bytes); // never changes under its name
// A page or a script of ours that stands alone: under the policy of pages, and asked for anew each time.
bool reply_active(Request *request, const char *content_type, Str bytes);
// Something of this person's that their browser alone may keep for a while; 0 s: it may not.
bool reply_own(Request *request, const char *content_type, int seconds, Str bytes);
// A blob, in ranges; while it grows, chunked from the start and to its end. `name` "" = inline; else the
// download's name.
bool reply_blob(Request *request, const BlobFacts *facts, const char *content_type, Str name);
// A stretch of a whole blob as a file of its own, in ranges, which the person's browser may keep for a while.
bool reply_blob_piece(Request *request, const BlobFacts *facts, int64_t from, int64_t bytes,
                      const char *content_type);
// The MP3 of a song that is being made, perhaps not begun yet: waits for its first bytes (up to a minute in
// the queue), then as reply_blob. Ends without bytes when the song failed or was cancelled.
bool reply_song_audio(Request *request, SongId song, const char *content_type);
// A whole FLAC file as WAV, in ranges too.
bool reply_wav(Request *request, const BlobFacts *flac, Str name, Fault *fault);
// A person's library as one zip; LIMIT while another one of theirs is under way.
bool reply_archive(Request *request, SongId before, Str name, Fault *fault);
bool reply_events(Request *request, AccountId account, int64_t after); // text/event-stream

// Every cookie there is. reply_cookie asserts the name; the page /cookies shows the list.
typedef struct CookieKind {
    const char *name;
    const char *purpose; // for people
    const char *life;
} CookieKind;
extern const CookieKind cookies[]; // __Host-sid __Host-pre __Host-dev __Host-age __Host-note
extern const int cookie_count;

void reply_header(Request *request, const char *name, Str value);
void reply_cookie(Request *request, const char *name, Str value,
                  int64_t seconds); // registered names only; 0 = remove

// Something to say on the next page: "Saved." with an undo, say. Kept in a cookie for one page. That a card's
// number was removed goes before.
void reply_notice(Request *request, const char *code);                        // a word of pages/notices.txt
void reply_notice_number(Request *request, const char *code, int64_t number); // its sentence has {n}

#endif
