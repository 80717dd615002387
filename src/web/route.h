// Which route a request is for. Paths are compared part by part; a written part comes before {any}.
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/request.h"

enum { ROUTE_PARTS_MAX = 8, ROUTE_ARGS_MAX = 3 };

typedef struct RouteTable RouteTable;

// BROKEN names a route that is there twice, or cannot be.
bool route_table_make(Arena *arena, const Route *const *routes, int count, RouteTable **out, Fault *fault);

typedef struct RouteFound {
    const Route *route; // NULL: no such path, or not by this method
    Str args[ROUTE_ARGS_MAX];
    unsigned methods; // 1 << Method of all that the path takes; 0: no such path
} RouteFound;

// `path` as it was sent, from its slash to the query; decoded part by part, so %2F is no slash. HEAD finds
// GET.
void route_find(const RouteTable *table, Arena *arena, Method method, Str path, RouteFound *out);

#endif
