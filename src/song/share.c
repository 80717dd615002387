// Links for others. The database knows a keyed hash of the secret, to find the song by, and the secret sealed
// for its owner, so that who reads the database alone can open no link.
#include "song/row.h"

#include "sys/clock.h"
#include "sys/secret.h"

enum { SLUG_BYTES = 16, SLUG_TEXT = 22 };

static const Str nobody =
    STR_INIT("This link does not lead to a song. It may have ended or been taken back.");

static Place place_of(SongId id)
{
    return (Place){ "share", "secret", id.n };
}

bool share_make(People *people, AccountId account, SongId id, int days, Share *out, Fault *fault)
{
    if (days < 1 || days > SHARE_DAYS_MAX)
        return fault_set(fault, FAULT_INPUT, "A link can last 1 to %d days.", SHARE_DAYS_MAX);
    unsigned char bytes[SLUG_BYTES], hash[HASH_BYTES];
    secret_random(bytes, sizeof bytes);
    Str slug = base64url_write(people->arena, bytes, sizeof bytes), sealed;
    vault_hash(people->vault, "share", slug, hash);
    if (!vault_seal(people->vault, people->arena, account, KEY_ACCOUNT, place_of(id), slug, &sealed, fault))
        return false;

    int64_t now = clock_now();
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_SHARE_PUT,
                 DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_BLOB(((Str){ (const char *)hash, sizeof hash })),
                         DB_BLOB(sealed), DB_INT(now + (int64_t)days * MS_DAY), DB_INT(now)),
                 &row, &found, fault))
        return fault_while(fault, "making a link");
    if (!found)
        return row_missing(fault);
    out->expires = db_int(&row, 0, 1);
    return vault_unseal(people->vault, people->arena, account, KEY_ACCOUNT, place_of(id), db_text(&row, 0, 0),
                        &out->slug, fault);
}

bool share_find(People *people, AccountId account, SongId id, Share *out, bool *found, Fault *fault)
{
    DbRows row;
    *out = (Share){ 0 };
    if (!db_find(people->db, people->arena, SQL_SHARE_FIND,
                 DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(clock_now())), &row, found, fault))
        return false;
    if (!*found)
        return true;
    out->expires = db_int(&row, 0, 1);
    return vault_unseal(people->vault, people->arena, account, KEY_ACCOUNT, place_of(id), db_text(&row, 0, 0),
                        &out->slug, fault);
}

bool share_revoke(Db *db, AccountId account, SongId id, Fault *fault)
{
    int64_t changed = 0;
    if (!db_run(db, SQL_SHARE_REMOVE, DB_ARGS(DB_INT(id.n), DB_INT(account.n)), &changed, fault))
        return fault_while(fault, "taking a link back");
    if (changed == 1)
        return true;
    Arena arena = { 0 };
    DbRows row;
    bool found = false;
    bool read = db_find(db, &arena, SQL_SONG_ROOT,
                        DB_ARGS(DB_INT(id.n), DB_INT(account.n), DB_INT(row_bin_end())), &row, &found, fault);
    arena_close(&arena);
    return read && (found || row_missing(fault));
}

// What the song is for anybody: its title, its words, and how it sounds. What was asked for stays its
// owner's.
static bool shared_song(People *people, const DbRows *row, LibrarySong *out, Fault *fault)
{
    *out = (LibrarySong){
        .id = { db_int(row, 0, 0) },
        .root = { db_int(row, 0, 1) },
        .account = { db_int(row, 0, 2) },
        .state = row_state(db_text(row, 0, 3)),
        .engine = db_text(row, 0, 6),
        .length_ms = db_int(row, 0, 7),
        .lufs = (double)db_int(row, 0, 8) / 1000.0,
        .created = db_int(row, 0, 9),
    };
    return row_unseal(people, out->account, out->id, "title", db_text(row, 0, 4), &out->title, fault) &&
           row_unseal(people, out->account, out->id, "lyrics", db_text(row, 0, 5), &out->lyrics, fault);
}

bool share_open(People *people, Str slug, LibrarySong *out, Fault *fault)
{
    bool found = false;
    DbRows row;
    if (slug.length == SLUG_TEXT) {
        unsigned char hash[HASH_BYTES];
        vault_hash(people->vault, "share", slug, hash);
        if (!db_find(people->db, people->arena, SQL_SHARE_OPEN,
                     DB_ARGS(DB_BLOB(((Str){ (const char *)hash, sizeof hash })), DB_INT(clock_now())), &row,
                     &found, fault))
            return fault_while(fault, "opening a link");
    }
    if (!found)
        return fault_set(fault, FAULT_MISSING, STR_FMT, STR_ARG(nobody));
    return shared_song(people, &row, out, fault);
}
