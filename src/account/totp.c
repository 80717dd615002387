// The second factor: one-time codes (RFC 6238, SHA-1, 6 digits, 30 seconds) and ten recovery codes.
// The time is the server's. One step early or late is taken, each step once, and none before the last taken.
#include "account/part.h"

#include "base/buf.h"
#include "sys/secret.h"

#include <assert.h>
#include <liboath/oath.h>
#include <stdlib.h>

enum {
    SECRET_BYTES = 20,
    STEP_SECONDS = 30,
    DIGITS = 6,
    RECOVERY_CODES = 10,
    RECOVERY_BYTES = 10,
    RECOVERY_TEXT = 16
};

static Str base32(Arena *arena, const void *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const unsigned char *b = bytes;
    Buf buf = buf_make(arena, 64);
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < count; i++) {
        held = held << 8 | b[i];
        for (bits += 8; bits >= 5; bits -= 5)
            buf_bytes(&buf, &digits[held >> (bits - 5) & 31], 1);
    }
    assert(bits == 0); // only whole groups of five bytes are written here
    return buf_str(&buf);
}

// People write codes with blanks and dashes, in either case.
static Str code_plain(Arena *arena, Str code)
{
    char *plain = arena_take(arena, 65);
    size_t count = 0;
    for (size_t i = 0; i < code.length && count < 64; i++) {
        char c = code.data[i];
        if (c != ' ' && c != '-' && c != '\t')
            plain[count++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (Str){ plain, count };
}

// The step the code belongs to, 0 when to none that may still be taken.
static int64_t step_of(Str secret, Str code, int64_t last)
{
    int64_t now = clock_now() / 1000 / STEP_SECONDS, found = 0;
    for (int64_t step = now - 1; step <= now + 1; step++) {
        char wanted[DIGITS + 1] = "";
        bool made = oath_totp_generate(secret.data, secret.length, (time_t)(step * STEP_SECONDS),
                                       STEP_SECONDS, 0, DIGITS, wanted) == OATH_OK;
        if (made && code.length == DIGITS && secret_same(code.data, wanted, DIGITS) && step > last)
            found = step;
    }
    return found;
}

static void recovery_hash(People *people, AccountId account, Str plain, unsigned char out[HASH_BYTES])
{
    Str text = arena_print(people->arena, STR_FMT "|" STR_FMT, STR_ARG(id_key(people->arena, account)),
                           STR_ARG(plain));
    vault_hash(people->vault, "recovery code", text, out);
}

bool code_check(People *people, const Person *person, Str code, CodeCheck *out, Fault *fault)
{
    Str secret, plain = code_plain(people->arena, code);
    *out = (CodeCheck){ 0 };
    if (!person_open(people, person->id, "totp", person->totp, &secret, fault))
        return false;
    if (plain.length == RECOVERY_TEXT) {
        recovery_hash(people, person->id, plain, out->hash);
        out->right = true; // whether there is such a code is seen when it is taken
        return true;
    }
    out->step = step_of(secret, plain, person->totp_step);
    out->right = out->step > 0;
    return true;
}

bool code_take(Db *db, AccountId account, const CodeCheck *check, bool *taken, Fault *fault)
{
    assert(db_inside(db));
    if (check->step)
        return one_changed(db, SQL_TOTP_TAKE, DB_ARGS(DB_INT(account.n), DB_INT(check->step)), taken, fault);
    Str hash = { (const char *)check->hash, sizeof check->hash };
    return one_changed(db, SQL_RECOVERY_TAKE, DB_ARGS(DB_BLOB(hash), DB_INT(account.n)), taken, fault);
}

// ---- setting it up

// Characters of an address that mean something in a URI are written as %XX.
static Str uri_text(Arena *arena, Str s)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    Buf buf = buf_make(arena, 1024);
    for (size_t i = 0; i < s.length; i++) {
        size_t at;
        if (str_find(str_of(plain), (Str){ s.data + i, 1 }, &at))
            buf_bytes(&buf, s.data + i, 1);
        else
            buf_print(&buf, "%%%02X", (unsigned char)s.data[i]);
    }
    return buf_str(&buf);
}

static bool on_already(Fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT,
                     "One-time codes are on already. Turn them off first to set them up anew.");
}

bool totp_begin(People *people, AccountId account, TotpSetup *out, Fault *fault)
{
    unsigned char secret[SECRET_BYTES];
    Person person;
    Str sealed, email = { 0 };
    bool changed;
    if (!person_must(people, account, &person, fault) ||
        (person.email.length && !person_open(people, account, "email", person.email, &email, fault)))
        return false;
    secret_random(secret, sizeof secret);
    bool done =
        person_seal(people, account, "totp_next", (Str){ (char *)secret, sizeof secret }, &sealed, fault) &&
        one_changed(people->db, SQL_TOTP_BEGIN, DB_ARGS(DB_INT(account.n), DB_BLOB(sealed)), &changed, fault);
    Str shown = base32(people->arena, secret, sizeof secret);
    secret_wipe(secret, sizeof secret);
    if (!done)
        return false;
    if (!changed)
        return on_already(fault);
    Str label = uri_text(people->arena, email);
    out->secret = shown;
    out->uri = arena_print(people->arena,
                           "otpauth://totp/SonicStacker:" STR_FMT "?secret=" STR_FMT "&issuer=SonicStacker",
                           STR_ARG(label), STR_ARG(out->secret));
    return true;
}

static Str recovery_make(People *people)
{
    unsigned char bytes[RECOVERY_BYTES];
    secret_random(bytes, sizeof bytes);
    Str text = base32(people->arena, bytes, sizeof bytes);
    Str shown = arena_print(people->arena, "%.4s-%.4s-%.4s-%.4s", text.data, text.data + 4, text.data + 8,
                            text.data + 12);
    secret_wipe(bytes, sizeof bytes);
    return shown;
}

static bool recovery_save(People *people, AccountId account, const Str *codes, Fault *fault)
{
    DbValue id = DB_INT(account.n);
    bool saved = db_run(people->db, SQL_RECOVERY_DROP, DB_ARGS(id), NULL, fault);
    for (int i = 0; i < RECOVERY_CODES && saved; i++) {
        unsigned char hash[HASH_BYTES];
        recovery_hash(people, account, code_plain(people->arena, codes[i]), hash);
        saved = db_run(people->db, SQL_RECOVERY_ADD,
                       DB_ARGS(DB_BLOB(((Str){ (char *)hash, sizeof hash })), id), NULL, fault);
    }
    return saved;
}

static bool change_letter(People *people, const Person *person, const char *kind, MailDraft *draft,
                          Fault *fault)
{
    Str email;
    if (!person_open(people, person->id, "email", person->email, &email, fault))
        return false;
    const LetterOrder letter = { person->id, email, kind, STR(""), STR("/reset"), { STR(""), STR("") } };
    return letter_seal(people, &letter, draft, fault);
}

typedef struct Rise {
    const Person *person;
    Str sealed; // the secret at its new place
    int64_t step;
    const Str *codes;
    const MailDraft *draft;
} Rise;

static bool store_rise(People *people, const Rise *rise, Fault *fault)
{
    Db *db = people->db;
    DbValue id = DB_INT(rise->person->id.n);
    bool changed;
    if (!one_changed(db, SQL_TOTP_CONFIRM,
                     DB_ARGS(id, DB_BLOB(rise->person->totp_next), DB_BLOB(rise->sealed), DB_INT(rise->step)),
                     &changed, fault))
        return false;
    if (!changed)
        return on_already(fault);
    return recovery_save(people, rise->person->id, rise->codes, fault) &&
           db_run(db, SQL_TOKEN_DROP, DB_ARGS(id, DB_TEXT(STR("login"))), NULL, fault) &&
           notice_add(db, rise->person->id, "code-on", (Device){ STR(""), STR("") }, fault) &&
           mail_post(db, rise->draft, fault);
}

static bool code_wrong(Fault *fault)
{
    return fault_set(fault, FAULT_INPUT,
                     "This code is not right, or was used already. Please enter the next one.");
}

static bool code_allowed(People *people, AccountId account, Fault *fault)
{
    int64_t wait;
    return throttle_take(people->db, people->vault, people->arena, "code", id_key(people->arena, account), 5,
                         MS_MINUTE, &wait, fault) &&
           (wait == 0 || limit_fault(fault, wait));
}

bool totp_confirm(People *people, AccountId account, Str code, Str **recovery, int *count, Fault *fault)
{
    Person person;
    Str secret, sealed;
    MailDraft draft;
    if (!person_must(people, account, &person, fault))
        return false;
    if (person.totp_next.length == 0)
        return person.totp.length
                   ? on_already(fault)
                   : fault_set(fault, FAULT_MISSING, "Please begin setting up one-time codes again.");
    if (!code_allowed(people, account, fault) ||
        !person_open(people, account, "totp_next", person.totp_next, &secret, fault))
        return false;
    int64_t step = step_of(secret, code_plain(people->arena, code), 0);
    if (step == 0)
        return code_wrong(fault);
    Str *codes = ARENA_ARRAY(people->arena, Str, RECOVERY_CODES);
    for (int i = 0; i < RECOVERY_CODES; i++)
        codes[i] = recovery_make(people);
    if (!person_seal(people, account, "totp", secret, &sealed, fault) ||
        !change_letter(people, &person, "code-on", &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (!store_rise(people, &(Rise){ &person, sealed, step, codes, &draft }, fault)) {
        db_rollback(people->db);
        return false;
    }
    *recovery = codes;
    *count = RECOVERY_CODES;
    if (!db_commit(people->db, fault))
        return false;
    log_change("code-on", account);
    return true;
}

static bool store_end(People *people, const Person *person, const CodeCheck *check, const MailDraft *draft,
                      Fault *fault)
{
    Db *db = people->db;
    DbValue id = DB_INT(person->id.n);
    bool taken = false, changed = false;
    if (!code_take(db, person->id, check, &taken, fault))
        return false;
    if (!taken)
        return code_wrong(fault);
    return one_changed(db, SQL_TOTP_END, DB_ARGS(id), &changed, fault) &&
           db_run(db, SQL_RECOVERY_DROP, DB_ARGS(id), NULL, fault) &&
           notice_add(db, person->id, "code-off", (Device){ STR(""), STR("") }, fault) &&
           mail_post(db, draft, fault);
}

bool totp_end(People *people, AccountId account, Str code, Fault *fault)
{
    Person person;
    CodeCheck check;
    MailDraft draft;
    bool is_short;
    if (!person_must(people, account, &person, fault) ||
        !password_is_short(people, &person, &is_short, fault))
        return false;
    if (person.totp.length == 0)
        return fault_set(fault, FAULT_MISSING, "One-time codes are off already.");
    if (is_short)
        return fault_set(
            fault, FAULT_CONFLICT,
            "Your password is short. Choose one of at least 15 characters before you turn codes off.");
    if (!code_allowed(people, account, fault) || !code_check(people, &person, code, &check, fault))
        return false;
    if (!check.right)
        return code_wrong(fault);
    if (!change_letter(people, &person, "code-off", &draft, fault) || !db_begin(people->db, fault))
        return false;
    if (!store_end(people, &person, &check, &draft, fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!db_commit(people->db, fault))
        return false;
    log_change("code-off", account);
    return true;
}
