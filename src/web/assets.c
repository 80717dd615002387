#include "web/assets.h"

#include "base/data.h"
#include "sys/secret.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <string.h>

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".svg", "image/svg+xml" },
};

static struct {
    pthread_mutex_t lock;
    Arena arena;
    Asset *list;
    int count;
    bool open;
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool sri_of(Str bytes, Str *out, Fault *fault)
{
    unsigned char digest[48];
    gnutls_datum_t raw = { digest, sizeof digest }, text = { 0 };
    if (gnutls_hash_fast(GNUTLS_DIG_SHA384, bytes.data, bytes.length, digest) < 0 ||
        gnutls_base64_encode2(&raw, &text) < 0)
        return fault_set(fault, FAULT_BROKEN, "a digest cannot be made");
    *out = arena_print(&all.arena, "sha384-%.*s", (int)text.size, (const char *)text.data);
    gnutls_free(text.data);
    return true;
}

static bool add(Str file, Str ending, const char *type, Str bytes, Fault *fault)
{
    unsigned char digest[32];
    Asset *asset = &all.list[all.count];
    *asset = (Asset){ .file = file, .type = str_of(type), .bytes = bytes };
    secret_hash(bytes, digest);
    Str hash = hex_write(&all.arena, digest, 8), stem = str_slice(file, 0, file.length - ending.length);
    asset->name =
        arena_print(&all.arena, STR_FMT "-" STR_FMT STR_FMT, STR_ARG(stem), STR_ARG(hash), STR_ARG(ending));
    asset->etag = arena_print(&all.arena, "\"" STR_FMT "\"", STR_ARG(hash));
    all.count += sri_of(bytes, &asset->sri, fault);
    return asset->sri.length > 0;
}

static bool read_all(Fault *fault)
{
    all.list = ARENA_ARRAY(&all.arena, Asset, (size_t)data_count);
    for (int64_t i = 0; i < data_count; i++) {
        Str name = data_files[i].name;
        if (!str_starts(name, STR("pages/")))
            continue;
        for (size_t k = 0; k < sizeof types / sizeof *types; k++)
            if (str_ends(name, str_of(types[k].ending)) &&
                !add(str_slice(name, 6, name.length), str_of(types[k].ending), types[k].type,
                     data_files[i].text, fault))
                return false;
    }
    return true;
}

bool assets_open(Fault *fault)
{
    pthread_mutex_lock(&all.lock);
    all.open = all.open || read_all(fault);
    pthread_mutex_unlock(&all.lock);
    return all.open;
}

const Asset *asset_find(Str name)
{
    for (int i = 0; i < all.count; i++)
        if (str_equal(all.list[i].name, name))
            return &all.list[i];
    return NULL;
}

// "site.css" is "site_css" in a template.
static bool names(Str file, Str name)
{
    if (file.length != name.length)
        return false;
    for (size_t i = 0; i < file.length; i++)
        if ((file.data[i] == '.' || file.data[i] == '-' ? '_' : file.data[i]) != name.data[i])
            return false;
    return true;
}

Str asset_value(Str name)
{
    bool path = str_starts(name, STR("asset_"));
    if (!path && !str_starts(name, STR("sri_")))
        return STR("");
    Str wanted = str_slice(name, path ? 6 : 4, name.length);
    for (int i = 0; i < all.count; i++)
        if (names(all.list[i].file, wanted))
            return path ? all.list[i].name : all.list[i].sri;
    return STR("");
}
