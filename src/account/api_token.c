// API tokens: "ss_" and 256 random bits, shown once; the hash is stored, with what the token may do.
#include "account/part.h"

#include "base/buf.h"
#include "sys/secret.h"

#include <assert.h>

static const struct {
    unsigned scope;
    Str word;
} scopes_known[] = { { SCOPE_READ, STR_INIT("read") },
                     { SCOPE_MAKE, STR_INIT("make") },
                     { SCOPE_DELETE, STR_INIT("delete") },
                     { SCOPE_BUY, STR_INIT("buy") } };

enum { SCOPES = sizeof scopes_known / sizeof *scopes_known };

static Str scopes_write(Arena *arena, unsigned scopes)
{
    Buf buf = buf_make(arena, 64);
    for (int i = 0; i < SCOPES; i++)
        if (scopes & scopes_known[i].scope) {
            if (buf.length)
                buf_text(&buf, STR(" "));
            buf_text(&buf, scopes_known[i].word);
        }
    return buf_str(&buf);
}

static unsigned scopes_read(Str words)
{
    unsigned scopes = 0;
    Str word;
    while (str_word(&words, &word))
        for (int i = 0; i < SCOPES; i++)
            if (str_equal(word, scopes_known[i].word))
                scopes |= scopes_known[i].scope;
    return scopes;
}

static Place name_place(int64_t id)
{
    return (Place){ "api_token", "name", id };
}

bool api_token_make(People *people, AccountId account, Str name, unsigned scopes, int64_t cap, Str *token,
                    Fault *fault)
{
    unsigned char hash[HASH_BYTES];
    int64_t id = id_make();
    Str sealed, trimmed = str_trim(name);
    Person person;
    bool added;
    if (!name_fits(trimmed, fault) || !person_must(people, account, &person, fault))
        return false;
    if (scopes == 0 || scopes & ~(unsigned)(SCOPE_READ | SCOPE_MAKE | SCOPE_DELETE | SCOPE_BUY) || cap < -1)
        return fault_set(fault, FAULT_INPUT, "Please choose what the token may do.");
    *token = arena_print(people->arena, "ss_" STR_FMT, STR_ARG(secret_token(people->arena)));
    secret_hash(*token, hash);
    if (!vault_seal(people->vault, people->arena, account, KEY_ACCOUNT, name_place(id), trimmed, &sealed,
                    fault) ||
        !one_changed(people->db, SQL_API_TOKEN_ADD,
                     DB_ARGS(DB_INT(id), DB_INT(account.n), DB_BLOB(((Str){ (char *)hash, sizeof hash })),
                             DB_BLOB(sealed), DB_TEXT(scopes_write(people->arena, scopes)), DB_INT(cap),
                             DB_INT(clock_now())),
                     &added, fault))
        return fault_while(fault, "making an API token");
    if (!added)
        return fault_set(fault, FAULT_LIMIT, "You have 50 tokens. Please revoke one that you no longer use.");
    log_change("token-made", account);
    return true;
}

bool api_token_find(Db *db, Arena *arena, Str token, ApiToken *out, bool *found, Fault *fault)
{
    unsigned char hash[HASH_BYTES];
    DbRows row;
    int64_t now = clock_now();
    *out = (ApiToken){ 0 };
    *found = false;
    if (token.length != TOKEN_TEXT + 3 || !str_starts(token, STR("ss_")))
        return true;
    secret_hash(token, hash);
    if (!db_find(db, arena, SQL_API_TOKEN_FIND, DB_ARGS(DB_BLOB(((Str){ (char *)hash, sizeof hash }))), &row,
                 found, fault))
        return fault_while(fault, "finding an API token");
    if (!*found)
        return true;
    *out = (ApiToken){ db_int(&row, 0, 0),
                       { db_int(&row, 0, 1) },
                       { 0 },
                       scopes_read(db_text(&row, 0, 2)),
                       db_int(&row, 0, 3),
                       db_int(&row, 0, 4),
                       db_int(&row, 0, 5),
                       db_int(&row, 0, 6) };
    if (out->used >= now - 5 * MS_MINUTE)
        return true;
    return db_run(db, SQL_API_TOKEN_USED, DB_ARGS(DB_INT(out->id), DB_INT(now), DB_INT(now - 5 * MS_MINUTE)),
                  NULL, fault);
}

bool api_token_list(People *people, AccountId account, ApiToken **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_API_TOKEN_LIST, DB_ARGS(DB_INT(account.n)), &rows, fault))
        return fault_while(fault, "listing API tokens");
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, ApiToken, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++) {
        ApiToken *token = &(*list)[i];
        *token = (ApiToken){ db_int(&rows, i, 0),
                             account,
                             { 0 },
                             scopes_read(db_text(&rows, i, 2)),
                             db_int(&rows, i, 3),
                             db_int(&rows, i, 4),
                             db_int(&rows, i, 5),
                             db_int(&rows, i, 6) };
        if (!vault_unseal(people->vault, people->arena, account, KEY_ACCOUNT, name_place(token->id),
                          db_text(&rows, i, 1), &token->name, fault))
            return false;
    }
    return true;
}

bool api_token_spend(Db *db, int64_t token, int64_t amount, Fault *fault)
{
    bool taken;
    assert(db_inside(db));
    if (!one_changed(db, SQL_API_TOKEN_SPEND, DB_ARGS(DB_INT(token), DB_INT(amount)), &taken, fault))
        return fault_while(fault, "counting what a token spends");
    return taken ||
           fault_set(fault, FAULT_CREDIT,
                     "This token may not spend so many credits. Its limit stands on the account page.");
}

bool api_token_unspend(Db *db, int64_t token, int64_t amount, Fault *fault)
{
    return db_run(db, SQL_API_TOKEN_UNSPEND, DB_ARGS(DB_INT(token), DB_INT(amount)), NULL, fault);
}

bool api_token_revoke(People *people, AccountId account, int64_t id, Fault *fault)
{
    bool gone;
    if (!one_changed(people->db, SQL_API_TOKEN_REVOKE, DB_ARGS(DB_INT(account.n), DB_INT(id)), &gone, fault))
        return false;
    if (!gone)
        return fault_set(fault, FAULT_MISSING, "There is no such token.");
    log_change("token-revoked", account);
    return true;
}
