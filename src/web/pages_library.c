// The library: lists of songs, folders, and what others may hear.
#include "sys/clock.h"
#include "web/routes.h"
#include "web/show.h"
#include "web/tags.h"

#include <ctype.h>
#include <inttypes.h>

enum { PAGE_SONGS = 20 };

static bool query_of(Request *request, SongQuery *out, Fault *fault)
{
    Str folder = request_field(request, "folder"), before = request_field(request, "before"),
        tag = request_field(request, "tag");
    *out =
        (SongQuery){ .account = request->account, .words = request_field(request, "q"), .limit = PAGE_SONGS };
    out->favourites = request_field(request, "favourites").length > 0;
    out->bin = request_field(request, "bin").length > 0;
    return (folder.length == 0 || request_id(folder, &out->folder, fault)) &&
           (tag.length == 0 || request_id(tag, &out->tag, fault)) &&
           (before.length == 0 || request_id(before, &out->before.n, fault));
}

// Percent-encoded, for the link to older songs.
static Str encoded(Arena *arena, Str text)
{
    Buf buf = buf_make(arena, 4 * text.length + 1);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        buf_print(&buf, isalnum(c) ? "%c" : "%%%02X", c);
    }
    return buf_str(&buf);
}

static Str more_query(Request *request, const SongQuery *query)
{
    Buf buf = buf_make(request->arena, 4000);
    if (query->words.length > 0)
        buf_print(&buf, "&q=" STR_FMT, STR_ARG(encoded(request->arena, query->words)));
    if (query->folder != 0)
        buf_print(&buf, "&folder=" STR_FMT, STR_ARG(id_text(request->arena, query->folder)));
    if (query->tag != 0)
        buf_print(&buf, "&tag=" STR_FMT, STR_ARG(id_text(request->arena, query->tag)));
    buf_text(&buf, query->favourites ? STR("&favourites=1") : STR(""));
    buf_text(&buf, query->bin ? STR("&bin=1") : STR(""));
    return buf_str(&buf);
}

static void fill_songs(Request *request, Page *page, const SongPage *songs, bool bin)
{
    static const Str states[] = { STR_INIT("being made"), STR_INIT(""), STR_INIT("not made") };
    for (int i = 0; i < songs->count; i++) {
        const LibrarySong *song = &songs->list[i];
        Page *row = page_row(page, "songs");
        page_text(row, "id", id_text(request->arena, song->id.n));
        page_int(row, "slot", i + 1);
        page_text(row, "song_title", song->title);
        page_flag(row, "ready", song->state == SONG_READY);
        page_print(row, "seconds", "%.3f", (double)song->length_ms / 1000);
        page_text(row, "state",
                  song->state == SONG_READY ? show_length(request->arena, song->length_ms)
                                            : states[song->state]);
        page_text(row, "when", show_time(request->arena, song->created));
        page_text(row, "turn", song->favourite ? STR("0") : STR("1"));
        page_text(row, "star", song->favourite ? STR("★") : STR("☆"));
        page_text(row, "star_label",
                  song->favourite ? STR("Remove from favourites") : STR("Add to favourites"));
        page_flag(row, "bin", bin);
    }
}

static bool fill_folders(Request *request, Page *page, int64_t chosen, Str *heading, Fault *fault)
{
    Folder *folders;
    int count;
    if (!folder_list(&request->people, request->account, &folders, &count, fault))
        return false;
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "folders");
        page_text(row, "folder_id", id_text(request->arena, folders[i].id));
        page_text(row, "folder_name", folders[i].name);
        page_int(row, "folder_songs", folders[i].songs);
        page_flag(row, "here", folders[i].id == chosen);
        if (folders[i].id == chosen)
            *heading = folders[i].name;
    }
    return true;
}

static bool library_page(Request *request, Fault *fault)
{
    SongQuery query;
    SongPage songs;
    if (!query_of(request, &query, fault) || !song_list(&request->people, &query, &songs, fault))
        return false;
    Page *page = show_page(request, "Library");
    Str heading = query.bin ? STR("Bin") : query.favourites ? STR("Favourites") : STR("Your library");
    if (!fill_folders(request, page, query.folder, &heading, fault) ||
        !fill_library_tags(request, page, query.tag, &heading, fault))
        return false;
    page_print(page, "back", "/library?" STR_FMT, STR_ARG(str_slice(more_query(request, &query), 1, 4000)));
    fill_songs(request, page, &songs, query.bin);
    page_text(page, "heading", heading);
    page_text(page, "q", query.words);
    page_text(page, "folder", query.folder ? id_text(request->arena, query.folder) : STR(""));
    page_flag(page, "at_all", query.folder == 0 && query.tag == 0 && !query.favourites && !query.bin);
    page_flag(page, "at_favourites", query.favourites);
    page_flag(page, "at_bin", query.bin);
    page_flag(page, "any", songs.count > 0);
    page_text(page, "nothing",
              query.words.length > 0 ? STR("No song has these words.") : STR("Nothing here yet."));
    page_flag(page, "more", songs.next.n != 0);
    page_text(page, "next", id_text(request->arena, songs.next.n));
    page_text(page, "more_query", more_query(request, &query));
    return reply_page(request, 200, "library", page);
}

// ---- folders

static bool show_folders(Request *request, Fault *wrong, Fault *fault)
{
    Page *page = show_page(request, "Folders");
    Str heading;
    if (!fill_folders(request, page, 0, &heading, fault))
        return false;
    if (wrong == NULL)
        return reply_page(request, 200, "folders", page);
    *fault = *wrong;
    return show_again(request, "folders", page, fault);
}

static bool folders_page(Request *request, Fault *fault)
{
    return show_folders(request, NULL, fault);
}

static bool back_to_folders(Request *request, const char *notice)
{
    reply_notice(request, notice);
    return reply_redirect(request, "/folders");
}

static bool add_folder(Request *request, Fault *fault)
{
    int64_t id;
    Fault wrong = { 0 };
    if (folder_add(&request->people, request->account, request_field(request, "name"), &id, &wrong))
        return back_to_folders(request, "saved");
    return show_folders(request, &wrong, fault);
}

static bool rename_folder(Request *request, Fault *fault)
{
    int64_t id;
    Fault wrong = { 0 };
    if (!request_id(request->args[0], &id, fault))
        return false;
    if (folder_rename(&request->people, request->account, id, request_field(request, "name"), &wrong))
        return back_to_folders(request, "renamed");
    return show_folders(request, &wrong, fault);
}

static bool remove_folder(Request *request, Fault *fault)
{
    int64_t id;
    return request_id(request->args[0], &id, fault) &&
           folder_remove(request->db, request->account, id, fault) &&
           back_to_folders(request, "folder-removed");
}

// ---- what others may hear

static bool shared_page(Request *request, Fault *fault)
{
    LibrarySong song;
    if (!share_open(&request->people, request->args[0], &song, fault))
        return false;
    Page *page = show_page(request, "");
    page_text(page, "title", song.title);
    page_text(page, "song_title", song.title);
    page_text(page, "slug", request->args[0]);
    page_text(page, "length", show_length(request->arena, song.length_ms));
    page_print(page, "seconds", "%.3f", (double)song.length_ms / 1000);
    return reply_page(request, 200, "shared", page);
}

static bool shared_audio(Request *request, Fault *fault)
{
    LibrarySong song;
    BlobFacts blob;
    bool found = false;
    if (!share_open(&request->people, request->args[0], &song, fault) ||
        !blob_find(request->db, request->arena, song.id, "mp3", &blob, &found, fault))
        return false;
    return found ? reply_blob(request, &blob, "audio/mpeg", STR(""))
                 : fault_set(fault, FAULT_MISSING, "This song cannot be heard yet.");
}

const Route library_routes[] = {
    { METHOD_GET, "/library", WHO_MEMBER, library_page, "q folder tag favourites bin before", true, 0, 0 },
    { METHOD_GET, "/folders", WHO_MEMBER, folders_page, "", true, 0, 0 },
    { METHOD_POST, "/folders", WHO_MEMBER, add_folder, "name", false, 0, 0 },
    { METHOD_POST, "/folders/{id}/rename", WHO_MEMBER, rename_folder, "name", false, 0, 0 },
    { METHOD_POST, "/folders/{id}/remove", WHO_MEMBER, remove_folder, "", false, 0, 0 },
    { METHOD_GET, "/s/{slug}", WHO_ANYBODY, shared_page, "", false, 0, 0 },
    { METHOD_GET, "/s/{slug}/audio.mp3", WHO_ANYBODY, shared_audio, "", false, 0, 0 },
};
const int library_route_count = sizeof library_routes / sizeof *library_routes;
