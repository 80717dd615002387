// What is asked for in JSON: the same members wherever a song is described.
#include "web/api.h"

#include "base/cards.h"

#include <jansson.h>
#include <string.h>

// As it is kept: without card numbers.
static Str text_of(Request *request, const json_t *value)
{
    Str text = { json_string_value(value), json_string_length(value) };
    return card_mask(request->arena, arena_copy(request->arena, text));
}

// One member of the body. Returns false with the reason when it has the wrong type.
static bool take_member(Wish *wish, Request *request, const char *name, const json_t *value, Fault *fault)
{
    const struct {
        const char *name;
        Str *text;
        int64_t *number;
        bool *flag;
    } members[] = {
        { "prompt", &wish->prompt, NULL, NULL },
        { "lyrics", &wish->lyrics, NULL, NULL },
        { "title", &wish->title, NULL, NULL },
        { "style", &wish->style, NULL, NULL },
        { "key", &wish->key, NULL, NULL },
        { "engine", &wish->engine, NULL, NULL },
        { "seconds", NULL, &wish->seconds, NULL },
        { "bpm", NULL, &wish->bpm, NULL },
        { "seed", NULL, &wish->seed, NULL },
        { "variants", NULL, &wish->variants, NULL },
        { "instrumental", NULL, NULL, &wish->instrumental },
    };
    if (strcmp(name, "parent") == 0)
        return json_is_string(value) ? request_id(str_of(json_string_value(value)), &wish->parent.n, fault)
                                     : fault_set(fault, FAULT_INPUT, "\"parent\" must be a song's id.");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        if (strcmp(members[i].name, name) != 0)
            continue;
        if (members[i].text && json_is_string(value))
            *members[i].text = text_of(request, value);
        else if (members[i].number && json_is_integer(value) && json_integer_value(value) >= 0)
            *members[i].number = json_integer_value(value);
        else if (members[i].flag && json_is_boolean(value))
            *members[i].flag = json_boolean_value(value);
        else
            return fault_set(fault, FAULT_INPUT, "\"%s\" must be %s.", name,
                             members[i].text     ? "text"
                             : members[i].number ? "a whole number, 0 or more"
                                                 : "true or false");
        return true;
    }
    return fault_set(fault, FAULT_INPUT, "There is no member \"%.40s\". openapi.json lists them all.", name);
}

bool wish_of_json(Request *request, Wish *wish, Fault *fault)
{
    json_error_t error;
    json_t *root = json_loadb(request->body.data, request->body.length, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(root)) {
        json_decref(root);
        return fault_set(fault, FAULT_INPUT, "The body must be one JSON object.");
    }
    *wish = (Wish){ .seed = -1, .once = request->idempotency_key };
    bool fits = true;
    const char *name;
    json_t *value;
    json_object_foreach(root, name, value) fits = fits && take_member(wish, request, name, value, fault);
    json_decref(root);
    return fits;
}

bool text_of_body(Request *request, const char *name, Str *out)
{
    json_t *root = json_loadb(request->body.data, request->body.length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *value = json_object_get(root, name);
    bool fits = json_is_string(value) && json_object_size(root) == 1;
    if (fits)
        *out = text_of(request, value);
    json_decref(root);
    return fits;
}

bool takes_no_body(Request *request, Fault *fault)
{
    json_t *root = json_loadb(request->body.data, request->body.length, 0, NULL);
    bool empty = str_trim(request->body).length == 0 || (json_is_object(root) && json_object_size(root) == 0);
    json_decref(root);
    return empty || fault_set(fault, FAULT_INPUT, "This takes no body, or {}.");
}
