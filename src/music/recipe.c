#include "music/recipe.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

static void member(JsonOut *json, const char *name, Str value)
{
    if (value.length == 0)
        return;
    jsonout_key(json, name);
    jsonout_str(json, value);
}

static void number(JsonOut *json, const char *name, int64_t value)
{
    if (value == 0)
        return;
    jsonout_key(json, name);
    jsonout_int(json, value);
}

void recipe_write(const Recipe *r, Buf *out)
{
    JsonOut json = { .buf = out };
    const BriefOptions *o = &r->order.options;
    jsonout_open(&json, '{');
    jsonout_key(&json, "recipe");
    jsonout_int(&json, 1);
    member(&json, "version", r->version);
    member(&json, "engine", STR("built-in"));
    member(&json, "prompt", r->order.prompt);
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, r->order.seed); // as text: JSON numbers lose large integers
    member(&json, "seed", str_of(seed));
    member(&json, "style", o->style);
    number(&json, "bpm_milli", o->bpm_milli);
    number(&json, "length_ms", o->length_ms);
    member(&json, "key", o->key);
    member(&json, "lyrics", o->lyrics);
    number(&json, "vocal", o->vocal);
    member(&json, "score_digest", r->score_digest);
    member(&json, "audio_digest", r->audio_digest);
    jsonout_close(&json, '}');
    buf_text(out, STR("\n"));
}

static Str text_of(Arena *arena, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return STR("");
    return arena_copy(arena, (Str){ json_string_value(value), json_string_length(value) });
}

static int int_of(const json_t *object, const char *name, int high)
{
    json_int_t value = json_integer_value(json_object_get(object, name));
    return value < 0 || value > high ? 0 : (int)value;
}

static bool seed_of(Str text, uint64_t *seed)
{
    *seed = 0;
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] < '0' || text.data[i] > '9' || __builtin_mul_overflow(*seed, 10, seed) ||
            __builtin_add_overflow(*seed, (uint64_t)(text.data[i] - '0'), seed))
            return false;
    return text.length > 0;
}

static bool fill(Arena *arena, const json_t *root, Recipe *out, Fault *fault)
{
    BriefOptions *o = &out->order.options;
    if (!json_is_object(root) || json_integer_value(json_object_get(root, "recipe")) != 1)
        return fault_set(fault, FAULT_INPUT, "This is not a recipe that this version can read.");
    out->order.prompt = text_of(arena, root, "prompt");
    if (out->order.prompt.length == 0)
        return fault_set(fault, FAULT_INPUT, "The recipe has no prompt.");
    if (!seed_of(text_of(arena, root, "seed"), &out->order.seed))
        return fault_set(fault, FAULT_INPUT, "The recipe's seed must be a whole number, in quotes.");
    out->version = text_of(arena, root, "version");
    out->score_digest = text_of(arena, root, "score_digest");
    out->audio_digest = text_of(arena, root, "audio_digest");
    o->style = text_of(arena, root, "style");
    o->key = text_of(arena, root, "key");
    o->lyrics = text_of(arena, root, "lyrics");
    o->bpm_milli = int_of(root, "bpm_milli", BPM_MAX * 1000);
    o->length_ms = int_of(root, "length_ms", SECONDS_MAX * 1000);
    o->vocal = (Choice)int_of(root, "vocal", CHOICE_NO);
    return true;
}

bool recipe_read(Arena *arena, Str text, Recipe *out, Fault *fault)
{
    *out = (Recipe){ 0 };
    if (text.length > RECIPE_BYTES_MAX)
        return fault_set(fault, FAULT_INPUT, "A recipe is %d bytes at most.", RECIPE_BYTES_MAX);
    json_error_t error;
    json_t *root = json_loadb(text.data ? text.data : "", text.length, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        return fault_set(fault, FAULT_INPUT, "The recipe is not JSON: line %d, %s.", error.line, error.text);
    bool done = fill(arena, root, out, fault);
    json_decref(root);
    return done;
}
