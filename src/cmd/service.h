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
// `service->config` is set. Makes the data folder when it is missing; opens and migrates everything.
bool service_open(Arena *arena, Service *service, Fault *fault);
void service_close(Service *service);

void service_ready(const ServiceOptions *options);

#endif
