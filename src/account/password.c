// A person's password: hashed, sealed, checked, changed, and set anew through a mailed link.
//
// What is sealed is the Argon2id text, and behind a blank the word "short" when the password fits only
// beside a second factor: then the second factor cannot be given up before the password is longer.
#include "account/hash.h"
#include "account/part.h"

#include "sys/secret.h"

#include <assert.h>

enum { ALONE_LEAST = 15 };

bool password_seal(People *people, AccountId id, bool operator_role, Str password, Str *sealed, Fault *fault)
{
    assert(!db_inside(people->db));
    Str hash;
    if (!password_hash(people->arena, operator_role, password, &hash, fault))
        return false;
    if (text_length(password) < ALONE_LEAST)
        hash = arena_print(people->arena, STR_FMT " short", STR_ARG(hash));
    return person_seal(people, id, "password", hash, sealed, fault);
}

static bool open_hash(People *people, const Person *person, Str *hash, bool *is_short, Fault *fault)
{
    Str rest;
    *hash = (Str){ 0 };
    *is_short = false;
    if (person->password.length == 0)
        return true;
    if (!person_open(people, person->id, "password", person->password, &rest, fault))
        return false;
    *is_short = str_ends(rest, STR(" short"));
    return str_word(&rest, hash) || fault_set(fault, FAULT_BROKEN, "a stored password is empty");
}

bool password_is_short(People *people, const Person *person, bool *is_short, Fault *fault)
{
    Str hash;
    return open_hash(people, person, &hash, is_short, fault);
}

bool password_check(People *people, const Person *person, bool found, Str password, PasswordCheck *out,
                    Fault *fault)
{
    assert(!db_inside(people->db));
    Str hash = { 0 };
    bool is_short;
    bool operator_role = found && person->operator_role;
    *out = (PasswordCheck){ 0 };
    if ((found && !open_hash(people, person, &hash, &is_short, fault)) ||
        !password_verify(operator_role, password, hash, &out->right, fault))
        return false;
    if (!out->right || !password_aged(operator_role, hash))
        return true;
    return password_seal(people, person->id, operator_role, password, &out->renewed, fault);
}

// ---- changing it

static Device nowhere(void)
{
    return (Device){ STR(""), STR("") };
}

static bool texts_of(People *people, const Person *person, Str *name, Str *email, Fault *fault)
{
    *name = *email = (Str){ 0 };
    return (!person->name.length || person_open(people, person->id, "name", person->name, name, fault)) &&
           (!person->email.length || person_open(people, person->id, "email", person->email, email, fault));
}

static bool fits_person(People *people, const Person *person, Str password, Str *email, Fault *fault)
{
    Str name;
    return texts_of(people, person, &name, email, fault) &&
           password_fits(password, person->totp.length > 0, name, *email, fault);
}

static bool check_current(People *people, const Person *person, Str current, Fault *fault)
{
    int64_t wait;
    PasswordCheck check;
    if (!throttle_take(people->db, people->vault, people->arena, "prove", id_key(people->arena, person->id),
                       10, MS_MINUTE, &wait, fault))
        return false;
    if (wait)
        return limit_fault(fault, wait);
    if (!password_check(people, person, true, current, &check, fault))
        return false;
    log_entry("prove", person->id, check.right ? SIGNIN_DONE : SIGNIN_WRONG,
              strength_word(STRENGTH_PASSWORD));
    return check.right ||
           fault_set(fault, FAULT_INPUT, "Your present password is not right. Please enter it again.");
}

// Ends what the old password may have opened.
static bool close_doors(Db *db, AccountId account, int64_t keep_session, Fault *fault)
{
    return db_run(db, SQL_SESSION_END_OTHERS, DB_ARGS(DB_INT(account.n), DB_INT(keep_session)), NULL,
                  fault) &&
           db_run(db, SQL_TOKEN_DROP, DB_ARGS(DB_INT(account.n), DB_TEXT(STR("reset"))), NULL, fault) &&
           db_run(db, SQL_TOKEN_DROP, DB_ARGS(DB_INT(account.n), DB_TEXT(STR("login"))), NULL, fault);
}

static bool store_change(People *people, const Person *person, Str sealed, int64_t keep_session,
                         const MailDraft *draft, Fault *fault)
{
    Db *db = people->db;
    bool changed;
    DbValue id = DB_INT(person->id.n), next = DB_BLOB(sealed);
    bool run = person->password.length
                   ? one_changed(db, SQL_PERSON_PASSWORD, DB_ARGS(id, next, DB_BLOB(person->password)),
                                 &changed, fault)
                   : one_changed(db, SQL_PERSON_PASSWORD_FIRST, DB_ARGS(id, next), &changed, fault);
    if (run && !changed)
        return fault_set(fault, FAULT_CONFLICT,
                         "Your password was changed at the same time. Please try again.");
    return run && close_doors(db, person->id, keep_session, fault) &&
           notice_add(db, person->id, "password", nowhere(), fault) && mail_post(db, draft, fault);
}

bool account_password(People *people, AccountId account, Str current, Str next, int64_t keep_session,
                      Fault *fault)
{
    Person person;
    Str email, sealed;
    MailDraft draft;
    if (!person_must(people, account, &person, fault) ||
        (person.password.length && !check_current(people, &person, current, fault)) ||
        !fits_person(people, &person, next, &email, fault) ||
        !password_seal(people, account, person.operator_role, next, &sealed, fault))
        return false;
    const LetterOrder letter = { account, email, "password-changed", STR(""), STR("/reset"), nowhere() };
    if (!letter_seal(people, &letter, &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (!store_change(people, &person, sealed, keep_session, &draft, fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!db_commit(people->db, fault))
        return false;
    log_change("password", account);
    return true;
}

// ---- forgetting it

// A person who is known gets a link; for the others as many durable writes are made, so that neither
// the answer nor its time tells them apart.
static bool post_reset(People *people, const Person *person, Str email, Fault *fault)
{
    bool confirm = person->unconfirmed;
    Secret secret =
        secret_plan(people, person->id, confirm ? "confirm" : "reset", confirm ? CONFIRM_MS : RESET_MS);
    Str link = link_with(people, confirm ? "/confirm" : "/reset/new", &secret);
    const LetterOrder letter = { person->id, email, secret.purpose, STR(""), link, nowhere() };
    MailDraft draft;
    if (!letter_seal(people, &letter, &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (secret_save(people->db, &secret, fault) && mail_post(people->db, &draft, fault))
        return db_commit(people->db, fault);
    db_rollback(people->db);
    return false;
}

bool account_reset_ask(People *people, Str email, Str network, Fault *fault)
{
    Db *db = people->db;
    Arena *arena = people->arena;
    Str plain = address_plain(arena, email), own;
    Person person;
    bool found;
    int64_t wait, held;
    if (!email_fits(plain, fault) ||
        !throttle_take(db, people->vault, arena, "reset network", network_of(arena, network), 10,
                       6 * MS_MINUTE, &wait, fault))
        return false;
    if (wait)
        return limit_fault(fault, wait);
    if (!throttle_take(db, people->vault, arena, "reset address", plain, 3, 20 * MS_MINUTE, &held, fault) ||
        !person_by_address(people, plain, &person, &found, fault))
        return false;
    if (held) // the same answer; only no further mail
        return true;
    if (!found)
        return throttle_count(db, people->vault, "nobody", plain, fault);
    if (!person_open(people, person.id, "email", person.email, &own, fault) ||
        !post_reset(people, &person, own, fault))
        return false;
    log_change("reset-asked", person.id);
    return true;
}

static bool check_code(People *people, const Person *person, Str code, CodeCheck *check, Fault *fault)
{
    int64_t wait;
    *check = (CodeCheck){ 0 };
    if (person->totp.length == 0)
        return true;
    if (code.length == 0)
        return fault_set(fault, FAULT_CONFLICT, "Please enter a one-time code or a recovery code as well.");
    if (!throttle_take(people->db, people->vault, people->arena, "code", id_key(people->arena, person->id), 5,
                       MS_MINUTE, &wait, fault))
        return false;
    if (wait)
        return limit_fault(fault, wait);
    if (!code_check(people, person, code, check, fault))
        return false;
    if (!check->right)
        log_entry("reset", person->id, SIGNIN_CODE_WRONG, strength_word(STRENGTH_CODE));
    return check->right || fault_set(fault, FAULT_CONFLICT, "This code is not right, or was used already.");
}

static bool store_reset(People *people, Str token, const CodeCheck *check, Str sealed, const MailDraft *draft,
                        Fault *fault)
{
    Db *db = people->db;
    AccountId owner;
    bool taken = true, changed;
    if (!secret_use(people, token, "reset", &owner, fault) ||
        (check->right && !code_take(db, owner, check, &taken, fault)))
        return false;
    if (!taken)
        return fault_set(fault, FAULT_CONFLICT, "This code is not right, or was used already.");
    if (!one_changed(db, SQL_PERSON_PASSWORD_RESET, DB_ARGS(DB_INT(owner.n), DB_BLOB(sealed)), &changed,
                     fault))
        return false;
    if (!changed)
        return secret_missing(fault);
    return close_doors(db, owner, 0, fault) && notice_add(db, owner, "reset", nowhere(), fault) &&
           mail_post(db, draft, fault);
}

bool account_reset(People *people, Str token, Str password, Str code, Fault *fault)
{
    Person person;
    AccountId owner;
    bool found;
    Str email, sealed;
    CodeCheck check;
    MailDraft draft;
    if (!secret_look(people, token, "reset", &owner, &found, fault))
        return false;
    if (!found)
        return link_dead("reset", fault);
    if (!person_must(people, owner, &person, fault) ||
        !fits_person(people, &person, password, &email, fault) ||
        !check_code(people, &person, code, &check, fault) ||
        !password_seal(people, owner, person.operator_role, password, &sealed, fault))
        return false;
    const LetterOrder letter = { owner, email, "reset-done", STR(""), STR("/reset"), nowhere() };
    if (!letter_seal(people, &letter, &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (!store_reset(people, token, &check, sealed, &draft, fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!db_commit(people->db, fault))
        return false;
    log_change("reset", owner);
    return failures_forget(people, email, fault);
}
