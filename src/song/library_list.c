// Lists of songs. A page is one indexed query, whatever the number of songs and people; a search opens page
// after page of one person's songs and stops after SEARCH_MAX, to be continued at `next`.
#include "song/row.h"
#include "song/words.h"

#include <assert.h>

enum { SEARCH_MAX = 5000, SEARCH_CHUNK = 200, VERSIONS_MAX = 500 };

static bool rows_tagged(People *people, Arena *arena, const SongQuery *q, SongId before, int limit,
                        DbRows *rows, Fault *fault)
{
    return db_list(people->db, arena, SQL_SONG_PAGE_TAG,
                   DB_ARGS(DB_INT(q->account.n), DB_INT(before.n ? before.n : INT64_MAX), DB_INT(limit),
                           DB_INT(q->tag), DB_INT(q->favourites), DB_INT(q->folder)),
                   rows, fault);
}

static bool rows_list(People *people, Arena *arena, const SongQuery *q, SongId before, int limit,
                      DbRows *rows, Fault *fault)
{
    if (q->tag && !q->bin)
        return rows_tagged(people, arena, q, before, limit, rows, fault);
    Sql statement = q->bin          ? SQL_SONG_PAGE_BIN
                    : q->folder     ? SQL_SONG_PAGE_FOLDER
                    : q->favourites ? SQL_SONG_PAGE_FAVOURITES
                                    : SQL_SONG_PAGE;
    DbValue args[] = { DB_INT(q->account.n),  DB_INT(before.n ? before.n : INT64_MAX),
                       DB_INT(limit),         DB_INT(q->folder),
                       DB_INT(q->favourites), DB_INT(row_bin_end()) };
    int count = q->bin ? 6 : q->folder ? 5 : 3;
    return db_list(people->db, arena, statement, (DbArgs){ args, count }, rows, fault);
}

static bool page_list(People *people, const SongQuery *query, SongPage *out, Fault *fault)
{
    DbRows rows;
    if (!rows_list(people, people->arena, query, query->before, query->limit + 1, &rows, fault))
        return false;
    bool more = rows.count > query->limit;
    out->count = more ? query->limit : rows.count;
    for (int i = 0; i < out->count; i++)
        if (!row_song(people, &rows, i, &out->list[i], fault))
            return false;
    if (more)
        out->next = out->list[out->count - 1].id;
    return true;
}

typedef struct Search {
    const SongQuery *query;
    Str words;
    SongPage *page; // has room for one more than the limit, which tells that there are more
    SongId last;    // the song looked at last
    int looked;
    bool over; // no songs are left
} Search;

static bool looks_right(Arena *arena, Str words, const LibrarySong *song)
{
    return words_match(words, words_fold(arena, song->title), words_fold(arena, song->prompt));
}

// Looks through the next songs. What does not match lives only as long as the chunk.
static bool search_chunk(People *people, Search *s, Arena *arena, Fault *fault)
{
    People here = *people;
    here.arena = arena;
    DbRows rows;
    if (!rows_list(people, arena, s->query, s->last, SEARCH_CHUNK, &rows, fault))
        return false;
    s->over = rows.count < SEARCH_CHUNK;
    for (int i = 0; i < rows.count && s->page->count <= s->query->limit; i++) {
        LibrarySong song;
        if (!row_song(&here, &rows, i, &song, fault))
            return false;
        s->looked++;
        s->last = song.id;
        if (!looks_right(arena, s->words, &song))
            continue;
        if (!row_song(people, &rows, i, &s->page->list[s->page->count], fault))
            return false;
        s->page->count++;
    }
    return true;
}

static bool page_search(People *people, const SongQuery *query, Str words, SongPage *out, Fault *fault)
{
    Search search = { .query = query, .words = words, .page = out, .last = query->before };
    bool good = true;
    while (good && !search.over && out->count <= query->limit && search.looked < SEARCH_MAX) {
        Arena arena = { 0 };
        good = search_chunk(people, &search, &arena, fault);
        arena_close(&arena);
    }
    if (out->count > query->limit) {
        out->count = query->limit;
        out->next = out->list[out->count - 1].id;
    } else if (!search.over) {
        out->next = search.last;
    }
    return good;
}

bool song_list(People *people, const SongQuery *query, SongPage *out, Fault *fault)
{
    assert(query->limit >= 1 && query->limit <= SONG_LIST_MAX);
    *out = (SongPage){ .list = ARENA_ARRAY(people->arena, LibrarySong, (size_t)query->limit + 1) };
    Str words = words_fold(people->arena, query->words);
    return words.length ? page_search(people, query, words, out, fault)
                        : page_list(people, query, out, fault);
}

// The nearest version above `parent` that is not in the bin; 0: none.
static SongId living(const DbRows *rows, SongId parent)
{
    for (int i = 0; i < rows->count && parent.n != 0; i++) // newest first, so parents come later
        if (db_int(rows, i, 0) == parent.n) {
            if (db_int(rows, i, ROW_COLUMNS - 1) == 0)
                return parent;
            parent.n = db_int(rows, i, 2);
        }
    return (SongId){ 0 };
}

bool song_versions(People *people, AccountId account, SongId root, SongPage *out, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_SONG_TREE,
                 DB_ARGS(DB_INT(root.n), DB_INT(account.n), DB_INT(VERSIONS_MAX)), &rows, fault))
        return false;
    if (rows.count == 0)
        return row_missing(fault);
    *out = (SongPage){ .list = ARENA_ARRAY(people->arena, LibrarySong, (size_t)rows.count) };
    for (int i = rows.count - 1; i >= 0; i--) {
        if (db_int(&rows, i, ROW_COLUMNS - 1) != 0)
            continue;
        LibrarySong *song = &out->list[out->count++];
        if (!row_song(people, &rows, i, song, fault))
            return false;
        song->parent = living(&rows, song->parent);
    }
    return true;
}
