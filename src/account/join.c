// Joining: signing up, confirming, and forgetting those who never confirmed.
//
// The keystore comes first: keys and the claim on the address, then the row. Cut off between the two, the
// next sign-up with the address finds a claim without a row and goes on from there.
#include "account/part.h"

#include "sys/secret.h"

#include <assert.h>

static const int64_t unconfirmed_ms = 7 * (int64_t)MS_DAY;

typedef struct Joining {
    AccountId id;
    bool operator_role;
    bool again; // there is an unconfirmed row: this sign-up takes its place
    Str address, name;
    Str email_sealed, name_sealed, password_sealed;
    const SignUp *wish;
    Secret secret;
    MailDraft draft;
} Joining;

// ---- whose address is it?

static bool same_address(People *people, const Person *person, const char *column, Str sealed, Str address,
                         bool *same, Fault *fault)
{
    Str plain;
    if (*same || sealed.length == 0)
        return true;
    if (!person_open(people, person->id, column, sealed, &plain, fault))
        return false;
    *same = str_equal(address_plain(people->arena, plain), address);
    return true;
}

// A claim that nothing in the row speaks for is left over from a change that was cut off.
static bool claim_holds(People *people, const Person *person, Str address, bool *holds, Fault *fault)
{
    *holds = false;
    return same_address(people, person, "email", person->email, address, holds, fault) &&
           same_address(people, person, "next_email", person->next_email, address, holds, fault) &&
           same_address(people, person, "past_email", person->past_email, address, holds, fault);
}

typedef enum Claim { CLAIM_NEW, CLAIM_CUT, CLAIM_UNCONFIRMED, CLAIM_KNOWN } Claim;

static bool claim_once(People *people, Str address, AccountId *id, Person *owner, Claim *out, bool *stale,
                       Fault *fault)
{
    AccountId taken = { 0 };
    bool found, holds;
    *stale = false;
    *out = CLAIM_NEW;
    *id = (AccountId){ id_make() };
    if (vault_person_add(people->vault, *id, address, &taken, fault))
        return true;
    if (fault->kind != FAULT_CONFLICT)
        return fault_while(fault, "claiming an address");
    *id = taken;
    *out = CLAIM_CUT;
    if (!account_find(people, taken, &(Account){ 0 }, &found, fault))
        return false;
    if (!found)
        return true;
    if (!person_find(people, taken, owner, &found, fault) ||
        !claim_holds(people, owner, address, &holds, fault))
        return false;
    *out = owner->unconfirmed ? CLAIM_UNCONFIRMED : CLAIM_KNOWN;
    *stale = !holds;
    return holds || vault_address_drop(people->vault, address, taken, fault);
}

static bool claim(People *people, Str address, AccountId *id, Person *owner, Claim *out, Fault *fault)
{
    bool stale;
    return claim_once(people, address, id, owner, out, &stale, fault) &&
           (!stale || claim_once(people, address, id, owner, out, &stale, fault));
}

// ---- the row

static bool joining_seal(People *people, Joining *joining, Fault *fault)
{
    return person_seal(people, joining->id, "email", joining->address, &joining->email_sealed, fault) &&
           person_seal(people, joining->id, "name", joining->name, &joining->name_sealed, fault) &&
           password_seal(people, joining->id, joining->operator_role, joining->wish->password,
                         &joining->password_sealed, fault);
}

static bool row_store(Db *db, const Joining *j, bool *stored, Fault *fault)
{
    DbValue id = DB_INT(j->id.n), now = DB_INT(clock_now());
    DbValue email = DB_BLOB(j->email_sealed), name = DB_BLOB(j->name_sealed),
            password = DB_BLOB(j->password_sealed);
    DbValue policy = DB_TEXT(j->wish->policy), terms = DB_TEXT(j->wish->terms);
    if (j->again)
        return one_changed(db, SQL_PERSON_AGAIN, DB_ARGS(id, email, name, password, policy, terms, now),
                           stored, fault);
    bool active = j->operator_role;
    return one_changed(db, SQL_PERSON_ADD,
                       DB_ARGS(id, DB_TEXT(active ? STR("operator") : STR("member")),
                               DB_TEXT(active ? STR("active") : STR("unconfirmed")), email, name, password,
                               policy, terms, now, active ? now : DB_INT(0)),
                       stored, fault);
}

static bool join_unconfirmed(People *people, Joining *joining, Fault *fault)
{
    joining->secret = secret_plan(people, joining->id, "confirm", CONFIRM_MS);
    const LetterOrder letter = { joining->id,
                                 joining->address,
                                 "confirm",
                                 STR(""),
                                 link_with(people, "/confirm", &joining->secret),
                                 { STR(""), STR("") } };
    if (!joining_seal(people, joining, fault) || !letter_seal(people, &letter, &joining->draft, fault) ||
        !db_begin(people->db, fault))
        return false;
    bool stored = false;
    if (!row_store(people->db, joining, &stored, fault) ||
        (stored && !(secret_save(people->db, &joining->secret, fault) &&
                     mail_post(people->db, &joining->draft, fault)))) {
        db_rollback(people->db);
        return false;
    }
    return db_commit(people->db, fault); // not stored: two signed up at once, and the other one has mailed
}

// For somebody who is there already: the same hashing, and a mail to its owner, once a day.
static bool tell_owner(People *people, const Person *owner, Str password, Fault *fault)
{
    Str email, nothing;
    MailDraft draft;
    if (!person_open(people, owner->id, "email", owner->email, &email, fault) ||
        !password_seal(people, owner->id, false, password, &nothing, fault))
        return false;
    Str cause = arena_print(people->arena, "known-address " STR_FMT " %lld",
                            STR_ARG(id_key(people->arena, owner->id)), (long long)(clock_now() / MS_DAY));
    const LetterOrder letter = {
        owner->id, email, "known-address", cause, STR("/login"), { STR(""), STR("") }
    };
    if (!letter_seal(people, &letter, &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (mail_post(people->db, &draft, fault))
        return db_commit(people->db, fault);
    db_rollback(people->db);
    return false;
}

static bool wish_fits(People *people, const SignUp *wish, Str *name, Str *address, Fault *fault)
{
    *name = arena_copy(people->arena, str_trim(wish->name));
    *address = address_plain(people->arena, wish->email);
    return name_fits(*name, fault) && email_fits(*address, fault) &&
           password_fits(wish->password, false, *name, *address, fault);
}

bool account_sign_up(People *people, const SignUp *wish, Fault *fault)
{
    assert(!db_inside(people->db));
    Joining joining = { .wish = wish };
    Person owner;
    Claim how;
    int64_t wait;
    if (!wish_fits(people, wish, &joining.name, &joining.address, fault) ||
        !throttle_take(people->db, people->vault, people->arena, "sign-up address", joining.address, 5,
                       10 * MS_MINUTE, &wait, fault))
        return false;
    if (wait)
        return limit_fault(fault, wait); // for known and unknown addresses alike
    if (!claim(people, joining.address, &joining.id, &owner, &how, fault))
        return false;
    if (how == CLAIM_KNOWN)
        return tell_owner(people, &owner, wish->password, fault);
    joining.again = how == CLAIM_UNCONFIRMED;
    return join_unconfirmed(people, &joining, fault);
}

bool account_confirm(People *people, Str token, AccountId *out, Fault *fault)
{
    bool changed;
    *out = (AccountId){ 0 };
    if (!db_begin(people->db, fault))
        return false;
    if (!secret_use(people, token, "confirm", out, fault) ||
        !one_changed(people->db, SQL_PERSON_CONFIRM, DB_ARGS(DB_INT(out->n), DB_INT(clock_now())), &changed,
                     fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!changed) {
        db_rollback(people->db);
        return secret_missing(fault);
    }
    if (!db_commit(people->db, fault))
        return false;
    log_change("confirmed", *out);
    return true;
}

// ---- those who never confirmed

// Doomed, then the keys, then the row. Cut off anywhere, the next sweep goes on.
static bool drop_unconfirmed(People *people, AccountId id, int64_t before, int *removed, Fault *fault)
{
    enum { ALL_KEYS = 1u << KEY_ACCOUNT | 1u << KEY_AUDIO | 1u << KEY_BILLING };
    bool doomed, gone;
    if (!one_changed(people->db, SQL_PERSON_DOOM_UNCONFIRMED, DB_ARGS(DB_INT(id.n), DB_INT(before)), &doomed,
                     fault))
        return false;
    if (!doomed)
        return true;
    if (!vault_forget(people->vault, id, ALL_KEYS, fault) ||
        !one_changed(people->db, SQL_PERSON_DROP_UNCONFIRMED, DB_ARGS(DB_INT(id.n)), &gone, fault))
        return false;
    *removed += gone;
    return true;
}

bool account_sweep_unconfirmed(People *people, int *removed, Fault *fault)
{
    DbRows rows;
    int64_t before = clock_now() - unconfirmed_ms;
    *removed = 0;
    if (!db_list(people->db, people->arena, SQL_PERSON_LIST_UNCONFIRMED, DB_ARGS(DB_INT(before)), &rows,
                 fault))
        return fault_while(fault, "listing unconfirmed accounts");
    for (int i = 0; i < rows.count; i++)
        if (!drop_unconfirmed(people, (AccountId){ db_int(&rows, i, 0) }, before, removed, fault))
            return fault_while(fault, "removing unconfirmed accounts");
    return true;
}

// ---- the first operator

static bool offer_live(Str value, Str hash, int64_t now)
{
    Str word;
    int64_t until;
    return str_word(&value, &word) && str_equal(word, hash) && str_word(&value, &word) &&
           str_to_int(word, &until) && until > now;
}

static Str offer_hash(People *people, Str token)
{
    unsigned char hash[HASH_BYTES];
    vault_hash(people->vault, "first operator", token, hash);
    return hex_write(people->arena, hash, sizeof hash);
}

static bool operator_missing(People *people, bool *missing, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_OPERATOR_COUNT, DB_NO_ARGS, &row, &found, fault))
        return false;
    *missing = !found || db_int(&row, 0, 0) == 0;
    return true;
}

bool operator_first(People *people, bool *needed, Str *token, Fault *fault)
{
    *token = (Str){ 0 };
    if (!operator_missing(people, needed, fault))
        return false;
    if (!*needed)
        return true;
    *token = secret_token(people->arena);
    Str value = arena_print(people->arena, STR_FMT " %lld", STR_ARG(offer_hash(people, *token)),
                            (long long)(clock_now() + MS_DAY));
    return db_run(people->db, SQL_OPERATOR_OFFER, DB_ARGS(DB_TEXT(value)), NULL, fault);
}

static bool offer_find(People *people, Str token, Str *value, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_OPERATOR_OFFERED, DB_NO_ARGS, &row, &found, fault))
        return false;
    *value = found ? db_text(&row, 0, 0) : (Str){ 0 };
    return (found && offer_live(*value, offer_hash(people, token), clock_now())) || link_dead("first", fault);
}

static bool operator_store(People *people, const Joining *joining, Str offer, Fault *fault)
{
    bool taken, stored = false;
    if (!one_changed(people->db, SQL_OPERATOR_TAKE, DB_ARGS(DB_TEXT(offer)), &taken, fault))
        return false;
    if (!taken)
        return secret_missing(fault);
    return row_store(people->db, joining, &stored, fault) &&
           (stored || fault_set(fault, FAULT_CONFLICT,
                                "This address has an account already. Please use another one.")) &&
           audit_write(people->db, joining->id, "operator.first", joining->id, fault);
}

bool operator_claim(People *people, Str token, const SignUp *wish, AccountId *out, Fault *fault)
{
    Joining joining = { .wish = wish, .operator_role = true };
    Person owner;
    Claim how;
    Str offer;
    *out = (AccountId){ 0 };
    if (!offer_find(people, token, &offer, fault) ||
        !wish_fits(people, wish, &joining.name, &joining.address, fault) ||
        !claim(people, joining.address, &joining.id, &owner, &how, fault))
        return false;
    if (how == CLAIM_KNOWN || how == CLAIM_UNCONFIRMED)
        return fault_set(fault, FAULT_CONFLICT,
                         "This address has an account already. Please use another one.");
    if (!joining_seal(people, &joining, fault) || !db_begin(people->db, fault))
        return false;
    if (!operator_store(people, &joining, offer, fault)) {
        db_rollback(people->db);
        return false;
    }
    *out = joining.id;
    if (!db_commit(people->db, fault))
        return false;
    log_change("first-operator", *out);
    return true;
}
