#include "web/route.h"

#include "web/form.h"

#include <stdlib.h>
#include <string.h>

typedef struct Entry {
    const Route *route;
    Str parts[ROUTE_PARTS_MAX];
    int count;
} Entry;

struct RouteTable {
    Entry *list; // by number of parts; written parts before {any}
    int count;
    int first[ROUTE_PARTS_MAX + 2]; // entries of n parts begin at first[n]
};

static bool is_any(Str part)
{
    return part.length > 0 && part.data[0] == '{';
}

static bool split(Str path, Str parts[ROUTE_PARTS_MAX], int *count)
{
    Str rest = str_slice(path, 1, path.length), part;
    *count = 0;
    if (path.length == 0 || path.data[0] != '/')
        return false;
    while (str_cut(&rest, '/', &part)) {
        if (*count == ROUTE_PARTS_MAX)
            return false;
        parts[(*count)++] = part;
    }
    return true;
}

static int entry_order(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->count != y->count)
        return x->count - y->count;
    for (int i = 0; i < x->count; i++) {
        if (is_any(x->parts[i]) != is_any(y->parts[i]))
            return is_any(x->parts[i]) - is_any(y->parts[i]);
        int order = is_any(x->parts[i]) ? 0 : str_compare(x->parts[i], y->parts[i]);
        if (order != 0)
            return order;
    }
    return (int)x->route->method - (int)y->route->method;
}

static bool check(const Entry *entry, Fault *fault)
{
    int args = 0;
    for (int i = 0; i < entry->count; i++) {
        Str part = entry->parts[i];
        args += is_any(part);
        if ((part.length == 0 && entry->count > 1) || (is_any(part) && part.data[part.length - 1] != '}') ||
            args > ROUTE_ARGS_MAX)
            return fault_set(fault, FAULT_BROKEN, "the route %s cannot be", entry->route->path);
    }
    return entry->route->run ||
           fault_set(fault, FAULT_BROKEN, "the route %s does nothing", entry->route->path);
}

bool route_table_make(Arena *arena, const Route *const *routes, int count, RouteTable **out, Fault *fault)
{
    RouteTable *table = ARENA_NEW(arena, RouteTable);
    table->list = ARENA_ARRAY(arena, Entry, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        Entry *entry = &table->list[i];
        entry->route = routes[i];
        if (!split(str_of(routes[i]->path), entry->parts, &entry->count))
            return fault_set(fault, FAULT_BROKEN, "the route %s cannot be", routes[i]->path);
        if (!check(entry, fault))
            return false;
    }
    qsort(table->list, (size_t)count, sizeof *table->list, entry_order);
    for (int i = 1; i < count; i++)
        if (entry_order(&table->list[i - 1], &table->list[i]) == 0)
            return fault_set(fault, FAULT_BROKEN, "the route %s is there twice", table->list[i].route->path);
    table->count = count;
    for (int n = 0, i = 0; n < ROUTE_PARTS_MAX + 2; n++) {
        while (i < count && table->list[i].count < n)
            i++;
        table->first[n] = i;
    }
    *out = table;
    return true;
}

static bool same_parts(const Entry *a, const Entry *b)
{
    for (int i = 0; i < a->count; i++)
        if (is_any(a->parts[i]) != is_any(b->parts[i]) ||
            (!is_any(a->parts[i]) && !str_equal(a->parts[i], b->parts[i])))
            return false;
    return true;
}

static bool fits(const Entry *entry, const Str *parts)
{
    for (int i = 0; i < entry->count; i++)
        if (is_any(entry->parts[i]) ? parts[i].length == 0 : !str_equal(entry->parts[i], parts[i]))
            return false;
    return true;
}

// Parts that a file system or a proxy would fold are no names here.
static bool decode(Arena *arena, Str *parts, int count)
{
    for (int i = 0; i < count; i++) {
        if (memchr(parts[i].data, '%', parts[i].length) && !percent_read(arena, parts[i], false, &parts[i]))
            return false;
        if (!text_is_plain(parts[i]) || str_equal(parts[i], STR(".")) || str_equal(parts[i], STR("..")))
            return false;
    }
    return true;
}

static void take_args(const Entry *entry, const Str *parts, RouteFound *out)
{
    int args = 0;
    for (int i = 0; i < entry->count; i++)
        if (is_any(entry->parts[i]))
            out->args[args++] = parts[i];
}

void route_find(const RouteTable *table, Arena *arena, Method method, Str path, RouteFound *out)
{
    Str parts[ROUTE_PARTS_MAX];
    int count;
    *out = (RouteFound){ 0 };
    if (!split(path, parts, &count) || !decode(arena, parts, count))
        return;
    Method wanted = method == METHOD_HEAD ? METHOD_GET : method;
    const Entry *best = NULL; // the first path that fits; entries of the same path stand beside it
    for (int i = table->first[count]; i < table->first[count + 1]; i++) {
        const Entry *entry = &table->list[i];
        if (!fits(entry, parts) || (best && !same_parts(best, entry)))
            continue;
        best = entry;
        out->methods |= 1u << entry->route->method;
        if (entry->route->method == METHOD_GET)
            out->methods |= 1u << METHOD_HEAD;
        if (entry->route->method == wanted) {
            out->route = entry->route;
            take_args(entry, parts, out);
        }
    }
}
