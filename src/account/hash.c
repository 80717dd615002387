// The costs, the gate before them, and the work that is done for people who are not there.
#include "account/hash.h"

#include "sys/gate.h"
#include "sys/secret.h"

#include <assert.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>

typedef struct Cost {
    unsigned long long passes;
    size_t bytes;
    int places; // of the gate: memory, in portions of 64 MiB
} Cost;

static Cost member_cost = { 2, 64u << 20, 1 };
static const Cost operator_cost = { 3, 256u << 20, PASSWORD_PLACES };
static const Cost member_default = { 2, 64u << 20, 1 };

static Gate gate = GATE_INIT(PASSWORD_PLACES, PASSWORD_QUEUE);
static atomic_int_fast64_t hashes;
static pthread_mutex_t dummy_lock = PTHREAD_MUTEX_INITIALIZER;
static char dummy[crypto_pwhash_STRBYTES]; // a member's hash that no password fits; made at the first need

static Cost cost_of(bool operator_role)
{
    return operator_role ? operator_cost : member_cost;
}

void password_cost(unsigned long long passes, size_t bytes)
{
    member_cost = passes ? (Cost){ passes, bytes, 1 } : member_default;
    dummy[0] = 0;
}

int64_t password_hashes(void)
{
    return atomic_load(&hashes);
}

static bool enter(int places, Fault *fault)
{
    if (!gate_enter(&gate, places))
        return fault_set(fault, FAULT_LIMIT,
                         "Very many people are signing in right now. Please try again in ten seconds.");
    atomic_fetch_add(&hashes, 1);
    return true;
}

bool password_hash(Arena *arena, bool operator_role, Str password, Str *out, Fault *fault)
{
    Cost cost = cost_of(operator_role);
    char *text = arena_take(arena, crypto_pwhash_STRBYTES);
    if (!enter(cost.places, fault))
        return false;
    int failed = crypto_pwhash_str_alg(text, password.data, password.length, cost.passes, cost.bytes,
                                       crypto_pwhash_ALG_ARGON2ID13);
    gate_leave(&gate, cost.places);
    *out = str_of(text);
    return !failed || fault_set(fault, FAULT_BROKEN, "no memory to hash a password");
}

static bool dummy_copy(char out[crypto_pwhash_STRBYTES])
{
    pthread_mutex_lock(&dummy_lock);
    bool made = dummy[0] != 0;
    if (!made) {
        unsigned char noise[32];
        secret_random(noise, sizeof noise);
        made = crypto_pwhash_str_alg(dummy, (const char *)noise, sizeof noise, member_cost.passes,
                                     member_cost.bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
    }
    memcpy(out, dummy, crypto_pwhash_STRBYTES);
    pthread_mutex_unlock(&dummy_lock);
    return made;
}

bool password_verify(bool operator_role, Str password, Str hash, bool *right, Fault *fault)
{
    Cost cost = cost_of(operator_role);
    char text[crypto_pwhash_STRBYTES] = "";
    bool there = hash.length > 0 && hash.length < sizeof text;
    if (!enter(cost.places, fault))
        return false;
    bool ready = true;
    if (there)
        memcpy(text, hash.data, hash.length);
    else
        ready = dummy_copy(text);
    *right = ready && crypto_pwhash_str_verify(text, password.data, password.length) == 0 && there;
    gate_leave(&gate, cost.places);
    secret_wipe(text, sizeof text);
    return ready || fault_set(fault, FAULT_BROKEN, "no memory to hash a password");
}

bool password_aged(bool operator_role, Str hash)
{
    Cost cost = cost_of(operator_role);
    char text[crypto_pwhash_STRBYTES] = "";
    if (hash.length >= sizeof text)
        return true;
    memcpy(text, hash.data, hash.length);
    return crypto_pwhash_str_needs_rehash(text, cost.passes, cost.bytes) != 0;
}
