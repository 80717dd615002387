// [pack starter]  title = Starter, credits = 100, price = 4.99, currency = USD
#include "sys/config_pack.h"

#include "base/money.h"

#include <inttypes.h>
#include <string.h>

enum { CREDITS_MOST = 1000000, NAME_MOST = 30, TITLE_MOST = 60 };

static const int64_t price_most = 99999999; // Stripe takes eight digits

static bool name_fits(Str name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return name.length > 0 && name.length <= NAME_MOST;
}

static PackConfig *pack_of(Arena *arena, Config *config, Str name)
{
    for (int i = 0; i < config->pack_count; i++)
        if (str_equal(str_of(config->packs[i].name), name))
            return &config->packs[i];
    if (config->pack_count == PACKS_MAX)
        return NULL;
    PackConfig *pack = &config->packs[config->pack_count++];
    *pack = (PackConfig){ .name = arena_copy(arena, name).data, .price = -1 };
    return pack;
}

// The price is read when all lines are there, since the currency says how many decimals it has.
static bool set(Arena *arena, PackConfig *pack, const char *name, Str value, Fault *fault)
{
    int64_t number;
    if (strcmp(name, "title") == 0) {
        pack->title = arena_copy(arena, value).data;
        return (value.length > 0 && value.length <= TITLE_MOST) ||
               fault_set(fault, FAULT_INPUT, "a title has 1 to %d characters", TITLE_MOST);
    }
    if (strcmp(name, "credits") == 0) {
        if (!str_to_int(value, &number) || number < 1 || number > CREDITS_MOST)
            return fault_set(fault, FAULT_INPUT, "credits is a whole number from 1 to %d", CREDITS_MOST);
        pack->credits = (int)number;
        return true;
    }
    if (strcmp(name, "currency") == 0) {
        pack->currency = money_currency(arena, value).data;
        return pack->currency || fault_set(fault, FAULT_INPUT, "a currency has three letters, such as USD");
    }
    if (strcmp(name, "price") == 0) {
        int decimals;
        if (!money_digits(value, &number, &decimals) || number < 1 || number > price_most)
            return fault_set(fault, FAULT_INPUT, "a price looks like 4.99");
        pack->price = number;
        pack->decimals = decimals;
        return true;
    }
    return fault_set(fault, FAULT_INPUT,
                     "there is no setting \"%s\" of a pack; title, credits, price, currency", name);
}

bool pack_set(Arena *arena, Config *config, const char *pack, const char *name, Str value, const char *path,
              Fault *fault)
{
    PackConfig *found;
    if (!name_fits(str_of(pack)))
        return fault_set(fault, FAULT_INPUT,
                         "%s: [pack %s]: a name has 1 to %d small letters, digits and \"-\".", path, pack,
                         NAME_MOST);
    if (!(found = pack_of(arena, config, str_of(pack))))
        return fault_set(fault, FAULT_INPUT, "%s: there can be %d packs.", path, PACKS_MAX);
    Fault why = { 0 };
    return set(arena, found, name, value, &why) ||
           fault_set(fault, FAULT_INPUT, "%s: [pack %s]: %s.", path, pack, why.text);
}

bool packs_fit(const Config *config, Fault *fault)
{
    for (int i = 0; i < config->pack_count; i++) {
        const PackConfig *pack = &config->packs[i];
        if (pack->credits == 0 || pack->price < 0 || pack->currency == NULL)
            return fault_set(fault, FAULT_INPUT, "[pack %s] needs credits, price and currency.", pack->name);
        if (pack->decimals > money_decimals(str_of(pack->currency)))
            return fault_set(fault, FAULT_INPUT, "[pack %s]: this currency has %d decimals.", pack->name,
                             money_decimals(str_of(pack->currency)));
        if (money_scaled(pack->price, pack->decimals, str_of(pack->currency)) > price_most)
            return fault_set(fault, FAULT_INPUT, "[pack %s]: a price has eight digits at most.", pack->name);
    }
    return true;
}
