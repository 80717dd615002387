// What a song is kept as: each file of it, for pages and API alike.
#include "web/routes.h"
#include "web/show.h"

#include <string.h>

static const struct FileKind {
    const char *name; // the last part of the path
    const char *kind; // of the blob
    const char *type;
} files[] = {
    { "audio.mp3", "mp3", "audio/mpeg" },
    { "audio.flac", "flac", "audio/flac" },
    { "audio.opus", "opus", "audio/ogg" },
    { "song.mid", "mid", "audio/midi" },
    { "lyrics.lrc", "lrc", "text/plain; charset=utf-8" },
    { "recipe.json", "recipe", "application/json" },
    { "peaks.json", "peaks", "application/json" },
    { "score.json", "score", "application/json" },
    { "audio.wav", "flac", "audio/wav" },
    { "stems.zip", "stems", "application/zip" },
};

// "Rain at Dusk.flac": the title without what file systems do not like.
static Str file_name(Request *request, Str title, const char *name)
{
    Buf buf = buf_make(request->arena, 600);
    for (size_t i = 0; i < title.length && i < 200; i++) {
        unsigned char c = (unsigned char)title.data[i];
        if (c >= 32 && c != 127 && strchr("/\\:*?\"<>|", c) == NULL)
            buf_bytes(&buf, &c, 1);
    }
    const char *dot = strrchr(name, '.');
    buf_text(&buf, str_of(dot));
    return buf_str(&buf);
}

static bool listening(const Request *request, const char *kind)
{
    return strcmp(kind, "mp3") == 0 && !request_has(request, "download");
}

static bool give(Request *request, const struct FileKind *file, Fault *fault)
{
    SongId id;
    LibrarySong song;
    BlobFacts blob;
    bool found = false;
    if (!request_id(request->args[0], &id.n, fault) ||
        !song_read(&request->people, request->account, id, &song, fault))
        return false;
    // A player may ask a moment before the worker has begun.
    if (strcmp(file->kind, "mp3") == 0 && song.state == SONG_MAKING)
        return reply_song_audio(request, id, file->type);
    if (!blob_find(request->db, request->arena, id, file->kind, &blob, &found, fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_MISSING, "This song has no such file, or not yet.");
    if (strcmp(file->type, "audio/wav") == 0)
        return blob.whole
                   ? reply_wav(request, &blob, file_name(request, song.title, file->name), fault)
                   : fault_set(fault, FAULT_MISSING, "The WAV file is there when the song is finished.");
    return reply_blob(request, &blob, file->type,
                      listening(request, file->kind) ? STR("") : file_name(request, song.title, file->name));
}

// One handler for all: the route's own path says which file.
static bool give_file(Request *request, Fault *fault)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (str_ends(request->path, str_of(files[i].name)))
            return give(request, &files[i], fault);
    return fault_set(fault, FAULT_MISSING, "There is no such file.");
}

#define FILE_ROUTES(prefix, who, scope)                                                                      \
    { METHOD_GET, prefix "/audio.mp3", who, give_file, "download", false, 0, scope },                        \
        { METHOD_GET, prefix "/audio.flac", who, give_file, "", false, 0, scope },                           \
        { METHOD_GET, prefix "/audio.wav", who, give_file, "", false, 0, scope },                            \
        { METHOD_GET, prefix "/audio.opus", who, give_file, "", false, 0, scope },                           \
        { METHOD_GET, prefix "/song.mid", who, give_file, "", false, 0, scope },                             \
        { METHOD_GET, prefix "/lyrics.lrc", who, give_file, "", false, 0, scope },                           \
        { METHOD_GET, prefix "/recipe.json", who, give_file, "", false, 0, scope },                          \
        { METHOD_GET, prefix "/peaks.json", who, give_file, "", false, 0, scope },                           \
        { METHOD_GET, prefix "/score.json", who, give_file, "", false, 0, scope },                           \
    {                                                                                                        \
        METHOD_GET, prefix "/stems.zip", who, give_file, "", false, 0, scope                                 \
    }

const Route file_routes[] = {
    FILE_ROUTES("/songs/{id}", WHO_MEMBER, 0),
    FILE_ROUTES("/api/v1/songs/{id}", WHO_API, SCOPE_READ),
};
const int file_route_count = sizeof file_routes / sizeof *file_routes;
