// The API: /api/v1, JSON. openapi.json describes it, and a test holds both together.
#include "web/api.h"

#include "base/data.h"
#include "song/tag.h"
#include "sys/clock.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>
#include <string.h>

enum { JSON_MAX = 4 << 20, PAGE_SONGS = 20 };

JsonOut json_begin(Request *request, Buf *buf)
{
    *buf = buf_make(request->arena, JSON_MAX);
    return (JsonOut){ .buf = buf };
}

void put_id(Request *request, JsonOut *json, const char *name, int64_t id)
{
    jsonout_key(json, name);
    if (id == 0)
        jsonout_null(json);
    else
        jsonout_str(json, id_text(request->arena, id));
}

void put_text(JsonOut *json, const char *name, Str text)
{
    jsonout_key(json, name);
    jsonout_str(json, text);
}

void put_int(JsonOut *json, const char *name, int64_t value)
{
    jsonout_key(json, name);
    jsonout_int(json, value);
}

void put_bool(JsonOut *json, const char *name, bool value)
{
    jsonout_key(json, name);
    jsonout_bool(json, value);
}

// ---- what a song and a job look like

static const char *const song_states[] = { "making", "ready", "failed" };
static const char *const job_states[] = { "queued", "running", "done", "failed", "cancelled" };

static void put_tags(JsonOut *json, const SongTags *tags)
{
    jsonout_key(json, "tags");
    jsonout_open(json, '[');
    for (int i = 0; i < tags->count; i++)
        jsonout_str(json, tags->list[i].name);
    jsonout_close(json, ']');
}

static void put_song(Request *request, JsonOut *json, const LibrarySong *song, const SongTags *tags,
                     bool whole)
{
    jsonout_open(json, '{');
    put_id(request, json, "id", song->id.n);
    put_text(json, "state", str_of(song_states[song->state]));
    put_text(json, "title", song->title);
    put_text(json, "prompt", song->prompt);
    put_id(request, json, "parent", song->parent.n);
    put_id(request, json, "folder", song->folder);
    put_tags(json, tags);
    put_bool(json, "favourite", song->favourite);
    put_int(json, "length_ms", song->length_ms);
    put_int(json, "created_ms", song->created);
    put_text(json, "engine", song->engine);
    put_int(json, "seed", (int64_t)song->seed);
    if (whole) {
        put_text(json, "lyrics", song->lyrics);
        put_text(json, "style", song->settings.style);
        put_text(json, "key", song->settings.key);
        put_int(json, "seconds", song->settings.seconds);
        put_int(json, "bpm", song->settings.bpm);
        put_bool(json, "instrumental", song->settings.instrumental);
        jsonout_key(json, "lufs");
        jsonout_real(json, song->lufs, 2);
        put_bool(json, "trashed", song->trashed > 0);
        put_text(json, "audio",
                 arena_print(request->arena, "/api/v1/songs/" STR_FMT "/audio.mp3",
                             STR_ARG(id_text(request->arena, song->id.n))));
    }
    jsonout_close(json, '}');
}

void put_job(Request *request, JsonOut *json, const Job *job)
{
    jsonout_open(json, '{');
    put_id(request, json, "id", job->id.n);
    put_id(request, json, "song", job->song.n);
    put_text(json, "kind", job->kind);
    put_text(json, "state", str_of(job_states[job->state]));
    put_text(json, "stage", job->stage);
    put_int(json, "progress", job->progress);
    put_text(json, "reason", job->reason);
    put_int(json, "credits", job->credits);
    put_int(json, "ahead", job->ahead);
    put_int(json, "created_ms", job->created);
    put_int(json, "ended_ms", job->ended);
    jsonout_close(json, '}');
}

// ---- making

static void put_made(Request *request, JsonOut *json, const Job *jobs, int count)
{
    jsonout_key(json, "songs");
    jsonout_open(json, '[');
    for (int i = 0; i < count; i++) {
        jsonout_open(json, '{');
        put_id(request, json, "song", jobs[i].song.n);
        put_id(request, json, "job", jobs[i].id.n);
        jsonout_close(json, '}');
    }
    jsonout_close(json, ']');
}

static bool make_song(Request *request, Fault *fault)
{
    Wish wish;
    Job job, *jobs;
    int count;
    bool again;
    if (!wish_of_json(request, &wish, fault) || !order_make(request, &wish, &job, &again, fault) ||
        !order_made(request, &wish, &job, &jobs, &count, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_id(request, &json, "song", job.song.n);
    put_id(request, &json, "job", job.id.n);
    put_int(&json, "credits", job.credits * count);
    put_made(request, &json, jobs, count);
    jsonout_close(&json, '}');
    reply_header(
        request, "Location",
        arena_print(request->arena, "/api/v1/songs/" STR_FMT, STR_ARG(id_text(request->arena, job.song.n))));
    if (again)
        reply_header(request, "Idempotent-Replayed", STR("true"));
    return reply_json(request, 202, buf_str(&buf));
}

// ---- songs

static bool one_song(Request *request, LibrarySong *song, Fault *fault)
{
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           song_read(&request->people, request->account, id, song, fault);
}

static bool get_song(Request *request, Fault *fault)
{
    LibrarySong song;
    SongTags *tags;
    if (!one_song(request, &song, fault) ||
        !tags_of(&request->people, request->account, &song, 1, &tags, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    put_song(request, &json, &song, tags, true);
    return reply_json(request, 200, buf_str(&buf));
}

static bool list_songs(Request *request, Fault *fault)
{
    SongQuery query = { .account = request->account,
                        .words = request_field(request, "q"),
                        .limit = PAGE_SONGS };
    Str cursor = request_field(request, "cursor"), tag = request_field(request, "tag");
    int64_t limit;
    SongPage songs;
    SongTags *tags;
    if (!read_number(request, "limit", "\"limit\"", 1, SONG_LIST_MAX, &limit, fault) ||
        (cursor.length > 0 && !request_id(cursor, &query.before.n, fault)) ||
        (tag.length > 0 && !request_id(tag, &query.tag, fault)))
        return false;
    query.limit = limit ? (int)limit : PAGE_SONGS;
    if (!song_list(&request->people, &query, &songs, fault) ||
        !tags_of(&request->people, request->account, songs.list, songs.count, &tags, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    jsonout_key(&json, "songs");
    jsonout_open(&json, '[');
    for (int i = 0; i < songs.count; i++)
        put_song(request, &json, &songs.list[i], &tags[i], false);
    jsonout_close(&json, ']');
    put_id(request, &json, "cursor", songs.next.n);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

static bool delete_song(Request *request, Fault *fault)
{
    LibrarySong song;
    if (!one_song(request, &song, fault) || !song_trash(request->db, request->account, song.id, fault))
        return false;
    return reply_json(request, 204, STR(""));
}

// ---- jobs and the account

static bool get_job(Request *request, Fault *fault)
{
    JobId id;
    Job job;
    if (!request_id(request->args[0], &id.n, fault) ||
        !job_read(request->db, request->arena, request->account, id, &job, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    put_job(request, &json, &job);
    return reply_json(request, 200, buf_str(&buf));
}

static bool cancel_job(Request *request, Fault *fault)
{
    JobId id;
    Job job;
    if (!request_id(request->args[0], &id.n, fault) ||
        !job_cancel(request->db, request->arena, request->account, id, &job, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    put_job(request, &json, &job);
    return reply_json(request, 200, buf_str(&buf));
}

static bool get_events(Request *request, Fault *fault)
{
    int64_t after;
    if (!str_to_int(request->last_event_id, &after) || after < 0) {
        if (!event_newest(request->db, request->account, &after, fault))
            return false;
    }
    return reply_events(request, request->account, after);
}

static bool get_account(Request *request, Fault *fault)
{
    Account account;
    Wallet wallet;
    if (!account_read(&request->people, request->account, &account, fault) ||
        !show_wallet(request, &wallet, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_id(request, &json, "id", account.id.n);
    put_text(&json, "name", account.name);
    put_text(&json, "email", account.email);
    put_int(&json, "credits", wallet.credits);
    put_int(&json, "created_ms", account.created);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

static bool get_openapi(Request *request, Fault *fault)
{
    for (int64_t i = 0; i < data_count; i++)
        if (str_equal(data_files[i].name, STR("pages/openapi.json")))
            return reply_json(request, 200, data_files[i].text);
    return fault_set(fault, FAULT_MISSING, "There is no description.");
}

const Route api_routes[] = {
    { METHOD_GET, "/api/v1/openapi.json", WHO_ANYBODY, get_openapi, "", true, 0, 0 },
    { METHOD_POST, "/api/v1/songs", WHO_API, make_song, "", false, 256 << 10, SCOPE_MAKE },
    { METHOD_GET, "/api/v1/songs", WHO_API, list_songs, "cursor limit q tag", true, 0, SCOPE_READ },
    { METHOD_GET, "/api/v1/songs/{id}", WHO_API, get_song, "", true, 0, SCOPE_READ },
    { METHOD_DELETE, "/api/v1/songs/{id}", WHO_API, delete_song, "", false, 0, SCOPE_DELETE },
    { METHOD_GET, "/api/v1/jobs/{id}", WHO_API, get_job, "", true, 0, SCOPE_READ },
    { METHOD_DELETE, "/api/v1/jobs/{id}", WHO_API, cancel_job, "", false, 0, SCOPE_MAKE },
    { METHOD_GET, "/api/v1/events", WHO_API, get_events, "", true, 0, SCOPE_READ },
    { METHOD_GET, "/api/v1/account", WHO_API, get_account, "", false, 0, SCOPE_READ },
};
const int api_route_count = sizeof api_routes / sizeof *api_routes;
