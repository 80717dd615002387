// One song: made, read, named, marked, and told what its maker found out.
#include "song/row.h"
#include "song/settings.h"
#include "song/words.h"

#include "sys/clock.h"

#include <assert.h>
#include <math.h>

struct SealedSong {
    SongId id, root, parent;
    AccountId account;
    bool named; // by the person
    Str title, prompt, lyrics, settings;
    uint64_t seed;
    Str engine;
};

static bool seal(People *people, AccountId account, SongId id, const char *column, Str plain, Str *out,
                 Fault *fault)
{
    return vault_seal(people->vault, people->arena, account, KEY_ACCOUNT, row_place(column, id), plain, out,
                      fault);
}

// The tree a version belongs to. Only one's own songs can be made again.
static bool root_find(People *people, const NewSong *song, SongId *root, Fault *fault)
{
    *root = song->root.n ? song->root : song->id;
    if (song->root.n || song->parent.n == 0)
        return true;
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_SONG_ROOT,
                 DB_ARGS(DB_INT(song->parent.n), DB_INT(song->account.n), DB_INT(row_bin_end())), &row,
                 &found, fault))
        return false;
    if (!found)
        return row_missing(fault);
    root->n = db_int(&row, 0, 0);
    return true;
}

static bool title_fit(Arena *arena, Str wish, Str *title, Fault *fault)
{
    bool whole;
    *title = words_line(arena, wish, TITLE_CHARS_MAX, &whole);
    return whole || fault_set(fault, FAULT_INPUT, "A title can have %d characters at most.", TITLE_CHARS_MAX);
}

bool song_seal(People *people, const NewSong *song, SealedSong **out, Fault *fault)
{
    assert(song->id.n > 0);
    Arena *arena = people->arena;
    SealedSong *s = ARENA_NEW(arena, SealedSong);
    *s = (SealedSong){ .id = song->id, .parent = song->parent, .account = song->account };
    s->seed = song->seed & INT64_MAX;
    s->engine = arena_copy(arena, song->engine);
    Str title, settings;
    if (!root_find(people, song, &s->root, fault) || !title_fit(arena, song->title, &title, fault) ||
        !settings_write(arena, &song->settings, &settings, fault))
        return false;
    s->named = title.length > 0;
    if (!s->named)
        title = words_title(arena, song->prompt.length ? song->prompt : song->lyrics);
    *out = s;
    return seal(people, s->account, s->id, "title", title, &s->title, fault) &&
           seal(people, s->account, s->id, "prompt", song->prompt, &s->prompt, fault) &&
           seal(people, s->account, s->id, "settings", settings, &s->settings, fault) &&
           (song->lyrics.length == 0 ||
            seal(people, s->account, s->id, "lyrics", song->lyrics, &s->lyrics, fault));
}

bool song_insert(Db *db, const SealedSong *s, Fault *fault)
{
    bool mine;
    if (!row_begin(db, &mine, fault))
        return false;
    bool done =
        db_run(db, SQL_SONG_ADD,
               DB_ARGS(DB_INT(s->id.n), DB_INT(s->account.n), DB_INT(s->root.n),
                       s->parent.n ? DB_INT(s->parent.n) : DB_NULL, DB_BLOB(s->title), DB_INT(s->named),
                       DB_BLOB(s->prompt), DB_INT((int64_t)s->seed), DB_TEXT(s->engine), DB_INT(clock_now())),
               NULL, fault) &&
        db_run(
            db, SQL_SONG_WORDS_ADD,
            DB_ARGS(DB_INT(s->id.n), DB_BLOB(s->settings), s->lyrics.length ? DB_BLOB(s->lyrics) : DB_NULL),
            NULL, fault);
    return row_end(db, mine, done, fault) || fault_while(fault, "adding a song");
}

bool song_read(People *people, AccountId account, SongId id, LibrarySong *out, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_SONG_FIND,
                 DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(row_bin_end())), &row, &found, fault))
        return false;
    if (!found)
        return row_missing(fault);
    Str settings;
    return row_song(people, &row, 0, out, fault) &&
           row_unseal(people, account, id, "lyrics", db_text(&row, 0, ROW_COLUMNS), &out->lyrics, fault) &&
           row_unseal(people, account, id, "settings", db_text(&row, 0, ROW_COLUMNS + 1), &settings, fault) &&
           row_unseal(people, account, id, "brief", db_text(&row, 0, ROW_COLUMNS + 2), &out->brief, fault) &&
           settings_read(people->arena, settings, &out->settings, fault);
}

bool song_rename(People *people, AccountId account, SongId id, Str wish, Fault *fault)
{
    Str title, sealed;
    if (!title_fit(people->arena, wish, &title, fault))
        return false;
    if (title.length == 0)
        return fault_set(fault, FAULT_INPUT, "Please write a title.");
    return seal(people, account, id, "title", title, &sealed, fault) &&
           row_change(people->db, SQL_SONG_RENAME,
                      DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_BLOB(sealed), DB_INT(row_bin_end())),
                      fault);
}

bool song_favourite(Db *db, AccountId account, SongId id, bool on, Fault *fault)
{
    return row_change(db, SQL_SONG_FAVOURITE,
                      DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(on), DB_INT(row_bin_end())), fault);
}

bool song_facts_seal(People *people, AccountId account, SongId id, const SongFacts *facts, Str *sealed_title,
                     Str *sealed_brief, Fault *fault)
{
    *sealed_title = *sealed_brief = (Str){ 0 };
    Str title = words_line(people->arena, facts->title, TITLE_CHARS_MAX, NULL);
    return (title.length == 0 || seal(people, account, id, "title", title, sealed_title, fault)) &&
           (facts->brief.length == 0 ||
            seal(people, account, id, "brief", facts->brief, sealed_brief, fault));
}

bool song_composed(Db *db, SongId id, Str title, Str brief, int64_t length_ms, Fault *fault)
{
    bool mine;
    if (!row_begin(db, &mine, fault))
        return false;
    bool done = row_change(db, SQL_SONG_COMPOSED,
                           DB_ARGS(DB_INT(id.n), title.length ? DB_BLOB(title) : DB_NULL, DB_INT(length_ms)),
                           fault) &&
                (brief.length == 0 ||
                 row_change(db, SQL_SONG_UNDERSTOOD, DB_ARGS(DB_INT(id.n), DB_BLOB(brief)), fault));
    return row_end(db, mine, done, fault);
}

bool song_ended(Db *db, SongId id, SongState state, double lufs, Fault *fault)
{
    int64_t milli = isfinite(lufs) && fabs(lufs) < 1000.0 ? llround(lufs * 1000.0) : 0; // silence has none
    return row_change(db, SQL_SONG_ENDED,
                      DB_ARGS(DB_INT(id.n), DB_TEXT(row_state_name(state)), DB_INT(milli)), fault);
}
