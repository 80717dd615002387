// The whole Brief as JSON and back; every field, so that a recipe holds all that was understood.
#include <jansson.h>
#include <string.h>

#include "brief/brief.h"

// ---- writing

static void write_key(const Key *key, JsonOut *json)
{
    jsonout_key(json, "key");
    jsonout_open(json, '{');
    jsonout_key(json, "tonic");
    jsonout_int(json, key->tonic);
    jsonout_key(json, "flats");
    jsonout_bool(json, key->flats);
    jsonout_key(json, "mode");
    jsonout_int(json, key->mode);
    jsonout_close(json, '}');
}

static void write_strs(JsonOut *json, const char *name, const Str *list, int count)
{
    jsonout_key(json, name);
    jsonout_open(json, '[');
    for (int i = 0; i < count; i++)
        jsonout_str(json, list[i]);
    jsonout_close(json, ']');
}

static void write_int(JsonOut *json, const char *name, int value)
{
    jsonout_key(json, name);
    jsonout_int(json, value);
}

static void write_form(const Brief *brief, JsonOut *json)
{
    jsonout_key(json, "form");
    jsonout_open(json, '[');
    for (int i = 0; i < brief->form_count; i++) {
        jsonout_open(json, '{');
        jsonout_key(json, "section");
        jsonout_str(json, str_of(section_names[brief->form[i].section]));
        write_int(json, "bars", brief->form[i].bars);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static void write_wants(const Brief *brief, JsonOut *json)
{
    jsonout_key(json, "wants");
    jsonout_open(json, '[');
    for (int i = 0; i < brief->want_count; i++) {
        jsonout_open(json, '{');
        jsonout_key(json, "instrument");
        jsonout_str(json, brief->wants[i].instrument->name);
        write_int(json, "role", brief->wants[i].role);
        jsonout_key(json, "loose");
        jsonout_bool(json, brief->wants[i].loose);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static const char *const mood_names[] = { "valence", "energy", "tension", "warmth", "space", "complexity" };

static void write_mood(const Mood *mood, JsonOut *json)
{
    const int values[] = { mood->valence, mood->energy, mood->tension,
                           mood->warmth,  mood->space,  mood->complexity };
    jsonout_key(json, "mood");
    jsonout_open(json, '{');
    for (int i = 0; i < 6; i++)
        write_int(json, mood_names[i], values[i]);
    jsonout_close(json, '}');
}

static void write_lyrics(const Lyrics *lyrics, JsonOut *json)
{
    jsonout_key(json, "lyrics");
    jsonout_open(json, '[');
    for (int i = 0; i < lyrics->count; i++) {
        jsonout_open(json, '{');
        jsonout_key(json, "text");
        jsonout_str(json, lyrics->lines[i].text);
        write_int(json, "section", lyrics->lines[i].section);
        write_int(json, "verse", lyrics->lines[i].verse);
        write_int(json, "syllables", lyrics->lines[i].syllables);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static void write_understood(const Brief *brief, JsonOut *json)
{
    jsonout_key(json, "understood");
    jsonout_open(json, '[');
    for (int i = 0; i < brief->understood_count; i++) {
        const Understood *note = &brief->understood[i];
        jsonout_open(json, '{');
        jsonout_key(json, "field");
        jsonout_str(json, note->field);
        jsonout_key(json, "value");
        jsonout_str(json, note->value);
        jsonout_key(json, "words");
        jsonout_str(json, note->words);
        write_int(json, "source", (int)note->source);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

void brief_to_json(const Brief *brief, JsonOut *json)
{
    jsonout_open(json, '{');
    jsonout_key(json, "prompt");
    jsonout_str(json, brief->prompt);
    jsonout_key(json, "genre");
    jsonout_str(json, brief->genre);
    write_strs(json, "colors", brief->colors, 3);
    write_int(json, "bpm_milli", brief->bpm_milli);
    write_int(json, "tempo_push", brief->tempo_push);
    write_key(&brief->key, json);
    write_int(json, "beats", brief->beats);
    write_int(json, "beat_unit", brief->beat_unit);
    write_int(json, "length_ms", brief->length_ms);
    write_int(json, "bars", brief->bars);
    write_form(brief, json);
    jsonout_key(json, "form_whole");
    jsonout_bool(json, brief->form_whole);
    write_wants(brief, json);
    write_strs(json, "without", brief->without, brief->without_count);
    jsonout_key(json, "only");
    jsonout_bool(json, brief->only);
    write_int(json, "vocal", (int)brief->vocal);
    write_int(json, "ending", (int)brief->ending);
    write_mood(&brief->mood, json);
    write_lyrics(&brief->lyrics, json);
    write_understood(brief, json);
    write_strs(json, "ignored", brief->ignored, brief->ignored_count);
    write_strs(json, "conflicts", brief->conflicts, brief->conflict_count);
    jsonout_close(json, '}');
}

// ---- reading

typedef struct Reader {
    Arena *arena;
    const Lexicon *lexicon;
    Fault *fault;
    bool failed;
} Reader;

static void fail(Reader *reader, const char *name)
{
    if (!reader->failed)
        fault_set(reader->fault, FAULT_INPUT, "The brief has no good \"%s\".", name);
    reader->failed = true;
}

static int get_int(Reader *reader, const json_t *object, const char *name, int low, int high)
{
    const json_t *value = json_object_get(object, name);
    json_int_t n = json_integer_value(value);
    if (!json_is_integer(value) || n < low || n > high) {
        fail(reader, name);
        return low;
    }
    return (int)n;
}

static bool get_bool(Reader *reader, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_boolean(value))
        fail(reader, name);
    return json_is_true(value);
}

static Str str_from(Reader *reader, const json_t *value, const char *name)
{
    if (!json_is_string(value)) {
        fail(reader, name);
        return STR("");
    }
    return arena_copy(reader->arena, (Str){ json_string_value(value), json_string_length(value) });
}

static Str get_str(Reader *reader, const json_t *object, const char *name)
{
    return str_from(reader, json_object_get(object, name), name);
}

// The array `name`, at most `most` long; its length in `*count`.
static const json_t *get_array(Reader *reader, const json_t *object, const char *name, int most, int *count)
{
    const json_t *array = json_object_get(object, name);
    size_t size = json_array_size(array);
    if (!json_is_array(array) || size > (size_t)most) {
        fail(reader, name);
        size = 0;
    }
    *count = (int)size;
    return array;
}

static int get_strs(Reader *reader, const json_t *object, const char *name, Str *list, int most)
{
    int count;
    const json_t *array = get_array(reader, object, name, most, &count);
    for (int i = 0; i < count; i++)
        list[i] = str_from(reader, json_array_get(array, (size_t)i), name);
    return count;
}

static void read_form(Reader *reader, const json_t *object, Brief *out)
{
    const json_t *array = get_array(reader, object, "form", FORM_MAX, &out->form_count);
    for (int i = 0; i < out->form_count; i++) {
        const json_t *entry = json_array_get(array, (size_t)i);
        Str name = get_str(reader, entry, "section");
        int section = 0;
        while (section < SECTION_COUNT && !str_equal(name, str_of(section_names[section])))
            section++;
        if (section == SECTION_COUNT) {
            fail(reader, "section");
            section = 0;
        }
        out->form[i] = (FormWish){ (SectionKind)section, get_int(reader, entry, "bars", 0, 1000) };
    }
    out->form_whole = get_bool(reader, object, "form_whole");
}

static void read_wants(Reader *reader, const json_t *object, Brief *out)
{
    int count;
    const json_t *array = get_array(reader, object, "wants", WISH_MAX, &count);
    for (int i = 0; i < count && !reader->failed; i++) {
        const json_t *entry = json_array_get(array, (size_t)i);
        const Instrument *instrument =
            instrument_find(lexicon_instruments(reader->lexicon), get_str(reader, entry, "instrument"));
        Role role = (Role)get_int(reader, entry, "role", ROLE_NONE, ROLE_COUNT - 1);
        if (!instrument)
            fail(reader, "instrument");
        else
            out->wants[out->want_count++] = (PartWish){ instrument, role, get_bool(reader, entry, "loose") };
    }
}

static void read_mood(Reader *reader, const json_t *object, Mood *mood)
{
    int *const places[] = { &mood->valence, &mood->energy, &mood->tension,
                            &mood->warmth,  &mood->space,  &mood->complexity };
    const json_t *entry = json_object_get(object, "mood");
    for (int i = 0; i < 6; i++)
        *places[i] = get_int(reader, entry, mood_names[i], -100, 100);
}

static void read_lyrics(Reader *reader, const json_t *object, Lyrics *lyrics)
{
    const json_t *array = get_array(reader, object, "lyrics", LYRIC_LINES_MAX, &lyrics->count);
    if (lyrics->count)
        lyrics->lines = ARENA_ARRAY(reader->arena, LyricLine, (size_t)lyrics->count);
    for (int i = 0; i < lyrics->count; i++) {
        const json_t *entry = json_array_get(array, (size_t)i);
        lyrics->lines[i] =
            (LyricLine){ .text = get_str(reader, entry, "text"),
                         .section = get_int(reader, entry, "section", 0, SECTION_COUNT - 1),
                         .verse = get_int(reader, entry, "verse", 0, LYRIC_LINES_MAX),
                         .syllables = get_int(reader, entry, "syllables", 1, LYRIC_SYLLABLES_MAX) };
    }
}

static void read_understood(Reader *reader, const json_t *object, Brief *out)
{
    const json_t *array = get_array(reader, object, "understood", NOTE_MAX, &out->understood_count);
    for (int i = 0; i < out->understood_count; i++) {
        const json_t *entry = json_array_get(array, (size_t)i);
        out->understood[i] =
            (Understood){ get_str(reader, entry, "field"), get_str(reader, entry, "value"),
                          get_str(reader, entry, "words"),
                          (Source)get_int(reader, entry, "source", FROM_DEFAULT, FROM_OPTION) };
    }
}

static void read_brief(Reader *reader, const json_t *object, Brief *out)
{
    out->prompt = get_str(reader, object, "prompt");
    out->genre = get_str(reader, object, "genre");
    get_strs(reader, object, "colors", out->colors, 3);
    out->bpm_milli = get_int(reader, object, "bpm_milli", 0, BPM_MAX * 1000);
    out->tempo_push = get_int(reader, object, "tempo_push", -100, 100);
    const json_t *key = json_object_get(object, "key");
    out->key = (Key){ .tonic = get_int(reader, key, "tonic", -1, 11),
                      .flats = get_bool(reader, key, "flats"),
                      .mode = (Mode)get_int(reader, key, "mode", MODE_UNSTATED, MODE_COUNT - 1) };
    out->beats = get_int(reader, object, "beats", 0, 32);
    out->beat_unit = get_int(reader, object, "beat_unit", 0, 32);
    out->length_ms = get_int(reader, object, "length_ms", 0, SECONDS_MAX * 1000);
    out->bars = get_int(reader, object, "bars", 0, 1000);
    read_form(reader, object, out);
    read_wants(reader, object, out);
    out->without_count = get_strs(reader, object, "without", out->without, WISH_MAX);
    out->only = get_bool(reader, object, "only");
    out->vocal = (Choice)get_int(reader, object, "vocal", CHOICE_UNSTATED, CHOICE_NO);
    out->ending = (Ending)get_int(reader, object, "ending", ENDING_UNSTATED, ENDING_LOOP);
    read_mood(reader, object, &out->mood);
    read_lyrics(reader, object, &out->lyrics);
    read_understood(reader, object, out);
    out->ignored_count = get_strs(reader, object, "ignored", out->ignored, NOTE_MAX);
    out->conflict_count = get_strs(reader, object, "conflicts", out->conflicts, NOTE_MAX);
}

bool brief_from_json(Arena *arena, const Lexicon *lexicon, Str text, Brief *out, Fault *fault)
{
    json_error_t error;
    json_t *root = json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!root)
        return fault_set(fault, FAULT_INPUT, "The brief is not JSON: %s.", error.text);
    *out = (Brief){ 0 };
    Reader reader = { arena, lexicon, fault, false };
    read_brief(&reader, root, out);
    json_decref(root);
    return !reader.failed;
}
