// Card numbers that people type by mistake: taken out before anything is kept, and they are told.
#include "tests/web/webkit.h"

#include "song/library.h"
#include "web/form.h"

#include <string.h>

#define SENTENCE "What looked like a card number was removed"

static bool has(Str answer, const char *text)
{
    size_t at;
    return str_find(answer, str_of(text), &at);
}

static Str post(WebKit *kit, const Signed *who, const char *path, const char *fields)
{
    Str form = arena_print(test_arena(), "csrf=" STR_FMT "&%s", STR_ARG(who->csrf), fields);
    return webkit_post(kit, path, who->cookie.data, form.data);
}

static Str post_json(WebKit *kit, const Signed *who, const char *path, const char *json)
{
    return webkit_talk(kit, arena_print(test_arena(),
                                        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                                        "Content-Type: application/json\r\nContent-Length: %zu\r\n" STR_FMT
                                        "X-CSRF: " STR_FMT "\r\n\r\n%s",
                                        path, strlen(json), STR_ARG(who->cookie), STR_ARG(who->csrf), json));
}

static LibrarySong newest(WebKit *kit, const Signed *who)
{
    Fault fault = { 0 };
    SongQuery query = { .account = who->account, .limit = 1 };
    SongPage songs;
    CHECK_OK(song_list(&kit->world->people, &query, &songs, &fault));
    CHECK_INT(songs.count, 1);
    LibrarySong song;
    CHECK_OK(song_read(&kit->world->people, who->account, songs.list[0].id, &song, &fault));
    return song;
}

static int songs_of(WebKit *kit, const Signed *who)
{
    Fault fault = { 0 };
    SongQuery query = { .account = who->account, .limit = 10 };
    SongPage songs;
    CHECK_OK(song_list(&kit->world->people, &query, &songs, &fault));
    return songs.count;
}

TEST(every_field_is_masked_but_those_that_hold_a_secret)
{
    static const char *const secrets[] = { "code", "csrf", "current", "once", "password", "seed", "token" };
    static const char *const texts[] = {
        "title", "prompt", "lyrics", "q", "reason", "name", "email", "codes"
    };
    Fault fault = { 0 };
    Form form;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        Str text = arena_print(test_arena(), "%s=4242424242424242", secrets[i]);
        CHECK_OK(form_read(test_arena(), text, &form, &fault));
        CHECK(!form_mask(test_arena(), &form));
        CHECK_STR(form.list[0].value, "4242424242424242");
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Str text = arena_print(test_arena(), "%s=my+4242-4242%%204242+4242&other=1", texts[i]);
        CHECK_OK(form_read(test_arena(), text, &form, &fault));
        CHECK(form_mask(test_arena(), &form));
        CHECK_STR(form.list[0].value, "my ****-**** **** ****");
        CHECK_STR(form.list[1].value, "1");
    }
}

TEST_BOTH(P2_5_a_card_number_in_a_form_is_not_kept_and_the_page_says_so)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    Str answer =
        post(kit, &ada, "/studio",
             "prompt=a+waltz+4242424242424242&lyrics=la+4242-4242-4242-4242&title=My+3782+822463+10005");
    CHECK_INT(webkit_status(answer), 303);
    CHECK_STR(webkit_cookie(answer, "__Host-note"), "card-removed");
    LibrarySong song = newest(kit, &ada);
    CHECK_STR(song.prompt, "a waltz ****************");
    CHECK_STR(song.lyrics, "la ****-****-****-****");
    CHECK_STR(song.title, "My **** ****** *****");
    Str with = arena_print(test_arena(), "Cookie: __Host-sid=" STR_FMT "; __Host-note=card-removed\r\n",
                           STR_ARG(ada.token));
    CHECK(has(webkit_get(kit, "/library", with.data), SENTENCE));
    CHECK(!has(webkit_get(kit, "/library", ada.cookie.data), SENTENCE));
    webkit_close(kit);
}

TEST(the_warning_goes_before_another_notice_and_comes_alone)
{
    WebKit *kit = webkit_open(ON_SQLITE, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    CHECK_STR(webkit_cookie(post(kit, &ada, "/account/name", "name=Ada"), "__Host-note"), "saved");
    Str answer = post(kit, &ada, "/account/name", "name=Ada+5555555555554444");
    CHECK_STR(webkit_cookie(answer, "__Host-note"), "card-removed");
    size_t at;
    CHECK(str_find(answer, STR("__Host-note"), &at));
    CHECK(!str_find(str_slice(answer, at + 1, answer.length), STR("__Host-note"), &at));
    CHECK(has(webkit_get(kit, "/account", ada.cookie.data), "Ada ****************"));
    webkit_close(kit);
}

TEST(a_page_that_comes_at_once_says_it_at_once)
{
    WebKit *kit = webkit_open(ON_SQLITE, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    Str search = webkit_get(kit, "/library?q=4242+4242+4242+4242", ada.cookie.data);
    CHECK_INT(webkit_status(search), 200);
    CHECK(has(search, SENTENCE) && has(search, "**** **** **** ****") && !has(search, "4242"));
    Str refused = post(kit, &ada, "/studio", "prompt=4242424242424242&key=4242424242424242");
    CHECK_INT(webkit_status(refused), 422);
    CHECK(has(refused, SENTENCE) && !has(refused, "4242"));
    webkit_close(kit);
}

TEST_BOTH(P2_5_a_card_number_in_json_is_not_kept)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    Str answer = post_json(kit, &ada, "/api/v1/songs",
                           "{\"prompt\":\"a waltz 6011 1111 1111 1117\",\"lyrics\":\"30569309025904\","
                           "\"title\":\"\\u0664\\u0662\\u0664\\u0662 4242 4242 4242\"}");
    CHECK_INT(webkit_status(answer), 202);
    LibrarySong song = newest(kit, &ada);
    CHECK_STR(song.prompt, "a waltz **** **** **** ****");
    CHECK_STR(song.lyrics, "**************");
    CHECK_STR(song.title, "**** **** **** ****");
    Str path = arena_print(test_arena(), "/api/v1/songs/" STR_FMT "/tags",
                           STR_ARG(id_text(test_arena(), song.id.n)));
    Str tagged = post_json(kit, &ada, path.data, "{\"name\":\"5555-5555-5555-4444\"}");
    CHECK(has(tagged, "{\"id\":") && has(tagged, "\"name\":\"****-****-****-****\""));
    webkit_close(kit);
}

TEST(a_seed_that_is_a_card_number_is_refused_and_not_repeated)
{
    WebKit *kit = webkit_open(ON_SQLITE, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    const char *sentence = "This seed looks like a card number, so it is not kept. Please choose another.";
    Str form = post(kit, &ada, "/studio", "prompt=a+waltz&seed=4242424242424242");
    CHECK_INT(webkit_status(form), 422);
    CHECK(has(form, sentence) && !has(form, "4242"));
    Str json = post_json(kit, &ada, "/api/v1/songs", "{\"prompt\":\"a waltz\",\"seed\":378282246310005}");
    CHECK_INT(webkit_status(json), 400);
    CHECK(has(json, sentence) && !has(json, "378282"));
    // The second variant would have it.
    json = post_json(kit, &ada, "/api/v1/songs",
                     "{\"prompt\":\"a waltz\",\"seed\":4242424242424241,\"variants\":2}");
    CHECK_INT(webkit_status(json), 400);
    CHECK_INT(songs_of(kit, &ada), 0);
    json = post_json(kit, &ada, "/api/v1/songs", "{\"prompt\":\"a waltz\",\"seed\":4242424242424241}");
    CHECK_INT(webkit_status(json), 202);
    CHECK_INT(songs_of(kit, &ada), 1);
    webkit_close(kit);
}
