// Config: one INI file, and what stands in when it says nothing. docs/operating.md lists the settings.
// An unknown name or a value that cannot be is refused with file and line, so that a typing slip never
// turns a protection off. `data` and `config` may also come from the command line.
#ifndef SYS_CONFIG_H
#define SYS_CONFIG_H

#include "base/arena.h"
#include "base/fault.h"

enum { PACKS_MAX = 20 };

// What can be bought: section [pack NAME].
typedef struct PackConfig {
    const char *name;  // letters, digits and "-"
    const char *title; // as people read it                           the name
    int credits;
    int64_t price;        // in the currency's smallest unit; "4.99" in the file
    int decimals;         // as written there
    const char *currency; // three small letters: usd, eur, jpy
} PackConfig;

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
    // [credits]
    int welcome;     // given once to a person who confirmed             50
    int staff_limit; // staff may give so many at once; more wants a second operator   500
    int not_asked;   // songs a person may have "not what I asked" for, in 30 days     5
    // [prices]
    int price_built_in; // credits for each started 3 minutes; 0: free    1
    // [shop]
    const char *seller;   // name and address on receipts, lines separated by " | "
    const char *tax_line; // a line under the sum                        NULL: none
    // [pack NAME]
    PackConfig packs[PACKS_MAX]; // cheapest first as written
    int pack_count;
    // [stripe]
    const char *stripe_key; // file with the secret key; NULL: the shop is closed
    const char
        *stripe_webhook; // file with the endpoint's signing secret; while it is changed, both, a line each
    const char *stripe_mode; // test, live                            test
    const char *stripe_api;  // https://api.stripe.com; only a loopback address may stand in for it
    // [work]
    int workers;           // songs made at a time                         one for each processor
    const char *soundfont; // NULL: Debian's
} Config;

bool config_read(Arena *arena, const char *path, const char *data, Config *out,
                 Fault *fault); // path NULL: data/sonicstacker.ini when there is one

#endif
