// Tags on pages, and what is done with several songs at once. A form chooses songs by boxes named s1, s2 ...,
// a script by their ids in one field.
#include "web/tags.h"

#include "sys/clock.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>
#include <stdio.h>

// ---- what pages show

static Page *put_tag(Request *request, Page *page, const Tag *tag)
{
    Page *row = page_row(page, "tags");
    page_text(row, "tag_id", id_text(request->arena, tag->id));
    page_text(row, "tag_name", tag->name);
    return row;
}

bool fill_song_tags(Request *request, Page *page, const LibrarySong *song, Fault *fault)
{
    SongTags *tags;
    if (!tags_of(&request->people, request->account, song, 1, &tags, fault))
        return false;
    page_flag(page, "tagged", tags->count > 0);
    for (int i = 0; i < tags->count; i++)
        put_tag(request, page, &tags->list[i]);
    return true;
}

bool fill_library_tags(Request *request, Page *page, int64_t chosen, Str *heading, Fault *fault)
{
    Tag *tags;
    int count;
    if (!tag_list(&request->people, request->account, &tags, &count, fault))
        return false;
    page_flag(page, "any_tags", count > 0);
    page_text(page, "tag", chosen ? id_text(request->arena, chosen) : STR(""));
    for (int i = 0; i < count; i++) {
        Page *row = put_tag(request, page, &tags[i]);
        page_int(row, "tag_songs", tags[i].songs);
        page_flag(row, "here", tags[i].id == chosen);
        if (tags[i].id == chosen)
            *heading = tags[i].name;
    }
    return true;
}

// ---- one song

static bool back_to_song(Request *request)
{
    reply_notice(request, "saved");
    return reply_redirect(request, "/songs/" STR_FMT, STR_ARG(request->args[0]));
}

static bool tag_song(Request *request, Fault *fault)
{
    SongId id;
    Tag tag;
    return request_id(request->args[0], &id.n, fault) &&
           song_tag(&request->people, request->account, id, request_field(request, "name"), &tag, fault) &&
           back_to_song(request);
}

static bool untag_song(Request *request, Fault *fault)
{
    SongId id;
    int64_t tag;
    return request_id(request->args[0], &id.n, fault) &&
           request_id(request_field(request, "tag"), &tag, fault) &&
           song_untag(request->db, request->account, id, tag, fault) && back_to_song(request);
}

// ---- several songs

typedef struct Bulk {
    Request *request;
    SongId songs[SONG_LIST_MAX];
    int count;
    int64_t folder, tag;
    Str name;
} Bulk;

static bool bulk_trash(Bulk *b, SongId id, Fault *fault)
{
    return song_trash(b->request->db, b->request->account, id, fault);
}

static bool bulk_untrash(Bulk *b, SongId id, Fault *fault)
{
    return song_untrash(b->request->db, b->request->account, id, fault);
}

static bool bulk_favourite(Bulk *b, SongId id, Fault *fault)
{
    return song_favourite(b->request->db, b->request->account, id, true, fault);
}

static bool bulk_unfavourite(Bulk *b, SongId id, Fault *fault)
{
    return song_favourite(b->request->db, b->request->account, id, false, fault);
}

static bool bulk_move(Bulk *b, SongId id, Fault *fault)
{
    return song_move(b->request->db, b->request->account, id, b->folder, fault);
}

static bool bulk_tag(Bulk *b, SongId id, Fault *fault)
{
    Tag tag;
    return song_tag(&b->request->people, b->request->account, id, b->name, &tag, fault);
}

static bool bulk_untag(Bulk *b, SongId id, Fault *fault)
{
    return song_untag(b->request->db, b->request->account, id, b->tag, fault);
}

static const struct Action {
    Str word;
    const char *notice; // its sentence has {n}
    bool (*run)(Bulk *bulk, SongId id, Fault *fault);
} actions[] = {
    { STR_INIT("trash"), "bulk-trashed", bulk_trash },
    { STR_INIT("untrash"), "bulk-untrashed", bulk_untrash },
    { STR_INIT("favourite"), "bulk-changed", bulk_favourite },
    { STR_INIT("unfavourite"), "bulk-changed", bulk_unfavourite },
    { STR_INIT("move"), "bulk-changed", bulk_move },
    { STR_INIT("tag"), "bulk-changed", bulk_tag },
    { STR_INIT("untag"), "bulk-changed", bulk_untag },
};

static const struct Action *action_of(Str word)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (str_equal(actions[i].word, word))
            return &actions[i];
    return NULL;
}

static bool add_song(Bulk *bulk, Str text, Fault *fault)
{
    if (bulk->count == SONG_LIST_MAX)
        return fault_set(fault, FAULT_INPUT, "Please choose %d songs at most.", SONG_LIST_MAX);
    return request_id(text, &bulk->songs[bulk->count].n, fault) && ++bulk->count;
}

static bool songs_of(Request *request, Bulk *bulk, Fault *fault)
{
    Str rest = request_field(request, "ids"), word;
    while (str_word(&rest, &word))
        if (!add_song(bulk, word, fault))
            return false;
    for (int i = 1; i <= BULK_SLOTS; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        Str text = request_field(request, name);
        if (text.length > 0 && !add_song(bulk, text, fault))
            return false;
    }
    return bulk->count > 0 || fault_set(fault, FAULT_INPUT, "Please choose a song first.");
}

static bool bulk_of(Request *request, Bulk *bulk, Fault *fault)
{
    Str folder = request_field(request, "folder"), tag = request_field(request, "tag");
    *bulk = (Bulk){ .request = request, .name = request_field(request, "name") };
    return songs_of(request, bulk, fault) &&
           (folder.length == 0 || request_id(folder, &bulk->folder, fault)) &&
           (tag.length == 0 || request_id(tag, &bulk->tag, fault));
}

// All of them or none; but one that went meanwhile, in another tab, is no reason to stop.
static bool run_all(Bulk *bulk, const struct Action *action, int *done, Fault *fault)
{
    *done = 0;
    for (int i = 0; i < bulk->count; i++) {
        if (action->run(bulk, bulk->songs[i], fault))
            ++*done;
        else if (fault->kind != FAULT_MISSING)
            return false;
    }
    return *done > 0;
}

static bool bulk_inside(Bulk *bulk, const struct Action *action, int *done, Fault *fault)
{
    Db *db = bulk->request->db;
    if (!db_begin(db, fault))
        return false;
    if (run_all(bulk, action, done, fault))
        return db_commit(db, fault);
    db_rollback(db);
    return false;
}

static bool bulk(Request *request, Fault *fault)
{
    Bulk chosen;
    int done;
    const struct Action *action = action_of(request_field(request, "action"));
    if (action == NULL)
        return fault_set(fault, FAULT_INPUT, "What is to be done with the songs?");
    if (!bulk_of(request, &chosen, fault) || !bulk_inside(&chosen, action, &done, fault))
        return false;
    reply_notice_number(request, action->notice, done);
    return reply_redirect(request, STR_FMT,
                          STR_ARG(safe_path(request_field(request, "back"), STR("/library"))));
}

// ---- all of them, to keep

static bool archive(Request *request, Fault *fault)
{
    SongId before = { 0 };
    Str from = request_field(request, "before");
    if (from.length > 0 && !request_id(from, &before.n, fault))
        return false;
    Str name = arena_print(request->arena, "SonicStacker " STR_FMT ".zip",
                           STR_ARG(show_day(request->arena, clock_now())));
    return reply_archive(request, before, name, fault);
}

const Route tag_routes[] = {
    { METHOD_GET, "/library/archive.zip", WHO_MEMBER, archive, "before", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/tag", WHO_MEMBER, tag_song, "name", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/untag", WHO_MEMBER, untag_song, "tag", false, 0, 0 },
    { METHOD_POST, "/library/bulk", WHO_MEMBER, bulk,
      "action folder tag name back ids s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 s12 s13 s14 s15 s16 s17 s18 s19 "
      "s20 "
      "s21 s22 s23 s24 s25 s26 s27 s28 s29 s30 s31 s32 s33 s34 s35 s36 s37 s38 s39 s40",
      false, 0, 0 },
};
const int tag_route_count = sizeof tag_routes / sizeof *tag_routes;
