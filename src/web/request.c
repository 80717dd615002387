#include "web/exchange.h"

#include <string.h>

Str request_raw(const Request *request, const char *name)
{
    for (int i = 0; i < request->field_count; i++)
        if (str_equal(request->fields[i].name, str_of(name)))
            return request->fields[i].value;
    return STR("");
}

Str request_field(const Request *request, const char *name)
{
    return str_trim(request_raw(request, name));
}

bool request_has(const Request *request, const char *name)
{
    return request_raw(request, name).length > 0;
}

Str request_cookie(const Request *request, const char *name)
{
    const Exchange *exchange = request->exchange;
    return cookie_find(exchange->asked.cookie, str_of(name));
}

bool request_id(Str text, int64_t *out, Fault *fault)
{
    return id_read(text, out) || fault_set(fault, FAULT_MISSING, "There is nothing here by that name.");
}

const CookieKind cookies[] = {
    { "__Host-sid", "Keeps you signed in.", "30 days, or until you sign out" },
    { "__Host-pre", "Keeps forms safe before you sign in.", "until you close the browser" },
    { "__Host-dev",
      "Remembers that you signed in on this browser before, so that others who guess at your password do not "
      "hold you up.",
      "1 year" },
    { "__Host-age", "Remembers whether the age question was passed, not the answer.", "some hours" },
    { "__Host-note", "A word such as “Saved.” for the next page.", "until that page is shown" },
};
const int cookie_count = sizeof cookies / sizeof *cookies;
