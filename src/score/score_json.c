// The public JSON of a brief: what was said, and what the score decided where nothing was.
#include "score/score.h"

#include <stdio.h>

static void json_member(Json *json, const char *name, Str value)
{
    json_key(json, name);
    json_str(json, value);
}

static void write_form(const Score *s, Json *json)
{
    json_key(json, "form");
    json_open(json, '[');
    for (int i = 0; i < s->section_count; i++) {
        json_open(json, '{');
        json_member(json, "section", str_of(section_names[s->sections[i].kind]));
        json_key(json, "bars");
        json_int(json, s->sections[i].bars);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_parts(const Score *s, Json *json)
{
    json_key(json, "parts");
    json_open(json, '[');
    for (int i = 0; i < s->part_count; i++) {
        json_open(json, '{');
        json_member(json, "role", str_of(role_names[s->parts[i].role]));
        json_member(json, "instrument", s->parts[i].instrument.name);
        json_member(json, "family", s->parts[i].instrument.family);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_texts(const char *name, const Str *list, int count, Json *json)
{
    json_key(json, name);
    json_open(json, '[');
    for (int i = 0; i < count; i++)
        json_str(json, list[i]);
    json_close(json, ']');
}

static void write_understood(const Brief *b, Json *json)
{
    json_key(json, "understood");
    json_open(json, '[');
    for (int i = 0; i < b->understood_count; i++) {
        json_open(json, '{');
        json_member(json, "field", b->understood[i].field);
        json_member(json, "value", b->understood[i].value);
        json_member(json, "words", b->understood[i].words);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void score_brief_json(const Brief *b, const Score *s, Json *json)
{
    char meter[16];
    snprintf(meter, sizeof meter, "%d/%d", s->beats, s->beat_unit);
    json_open(json, '{');
    json_member(json, "genre", s->style);
    json_key(json, "bpm");
    json_real(json, s->bpm_milli / 1000.0, s->bpm_milli % 100 ? 3 : 1);
    json_key(json, "key");
    json_open(json, '{');
    json_member(json, "tonic", tonic_text(s->key));
    json_member(json, "mode", str_of(mode_names[s->key.mode]));
    json_close(json, '}');
    json_member(json, "meter", str_of(meter));
    json_key(json, "seconds");
    json_real(json, s->length_ms / 1000.0, s->length_ms % 100 ? 3 : 1);
    write_form(s, json);
    write_parts(s, json);
    write_texts("without", b->without, b->without_count, json);
    json_key(json, "vocal");
    json_bool(json, b->vocal == CHOICE_YES);
    json_key(json, "mood");
    json_open(json, '{');
    json_key(json, "valence");
    json_int(json, b->mood.valence);
    json_key(json, "energy");
    json_int(json, b->mood.energy);
    json_close(json, '}');
    write_understood(b, json);
    write_texts("ignored", b->ignored, b->ignored_count, json);
    write_texts("conflicts", b->conflicts, b->conflict_count, json);
    json_close(json, '}');
}
