// Changing the address: both the old and the new one must agree, and for a week the old one can undo it.
//
//     asked ──old agrees──┐
//        └────new agrees──┴──> changed ──7 days──> the old address is free again
//                                 └──undo──> as before, all sessions end
//
// While undoing is possible the old address stays claimed in the keystore, so nobody else takes it.
#include "account/part.h"

#include <assert.h>

static Device nowhere(void)
{
    return (Device){ STR(""), STR("") };
}

static bool taken_fault(Fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT,
                     "This address cannot be used. Please ask again with another one.");
}

// ---- asking

typedef struct Asking {
    AccountId account;
    Str sealed;
    Secret old_secret, new_secret;
    MailDraft old_draft, new_draft;
    bool free; // nobody has the wanted address
} Asking;

static bool asking_seal(People *people, const Person *person, Str wanted, Asking *out, Fault *fault)
{
    Str email;
    Person owner = { 0 };
    AccountId has;
    *out = (Asking){ .account = person->id };
    if (!person_open(people, person->id, "email", person->email, &email, fault) ||
        !vault_address_find(people->vault, wanted, &has, fault))
        return false;
    if (str_equal(address_plain(people->arena, email), wanted))
        return fault_set(fault, FAULT_INPUT, "This is your address already.");
    bool theirs = false;
    if (has.n && has.n != person->id.n && !person_by_address(people, wanted, &owner, &theirs, fault))
        return false;
    out->free = !has.n || has.n == person->id.n;
    out->old_secret = secret_plan(people, person->id, "email_old", CONFIRM_MS);
    out->new_secret = secret_plan(people, person->id, "email_new", CONFIRM_MS);
    const LetterOrder to_old = {
        person->id, email, "email-old", STR(""), link_with(people, "/email/agree", &out->old_secret),
        nowhere()
    };
    // Whoever has the wanted address hears of it in their own words, and the asker learns nothing.
    Str known = theirs
                    ? arena_print(people->arena, "known-address " STR_FMT " %lld",
                                  STR_ARG(id_key(people->arena, owner.id)), (long long)(clock_now() / MS_DAY))
                    : STR("");
    const LetterOrder to_new = { theirs ? owner.id : person->id,
                                 wanted,
                                 out->free ? "email-new" : "known-address",
                                 known,
                                 out->free ? link_with(people, "/email/agree", &out->new_secret)
                                           : STR("/login"),
                                 nowhere() };
    return person_seal(people, person->id, "next_email", wanted, &out->sealed, fault) &&
           letter_seal(people, &to_old, &out->old_draft, fault) &&
           letter_seal(people, &to_new, &out->new_draft, fault);
}

static bool asking_store(Db *db, const Asking *asking, Fault *fault)
{
    bool changed;
    DbValue id = DB_INT(asking->account.n);
    if (!one_changed(db, SQL_EMAIL_ASK, DB_ARGS(id, DB_BLOB(asking->sealed)), &changed, fault))
        return false;
    if (!changed)
        return fault_set(fault, FAULT_MISSING, "There is no such account.");
    return secret_save(db, &asking->old_secret, fault) && mail_post(db, &asking->old_draft, fault) &&
           mail_post(db, &asking->new_draft, fault) &&
           (asking->free ? secret_save(db, &asking->new_secret, fault)
                         : db_run(db, SQL_TOKEN_DROP, DB_ARGS(id, DB_TEXT(STR("email_new"))), NULL, fault));
}

bool account_email_ask(People *people, AccountId account, Str email, Fault *fault)
{
    Str wanted = address_plain(people->arena, email);
    Person person;
    Asking asking;
    int64_t wait;
    if (!email_fits(wanted, fault) || !person_must(people, account, &person, fault) ||
        !throttle_take(people->db, people->vault, people->arena, "email ask", id_key(people->arena, account),
                       5, MS_HOUR, &wait, fault))
        return false;
    if (wait)
        return limit_fault(fault, wait);
    // A second change would take the undoing from whoever had the address before the first.
    if (person.past_until > clock_now())
        return fault_set(
            fault, FAULT_LIMIT,
            "Your address was changed within the last 7 days. It can be changed again after that.");
    if (!asking_seal(people, &person, wanted, &asking, fault) || !db_begin(people->db, fault))
        return false;
    if (asking_store(people->db, &asking, fault))
        return db_commit(people->db, fault);
    db_rollback(people->db);
    return false;
}

// ---- agreeing

typedef struct Change {
    AccountId account;
    Str token;
    const char *purpose;
    Str was;         // next_email as it was read: it must still be that one
    bool whole;      // the other address has agreed: now it is changed
    Str email, past; // sealed for their new places
    Str new_plain, old_plain;
    Secret undo;
    MailDraft to_old, to_new;
} Change;

// The claim comes before the row, so that two people never end with one address. Cut off here it is
// left over, which the next agreement or sign-up notices.
static bool address_claim(People *people, Str address, AccountId account, Fault *fault)
{
    AccountId owner;
    if (!vault_address_find(people->vault, address, &owner, fault))
        return false;
    if (owner.n == account.n)
        return true;
    if (owner.n)
        return taken_fault(fault);
    if (vault_address_add(people->vault, address, account, fault))
        return true;
    return fault->kind == FAULT_CONFLICT ? taken_fault(fault) : false;
}

static bool change_seal(People *people, const Person *person, Change *change, Fault *fault)
{
    AccountId id = person->id;
    change->undo = secret_plan(people, id, "email_undo", UNDO_MS);
    if (!person_open(people, id, "next_email", person->next_email, &change->new_plain, fault) ||
        !person_open(people, id, "email", person->email, &change->old_plain, fault) ||
        !address_claim(people, change->new_plain, id, fault))
        return false;
    const LetterOrder to_old = { id,
                                 change->old_plain,
                                 "email-changed",
                                 STR(""),
                                 link_with(people, "/email/undo", &change->undo),
                                 nowhere() };
    const LetterOrder to_new = { id, change->new_plain, "email-done", STR(""), STR("/login"), nowhere() };
    return person_seal(people, id, "email", change->new_plain, &change->email, fault) &&
           person_seal(people, id, "past_email", change->old_plain, &change->past, fault) &&
           letter_seal(people, &to_old, &change->to_old, fault) &&
           letter_seal(people, &to_new, &change->to_new, fault);
}

static bool others_end(Db *db, AccountId account, Fault *fault)
{
    return db_run(db, SQL_SESSION_END_OTHERS, DB_ARGS(DB_INT(account.n), DB_INT(0)), NULL, fault) &&
           db_run(db, SQL_TOKEN_DROP_ALL, DB_ARGS(DB_INT(account.n)), NULL, fault);
}

// `*done` false: the row is not as it was read, so read it again.
static bool change_store(People *people, const Change *change, bool *done, Fault *fault)
{
    Db *db = people->db;
    AccountId owner;
    DbValue id = DB_INT(change->account.n), was = DB_BLOB(change->was);
    bool old = str_equal(str_of(change->purpose), STR("email_old"));
    if (!secret_use(people, change->token, change->purpose, &owner, fault))
        return false;
    if (!change->whole)
        return one_changed(db, old ? SQL_EMAIL_AGREE_OLD : SQL_EMAIL_AGREE_NEW,
                           DB_ARGS(id, was, DB_INT(clock_now())), done, fault);
    if (!one_changed(
            db, SQL_EMAIL_CHANGE,
            DB_ARGS(id, was, DB_BLOB(change->email), DB_BLOB(change->past), DB_INT(clock_now() + UNDO_MS)),
            done, fault))
        return false;
    return !*done || (others_end(db, change->account, fault) && secret_save(db, &change->undo, fault) &&
                      notice_add(db, change->account, "email", nowhere(), fault) &&
                      mail_post(db, &change->to_old, fault) && mail_post(db, &change->to_new, fault));
}

static bool agree_once(People *people, Change *change, bool *done, Fault *fault)
{
    Person person;
    *done = false;
    if (!person_must(people, change->account, &person, fault))
        return false;
    if (person.next_email.length == 0)
        return secret_missing(fault);
    bool old = str_equal(str_of(change->purpose), STR("email_old"));
    change->was = person.next_email;
    change->whole = (old ? person.next_new_agreed : person.next_old_agreed) > 0;
    if ((change->whole && !change_seal(people, &person, change, fault)) || !db_begin(people->db, fault))
        return false;
    bool stored = change_store(people, change, done, fault);
    if (stored && *done)
        return db_commit(people->db, fault);
    db_rollback(people->db);
    return stored;
}

bool account_email_agree(People *people, Str token, bool *changed, Fault *fault)
{
    Change change = { .token = token, .purpose = "email_old" };
    bool found, done = false;
    *changed = false;
    if (!secret_look(people, token, "email_old", &change.account, &found, fault))
        return false;
    if (!found) {
        change.purpose = "email_new";
        if (!secret_look(people, token, "email_new", &change.account, &found, fault))
            return false;
    }
    if (!found)
        return secret_missing(fault);
    // The two may agree in the same moment: the second look sees the first one's word.
    for (int i = 0; i < 3 && !done; i++)
        if (!agree_once(people, &change, &done, fault))
            return false;
    *changed = done && change.whole;
    if (*changed)
        log_change("email", change.account);
    return done || fault_set(fault, FAULT_CONFLICT, "Something changed at the same time. Please try again.");
}

// ---- undoing

typedef struct Undoing {
    Str token;
    Str was, email;
    Str now_plain, past_plain;
    Secret reset;
    MailDraft draft;
} Undoing;

static bool undo_seal(People *people, const Person *person, Undoing *out, Fault *fault)
{
    AccountId id = person->id;
    out->was = person->past_email;
    // Whoever changed the address may know the password: the old address gets the way to a new one.
    out->reset = secret_plan(people, id, "reset", RESET_MS);
    if (!person_open(people, id, "past_email", person->past_email, &out->past_plain, fault) ||
        !person_open(people, id, "email", person->email, &out->now_plain, fault) ||
        !person_seal(people, id, "email", out->past_plain, &out->email, fault))
        return false;
    const LetterOrder letter = {
        id, out->past_plain, "reset", STR(""), link_with(people, "/reset/new", &out->reset), nowhere()
    };
    return letter_seal(people, &letter, &out->draft, fault);
}

static bool undo_store(People *people, const Undoing *undoing, Fault *fault)
{
    Db *db = people->db;
    AccountId owner;
    bool changed;
    if (!secret_use(people, undoing->token, "email_undo", &owner, fault) ||
        !one_changed(db, SQL_EMAIL_UNDO,
                     DB_ARGS(DB_INT(owner.n), DB_BLOB(undoing->was), DB_BLOB(undoing->email)), &changed,
                     fault))
        return false;
    if (!changed)
        return secret_missing(fault);
    return others_end(db, owner, fault) && secret_save(db, &undoing->reset, fault) &&
           notice_add(db, owner, "email", nowhere(), fault) && mail_post(db, &undoing->draft, fault);
}

bool account_email_undo(People *people, Str token, Fault *fault)
{
    AccountId owner;
    Person person;
    Undoing undoing = { .token = token };
    bool found;
    if (!secret_look(people, token, "email_undo", &owner, &found, fault))
        return false;
    if (!found)
        return secret_missing(fault);
    if (!person_must(people, owner, &person, fault))
        return false;
    if (person.past_email.length == 0 || person.past_until <= clock_now())
        return secret_missing(fault);
    if (!undo_seal(people, &person, &undoing, fault) || !db_begin(people->db, fault))
        return false;
    if (!undo_store(people, &undoing, fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!db_commit(people->db, fault))
        return false;
    log_change("email-undone", owner);
    return vault_address_drop(people->vault, undoing.now_plain, owner, fault);
}

// ---- sweeping

// The old address is free again. It is given up in the keystore first: after that it may be asked for anew.
static bool past_forget(People *people, AccountId id, Str past, Str email, Fault *fault)
{
    Str past_plain, email_plain;
    if (!person_open(people, id, "past_email", past, &past_plain, fault) ||
        !person_open(people, id, "email", email, &email_plain, fault))
        return fault->kind == FAULT_MISSING; // a person who is being forgotten
    bool same =
        str_equal(address_plain(people->arena, past_plain), address_plain(people->arena, email_plain));
    return (same || vault_address_drop(people->vault, past_plain, id, fault)) &&
           db_run(people->db, SQL_EMAIL_FORGET_PAST, DB_ARGS(DB_INT(id.n), DB_BLOB(past)), NULL, fault);
}

bool account_sweep(People *people, Fault *fault)
{
    Db *db = people->db;
    DbRows rows;
    int64_t now = clock_now();
    if (!db_run(db, SQL_TOKEN_SWEEP, DB_ARGS(DB_INT(now)), NULL, fault) ||
        !db_run(db, SQL_SESSION_SWEEP,
                DB_ARGS(DB_INT(now - SESSION_IDLE_DAYS * (int64_t)MS_DAY),
                        DB_INT(now - SESSION_LIFE_DAYS * (int64_t)MS_DAY)),
                NULL, fault) ||
        !db_run(db, SQL_THROTTLE_SWEEP, DB_ARGS(DB_INT(now - 30 * (int64_t)MS_DAY)), NULL, fault) ||
        !db_list(db, people->arena, SQL_EMAIL_LIST_PAST, DB_ARGS(DB_INT(now)), &rows, fault))
        return fault_while(fault, "sweeping accounts");
    for (int i = 0; i < rows.count; i++)
        if (!past_forget(people, (AccountId){ db_int(&rows, i, 0) }, db_text(&rows, i, 1),
                         db_text(&rows, i, 2), fault))
            return fault_while(fault, "sweeping addresses");
    return true;
}
