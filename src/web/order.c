// Order: limits on what may be asked stand here, once for pages and API.
#include "web/order.h"

#include "base/cards.h"
#include "base/data.h"
#include "sys/secret.h"

#include <inttypes.h>

static const Str style_folder = STR_INIT("styles/"), style_end = STR_INIT(".style");

Str style_name(int index)
{
    for (int64_t i = 0; i < data_count; i++) {
        Str name = data_files[i].name;
        if (str_starts(name, style_folder) && str_ends(name, style_end) && index-- == 0)
            return str_slice(name, style_folder.length, name.length - style_end.length);
    }
    return STR("");
}

static bool style_known(Str style)
{
    for (int i = 0; style_name(i).length > 0; i++)
        if (str_equal(style_name(i), style))
            return true;
    return false;
}

static size_t characters(Str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

static bool number_fits(const char *what, int64_t value, int64_t least, int64_t most, Fault *fault)
{
    return value == 0 || (value >= least && value <= most) ||
           fault_set(fault, FAULT_INPUT, "%s must be from %" PRId64 " to %" PRId64 ".", what, least, most);
}

static bool text_fits(const char *what, Str text, size_t most, Fault *fault)
{
    return characters(text) <= most ||
           fault_set(fault, FAULT_INPUT, "%s can have %zu characters at most.", what, most);
}

// Variants have the seeds that follow.
static bool seeds_fit(const Wish *wish, Fault *fault)
{
    for (int64_t i = 0; wish->seed >= 0 && (i == 0 || i < wish->variants); i++)
        if (card_is((int64_t)((uint64_t)wish->seed + (uint64_t)i)))
            return fault_set(fault, FAULT_INPUT,
                             "This seed looks like a card number, so it is not kept. Please choose another.");
    return true;
}

static bool wordless(const Wish *wish)
{
    return str_trim(wish->prompt).length == 0;
}

static bool fits(const Wish *wish, Fault *fault)
{
    Key key;
    if (wish->style.length > 0 && !style_known(wish->style))
        return fault_set(fault, FAULT_INPUT,
                         "There is no such style. Leave it out, or choose one of the list.");
    if (wish->key.length > 0 && !key_read(wish->key, &key))
        return fault_set(fault, FAULT_INPUT, "The key must look like \"C major\" or \"F# minor\".");
    if (wish->engine.length > 0 && !str_equal(wish->engine, STR("built-in")))
        return fault_set(fault, FAULT_INPUT, "There is no such engine. \"built-in\" is always there.");
    return text_fits("The description", wish->prompt, PROMPT_CHARS_MAX, fault) &&
           text_fits("The lyrics", wish->lyrics, LYRICS_BYTES_MAX / 4, fault) &&
           text_fits("The title", wish->title, TITLE_CHARS_MAX, fault) &&
           number_fits("The length in seconds", wish->seconds, SECONDS_MIN, SECONDS_MAX, fault) &&
           number_fits("The tempo", wish->bpm, BPM_MIN, BPM_MAX, fault) &&
           number_fits("The number of variants", wish->variants, 1, VARIANTS_MAX, fault) &&
           seeds_fit(wish, fault);
}

bool order_check(const Wish *wish, Fault *fault)
{
    if (wordless(wish))
        return fault_set(fault, FAULT_INPUT, "Please describe the song in a few words.");
    return fits(wish, fault);
}

// ---- what is understood

static Arena words_arena;
static Lexicon *words;

bool order_open(Fault *fault)
{
    return words || lexicon_open(&words_arena, &words, fault);
}

static bool brief_of(Arena *arena, const Wish *wish, Brief *out, Fault *fault)
{
    BriefOptions options = { .style = wish->style,
                             .bpm_milli = (int)wish->bpm * 1000,
                             .length_ms = (int)wish->seconds * 1000,
                             .key = wish->key,
                             .lyrics = wish->lyrics,
                             .vocal = wish->instrumental ? CHOICE_NO : CHOICE_UNSTATED };
    return brief_read(arena, words, wish->prompt, &options, out, fault);
}

// ---- the quote

// Seconds that the words ask for; 0 when they leave it open.
static int seconds_said(const Brief *brief)
{
    enum { USUAL_BPM_MILLI = 120000, USUAL_BEATS = 4 };
    if (brief->length_ms > 0)
        return (brief->length_ms + 999) / 1000;
    int64_t bpm_milli = brief->bpm_milli > 0 ? brief->bpm_milli : USUAL_BPM_MILLI;
    int64_t seconds =
        (int64_t)brief->bars * (brief->beats > 0 ? brief->beats : USUAL_BEATS) * 60000 / bpm_milli;
    return (int)(seconds < SECONDS_MAX ? seconds : SECONDS_MAX);
}

static int variants_of(const Wish *wish)
{
    return wish->variants > 0 ? (int)wish->variants : 1;
}

static bool quote(Request *request, const Wish *wish, int seconds, Quote *out, Fault *fault)
{
    Str engine = wish->engine.length ? wish->engine : STR("built-in");
    return price_quote(request->site->config, engine, seconds, variants_of(wish), out, fault);
}

bool order_brief(Request *request, const Wish *wish, Brief *out, Quote *price, Fault *fault)
{
    *out = (Brief){ .key = { -1, false, MODE_UNSTATED } };
    if (!fits(wish, fault))
        return false;
    bool read = wordless(wish) ? lyrics_read(request->arena, wish->lyrics, &out->lyrics, fault)
                               : brief_of(request->arena, wish, out, fault);
    return read &&
           quote(request, wish, wish->seconds > 0 ? (int)wish->seconds : seconds_said(out), price, fault);
}

bool order_quote(Request *request, const Wish *wish, Quote *out, Fault *fault)
{
    Brief brief;
    Fault later;
    if (!order_check(wish, fault))
        return false;
    int seconds = (int)wish->seconds;
    if (seconds == 0 && brief_of(request->arena, wish, &brief, &later)) // else the engine will say why
        seconds = seconds_said(&brief);
    return quote(request, wish, seconds, out, fault);
}

bool order_make(Request *request, const Wish *wish, Job *out, bool *again, Fault *fault)
{
    LibrarySong parent;
    Quote price;
    if (!order_quote(request, wish, &price, fault) ||
        !credit_welcome(request->db, request->account, request->site->config->welcome, fault))
        return false;
    if (wish->parent.n != 0 && !song_read(&request->people, request->account, wish->parent, &parent, fault))
        return false;
    JobOrder order = {
        .song = { .account = request->account,
                  .parent = wish->parent,
                  .title = wish->title,
                  .prompt = wish->prompt,
                  .lyrics = wish->lyrics,
                  .settings = { wish->style, (int)wish->seconds, (int)wish->bpm, wish->key,
                                wish->instrumental },
                  .seed = wish->seed >= 0 ? (uint64_t)wish->seed : secret_number() >> 33,
                  .engine = STR("built-in") },
        .seed_given = wish->seed >= 0,
        .once = wish->once,
        .variants = (int)wish->variants,
        .credits = price.each,
        .token = request->token.id,
    };
    return job_submit(&request->people, &order, out, again, fault);
}

bool order_made(Request *request, const Wish *wish, const Job *first, Job **list, int *count, Fault *fault)
{
    return job_variants(request->db, request->arena, first, variants_of(wish), list, count, fault);
}

// ---- not what I asked

bool order_give_back(Request *request, SongId song, int64_t *amount, Fault *fault)
{
    Job job;
    bool found;
    if (!job_that_made(request->db, request->arena, song, &job, &found, fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_CONFLICT, "This song has cost nothing, so nothing can come back.");
    return credit_give_back(request->db, request->account, job.id, request->site->config->not_asked, amount,
                            fault);
}

bool order_may_give_back(Request *request, SongId song, bool *may, Fault *fault)
{
    Job job;
    bool found;
    *may = false;
    return job_that_made(request->db, request->arena, song, &job, &found, fault) &&
           (!found || credit_may_give_back(request->db, request->account, job.id,
                                           request->site->config->not_asked, may, fault));
}
