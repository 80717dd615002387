#include "tests/song/shelf.h"

static int bin_count(Shelf *s)
{
    Fault fault;
    SongPage page = { 0 };
    CHECK_OK(
        song_list(&s->people, &(SongQuery){ .account = s->ada, .bin = true, .limit = 100 }, &page, &fault));
    return page.count;
}

static int sweep(Shelf *s)
{
    Fault fault;
    int purged = 0;
    CHECK_OK(song_sweep(s->people.db, test_arena(), &purged, &fault));
    return purged;
}

TEST_BOTH(a_deleted_song_can_be_put_back_within_thirty_days)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault));
    CHECK_INT(bin_count(&s), 1);
    CHECK(shelf_read(&s, s.ada, id).trashed > 0);
    clock_shift((int64_t)TRASH_DAYS * MS_DAY - MS_MINUTE);
    CHECK_INT(sweep(&s), 0);
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault)); // a second time: the first counts
    CHECK_INT(bin_count(&s), 1);
    CHECK_OK(song_untrash(s.people.db, s.ada, id, &fault));
    CHECK_OK(song_untrash(s.people.db, s.ada, id, &fault));
    CHECK_INT(bin_count(&s), 0);
    CHECK_INT(shelf_read(&s, s.ada, id).trashed, 0);
    clock_shift(2 * MS_DAY);
    CHECK_INT(sweep(&s), 0);
    clock_shift(-(int64_t)(TRASH_DAYS + 2) * MS_DAY + MS_MINUTE);
    shelf_close(&s);
}

TEST_BOTH(after_thirty_days_a_deleted_song_is_gone_before_and_after_the_sweep)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x"), kept = shelf_song(&s, s.ada, "Two", "x");
    LibrarySong song;
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault));
    clock_shift((int64_t)TRASH_DAYS * MS_DAY + MS_SECOND);
    CHECK_INT(bin_count(&s), 0);
    CHECK_FAULT(song_read(&s.people, s.ada, id, &song, &fault), FAULT_MISSING);
    CHECK_FAULT(song_untrash(s.people.db, s.ada, id, &fault), FAULT_MISSING);
    CHECK_FAULT(song_rename(&s.people, s.ada, id, STR("x"), &fault), FAULT_MISSING);
    CHECK_INT(sweep(&s), 1);
    CHECK_INT(sweep(&s), 0);
    clock_shift(-(int64_t)TRASH_DAYS * MS_DAY - MS_SECOND);
    CHECK_FAULT(song_untrash(s.people.db, s.ada, id, &fault), FAULT_MISSING);
    CHECK_STR(shelf_read(&s, s.ada, kept).title, "Two");
    shelf_close(&s);
}

TEST_BOTH(deleting_twice_does_not_lengthen_the_thirty_days)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault));
    clock_shift((int64_t)(TRASH_DAYS - 1) * MS_DAY);
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault));
    clock_shift(2 * MS_DAY);
    CHECK_FAULT(song_untrash(s.people.db, s.ada, id, &fault), FAULT_MISSING);
    CHECK_INT(sweep(&s), 1);
    clock_shift(-(int64_t)(TRASH_DAYS + 1) * MS_DAY);
    shelf_close(&s);
}

TEST_BOTH(a_sweep_empties_a_full_bin)
{
    enum { SONGS = 230 };
    Fault fault;
    Shelf s = shelf_open(engine);
    CHECK_OK(db_begin(s.people.db, &fault));
    for (int i = 0; i < SONGS; i++)
        CHECK_OK(song_trash(s.people.db, s.ada, shelf_song(&s, s.ada, "x", "x"), &fault));
    SongId making = shelf_add(&s, (NewSong){ .account = s.ada, .prompt = STR("x") });
    CHECK_OK(song_trash(s.people.db, s.ada, making, &fault));
    CHECK_OK(db_commit(s.people.db, &fault));
    clock_shift((int64_t)(TRASH_DAYS + 1) * MS_DAY);
    CHECK_INT(sweep(&s), SONGS); // what is still being made waits
    CHECK_OK(song_ended(s.people.db, making, SONG_FAILED, 0, &fault));
    CHECK_INT(sweep(&s), 1);
    clock_shift(-(int64_t)(TRASH_DAYS + 1) * MS_DAY);
    shelf_close(&s);
}

TEST_BOTH(a_song_is_purged_with_its_link_and_not_while_it_is_made)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId making = shelf_add(&s, (NewSong){ .account = s.ada, .prompt = STR("x") });
    CHECK_FAULT(song_purge(s.people.db, s.ada, making, &fault), FAULT_CONFLICT);
    CHECK_OK(song_ended(s.people.db, making, SONG_READY, 0, &fault));
    Share share;
    LibrarySong song;
    CHECK_OK(share_make(&s.people, s.ada, making, 1, &share, &fault));
    CHECK_OK(song_purge(s.people.db, s.ada, making, &fault));
    CHECK_FAULT(share_open(&s.people, share.slug, &song, &fault), FAULT_MISSING);
    CHECK_FAULT(song_purge(s.people.db, s.ada, making, &fault), FAULT_MISSING);
    shelf_close(&s);
}

TEST_BOTH(a_purge_inside_a_transaction_is_undone_with_it)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "One", "x");
    CHECK_OK(db_begin(s.people.db, &fault));
    CHECK_OK(song_purge(s.people.db, s.ada, id, &fault));
    db_rollback(s.people.db);
    CHECK_STR(shelf_read(&s, s.ada, id).title, "One");
    shelf_close(&s);
}
