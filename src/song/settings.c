// Only this file knows the names of the members.
#include "song/settings.h"

#include <jansson.h>

#include "base/jsonout.h"

enum { NUMBER_MAX = 100000 }; // neither seconds nor beats a minute come near

static void member(JsonOut *json, const char *name, Str text)
{
    if (text.length == 0)
        return;
    jsonout_key(json, name);
    jsonout_str(json, text);
}

static void number(JsonOut *json, const char *name, int value)
{
    if (value <= 0)
        return;
    jsonout_key(json, name);
    jsonout_int(json, value);
}

bool settings_write(Arena *arena, const SongSettings *settings, Str *out, Fault *fault)
{
    if (settings->style.length > SETTINGS_TEXT_MAX || settings->key.length > SETTINGS_TEXT_MAX)
        return fault_set(fault, FAULT_INPUT, "Style and key are a few words each. Please make them shorter.");
    if (settings->seconds > NUMBER_MAX || settings->bpm > NUMBER_MAX)
        return fault_set(fault, FAULT_INPUT, "That length or tempo is too big. Please make it smaller.");
    Buf buf = buf_make(arena, SETTINGS_BYTES_MAX);
    JsonOut json = { .buf = &buf };
    jsonout_open(&json, '{');
    member(&json, "style", settings->style);
    number(&json, "seconds", settings->seconds);
    number(&json, "bpm", settings->bpm);
    member(&json, "key", settings->key);
    if (settings->instrumental) {
        jsonout_key(&json, "instrumental");
        jsonout_bool(&json, true);
    }
    jsonout_close(&json, '}');
    *out = buf_str(&buf);
    return true;
}

static bool read_text(Arena *arena, const json_t *root, const char *name, Str *out)
{
    const json_t *value = json_object_get(root, name);
    if (!value)
        return true;
    if (!json_is_string(value) || json_string_length(value) > 3 * SETTINGS_TEXT_MAX)
        return false; // bytes that were no UTF-8 have become three
    *out = arena_copy(arena, (Str){ json_string_value(value), json_string_length(value) });
    return true;
}

static bool read_number(const json_t *root, const char *name, int *out)
{
    const json_t *value = json_object_get(root, name);
    if (!value)
        return true;
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < 0 || n > NUMBER_MAX)
        return false;
    *out = (int)n;
    return true;
}

static bool read_flag(const json_t *root, const char *name, bool *out)
{
    const json_t *value = json_object_get(root, name);
    if (value && !json_is_boolean(value))
        return false;
    *out = json_is_true(value);
    return true;
}

bool settings_read(Arena *arena, Str text, SongSettings *out, Fault *fault)
{
    *out = (SongSettings){ 0 };
    json_t *root = NULL;
    if (text.length <= SETTINGS_BYTES_MAX)
        root = json_loadb(text.data ? text.data : "", text.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
                          NULL);
    bool good = json_is_object(root) && read_text(arena, root, "style", &out->style) &&
                read_number(root, "seconds", &out->seconds) && read_number(root, "bpm", &out->bpm) &&
                read_text(arena, root, "key", &out->key) &&
                read_flag(root, "instrumental", &out->instrumental);
    json_decref(root);
    return good || fault_set(fault, FAULT_BROKEN, "the settings of a song cannot be read");
}
