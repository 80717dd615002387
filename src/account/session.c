// Sessions: a random cookie of which the hash is stored. Idle for two weeks, or a month old: it is over.
#include "account/part.h"

#include "sys/secret.h"

#include <assert.h>
#include <string.h>

static const int64_t idle_ms = SESSION_IDLE_DAYS * (int64_t)MS_DAY,
                     life_ms = SESSION_LIFE_DAYS * (int64_t)MS_DAY;
static const int64_t seen_ms = 5 * MS_MINUTE; // how exactly "last seen" is kept

static const char *const words[] = { "link", "password", "password+code" };

const char *strength_word(Strength strength)
{
    return words[strength];
}

static Strength strength_read(Str word)
{
    return str_equal(word, STR("password+code")) ? STRENGTH_CODE
           : str_equal(word, STR("password"))    ? STRENGTH_PASSWORD
                                                 : STRENGTH_LINK;
}

typedef struct Hash {
    unsigned char bytes[HASH_BYTES];
} Hash;

static Hash hash_of(Str token)
{
    Hash hash;
    secret_hash(token, hash.bytes);
    return hash;
}

#define DB_HASH(hash) DB_BLOB(((Str){ (const char *)(hash).bytes, HASH_BYTES }))

SessionDraft session_plan(People *people, AccountId account, Strength strength, Device device)
{
    return (SessionDraft){ account, id_make(), strength, device, secret_token(people->arena) };
}

bool session_save(Db *db, const SessionDraft *draft, Fault *fault)
{
    assert(db_inside(db));
    Hash hash = hash_of(draft->token);
    int64_t now = clock_now();
    DbValue account = DB_INT(draft->account.n);
    bool active;
    if (!one_changed(db, SQL_PERSON_LOCK, DB_ARGS(account), &active, fault))
        return fault_while(fault, "making a session");
    if (!active)
        return fault_set(fault, FAULT_MISSING, "There is no such account.");
    return (db_run(db, SQL_SESSION_ADD,
                   DB_ARGS(DB_HASH(hash), account, DB_INT(draft->id), DB_TEXT(draft->device.browser),
                           DB_TEXT(draft->device.system), DB_TEXT(str_of(words[draft->strength])),
                           DB_INT(now), DB_INT(draft->strength == STRENGTH_LINK ? 0 : now)),
                   NULL, fault) &&
            db_run(db, SQL_SESSION_TRIM, DB_ARGS(account), NULL, fault)) ||
           fault_while(fault, "making a session");
}

bool session_make(People *people, AccountId account, Strength strength, Device device, Str *token,
                  Fault *fault)
{
    SessionDraft draft = session_plan(people, account, strength, device);
    if (!db_begin(people->db, fault))
        return false;
    if (!session_save(people->db, &draft, fault)) {
        db_rollback(people->db);
        return false;
    }
    *token = draft.token;
    return db_commit(people->db, fault);
}

bool session_find(Db *db, Arena *arena, Str token, Session *out, bool *found, Fault *fault)
{
    Hash hash = hash_of(token);
    int64_t now = clock_now();
    DbRows row;
    *out = (Session){ 0 };
    *found = false;
    if (token.length != TOKEN_TEXT)
        return true;
    if (!db_find(db, arena, SQL_SESSION_FIND,
                 DB_ARGS(DB_HASH(hash), DB_INT(now - idle_ms), DB_INT(now - life_ms)), &row, found, fault))
        return fault_while(fault, "finding a session");
    if (!*found)
        return true;
    out->account.n = db_int(&row, 0, 0);
    out->id = db_int(&row, 0, 1);
    out->strength = strength_read(db_text(&row, 0, 2));
    out->created = db_int(&row, 0, 3);
    out->seen = db_int(&row, 0, 4);
    out->proved = db_int(&row, 0, 5);
    if (out->seen >= now - seen_ms)
        return true;
    return db_run(db, SQL_SESSION_SEEN, DB_ARGS(DB_HASH(hash), DB_INT(now), DB_INT(now - seen_ms)), NULL,
                  fault) ||
           fault_while(fault, "marking a session");
}

bool session_list(People *people, AccountId account, Session **list, int *count, Fault *fault)
{
    DbRows rows;
    int64_t now = clock_now();
    if (!db_list(people->db, people->arena, SQL_SESSION_LIST,
                 DB_ARGS(DB_INT(account.n), DB_INT(now - idle_ms), DB_INT(now - life_ms)), &rows, fault))
        return fault_while(fault, "listing sessions");
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, Session, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = (Session){ account,
                                db_int(&rows, i, 0),
                                strength_read(db_text(&rows, i, 1)),
                                db_int(&rows, i, 2),
                                db_int(&rows, i, 3),
                                db_int(&rows, i, 4),
                                db_text(&rows, i, 5),
                                db_text(&rows, i, 6) };
    return true;
}

bool session_end(People *people, AccountId account, int64_t id, Fault *fault)
{
    if (!db_run(people->db, SQL_SESSION_END, DB_ARGS(DB_INT(account.n), DB_INT(id)), NULL, fault))
        return fault_while(fault, "ending a session");
    log_change("session-ended", account);
    return true;
}

bool session_end_token(Db *db, Str token, Fault *fault)
{
    Hash hash = hash_of(token);
    return db_run(db, SQL_SESSION_END_HASH, DB_ARGS(DB_HASH(hash)), NULL, fault) ||
           fault_while(fault, "ending a session");
}

bool session_end_others(People *people, AccountId account, int64_t except, Fault *fault)
{
    if (!db_run(people->db, SQL_SESSION_END_OTHERS, DB_ARGS(DB_INT(account.n), DB_INT(except)), NULL, fault))
        return fault_while(fault, "ending sessions");
    log_change("sessions-ended", account);
    return true;
}

// ---- proving again

static bool prove_allowed(People *people, const Session *session, int64_t *wait, Fault *fault)
{
    return throttle_take(people->db, people->vault, people->arena, "prove",
                         id_key(people->arena, (AccountId){ session->id }), 10, MS_MINUTE, wait, fault);
}

static bool prove_secrets(People *people, const Session *session, Str password, Str code, CodeCheck *taken,
                          SignInResult *out, Fault *fault)
{
    Person person;
    PasswordCheck check;
    *taken = (CodeCheck){ 0 };
    if (!person_must(people, session->account, &person, fault) ||
        !password_check(people, &person, true, password, &check, fault))
        return false;
    out->end = !check.right                             ? SIGNIN_WRONG
               : person.totp.length && code.length == 0 ? SIGNIN_CODE_NEEDED
                                                        : SIGNIN_DONE;
    if (out->end != SIGNIN_DONE || person.totp.length == 0)
        return true;
    if (!code_check(people, &person, code, taken, fault))
        return false;
    if (!taken->right)
        out->end = SIGNIN_CODE_WRONG;
    return true;
}

static bool store_prove(People *people, const Session *session, const CodeCheck *code, Str token,
                        SignInResult *out, Fault *fault)
{
    Hash hash = hash_of(token);
    int64_t now = clock_now();
    bool taken = true, changed;
    if (code->right && !code_take(people->db, session->account, code, &taken, fault))
        return false;
    if (!taken) {
        out->end = SIGNIN_CODE_WRONG;
        return false;
    }
    Strength strength = code->right ? STRENGTH_CODE : STRENGTH_PASSWORD;
    if (!one_changed(people->db, SQL_SESSION_PROVE,
                     DB_ARGS(DB_INT(session->account.n), DB_INT(session->id), DB_HASH(hash),
                             DB_TEXT(str_of(words[strength])), DB_INT(now), DB_INT(now - idle_ms),
                             DB_INT(now - life_ms)),
                     &changed, fault))
        return false;
    return changed || fault_set(fault, FAULT_MISSING, "You have been signed out. Please sign in again.");
}

static bool prove(People *people, const Session *session, Str password, Str code, Str *token,
                  SignInResult *out, Fault *fault)
{
    CodeCheck taken;
    if (!prove_allowed(people, session, &out->wait_ms, fault))
        return false;
    if (out->wait_ms)
        return true;
    if (!prove_secrets(people, session, password, code, &taken, out, fault))
        return false;
    if (out->end != SIGNIN_DONE)
        return true;
    Str fresh = secret_token(people->arena);
    if (!db_begin(people->db, fault))
        return false;
    if (!store_prove(people, session, &taken, fresh, out, fault)) {
        db_rollback(people->db);
        return out->end == SIGNIN_CODE_WRONG;
    }
    if (!db_commit(people->db, fault))
        return false;
    out->session = *token = fresh;
    return true;
}

bool session_prove(People *people, const Session *session, Str password, Str code, Str *token,
                   SignInResult *out, Fault *fault)
{
    *out = (SignInResult){ .end = SIGNIN_WAIT, .account = session->account };
    *token = (Str){ 0 };
    if (!prove(people, session, password, code, token, out, fault))
        return false;
    log_entry("prove", session->account, out->end,
              strength_word(code.length ? STRENGTH_CODE : STRENGTH_PASSWORD));
    return true;
}
