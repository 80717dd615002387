// What is understood of a description while it is written: fields with the words they came from, words that
// say nothing, contradictions, the lines of the lyrics, and what it will cost. Nothing is made or kept.
#include "web/api.h"

#include "sys/clock.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    BRIEF_BODY = 96 << 10, // ten thousand characters each of words and lyrics
    ASK_BURST = 60,        // of one network, without an account
    ASK_REFILL_MS = 1000,
};

static void put_texts(JsonOut *json, const char *name, const Str *list, int count)
{
    jsonout_key(json, name);
    jsonout_open(json, '[');
    for (int i = 0; i < count; i++)
        jsonout_str(json, list[i]);
    jsonout_close(json, ']');
}

static void put_text_or_null(JsonOut *json, const char *name, Str text)
{
    jsonout_key(json, name);
    if (text.length > 0)
        jsonout_str(json, text);
    else
        jsonout_null(json);
}

static void put_milli(JsonOut *json, const char *name, int milli)
{
    jsonout_key(json, name);
    if (milli > 0)
        jsonout_real(json, milli / 1000.0, 1);
    else
        jsonout_null(json);
}

static void put_key_of(JsonOut *json, Key key)
{
    jsonout_key(json, "key");
    jsonout_open(json, '{');
    put_text_or_null(json, "tonic", key.tonic >= 0 ? tonic_text(key) : STR(""));
    put_text_or_null(json, "mode", str_of(key.mode >= 0 ? mode_names[key.mode] : ""));
    jsonout_close(json, '}');
}

static void put_meter(JsonOut *json, const Brief *brief)
{
    char meter[24] = "";
    if (brief->beats > 0)
        snprintf(meter, sizeof meter, "%d/%d", brief->beats, brief->beat_unit);
    put_text_or_null(json, "meter", str_of(meter));
}

static void put_vocal(JsonOut *json, Choice vocal)
{
    jsonout_key(json, "vocal");
    if (vocal == CHOICE_UNSTATED)
        jsonout_null(json);
    else
        jsonout_bool(json, vocal == CHOICE_YES);
}

static void put_instruments(JsonOut *json, const Brief *brief)
{
    jsonout_key(json, "instruments");
    jsonout_open(json, '[');
    for (int i = 0; i < brief->want_count; i++) {
        jsonout_open(json, '{');
        put_text(json, "instrument", brief->wants[i].instrument->name);
        put_text(json, "family", brief->wants[i].instrument->family);
        put_bool(json, "any", brief->wants[i].loose);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static void put_understood(JsonOut *json, const Brief *brief)
{
    jsonout_key(json, "understood");
    jsonout_open(json, '[');
    for (int i = 0; i < brief->understood_count; i++) {
        jsonout_open(json, '{');
        put_text(json, "field", brief->understood[i].field);
        put_text(json, "value", brief->understood[i].value);
        put_text(json, "words", brief->understood[i].words);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

// One block of lines: `*at` is its first line, afterwards the next block's.
static void put_block(JsonOut *json, const Lyrics *lyrics, int *at)
{
    int verse = lyrics->lines[*at].verse;
    jsonout_open(json, '{');
    put_text(json, "section", str_of(section_names[lyrics->lines[*at].section]));
    jsonout_key(json, "lines");
    jsonout_open(json, '[');
    for (; *at < lyrics->count && lyrics->lines[*at].verse == verse; ++*at) {
        jsonout_open(json, '{');
        put_text(json, "text", lyrics->lines[*at].text);
        put_int(json, "syllables", lyrics->lines[*at].syllables);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
    jsonout_close(json, '}');
}

static void put_lyrics(JsonOut *json, const Lyrics *lyrics)
{
    jsonout_key(json, "lyrics");
    jsonout_open(json, '[');
    for (int at = 0; at < lyrics->count;)
        put_block(json, lyrics, &at);
    jsonout_close(json, ']');
}

static void put_quote(JsonOut *json, const Quote *quote)
{
    jsonout_key(json, "quote");
    jsonout_open(json, '{');
    put_int(json, "seconds", quote->seconds);
    put_int(json, "each", quote->each);
    put_int(json, "whole", quote->whole);
    jsonout_close(json, '}');
}

static void put_brief(JsonOut *json, const Brief *brief)
{
    put_understood(json, brief);
    put_texts(json, "ignored", brief->ignored, brief->ignored_count);
    put_texts(json, "conflicts", brief->conflicts, brief->conflict_count);
    put_text_or_null(json, "style", brief->genre);
    put_milli(json, "bpm", brief->bpm_milli);
    put_key_of(json, brief->key);
    put_meter(json, brief);
    put_milli(json, "seconds", brief->length_ms);
    put_instruments(json, brief);
    put_texts(json, "without", brief->without, brief->without_count);
    put_vocal(json, brief->vocal);
    put_lyrics(json, &brief->lyrics);
}

static bool reply_brief(Request *request, const Wish *wish, Fault *fault)
{
    Brief *brief = ARENA_NEW(request->arena, Brief);
    Quote quote;
    if (!order_brief(request, wish, brief, &quote, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_brief(&json, brief);
    put_quote(&json, &quote);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

static bool post_brief(Request *request, Fault *fault)
{
    Wish wish;
    return wish_of_json(request, &wish, fault) && reply_brief(request, &wish, fault);
}

// ---- the same for forms, with or without an account

static bool wish_of_form(const Request *request, Wish *out, Fault *fault)
{
    *out = (Wish){ .prompt = request_field(request, "prompt"),
                   .lyrics = request_field(request, "lyrics"),
                   .style = request_field(request, "style"),
                   .key = request_field(request, "key"),
                   .instrumental = request_field(request, "instrumental").length > 0,
                   .seed = -1 };
    return read_number(request, "seconds", "The length in seconds", 0, INT64_MAX, &out->seconds, fault) &&
           read_number(request, "bpm", "The tempo", 0, INT64_MAX, &out->bpm, fault) &&
           read_number(request, "variants", "The number of variants", 1, VARIANTS_MAX, &out->variants, fault);
}

static bool may_ask(Request *request, Fault *fault)
{
    int64_t wait = 0;
    return request->account.n != 0 ||
           (throttle_take(request->db, request->site->vault, request->arena, "brief",
                          network_of(request->arena, request->network), ASK_BURST, ASK_REFILL_MS, &wait,
                          fault) &&
            (wait == 0 || fault_set(fault, FAULT_LIMIT, "That was a lot at once. Please wait a minute.")));
}

// Scripts ask: they are told in JSON what is wrong, too.
static bool form_brief(Request *request, Fault *fault)
{
    Wish wish;
    if (may_ask(request, fault) && wish_of_form(request, &wish, fault) && reply_brief(request, &wish, fault))
        return true;
    int status = fault->kind == FAULT_INPUT ? 400 : fault->kind == FAULT_LIMIT ? 429 : 0;
    return status != 0 && reply_problem(request, status, status == 400 ? "/problems/400" : "/problems/429",
                                        status == 400 ? STR("That does not fit") : STR("Too much at once"),
                                        arena_copy(request->arena, str_of(fault->text)));
}

const Route api_brief_routes[] = {
    { METHOD_POST, "/api/v1/brief", WHO_API, post_brief, "", false, BRIEF_BODY, SCOPE_READ },
    { METHOD_POST, "/brief", WHO_ANYBODY, form_brief,
      "prompt lyrics style seconds bpm key variants instrumental", false, BRIEF_BODY, 0 },
};
const int api_brief_route_count = sizeof api_brief_routes / sizeof *api_brief_routes;
