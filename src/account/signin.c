// Signing in.
//
//     throttles ──> hashing ──> unconfirmed? ──> second factor ──> session
//
// The throttles are asked before anything is hashed. They are named by the address as typed, so an address
// nobody has is held up like any other; and whoever brings the token of a device that this account knows
// has a bucket of their own, which strangers cannot empty.
#include "account/part.h"

#include <assert.h>

enum {
    NETWORK_BURST = 30,
    NETWORK_REFILL_MS = 20 * MS_SECOND,
    ADDRESS_BURST = 10,
    ADDRESS_REFILL_MS = 30 * MS_SECOND, // doubled with every ten failures
    GROW_EACH = 10,
    GROW_MOST = 6, // 32 minutes
    DEVICE_BURST = 20,
    DEVICE_REFILL_MS = 20 * MS_SECOND,
    FAILURES_MAX = 100, // then the password alone is not enough on an unknown device
};

typedef struct Entering {
    const SignIn *wish;
    Str address;
    Str device; // the name of a device this account knows, "" otherwise
    int64_t failures;
    bool found;
    Person person;
    PasswordCheck password;
    CodeCheck code;
} Entering;

bool failures_forget(People *people, Str email, Fault *fault)
{
    Str address = address_plain(people->arena, email);
    return throttle_forget(people->db, people->vault, "failures", address, fault) &&
           throttle_forget(people->db, people->vault, "sign-in address", address, fault);
}

static bool who(People *people, Entering *entering, Fault *fault)
{
    AccountId knows;
    Str device = { 0 };
    bool known = device_known(people, entering->wish->known, &knows, &device);
    if (!person_by_address(people, entering->address, &entering->person, &entering->found, fault))
        return false;
    entering->device = known && entering->found && knows.n == entering->person.id.n ? device : STR("");
    return throttle_counted(people->db, people->vault, people->arena, "failures", entering->address,
                            &entering->failures, fault);
}

static bool take(People *people, const char *what, Str name, int burst, int64_t refill_ms, int64_t *wait,
                 Fault *fault)
{
    return throttle_take(people->db, people->vault, people->arena, what, name, burst, refill_ms, wait, fault);
}

static int64_t grown(int64_t failures)
{
    int64_t times = failures / GROW_EACH;
    return (int64_t)ADDRESS_REFILL_MS << (times > GROW_MOST ? GROW_MOST : times);
}

static bool allowed(People *people, const Entering *entering, int64_t *wait, Fault *fault)
{
    if (entering->device.length)
        return take(people, "sign-in device", entering->device, DEVICE_BURST, DEVICE_REFILL_MS, wait, fault);
    Str network = network_of(people->arena, entering->wish->network);
    if (!take(people, "sign-in network", network, NETWORK_BURST, NETWORK_REFILL_MS, wait, fault))
        return false;
    return *wait > 0 || take(people, "sign-in address", entering->address, ADDRESS_BURST,
                             grown(entering->failures), wait, fault);
}

// ---- too many failures

// The owner gets a link, once a day. People with a second factor need none: their code is enough.
static bool mail_link(People *people, const Person *person, Fault *fault)
{
    Str email, key = id_key(people->arena, person->id);
    MailDraft draft;
    int64_t held;
    if (!take(people, "login link", key, 1, MS_DAY, &held, fault) || held)
        return held > 0;
    Secret secret = secret_plan(people, person->id, "login", LOGIN_MS);
    if (!person_open(people, person->id, "email", person->email, &email, fault))
        return false;
    const LetterOrder letter = {
        person->id, email, "login", STR(""), link_with(people, "/login/link", &secret), { STR(""), STR("") }
    };
    if (!letter_seal(people, &letter, &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (secret_save(people->db, &secret, fault) && mail_post(people->db, &draft, fault))
        return db_commit(people->db, fault);
    db_rollback(people->db);
    return false;
}

static bool too_many(People *people, const Entering *entering, SignInResult *out, Fault *fault)
{
    out->end = SIGNIN_WAIT;
    out->wait_ms = MS_HOUR;
    bool owner = entering->found && entering->person.active && entering->person.totp.length == 0;
    return !owner || mail_link(people, &entering->person, fault);
}

// ---- the secrets

static bool wrong(People *people, const Entering *entering, SignInResult *out, SignInEnd end, Fault *fault)
{
    out->end = end;
    return throttle_count(people->db, people->vault, "failures", entering->address, fault);
}

// A right password for an address not yet confirmed: the mail goes out again.
static bool unconfirmed(People *people, const Person *person, SignInResult *out, Fault *fault)
{
    Str email;
    out->end = SIGNIN_UNCONFIRMED;
    if (!person_open(people, person->id, "email", person->email, &email, fault))
        return false;
    Secret secret = secret_plan(people, person->id, "confirm", CONFIRM_MS);
    const LetterOrder letter = {
        person->id, email, "confirm", STR(""), link_with(people, "/confirm", &secret), { STR(""), STR("") }
    };
    MailDraft draft;
    int64_t held;
    if (!take(people, "confirm again", id_key(people->arena, person->id), 3, MS_HOUR, &held, fault) || held)
        return held > 0;
    if (!letter_seal(people, &letter, &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (secret_save(people->db, &secret, fault) && mail_post(people->db, &draft, fault))
        return db_commit(people->db, fault);
    db_rollback(people->db);
    return false;
}

static bool check_code(People *people, Entering *entering, SignInResult *out, Fault *fault)
{
    int64_t wait;
    const Person *person = &entering->person;
    Str bucket = entering->device.length ? entering->device : id_key(people->arena, person->id);
    out->end = SIGNIN_DONE;
    if (person->totp.length == 0)
        return true;
    out->end = SIGNIN_CODE_NEEDED;
    if (entering->wish->code.length == 0)
        return true;
    if (!take(people, "code", bucket, 5, grown(entering->failures), &wait, fault))
        return false;
    if (wait) {
        out->end = SIGNIN_WAIT;
        out->wait_ms = wait;
        return true;
    }
    if (!code_check(people, person, entering->wish->code, &entering->code, fault))
        return false;
    out->end = SIGNIN_DONE;
    return entering->code.right || wrong(people, entering, out, SIGNIN_CODE_WRONG, fault);
}

// ---- the session

typedef struct Arrival {
    SessionDraft session;
    bool strange; // a device the account does not know: its owner is told
    MailDraft draft;
} Arrival;

static bool arrival_seal(People *people, const Person *person, Strength strength, Device device, bool strange,
                         Arrival *out, Fault *fault)
{
    Str email;
    out->session = session_plan(people, person->id, strength, device);
    out->strange = strange;
    if (!strange)
        return true;
    if (!person_open(people, person->id, "email", person->email, &email, fault))
        return false;
    const LetterOrder letter = { person->id, email, "new-sign-in", STR(""), STR("/reset"), device };
    return letter_seal(people, &letter, &out->draft, fault);
}

static bool arrival_store(Db *db, const Arrival *arrival, Fault *fault)
{
    return session_save(db, &arrival->session, fault) &&
           notice_add(db, arrival->session.account, "sign-in", arrival->session.device, fault) &&
           (!arrival->strange || mail_post(db, &arrival->draft, fault));
}

static bool store(People *people, const Entering *entering, const Arrival *arrival, SignInResult *out,
                  Fault *fault)
{
    Db *db = people->db;
    const Person *person = &entering->person;
    bool taken = true, same;
    if (entering->code.right && !code_take(db, person->id, &entering->code, &taken, fault))
        return false;
    if (!taken) {
        out->end = SIGNIN_CODE_WRONG;
        return false;
    }
    // The password that was checked must still be the stored one: it may have been changed meanwhile.
    Str next = entering->password.renewed.length ? entering->password.renewed : person->password;
    if (!one_changed(db, SQL_PERSON_PASSWORD,
                     DB_ARGS(DB_INT(person->id.n), DB_BLOB(next), DB_BLOB(person->password)), &same, fault))
        return false;
    if (!same) {
        out->end = SIGNIN_WRONG;
        return false;
    }
    return arrival_store(db, arrival, fault);
}

static bool done(People *people, const Arrival *arrival, SignInResult *out, Fault *fault)
{
    out->end = SIGNIN_DONE;
    out->account = arrival->session.account;
    out->session = arrival->session.token;
    return device_token(people, out->account, &out->known, fault);
}

static bool enter(People *people, Entering *entering, SignInResult *out, Fault *fault)
{
    Arrival arrival;
    Strength strength = entering->code.right ? STRENGTH_CODE : STRENGTH_PASSWORD;
    if (!arrival_seal(people, &entering->person, strength, entering->wish->device,
                      entering->device.length == 0, &arrival, fault) ||
        !db_begin(people->db, fault))
        return false;
    if (!store(people, entering, &arrival, out, fault)) {
        db_rollback(people->db);
        return out->end != SIGNIN_DONE && wrong(people, entering, out, out->end, fault);
    }
    return db_commit(people->db, fault) && failures_forget(people, entering->address, fault) &&
           done(people, &arrival, out, fault);
}

static bool sign_in(People *people, Entering *entering, SignInResult *out, Fault *fault)
{
    const SignIn *wish = entering->wish;
    if (!who(people, entering, fault) || !allowed(people, entering, &out->wait_ms, fault))
        return false;
    if (out->wait_ms)
        return true;
    bool strained = entering->failures >= FAILURES_MAX && entering->device.length == 0;
    if (strained && wish->code.length == 0)
        return too_many(people, entering, out, fault);
    if (!password_check(people, &entering->person, entering->found, wish->password, &entering->password,
                        fault))
        return false;
    bool enough = !strained || (entering->found && entering->person.totp.length > 0);
    if (!entering->password.right || !enough)
        return wrong(people, entering, out, SIGNIN_WRONG, fault);
    if (entering->person.unconfirmed)
        return unconfirmed(people, &entering->person, out, fault);
    if (!check_code(people, entering, out, fault))
        return false;
    return out->end != SIGNIN_DONE || enter(people, entering, out, fault);
}

bool account_sign_in(People *people, const SignIn *wish, SignInResult *out, Fault *fault)
{
    assert(!db_inside(people->db));
    Entering entering = { .wish = wish, .address = address_plain(people->arena, wish->email) };
    *out = (SignInResult){ .end = SIGNIN_WAIT };
    if (!sign_in(people, &entering, out, fault))
        return false;
    log_entry("sign-in", entering.found ? entering.person.id : (AccountId){ 0 }, out->end,
              strength_word(entering.code.right ? STRENGTH_CODE : STRENGTH_PASSWORD));
    return true;
}

bool account_sign_in_link(People *people, Str token, Device device, SignInResult *out, Fault *fault)
{
    AccountId owner;
    Person person;
    Arrival arrival;
    Str email;
    bool found;
    *out = (SignInResult){ .end = SIGNIN_WRONG };
    if (!secret_look(people, token, "login", &owner, &found, fault))
        return false;
    if (!found)
        return link_dead("link", fault);
    if (!person_must(people, owner, &person, fault))
        return false;
    if (person.totp.length) // a link is one factor, and this person wants two
        return secret_missing(fault);
    if (!person_open(people, owner, "email", person.email, &email, fault) ||
        !arrival_seal(people, &person, STRENGTH_LINK, device, true, &arrival, fault) ||
        !db_begin(people->db, fault))
        return false;
    if (!secret_use(people, token, "login", &owner, fault) || !arrival_store(people->db, &arrival, fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!db_commit(people->db, fault))
        return false;
    log_entry("link", owner, SIGNIN_DONE, strength_word(STRENGTH_LINK));
    return failures_forget(people, email, fault) && done(people, &arrival, out, fault);
}
