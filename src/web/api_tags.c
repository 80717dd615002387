// The API of tags.
#include "web/api.h"

#include "song/tag.h"
#include "web/routes.h"

static bool get_tags(Request *request, Fault *fault)
{
    Tag *tags;
    int count;
    if (!tag_list(&request->people, request->account, &tags, &count, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    jsonout_key(&json, "tags");
    jsonout_open(&json, '[');
    for (int i = 0; i < count; i++) {
        jsonout_open(&json, '{');
        put_id(request, &json, "id", tags[i].id);
        put_text(&json, "name", tags[i].name);
        put_int(&json, "songs", tags[i].songs);
        jsonout_close(&json, '}');
    }
    jsonout_close(&json, ']');
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

// {"name": "for the road"}
static bool name_of_body(Request *request, Str *name, Fault *fault)
{
    return text_of_body(request, "name", name) ||
           fault_set(fault, FAULT_INPUT, "The body must be {\"name\": \"TAG\"}.");
}

static bool add_tag(Request *request, Fault *fault)
{
    SongId id;
    LibrarySong song;
    Tag tag;
    Str name;
    if (!request_id(request->args[0], &id.n, fault) ||
        !song_read(&request->people, request->account, id, &song, fault) ||
        !name_of_body(request, &name, fault) ||
        !song_tag(&request->people, request->account, id, name, &tag, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_id(request, &json, "id", tag.id);
    put_text(&json, "name", tag.name);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

static bool remove_tag(Request *request, Fault *fault)
{
    SongId id;
    int64_t tag;
    return request_id(request->args[0], &id.n, fault) && request_id(request->args[1], &tag, fault) &&
           song_untag(request->db, request->account, id, tag, fault) && reply_json(request, 204, STR(""));
}

const Route api_tag_routes[] = {
    { METHOD_GET, "/api/v1/tags", WHO_API, get_tags, "", false, 0, SCOPE_READ },
    { METHOD_POST, "/api/v1/songs/{id}/tags", WHO_API, add_tag, "", false, 0, SCOPE_MAKE },
    { METHOD_DELETE, "/api/v1/songs/{id}/tags/{tag}", WHO_API, remove_tag, "", false, 0, SCOPE_MAKE },
};
const int api_tag_route_count = sizeof api_tag_routes / sizeof *api_tag_routes;
