// Two people with a library, for the tests of this folder.
//
//     Shelf s = shelf_open(engine);  ...  shelf_close(&s);
#ifndef TESTS_SONG_SHELF_H
#define TESTS_SONG_SHELF_H

#include "song/library.h"
#include "sys/clock.h"
#include "sys/secret.h"
#include "tests/db/testdb.h"

typedef struct Shelf {
    Database *data, *keys;
    Vault *vault;
    People people;
    AccountId ada, bob;
} Shelf;

static inline AccountId shelf_person(Shelf *s, const char *state)
{
    Fault fault;
    AccountId id = { id_make() };
    CHECK_OK(vault_keys_add(s->vault, id, &fault));
    CHECK_OK(db_run(s->people.db, SQL_PERSON_ADD,
                    DB_ARGS(DB_INT(id.n), DB_TEXT(STR("member")), DB_TEXT(str_of(state)), DB_NULL, DB_NULL,
                            DB_NULL, DB_TEXT(STR("1")), DB_TEXT(STR("1")), DB_INT(clock_now()),
                            DB_INT(clock_now())),
                    NULL, &fault));
    return id;
}

static inline Shelf shelf_open(TestEngine engine)
{
    Fault fault;
    Shelf s = { .data = test_database(engine, STORE_DATA), .keys = test_database(engine, STORE_KEYS) };
    VaultOptions options = { .keys = s.keys };
    secret_random(options.master, sizeof options.master);
    CHECK_OK(vault_open(&options, &s.vault, &fault));
    s.people = (People){ .vault = s.vault, .arena = test_arena(), .public_url = STR("http://127.0.0.1") };
    CHECK_OK(db_take(s.data, &s.people.db, &fault));
    s.ada = shelf_person(&s, "active");
    s.bob = shelf_person(&s, "active");
    return s;
}

static inline void shelf_close(Shelf *s)
{
    db_give(s->people.db);
    vault_close(s->vault);
    test_database_close(s->keys);
    test_database_close(s->data);
}

static inline SongId shelf_add(Shelf *s, NewSong song)
{
    Fault fault;
    SealedSong *sealed;
    song.id = (SongId){ song.id.n ? song.id.n : id_make() };
    song.engine = STR("built-in");
    CHECK_OK(song_seal(&s->people, &song, &sealed, &fault));
    CHECK_OK(song_insert(s->people.db, sealed, &fault));
    return song.id;
}

// A song that is ready.
static inline SongId shelf_song(Shelf *s, AccountId account, const char *title, const char *prompt)
{
    Fault fault;
    SongId id =
        shelf_add(s, (NewSong){ .account = account, .title = str_of(title), .prompt = str_of(prompt) });
    CHECK_OK(song_ended(s->people.db, id, SONG_READY, -14.0, &fault));
    return id;
}

static inline LibrarySong shelf_read(Shelf *s, AccountId account, SongId id)
{
    Fault fault;
    LibrarySong song = { 0 };
    CHECK_OK(song_read(&s->people, account, id, &song, &fault));
    return song;
}

#endif
