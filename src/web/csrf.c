#include "web/csrf.h"

#include "sys/secret.h"

#include <string.h>

void csrf_open(Csrf *csrf, const Vault *vault)
{
    vault_subkey(vault, "csrf", csrf->key);
}

static Str token(const Csrf *csrf, Arena *arena, char kind, Str cookie)
{
    unsigned char hash[HASH_BYTES];
    Str text = arena_print(arena, "%c" STR_FMT, kind, STR_ARG(cookie));
    secret_keyed_hash(csrf->key, text, hash);
    return base64url_write(arena, hash, 24);
}

Str csrf_session(const Csrf *csrf, Arena *arena, Str cookie)
{
    return token(csrf, arena, 's', cookie);
}

Str csrf_visitor(const Csrf *csrf, Arena *arena, Str cookie)
{
    return token(csrf, arena, 'v', cookie);
}

bool csrf_right(Str given, Str wanted)
{
    return wanted.length > 0 && given.length == wanted.length &&
           secret_same(given.data, wanted.data, wanted.length);
}

static bool own_origin(const Provenance *p)
{
    Str rest = p->origin;
    if (str_equal(p->origin, p->ours))
        return true;
    if (!str_starts(rest, p->scheme))
        return false;
    rest = str_slice(rest, p->scheme.length, rest.length);
    return str_starts(rest, STR("://")) && str_equal(str_slice(rest, 3, rest.length), p->host);
}

// Our pages send no referrer, so browsers say "null" for the origin of their forms; then only their word for
// where the request comes from counts, which no page can forge.
bool provenance_may_change(const Provenance *p)
{
    bool same = str_equal(p->site, STR("same-origin")), none = str_equal(p->site, STR("none"));
    if (p->site.length > 0 && !same && !none)
        return false;
    if (str_equal(p->origin, STR("null")))
        return same;
    return p->origin.length == 0 || own_origin(p);
}

bool provenance_may_read(const Provenance *p)
{
    return p->site.length == 0 || str_equal(p->site, STR("same-origin")) || str_equal(p->site, STR("none")) ||
           str_equal(p->mode, STR("navigate"));
}
