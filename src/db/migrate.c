#include "db/migrate.h"

#include "base/buf.h"
#include "sys/clock.h"
#include "sys/secret.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

enum { FILES_MAX = 500, TEXT_MAX = 1 << 20, DIGEST_BYTES = 32 };

static const char table[] =
    "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL,"
    " digest TEXT NOT NULL, at BIGINT NOT NULL)";

static int by_name(const void *a, const void *b)
{
    return str_compare(((const DataFile *)a)->name, ((const DataFile *)b)->name);
}

int migrate_files(Arena *arena, DbStore store, const DataFile **out)
{
    Str folder = store == STORE_KEYS ? STR("migrations/keys/") : STR("migrations/data/");
    DataFile *files = ARENA_ARRAY(arena, DataFile, FILES_MAX);
    int count = 0;
    for (int64_t i = 0; i < data_count && count < FILES_MAX; i++)
        if (str_starts(data_files[i].name, folder) && str_ends(data_files[i].name, STR(".sql")))
            files[count++] = data_files[i];
    qsort(files, (size_t)count, sizeof *files, by_name);
    *out = files;
    return count;
}

// ".../0001-service.sql" is number 1, "service".
static bool file_number(Str path, int64_t *number, Str *name)
{
    Str rest = path, part;
    while (str_cut(&rest, '/', &part))
        *name = part;
    if (!str_cut(name, '-', &part) || !str_to_int(part, number))
        return false;
    *name = str_slice(*name, 0, name->length - 4);
    return true;
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

// Cuts the next piece: a comment, a quoted text, a word, or one other character.
static Str cut_piece(Str *rest)
{
    const char *s = rest->data;
    size_t length = 1, most = rest->length;
    if (most > 1 && s[0] == '-' && s[1] == '-') {
        while (length < most && s[length] != '\n')
            length++;
    } else if (s[0] == '\'' || s[0] == '"') {
        while (length < most && s[length] != s[0])
            length++;
        length += length < most;
    } else if (in_word(s[0])) {
        while (length < most && in_word(s[length]))
            length++;
    }
    Str piece = str_slice(*rest, 0, length);
    *rest = str_slice(*rest, length, most);
    return piece;
}

// Types stand in capitals; a table may well be called blob.
static bool is_word(Str piece, const char *word)
{
    return str_equal(piece, str_of(word));
}

// Table options are SQLite's own: they go, with the comma and the blanks before them.
static void drop_comma(Buf *out)
{
    size_t at = out->length;
    while (at > 0 && isspace((unsigned char)out->data[at - 1]))
        at--;
    if (at > 0 && out->data[at - 1] == ',')
        out->length = at - 1;
}

static void put_postgres(Buf *out, Str piece)
{
    if (is_word(piece, "INTEGER"))
        buf_text(out, STR("BIGINT"));
    else if (is_word(piece, "BLOB"))
        buf_text(out, STR("BYTEA"));
    else if (is_word(piece, "STRICT") || is_word(piece, "WITHOUT"))
        drop_comma(out);
    else if (!is_word(piece, "ROWID"))
        buf_text(out, piece);
}

// "-- @sqlite" and "-- @postgres" begin what only one engine reads, "-- @both" ends it.
static void hear_engine(Str comment, bool postgres, bool *meant)
{
    if (str_equal(comment, STR("-- @both")))
        *meant = true;
    else if (str_equal(comment, STR("-- @sqlite")) || str_equal(comment, STR("-- @postgres")))
        *meant = postgres == str_equal(comment, STR("-- @postgres"));
}

Str migrate_text(Arena *arena, Str text, bool postgres)
{
    Buf out = buf_make(arena, TEXT_MAX);
    bool meant = true;
    while (text.length) {
        Str piece = cut_piece(&text);
        if (str_starts(piece, STR("--"))) {
            hear_engine(piece, postgres, &meant);
            continue;
        }
        if (!meant)
            continue;
        if (postgres)
            put_postgres(&out, piece);
        else
            buf_text(&out, piece);
    }
    buf_bytes(&out, "", 1);
    return str_slice(buf_str(&out), 0, out.length - 1);
}

static Str digest_of(Arena *arena, Str text)
{
    unsigned char digest[DIGEST_BYTES];
    secret_hash(text, digest);
    return hex_write(arena, digest, sizeof digest);
}

typedef struct Known {
    Arena *arena;
    const DataFile *files;
    int count;
    bool done[FILES_MAX];
} Known;

// One migration that was run in the past.
static bool was_run(void *context, int64_t number, Str digest, Fault *fault)
{
    Known *known = context;
    for (int i = 0; i < known->count; i++) {
        int64_t own;
        Str name;
        if (!file_number(known->files[i].name, &own, &name) || own != number)
            continue;
        if (!str_equal(digest_of(known->arena, known->files[i].text), digest))
            return fault_set(fault, FAULT_BROKEN,
                             "migration %" PRId64 " is not the one this database was made with", number);
        known->done[i] = true;
        return true;
    }
    return fault_set(fault, FAULT_BROKEN,
                     "the database is newer than this program: it has migration %" PRId64, number);
}

static bool run_one(const Migrator *migrator, Arena *arena, const DataFile *file, Fault *fault)
{
    int64_t number;
    Str name;
    if (!file_number(file->name, &number, &name))
        return fault_set(fault, FAULT_BROKEN, STR_FMT " has no number", STR_ARG(file->name));
    if (!migrator->execute(migrator->self, migrate_text(arena, file->text, migrator->postgres).data, fault))
        return false;
    Str note = arena_print(
        arena, "INSERT INTO migration VALUES (%" PRId64 ", '" STR_FMT "', '" STR_FMT "', %" PRId64 ")",
        number, STR_ARG(name), STR_ARG(digest_of(arena, file->text)), clock_now());
    return migrator->execute(migrator->self, note.data, fault);
}

bool migrate_run(const Migrator *migrator, const DataFile *files, int count, Fault *fault)
{
    Arena arena = { 0 };
    Known known = { .arena = &arena, .files = files, .count = count };
    bool good = migrator->execute(migrator->self, table, fault) &&
                migrator->list(migrator->self, "SELECT number, digest FROM migration ORDER BY number",
                               was_run, &known, fault);
    for (int i = 0; good && i < count; i++)
        if (!known.done[i])
            good = run_one(migrator, &arena, &files[i], fault) ||
                   fault_while(fault, arena_copy(&arena, files[i].name).data);
    arena_close(&arena);
    return good;
}
