// The shop: keys from files that nobody else may read, and the mode they must fit.
#include "pay/part.h"

#include "sys/private_file.h"
#include "sys/secret.h"

#include <stdlib.h>

enum { FILE_MAX = 2000 };

static bool file_lines(Arena *arena, const char *path, Str *lines, int most, int *count, Fault *fault)
{
    char bytes[FILE_MAX];
    size_t length;
    if (!private_file_read(path, bytes, sizeof bytes, &length, fault))
        return false;
    Str rest = { bytes, length }, line;
    *count = 0;
    while (str_cut(&rest, '\n', &line) && *count < most) {
        line = str_trim(line);
        if (line.length)
            lines[(*count)++] = arena_copy(arena, line);
    }
    secret_wipe(bytes, sizeof bytes);
    return *count > 0 || fault_set(fault, FAULT_INPUT, "%s is empty.", path);
}

static bool key_fits(const Shop *shop, Fault *fault)
{
    bool test = str_starts(shop->key, STR("sk_test_")) || str_starts(shop->key, STR("rk_test_"));
    bool live = str_starts(shop->key, STR("sk_live_")) || str_starts(shop->key, STR("rk_live_"));
    if (!test && !live)
        return fault_set(fault, FAULT_INPUT,
                         "%s holds no secret key of Stripe: it begins with sk_test_ or sk_live_.",
                         shop->config->stripe_key);
    return live == shop->live ||
           fault_set(
               fault, FAULT_INPUT,
               "%s holds a %s key, but [stripe] mode is %s. Change one of them, so that test and real money "
               "never mix.",
               shop->config->stripe_key, live ? "live" : "test", shop->config->stripe_mode);
}

static bool secrets_fit(const Shop *shop, Fault *fault)
{
    for (int i = 0; i < 2; i++)
        if (shop->secrets[i].length && !str_starts(shop->secrets[i], STR("whsec_")))
            return fault_set(fault, FAULT_INPUT,
                             "%s holds no signing secret of a webhook: it begins with whsec_.",
                             shop->config->stripe_webhook);
    return true;
}

static int local_port(const Config *config)
{
    Str api = str_of(config->stripe_api), host = STR("http://127.0.0.1:");
    int64_t port;
    return str_starts(api, host) && str_to_int(str_slice(api, host.length, api.length), &port) && port > 0 &&
                   port < 65536
               ? (int)port
               : 0;
}

static bool keys_read(Shop *shop, Fault *fault)
{
    int count;
    return file_lines(&shop->arena, shop->config->stripe_key, &shop->key, 1, &count, fault) &&
           key_fits(shop, fault) &&
           file_lines(&shop->arena, shop->config->stripe_webhook, shop->secrets, 2, &count, fault) &&
           secrets_fit(shop, fault);
}

bool shop_open(const Config *config, Vault *vault, Shop **out, Fault *fault)
{
    Shop *shop = calloc(1, sizeof *shop);
    if (shop == NULL)
        abort();
    *shop = (Shop){ .config = config, .vault = vault };
    shop->live = str_equal(str_of(config->stripe_mode), STR("live"));
    shop->local_port = local_port(config);
    shop->sells = config->stripe_key != NULL;
    if (!shop->sells || keys_read(shop, fault)) {
        *out = shop;
        return true;
    }
    shop_close(shop);
    return false;
}

void shop_close(Shop *shop)
{
    if (shop == NULL)
        return;
    for (int i = 0; i < 2; i++)
        secret_wipe((char *)(uintptr_t)shop->secrets[i].data, shop->secrets[i].length);
    secret_wipe((char *)(uintptr_t)shop->key.data, shop->key.length);
    arena_close(&shop->arena);
    free(shop);
}

bool shop_sells(const Shop *shop)
{
    return shop->sells;
}

bool shop_live(const Shop *shop)
{
    return shop->live;
}

int shop_local_port(const Shop *shop)
{
    return shop->local_port;
}
