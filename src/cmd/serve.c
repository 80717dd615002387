// serve: answers people. A supervisor holds the listening socket, so that a new program can take over from an
// old one without a refused connection.
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "cmd/signals.h"
#include "cmd/supervisor.h"
#include "sys/listen.h"
#include "sys/log.h"
#include "web/web.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

enum { DRAIN_MS = 20000 };

// While there is no operator, whoever started the service may become it.
static bool offer_operator(Arena *arena, Service *service, Fault *fault)
{
    Db *db;
    bool needed = false;
    Str token;
    if (!db_take(service->data, &db, fault))
        return false;
    People people = { db, service->vault, arena, str_of(service->config.public_url) };
    bool asked = operator_first(&people, &needed, &token, fault);
    db_give(db);
    if (asked && needed) {
        printf("Become the operator: %s/first/" STR_FMT "\n", service->config.public_url, STR_ARG(token));
        fflush(stdout);
    }
    return asked;
}

static bool listen_at(Arena *arena, const ServiceOptions *options, Config *config, int *fd, Fault *fault)
{
    *fd = options->listen_fd;
    if (*fd < 0 && !listen_open(config->listen, config->port, fd, fault))
        return false;
    if (config->public_url == NULL) // the system picked the port
        config->public_url = arena_print(arena, "%s://%s:%d", config->tls_cert ? "https" : "http",
                                         config->listen, listen_port(*fd))
                                 .data;
    return true;
}

static bool is_loopback(const char *address)
{
    Str s = str_of(address);
    return str_starts(s, STR("127.")) || str_equal(s, STR("::1"));
}

static int serve(Arena *arena, const ServiceOptions *options)
{
    Service service = { 0 };
    Web *web = NULL;
    Fault fault = { 0 };
    int fd = -1;
    signals_block();
    bool good = service_configure(arena, options, &service.config, &fault) &&
                listen_at(arena, options, &service.config, &fd, &fault) &&
                service_open(arena, &service, &fault);
    Site site = { &service.config, service.data, service.keys, service.vault, service.blobs,
                  service.mailer,  service.shop, "2025-03-25", "2025-03-25" };
    if (good && !service.config.tls_cert && service.config.trusted_proxies[0] == 0 &&
        !is_loopback(service.config.listen))
        log_warn("serve.in_the_clear tls=0");
    good = good && web_start(&site, fd, &web, &fault) && offer_operator(arena, &service, &fault);
    if (good) {
        printf("listening on %s\n", service.config.public_url);
        fflush(stdout);
        service_ready(options);
        for (int number = 0; number != SIGTERM && number != SIGINT;)
            number = signals_wait(-1);
        log_info("serve.stopping");
        web_drain(web, DRAIN_MS);
    }
    if (web)
        web_stop(web);
    service_close(&service);
    return good ? EXIT_DONE : failed(&fault);
}

int cmd_serve(int argc, char **argv)
{
    Arena arena = { 0 };
    ServiceOptions options;
    int status = service_options(argc, argv, &options);
    if (status != EXIT_DONE)
        return status;
    if (options.help) {
        help_print("serve");
        return EXIT_DONE;
    }
    if (options.ready_fd >= 0)
        prctl(PR_SET_PDEATHSIG, SIGTERM);
    status = options.alone ? serve(&arena, &options) : supervise(&options, SUPERVISE_SERVE);
    arena_close(&arena);
    return status;
}

int cmd_run(int argc, char **argv)
{
    ServiceOptions options;
    int status = service_options(argc, argv, &options);
    if (status != EXIT_DONE || !options.help)
        return status != EXIT_DONE ? status : supervise(&options, SUPERVISE_SERVE | SUPERVISE_WORK);
    help_print("run");
    return EXIT_DONE;
}
