#include "tests/song/shelf.h"

TEST_BOTH(a_link_opens_the_song_for_anybody)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_add(&s, (NewSong){ .account = s.ada,
                                         .title = STR("One"),
                                         .prompt = STR("secret wish"),
                                         .lyrics = STR("la la"),
                                         .settings.style = STR("waltz"),
                                         .seed = 7 });
    CHECK_OK(song_favourite(s.people.db, s.ada, id, true, &fault));
    Share share, again;
    CHECK_OK(share_make(&s.people, s.ada, id, SHARE_DAYS, &share, &fault));
    CHECK_INT(share.slug.length, 22);
    CHECK(share.expires > clock_now() + (int64_t)(SHARE_DAYS - 1) * MS_DAY);
    LibrarySong song;
    CHECK_OK(share_open(&s.people, share.slug, &song, &fault));
    CHECK(song.id.n == id.n && song.account.n == s.ada.n);
    CHECK_STR(song.title, "One");
    CHECK_STR(song.lyrics, "la la");
    CHECK(song.prompt.length == 0 && song.seed == 0 && song.settings.style.length == 0 && !song.favourite);
    bool found;
    CHECK_OK(share_find(&s.people, s.ada, id, &again, &found, &fault));
    CHECK(found && str_equal(again.slug, share.slug) && again.expires == share.expires);
    shelf_close(&s);
}

TEST_BOTH(a_link_is_not_in_the_database_as_text)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    Share share;
    CHECK_OK(share_make(&s.people, s.ada, id, 1, &share, &fault));
    DbRows row;
    bool found;
    size_t at;
    CHECK_OK(db_find(s.people.db, test_arena(), SQL_SHARE_FIND,
                     DB_ARGS(DB_INT(id.n), DB_INT(s.ada.n), DB_INT(0)), &row, &found, &fault));
    CHECK(found && !str_find(db_text(&row, 0, 0), share.slug, &at));
    shelf_close(&s);
}

TEST_BOTH(sharing_again_keeps_the_link_and_moves_its_end)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    Share one, two;
    CHECK_OK(share_make(&s.people, s.ada, id, 1, &one, &fault));
    CHECK_OK(share_make(&s.people, s.ada, id, 9, &two, &fault));
    CHECK(str_equal(one.slug, two.slug) && two.expires > one.expires + 7 * (int64_t)MS_DAY);
    LibrarySong song;
    CHECK_OK(share_open(&s.people, one.slug, &song, &fault));
    shelf_close(&s);
}

TEST_BOTH(a_link_ends_by_itself_and_does_not_come_back)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    Share one, two;
    LibrarySong song;
    bool found;
    int purged;
    CHECK_OK(share_make(&s.people, s.ada, id, 1, &one, &fault));
    clock_shift(MS_DAY - MS_MINUTE);
    CHECK_OK(share_open(&s.people, one.slug, &song, &fault));
    clock_shift(2 * MS_MINUTE);
    CHECK_FAULT(share_open(&s.people, one.slug, &song, &fault), FAULT_MISSING);
    CHECK_OK(share_find(&s.people, s.ada, id, &two, &found, &fault));
    CHECK(!found);
    CHECK_OK(share_make(&s.people, s.ada, id, 1, &two, &fault));
    CHECK(!str_equal(one.slug, two.slug));
    CHECK_FAULT(share_open(&s.people, one.slug, &song, &fault), FAULT_MISSING);
    CHECK_OK(share_open(&s.people, two.slug, &song, &fault));
    CHECK_OK(song_sweep(s.people.db, test_arena(), &purged, &fault));
    CHECK_OK(share_open(&s.people, two.slug, &song, &fault));
    clock_shift(2 * MS_DAY);
    CHECK_OK(song_sweep(s.people.db, test_arena(), &purged, &fault));
    clock_shift(-3 * (int64_t)MS_DAY - MS_MINUTE);
    CHECK_FAULT(share_open(&s.people, two.slug, &song, &fault), FAULT_MISSING); // its row is gone
    shelf_close(&s);
}

TEST_BOTH(a_link_dies_at_once_when_it_is_revoked_or_the_song_deleted)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    Share one, two;
    LibrarySong song;
    CHECK_OK(share_make(&s.people, s.ada, id, 1, &one, &fault));
    CHECK_OK(share_revoke(s.people.db, s.ada, id, &fault));
    CHECK_OK(share_revoke(s.people.db, s.ada, id, &fault)); // a second press changes nothing
    CHECK_FAULT(share_open(&s.people, one.slug, &song, &fault), FAULT_MISSING);
    CHECK_OK(share_make(&s.people, s.ada, id, 1, &two, &fault));
    CHECK(!str_equal(one.slug, two.slug));
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault));
    CHECK_FAULT(share_open(&s.people, two.slug, &song, &fault), FAULT_MISSING);
    CHECK_FAULT(share_make(&s.people, s.ada, id, 1, &one, &fault), FAULT_MISSING);
    CHECK_OK(song_untrash(s.people.db, s.ada, id, &fault));
    CHECK_FAULT(share_open(&s.people, two.slug, &song, &fault), FAULT_MISSING);
    shelf_close(&s);
}

TEST_BOTH(the_links_of_a_closed_account_are_dead)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    AccountId closed = shelf_person(&s, "closed");
    SongId id = shelf_song(&s, closed, "One", "x");
    Share share;
    LibrarySong song;
    CHECK_OK(share_make(&s.people, closed, id, 1, &share, &fault));
    CHECK_FAULT(share_open(&s.people, share.slug, &song, &fault), FAULT_MISSING);
    shelf_close(&s);
}

TEST_BOTH(links_are_refused_that_never_were_or_last_too_long)
{
    static const char *const bad[] = { "", "x", "0123456789012345678901", "01234567890123456789012",
                                       "../../etc" };
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    Share share;
    LibrarySong song;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_FAULT(share_open(&s.people, str_of(bad[i]), &song, &fault), FAULT_MISSING);
    CHECK_FAULT(share_make(&s.people, s.ada, id, 0, &share, &fault), FAULT_INPUT);
    CHECK_FAULT(share_make(&s.people, s.ada, id, SHARE_DAYS_MAX + 1, &share, &fault), FAULT_INPUT);
    shelf_close(&s);
}
