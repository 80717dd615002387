// What the API's files share: how an answer begins, and how ids, texts and numbers stand in it.
#ifndef WEB_API_H
#define WEB_API_H

#include "base/jsonout.h"
#include "web/order.h"

JsonOut json_begin(Request *request, Buf *buf);
// Ids as text: numbers of 63 bits do not survive every reader. 0 is null.
void put_id(Request *request, JsonOut *json, const char *name, int64_t id);
void put_text(JsonOut *json, const char *name, Str text);
void put_int(JsonOut *json, const char *name, int64_t value);
void put_bool(JsonOut *json, const char *name, bool value);

// The order in the body, as Order of openapi.json says. INPUT names the member that is wrong.
bool wish_of_json(Request *request, Wish *wish, Fault *fault);
bool text_of_body(Request *request, const char *name, Str *out); // {"name": "text"} and nothing else
bool takes_no_body(Request *request, Fault *fault); // INPUT when there is more than {}
void put_job(Request *request, JsonOut *json, const Job *job);

#endif
