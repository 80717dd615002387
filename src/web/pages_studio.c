// The studio: describing a song, and the page of one song.
#include "base/cards.h"
#include "sys/clock.h"
#include "sys/secret.h"
#include "web/explain.h"
#include "web/made.h"
#include "web/order.h"
#include "web/routes.h"
#include "web/show.h"
#include "web/tags.h"

#include <inttypes.h>

enum { RECENT_SONGS = 5 };

// ---- the form

typedef struct Entered { // what stands in the form
    Str prompt, lyrics, title, style, key, seconds, bpm, seed, variants, once, parent;
    bool instrumental;
} Entered;

static void fill_form(Request *request, Page *page, const Entered *entered)
{
    page_text(page, "person", id_text(request->arena, request->account.n)); // whose history the browser keeps
    page_text(page, "prompt", entered->prompt);
    page_text(page, "lyrics", entered->lyrics);
    page_text(page, "title_entered", entered->title);
    page_text(page, "key", entered->key);
    page_text(page, "seconds", entered->seconds);
    page_text(page, "bpm", entered->bpm);
    page_text(page, "seed", entered->seed);
    page_text(page, "variants", entered->variants.length > 0 ? entered->variants : STR("1"));
    page_text(page, "parent", entered->parent);
    page_text(page, "once", entered->once.length > 0 ? entered->once : secret_token(request->arena));
    page_flag(page, "instrumental", entered->instrumental);
    page_flag(page, "more",
              entered->lyrics.length + entered->style.length + entered->key.length + entered->seconds.length +
                      entered->bpm.length + entered->seed.length + entered->title.length >
                  0);
    for (int i = 0; style_name(i).length > 0; i++) {
        Page *row = page_row(page, "styles");
        page_text(row, "style", style_name(i));
        page_flag(row, "chosen", str_equal(style_name(i), entered->style));
    }
}

// What it costs, said before anything is spent: in general, and for what stands in the form. What does not
// fit has no price; pressing says why.
static bool fill_price(Request *request, Page *page, const Wish *wish, Fault *fault)
{
    Wallet wallet;
    Quote general, quote;
    Fault later;
    if (!show_wallet(request, &wallet, fault) ||
        !price_quote(request->site->config, STR("built-in"), 0, 1, &general, fault))
        return false;
    page_flag(page, "free", general.each == 0);
    page_text(page, "price", credits_text(request->arena, general.each));
    page_int(page, "price_minutes", PRICE_STEP_SECONDS / 60);
    page_text(page, "balance", credits_text(request->arena, wallet.credits));
    page_int(page, "credits_left", wallet.credits);
    if (wish->prompt.length > 0 && order_quote(request, wish, &quote, &later))
        page_text(page, "quote", credits_text(request->arena, quote.whole));
    return true;
}

static bool fill_recent(Request *request, Page *page, Fault *fault)
{
    SongPage songs;
    SongQuery query = { .account = request->account, .limit = RECENT_SONGS };
    if (!song_list(&request->people, &query, &songs, fault))
        return false;
    page_flag(page, "recent", songs.count > 0);
    for (int i = 0; i < songs.count; i++) {
        Page *row = page_row(page, "songs");
        page_text(row, "id", id_text(request->arena, songs.list[i].id.n));
        page_text(row, "song_title", songs.list[i].title);
        page_text(row, "length", show_length(request->arena, songs.list[i].length_ms));
    }
    return true;
}

static bool fill_open(Request *request, Page *page, Fault *fault)
{
    Job *jobs;
    int count;
    if (!job_list_open(request->db, request->arena, request->account, &jobs, &count, fault))
        return false;
    page_flag(page, "open", count > 0);
    for (int i = 0; i < count; i++) {
        LibrarySong song;
        if (!song_read(&request->people, request->account, jobs[i].song, &song, fault))
            return false;
        Page *row = page_row(page, "jobs");
        page_text(row, "job", id_text(request->arena, jobs[i].id.n));
        page_text(row, "song", id_text(request->arena, jobs[i].song.n));
        page_text(row, "song_title", song.title);
        page_text(row, "stage", show_job(&jobs[i]));
    }
    return true;
}

// Another take changes one thing and keeps the seed, so that the rest stays akin.
static void take_of(Arena *arena, const LibrarySong *song, Str take, Entered *out)
{
    int64_t seconds = song->length_ms / MS_SECOND;
    double bpm = made_tempo(song);
    bool longer = str_equal(take, STR("longer")), shorter = str_equal(take, STR("shorter"));
    bool faster = str_equal(take, STR("faster")), slower = str_equal(take, STR("slower"));
    if (longer || shorter) {
        int64_t wanted = longer ? seconds * 3 / 2 : seconds * 2 / 3;
        wanted = wanted < SECONDS_MIN ? SECONDS_MIN : wanted > SECONDS_MAX ? SECONDS_MAX : wanted;
        out->seconds = arena_print(arena, "%" PRId64, wanted);
    }
    if ((faster || slower) && bpm > 0) {
        int wanted = (int)(bpm * (faster ? 1.15 : 0.87) + 0.5);
        wanted = wanted < BPM_MIN ? BPM_MIN : wanted > BPM_MAX ? BPM_MAX : wanted;
        out->bpm = arena_print(arena, "%d", wanted);
    }
    Key key;
    if (str_equal(take, STR("key")) && key_read(made_key(arena, song), &key)) {
        key.tonic = (key.tonic + 2) % 12;
        out->key = key_text(arena, key);
    }
    if (longer || shorter || faster || slower || str_equal(take, STR("key")) || str_equal(take, STR("style")))
        out->seed = arena_print(arena, "%" PRIu64, song->seed);
}

// Another version begins with what the earlier one was asked with.
static bool entered_from(Request *request, Str from, Entered *out, Fault *fault)
{
    SongId id;
    LibrarySong song;
    if (!request_id(from, &id.n, fault) || !song_read(&request->people, request->account, id, &song, fault))
        return false;
    out->prompt = song.prompt;
    out->lyrics = song.lyrics;
    out->style = song.settings.style;
    out->key = song.settings.key;
    out->instrumental = song.settings.instrumental;
    out->parent = from;
    if (song.settings.seconds > 0)
        out->seconds = arena_print(request->arena, "%d", song.settings.seconds);
    if (song.settings.bpm > 0)
        out->bpm = arena_print(request->arena, "%d", song.settings.bpm);
    take_of(request->arena, &song, request_field(request, "take"), out);
    return true;
}

static bool studio_page(Request *request, Fault *fault)
{
    Page *page = show_page(request, "Make a song");
    Entered entered = { 0 };
    Wish wish = { .seed = -1 };
    Str from = request_field(request, "from");
    if (from.length > 0 && !entered_from(request, from, &entered, fault))
        return false;
    wish.prompt = entered.prompt;
    str_to_int(entered.seconds, &wish.seconds);
    str_to_int(entered.bpm, &wish.bpm);
    fill_form(request, page, &entered);
    return fill_price(request, page, &wish, fault) && fill_open(request, page, fault) &&
           fill_recent(request, page, fault) && reply_page(request, 200, "studio", page);
}

static Entered entered_of(const Request *request)
{
    return (Entered){
        .prompt = request_field(request, "prompt"),
        .lyrics = request_field(request, "lyrics"),
        .title = request_field(request, "title"),
        .style = request_field(request, "style"),
        .key = request_field(request, "key"),
        .seconds = request_field(request, "seconds"),
        .bpm = request_field(request, "bpm"),
        .seed = card_mask(request->arena, request_field(request, "seed")),
        .variants = request_field(request, "variants"),
        .once = request_field(request, "once"),
        .parent = request_field(request, "parent"),
        .instrumental = request_field(request, "instrumental").length > 0,
    };
}

static bool wish_of(const Request *request, const Entered *entered, Wish *out, Fault *fault)
{
    *out = (Wish){ .prompt = entered->prompt,
                   .lyrics = entered->lyrics,
                   .title = entered->title,
                   .style = entered->style,
                   .key = entered->key,
                   .once = entered->once,
                   .instrumental = entered->instrumental,
                   .seed = -1 };
    if (entered->parent.length > 0 && !request_id(entered->parent, &out->parent.n, fault))
        return false;
    return read_number(request, "seconds", "The length in seconds", 0, INT64_MAX, &out->seconds, fault) &&
           read_number(request, "bpm", "The tempo", 0, INT64_MAX, &out->bpm, fault) &&
           read_number(request, "variants", "The number of variants", 1, VARIANTS_MAX, &out->variants,
                       fault) &&
           (entered->seed.length == 0 ||
            read_number(request, "seed", "The seed", 0, INT64_MAX, &out->seed, fault));
}

static bool make(Request *request, Fault *fault)
{
    Entered entered = entered_of(request);
    Wish wish;
    Job job;
    bool again;
    Fault wrong = { 0 };
    if (wish_of(request, &entered, &wish, &wrong) && order_make(request, &wish, &job, &again, &wrong))
        return reply_redirect(request, STR_FMT, STR_ARG(song_href(request->arena, job.song)));
    Page *page = show_page(request, "Make a song");
    fill_form(request, page, &entered);
    if (!fill_price(request, page, &wish, fault))
        return false;
    *fault = wrong;
    return show_again(request, "studio", page, fault);
}

// ---- one song

static bool song_of(Request *request, LibrarySong *out, Fault *fault)
{
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           song_read(&request->people, request->account, id, out, fault);
}

static bool fill_folders(Request *request, Page *page, int64_t here, Fault *fault)
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
        page_flag(row, "here", folders[i].id == here);
    }
    return true;
}

// What a version does otherwise than the one it was made from, which may be gone.
static bool fill_difference(Request *request, Page *row, const LibrarySong *version, Fault *fault)
{
    LibrarySong song, from;
    Fault gone;
    if (version->parent.n == 0 ||
        !song_read(&request->people, request->account, version->parent, &from, &gone))
        return true;
    if (!song_read(&request->people, request->account, version->id, &song, fault))
        return false;
    page_text(row, "version_difference", made_difference(request->arena, &from, &song));
    return true;
}

static bool fill_versions(Request *request, Page *page, const LibrarySong *song, Fault *fault)
{
    SongPage versions;
    if (!song_versions(&request->people, request->account, song->root, &versions, fault))
        return false;
    page_flag(page, "tree", versions.count > 1);
    for (int i = 0; i < versions.count; i++) {
        Page *row = page_row(page, "versions");
        if (!fill_difference(request, row, &versions.list[i], fault))
            return false;
        page_print(row, "version_lufs", "%.2f", versions.list[i].lufs);
        page_flag(row, "version_ready", versions.list[i].state == SONG_READY);
        page_text(row, "version_id", id_text(request->arena, versions.list[i].id.n));
        page_text(row, "version_title", versions.list[i].title);
        page_text(row, "version_when", show_time(request->arena, versions.list[i].created));
        page_flag(row, "here", versions.list[i].id.n == song->id.n);
    }
    return true;
}

static bool fill_job(Request *request, Page *page, const LibrarySong *song, Fault *fault)
{
    Job job = { 0 };
    BlobFacts blob;
    bool found = false, audio = false, stems = false, may_return = false;
    if (!job_of_song(request->db, request->arena, song->id, &job, &found, fault) ||
        !order_may_give_back(request, song->id, &may_return, fault) ||
        !blob_find(request->db, request->arena, song->id, "mp3", &blob, &audio, fault) ||
        !blob_find(request->db, request->arena, song->id, "stems", &blob, &stems, fault))
        return false;
    bool open = found && (job.state == JOB_QUEUED || job.state == JOB_RUNNING);
    page_text(page, "job", found ? id_text(request->arena, job.id.n) : STR(""));
    page_text(page, "state", found ? show_job(&job) : STR("Ready"));
    page_text(page, "reason", found && job.state != JOB_DONE ? show_reason(job.reason) : STR(""));
    page_int(page, "progress", job.progress);
    page_flag(page, "open", open);
    page_flag(page, "ready", song->state == SONG_READY);
    page_flag(page, "audio", audio || (open && song->state == SONG_MAKING));
    page_flag(page, "stems", stems && blob.whole);
    page_flag(page, "may_return", may_return);
    return true;
}

static bool fill_share(Request *request, Page *page, const LibrarySong *song, Fault *fault)
{
    Share share;
    bool shared = false;
    if (!share_find(&request->people, request->account, song->id, &share, &shared, fault))
        return false;
    page_flag(page, "shared", shared);
    if (shared) {
        page_text(page, "slug", share.slug);
        page_print(page, "share_url", "%s/s/" STR_FMT, request->site->config->public_url,
                   STR_ARG(share.slug));
        page_text(page, "share_until", show_day(request->arena, share.expires));
    }
    return true;
}

static void fill_song(Request *request, Page *page, const LibrarySong *song)
{
    page_text(page, "id", id_text(request->arena, song->id.n));
    page_text(page, "title", song->title);
    page_text(page, "song_title", song->title);
    page_text(page, "prompt", song->prompt);
    page_text(page, "lyrics", song->lyrics);
    page_text(page, "length", show_length(request->arena, song->length_ms));
    page_print(page, "seconds", "%.3f", (double)song->length_ms / 1000);
    if (song->lufs < 0)
        page_print(page, "loudness", "%.1f", song->lufs);
    page_print(page, "seed", "%" PRIu64, song->seed);
    page_text(page, "engine", song->engine);
    page_text(page, "when", show_time(request->arena, song->created));
    made_fill(request, page, song);
    page_text(page, "turn", song->favourite ? STR("0") : STR("1"));
    page_text(page, "star_label", song->favourite ? STR("Remove from favourites") : STR("Add to favourites"));
    page_flag(page, "trashed", song->trashed > 0);
    page_text(page, "trash_day", show_day(request->arena, song->trashed + (int64_t)TRASH_DAYS * MS_DAY));
}

static bool show_song(Request *request, const LibrarySong *song, Fault *wrong, Fault *fault)
{
    Page *page = show_page(request, "");
    fill_song(request, page, song);
    if (!fill_job(request, page, song, fault) || !fill_folders(request, page, song->folder, fault) ||
        !fill_song_tags(request, page, song, fault) || !fill_versions(request, page, song, fault) ||
        !fill_share(request, page, song, fault))
        return false;
    if (wrong == NULL)
        return reply_page(request, 200, "song", page);
    *fault = *wrong;
    return show_again(request, "song", page, fault);
}

static bool song_page(Request *request, Fault *fault)
{
    LibrarySong song;
    return song_of(request, &song, fault) && show_song(request, &song, NULL, fault);
}

static bool back_to_song(Request *request, const char *notice)
{
    reply_notice(request, notice);
    return reply_redirect(request, "/songs/" STR_FMT, STR_ARG(request->args[0]));
}

static bool rename_song(Request *request, Fault *fault)
{
    LibrarySong song;
    Fault wrong = { 0 };
    if (!song_of(request, &song, fault))
        return false;
    if (song_rename(&request->people, request->account, song.id, request_field(request, "title"), &wrong))
        return back_to_song(request, "renamed");
    return show_song(request, &song, &wrong, fault);
}

static bool favourite(Request *request, Fault *fault)
{
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           song_favourite(request->db, request->account, id,
                          str_equal(request_field(request, "on"), STR("1")), fault) &&
           back_to_song(request, "saved");
}

static bool move(Request *request, Fault *fault)
{
    SongId id;
    int64_t folder = 0;
    Str wanted = request_field(request, "folder");
    return request_id(request->args[0], &id.n, fault) &&
           (wanted.length == 0 || request_id(wanted, &folder, fault)) &&
           song_move(request->db, request->account, id, folder, fault) && back_to_song(request, "saved");
}

static bool trash(Request *request, Fault *fault)
{
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           song_trash(request->db, request->account, id, fault) && back_to_song(request, "trashed");
}

static bool untrash(Request *request, Fault *fault)
{
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           song_untrash(request->db, request->account, id, fault) && back_to_song(request, "untrashed");
}

static bool share(Request *request, Fault *fault)
{
    LibrarySong song;
    Share made;
    int64_t days;
    Fault wrong = { 0 };
    if (!song_of(request, &song, fault))
        return false;
    if (!read_number(request, "days", "The number of days", 1, SHARE_DAYS_MAX, &days, &wrong) ||
        !share_make(&request->people, request->account, song.id, days ? (int)days : SHARE_DAYS, &made,
                    &wrong))
        return show_song(request, &song, &wrong, fault);
    return back_to_song(request, "shared");
}

static bool unshare(Request *request, Fault *fault)
{
    SongId id;
    return request_id(request->args[0], &id.n, fault) &&
           share_revoke(request->db, request->account, id, fault) && back_to_song(request, "unshared");
}

static bool cancel(Request *request, Fault *fault)
{
    LibrarySong song;
    Job job;
    bool found = false;
    if (!song_of(request, &song, fault) ||
        !job_of_song(request->db, request->arena, song.id, &job, &found, fault))
        return false;
    // Pressed a moment too late: the song is there, which the page shows.
    if (found && !job_cancel(request->db, request->arena, request->account, job.id, &job, fault) &&
        fault->kind != FAULT_CONFLICT)
        return false;
    return back_to_song(request, "cancelled");
}

static bool not_asked(Request *request, Fault *fault)
{
    LibrarySong song;
    int64_t amount;
    Fault wrong = { 0 };
    if (!song_of(request, &song, fault))
        return false;
    if (!order_give_back(request, song.id, &amount, &wrong))
        return show_song(request, &song, &wrong, fault);
    reply_notice_number(request, "given-back", amount);
    return reply_redirect(request, "/songs/" STR_FMT, STR_ARG(request->args[0]));
}

static bool make_stems(Request *request, Fault *fault)
{
    LibrarySong song;
    Job job;
    return song_of(request, &song, fault) &&
           job_submit_stems(&request->people, request->account, song.id, &job, fault) &&
           back_to_song(request, "stems");
}

const Route studio_routes[] = {
    { METHOD_GET, "/studio", WHO_MEMBER, studio_page, "from take", false, 0, 0 },
    { METHOD_POST, "/studio", WHO_MEMBER, make,
      "once parent prompt title lyrics style seconds bpm key seed variants instrumental", false, 256 << 10,
      0 },
    { METHOD_GET, "/songs/{id}", WHO_MEMBER, song_page, "", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/rename", WHO_MEMBER, rename_song, "title", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/favourite", WHO_MEMBER, favourite, "on", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/move", WHO_MEMBER, move, "folder", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/trash", WHO_MEMBER, trash, "", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/untrash", WHO_MEMBER, untrash, "", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/share", WHO_MEMBER, share, "days", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/unshare", WHO_MEMBER, unshare, "", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/cancel", WHO_MEMBER, cancel, "", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/not-asked", WHO_MEMBER, not_asked, "", false, 0, 0 },
    { METHOD_POST, "/songs/{id}/stems", WHO_MEMBER, make_stems, "", false, 0, 0 },
};
const int studio_route_count = sizeof studio_routes / sizeof *studio_routes;
