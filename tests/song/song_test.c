#include "base/buf.h"
#include "tests/song/shelf.h"

#include <math.h>
#include <string.h>

TEST_BOTH(a_song_is_read_as_it_was_made)
{
    Shelf s = shelf_open(engine);
    SongId id = shelf_add(&s, (NewSong){ .account = s.ada,
                                         .title = STR(" Blue\nMoon "),
                                         .prompt = STR("a slow waltz\nwith ünïcode"),
                                         .lyrics = STR("[Verse]\nla la"),
                                         .settings = { STR("waltz"), 90, 120, STR("F# minor"), true },
                                         .seed = UINT64_MAX });
    LibrarySong song = shelf_read(&s, s.ada, id);
    CHECK_STR(song.title, "Blue Moon");
    CHECK_STR(song.prompt, "a slow waltz\nwith ünïcode");
    CHECK_STR(song.lyrics, "[Verse]\nla la");
    CHECK_STR(song.settings.style, "waltz");
    CHECK_STR(song.settings.key, "F# minor");
    CHECK_INT(song.settings.seconds, 90);
    CHECK_INT(song.settings.bpm, 120);
    CHECK(song.settings.instrumental && song.state == SONG_MAKING && !song.favourite);
    CHECK(song.seed == INT64_MAX && song.root.n == id.n && song.parent.n == 0 && song.account.n == s.ada.n);
    CHECK_STR(song.engine, "built-in");
    CHECK_INT(song.trashed, 0);
    CHECK(song.created > 0 && song.brief.length == 0);
    shelf_close(&s);
}

TEST_BOTH(what_a_person_wrote_is_not_in_the_database_as_text)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_add(&s, (NewSong){ .account = s.ada,
                                         .title = STR("CANARYtitle"),
                                         .prompt = STR("CANARYprompt"),
                                         .lyrics = STR("CANARYlyrics"),
                                         .settings.style = STR("CANARYstyle") });
    DbRows row;
    bool found;
    CHECK_OK(db_find(s.people.db, test_arena(), SQL_SONG_FIND,
                     DB_ARGS(DB_INT(id.n), DB_INT(s.ada.n), DB_INT(0)), &row, &found, &fault));
    CHECK(found);
    size_t at;
    for (int i = 0; i < row.columns; i++)
        if (row.values[i].type == DB_TEXT_VALUE || row.values[i].type == DB_BLOB_VALUE)
            CHECK(!str_find(db_text(&row, 0, i), STR("CANARY"), &at));
    shelf_close(&s);
}

TEST_BOTH(a_song_without_a_title_is_named_after_its_prompt_and_then_by_its_maker)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_add(&s, (NewSong){ .account = s.ada, .prompt = STR("a slow waltz, 90 bpm") });
    CHECK_STR(shelf_read(&s, s.ada, id).title, "A slow waltz, 90 bpm");
    Str title, brief;
    SongFacts facts = { STR("Dance\x01 at Dusk"), STR("{\"genre\":\"waltz\"}"), 61500, -14.2 };
    CHECK_OK(song_facts_seal(&s.people, s.ada, id, &facts, &title, &brief, &fault));
    CHECK_OK(song_composed(s.people.db, id, title, brief, facts.length_ms, &fault));
    CHECK_OK(song_ended(s.people.db, id, SONG_READY, facts.lufs, &fault));
    LibrarySong song = shelf_read(&s, s.ada, id);
    CHECK_STR(song.title, "Dance at Dusk");
    CHECK_STR(song.brief, "{\"genre\":\"waltz\"}");
    CHECK_INT(song.length_ms, 61500);
    CHECK_NEAR(song.lufs, -14.2, 0.0006);
    CHECK(song.state == SONG_READY);
    shelf_close(&s);
}

TEST_BOTH(a_title_that_a_person_gave_stays)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId given = shelf_add(&s, (NewSong){ .account = s.ada, .title = STR("Mine"), .prompt = STR("waltz") });
    SongId renamed = shelf_add(&s, (NewSong){ .account = s.ada, .prompt = STR("waltz") });
    CHECK_OK(song_rename(&s.people, s.ada, renamed, STR("  Mine, too "), &fault));
    Str title, brief;
    SongFacts facts = { .title = STR("Theirs") };
    CHECK_OK(song_facts_seal(&s.people, s.ada, given, &facts, &title, &brief, &fault));
    CHECK_OK(song_composed(s.people.db, given, title, brief, 1000, &fault));
    CHECK_OK(song_facts_seal(&s.people, s.ada, renamed, &facts, &title, &brief, &fault));
    CHECK_OK(song_composed(s.people.db, renamed, title, brief, 1000, &fault));
    CHECK_STR(shelf_read(&s, s.ada, given).title, "Mine");
    CHECK_STR(shelf_read(&s, s.ada, renamed).title, "Mine, too");
    CHECK_INT(shelf_read(&s, s.ada, given).length_ms, 1000);
    shelf_close(&s);
}

TEST_BOTH(facts_of_a_song_that_is_gone_are_refused)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    CHECK_FAULT(song_composed(s.people.db, (SongId){ 1 }, STR(""), STR(""), 1, &fault), FAULT_MISSING);
    CHECK_FAULT(song_ended(s.people.db, (SongId){ 1 }, SONG_READY, 0, &fault), FAULT_MISSING);
    shelf_close(&s);
}

TEST_BOTH(silence_has_no_loudness)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "", "waltz");
    CHECK_OK(song_ended(s.people.db, id, SONG_FAILED, -(double)INFINITY, &fault));
    CHECK(shelf_read(&s, s.ada, id).lufs >= 0 && shelf_read(&s, s.ada, id).state == SONG_FAILED);
    CHECK_OK(song_ended(s.people.db, id, SONG_FAILED, (double)NAN, &fault));
    shelf_close(&s);
}

TEST_BOTH(titles_are_one_line_and_have_their_limit)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    SongId id = shelf_song(&s, s.ada, "First", "waltz");
    CHECK_OK(song_rename(&s.people, s.ada, id, STR("Bl\x1bue\r\n\tM\x00oon"), &fault));
    CHECK_STR(shelf_read(&s, s.ada, id).title, "Blue Moon");
    CHECK_FAULT(song_rename(&s.people, s.ada, id, STR(" \n"), &fault), FAULT_INPUT);
    char text[2 * TITLE_CHARS_MAX + 2];
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "é", 2);
    CHECK_OK(song_rename(&s.people, s.ada, id, (Str){ text, 2 * TITLE_CHARS_MAX }, &fault));
    CHECK_INT(shelf_read(&s, s.ada, id).title.length, 2 * TITLE_CHARS_MAX);
    CHECK_FAULT(song_rename(&s.people, s.ada, id, (Str){ text, sizeof text }, &fault), FAULT_INPUT);
    NewSong song = { .id = { id_make() }, .account = s.ada, .title = { text, sizeof text } };
    SealedSong *sealed;
    CHECK_FAULT(song_seal(&s.people, &song, &sealed, &fault), FAULT_INPUT);
    shelf_close(&s);
}

TEST_BOTH(a_prompt_of_ten_thousand_characters_comes_back)
{
    Fault fault;
    Shelf s = shelf_open(engine);
    Buf prompt = buf_make(test_arena(), 40000);
    for (int i = 0; i < 10000; i++)
        buf_text(&prompt, STR("𝄞"));
    SongId id = shelf_add(&s, (NewSong){ .account = s.ada, .prompt = buf_str(&prompt) });
    LibrarySong song = shelf_read(&s, s.ada, id);
    CHECK(str_equal(song.prompt, buf_str(&prompt)));
    CHECK_INT(song.title.length, 240);
    SongPage page;
    CHECK_OK(song_list(&s.people, &(SongQuery){ .account = s.ada, .limit = 1, .words = STR("𝄞𝄞") }, &page,
                       &fault));
    CHECK_INT(page.count, 1);
    shelf_close(&s);
}
