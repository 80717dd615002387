// The picture of a song: the same each time, another one for another song, small, and nothing but shapes.
#include "web/cover.h"

#include "tests/web/webkit.h"

#include <stdio.h>
#include <string.h>

static Str peaks_of(int turn)
{
    Buf buf = buf_make(test_arena(), 10000);
    buf_print(&buf, "{\"rate\":20,\"peaks\":[");
    for (int i = 0; i < 1000; i++)
        buf_print(&buf, "%s%d", i ? "," : "", (i * turn) % 128);
    buf_print(&buf, "]}");
    return buf_str(&buf);
}

static bool has(Str text, const char *part)
{
    size_t at;
    return str_find(text, str_of(part), &at);
}

TEST(a_cover_is_the_same_each_time_and_unlike_others)
{
    double loud[COVER_STEPS], other[COVER_STEPS];
    CHECK(cover_read(peaks_of(7), loud));
    CHECK(cover_read(peaks_of(5), other));
    Str drawn[60];
    for (int i = 0; i < 60; i++) {
        const SongId song = { 900000000000000000 + i };
        drawn[i] = cover_draw(test_arena(), song, loud);
        CHECK(str_equal(drawn[i], cover_draw(test_arena(), song, loud)));
        CHECK(!str_equal(drawn[i], cover_draw(test_arena(), song, other))); // another sound, another picture
        CHECK(drawn[i].length > 500 && drawn[i].length < COVER_BYTES_MAX);
        CHECK(str_starts(drawn[i], STR("<svg ")) && str_ends(drawn[i], STR("</svg>")));
        CHECK(!has(drawn[i], "script") && !has(drawn[i], "href") && !has(drawn[i], "nan"));
    }
    int alike = 0;
    for (int i = 0; i < 60; i++) // neighbours, of one sound
        for (int k = 0; k < i; k++)
            alike += str_equal(drawn[i], drawn[k]);
    CHECK(alike < 30); // of 1770: there are some colours and shapes, not more
}

TEST(a_cover_needs_no_peaks_and_stands_odd_ones)
{
    double loud[COVER_STEPS];
    static const char *const odd[] = { "", "{", "{}", "{\"peaks\":7}", "{\"peaks\":[]}" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        CHECK(!cover_read(str_of(odd[i]), loud));
    static const char *const few[] = { "{\"peaks\":[0]}", "{\"peaks\":[-5,1e300,\"x\"]}" };
    for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
        CHECK(cover_read(str_of(few[i]), loud));
        for (int k = 0; k < COVER_STEPS; k++)
            CHECK(loud[k] >= 0.0 && loud[k] <= 1.0);
    }
    cover_guess((SongId){ 5 }, loud);
    CHECK(cover_draw(test_arena(), (SongId){ 5 }, loud).length > 500);
}

TEST_BOTH(a_cover_is_given_as_a_picture_that_can_do_nothing)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Fault fault;
    Job job;
    bool again;
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    JobOrder order = { .song = { .account = ada.account, .prompt = STR("x"), .engine = STR("built-in") } };
    CHECK_OK(job_submit(&kit->world->people, &order, &job, &again, &fault));
    Str answer = webkit_get(
        kit,
        arena_print(test_arena(), "/songs/" STR_FMT "/cover.svg", STR_ARG(id_text(test_arena(), job.song.n)))
            .data,
        ada.cookie.data);
    CHECK_INT(webkit_status(answer), 200);
    CHECK_STR(webkit_header(answer, "Content-Type"), "image/svg+xml");
    CHECK_STR(webkit_header(answer, "X-Content-Type-Options"), "nosniff");
    CHECK(has(webkit_header(answer, "Content-Security-Policy"), "default-src 'none'") &&
          has(webkit_header(answer, "Content-Security-Policy"), "sandbox"));
    webkit_close(kit);
}
