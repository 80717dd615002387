#include "encode/notes.h"

static void put_int(JsonOut *json, const char *name, int64_t value)
{
    jsonout_key(json, name);
    jsonout_int(json, value);
}

static void put_text(JsonOut *json, const char *name, Str text)
{
    jsonout_key(json, name);
    jsonout_str(json, text);
}

static int64_t ms_of(const Score *score, int64_t tick)
{
    return score_frame(score, tick, 1000);
}

// Start and length, so that an end that is a start elsewhere is the same millisecond.
static void put_span(JsonOut *json, const Score *score, int64_t tick, int64_t ticks)
{
    int64_t from = ms_of(score, tick);
    jsonout_int(json, from);
    jsonout_int(json, ms_of(score, tick + ticks) - from);
}

static void put_head(JsonOut *json, const Score *score)
{
    jsonout_key(json, "bpm");
    jsonout_real(json, score->bpm_milli / 1000.0, 3);
    jsonout_key(json, "key");
    jsonout_open(json, '{');
    put_text(json, "tonic", score->key.tonic >= 0 ? tonic_text(score->key) : STR(""));
    put_text(json, "mode", str_of(score->key.mode >= 0 ? mode_names[score->key.mode] : ""));
    jsonout_close(json, '}');
    put_int(json, "beats", score->beats);
    put_int(json, "beat_unit", score->beat_unit);
    put_int(json, "bars", score->ticks / score_bar_ticks(score));
    put_int(json, "bars_end_ms", ms_of(score, score->ticks));
    put_int(json, "length_ms", score->length_ms);
    put_text(json, "style", score->style);
}

static void put_sections(JsonOut *json, const Score *score)
{
    jsonout_key(json, "sections");
    jsonout_open(json, '[');
    for (int i = 0; i < score->section_count; i++) {
        const Section *section = &score->sections[i];
        jsonout_open(json, '{');
        put_text(json, "section", str_of(section_names[section->kind]));
        put_int(json, "start_ms", ms_of(score, (int64_t)section->bar * score_bar_ticks(score)));
        put_int(json, "bar", section->bar);
        put_int(json, "bars", section->bars);
        put_int(json, "label", section->label);
        put_int(json, "energy", section->energy);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static void put_chords(JsonOut *json, const Score *score)
{
    jsonout_key(json, "chords");
    jsonout_open(json, '[');
    for (int i = 0; i < score->chord_count; i++) {
        put_span(json, score, score->chords[i].tick, score->chords[i].ticks);
        jsonout_int(json, score->chords[i].root);
        jsonout_int(json, score->chords[i].tones);
    }
    jsonout_close(json, ']');
}

static void put_part(JsonOut *json, const Score *score, const Part *part)
{
    jsonout_open(json, '{');
    put_text(json, "name", part->role == ROLE_DRUMS ? STR("drums") : part->instrument.name);
    put_text(json, "role", str_of(role_names[part->role]));
    put_text(json, "family", part->instrument.family);
    jsonout_key(json, "notes");
    jsonout_open(json, '[');
    for (int i = 0; i < part->count; i++) {
        put_span(json, score, part->notes[i].tick, part->notes[i].ticks);
        jsonout_int(json, part->notes[i].pitch);
        jsonout_int(json, part->notes[i].velocity);
    }
    jsonout_close(json, ']');
    jsonout_close(json, '}');
}

void notes_write(const Score *score, Buf *out)
{
    JsonOut json = { .buf = out };
    jsonout_open(&json, '{');
    put_head(&json, score);
    put_sections(&json, score);
    put_chords(&json, score);
    jsonout_key(&json, "parts");
    jsonout_open(&json, '[');
    for (int i = 0; i < score->part_count; i++)
        put_part(&json, score, &score->parts[i]);
    jsonout_close(&json, ']');
    jsonout_close(&json, '}');
}
