// Assets: style sheets, scripts and pictures of pages/, built into the program. Each is served under a name
// that holds the hash of its bytes, so browsers may keep it for ever and always run what this program came
// with.
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct Asset {
    Str file; // site.css
    Str name; // site-0123456789abcdef.css
    Str type; // text/css; charset=utf-8
    Str sri;  // sha384-...
    Str etag; // "0123456789abcdef", with its quotes
    Str bytes;
} Asset;

bool assets_open(Fault *fault);    // once for the process
const Asset *asset_find(Str name); // NULL: none
Str asset_value(Str name);         // asset_site_css: its path; sri_site_css: its digest; "" for others

#endif
