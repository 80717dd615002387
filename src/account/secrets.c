// Secrets that are mailed, letters, notices, the log of what matters to safety, and the audit of staff.
#include "account/part.h"

#include "sys/log.h"
#include "sys/secret.h"

#include <assert.h>

// ---- secrets: 256 random bits of which the hash is stored

Secret secret_plan(People *people, AccountId account, const char *purpose, int64_t life_ms)
{
    return (Secret){ account, purpose, life_ms, secret_token(people->arena) };
}

bool secret_save(Db *db, const Secret *secret, Fault *fault)
{
    assert(db_inside(db));
    unsigned char hash[HASH_BYTES];
    int64_t now = clock_now();
    DbValue account = DB_INT(secret->account.n), purpose = DB_TEXT(str_of(secret->purpose));
    secret_hash(secret->text, hash);
    return (db_run(db, SQL_TOKEN_DROP, DB_ARGS(account, purpose), NULL, fault) &&
            db_run(db, SQL_TOKEN_ADD,
                   DB_ARGS(DB_BLOB(((Str){ (char *)hash, sizeof hash })), account, purpose, DB_INT(now),
                           DB_INT(now + secret->life_ms)),
                   NULL, fault)) ||
           fault_while(fault, "saving a secret");
}

static bool ask(People *people, Sql statement, Str text, const char *purpose, AccountId *account, bool *found,
                Fault *fault)
{
    unsigned char hash[HASH_BYTES];
    DbRows row;
    *found = false;
    if (text.length != TOKEN_TEXT)
        return true;
    secret_hash(text, hash);
    if (!db_find(people->db, people->arena, statement,
                 DB_ARGS(DB_BLOB(((Str){ (char *)hash, sizeof hash })), DB_TEXT(str_of(purpose)),
                         DB_INT(clock_now())),
                 &row, found, fault))
        return fault_while(fault, "asking for a secret");
    if (*found)
        account->n = db_int(&row, 0, 0);
    return true;
}

bool secret_missing(Fault *fault)
{
    return fault_set(fault, FAULT_MISSING, "This link was used already, is too old, or is not complete.");
}

bool secret_use(People *people, Str text, const char *purpose, AccountId *account, Fault *fault)
{
    assert(db_inside(people->db));
    bool found;
    return ask(people, SQL_TOKEN_USE, text, purpose, account, &found, fault) &&
           (found || secret_missing(fault));
}

bool secret_look(People *people, Str text, const char *purpose, AccountId *account, bool *found, Fault *fault)
{
    return ask(people, SQL_TOKEN_FIND, text, purpose, account, found, fault);
}

// ---- letters

Str link_with(People *people, const char *path, const Secret *secret)
{
    return arena_print(people->arena, "%s?token=" STR_FMT, path, STR_ARG(secret->text));
}

bool letter_seal(People *people, const LetterOrder *order, MailDraft *out, Fault *fault)
{
    Str link = arena_print(people->arena, STR_FMT STR_FMT, STR_ARG(people->public_url), STR_ARG(order->link));
    Str cause = order->cause;
    if (cause.length == 0)
        cause = arena_print(people->arena, "%s " STR_FMT, order->kind,
                            STR_ARG(id_text(people->arena, id_make())));
    const MailValue values[] = { { "link", link },
                                 { "browser", order->device.browser },
                                 { "system", order->device.system } };
    const MailOrder mail = { order->account, order->to, order->kind, cause, values, 3 };
    return mail_seal(people->vault, people->arena, &mail, out, fault) ||
           fault_while(fault, "sealing a letter");
}

// ---- notices

bool notice_add(Db *db, AccountId account, const char *kind, Device device, Fault *fault)
{
    assert(db_inside(db));
    return db_run(db, SQL_NOTICE_ADD,
                  DB_ARGS(DB_INT(id_make()), DB_INT(account.n), DB_TEXT(str_of(kind)),
                          DB_TEXT(device.browser), DB_TEXT(device.system), DB_INT(clock_now())),
                  NULL, fault) &&
           db_run(db, SQL_NOTICE_TRIM, DB_ARGS(DB_INT(account.n)), NULL, fault);
}

bool notice_list(People *people, AccountId account, int limit, Notice **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_NOTICE_LIST, DB_ARGS(DB_INT(account.n), DB_INT(limit)), &rows,
                 fault))
        return false;
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, Notice, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] =
            (Notice){ db_text(&rows, i, 0), db_text(&rows, i, 1), db_text(&rows, i, 2), db_int(&rows, i, 3) };
    return true;
}

// ---- the log

void log_entry(const char *what, AccountId account, SignInEnd end, const char *how)
{
    static const char *const ends[] = { "done", "wrong", "code-needed", "code-wrong", "wait", "unconfirmed" };
    static LogMeter meter;
    Arena arena = { 0 };
    Str id = account.n ? id_key(&arena, account) : STR("-");
    if (end == SIGNIN_DONE || log_within(&meter)) // guesses may be many
        log_line(end == SIGNIN_DONE || end == SIGNIN_CODE_NEEDED ? LOG_INFO : LOG_WARN,
                 "account.entry what=%s end=%s how=%s account=" STR_FMT, what, ends[end], how, STR_ARG(id));
    arena_close(&arena);
}

bool link_dead(const char *what, Fault *fault)
{
    log_entry(what, (AccountId){ 0 }, SIGNIN_WRONG, "link");
    return secret_missing(fault);
}

void log_change(const char *what, AccountId account)
{
    Arena arena = { 0 };
    log_info("account.change what=%s account=" STR_FMT, what, STR_ARG(id_key(&arena, account)));
    arena_close(&arena);
}

bool audit_write(Db *db, AccountId staff, const char *action, AccountId about, Fault *fault)
{
    return db_run(db, SQL_AUDIT_ADD,
                  DB_ARGS(DB_INT(id_make()), DB_INT(staff.n), DB_TEXT(str_of(action)), DB_INT(about.n),
                          DB_INT(clock_now())),
                  NULL, fault) ||
           fault_while(fault, "writing the audit");
}
