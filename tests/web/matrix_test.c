// Who may what: every route of the service is asked by everybody it is not for, and every route that names
// something by whom it does not belong to.
#include "tests/web/webkit.h"

#include "sys/clock.h"
#include "web/csrf.h"
#include "web/routes.h"

#include <stdio.h>
#include <string.h>

// What somebody has.
typedef struct Things {
    Str song, job, folder, session, token, purchase, receipt;
} Things;

// Who asks: the header lines that show it, and the token of the forms.
typedef struct Asker {
    const char *headers;
    Str csrf;
} Asker;

static const char *const methods[] = { "GET", "HEAD", "POST", "DELETE", "PATCH", "PUT" };

static bool is_api(const Route *route)
{
    return strncmp(route->path, "/api/", 5) == 0;
}

static Str thing_of(const Things *things, const char *path)
{
    static const Str slug = STR_INIT("0123456789012345678901");
    Str all = str_of(path);
    size_t at;
    return str_find(all, STR("/songs/{"), &at)       ? things->song
           : str_find(all, STR("/jobs/{"), &at)      ? things->job
           : str_find(all, STR("/folders/{"), &at)   ? things->folder
           : str_find(all, STR("/sessions/{"), &at)  ? things->session
           : str_find(all, STR("/tokens/{"), &at)    ? things->token
           : str_find(all, STR("/purchases/{"), &at) ? things->purchase
           : str_find(all, STR("/receipts/{"), &at)  ? things->receipt
                                                     : slug;
}

static const char *path_of(const Things *things, const Route *route)
{
    const char *hole = strchr(route->path, '{');
    if (hole == NULL)
        return route->path;
    return arena_print(test_arena(), "%.*s" STR_FMT "%s", (int)(hole - route->path), route->path,
                       STR_ARG(thing_of(things, route->path)), strchr(hole, '}') + 1)
        .data;
}

// All fields of the route, filled with something that fits most of them.
static Str form_of(const Route *route, Str csrf)
{
    Buf buf = buf_make(test_arena(), 1000);
    buf_print(&buf, "csrf=" STR_FMT, STR_ARG(csrf));
    Str rest = str_of(route->fields), word;
    while (str_word(&rest, &word))
        if (!str_equal(word, STR("folder")))
            buf_print(&buf, "&" STR_FMT "=1", STR_ARG(word));
    return buf_str(&buf);
}

static Str ask(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    Arena *arena = test_arena();
    bool body = route->method != METHOD_GET && route->method != METHOD_DELETE;
    Str text = !body ? STR("") : is_api(route) ? STR("{\"prompt\":\"a waltz\"}") : form_of(route, who->csrf);
    Str type =
        arena_print(arena, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                    is_api(route) ? "application/json" : "application/x-www-form-urlencoded", text.length);
    return webkit_talk(kit, arena_print(arena,
                                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" STR_FMT
                                        "%sX-CSRF: " STR_FMT "\r\n\r\n" STR_FMT,
                                        methods[route->method], path_of(things, route),
                                        STR_ARG(body ? type : STR("")), who->headers, STR_ARG(who->csrf),
                                        STR_ARG(text)));
}

static void wanted(const Route *route, const char *who, Str answer, int status, const char *where)
{
    bool good = webkit_status(answer) == status &&
                (where == NULL || str_starts(webkit_header(answer, "Location"), str_of(where)));
    if (!good)
        print_error("%s: %s %s answers %d, not %d %s\n", who, methods[route->method], route->path,
                    webkit_status(answer), status, where ? where : "");
    CHECK(good);
}

static int each_route(WebKit *kit, const Things *things, const Asker *who,
                      int (*check)(WebKit *, const Route *, const Things *, const Asker *))
{
    int count = 0;
    for (int i = 0; i < route_list_count; i++)
        for (int k = 0; k < *route_lists[i].count; k++)
            count += check(kit, &route_lists[i].list[k], things, who);
    return count;
}

static int nobody_may(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    if (route->who == WHO_ANYBODY || route->who == WHO_NOBODY || route->who == WHO_LOCAL)
        return 0;
    Str answer = ask(kit, route, things, who);
    if (route->who == WHO_API)
        wanted(route, "nobody", answer, 401, NULL);
    else if (route->who == WHO_SIGNED) // the wrong kind of body, before anything else
        wanted(route, "nobody", answer, 415, NULL);
    else if (route->who == WHO_OPERATOR)
        wanted(route, "nobody", answer, 404, NULL);
    else
        wanted(route, "nobody", answer, 303, "/login");
    return 1;
}

static int member_may_not(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    if (route->who != WHO_OPERATOR)
        return 0;
    wanted(route, "member", ask(kit, route, things, who), 404, NULL);
    return 1;
}

static int long_ago(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    if (route->who != WHO_PROVED)
        return 0;
    wanted(route, "a member of an hour ago", ask(kit, route, things, who), 303, "/account/prove");
    return 1;
}

static int wrong_scope(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    if (route->who != WHO_API || route->scope == SCOPE_READ)
        return 0;
    wanted(route, "a token that reads", ask(kit, route, things, who), 403, NULL);
    return 1;
}

static int reads_nothing(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    if (route->who != WHO_API || route->scope != SCOPE_READ)
        return 0;
    wanted(route, "a token that makes", ask(kit, route, things, who), 403, NULL);
    return 1;
}

static int not_theirs(WebKit *kit, const Route *route, const Things *things, const Asker *who)
{
    bool named = strchr(route->path, '{') != NULL && strncmp(route->path, "/static/", 8) != 0 &&
                 strncmp(route->path, "/first/", 7) != 0;
    if (!named)
        return 0;
    // Ending a session that is not there is as good as ending it.
    bool ends = strcmp(route->path, "/account/sessions/{id}/end") == 0;
    wanted(route, "somebody else", ask(kit, route, things, who), ends ? 303 : 404, NULL);
    return 1;
}

// A purchase with its receipt, as the shop leaves them; the shop itself is closed.
static Str purchase_of(Db *db, AccountId account, Str *receipt)
{
    Fault fault;
    int64_t id = id_make();
    CHECK_OK(db_run(db, SQL_PURCHASE_ADD,
                    DB_ARGS(DB_INT(id), DB_INT(account.n), DB_TEXT(STR("starter")),
                            DB_TEXT(STR("Lantern pack")), DB_INT(100), DB_INT(499), DB_TEXT(STR("usd")),
                            DB_INT(0), DB_NULL, DB_INT(1), DB_INT(0), DB_INT(20)),
                    NULL, &fault));
    CHECK_OK(db_run(db, SQL_RECEIPT_ADD,
                    DB_ARGS(DB_INT(1), DB_TEXT(STR("sale")), DB_INT(id), DB_INT(0), DB_INT(account.n),
                            DB_TEXT(STR("Lantern pack")), DB_INT(100), DB_INT(499), DB_TEXT(STR("usd")),
                            DB_TEXT(STR("Us")), DB_TEXT(STR("")), DB_NULL, DB_INT(0), DB_INT(1)),
                    NULL, &fault));
    *receipt = STR("1");
    return id_text(test_arena(), id);
}

static Things things_of(WebKit *kit, AccountId account)
{
    Fault fault = { 0 };
    Arena *arena = test_arena();
    People *people = &kit->world->people;
    Job job;
    bool again;
    int64_t folder;
    Str text;
    ApiToken *tokens;
    Session *sessions;
    int count;
    JobOrder order = { .song = { .account = account,
                                 .title = STR("Hers"),
                                 .prompt = STR("a waltz"),
                                 .engine = STR("built-in") } };
    CHECK_OK(job_submit(people, &order, &job, &again, &fault));
    CHECK_OK(folder_add(people, account, STR("Dances"), &folder, &fault));
    CHECK_OK(api_token_make(people, account, STR("program"), SCOPE_READ, -1, &text, &fault));
    CHECK_OK(api_token_list(people, account, &tokens, &count, &fault));
    CHECK_OK(session_list(people, account, &sessions, &count, &fault));
    Things things = { id_text(arena, job.song.n),
                      id_text(arena, job.id.n),
                      id_text(arena, folder),
                      id_text(arena, sessions[0].id),
                      id_text(arena, tokens[0].id),
                      { 0 },
                      { 0 } };
    things.purchase = purchase_of(kit->world->db, account, &things.receipt);
    return things;
}

static const char *bearer(WebKit *kit, AccountId account, unsigned scopes)
{
    Fault fault = { 0 };
    Str token;
    CHECK_OK(api_token_make(&kit->world->people, account, STR("x"), scopes, -1, &token, &fault));
    return arena_print(test_arena(), "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(token)).data;
}

TEST_BOTH(every_route_is_closed_to_those_it_is_not_for)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Signed ada = webkit_sign_in(kit, "ada@example.org");
    Things hers = things_of(kit, ada.account);
    const Asker nobody = { "", STR("") }, member = { ada.cookie.data, ada.csrf };
    CHECK(each_route(kit, &hers, &nobody, nobody_may) > 50);
    CHECK(each_route(kit, &hers, &member, member_may_not) >= 2);
    const Asker reads = { bearer(kit, ada.account, SCOPE_READ), STR("") },
                makes = { bearer(kit, ada.account, SCOPE_MAKE), STR("") };
    CHECK(each_route(kit, &hers, &reads, wrong_scope) >= 3);
    CHECK(each_route(kit, &hers, &makes, reads_nothing) >= 5);
    world_later(kit->world, MS_HOUR);
    CHECK(each_route(kit, &hers, &member, long_ago) >= 4);
    webkit_close(kit);
}

TEST_BOTH(what_is_somebody_elses_is_not_there_by_any_route)
{
    WebKit *kit = webkit_open(engine, NULL, 0);
    Arena *arena = test_arena();
    Signed ada = webkit_sign_in(kit, "ada@example.org"), bob = webkit_sign_in(kit, "bob@example.org");
    Things hers = things_of(kit, ada.account);
    const Asker him = { bob.cookie.data, bob.csrf };
    CHECK(each_route(kit, &hers, &him, not_theirs) > 30);
    const char *all = bearer(kit, bob.account, SCOPE_READ | SCOPE_MAKE | SCOPE_DELETE);
    Str job = arena_print(arena, "/api/v1/jobs/" STR_FMT, STR_ARG(hers.job));
    CHECK_INT(webkit_status(webkit_get(kit, job.data, all)), 404);

    // Nothing has happened to what is hers.
    size_t at;
    Str song = arena_print(arena, "/api/v1/songs/" STR_FMT, STR_ARG(hers.song));
    Str read = webkit_get(kit, song.data, ada.cookie.data);
    CHECK_INT(webkit_status(read), 200);
    CHECK(str_find(read, STR("\"title\":\"Hers\""), &at) && str_find(read, STR("\"trashed\":false"), &at));
    CHECK(str_find(webkit_get(kit, job.data, ada.cookie.data), STR("\"state\":\"queued\""), &at));
    CHECK(str_find(webkit_get(kit, "/folders", ada.cookie.data), STR("Dances"), &at));
    CHECK(str_find(webkit_get(kit, "/account", ada.cookie.data), STR("program"), &at));
    CHECK(str_find(webkit_get(kit, "/credits/receipts/1", ada.cookie.data), STR("Lantern pack"), &at));
    CHECK(!str_find(webkit_get(kit, "/credits", bob.cookie.data), STR("Lantern"), &at));
    webkit_close(kit);
}
