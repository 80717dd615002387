// A server of its own for a test, on a port of the system's choosing, and a client that sends exactly the
// bytes it is told to.
#ifndef TESTS_WEB_WEBKIT_H
#define TESTS_WEB_WEBKIT_H

#include "tests/account/world.h"
#include "web/request.h"

typedef struct WebKit {
    World *world;
    Blobs *blobs;
    Config config;
    Site site;
    Web *web;
    char folder[64];
} WebKit;

// With these routes beside the service's own.
WebKit *webkit_open(TestEngine engine, const Route *routes, int count);
// The same with a configuration of the test's own: `tune` (may be NULL) changes it before the start.
WebKit *webkit_open_with(TestEngine engine, const Route *routes, int count, void (*tune)(Config *config));
void webkit_close(WebKit *kit);

int webkit_dial(const WebKit *kit);
int webkit_dial_port(int port);
void webkit_send(int fd, Str bytes);
Str webkit_read(int fd, int wait_ms); // until the peer closes, or is silent for so long

// Sends on a connection of its own, which it asks to be closed, and gives the whole answer.
Str webkit_talk(const WebKit *kit, Str bytes);
Str webkit_get(const WebKit *kit, const char *path, const char *headers); // headers: lines with CR LF, or ""
Str webkit_post(const WebKit *kit, const char *path, const char *headers, const char *form);

int webkit_status(Str answer);
Str webkit_header(Str answer, const char *name); // the first of that name; "" when there is none
Str webkit_body(Str answer);
Str webkit_cookie(Str answer, const char *name); // the value that the answer sets

// Somebody signed in: his cookie as a header line, and the token of his forms.
typedef struct Signed {
    AccountId account;
    Str cookie; // "Cookie: __Host-sid=...\r\n"
    Str token;  // of the cookie alone
    Str csrf;
} Signed;
Signed webkit_sign_in(WebKit *kit, const char *email);

#endif
