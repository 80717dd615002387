// Trying it without an account, the examples of the front page, and the pictures of songs.
#include "job/guest.h"
#include "sys/clock.h"
#include "web/cover.h"
#include "web/order.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>

enum {
    TRY_BURST = 5,         // of one network
    TRY_REFILL_MS = 60000, // and one more a minute
    TRY_ALL_BURST = 40,    // of all guests together
    TRY_ALL_REFILL_MS = 3000,
    PEAKS_BYTES_MAX = 1 << 20,
    COVER_KEPT_S = 3600,
};

static bool take(Request *request, const char *what, Str who, int burst, int64_t refill_ms, Fault *fault)
{
    int64_t wait = 0;
    return throttle_take(request->db, request->site->vault, request->arena, what, who, burst, refill_ms,
                         &wait, fault) &&
           (wait == 0 ||
            fault_set(fault, FAULT_LIMIT,
                      "That was a lot at once. Please wait %" PRId64 " minutes, or create an account.",
                      wait / MS_MINUTE + 1));
}

static bool may_try(Request *request, Fault *fault)
{
    return take(request, "try", network_of(request->arena, request->network), TRY_BURST, TRY_REFILL_MS,
                fault) &&
           take(request, "try-all", STR("all"), TRY_ALL_BURST, TRY_ALL_REFILL_MS, fault);
}

// For scripts: where to listen, at once.
static bool answer_script(Request *request, Str secret)
{
    return reply_json(request, 200,
                      arena_print(request->arena, "{\"page\":\"/try/" STR_FMT "\"}", STR_ARG(secret)));
}

static bool try_it(Request *request, Fault *fault)
{
    Str prompt = request_field(request, "prompt"), secret;
    if (!may_try(request, fault) || !guest_make(&request->people, prompt, &secret, fault)) {
        Page *page = show_page(request, "Try it");
        page_text(page, "prompt", prompt);
        return show_again(request, "try-again", page, fault);
    }
    if (request_has(request, "script"))
        return answer_script(request, secret);
    return reply_redirect(request, "/try/" STR_FMT, STR_ARG(secret));
}

static bool try_page(Request *request, Fault *fault)
{
    LibrarySong song;
    if (!guest_find(&request->people, request->args[0], &song, fault))
        return false;
    Page *page = show_page(request, "");
    page_text(page, "title", song.title);
    page_text(page, "song_title", song.title);
    page_text(page, "secret", request->args[0]);
    page_text(page, "prompt", song.prompt);
    page_text(page, "length", show_length(request->arena, song.length_ms));
    page_print(page, "seconds", "%.3f", (double)song.length_ms / 1000);
    page_flag(page, "open", song.state == SONG_MAKING);
    page_flag(page, "failed", song.state == SONG_FAILED);
    return reply_page(request, 200, "try", page);
}

static bool give_audio(Request *request, const LibrarySong *song, Fault *fault)
{
    BlobFacts blob;
    bool found = false;
    if (song->state == SONG_MAKING)
        return reply_song_audio(request, song->id, "audio/mpeg");
    if (!blob_find(request->db, request->arena, song->id, "mp3", &blob, &found, fault))
        return false;
    return found ? reply_blob(request, &blob, "audio/mpeg", STR(""))
                 : fault_set(fault, FAULT_MISSING, "This song cannot be heard any more.");
}

static bool try_audio(Request *request, Fault *fault)
{
    LibrarySong song;
    return guest_find(&request->people, request->args[0], &song, fault) && give_audio(request, &song, fault);
}

// ---- examples

static bool example_of(Request *request, LibrarySong *song, Fault *fault)
{
    int64_t number;
    if (!str_to_int(request->args[0], &number) || number < 1 || number > EXAMPLE_COUNT)
        return fault_set(fault, FAULT_MISSING, "There is no such example.");
    return guest_example(&request->people, (int)number, song, fault);
}

static bool example_audio(Request *request, Fault *fault)
{
    LibrarySong song;
    return example_of(request, &song, fault) && give_audio(request, &song, fault);
}

static bool style_audio(Request *request, Fault *fault)
{
    LibrarySong song;
    for (int i = 0; style_name(i).length > 0; i++)
        if (str_equal(style_name(i), request->args[0]))
            return guest_style(&request->people, style_name(i), &song, fault) &&
                   give_audio(request, &song, fault);
    return fault_set(fault, FAULT_MISSING, "There is no such style.");
}

// ---- pictures

static bool peaks_read(Request *request, const BlobFacts *facts, double *loud, Fault *fault)
{
    BlobReader *reader;
    if (facts->bytes > PEAKS_BYTES_MAX || !blob_open(request->site->blobs, facts, &reader, fault))
        return false;
    char *bytes = arena_take(request->arena, (size_t)facts->bytes);
    size_t got = 0;
    bool read = blob_read(reader, 0, bytes, (size_t)facts->bytes, &got, fault) &&
                cover_read((Str){ bytes, got }, loud);
    blob_reader_close(reader);
    return read;
}

static bool give_cover(Request *request, SongId song, Fault *fault)
{
    double loud[COVER_STEPS];
    BlobFacts blob;
    bool found = false;
    Fault unread;
    if (!blob_find(request->db, request->arena, song, "peaks", &blob, &found, fault))
        return false;
    found = found && blob.whole && peaks_read(request, &blob, loud, &unread);
    if (!found)
        cover_guess(song, loud);
    return reply_own(request, "image/svg+xml", found ? COVER_KEPT_S : 0,
                     cover_draw(request->arena, song, loud));
}

static bool song_cover(Request *request, Fault *fault)
{
    LibrarySong song;
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           song_read(&request->people, request->account, id, &song, fault) && give_cover(request, id, fault);
}

static bool shared_cover(Request *request, Fault *fault)
{
    LibrarySong song;
    return share_open(&request->people, request->args[0], &song, fault) &&
           give_cover(request, song.id, fault);
}

static bool example_cover(Request *request, Fault *fault)
{
    int64_t number;
    if (!str_to_int(request->args[0], &number) || number < 1 || number > EXAMPLE_COUNT)
        return fault_set(fault, FAULT_MISSING, "There is no such example.");
    return give_cover(request, (SongId){ number }, fault);
}

const Route try_routes[] = {
    { METHOD_POST, "/try", WHO_ANYBODY, try_it, "prompt script", false, 0, 0 },
    { METHOD_GET, "/try/{secret}", WHO_ANYBODY, try_page, "", false, 0, 0 },
    { METHOD_GET, "/try/{secret}/audio.mp3", WHO_ANYBODY, try_audio, "", false, 0, 0 },
    { METHOD_GET, "/try/{secret}/cover.svg", WHO_ANYBODY, shared_cover, "", false, 0, 0 },
    { METHOD_GET, "/examples/{number}/audio.mp3", WHO_ANYBODY, example_audio, "", false, 0, 0 },
    { METHOD_GET, "/examples/{number}/cover.svg", WHO_ANYBODY, example_cover, "", false, 0, 0 },
    { METHOD_GET, "/styles/{style}/audio.mp3", WHO_MEMBER, style_audio, "", false, 0, 0 },
    { METHOD_GET, "/s/{slug}/cover.svg", WHO_ANYBODY, shared_cover, "", false, 0, 0 },
    { METHOD_GET, "/songs/{id}/cover.svg", WHO_MEMBER, song_cover, "", false, 0, 0 },
};
const int try_route_count = sizeof try_routes / sizeof *try_routes;
