// Show: values as people read them, and values that several pages share.
#ifndef WEB_SHOW_H
#define WEB_SHOW_H

#include "web/request.h"

Str show_time(Arena *arena, int64_t at);   // "23 Nov 2026, 04:05 UTC"; "never" for 0
Str show_day(Arena *arena, int64_t at);    // "23 Nov 2026"
Str show_length(Arena *arena, int64_t ms); // "2:05"; "" for 0
Str show_money(Arena *arena, int64_t amount, int decimals, const char *currency); // "4.99 USD"
Str show_job(const Job *job); // "Waiting", "Composing", "Ready" ...
Str show_reason(Str reason);  // why a job failed, as a sentence

Page *show_page(Request *request, const char *title); // a page with its title, ready for values

// A page again with what was wrong: 422 for input, else the fault's own status. `page` holds what was
// entered.
bool show_again(Request *request, const char *name, Page *page, Fault *fault);

// A number that may be missing: 0 then. INPUT names the field when it is none, or out of range.
bool read_number(const Request *request, const char *field, const char *label, int64_t least, int64_t most,
                 int64_t *out, Fault *fault);

// What the person has. Whoever has no wallet yet is made welcome first.
bool show_wallet(Request *request, Wallet *out, Fault *fault);

// A path of ours to go on to after signing in: one slash at the start, nothing a browser reads as a host.
Str safe_path(Str path, Str otherwise);

Str song_href(Arena *arena, SongId id); // "/songs/0d3k..."

#endif
