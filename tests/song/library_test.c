#include "tests/song/shelf.h"

#include <string.h>

static SongPage list(Shelf *s, SongQuery query)
{
    Fault fault;
    SongPage page = { 0 };
    if (query.limit == 0)
        query.limit = 10;
    if (query.account.n == 0)
        query.account = s->ada;
    CHECK_OK(song_list(&s->people, &query, &page, &fault));
    return page;
}

static int search(Shelf *s, const char *words)
{
    return list(s, (SongQuery){ .words = str_of(words) }).count;
}

TEST_BOTH(a_library_lists_the_newest_first)
{
    Shelf s = shelf_open(engine);
    CHECK_INT(list(&s, (SongQuery){ 0 }).count, 0);
    for (int64_t i = 1; i <= 3; i++)
        shelf_add(&s, (NewSong){ .id = { i }, .account = s.ada, .title = STR("T"), .prompt = STR("P") });
    shelf_song(&s, s.bob, "Not hers", "x");
    SongPage page = list(&s, (SongQuery){ 0 });
    CHECK_INT(page.count, 3);
    CHECK_INT(page.next.n, 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(page.list[i].id.n, 3 - i);
    CHECK_STR(page.list[0].title, "T");
    CHECK_STR(page.list[0].prompt, "P");
    shelf_close(&s);
}

TEST_BOTH(pages_end_exactly_where_songs_end)
{
    Shelf s = shelf_open(engine);
    for (int64_t i = 1; i <= 4; i++)
        shelf_add(&s, (NewSong){ .id = { i }, .account = s.ada, .prompt = STR("waltz") });
    for (int words = 0; words < 2; words++) {
        SongQuery query = { .limit = 2, .words = words ? STR("waltz") : STR("") };
        SongPage page = list(&s, query);
        CHECK_INT(page.count, 2);
        CHECK_INT(page.next.n, 3);
        query.before = page.next;
        page = list(&s, query);
        CHECK_INT(page.count, 2);
        CHECK_INT(page.list[0].id.n, 2);
        CHECK_INT(page.next.n, 0);
    }
    shelf_close(&s);
}

// What is there all the time comes exactly once, whatever comes and goes meanwhile.
TEST_BOTH(pages_cover_every_song_once_while_songs_come_and_go)
{
    enum { SONGS = 250 };
    Fault fault;
    Shelf s = shelf_open(engine);
    int seen[SONGS + 1] = { 0 }, pages = 0;
    CHECK_OK(db_begin(s.people.db, &fault));
    for (int64_t i = 1; i <= SONGS; i++)
        shelf_add(&s, (NewSong){ .id = { i }, .account = s.ada, .prompt = STR("waltz") });
    CHECK_OK(db_commit(s.people.db, &fault));
    SongQuery query = { .account = s.ada, .limit = 7 };
    do {
        SongPage page = list(&s, query);
        for (int i = 0; i < page.count; i++) {
            CHECK(page.list[i].id.n <= SONGS);
            seen[page.list[i].id.n]++;
        }
        query.before = page.next;
        shelf_song(&s, s.ada, "Newer", "waltz");
        if (page.next.n) {
            CHECK_OK(song_trash(s.people.db, s.ada, page.next, &fault)); // the cursor's own song
            int64_t below = page.next.n - 3;
            if (below > 0 && pages % 2 == 0) {
                CHECK_OK(song_trash(s.people.db, s.ada, (SongId){ below }, &fault));
                seen[below]++; // not to be seen any more
            }
        }
        pages++;
    } while (query.before.n);
    for (int i = 1; i <= SONGS; i++)
        CHECK_INT(seen[i], 1);
    CHECK(pages > SONGS / 8);
    shelf_close(&s);
}

TEST_BOTH(favourites_are_a_list_of_their_own)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId one = shelf_song(&s, s.ada, "One", "x"), two = shelf_song(&s, s.ada, "Two", "x");
    CHECK_OK(song_favourite(s.people.db, s.ada, two, true, &fault));
    CHECK_OK(song_favourite(s.people.db, s.ada, two, true, &fault)); // a second press changes nothing
    SongPage page = list(&s, (SongQuery){ .favourites = true });
    CHECK_INT(page.count, 1);
    CHECK(page.list[0].id.n == two.n && page.list[0].favourite);
    CHECK(!shelf_read(&s, s.ada, one).favourite);
    CHECK_OK(song_favourite(s.people.db, s.ada, two, false, &fault));
    CHECK_INT(list(&s, (SongQuery){ .favourites = true }).count, 0);
    shelf_close(&s);
}

TEST_BOTH(a_search_finds_words_in_titles_and_prompts)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "Été à Łódź", "a Slow WALTZ for piano");
    shelf_song(&s, s.ada, "Other", "a fast polka for piano");
    shelf_song(&s, s.bob, "Ete", "waltz");
    CHECK_INT(search(&s, "waltz"), 1);
    CHECK_INT(search(&s, "ETE"), 1);
    CHECK_INT(search(&s, "été lodz  piano"), 1);
    CHECK_INT(search(&s, "piano"), 2);
    CHECK_INT(search(&s, "polka waltz"), 0);
    CHECK_INT(search(&s, "organ"), 0);
    CHECK_INT(search(&s, "   "), 2);
    CHECK_OK(song_trash(s.people.db, s.ada, id, &fault));
    CHECK_INT(search(&s, "waltz"), 0);
    CHECK_INT(list(&s, (SongQuery){ .words = STR("waltz"), .bin = true }).count, 1);
    shelf_close(&s);
}

// Many songs, few of them wanted: a page may end early, but `next` goes on and nothing is missed.
TEST_BOTH(a_search_looks_through_a_large_library_in_several_pages)
{
    enum { SONGS = 5300 };
    Fault fault;
    Shelf s = shelf_open(engine);
    Arena *kept = s.people.arena, arena = { 0 };
    s.people.arena = &arena;
    CHECK_OK(db_begin(s.people.db, &fault));
    for (int64_t i = 1; i <= SONGS; i++)
        shelf_add(&s, (NewSong){
                          .id = { i }, .account = s.ada, .prompt = i % 1000 == 1 ? STR("tango") : STR("x") });
    CHECK_OK(db_commit(s.people.db, &fault));
    SongQuery query = { .account = s.ada, .limit = 50, .words = STR("tango") };
    SongPage page = list(&s, query);
    CHECK_INT(page.count, 5);
    CHECK_INT(page.next.n, SONGS - 5000 + 1);
    query.before = page.next;
    page = list(&s, query);
    CHECK_INT(page.count, 1);
    CHECK_INT(page.list[0].id.n, 1);
    CHECK_INT(page.next.n, 0);
    s.people.arena = kept;
    arena_close(&arena);
    shelf_close(&s);
}

static SongId version(Shelf *s, SongId id, SongId parent)
{
    return shelf_add(s, (NewSong){ .id = id, .account = s->ada, .parent = parent, .prompt = STR("x") });
}

//     1 ── 2 ── 4
//     └─── 3
TEST_BOTH(versions_are_a_tree)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId one = version(&s, (SongId){ 1 }, (SongId){ 0 }), two = version(&s, (SongId){ 2 }, one);
    SongId three = version(&s, (SongId){ 3 }, one), four = version(&s, (SongId){ 4 }, two);
    version(&s, (SongId){ 5 }, (SongId){ 0 }); // of another tree
    CHECK_INT(shelf_read(&s, s.ada, four).root.n, one.n);
    SongPage tree;
    CHECK_OK(song_versions(&s.people, s.ada, one, &tree, &fault));
    CHECK_INT(tree.count, 4);
    const int64_t parents[] = { 0, 1, 1, 2 };
    for (int i = 0; i < 4; i++)
        CHECK(tree.list[i].id.n == i + 1 && tree.list[i].parent.n == parents[i]);

    CHECK_OK(song_trash(s.people.db, s.ada, two, &fault));
    CHECK_OK(song_versions(&s.people, s.ada, one, &tree, &fault));
    CHECK_INT(tree.count, 3);
    CHECK(tree.list[1].id.n == three.n && tree.list[2].id.n == four.n && tree.list[2].parent.n == one.n);
    CHECK_OK(song_untrash(s.people.db, s.ada, two, &fault));
    CHECK_OK(song_versions(&s.people, s.ada, one, &tree, &fault));
    CHECK(tree.count == 4 && tree.list[3].parent.n == two.n);
    shelf_close(&s);
}

TEST_BOTH(a_tree_outlives_its_first_version)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId one = version(&s, (SongId){ 1 }, (SongId){ 0 }), two = version(&s, (SongId){ 2 }, one);
    version(&s, (SongId){ 3 }, two);
    CHECK_OK(song_ended(s.people.db, one, SONG_READY, 0, &fault));
    CHECK_OK(song_ended(s.people.db, two, SONG_READY, 0, &fault));
    CHECK_OK(song_purge(s.people.db, s.ada, two, &fault));
    SongPage tree;
    CHECK_OK(song_versions(&s.people, s.ada, one, &tree, &fault));
    CHECK(tree.count == 2 && tree.list[1].id.n == 3 && tree.list[1].parent.n == one.n);
    CHECK_OK(song_purge(s.people.db, s.ada, one, &fault));
    CHECK_OK(song_versions(&s.people, s.ada, one, &tree, &fault));
    CHECK(tree.count == 1 && tree.list[0].id.n == 3 && tree.list[0].parent.n == 0);
    SongId four = version(&s, (SongId){ 4 }, (SongId){ 3 });
    CHECK_INT(shelf_read(&s, s.ada, four).root.n, one.n);
    shelf_close(&s);
}
