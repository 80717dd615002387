// Config: the INI file, read by inih, against one table of settings.
#include "sys/config.h"

#include "base/money.h"

#include "sys/config_pack.h"
#include "sys/file.h"

#include <ini.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { CONFIG_BYTES_MAX = 64 << 10 };

typedef enum Kind { KIND_TEXT, KIND_NUMBER } Kind;

static const struct {
    const char *section, *name;
    Kind kind;
    size_t at;
    int least, most; // of a number
} settings[] = {
    { "", "data", KIND_TEXT, offsetof(Config, data), 0, 0 },
    { "server", "listen", KIND_TEXT, offsetof(Config, listen), 0, 0 },
    { "server", "port", KIND_NUMBER, offsetof(Config, port), 0, 65535 },
    { "server", "public_url", KIND_TEXT, offsetof(Config, public_url), 0, 0 },
    { "server", "tls_cert", KIND_TEXT, offsetof(Config, tls_cert), 0, 0 },
    { "server", "tls_key", KIND_TEXT, offsetof(Config, tls_key), 0, 0 },
    { "server", "trusted_proxies", KIND_TEXT, offsetof(Config, trusted_proxies), 0, 0 },
    { "server", "threads", KIND_NUMBER, offsetof(Config, threads), 1, 64 },
    { "server", "metrics_token", KIND_TEXT, offsetof(Config, metrics_token), 0, 0 },
    { "database", "url", KIND_TEXT, offsetof(Config, database), 0, 0 },
    { "keys", "master_key", KIND_TEXT, offsetof(Config, master_key), 0, 0 },
    { "mail", "smtp_url", KIND_TEXT, offsetof(Config, smtp_url), 0, 0 },
    { "mail", "smtp_user", KIND_TEXT, offsetof(Config, smtp_user), 0, 0 },
    { "mail", "smtp_password", KIND_TEXT, offsetof(Config, smtp_password), 0, 0 },
    { "mail", "smtp_ca", KIND_TEXT, offsetof(Config, smtp_ca), 0, 0 },
    { "mail", "from", KIND_TEXT, offsetof(Config, mail_from), 0, 0 },
    { "mail", "support", KIND_TEXT, offsetof(Config, support), 0, 0 },
    { "credits", "welcome", KIND_NUMBER, offsetof(Config, welcome), 0, 1000000 },
    { "credits", "staff_limit", KIND_NUMBER, offsetof(Config, staff_limit), 0, 1000000 },
    { "credits", "not_asked", KIND_NUMBER, offsetof(Config, not_asked), 0, 1000 },
    { "prices", "built-in", KIND_NUMBER, offsetof(Config, price_built_in), 0, 10000 },
    { "shop", "seller", KIND_TEXT, offsetof(Config, seller), 0, 0 },
    { "shop", "tax_line", KIND_TEXT, offsetof(Config, tax_line), 0, 0 },
    { "stripe", "secret_key", KIND_TEXT, offsetof(Config, stripe_key), 0, 0 },
    { "stripe", "webhook_secret", KIND_TEXT, offsetof(Config, stripe_webhook), 0, 0 },
    { "stripe", "mode", KIND_TEXT, offsetof(Config, stripe_mode), 0, 0 },
    { "stripe", "api", KIND_TEXT, offsetof(Config, stripe_api), 0, 0 },
    { "work", "songs_at_a_time", KIND_NUMBER, offsetof(Config, workers), 1, 64 },
    { "work", "soundfont", KIND_TEXT, offsetof(Config, soundfont), 0, 0 },
};

typedef struct Reading {
    Arena *arena;
    Config *config;
    const char *path;
    Fault *fault;
} Reading;

static bool set_number(Reading *reading, size_t setting, Str value)
{
    int64_t number;
    if (!str_to_int(value, &number) || number < settings[setting].least || number > settings[setting].most)
        return fault_set(reading->fault, FAULT_INPUT, "%s: \"%s\" must be a whole number from %d to %d.",
                         reading->path, settings[setting].name, settings[setting].least,
                         settings[setting].most);
    *(int *)(void *)((char *)reading->config + settings[setting].at) = (int)number;
    return true;
}

static bool set_text(Reading *reading, size_t setting, Str value)
{
    if (value.length == 0)
        return fault_set(reading->fault, FAULT_INPUT,
                         "%s: \"%s\" is empty. Take the line out, or give it a value.", reading->path,
                         settings[setting].name);
    *(const char **)(void *)((char *)reading->config + settings[setting].at) =
        arena_copy(reading->arena, value).data;
    return true;
}

// inih's handler: 0 stops.
static int take(void *self, const char *section, const char *name, const char *value)
{
    Reading *reading = self;
    if (str_starts(str_of(section), STR("pack ")))
        return pack_set(reading->arena, reading->config, section + 5, name, str_of(value), reading->path,
                        reading->fault);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (strcmp(section, settings[i].section) == 0 && strcmp(name, settings[i].name) == 0)
            return settings[i].kind == KIND_NUMBER ? set_number(reading, i, str_of(value))
                                                   : set_text(reading, i, str_of(value));
    fault_set(reading->fault, FAULT_INPUT,
              "%s: there is no setting \"%s\" in section [%s]. docs/operating.md lists them all.",
              reading->path, name, section);
    return 0;
}

static bool read_file(Arena *arena, const char *path, Config *out, Fault *fault)
{
    Str text;
    if (!file_read(arena, path, CONFIG_BYTES_MAX, &text, fault))
        return false;
    Reading reading = { arena, out, path, fault };
    fault->kind = FAULT_NONE;
    int line = ini_parse_string(text.data, take, &reading);
    if (line == 0)
        return true;
    if (fault->kind == FAULT_NONE)
        return fault_set(fault, FAULT_INPUT, "%s: line %d is neither [section] nor name = value.", path,
                         line);
    return false;
}

static int processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 64 ? 64 : (int)count;
}

static bool is_url(const char *url)
{
    Str s = str_of(url);
    return (str_starts(s, STR("http://")) || str_starts(s, STR("https://"))) && !str_ends(s, STR("/")) &&
           s.length > 8;
}

// Nothing behind the port, where another host could stand.
static bool is_loopback(Str url)
{
    Str start = STR("http://127.0.0.1:");
    int64_t port;
    return str_starts(url, start) && str_to_int(str_slice(url, start.length, url.length), &port) &&
           port > 0 && port < 65536;
}

static bool stripe_fits(const Config *config, Fault *fault)
{
    Str mode = str_of(config->stripe_mode), api = str_of(config->stripe_api);
    bool pinned = str_equal(api, STR("https://api.stripe.com"));
    if (!str_equal(mode, STR("test")) && !str_equal(mode, STR("live")))
        return fault_set(fault, FAULT_INPUT, "[stripe] mode is \"test\" or \"live\".");
    if (!pinned && (!is_loopback(api) || str_equal(mode, STR("live"))))
        return fault_set(
            fault, FAULT_INPUT,
            "[stripe] api may only be https://api.stripe.com, or http://127.0.0.1:PORT in test mode.");
    if ((config->stripe_key == NULL) != (config->stripe_webhook == NULL))
        return fault_set(fault, FAULT_INPUT, "[stripe] needs both files, secret_key and webhook_secret.");
    if (config->stripe_key && config->pack_count == 0)
        return fault_set(fault, FAULT_INPUT,
                         "With [stripe] set there must be something to buy: a section [pack NAME].");
    return true;
}

static bool check(const Config *config, Fault *fault)
{
    if (!packs_fit(config, fault) || !stripe_fits(config, fault))
        return false;
    if ((config->tls_cert == NULL) != (config->tls_key == NULL))
        return fault_set(fault, FAULT_INPUT, "TLS needs both settings, tls_cert and tls_key.");
    if (config->public_url && !is_url(config->public_url))
        return fault_set(fault, FAULT_INPUT,
                         "public_url must begin with http:// or https:// and end without a slash, such as "
                         "https://music.example.org.");
    Str database = str_of(config->database);
    if (config->database && !str_starts(database, STR("postgres://")) &&
        !str_starts(database, STR("postgresql://")))
        return fault_set(fault, FAULT_INPUT, "The database's url must begin with postgres://.");
    if (config->smtp_url && !str_starts(str_of(config->smtp_url), STR("smtp://")) &&
        !str_starts(str_of(config->smtp_url), STR("smtps://")))
        return fault_set(fault, FAULT_INPUT, "smtp_url must begin with smtp:// or smtps://.");
    return true;
}

static const char *orelse(const char *value, const char *otherwise)
{
    return value ? value : otherwise;
}

static void fill(Arena *arena, Config *out)
{
    out->listen = orelse(out->listen, "127.0.0.1");
    out->trusted_proxies = orelse(out->trusted_proxies, "");
    out->mail_from = orelse(out->mail_from, "SonicStacker <no-reply@localhost>");
    for (int i = 0; i < out->pack_count; i++) {
        PackConfig *pack = &out->packs[i];
        pack->title = orelse(pack->title, pack->name);
        pack->price = money_scaled(pack->price, pack->decimals, str_of(pack->currency));
    }
    out->seller = orelse(out->seller, "SonicStacker");
    out->support = orelse(out->support, "support@softstackers.com");
    out->threads = out->threads ? out->threads : processors();
    out->workers = out->workers ? out->workers : processors();
    if (out->public_url == NULL && out->port != 0)
        out->public_url =
            arena_print(arena, "%s://%s:%d", out->tls_cert ? "https" : "http", out->listen, out->port).data;
}

bool config_read(Arena *arena, const char *path, const char *data, Config *out, Fault *fault)
{
    *out = (Config){ .port = 8080,
                     .welcome = 50,
                     .staff_limit = 500,
                     .not_asked = 5,
                     .price_built_in = 1,
                     .stripe_mode = "test",
                     .stripe_api = "https://api.stripe.com" };
    const char *folder = orelse(data, "data");
    const char *standard = arena_print(arena, "%s/sonicstacker.ini", folder).data;
    if (path == NULL && file_kind(standard) == FILE_PLAIN)
        path = standard;
    if (path && !read_file(arena, path, out, fault))
        return false;
    out->data = data ? data : orelse(out->data, "data");
    if (!check(out, fault))
        return false;
    fill(arena, out);
    return true;
}
