// Grants: credits that cost nothing. The grant and its line are one transaction, and the grant is unique for
// its origin, so repeating gives nothing twice.
#include "credit/ledger.h"

#include "sys/clock.h"

#include <inttypes.h>
#include <string.h>

static const char *const state_names[] = { "waiting", "given", "refused" };

typedef struct Giving {
    int64_t id, origin, amount;
    AccountId account, staff;
    const char *kind, *why;
    Str reason; // sealed; "" = none
    bool waits, added;
} Giving;

static bool grant_add(Giving *giving, Db *db, Fault *fault)
{
    int64_t changed = 0, now = clock_now();
    DbValue reason = giving->reason.length ? DB_BLOB(giving->reason) : DB_NULL;
    if (!db_run(db, SQL_GRANT_ADD,
                DB_ARGS(DB_INT(giving->id), DB_INT(giving->account.n), DB_TEXT(str_of(giving->kind)),
                        DB_INT(giving->origin), DB_INT(giving->amount), reason, DB_INT(giving->staff.n),
                        DB_TEXT(str_of(state_names[giving->waits ? GRANT_WAITING : GRANT_GIVEN])),
                        DB_INT(now), DB_INT(giving->waits ? 0 : now)),
                &changed, fault))
        return fault_while(fault, "writing a grant");
    giving->added = changed == 1;
    return true;
}

static bool grant_line(Db *db, AccountId account, int64_t grant, int64_t amount, const char *why,
                       Fault *fault)
{
    return credit_move(db, &(CreditMove){ account, CREDIT_GRANT, grant, 0, amount, str_of(why) }, NULL,
                       fault);
}

static bool give(void *self, Db *db, Fault *fault)
{
    Giving *giving = self;
    return grant_add(giving, db, fault) &&
           (!giving->added || giving->waits ||
            grant_line(db, giving->account, giving->id, giving->amount, giving->why, fault));
}

// ---- welcome

static bool welcome(void *self, Db *db, Fault *fault)
{
    Giving *giving = self;
    return db_run(db, SQL_CREDIT_OPEN, DB_ARGS(DB_INT(giving->account.n)), NULL, fault) &&
           (giving->amount == 0 || give(giving, db, fault));
}

bool credit_welcome(Db *db, AccountId account, int64_t amount, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found,
        read = db_find(db, &arena, SQL_CREDIT_WALLET, DB_ARGS(DB_INT(account.n)), &row, &found, fault);
    arena_close(&arena);
    if (!read || found)
        return read;
    Giving giving = { .id = id_make(),
                      .origin = account.n,
                      .amount = amount,
                      .account = account,
                      .kind = "welcome",
                      .why = "welcome" };
    return db_transaction(db, welcome, &giving, fault);
}

// ---- staff

static Place reason_place(int64_t id)
{
    return (Place){ "credit_grant", "reason", id };
}

static bool staff_give(void *self, Db *db, Fault *fault)
{
    Giving *giving = self;
    return give(giving, db, fault) &&
           (!giving->added || audit_write(db, giving->staff, giving->waits ? "grant.ask" : "grant.give",
                                          giving->account, fault));
}

static size_t characters(Str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

static bool wish_fits(const GrantWish *wish, Fault *fault)
{
    if (wish->amount < 1 || wish->amount > GRANT_MOST)
        return fault_set(fault, FAULT_INPUT, "Give from 1 to %d credits.", GRANT_MOST);
    if (str_trim(wish->reason).length == 0 || characters(wish->reason) > REASON_CHARS_MAX)
        return fault_set(fault, FAULT_INPUT, "Say why, in %d characters at most.", REASON_CHARS_MAX);
    return true;
}

bool grant_make(People *people, const GrantWish *wish, bool *waits, Fault *fault)
{
    Giving giving = { .id = id_make(),
                      .amount = wish->amount,
                      .account = wish->account,
                      .staff = wish->staff,
                      .kind = "staff",
                      .why = "staff" };
    Account person;
    bool found;
    giving.origin = wish->once ? wish->once : giving.id;
    giving.waits = *waits = wish->amount > wish->limit;
    if (!wish_fits(wish, fault) || !account_find(people, wish->account, &person, &found, fault))
        return false;
    if (!found || !person.active)
        return fault_set(fault, FAULT_MISSING, "There is no such account, or it is not confirmed.");
    return vault_seal(people->vault, people->arena, wish->account, KEY_ACCOUNT, reason_place(giving.id),
                      str_trim(wish->reason), &giving.reason, fault) &&
           db_transaction(people->db, staff_give, &giving, fault);
}

typedef struct Deciding {
    Arena *arena;
    AccountId staff;
    int64_t grant;
    bool yes;
} Deciding;

static bool decide(void *self, Db *db, Fault *fault)
{
    Deciding *deciding = self;
    DbRows row;
    bool found;
    if (!db_find(db, deciding->arena, SQL_GRANT_DECIDE,
                 DB_ARGS(DB_INT(deciding->grant),
                         DB_TEXT(str_of(state_names[deciding->yes ? GRANT_GIVEN : GRANT_REFUSED])),
                         DB_INT(deciding->staff.n), DB_INT(clock_now())),
                 &row, &found, fault))
        return fault_while(fault, "deciding on a grant");
    if (!found)
        return fault_set(fault, FAULT_CONFLICT,
                         "This has been decided already, or it is your own: another operator has to agree.");
    AccountId account = { db_int(&row, 0, 0) };
    return (!deciding->yes || grant_line(db, account, deciding->grant, db_int(&row, 0, 1), "staff", fault)) &&
           audit_write(db, deciding->staff, deciding->yes ? "grant.agree" : "grant.refuse", account, fault);
}

bool grant_decide(People *people, AccountId staff, int64_t grant, bool yes, Fault *fault)
{
    Deciding deciding = { people->arena, staff, grant, yes };
    return db_transaction(people->db, decide, &deciding, fault);
}

static GrantState state_of(Str name)
{
    GrantState state = GRANT_WAITING;
    while (state < GRANT_REFUSED && !str_equal(name, str_of(state_names[state])))
        state++;
    return state;
}

static bool grant_of(People *people, const DbRows *rows, int row, Grant *out, Fault *fault)
{
    *out = (Grant){
        .id = db_int(rows, row, 0),
        .account = { db_int(rows, row, 1) },
        .kind = db_text(rows, row, 2),
        .amount = db_int(rows, row, 3),
        .staff = { db_int(rows, row, 5) },
        .agreed = { db_int(rows, row, 6) },
        .state = state_of(db_text(rows, row, 7)),
        .created = db_int(rows, row, 8),
        .ended = db_int(rows, row, 9),
        .origin = db_int(rows, row, 10),
    };
    return db_null(rows, row, 4) ||
           vault_unseal(people->vault, people->arena, out->account, KEY_ACCOUNT, reason_place(out->id),
                        db_text(rows, row, 4), &out->reason, fault);
}

bool grant_list_waiting(People *people, Grant **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_GRANT_LIST_WAITING, DB_NO_ARGS, &rows, fault))
        return false;
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, Grant, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        if (!grant_of(people, &rows, i, &(*list)[i], fault))
            return false;
    return true;
}

bool grant_find(People *people, int64_t id, Grant *out, bool *found, Fault *fault)
{
    DbRows row;
    return db_find(people->db, people->arena, SQL_GRANT_FIND, DB_ARGS(DB_INT(id)), &row, found, fault) &&
           (!*found || grant_of(people, &row, 0, out, fault));
}

// ---- codes

enum { WORD_LEAST = 4, WORD_MOST = 20, GUESSES = 10 };

// Capitals and digits; blanks and "-" are left out.
static bool word_plain(Arena *arena, Str word, Str *out)
{
    char *plain = arena_take(arena, word.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < word.length; i++) {
        char c = word.data[i];
        if (c == ' ' || c == '-')
            continue;
        c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return false;
        plain[length++] = c;
    }
    *out = (Str){ plain, length };
    return length >= WORD_LEAST && length <= WORD_MOST;
}

typedef struct Making {
    AccountId staff;
    Code code;
    int64_t made;
} Making;

static bool make_code(void *self, Db *db, Fault *fault)
{
    Making *making = self;
    const Code *code = &making->code;
    return db_run(db, SQL_CODE_ADD,
                  DB_ARGS(DB_INT(code->id), DB_TEXT(code->word), DB_INT(code->amount), DB_INT(code->uses),
                          DB_INT(code->ends), DB_INT(making->staff.n), DB_INT(clock_now())),
                  &making->made, fault) &&
           (making->made == 0 || audit_write(db, making->staff, "code.make", (AccountId){ 0 }, fault));
}

bool code_make(Db *db, Arena *arena, AccountId staff, Str word, int64_t amount, int64_t uses, int64_t ends,
               Fault *fault)
{
    Str plain;
    if (!word_plain(arena, word, &plain))
        return fault_set(fault, FAULT_INPUT, "A code has %d to %d letters and digits.", WORD_LEAST,
                         WORD_MOST);
    if (amount < 1 || amount > GRANT_MOST || uses < 1 || uses > GRANT_MOST)
        return fault_set(fault, FAULT_INPUT, "Credits and uses are from 1 to %d.", GRANT_MOST);
    Making making = {
        .staff = staff,
        .code = { .id = id_make(), .word = plain, .amount = amount, .uses = uses, .ends = ends },
    };
    if (!db_transaction(db, make_code, &making, fault))
        return false;
    return making.made == 1 ||
           fault_set(fault, FAULT_CONFLICT, "There is such a code already. Choose another word.");
}

static Code code_of(const DbRows *rows, int row)
{
    return (Code){ db_int(rows, row, 0), db_text(rows, row, 1), db_int(rows, row, 2),    db_int(rows, row, 3),
                   db_int(rows, row, 4), db_int(rows, row, 5),  db_int(rows, row, 6) > 0 };
}

bool code_find(Db *db, Arena *arena, int64_t id, Code *out, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_CODE_READ, DB_ARGS(DB_INT(id)), &row, found, fault))
        return false;
    if (*found)
        *out = code_of(&row, 0);
    return true;
}

bool code_list(Db *db, Arena *arena, Code **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_CODE_LIST, DB_NO_ARGS, &rows, fault))
        return false;
    *count = rows.count;
    *list = ARENA_ARRAY(arena, Code, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = code_of(&rows, i);
    return true;
}

bool code_close(Db *db, AccountId staff, int64_t id, Fault *fault)
{
    return db_run(db, SQL_CODE_CLOSE, DB_ARGS(DB_INT(id), DB_INT(clock_now())), NULL, fault) &&
           audit_write(db, staff, "code.close", (AccountId){ 0 }, fault);
}

static bool code_missing(Fault *fault)
{
    return fault_set(fault, FAULT_MISSING, "This code does not work, or not any more.");
}

static bool use(void *self, Db *db, Fault *fault)
{
    Giving *giving = self;
    int64_t changed = 0;
    if (!db_run(db, SQL_CODE_TAKE, DB_ARGS(DB_INT(giving->origin), DB_INT(clock_now())), &changed, fault))
        return false;
    if (changed == 0)
        return code_missing(fault);
    return give(giving, db, fault) &&
           (giving->added || fault_set(fault, FAULT_CONFLICT, "You have used this code before."));
}

bool code_use(People *people, AccountId account, Str word, int64_t *amount, Fault *fault)
{
    Str plain;
    DbRows row;
    bool found = false;
    int64_t wait_ms;
    if (!throttle_take(people->db, people->vault, people->arena, "code", id_text(people->arena, account.n),
                       GUESSES, MS_HOUR / GUESSES, &wait_ms, fault))
        return false;
    if (wait_ms > 0)
        return fault_set(fault, FAULT_LIMIT, "Too many tries. Please wait %" PRId64 " minutes.",
                         wait_ms / MS_MINUTE + 1);
    if (word_plain(people->arena, word, &plain) &&
        !db_find(people->db, people->arena, SQL_CODE_FIND, DB_ARGS(DB_TEXT(plain), DB_INT(clock_now())), &row,
                 &found, fault))
        return false;
    if (!found)
        return code_missing(fault);
    Giving giving = { .id = id_make(),
                      .origin = db_int(&row, 0, 0),
                      .amount = db_int(&row, 0, 1),
                      .account = account,
                      .kind = "code",
                      .why = "code" };
    *amount = giving.amount;
    return db_transaction(people->db, use, &giving, fault);
}
