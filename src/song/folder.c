// Folders. Their names are sealed, so that no two are alike is seen by opening them, with the person's row
// locked meanwhile.
#include "song/row.h"
#include "song/words.h"

#include "sys/clock.h"

#include <stdlib.h>

enum { NAME_CHARS_MAX = 60 };

static bool missing(Fault *fault)
{
    return fault_set(fault, FAULT_MISSING, "There is no such folder. It may have been removed.");
}

static bool name_open(People *people, AccountId account, int64_t id, Str sealed, Str *name, Fault *fault)
{
    return vault_unseal(people->vault, people->arena, account, KEY_ACCOUNT, (Place){ "folder", "name", id },
                        sealed, name, fault);
}

static bool name_fit(Arena *arena, Str wish, Str *name, Fault *fault)
{
    bool whole;
    *name = words_line(arena, wish, NAME_CHARS_MAX, &whole);
    if (name->length == 0)
        return fault_set(fault, FAULT_INPUT, "Please write a name for the folder.");
    return whole ||
           fault_set(fault, FAULT_INPUT, "A folder's name can have %d characters at most.", NAME_CHARS_MAX);
}

// Is there room for the name of folder `id`? Locks the person's folders until the transaction ends.
static bool name_free(People *people, AccountId account, int64_t id, Str name, Fault *fault)
{
    int64_t there = 0;
    DbRows rows;
    if (!db_run(people->db, SQL_FOLDER_LOCK, DB_ARGS(DB_INT(account.n)), &there, fault) ||
        !db_list(people->db, people->arena, SQL_FOLDER_NAMES, DB_ARGS(DB_INT(account.n)), &rows, fault))
        return false;
    if (there == 0)
        return missing(fault);
    Str wanted = words_fold(people->arena, name), other;
    bool known = false;
    for (int i = 0; i < rows.count; i++) {
        if (db_int(&rows, i, 0) == id) {
            known = true;
            continue;
        }
        if (!name_open(people, account, db_int(&rows, i, 0), db_text(&rows, i, 1), &other, fault))
            return false;
        if (str_equal(words_fold(people->arena, other), wanted))
            return fault_set(fault, FAULT_CONFLICT, "There is a folder of that name already.");
    }
    if (!known && rows.count >= FOLDERS_MAX)
        return fault_set(fault, FAULT_LIMIT, "There can be %d folders at most. Remove one first.",
                         FOLDERS_MAX);
    return true;
}

static bool name_put(People *people, Sql statement, AccountId account, int64_t id, Str wish, Fault *fault)
{
    Str name, sealed;
    if (!name_fit(people->arena, wish, &name, fault) ||
        !vault_seal(people->vault, people->arena, account, KEY_ACCOUNT, (Place){ "folder", "name", id }, name,
                    &sealed, fault))
        return false;
    bool mine;
    int64_t changed = 0;
    if (!row_begin(people->db, &mine, fault))
        return false;
    bool renames = statement == SQL_FOLDER_RENAME;
    DbValue args[] = { DB_INT(id), DB_INT(account.n), DB_BLOB(sealed), DB_INT(clock_now()) };
    bool done = name_free(people, account, id, name, fault) &&
                db_run(people->db, statement, (DbArgs){ args, renames ? 3 : 4 }, &changed, fault) &&
                (changed == 1 || missing(fault));
    return row_end(people->db, mine, done, fault);
}

bool folder_add(People *people, AccountId account, Str name, int64_t *id, Fault *fault)
{
    int64_t made = id_make();
    if (!name_put(people, SQL_FOLDER_ADD, account, made, name, fault))
        return false;
    *id = made;
    return true;
}

bool folder_rename(People *people, AccountId account, int64_t id, Str name, Fault *fault)
{
    return name_put(people, SQL_FOLDER_RENAME, account, id, name, fault);
}

bool folder_remove(Db *db, AccountId account, int64_t id, Fault *fault)
{
    int64_t changed = 0;
    if (!db_run(db, SQL_FOLDER_REMOVE, DB_ARGS(DB_INT(id), DB_INT(account.n)), &changed, fault))
        return fault_while(fault, "removing a folder");
    return changed == 1 || missing(fault);
}

bool song_move(Db *db, AccountId account, SongId id, int64_t folder, Fault *fault)
{
    if (folder == 0)
        return row_change(db, SQL_SONG_MOVE_OUT,
                          DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(row_bin_end())), fault);
    int64_t changed = 0;
    if (!db_run(db, SQL_SONG_MOVE_IN,
                DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(folder), DB_INT(row_bin_end())), &changed,
                fault))
        return fault_while(fault, "moving a song");
    return changed == 1 ||
           fault_set(fault, FAULT_MISSING, "There is no such song or folder. It may have been deleted.");
}

typedef struct Sorted { // by what people see as the same letter
    Str fold;
    Folder folder;
} Sorted;

static int by_name(const void *a, const void *b)
{
    const Sorted *x = a, *y = b;
    int order = str_compare(x->fold, y->fold);
    return order ? order : (x->folder.id > y->folder.id) - (x->folder.id < y->folder.id);
}

bool folder_list(People *people, AccountId account, Folder **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_FOLDER_LIST, DB_ARGS(DB_INT(account.n)), &rows, fault))
        return false;
    Sorted *sorted = ARENA_ARRAY(people->arena, Sorted, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++) {
        sorted[i].folder = (Folder){ .id = db_int(&rows, i, 0), .songs = db_int(&rows, i, 2) };
        Str *name = &sorted[i].folder.name;
        if (!name_open(people, account, sorted[i].folder.id, db_text(&rows, i, 1), name, fault))
            return false;
        sorted[i].fold = words_fold(people->arena, *name);
    }
    qsort(sorted, (size_t)rows.count, sizeof *sorted, by_name);
    *list = ARENA_ARRAY(people->arena, Folder, (size_t)rows.count + 1);
    *count = rows.count;
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = sorted[i].folder;
    return true;
}
