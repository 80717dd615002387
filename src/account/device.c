// Devices: the family of a browser and a system, no more; and the token by which a device is known again.
//
//     token: account . number . seal        seal = keyed hash over the two, with a key of the installation
//
// Nothing of it is stored. It opens no door: it only gives the device a throttle of its own, so that
// strangers who guess at an account do not hold its owner up.
#include "account/part.h"

#include "sys/secret.h"

typedef struct Family {
    Str mark; // what stands in the User-Agent
    Str name;
} Family;

// The first that is found counts: Edge and Opera call themselves Chrome too, and all call themselves Safari.
static const Family browsers[] = {
    { STR_INIT("Firefox/"), STR_INIT("Firefox") },   { STR_INIT("FxiOS/"), STR_INIT("Firefox") },
    { STR_INIT("Edg"), STR_INIT("Edge") },           { STR_INIT("OPR/"), STR_INIT("Opera") },
    { STR_INIT("Chrome/"), STR_INIT("Chromium") },   { STR_INIT("CriOS/"), STR_INIT("Chromium") },
    { STR_INIT("Chromium/"), STR_INIT("Chromium") }, { STR_INIT("Safari/"), STR_INIT("Safari") },
};

static const Family systems[] = {
    { STR_INIT("Android"), STR_INIT("Android") }, { STR_INIT("iPhone"), STR_INIT("iOS") },
    { STR_INIT("iPad"), STR_INIT("iOS") },        { STR_INIT("Windows"), STR_INIT("Windows") },
    { STR_INIT("CrOS"), STR_INIT("ChromeOS") },   { STR_INIT("Mac OS X"), STR_INIT("macOS") },
    { STR_INIT("Macintosh"), STR_INIT("macOS") }, { STR_INIT("Linux"), STR_INIT("Linux") },
};

static Str family(const Family *list, size_t count, Str agent)
{
    size_t at;
    for (size_t i = 0; i < count; i++)
        if (str_find(agent, list[i].mark, &at))
            return list[i].name;
    return STR("other");
}

Device device_of(Str user_agent)
{
    Str agent = str_slice(user_agent, 0, 1024);
    return (Device){ family(browsers, sizeof browsers / sizeof *browsers, agent),
                     family(systems, sizeof systems / sizeof *systems, agent) };
}

static Str seal_of(People *people, Str signed_part)
{
    unsigned char seal[HASH_BYTES];
    vault_hash(people->vault, "known device", signed_part, seal);
    return base64url_write(people->arena, seal, sizeof seal);
}

bool device_token(People *people, AccountId account, Str *token, Fault *fault)
{
    (void)fault;
    Str part = arena_print(people->arena, STR_FMT "." STR_FMT, STR_ARG(id_text(people->arena, account.n)),
                           STR_ARG(str_slice(secret_token(people->arena), 0, 22)));
    *token = arena_print(people->arena, STR_FMT "." STR_FMT, STR_ARG(part), STR_ARG(seal_of(people, part)));
    return true;
}

bool device_known(People *people, Str token, AccountId *account, Str *name)
{
    enum { ID = 13, PART = ID + 1 + 22 };
    *account = (AccountId){ 0 };
    if (token.length != PART + 1 + TOKEN_TEXT || token.data[ID] != '.' || token.data[PART] != '.')
        return false;
    Str part = str_slice(token, 0, PART), seal = seal_of(people, part);
    if (!secret_same(seal.data, token.data + PART + 1, TOKEN_TEXT) ||
        !id_read(str_slice(token, 0, ID), &account->n))
        return false;
    *name = part;
    return true;
}
