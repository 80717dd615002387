// Opening the service, in the order in which things need each other.
#include "cmd/service.h"

#include "cmd/cmd.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/private_file.h"
#include "sys/reason.h"
#include "sys/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool number_of(const char *text, int *out)
{
    int64_t number;
    if (!str_to_int(str_of(text), &number) || number < 0 || number > 65535)
        return false;
    *out = (int)number;
    return true;
}

int service_options(int argc, char **argv, ServiceOptions *out)
{
    *out = (ServiceOptions){ .listen_fd = -1, .ready_fd = -1 };
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
            out->help = true;
            return EXIT_DONE;
        }
        if (strcmp(name, "--alone") == 0) {
            out->alone = true;
            continue;
        }
        if (strcmp(name, "--config") == 0 && value)
            out->config = value;
        else if (strcmp(name, "--data") == 0 && value)
            out->data = value;
        else if ((strcmp(name, "--listen-fd") != 0 || !value || !number_of(value, &out->listen_fd)) &&
                 (strcmp(name, "--ready-fd") != 0 || !value || !number_of(value, &out->ready_fd)))
            return misused("%s does not know \"%s\". It takes --config FILE and --data DIR.", argv[0], name);
        i++;
    }
    return EXIT_DONE;
}

bool service_configure(Arena *arena, const ServiceOptions *options, Config *out, Fault *fault)
{
    return secret_start(fault) && config_read(arena, options->config, options->data, out, fault);
}

bool service_configure_tool(Arena *arena, const ServiceOptions *options, Config *out, Fault *fault)
{
    if (!service_configure(arena, options, out, fault))
        return false;
    if (out->public_url == NULL) // the system picked the port, and a tool does not know which
        out->public_url = arena_print(arena, "http://%s", out->listen).data;
    return true;
}

static const char *in_data(Arena *arena, const Config *config, const char *name)
{
    return arena_print(arena, "%s/%s", config->data, name).data;
}

bool service_open_data(Arena *arena, Service *service, Fault *fault)
{
    const char *url = service->config.database;
    DatabaseOptions data = { STORE_DATA, url ? url : in_data(arena, &service->config, "data.db"), 0 };
    DatabaseOptions keys = { STORE_KEYS, url ? url : in_data(arena, &service->config, "keys.db"), 0 };
    return database_open(&data, &service->data, fault) && database_open(&keys, &service->keys, fault);
}

static const char *master_path(Arena *arena, const Config *config, bool *make)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY");
    *make = false;
    if (config->master_key)
        return config->master_key;
    if (credentials) {
        const char *path = arena_print(arena, "%s/master-key", credentials).data;
        if (file_kind(path) == FILE_PLAIN)
            return path;
    }
    *make = true;
    return in_data(arena, config, "master.key");
}

// A new keystore is right for a new service, and would make an old one's data unreadable for ever.
static bool keystore_fits(Arena *arena, Service *service, bool *is_new, Fault *fault)
{
    Db *db;
    DbRows row;
    bool people = false;
    if (!vault_is_new(service->keys, is_new, fault))
        return false;
    if (!*is_new)
        return true;
    if (!db_take(service->data, &db, fault))
        return false;
    bool read = db_find(db, arena, SQL_SERVICE_PEOPLE, DB_NO_ARGS, &row, &people, fault);
    db_give(db);
    return read &&
           (!people || fault_set(fault, FAULT_BROKEN,
                                 "the keystore (keys.db, or the schema keystore) is empty, but there are "
                                 "people in the database. Put the keystore back that belongs to it"));
}

bool service_open_vault(Arena *arena, Service *service, bool may_make, Fault *fault)
{
    VaultOptions options = { .keys = service->keys };
    bool make, is_new;
    const char *path = master_path(arena, &service->config, &make);
    if (!keystore_fits(arena, service, &is_new, fault))
        return false;
    if (is_new && !may_make)
        return fault_set(fault, FAULT_BROKEN,
                         "the keystore is empty: start the service once, or put it back");
    bool opened = master_key_read(path, make && is_new, options.master, fault) &&
                  vault_open(&options, &service->vault, fault);
    secret_wipe(options.master, sizeof options.master);
    return opened;
}

static bool read_password(Arena *arena, const char *path, const char **out, Fault *fault)
{
    enum { PASSWORD_MAX = 1000 };
    char bytes[PASSWORD_MAX];
    size_t length;
    *out = NULL;
    if (path == NULL)
        return true;
    if (!private_file_read(path, bytes, sizeof bytes, &length, fault))
        return false;
    *out = arena_copy(arena, str_trim((Str){ bytes, length })).data;
    secret_wipe(bytes, sizeof bytes);
    return true;
}

bool service_open_mail(Arena *arena, Service *service, Fault *fault)
{
    const Config *config = &service->config;
    MailerOptions options = {
        .data = service->data,
        .vault = service->vault,
        .folder = in_data(arena, config, "mail"),
        .url = config->smtp_url,
        .user = config->smtp_user,
        .ca_file = config->smtp_ca,
        .from = config->mail_from,
        .support = config->support,
        .public_url = config->public_url,
    };
    return read_password(arena, config->smtp_password, &options.password, fault) &&
           mailer_open(&options, &service->mailer, fault);
}

// Everything lies under one folder that is nobody else's.
static bool make_folder(const Config *config, Fault *fault)
{
    mode_t before = umask(077);
    (void)before; // it stays: no file of the service is for others
    if (!folder_make(config->data, fault))
        return false;
    // Said now, rather than by the first song that cannot be kept.
    return access(config->data, W_OK) == 0 || reason_fault(fault, DOING_WRITE, config->data, errno);
}

bool service_open(Arena *arena, Service *service, Fault *fault)
{
    return make_folder(&service->config, fault) && service_open_data(arena, service, fault) &&
           service_open_vault(arena, service, true, fault) &&
           blobs_open(in_data(arena, &service->config, "blobs"), service->vault, &service->blobs, fault) &&
           service_open_mail(arena, service, fault) &&
           shop_open(&service->config, service->vault, &service->shop, fault);
}

// Files that somebody else's tool made would be closed to the service.
static bool is_ours(const char *folder, Fault *fault)
{
    struct stat facts;
    if (stat(folder, &facts) != 0)
        return reason_fault(fault, DOING_READ, folder, errno);
    return facts.st_uid == geteuid() ||
           fault_set(fault, FAULT_INPUT, "%s belongs to user %u. Run this as that user.", folder,
                     (unsigned)facts.st_uid);
}

bool service_is_there(Arena *arena, const Config *config, Fault *fault)
{
    const char *file = in_data(arena, config, "data.db");
    if (file_kind(config->data) != FILE_FOLDER)
        return fault_set(fault, FAULT_INPUT,
                         "There is no data folder %s. Name the right one with --data or --config.",
                         config->data);
    if (!is_ours(config->data, fault))
        return false;
    return config->database || file_kind(file) == FILE_PLAIN ||
           fault_set(
               fault, FAULT_INPUT,
               "There is no service in %s yet: data.db is missing. Start it once with sonicstacker run, "
               "or name the right folder with --data.",
               config->data);
}

bool service_attach(Arena *arena, Service *service, Fault *fault)
{
    return service_is_there(arena, &service->config, fault) && service_open_data(arena, service, fault) &&
           service_open_vault(arena, service, false, fault);
}

void service_close(Service *service)
{
    shop_close(service->shop);
    if (service->mailer)
        mailer_close(service->mailer);
    if (service->blobs)
        blobs_close(service->blobs);
    if (service->vault)
        vault_close(service->vault);
    if (service->keys)
        database_close(service->keys);
    if (service->data)
        database_close(service->data);
}

void service_ready(const ServiceOptions *options)
{
    if (options->ready_fd < 0)
        return;
    if (write(options->ready_fd, "r", 1) != 1)
        log_warn("service.ready nobody_listens=1");
    close(options->ready_fd);
}
