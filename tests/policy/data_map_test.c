// The data map's check goes red both ways: for what is not in the map, and for what is only there.
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/sonicstacker-map-XXXXXX";

// Runs a command in a copy of what the check reads, then the check. What it says comes back, "" when all is
// well.
static Str check_after(const char *change)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    char *said = arena_take(test_arena(), 8000);
    const char *command = arena_print(test_arena(),
                                      "cp -r src migrations policy scripts pages ui %s && cd %s && { %s; } && "
                                      "scripts/data-map check 2>&1; "
                                      "code=$?; rm -r %s; exit $code",
                                      folder, folder, change, folder)
                              .data;
    FILE *pipe = popen(command, "re");
    CHECK(pipe != NULL);
    size_t length = fread(said, 1, 7999, pipe);
    int status = pclose(pipe);
    CHECK((status == 0) == (length == 0)); // it speaks when it fails, and only then
    return (Str){ said, length };
}

static void check_says(const char *change, const char *wanted)
{
    size_t at;
    Str said = check_after(change);
    if (!str_find(said, str_of(wanted), &at))
        CHECK_STR(said, wanted);
}

TEST(P1_2_the_data_map_is_what_the_program_keeps_and_nothing_else)
{
    CHECK_STR(check_after("true"), "");
}

TEST(P1_2_what_is_not_in_the_data_map_is_refused)
{
    check_says("sed -i 's/^    credits INTEGER NOT NULL CHECK/    mood TEXT NOT NULL, shoe INTEGER,\\n&/' "
               "migrations/data/*.sql",
               "data account.shoe is not in the map");
    check_says(
        "echo 'ALTER TABLE song ADD COLUMN mood BLOB; -- personal, sealed' >migrations/data/0999-mood.sql",
        "data song.mood is not in the map");
    check_says("printf 'CREATE TABLE visit (\\n who INTEGER,\\n page TEXT -- personal\\n);\\n' "
               ">migrations/data/0999-visit.sql",
               "data visit.page is not in the map");
    check_says("echo 'void f(void) { log_info(\"song.sung song=%d \" \"singer=\" STR_FMT, 1, STR_ARG(s)); }' "
               ">>src/vault/vault.c",
               "log singer is not in the map");
    check_says("echo 'static const char c[] = \"__Host-track\";' >>src/web/reply.c",
               "cookie __Host-track is not in the map");
    check_says("echo \"localStorage.setItem('prompts', all);\" >>ui/site.ts",
               "storage prompts is not in the map");
    check_says("echo 'localStorage.setItem(key, all);' >>ui/site.ts", "storage ? is not in the map");
    check_says("echo 'document.cookie = x;' >>ui/site.ts", "storage document.cookie is not in the map");
    check_says("echo 'Hello {name}' >>pages/mail/confirm.txt", "out smtp.text.name is not in the map");
    check_says("echo 'void g(void) { curl_easy_init(); }' >>src/song/song.c",
               "out src/song/song.c is not in the map");
}

// The last column of a table has no comma, and its mark counts all the same.
TEST(P1_2_a_sealed_column_needs_a_key_class_wherever_it_stands)
{
    check_says("printf 'CREATE TABLE visit (\\n who INTEGER,\\n page BLOB -- personal, sealed\\n);\\n' "
               ">migrations/data/0999-visit.sql; "
               "printf 'data\\tvisit.page\\t-\\t-\\tprovide\\tnone\\tx\\t- x\\trow\\n' >>policy/data-map",
               "data visit.page is marked sealed and has no key class");
}

TEST(P1_2_what_is_only_in_the_data_map_is_refused)
{
    check_says("sed -i '/^    favourite INTEGER/d' migrations/data/*.sql",
               "data song.favourite is in the map and nowhere else");
    check_says("echo 'ALTER TABLE song DROP COLUMN engine;' >migrations/data/0999-drop.sql",
               "data song.engine is in the map and nowhere else");
    check_says("echo 'DROP TABLE share;' >migrations/data/0999-drop.sql",
               "data share.secret is in the map and nowhere else");
    check_says("sed -i 's/__Host-dev/__Host-sid/g' src/web/*.[ch]",
               "cookie __Host-dev is in the map and nowhere else");
    check_says("sed -i 's/rotated epoch=/rotated era=/; s/destroyed epoch=/destroyed era=/; s/ epoch=%/ "
               "era=%/' src/vault/rotate.c",
               "log epoch is in the map and nowhere else");
}

TEST(P1_2_what_the_data_map_says_must_fit)
{
    check_says(
        "sed -i '/data\\taccount.email/s/\\taccount\\taccount\\t/\\tnone\\taccount\\t/' policy/data-map",
        "data account.email is marked sealed and has no key class");
    check_says("sed -i 's/^    email BLOB,  *--.*/    email BLOB,/' migrations/data/*.sql",
               "data account.email has a key class and is not marked");
    check_says("sed -i '/data\\tsong.prompt/s/settings you provide/secrets you provide/' policy/data-map",
               "does not stand in");
    check_says("sed -i '/data\\tsong.prompt/s/generate\\taccount/sell\\taccount/' policy/data-map",
               "sell is no purpose");
    check_says("sed -n '/data\\tsong.prompt/p' policy/data-map >>policy/data-map", "stands twice");
}
