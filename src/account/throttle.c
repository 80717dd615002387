// Throttles: buckets of tries that fill again with time, and counters of failures. Their names are keyed
// hashes, so the table tells neither addresses nor networks.
#include "account/part.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>

static Str key_of(Vault *vault, Arena *arena, const char *what, Str who)
{
    unsigned char *key = arena_take(arena, HASH_BYTES);
    Str text = arena_print(arena, "%s|" STR_FMT, what, STR_ARG(who));
    vault_hash(vault, "throttle", text, key);
    return (Str){ (const char *)key, HASH_BYTES };
}

// How long until one try is there again. Looked at after the fact, so it may be a little off.
static bool wait_find(Db *db, Arena *arena, Str key, int burst, int64_t refill_ms, int64_t *wait_ms,
                      Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_THROTTLE_FIND, DB_ARGS(DB_BLOB(key)), &row, &found, fault))
        return false;
    int64_t level = found ? db_int(&row, 0, 0) : burst * 1000,
            gone = found ? clock_now() - db_int(&row, 0, 1) : 0;
    int64_t wait = (1000 - level) * refill_ms / 1000 - (gone > 0 ? gone : 0);
    *wait_ms = wait > 0 ? wait : 1;
    return true;
}

bool throttle_take(Db *db, Vault *vault, Arena *arena, const char *what, Str who, int burst,
                   int64_t refill_ms, int64_t *wait_ms, Fault *fault)
{
    Str key = key_of(vault, arena, what, who);
    bool taken;
    *wait_ms = 0;
    // Looking and taking are one statement, so many at once get no more than the bucket holds.
    if (!one_changed(db, SQL_THROTTLE_TAKE,
                     DB_ARGS(DB_BLOB(key), DB_INT(burst), DB_INT(refill_ms), DB_INT(clock_now())), &taken,
                     fault) ||
        (!taken && !wait_find(db, arena, key, burst, refill_ms, wait_ms, fault)))
        return fault_while(fault, "asking a throttle");
    return true;
}

bool throttle_count(Db *db, Vault *vault, const char *what, Str who, Fault *fault)
{
    Arena arena = { 0 };
    Str key = key_of(vault, &arena, what, who);
    bool done = db_run(db, SQL_THROTTLE_COUNT, DB_ARGS(DB_BLOB(key), DB_INT(clock_now())), NULL, fault);
    arena_close(&arena);
    return done || fault_while(fault, "counting failures");
}

bool throttle_counted(Db *db, Vault *vault, Arena *arena, const char *what, Str who, int64_t *count,
                      Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(db, arena, SQL_THROTTLE_FIND, DB_ARGS(DB_BLOB(key_of(vault, arena, what, who))), &row,
                 &found, fault))
        return fault_while(fault, "reading failures");
    *count = found ? db_int(&row, 0, 0) : 0;
    return true;
}

bool throttle_forget(Db *db, Vault *vault, const char *what, Str who, Fault *fault)
{
    Arena arena = { 0 };
    Str key = key_of(vault, &arena, what, who);
    bool done = db_run(db, SQL_THROTTLE_DROP, DB_ARGS(DB_BLOB(key)), NULL, fault);
    arena_close(&arena);
    return done || fault_while(fault, "forgetting failures");
}

bool limit_fault(Fault *fault, int64_t wait_ms)
{
    int64_t minutes = (wait_ms + MS_MINUTE - 1) / MS_MINUTE;
    return fault_set(fault, FAULT_LIMIT, "Too many tries. Please try again in %" PRId64 " minute%s.", minutes,
                     minutes == 1 ? "" : "s");
}

// ---- networks

static Str hex_prefix(Arena *arena, const unsigned char *bytes, int count)
{
    char text[64] = "6:";
    for (int i = 0; i < count; i++) {
        static const char digits[] = "0123456789abcdef";
        text[2 + 2 * i] = digits[bytes[i] >> 4];
        text[3 + 2 * i] = digits[bytes[i] & 15];
        text[4 + 2 * i] = 0;
    }
    return arena_copy(arena, str_of(text));
}

Str network_of(Arena *arena, Str address)
{
    static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    char text[INET6_ADDRSTRLEN + 1] = "";
    unsigned char v4[4], v6[16];
    if (address.length == 0 || address.length > INET6_ADDRSTRLEN)
        return STR("unknown");
    memcpy(text, address.data, address.length);
    char *zone = strchr(text, '%');
    if (zone)
        *zone = 0;
    if (inet_pton(AF_INET, text, v4) != 1) {
        if (inet_pton(AF_INET6, text, v6) != 1)
            return STR("unknown");
        if (memcmp(v6, mapped, sizeof mapped) != 0)
            return hex_prefix(arena, v6, 7);
        memcpy(v4, v6 + 12, 4);
    }
    return arena_print(arena, "4:%d.%d.%d.%d", v4[0], v4[1], v4[2], v4[3]);
}
