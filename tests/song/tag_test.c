// Tags: by name, as long as a song has them, one's own.
#include "song/tag.h"

#include "tests/song/shelf.h"

static Tag tagged(Shelf *s, SongId song, const char *name)
{
    Fault fault;
    Tag tag = { 0 };
    CHECK_OK(song_tag(&s->people, s->ada, song, str_of(name), &tag, &fault));
    return tag;
}

static Tag *tags(Shelf *s, int *count)
{
    Fault fault;
    Tag *list = NULL;
    CHECK_OK(tag_list(&s->people, s->ada, &list, count, &fault));
    return list;
}

TEST_BOTH(a_song_has_tags_by_name_and_they_go_when_no_song_has_them)
{
    Fault fault;
    int count;
    Shelf s = shelf_open(engine);
    SongId one = shelf_song(&s, s.ada, "One", "x"), two = shelf_song(&s, s.ada, "Two", "x");
    Tag loud = tagged(&s, one, "  Loud\n"), quiet = tagged(&s, one, "Écho");
    CHECK_INT(tagged(&s, two, "LOUD").id, loud.id); // the same one
    CHECK_INT(tagged(&s, two, "loud").id, loud.id); // and again
    CHECK_STR(loud.name, "Loud");
    Tag *list = tags(&s, &count);
    CHECK_INT(count, 2);
    CHECK_STR(list[0].name, "Écho");
    CHECK(list[0].songs == 1 && list[1].songs == 2);
    LibrarySong songs[] = { shelf_read(&s, s.ada, two), shelf_read(&s, s.ada, one) };
    SongTags *of;
    CHECK_OK(tags_of(&s.people, s.ada, songs, 2, &of, &fault));
    CHECK_INT(of[0].count, 1);
    CHECK_STR(of[0].list[0].name, "Loud");
    CHECK_INT(of[1].count, 2);
    CHECK_STR(of[1].list[0].name, "Écho");
    CHECK_OK(song_untag(s.people.db, s.ada, one, loud.id, &fault));
    CHECK_OK(song_untag(s.people.db, s.ada, one, quiet.id, &fault));
    CHECK_OK(song_untag(s.people.db, s.ada, one, quiet.id, &fault)); // it had it no more
    list = tags(&s, &count);
    CHECK_INT(count, 1);
    CHECK_INT(list[0].songs, 1);
    CHECK_OK(song_trash(s.people.db, s.ada, two, &fault)); // it can come back, with its tag
    list = tags(&s, &count);
    CHECK(count == 1 && list[0].songs == 0);
    CHECK_OK(song_purge(s.people.db, s.ada, two, &fault));
    tags(&s, &count);
    CHECK_INT(count, 0);
    shelf_close(&s);
}

TEST_BOTH(a_tag_lists_its_songs_in_pages)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId songs[30];
    Tag tag = { 0 };
    int64_t folder;
    CHECK_OK(folder_add(&s.people, s.ada, STR("Blues"), &folder, &fault));
    for (int i = 0; i < 30; i++) {
        songs[i] = shelf_song(&s, s.ada, i % 2 ? "Odd" : "Even", "x");
        if (i % 2)
            tag = tagged(&s, songs[i], "odd");
        else
            tagged(&s, songs[i], "even");
    }
    SongPage page;
    SongQuery query = { .account = s.ada, .tag = tag.id, .limit = 10 };
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_INT(page.count, 10);
    CHECK_INT(page.list[0].id.n, songs[29].n);
    query.before = page.next;
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_INT(page.count, 5);
    CHECK_INT(page.next.n, 0);
    SongTags *of;
    CHECK_OK(tags_of(&s.people, s.ada, page.list, page.count, &of, &fault));
    for (int i = 0; i < page.count; i++)
        CHECK_STR(of[i].list[0].name, "odd");
    query.before = (SongId){ 0 };
    query.words = STR("even");
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_INT(page.count, 0);
    query.words = STR("");
    CHECK_OK(song_move(s.people.db, s.ada, songs[3], folder, &fault));
    CHECK_OK(song_favourite(s.people.db, s.ada, songs[5], true, &fault));
    query.folder = folder;
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK(page.count == 1 && page.list[0].id.n == songs[3].n);
    query.folder = 0;
    query.favourites = true;
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK(page.count == 1 && page.list[0].id.n == songs[5].n);
    // More songs than are asked for at once.
    query = (SongQuery){ .account = s.ada, .limit = 30 };
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_OK(tags_of(&s.people, s.ada, page.list, page.count, &of, &fault));
    for (int i = 0; i < 30; i++)
        CHECK_STR(of[i].list[0].name, i % 2 ? "even" : "odd");
    shelf_close(&s);
}

TEST_BOTH(tags_are_ones_own_and_have_limits)
{
    Fault fault;
    int count;
    Tag tag;
    Shelf s = shelf_open(engine);
    SongId hers = shelf_song(&s, s.ada, "Hers", "x"), his = shelf_song(&s, s.bob, "His", "x");
    Tag loud = tagged(&s, hers, "loud");
    CHECK_FAULT(song_tag(&s.people, s.ada, his, STR("loud"), &tag, &fault), FAULT_MISSING);
    CHECK_FAULT(song_untag(s.people.db, s.bob, hers, loud.id, &fault), FAULT_MISSING);
    SongPage page;
    SongQuery query = { .account = s.bob, .tag = loud.id, .limit = 10 };
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_INT(page.count, 0);
    CHECK_OK(song_tag(&s.people, s.bob, his, STR("loud"), &tag, &fault)); // his own of that name
    CHECK(tag.id != loud.id);
    CHECK_FAULT(song_tag(&s.people, s.ada, hers, STR(" \x01"), &tag, &fault), FAULT_INPUT);
    CHECK_FAULT(
        song_tag(&s.people, s.ada, hers, STR("01234567890123456789012345678901234567890"), &tag, &fault),
        FAULT_INPUT);
    for (int i = 1; i < SONG_TAGS_MAX; i++)
        tagged(&s, hers, arena_print(test_arena(), "tag %d", i).data);
    CHECK_FAULT(song_tag(&s.people, s.ada, hers, STR("one more"), &tag, &fault), FAULT_LIMIT);
    for (int i = SONG_TAGS_MAX; i < TAGS_MAX; i++) {
        SongId other = i % 10 == 0 ? shelf_song(&s, s.ada, "x", "x") : query.before;
        query.before = other;
        tagged(&s, other, arena_print(test_arena(), "tag %d", i).data);
    }
    tags(&s, &count);
    CHECK_INT(count, TAGS_MAX);
    CHECK_FAULT(song_tag(&s.people, s.ada, query.before, STR("one more"), &tag, &fault), FAULT_LIMIT);
    tagged(&s, query.before, "LOUD"); // one that is there
    shelf_close(&s);
}
