// A song's parts one by one, for mixing them while they play; for pages and API alike.
#include "web/api.h"

#include "song/stems.h"
#include "web/routes.h"

#include <ctype.h>

static bool stems_of(Request *request, BlobFacts *zip, Stem **list, int *count, Fault *fault)
{
    SongId id;
    LibrarySong song;
    bool found = false;
    if (!request_id(request->args[0], &id.n, fault) ||
        !song_read(&request->people, request->account, id, &song, fault) ||
        !blob_find(request->db, request->arena, id, "stems", zip, &found, fault))
        return false;
    if (!found || !zip->whole)
        return fault_set(fault, FAULT_MISSING, "The stems of this song have not been made, or not yet.");
    return stems_list(request->site->blobs, zip, request->arena, list, count, fault);
}

// "02-electric-piano.flac" as "electric piano".
static Str title_of(Arena *arena, Str name)
{
    size_t from = 0, to = name.length;
    while (from < to && isdigit((unsigned char)name.data[from]))
        from++;
    from += from < to && name.data[from] == '-';
    if (str_ends(name, STR(".flac")))
        to -= 5;
    Str title = str_slice(name, from, to);
    char *text = arena_take(arena, title.length + 1);
    for (size_t i = 0; i < title.length; i++)
        text[i] = title.data[i] == '-' ? ' ' : title.data[i];
    return (Str){ text, title.length };
}

static bool list_stems(Request *request, Fault *fault)
{
    BlobFacts zip;
    Stem *stems;
    int count;
    if (!stems_of(request, &zip, &stems, &count, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    jsonout_key(&json, "stems");
    jsonout_open(&json, '[');
    for (int i = 0; i < count; i++) {
        jsonout_open(&json, '{');
        put_text(&json, "name", stems[i].name);
        put_text(&json, "title", title_of(request->arena, stems[i].name));
        put_int(&json, "bytes", stems[i].bytes);
        jsonout_close(&json, '}');
    }
    jsonout_close(&json, ']');
    put_int(&json, "zip_bytes", zip.bytes);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

static bool give_stem(Request *request, Fault *fault)
{
    BlobFacts zip;
    Stem *stems;
    int count;
    if (!stems_of(request, &zip, &stems, &count, fault))
        return false;
    for (int i = 0; i < count; i++)
        if (str_equal(stems[i].name, request->args[1]))
            return reply_blob_piece(request, &zip, stems[i].at, stems[i].bytes, "audio/flac");
    return fault_set(fault, FAULT_MISSING, "This song has no such part.");
}

static bool make_stems(Request *request, Fault *fault)
{
    SongId id;
    LibrarySong song;
    Job job;
    if (!request_id(request->args[0], &id.n, fault) ||
        !song_read(&request->people, request->account, id, &song, fault) || !takes_no_body(request, fault) ||
        !job_submit_stems(&request->people, request->account, id, &job, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    put_job(request, &json, &job);
    return reply_json(request, 202, buf_str(&buf));
}

const Route stem_routes[] = {
    { METHOD_GET, "/songs/{id}/stems.json", WHO_MEMBER, list_stems, "", false, 0, 0 },
    { METHOD_GET, "/songs/{id}/stems/{name}", WHO_MEMBER, give_stem, "", false, 0, 0 },
    { METHOD_GET, "/api/v1/songs/{id}/stems.json", WHO_API, list_stems, "", false, 0, SCOPE_READ },
    { METHOD_GET, "/api/v1/songs/{id}/stems/{name}", WHO_API, give_stem, "", false, 0, SCOPE_READ },
    { METHOD_POST, "/api/v1/songs/{id}/stems", WHO_API, make_stems, "", false, 0, SCOPE_MAKE },
};
const int stem_route_count = sizeof stem_routes / sizeof *stem_routes;
