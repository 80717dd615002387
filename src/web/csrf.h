// CSRF: the token that a form of ours carries, made from a cookie that only we can set and no script can
// read. After signing in it comes from the session, before that from the cookie __Host-pre.
#ifndef WEB_CSRF_H
#define WEB_CSRF_H

#include "vault/vault.h"

typedef struct Csrf {
    unsigned char key[KEY_BYTES];
} Csrf;

void csrf_open(Csrf *csrf, const Vault *vault);
Str csrf_session(const Csrf *csrf, Arena *arena, Str cookie); // for who is signed in
Str csrf_visitor(const Csrf *csrf, Arena *arena, Str cookie);
bool csrf_right(Str given, Str wanted); // in constant time

// What the browser says of where a request comes from. "" for a header that was not sent.
typedef struct Provenance {
    Str origin, site, mode; // Origin, Sec-Fetch-Site, Sec-Fetch-Mode
    Str ours;               // the origin of public_url
    Str scheme, host;       // as it was asked
} Provenance;

bool provenance_may_change(const Provenance *p); // may a form or a script there change things here?
bool provenance_may_read(
    const Provenance *p); // a page of somebody else's may link here, but not load from here

#endif
