// What is somebody else's is not there: every function of library.h that takes an account, asked by the wrong
// person and for an id that nobody has. Both get the same answer.
#include "tests/song/shelf.h"

static void all_missing(Shelf *s, AccountId who, SongId song, int64_t folder, SongId own)
{
    Fault fault;
    LibrarySong read;
    SongPage page;
    Share share;
    SealedSong *sealed;
    bool found = true;
    Db *db = s->people.db;
    NewSong child = { .id = { id_make() }, .account = who, .parent = song, .prompt = STR("x") };
    CHECK_FAULT(song_seal(&s->people, &child, &sealed, &fault), FAULT_MISSING);
    CHECK_FAULT(song_read(&s->people, who, song, &read, &fault), FAULT_MISSING);
    CHECK_FAULT(song_versions(&s->people, who, song, &page, &fault), FAULT_MISSING);
    CHECK_FAULT(song_rename(&s->people, who, song, STR("Stolen"), &fault), FAULT_MISSING);
    CHECK_FAULT(song_favourite(db, who, song, true, &fault), FAULT_MISSING);
    CHECK_FAULT(song_move(db, who, song, 0, &fault), FAULT_MISSING);
    CHECK_FAULT(song_move(db, who, song, folder, &fault), FAULT_MISSING);
    CHECK_FAULT(song_move(db, who, own, folder, &fault), FAULT_MISSING); // into a folder of another
    CHECK_FAULT(song_trash(db, who, song, &fault), FAULT_MISSING);
    CHECK_FAULT(song_untrash(db, who, song, &fault), FAULT_MISSING);
    CHECK_FAULT(song_purge(db, who, song, &fault), FAULT_MISSING);
    CHECK_FAULT(folder_rename(&s->people, who, folder, STR("Stolen"), &fault), FAULT_MISSING);
    CHECK_FAULT(folder_remove(db, who, folder, &fault), FAULT_MISSING);
    CHECK_FAULT(share_make(&s->people, who, song, 1, &share, &fault), FAULT_MISSING);
    CHECK_FAULT(share_revoke(db, who, song, &fault), FAULT_MISSING);
    CHECK_OK(share_find(&s->people, who, song, &share, &found, &fault));
    CHECK(!found);
    CHECK_OK(
        song_list(&s->people, &(SongQuery){ .account = who, .folder = folder, .limit = 9 }, &page, &fault));
    CHECK_INT(page.count, 0);
}

TEST_BOTH(other_peoples_songs_are_missing_everywhere)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId hers = shelf_song(&s, s.ada, "Hers", "x"), his = shelf_song(&s, s.bob, "His", "x");
    int64_t folder;
    Share share;
    LibrarySong song;
    CHECK_OK(folder_add(&s.people, s.ada, STR("Hers"), &folder, &fault));
    CHECK_OK(song_move(s.people.db, s.ada, hers, folder, &fault));
    CHECK_OK(share_make(&s.people, s.ada, hers, 1, &share, &fault));

    all_missing(&s, s.bob, hers, folder, his);
    all_missing(&s, s.bob, (SongId){ id_make() }, id_make(), his);

    song = shelf_read(&s, s.ada, hers); // and nothing has happened to them
    CHECK_STR(song.title, "Hers");
    CHECK(!song.favourite && song.folder == folder && song.trashed == 0);
    CHECK_OK(share_open(&s.people, share.slug, &song, &fault));
    SongPage page;
    CHECK_OK(song_list(&s.people, &(SongQuery){ .account = s.bob, .limit = 9 }, &page, &fault));
    CHECK(page.count == 1 && page.list[0].id.n == his.n);
    shelf_close(&s);
}

TEST_BOTH(a_stranger_cannot_write_a_folder_for_an_account_that_is_not)
{
    Fault fault;
    int64_t id;
    Shelf s = shelf_open(engine);
    AccountId nobody = { id_make() };
    CHECK_OK(vault_keys_add(s.vault, nobody, &fault));
    CHECK_FAULT(folder_add(&s.people, nobody, STR("x"), &id, &fault), FAULT_MISSING);
    shelf_close(&s);
}
