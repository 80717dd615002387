// Web: pages and API. A request comes in here and nowhere else.
//
//     bytes ──gate──> libmicrohttpd ──> Request ──route, who, limits, CSRF──> handler ──> Reply
//
// The gate (web/gate.h) refuses bytes that two programs could read differently. A handler that only reads
// a local database runs on the loop; everything else runs on the pool while its connection sleeps.
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "job/job.h"
#include "pay/pay.h"
#include "sys/config.h"

// What the handlers work with; all of it outlives the server.
typedef struct Site {
    const Config *config;
    Database *data;
    Database *keys;
    Vault *vault;
    Blobs *blobs;
    Mailer *mailer;
    Shop *shop;
    const char *policy_version;
    const char *terms_version;
} Site;

typedef struct Web Web;

// `listen_fd` -1: the socket that systemd hands in, else one for the address of the configuration. It is
// closed by web_stop; a second server on a copy of it takes over without dropping a request.
bool web_start(const Site *site, int listen_fd, Web **out, Fault *fault);
int web_port(const Web *web);
int web_socket(const Web *web);          // what it listens on, to be handed on
bool web_reload(Web *web, Fault *fault); // reads the certificate again; a fault changes nothing
// Takes no more connections and lets those there are finish; event streams and listeners are told to come
// again.
void web_drain(Web *web, int64_t wait_ms);
void web_stop(Web *web);

// With routes beside the service's own: for tests.
struct Route;
typedef struct WebOptions {
    int listen_fd;
    const struct Route *routes;
    int count;
} WebOptions;
bool web_start_with(const Site *site, const WebOptions *options, Web **out, Fault *fault);

#endif
