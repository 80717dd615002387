// Tags on pages, and several songs at once: by boxes, by ids, whatever happened to some of them meanwhile.
#include "tests/web/webkit.h"

#include "song/tag.h"

#include <stdio.h>
#include <string.h>

typedef struct Shelf {
    WebKit *kit;
    Signed ada;
    Str songs[4];
} Shelf;

static bool has(Str answer, const char *text)
{
    size_t at;
    return str_find(answer, str_of(text), &at);
}

static Str ordered(WebKit *kit, AccountId account, const char *title)
{
    Fault fault;
    Job job;
    bool again;
    JobOrder order = { .song = { .account = account,
                                 .title = str_of(title),
                                 .prompt = STR("a waltz"),
                                 .engine = STR("built-in") } };
    CHECK_OK(job_submit(&kit->world->people, &order, &job, &again, &fault));
    return id_text(test_arena(), job.song.n);
}

static Shelf shelf_open(TestEngine engine)
{
    static const char *const titles[] = { "Aria", "Bourree", "Canon", "Dirge" };
    Shelf s = { .kit = webkit_open(engine, NULL, 0) };
    s.ada = webkit_sign_in(s.kit, "ada@example.org");
    for (int i = 0; i < 4; i++)
        s.songs[i] = ordered(s.kit, s.ada.account, titles[i]);
    return s;
}

static Str post(Shelf *s, const char *path, Str fields)
{
    Str form = arena_print(test_arena(), "csrf=" STR_FMT "&" STR_FMT, STR_ARG(s->ada.csrf), STR_ARG(fields));
    return webkit_post(s->kit, path, s->ada.cookie.data, form.data);
}

static Str library(Shelf *s, const char *query)
{
    return webkit_body(
        webkit_get(s->kit, arena_print(test_arena(), "/library%s", query).data, s->ada.cookie.data));
}

static Str bulk(Shelf *s, const char *fields)
{
    return post(s, "/library/bulk",
                arena_print(test_arena(), "s1=" STR_FMT "&s3=" STR_FMT "&%s", STR_ARG(s->songs[0]),
                            STR_ARG(s->songs[2]), fields));
}

TEST_BOTH(chosen_songs_are_changed_together_and_the_others_stay)
{
    Shelf s = shelf_open(engine);
    Str answer = bulk(&s, "action=trash&back=/library%3Fq%3Da");
    CHECK_INT(webkit_status(answer), 303);
    CHECK_STR(webkit_header(answer, "Location"), "/library?q=a");
    CHECK_STR(webkit_cookie(answer, "__Host-note"), "bulk-trashed.2");
    Str page = library(&s, "");
    CHECK(!has(page, "Aria") && has(page, "Bourree") && !has(page, "Canon") && has(page, "Dirge"));
    CHECK_INT(webkit_status(bulk(&s, "action=untrash")), 303);
    page = library(&s, "");
    CHECK(has(page, "Aria") && has(page, "Canon"));
    CHECK_INT(webkit_status(bulk(&s, "action=favourite")), 303);
    page = library(&s, "?favourites=1");
    CHECK(has(page, "Aria") && !has(page, "Bourree") && has(page, "Canon"));
    CHECK_INT(webkit_status(bulk(&s, "action=unfavourite")), 303);
    CHECK(!has(library(&s, "?favourites=1"), "Aria"));
    // Where to go on is a path of ours.
    answer = bulk(&s, "action=favourite&back=//example.org/");
    CHECK_STR(webkit_header(answer, "Location"), "/library");
    webkit_close(s.kit);
}

TEST_BOTH(chosen_songs_get_a_tag_and_a_folder)
{
    Shelf s = shelf_open(engine);
    Fault fault;
    Tag *tags;
    int count;
    int64_t folder;
    Arena *arena = test_arena();
    CHECK_OK(folder_add(&s.kit->world->people, s.ada.account, STR("Dances"), &folder, &fault));
    CHECK_INT(webkit_status(bulk(&s, "action=tag&name=For+the+road")), 303);
    CHECK_OK(tag_list(&s.kit->world->people, s.ada.account, &tags, &count, &fault));
    CHECK(count == 1 && tags[0].songs == 2);
    Str tag = id_text(arena, tags[0].id);
    Str page = library(&s, arena_print(arena, "?tag=" STR_FMT, STR_ARG(tag)).data);
    CHECK(has(page, "<h1>For the road</h1>") && has(page, "Aria") && !has(page, "Bourree"));
    page =
        webkit_get(s.kit, arena_print(arena, "/songs/" STR_FMT, STR_ARG(s.songs[0])).data, s.ada.cookie.data);
    CHECK(has(page, "Take off: For the road"));
    CHECK_INT(
        webkit_status(bulk(
            &s, arena_print(arena, "action=move&folder=" STR_FMT, STR_ARG(id_text(arena, folder))).data)),
        303);
    page = library(&s, arena_print(arena, "?folder=" STR_FMT, STR_ARG(id_text(arena, folder))).data);
    CHECK(has(page, "Aria") && !has(page, "Bourree") && has(page, "Canon"));
    CHECK_INT(webkit_status(bulk(&s, arena_print(arena, "action=untag&tag=" STR_FMT, STR_ARG(tag)).data)),
              303);
    CHECK_OK(tag_list(&s.kit->world->people, s.ada.account, &tags, &count, &fault));
    CHECK_INT(count, 0);
    // One by one, on the song's page.
    Str path = arena_print(arena, "/songs/" STR_FMT "/tag", STR_ARG(s.songs[1]));
    CHECK_INT(webkit_status(post(&s, path.data, STR("name=slow"))), 303);
    CHECK_INT(webkit_status(post(&s, path.data, STR("name="))), 400);
    CHECK_OK(tag_list(&s.kit->world->people, s.ada.account, &tags, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_INT(webkit_status(post(&s, arena_print(arena, "/songs/" STR_FMT "/untag", STR_ARG(s.songs[1])).data,
                                 arena_print(arena, "tag=" STR_FMT, STR_ARG(id_text(arena, tags[0].id))))),
              303);
    CHECK_OK(tag_list(&s.kit->world->people, s.ada.account, &tags, &count, &fault));
    CHECK_INT(count, 0);
    webkit_close(s.kit);
}

TEST_BOTH(what_cannot_be_done_with_all_is_done_with_none)
{
    Shelf s = shelf_open(engine);
    Arena *arena = test_arena();
    CHECK_INT(webkit_status(post(&s, "/library/bulk", STR("action=trash"))), 400); // none is chosen
    CHECK_INT(webkit_status(bulk(&s, "action=explode")), 400);
    CHECK_INT(webkit_status(bulk(&s, "action=tag&name=")), 400);
    CHECK_INT(webkit_status(bulk(&s, "action=move&folder=0000000000001")), 404);
    CHECK_INT(webkit_status(bulk(&s, "action=trash&s2=nonsense")), 404);
    CHECK_INT(webkit_status(post(&s, "/library/bulk", STR("action=trash&ids=0000000000001"))), 404);
    Str page = library(&s, "");
    CHECK(has(page, "Aria") && has(page, "Canon"));
    // One that is full of tags stops the others, too.
    Fault fault;
    Tag tag;
    int64_t first;
    CHECK_OK(request_id(s.songs[2], &first, &fault));
    for (int i = 0; i < SONG_TAGS_MAX; i++)
        CHECK_OK(song_tag(&s.kit->world->people, s.ada.account, (SongId){ first },
                          arena_print(arena, "tag %d", i), &tag, &fault));
    CHECK_INT(webkit_status(bulk(&s, "action=tag&name=extra")), 429);
    Tag *tags;
    int count;
    CHECK_OK(tag_list(&s.kit->world->people, s.ada.account, &tags, &count, &fault));
    CHECK_INT(count, SONG_TAGS_MAX);
    // One that is gone meanwhile does not; scripts name songs in one field.
    Str ids = arena_print(arena, "action=trash&ids=" STR_FMT "+0000000000001+" STR_FMT, STR_ARG(s.songs[0]),
                          STR_ARG(s.songs[1]));
    Str answer = post(&s, "/library/bulk", ids);
    CHECK_STR(webkit_cookie(answer, "__Host-note"), "bulk-trashed.2");
    // Somebody else's are nobody's.
    Signed bob = webkit_sign_in(s.kit, "bob@example.org");
    Shelf his = s;
    his.ada = bob;
    CHECK_INT(webkit_status(bulk(&his, "action=trash")), 404);
    CHECK(has(library(&s, ""), "Canon"));
    webkit_close(s.kit);
}
