#include "tests/song/shelf.h"

#include <pthread.h>

static int64_t folder(Shelf *s, const char *name)
{
    Fault fault;
    int64_t id = 0;
    CHECK_OK(folder_add(&s->people, s->ada, str_of(name), &id, &fault));
    return id;
}

static Folder *folders(Shelf *s, int *count)
{
    Fault fault;
    Folder *list = NULL;
    CHECK_OK(folder_list(&s->people, s->ada, &list, count, &fault));
    return list;
}

TEST_BOTH(folders_are_listed_by_name_with_their_songs)
{
    Fault fault;
    int count;
    Shelf s = shelf_open(engine);
    int64_t b = folder(&s, "Blues"), a = folder(&s, " Älteres\n");
    folder(&s, "calm");
    SongId song = shelf_song(&s, s.ada, "x", "x"), gone = shelf_song(&s, s.ada, "x", "x");
    CHECK_OK(song_move(s.people.db, s.ada, song, b, &fault));
    CHECK_OK(song_move(s.people.db, s.ada, gone, b, &fault));
    CHECK_OK(song_trash(s.people.db, s.ada, gone, &fault));
    Folder *list = folders(&s, &count);
    CHECK_INT(count, 3);
    CHECK_STR(list[0].name, "Älteres");
    CHECK_STR(list[1].name, "Blues");
    CHECK_STR(list[2].name, "calm");
    CHECK(list[0].id == a && list[0].songs == 0 && list[1].songs == 1);
    CHECK_INT(shelf_read(&s, s.ada, song).folder, b);
    shelf_close(&s);
}

TEST_BOTH(a_folder_lists_only_its_songs)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    int64_t id = folder(&s, "Blues");
    SongId song = shelf_song(&s, s.ada, "In", "x");
    shelf_song(&s, s.ada, "Out", "x");
    CHECK_OK(song_move(s.people.db, s.ada, song, id, &fault));
    SongPage page;
    SongQuery query = { .account = s.ada, .folder = id, .limit = 10 };
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_INT(page.count, 1);
    CHECK_STR(page.list[0].title, "In");
    CHECK_OK(song_move(s.people.db, s.ada, song, 0, &fault));
    CHECK_OK(song_list(&s.people, &query, &page, &fault));
    CHECK_INT(page.count, 0);
    shelf_close(&s);
}

TEST_BOTH(removing_a_folder_keeps_its_songs)
{
    Fault fault;
    int count;
    Shelf s = shelf_open(engine);
    int64_t id = folder(&s, "Blues");
    SongId song = shelf_song(&s, s.ada, "One", "x");
    CHECK_OK(song_move(s.people.db, s.ada, song, id, &fault));
    CHECK_OK(folder_remove(s.people.db, s.ada, id, &fault));
    CHECK_STR(shelf_read(&s, s.ada, song).title, "One");
    CHECK_INT(shelf_read(&s, s.ada, song).folder, 0);
    folders(&s, &count);
    CHECK_INT(count, 0);
    CHECK_FAULT(folder_remove(s.people.db, s.ada, id, &fault), FAULT_MISSING);
    CHECK_FAULT(folder_rename(&s.people, s.ada, id, STR("x"), &fault), FAULT_MISSING);
    CHECK_FAULT(song_move(s.people.db, s.ada, song, id, &fault), FAULT_MISSING);
    shelf_close(&s);
}

TEST_BOTH(there_is_one_folder_of_a_name)
{
    Fault fault;
    int count;
    int64_t other;
    Shelf s = shelf_open(engine);
    int64_t id = folder(&s, "Été"), second = folder(&s, "Two");
    CHECK_FAULT(folder_add(&s.people, s.ada, STR("ete "), &other, &fault), FAULT_CONFLICT);
    CHECK_FAULT(folder_rename(&s.people, s.ada, second, STR("ÉTÉ"), &fault), FAULT_CONFLICT);
    CHECK_OK(folder_rename(&s.people, s.ada, id, STR("ETE"), &fault)); // its own name, spelt otherwise
    CHECK_OK(folder_add(&s.people, s.bob, STR("Two"), &other, &fault));
    Folder *list = folders(&s, &count);
    CHECK_INT(count, 2);
    CHECK_STR(list[0].name, "ETE");
    shelf_close(&s);
}

TEST_BOTH(folders_have_names_and_limits)
{
    Fault fault;
    int64_t id;
    Shelf s = shelf_open(engine);
    CHECK_FAULT(folder_add(&s.people, s.ada, STR(" \x01"), &id, &fault), FAULT_INPUT);
    CHECK_FAULT(folder_add(&s.people, s.ada,
                           STR("0123456789012345678901234567890123456789012345678901234567890"), &id, &fault),
                FAULT_INPUT);
    for (int i = 0; i < FOLDERS_MAX; i++)
        CHECK_OK(folder_add(&s.people, s.ada, arena_print(test_arena(), "Folder %d", i), &id, &fault));
    CHECK_FAULT(folder_add(&s.people, s.ada, STR("One more"), &id, &fault), FAULT_LIMIT);
    CHECK_OK(folder_rename(&s.people, s.ada, id, STR("Another"), &fault));
    shelf_close(&s);
}

typedef struct Tab {
    Shelf *s;
    bool done;
    FaultKind kind;
    pthread_t thread;
} Tab;

static void *add_in_tab(void *self)
{
    Tab *tab = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    int64_t id;
    People people = tab->s->people;
    people.arena = &arena;
    if (db_take(tab->s->data, &people.db, &fault)) {
        tab->done = folder_add(&people, tab->s->ada, STR("Same"), &id, &fault);
        db_give(people.db);
    }
    tab->kind = tab->done ? FAULT_NONE : fault.kind;
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(two_tabs_cannot_add_the_same_folder)
{
    enum { TABS = 6 };
    Shelf s = shelf_open(engine);
    Tab tabs[TABS];
    int done = 0;
    for (int i = 0; i < TABS; i++) {
        tabs[i] = (Tab){ .s = &s };
        CHECK(pthread_create(&tabs[i].thread, NULL, add_in_tab, &tabs[i]) == 0);
    }
    for (int i = 0; i < TABS; i++) {
        pthread_join(tabs[i].thread, NULL);
        done += tabs[i].done;
        CHECK(tabs[i].done || tabs[i].kind == FAULT_CONFLICT);
    }
    CHECK_INT(done, 1);
    shelf_close(&s);
}
