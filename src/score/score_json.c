// The public JSON of a brief: what was said, and what the score decided where nothing was.
#include "score/score.h"

#include <stdio.h>

static void json_member(JsonOut *json, const char *name, Str value)
{
    jsonout_key(json, name);
    jsonout_str(json, value);
}

static void write_form(const Score *s, JsonOut *json)
{
    jsonout_key(json, "form");
    jsonout_open(json, '[');
    for (int i = 0; i < s->section_count; i++) {
        jsonout_open(json, '{');
        json_member(json, "section", str_of(section_names[s->sections[i].kind]));
        jsonout_key(json, "bars");
        jsonout_int(json, s->sections[i].bars);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static void write_parts(const Score *s, JsonOut *json)
{
    jsonout_key(json, "parts");
    jsonout_open(json, '[');
    for (int i = 0; i < s->part_count; i++) {
        jsonout_open(json, '{');
        json_member(json, "role", str_of(role_names[s->parts[i].role]));
        json_member(json, "instrument", s->parts[i].instrument.name);
        json_member(json, "family", s->parts[i].instrument.family);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static void write_texts(const char *name, const Str *list, int count, JsonOut *json)
{
    jsonout_key(json, name);
    jsonout_open(json, '[');
    for (int i = 0; i < count; i++)
        jsonout_str(json, list[i]);
    jsonout_close(json, ']');
}

static void write_understood(const Brief *b, JsonOut *json)
{
    jsonout_key(json, "understood");
    jsonout_open(json, '[');
    for (int i = 0; i < b->understood_count; i++) {
        jsonout_open(json, '{');
        json_member(json, "field", b->understood[i].field);
        json_member(json, "value", b->understood[i].value);
        json_member(json, "words", b->understood[i].words);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

void score_brief_json(const Brief *b, const Score *s, JsonOut *json)
{
    char meter[16];
    snprintf(meter, sizeof meter, "%d/%d", s->beats, s->beat_unit);
    jsonout_open(json, '{');
    json_member(json, "genre", s->style);
    jsonout_key(json, "bpm");
    jsonout_real(json, s->bpm_milli / 1000.0, s->bpm_milli % 100 ? 3 : 1);
    jsonout_key(json, "key");
    jsonout_open(json, '{');
    json_member(json, "tonic", tonic_text(s->key));
    json_member(json, "mode", str_of(mode_names[s->key.mode]));
    jsonout_close(json, '}');
    json_member(json, "meter", str_of(meter));
    jsonout_key(json, "seconds");
    jsonout_real(json, s->length_ms / 1000.0, s->length_ms % 100 ? 3 : 1);
    write_form(s, json);
    write_parts(s, json);
    write_texts("without", b->without, b->without_count, json);
    jsonout_key(json, "vocal");
    jsonout_bool(json, b->vocal == CHOICE_YES);
    jsonout_key(json, "mood");
    jsonout_open(json, '{');
    jsonout_key(json, "valence");
    jsonout_int(json, b->mood.valence);
    jsonout_key(json, "energy");
    jsonout_int(json, b->mood.energy);
    jsonout_close(json, '}');
    write_understood(b, json);
    write_texts("ignored", b->ignored, b->ignored_count, json);
    write_texts("conflicts", b->conflicts, b->conflict_count, json);
    jsonout_close(json, '}');
}
