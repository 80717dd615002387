// Stripe-Signature: t=SECONDS,v1=HEX[,v1=HEX...]: HMAC-SHA256 with the secret's own letters over "t.body".
// Unlike Stripe's library this refuses times in the future too. Times are looked at last, so that how long an
// answer takes tells nothing.
#include "pay/part.h"

#include "sys/secret.h"

#include <sodium.h>

enum { TOLERANCE_S = 300, SIGNATURES_MAX = 16, MAC_BYTES = crypto_auth_hmacsha256_BYTES };

static void mac(Str secret, Str time, Str body, unsigned char out[MAC_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.data, secret.length);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)time.data, time.length);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)".", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.data, body.length);
    crypto_auth_hmacsha256_final(&state, out);
}

typedef struct Signed {
    Str time;
    int64_t time_s;
    unsigned char macs[SIGNATURES_MAX][MAC_BYTES];
    int count;
} Signed;

static bool digits_only(Str s)
{
    for (size_t i = 0; i < s.length; i++)
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    return s.length > 0;
}

static bool header_read(Str header, Signed *out)
{
    Str item, name;
    *out = (Signed){ 0 };
    while (str_cut(&header, ',', &item)) {
        Str value = item;
        if (!str_cut(&value, '=', &name))
            continue;
        name = str_trim(name);
        value = str_trim(value);
        if (str_equal(name, STR("t"))) {
            if (out->time.length || !digits_only(value) || !str_to_int(value, &out->time_s))
                return false;
            out->time = value;
        } else if (str_equal(name, STR("v1")) && out->count < SIGNATURES_MAX) {
            out->count += hex_read(value, out->macs[out->count], MAC_BYTES);
        }
    }
    return out->time.length > 0 && out->count > 0;
}

bool signature_right(Str header, Str body, const Str *secrets, int count, int64_t now_s)
{
    Signed given;
    bool right = false;
    if (!header_read(header, &given))
        return false;
    for (int i = 0; i < count; i++) {
        unsigned char wanted[MAC_BYTES];
        if (secrets[i].length == 0)
            continue;
        mac(secrets[i], given.time, body, wanted);
        for (int k = 0; k < given.count; k++)
            right |= secret_same(wanted, given.macs[k], MAC_BYTES);
    }
    return right && given.time_s <= now_s + TOLERANCE_S && given.time_s >= now_s - TOLERANCE_S;
}
