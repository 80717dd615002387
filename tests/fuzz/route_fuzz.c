// Fuzz target: any bytes as a path. What is found has plain arguments that are no steps up.
#include "tests/fuzz/must.h"
#include "web/form.h"
#include "web/route.h"

static bool nothing(Request *request, Fault *fault)
{
    (void)request;
    return fault_set(fault, FAULT_MISSING, "Nothing.");
}

static const Route routes[] = {
    { METHOD_GET, "/", WHO_ANYBODY, nothing, "", true, 0, 0 },
    { METHOD_GET, "/a/{x}", WHO_ANYBODY, nothing, "", true, 0, 0 },
    { METHOD_POST, "/a/b", WHO_ANYBODY, nothing, "", true, 0, 0 },
    { METHOD_GET, "/a/{x}/b/{y}/{z}", WHO_ANYBODY, nothing, "", true, 0, 0 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Arena kept;
    static RouteTable *table;
    const Route *list[] = { &routes[0], &routes[1], &routes[2], &routes[3] };
    Fault fault;
    if (table == NULL)
        fuzz_must(route_table_make(&kept, list, 4, &table, &fault), "the table is made");
    Arena arena = { 0 };
    RouteFound found;
    route_find(table, &arena, METHOD_GET, (Str){ (const char *)data, size }, &found);
    for (int i = 0; i < ROUTE_ARGS_MAX; i++) {
        fuzz_must(text_is_plain(found.args[i]), "arguments are plain text");
        fuzz_must(!str_equal(found.args[i], STR("..")), "no argument is a step up");
    }
    fuzz_must(found.route == NULL || found.methods != 0, "a route has methods");
    arena_close(&arena);
    return 0;
}
