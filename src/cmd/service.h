// Service: what both roles stand on: configuration, data folder, databases, keys, files, mail.
#ifndef CMD_SERVICE_H
#define CMD_SERVICE_H

#include "blob/blob.h"
#include "mail/mail.h"
#include "pay/pay.h"
#include "sys/config.h"

typedef struct ServiceOptions {
    const char *config; // --config FILE
    const char *data;   // --data DIR
    bool alone;         // --alone: no supervisor
    int listen_fd;      // --listen-fd N: handed in, -1: none
    int ready_fd;       // --ready-fd N: says when it is ready, -1: nobody waits
    bool help;
} ServiceOptions;

// EXIT_DONE, or what `misused` gave.
int service_options(int argc, char **argv, ServiceOptions *out);

typedef struct Service {
    Config config;
    Database *data, *keys;
    Vault *vault;
    Blobs *blobs;
    Mailer *mailer;
    Shop *shop;
} Service;

bool service_configure(Arena *arena, const ServiceOptions *options, Config *out, Fault *fault);
// For tools beside the service: there is always a public_url.
bool service_configure_tool(Arena *arena, const ServiceOptions *options, Config *out, Fault *fault);
// `service->config` is set. Makes the data folder when it is missing; opens and migrates everything.
bool service_open(Arena *arena, Service *service, Fault *fault);
// For tools: opens the databases and the keys of a service that is there already, and makes nothing.
bool service_attach(Arena *arena, Service *service, Fault *fault);
void service_close(Service *service);

// The steps of both, for whoever wants to know which one fails.
bool service_is_there(Arena *arena, const Config *config, Fault *fault);
bool service_open_data(Arena *arena, Service *service, Fault *fault);
bool service_open_vault(Arena *arena, Service *service, bool may_make, Fault *fault);
bool service_open_mail(Arena *arena, Service *service, Fault *fault);

void service_ready(const ServiceOptions *options);

#endif
