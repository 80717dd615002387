#include "web/made.h"

#include "sys/clock.h"
#include "web/show.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static Str text_of(Arena *arena, const json_t *value)
{
    return json_is_string(value)
               ? arena_copy(arena, (Str){ json_string_value(value), json_string_length(value) })
               : STR("");
}

static Str member(Arena *arena, const json_t *object, const char *name)
{
    return text_of(arena, json_object_get(object, name));
}

static Str joined(Arena *arena, const json_t *list, const char *between)
{
    Buf buf = buf_make(arena, 8000);
    for (size_t i = 0; i < json_array_size(list); i++)
        buf_print(&buf, "%s" STR_FMT, i > 0 ? between : "", STR_ARG(text_of(arena, json_array_get(list, i))));
    return buf_str(&buf);
}

// The words of the description that a field came from.
static Str words_for(Arena *arena, const json_t *brief, const char *field)
{
    const json_t *list = json_object_get(brief, "understood");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        if (str_equal(member(arena, one, "field"), str_of(field)) && member(arena, one, "words").length > 0)
            return arena_print(arena, "“" STR_FMT "”", STR_ARG(member(arena, one, "words")));
    }
    return STR("");
}

static void fact(Page *page, const char *what, Str asked, Str made)
{
    if (made.length == 0)
        return;
    Page *row = page_row(page, "facts");
    page_text(row, "what", str_of(what));
    page_text(row, "asked", asked.length > 0 ? asked : STR("left open"));
    page_text(row, "made", made);
}

static double tempo_of(const json_t *brief)
{
    return json_number_value(json_object_get(brief, "bpm"));
}

static Str key_of(Arena *arena, const json_t *brief)
{
    const json_t *key = json_object_get(brief, "key");
    Str tonic = member(arena, key, "tonic"), mode = member(arena, key, "mode");
    return tonic.length ? arena_print(arena, STR_FMT " " STR_FMT, STR_ARG(tonic), STR_ARG(mode)) : STR("");
}

static Str bpm_text(Arena *arena, double bpm)
{
    bool whole = fabs(bpm - round(bpm)) < 0.05;
    return bpm <= 0 ? STR("")
           : whole  ? arena_print(arena, "%.0f bpm", bpm)
                    : arena_print(arena, "%.1f bpm", bpm);
}

static Str first_of(Str one, Str two)
{
    return one.length > 0 ? one : two;
}

static void fill_facts(Arena *arena, Page *page, const json_t *brief, const LibrarySong *song)
{
    const SongSettings *asked = &song->settings;
    Str bpm = asked->bpm > 0 ? arena_print(arena, "%d bpm", asked->bpm) : STR("");
    Str seconds = asked->seconds > 0 ? show_length(arena, asked->seconds * MS_SECOND) : STR("");
    Str loud = song->lufs < 0 ? arena_print(arena, "%.1f LUFS", song->lufs) : STR("");
    fact(page, "Style", first_of(asked->style, words_for(arena, brief, "genre")),
         member(arena, brief, "genre"));
    fact(page, "Tempo", first_of(bpm, words_for(arena, brief, "bpm")), bpm_text(arena, tempo_of(brief)));
    fact(page, "Key", first_of(asked->key, words_for(arena, brief, "key")), key_of(arena, brief));
    fact(page, "Metre", words_for(arena, brief, "meter"), member(arena, brief, "meter"));
    fact(page, "Length", first_of(seconds, words_for(arena, brief, "seconds")),
         show_length(arena, song->length_ms));
    fact(page, "Loudness", STR(""), loud);
}

// Bars become seconds by the tempo; what follows the last one is its echo.
static void fill_sections(Arena *arena, Page *page, const json_t *brief, const LibrarySong *song)
{
    const json_t *form = json_object_get(brief, "form");
    Str meter = member(arena, brief, "meter");
    double bpm = tempo_of(brief), beats = meter.length > 2 && meter.data[0] >= '1' ? meter.data[0] - '0' : 4;
    if (meter.length > 3 && meter.data[1] != '/')
        beats = 10 * (meter.data[0] - '0') + (meter.data[1] - '0');
    if (meter.length > 1 && meter.data[meter.length - 1] == '8')
        beats /= 2; // a tempo counts quarters
    double at = 0, end = (double)song->length_ms / 1000;
    for (size_t i = 0; bpm > 0 && i < json_array_size(form); i++) {
        const json_t *one = json_array_get(form, i);
        double to = at + json_number_value(json_object_get(one, "bars")) * beats * 60 / bpm;
        bool last = i + 1 == json_array_size(form);
        Page *row = page_row(page, "sections");
        page_text(row, "section", member(arena, one, "section"));
        page_print(row, "from", "%.3f", at);
        page_print(row, "to", "%.3f", last && end > at ? end : to);
        page_text(row, "from_text", at > 0 ? show_length(arena, (int64_t)(at * 1000)) : STR("0:00"));
        at = to;
    }
}

static void fill_parts(Arena *arena, Page *page, const json_t *brief)
{
    const json_t *parts = json_object_get(brief, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        Page *row = page_row(page, "parts");
        page_text(row, "role", member(arena, json_array_get(parts, i), "role"));
        page_text(row, "instrument", member(arena, json_array_get(parts, i), "instrument"));
    }
}

void made_fill(Request *request, Page *page, const LibrarySong *song)
{
    Arena *arena = request->arena;
    json_t *brief = json_loadb(song->brief.data, song->brief.length, 0, NULL);
    fill_facts(arena, page, brief, song);
    fill_sections(arena, page, brief, song);
    fill_parts(arena, page, brief);
    page_text(page, "ignored", joined(arena, json_object_get(brief, "ignored"), ", "));
    page_text(page, "conflicts", joined(arena, json_object_get(brief, "conflicts"), " "));
    page_text(page, "genre", member(arena, brief, "genre"));
    page_text(page, "made_key", key_of(arena, brief));
    page_print(page, "made_bpm", "%.0f", tempo_of(brief));
    json_decref(brief);
}

double made_tempo(const LibrarySong *song)
{
    json_t *brief = json_loadb(song->brief.data, song->brief.length, 0, NULL);
    double bpm = tempo_of(brief);
    json_decref(brief);
    return bpm;
}

Str made_key(Arena *arena, const LibrarySong *song)
{
    json_t *brief = json_loadb(song->brief.data, song->brief.length, 0, NULL);
    Str key = key_of(arena, brief);
    json_decref(brief);
    return key;
}

// ---- versions

static void say(Buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(Buf *buf, const char *format, ...)
{
    char text[200];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    buf_print(buf, "%s%s", buf->length > 0 ? ", " : "", text);
}

Str made_difference(Arena *arena, const LibrarySong *from, const LibrarySong *song)
{
    Buf buf = buf_make(arena, 2000);
    const SongSettings *a = &from->settings, *b = &song->settings;
    if (!str_equal(from->prompt, song->prompt))
        say(&buf, "other words");
    if (!str_equal(from->lyrics, song->lyrics))
        say(&buf, "other lyrics");
    if (!str_equal(a->style, b->style) && b->style.length > 0)
        say(&buf, "as " STR_FMT, STR_ARG(b->style));
    if (!str_equal(a->key, b->key) && b->key.length > 0)
        say(&buf, "in " STR_FMT, STR_ARG(b->key));
    if (a->bpm != b->bpm && b->bpm > 0)
        say(&buf, "%d bpm", b->bpm);
    if (a->instrumental != b->instrumental)
        say(&buf, "%s", b->instrumental ? "instrumental" : "sung");
    int64_t more = (song->length_ms - from->length_ms) / MS_SECOND;
    if (more > 1 || more < -1)
        say(&buf, "%" PRId64 " s %s", more > 0 ? more : -more, more > 0 ? "longer" : "shorter");
    if (buf.length == 0 && from->seed != song->seed)
        say(&buf, "another seed");
    return buf_str(&buf);
}
