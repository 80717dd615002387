// Starting and ending: the socket, the routes, the pool, the loops, and the bell that wakes them.
#include "web/assets.h"
#include "web/certificates.h"
#include "web/loop.h"
#include "web/news.h"
#include "web/order.h"
#include "web/routes.h"

#include "sys/clock.h"
#include "sys/listen.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DRAIN_LOOK_MS = 10 };

static bool open_routes(Web *web, const WebOptions *options, Fault *fault)
{
    int count = options->count;
    for (int i = 0; i < route_list_count; i++)
        count += *route_lists[i].count;
    const Route **all = ARENA_ARRAY(&web->arena, const Route *, (size_t)count + 1);
    int n = 0;
    for (int i = 0; i < route_list_count; i++)
        for (int k = 0; k < *route_lists[i].count; k++)
            all[n++] = &route_lists[i].list[k];
    for (int i = 0; i < options->count; i++)
        all[n++] = &options->routes[i];
    return route_table_make(&web->arena, all, n, &web->routes, fault);
}

static bool open_socket(Web *web, int listen_fd, Fault *fault)
{
    const Config *config = web->site.config;
    listen_descriptors();
    if (listen_fd < 0)
        listen_fd = listen_inherited();
    if (listen_fd >= 0)
        web->listen_fd = listen_fd;
    else if (!listen_open(config->listen, config->port, &web->listen_fd, fault))
        return false;
    web->port = listen_port(web->listen_fd);
    return listen_prepare(web->listen_fd, fault);
}

// Where the configuration leaves the address open, it is the one that was opened.
static void settle_address(Web *web)
{
    web->config = *web->site.config;
    if (web->config.public_url == NULL)
        web->config.public_url =
            arena_print(&web->arena, "%s://%s:%d", web->config.tls_cert ? "https" : "http",
                        web->config.listen, web->port)
                .data;
    web->site.config = &web->config;
    Str url = str_of(web->config.public_url), rest = url, host;
    size_t at;
    if (str_find(url, STR("://"), &at)) {
        rest = str_slice(url, at + 3, url.length);
        if (str_cut(&rest, '/', &host))
            url = str_slice(url, 0, at + 3 + host.length);
    }
    web->origin = url;
}

// On the bell's own thread.
static void heard(void *self, Str topic, int64_t number)
{
    Web *web = self;
    if (!str_equal(topic, STR("event")) && !str_equal(topic, STR("audio")))
        return;
    for (int i = 0; i < web->loop_count; i++)
        loop_ring(&web->loops[i], topic, number);
}

static bool start_loops(Web *web, Fault *fault)
{
    int wanted = web->config.threads > 0 ? web->config.threads : 1;
    web->loops = calloc((size_t)wanted, sizeof *web->loops);
    if (web->loops == NULL)
        abort();
    for (int i = 0; i < wanted; i++) {
        web->loops[i].wake_fd = -1;
        web->loop_count++;
        if (!loop_start(&web->loops[i], web, fault))
            return false;
    }
    return true;
}

static bool start(Web *web, const WebOptions *options, Fault *fault)
{
    web->local = database_is_local(web->site.data);
    web->crowd = crowd_open();
    archives_open(&web->archives);
    csrf_open(&web->csrf, web->site.vault);
    const Config *config = web->site.config;
    if (!pages_open(fault) || !assets_open(fault) || !order_open(fault) ||
        !open_routes(web, options, fault) ||
        !networks_read(&web->arena, str_of(config->trusted_proxies), &web->proxies, fault))
        return false;
    if (config->tls_cert && !certificates_open(config->tls_cert, config->tls_key, &web->certificates, fault))
        return false;
    if (!open_socket(web, options->listen_fd, fault))
        return false;
    settle_address(web);
    web->pool = pool_open();
    if (!start_loops(web, fault) || !bell_open(web->site.data, heard, web, &web->bell, fault) ||
        !news_open(web, &web->news, fault))
        return false;
    log_info("web.start port=%d threads=%d tls=%d", web->port, web->loop_count, web->certificates != NULL);
    return true;
}

bool web_start_with(const Site *site, const WebOptions *options, Web **out, Fault *fault)
{
    Web *web = calloc(1, sizeof *web);
    if (web == NULL)
        abort();
    web->site = *site;
    web->listen_fd = -1;
    if (!start(web, options, fault)) {
        web_stop(web);
        return false;
    }
    *out = web;
    return true;
}

bool web_start(const Site *site, int listen_fd, Web **out, Fault *fault)
{
    return web_start_with(site, &(WebOptions){ .listen_fd = listen_fd }, out, fault);
}

int web_port(const Web *web)
{
    return web->port;
}

int web_socket(const Web *web)
{
    return web->listen_fd;
}

bool web_reload(Web *web, Fault *fault)
{
    return web->certificates == NULL || certificates_reload(web->certificates, fault);
}

static int still_open(Web *web)
{
    int open = 0;
    for (int i = 0; i < web->loop_count; i++)
        open += atomic_load(&web->loops[i].open);
    return open;
}

void web_drain(Web *web, int64_t wait_ms)
{
    atomic_store(&web->draining, true);
    for (int i = 0; i < web->loop_count; i++)
        loop_drain(&web->loops[i]);
    close(web->listen_fd); // who comes now is refused rather than kept waiting, unless a successor listens
    web->listen_fd = -1;
    double end = clock_ms() + (double)wait_ms;
    while (still_open(web) > 0 && clock_ms() < end)
        nanosleep(&(struct timespec){ .tv_nsec = DRAIN_LOOK_MS * 1000000L }, NULL);
    log_info("web.drained left=%d", still_open(web));
}

void web_stop(Web *web)
{
    if (web == NULL)
        return;
    atomic_store(&web->draining, true);
    if (web->bell)
        bell_close(web->bell);
    news_close(web->news);
    pool_close(web->pool);
    for (int i = 0; i < web->loop_count; i++)
        loop_stop(&web->loops[i]);
    free(web->loops);
    certificates_close(web->certificates);
    crowd_close(web->crowd);
    archives_close(&web->archives);
    if (web->listen_fd >= 0)
        close(web->listen_fd);
    secret_wipe(&web->csrf, sizeof web->csrf);
    arena_close(&web->arena);
    free(web);
}
