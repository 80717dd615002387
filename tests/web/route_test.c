#include "tests/test.h"
#include "web/route.h"
#include "web/routes.h"

static Fault fault;

static bool nothing(Request *request, Fault *why)
{
    (void)request;
    return fault_set(why, FAULT_MISSING, "Nothing.");
}

static const Route some[] = {
    { METHOD_GET, "/", WHO_ANYBODY, nothing, "", true, 0, 0 },
    { METHOD_GET, "/songs/{id}", WHO_MEMBER, nothing, "", true, 0, 0 },
    { METHOD_GET, "/songs/new", WHO_MEMBER, nothing, "", true, 0, 0 },
    { METHOD_POST, "/songs/{id}", WHO_MEMBER, nothing, "", true, 0, 0 },
    { METHOD_DELETE, "/songs/{id}/parts/{part}", WHO_MEMBER, nothing, "", true, 0, 0 },
};

static RouteTable *table(void)
{
    const Route *list[] = { &some[0], &some[1], &some[2], &some[3], &some[4] };
    RouteTable *out = NULL;
    CHECK_OK(route_table_make(test_arena(), list, 5, &out, &fault));
    return out;
}

static RouteFound find(Method method, const char *path)
{
    RouteFound out;
    route_find(table(), test_arena(), method, str_of(path), &out);
    return out;
}

TEST(route_is_found_by_its_parts)
{
    CHECK(find(METHOD_GET, "/").route == &some[0]);
    CHECK(find(METHOD_GET, "/songs/abc").route == &some[1]);
    CHECK_STR(find(METHOD_GET, "/songs/a%20b").args[0], "a b");
    CHECK(find(METHOD_GET, "/songs/new").route == &some[2]);
    CHECK(find(METHOD_HEAD, "/songs/abc").route == &some[1]);
    CHECK(find(METHOD_POST, "/songs/abc").route == &some[3]);
    RouteFound found = find(METHOD_DELETE, "/songs/x/parts/y");
    CHECK(found.route == &some[4]);
    CHECK_STR(found.args[1], "y");
}

TEST(route_that_is_not_there_is_not_found)
{
    static const char *const paths[] = { "",           "songs/a",       "/songs",
                                         "/songs/",    "/songs/a/",     "//songs/a",
                                         "/songs/..",  "/songs/%2e%2e", "/songs/%00",
                                         "/songs/%zz", "/songs/%ff",    "/songs/.",
                                         "/Songs/a",   "/songs/a%0ab",  "/a/b/c/d/e/f/g/h/i/j" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        CHECK_INT(find(METHOD_GET, paths[i]).methods, i == 13 ? 3u | 1u << METHOD_POST : 0u);
}

TEST(route_knows_the_other_methods_of_a_path)
{
    RouteFound found = find(METHOD_DELETE, "/songs/abc");
    CHECK(found.route == NULL);
    CHECK_INT(found.methods, 1u << METHOD_GET | 1u << METHOD_HEAD | 1u << METHOD_POST);
    CHECK_INT(find(METHOD_POST, "/songs/new").methods, 1u << METHOD_GET | 1u << METHOD_HEAD);
}

TEST(route_that_is_there_twice_is_refused)
{
    static const Route twice[] = { { METHOD_GET, "/a/{x}", WHO_ANYBODY, nothing, "", true, 0, 0 },
                                   { METHOD_GET, "/a/{y}", WHO_ANYBODY, nothing, "", true, 0, 0 } };
    const Route *list[] = { &twice[0], &twice[1] };
    RouteTable *out;
    CHECK_FAULT(route_table_make(test_arena(), list, 2, &out, &fault), FAULT_BROKEN);
}

TEST(routes_of_the_service_fit_together)
{
    const Route *list[500];
    int count = 0;
    for (int i = 0; i < route_list_count; i++)
        for (int k = 0; k < *route_lists[i].count; k++)
            list[count++] = &route_lists[i].list[k];
    RouteTable *out;
    CHECK_OK(route_table_make(test_arena(), list, count, &out, &fault));
    CHECK(count > 50);
}
