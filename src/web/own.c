// Routes of the server itself: files built into the program, health, metrics, and what programs look for
// under fixed names.
#include "base/data.h"
#include "web/assets.h"
#include "web/loop.h"
#include "web/routes.h"

#include "sys/clock.h"

#include <inttypes.h>
#include <time.h>

static bool give_asset(Request *request, Fault *fault)
{
    const Asset *asset = asset_find(request->args[0]);
    if (asset == NULL)
        return fault_set(fault, FAULT_MISSING, "There is no such file.");
    return reply_kept(request, asset->type.data, asset->etag, asset->bytes);
}

static bool healthz(Request *request, Fault *fault)
{
    (void)fault;
    return reply_text(request, 200, "text/plain; charset=utf-8", STR("ok\n"));
}

static bool ready(const Web *web, Arena *arena)
{
    Db *db;
    DbRows row;
    bool found = false;
    Fault fault;
    if (atomic_load(&web->draining) || !db_take(web->site.data, &db, &fault))
        return false;
    found = db_find(db, arena, SQL_WEB_READY, DB_NO_ARGS, &row, &found, &fault) && found;
    db_give(db);
    return found;
}

static bool readyz(Request *request, Fault *fault)
{
    (void)fault;
    if (ready(exchange_of(request)->web, request->arena))
        return reply_text(request, 200, "text/plain; charset=utf-8", STR("ready\n"));
    return reply_text(request, 503, "text/plain; charset=utf-8", STR("not ready\n"));
}

static void put(Buf *buf, const char *name, const char *kind, const char *help, int64_t value)
{
    buf_print(buf, "# HELP sonicstacker_%s %s\n# TYPE sonicstacker_%s %s\nsonicstacker_%s %" PRId64 "\n",
              name, help, name, kind, name, value);
}

static bool metrics(Request *request, Fault *fault)
{
    (void)fault;
    Web *web = exchange_of(request)->web;
    Counts *counts = &web->counts;
    Buf buf = buf_make(request->arena, 16 << 10);
    int64_t open = 0, busy = 0;
    for (int i = 0; i < web->loop_count; i++) {
        open += atomic_load(&web->loops[i].open);
        busy += atomic_load(&web->loops[i].busy);
    }
    buf_text(&buf, STR("# HELP sonicstacker_replies_total Replies by the class of their status.\n"
                       "# TYPE sonicstacker_replies_total counter\n"));
    for (int i = 1; i < 6; i++)
        buf_print(&buf, "sonicstacker_replies_total{class=\"%dxx\"} %" PRIdLEAST64 "\n", i,
                  atomic_load(&counts->replies[i]));
    put(&buf, "reply_microseconds_total", "counter", "Time spent on replies.", atomic_load(&counts->micros));
    put(&buf, "connections_total", "counter", "Connections accepted.", atomic_load(&counts->connections));
    put(&buf, "connections_open", "gauge", "Connections open now.", open);
    put(&buf, "requests_busy", "gauge", "Requests under way now.", busy);
    put(&buf, "event_streams", "gauge", "Event streams open now.", atomic_load(&counts->streams));
    put(&buf, "pool_waiting", "gauge", "Requests that wait for a thread.", pool_waiting(web->pool));
    put(&buf, "refused_total", "counter", "Requests refused as ambiguous, too slow or too large.",
        gate_refusals());
    put(&buf, "crowded_total", "counter", "Connections refused to a network that had too many.",
        atomic_load(&counts->crowded));
    return reply_text(request, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&buf));
}

static bool gpc(Request *request, Fault *fault)
{
    (void)fault;
    return reply_json(request, 200, STR("{\"gpc\":true,\"lastUpdate\":\"2025-03-25\"}"));
}

static bool security_txt(Request *request, Fault *fault)
{
    (void)fault;
    const Config *config = request->site->config;
    time_t end = (time_t)(clock_now() / MS_SECOND) + 180 * 86400;
    struct tm utc;
    char expires[40];
    gmtime_r(&end, &utc);
    strftime(expires, sizeof expires, "%Y-%m-%dT00:00:00Z", &utc);
    return reply_text(request, 200, "text/plain; charset=utf-8",
                      arena_print(request->arena,
                                  "Contact: mailto:%s\nExpires: %s\nPreferred-Languages: en\n"
                                  "Canonical: %s/.well-known/security.txt\n",
                                  config->support, expires, config->public_url));
}

static bool robots(Request *request, Fault *fault)
{
    (void)fault;
    return reply_text(
        request, 200, "text/plain; charset=utf-8",
        STR("User-agent: *\nDisallow: /api/\nDisallow: /s/\nDisallow: /songs/\nDisallow: /account\n"
            "Disallow: /library\nDisallow: /studio\nDisallow: /staff\n"));
}

// ---- as an app: what browsers ask for under fixed names

static Str data_text(Str name)
{
    for (int64_t i = 0; i < data_count; i++)
        if (str_equal(data_files[i].name, name))
            return data_files[i].text;
    return STR("");
}

static bool manifest(Request *request, Fault *fault)
{
    (void)fault;
    return reply_text(request, 200, "application/manifest+json", data_text(STR("pages/manifest.json")));
}

static bool icon(Request *request, Fault *fault)
{
    (void)fault;
    return reply_text(request, 200, "image/svg+xml", data_text(STR("pages/icon.svg")));
}

static bool service_worker(Request *request, Fault *fault)
{
    (void)fault;
    return reply_active(request, "text/javascript; charset=utf-8", data_text(STR("pages/sw.js")));
}

// The same for everybody, since browsers keep it.
static bool offline_page(Request *request, Fault *fault)
{
    Buf buf = buf_make(request->arena, PAGE_BYTES_MAX);
    return page_show(page_make(request->arena), "offline", &buf, fault) &&
           reply_active(request, "text/html; charset=utf-8", buf_str(&buf));
}

static bool change_password(Request *request, Fault *fault)
{
    (void)fault;
    return reply_redirect(request, "/account");
}

const Route own_routes[] = {
    { METHOD_GET, "/static/{file}", WHO_NOBODY, give_asset, "", true, 0, 0 },
    { METHOD_GET, "/healthz", WHO_NOBODY, healthz, "", true, 0, 0 },
    { METHOD_GET, "/readyz", WHO_NOBODY, readyz, "", false, 0, 0 },
    { METHOD_GET, "/metrics", WHO_LOCAL, metrics, "", false, 0, 0 },
    { METHOD_GET, "/.well-known/gpc.json", WHO_NOBODY, gpc, "", true, 0, 0 },
    { METHOD_GET, "/.well-known/security.txt", WHO_NOBODY, security_txt, "", true, 0, 0 },
    { METHOD_GET, "/.well-known/change-password", WHO_NOBODY, change_password, "", true, 0, 0 },
    { METHOD_GET, "/manifest.webmanifest", WHO_NOBODY, manifest, "", true, 0, 0 },
    { METHOD_GET, "/icon.svg", WHO_NOBODY, icon, "", true, 0, 0 },
    { METHOD_GET, "/sw.js", WHO_NOBODY, service_worker, "", true, 0, 0 },
    { METHOD_GET, "/offline", WHO_NOBODY, offline_page, "", true, 0, 0 },
    { METHOD_GET, "/robots.txt", WHO_NOBODY, robots, "", true, 0, 0 },
};
const int own_route_count = sizeof own_routes / sizeof *own_routes;
