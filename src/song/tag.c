#include "song/tag.h"

#include "song/row.h"
#include "song/words.h"

#include "sys/clock.h"

#include <stdlib.h>

enum { ASKED_AT_ONCE = 20 };

static Place name_place(int64_t id)
{
    return (Place){ "tag", "name", id };
}

static bool name_open(People *people, AccountId account, int64_t id, Str sealed, Str *name, Fault *fault)
{
    return vault_unseal(people->vault, people->arena, account, KEY_ACCOUNT, name_place(id), sealed, name,
                        fault);
}

static bool name_fit(Arena *arena, Str wish, Str *name, Fault *fault)
{
    bool whole;
    *name = words_line(arena, wish, TAG_CHARS_MAX, &whole);
    if (name->length == 0)
        return fault_set(fault, FAULT_INPUT, "Please write a tag.");
    return whole || fault_set(fault, FAULT_INPUT, "A tag can have %d characters at most.", TAG_CHARS_MAX);
}

// All of a person, with the order they are read in.
typedef struct Named {
    Tag tag;
    Str fold;
} Named;

static bool names_open(People *people, AccountId account, Named **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_TAG_NAMES, DB_ARGS(DB_INT(account.n)), &rows, fault))
        return fault_while(fault, "listing tags");
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, Named, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++) {
        Tag *tag = &(*list)[i].tag;
        tag->id = db_int(&rows, i, 0);
        if (!name_open(people, account, tag->id, db_text(&rows, i, 1), &tag->name, fault))
            return false;
        (*list)[i].fold = words_fold(people->arena, tag->name);
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    const Named *x = a, *y = b;
    int order = str_compare(x->fold, y->fold);
    return order ? order : (x->tag.id > y->tag.id) - (x->tag.id < y->tag.id);
}

// ---- giving one

static bool tag_make(People *people, AccountId account, Str name, Tag *out, Fault *fault)
{
    Str sealed;
    *out = (Tag){ .id = id_make(), .name = name };
    return vault_seal(people->vault, people->arena, account, KEY_ACCOUNT, name_place(out->id), name, &sealed,
                      fault) &&
           db_run(people->db, SQL_TAG_ADD,
                  DB_ARGS(DB_INT(out->id), DB_INT(account.n), DB_BLOB(sealed), DB_INT(clock_now())), NULL,
                  fault);
}

// The tag of this name, which comes to be when there is none.
static bool tag_named(People *people, AccountId account, Str name, Tag *out, Fault *fault)
{
    Named *all;
    int count;
    Str wanted = words_fold(people->arena, name);
    if (!names_open(people, account, &all, &count, fault))
        return false;
    for (int i = 0; i < count; i++)
        if (str_equal(all[i].fold, wanted)) {
            *out = all[i].tag;
            return true;
        }
    if (count >= TAGS_MAX)
        return fault_set(fault, FAULT_LIMIT, "There can be %d tags at most. Take some off first.", TAGS_MAX);
    return tag_make(people, account, name, out, fault);
}

static bool has_room(People *people, SongId id, Fault *fault)
{
    DbRows row;
    bool found;
    return db_find(people->db, people->arena, SQL_SONG_TAG_COUNT, DB_ARGS(DB_INT(id.n)), &row, &found,
                   fault) &&
           (db_int(&row, 0, 0) < SONG_TAGS_MAX ||
            fault_set(fault, FAULT_LIMIT, "A song can have %d tags at most.", SONG_TAGS_MAX));
}

static bool tag_inside(People *people, AccountId account, SongId id, Str name, Tag *out, Fault *fault)
{
    int64_t there = 0;
    if (!db_run(people->db, SQL_FOLDER_LOCK, DB_ARGS(DB_INT(account.n)), &there, fault))
        return false;
    return (there == 1 || row_missing(fault)) && has_room(people, id, fault) &&
           tag_named(people, account, name, out, fault) &&
           row_change(people->db, SQL_SONG_TAG,
                      DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(out->id), DB_INT(row_bin_end())),
                      fault);
}

bool song_tag(People *people, AccountId account, SongId id, Str wish, Tag *out, Fault *fault)
{
    Str name;
    bool mine;
    if (!name_fit(people->arena, wish, &name, fault) || !row_begin(people->db, &mine, fault))
        return false;
    bool done = tag_inside(people, account, id, name, out, fault);
    return row_end(people->db, mine, done, fault);
}

// ---- taking one off

bool tag_sweep(Db *db, AccountId account, Fault *fault)
{
    return db_run(db, SQL_TAG_SWEEP, DB_ARGS(DB_INT(account.n)), NULL, fault);
}

static bool untag_inside(Db *db, AccountId account, SongId id, int64_t tag, Fault *fault)
{
    return db_run(db, SQL_FOLDER_LOCK, DB_ARGS(DB_INT(account.n)), NULL,
                  fault) && // nobody gives it meanwhile
           row_change(db, SQL_SONG_TOUCH, DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(row_bin_end())),
                      fault) &&
           db_run(db, SQL_SONG_UNTAG, DB_ARGS(DB_INT(id.n), DB_INT(tag)), NULL, fault) &&
           tag_sweep(db, account, fault);
}

bool song_untag(Db *db, AccountId account, SongId id, int64_t tag, Fault *fault)
{
    bool mine;
    if (!row_begin(db, &mine, fault))
        return false;
    return row_end(db, mine, untag_inside(db, account, id, tag, fault), fault);
}

// ---- looking

static int64_t songs_with(const DbRows *counts, int64_t tag)
{
    for (int i = 0; i < counts->count; i++)
        if (db_int(counts, i, 0) == tag)
            return db_int(counts, i, 1);
    return 0;
}

bool tag_list(People *people, AccountId account, Tag **list, int *count, Fault *fault)
{
    Named *all;
    DbRows counts;
    if (!names_open(people, account, &all, count, fault) ||
        !db_list(people->db, people->arena, SQL_TAG_COUNTS, DB_ARGS(DB_INT(account.n)), &counts, fault))
        return false;
    qsort(all, (size_t)*count, sizeof *all, by_name);
    *list = ARENA_ARRAY(people->arena, Tag, (size_t)*count + 1);
    for (int i = 0; i < *count; i++) {
        (*list)[i] = all[i].tag;
        (*list)[i].songs = songs_with(&counts, all[i].tag.id);
    }
    return true;
}

// Which of ASKED_AT_ONCE songs has which tag.
static bool pairs_read(People *people, const LibrarySong *songs, int count, DbRows *out, Fault *fault)
{
    DbValue args[ASKED_AT_ONCE];
    for (int i = 0; i < ASKED_AT_ONCE; i++)
        args[i] = DB_INT(i < count ? songs[i].id.n : 0);
    return db_list(people->db, people->arena, SQL_TAGS_OF, (DbArgs){ args, ASKED_AT_ONCE }, out, fault);
}

static void take_pairs(People *people, const DbRows *pairs, const Named *all, int all_count,
                       const LibrarySong *song, SongTags *out)
{
    for (int t = 0; t < all_count; t++) // by name, so that each song's are, too
        for (int i = 0; i < pairs->count; i++) {
            if (db_int(pairs, i, 0) != song->id.n || db_int(pairs, i, 1) != all[t].tag.id)
                continue;
            if (out->list == NULL)
                out->list = ARENA_ARRAY(people->arena, Tag, SONG_TAGS_MAX + 1);
            if (out->count <= SONG_TAGS_MAX)
                out->list[out->count++] = all[t].tag;
        }
}

bool tags_of(People *people, AccountId account, const LibrarySong *songs, int count, SongTags **out,
             Fault *fault)
{
    Named *all = NULL;
    int all_count = 0;
    *out = ARENA_ARRAY(people->arena, SongTags, (size_t)count + 1);
    for (int from = 0; from < count; from += ASKED_AT_ONCE) {
        DbRows pairs;
        int some = count - from < ASKED_AT_ONCE ? count - from : ASKED_AT_ONCE;
        if (!pairs_read(people, songs + from, some, &pairs, fault))
            return fault_while(fault, "reading tags of songs");
        if (pairs.count == 0)
            continue;
        if (all == NULL) { // most people have none, and then no name is opened
            if (!names_open(people, account, &all, &all_count, fault))
                return false;
            qsort(all, (size_t)all_count, sizeof *all, by_name);
        }
        for (int i = 0; i < some; i++)
            take_pairs(people, &pairs, all, all_count, &songs[from + i], &(*out)[from + i]);
    }
    return true;
}
