// Config: one INI file, and what stands in when it says nothing. docs/operating.md lists the settings.
// An unknown name or a value that cannot be is refused with file and line, so that a typing slip never
// turns a protection off. `data` and `config` may also come from the command line.
#ifndef SYS_CONFIG_H
#define SYS_CONFIG_H

#include "base/arena.h"
#include "base/fault.h"

typedef struct Config {
    const char *data; // the data folder                              ./data
    // [server]
    const char *listen;     // address                                      127.0.0.1
    int port;               //                                              8080
    const char *public_url; // what links in mail begin with                http://127.0.0.1:8080
    const char *tls_cert;   // PEM files; both or none                      NULL
    const char *tls_key;
    const char *trusted_proxies; // addresses and networks, separated by blanks   ""
    int threads;                 // that answer pages                            one for each processor
    const char *metrics_token;   //                                             NULL: loopback only
    // [database]
    const char *database; // postgres://... or NULL: SQLite in the data folder
    // [keys]
    const char *master_key; // file; NULL: systemd credential "master-key", else data/master.key
    // [mail]
    const char *smtp_url; // smtp://host:587, smtps://host:465; NULL: the mail folder
    const char *smtp_user;
    const char *smtp_password; // file
    const char *smtp_ca;       // PEM file of the authority; NULL: the system's
    const char *mail_from;     // SonicStacker <no-reply@localhost>
    const char *support;       // support@softstackers.com
    // [work]
    int workers;           // songs made at a time                         one for each processor
    const char *soundfont; // NULL: Debian's
} Config;

bool config_read(Arena *arena, const char *path, const char *data, Config *out,
                 Fault *fault); // path NULL: data/sonicstacker.ini when there is one

#endif
