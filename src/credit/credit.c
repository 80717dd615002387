// What a song moves, what a person has, and the statement.
#include "credit/ledger.h"

#include "sys/clock.h"

#include <assert.h>
#include <inttypes.h>

static const int64_t give_back_ms = 30 * (int64_t)MS_DAY;

bool credit_wallet(Db *db, AccountId account, Wallet *out, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found,
        read = db_find(db, &arena, SQL_CREDIT_WALLET, DB_ARGS(DB_INT(account.n)), &row, &found, fault);
    *out = (Wallet){ 0 };
    if (read && found)
        *out = (Wallet){ db_int(&row, 0, 0), db_int(&row, 0, 1), db_int(&row, 0, 2) };
    arena_close(&arena);
    return read || fault_while(fault, "reading a wallet");
}

bool credit_balance(Db *db, AccountId account, int64_t *out, Fault *fault)
{
    Wallet wallet;
    bool read = credit_wallet(db, account, &wallet, fault);
    *out = wallet.credits;
    return read;
}

static bool blocked(Db *db, AccountId account, bool *is_blocked, Fault *fault)
{
    Wallet wallet;
    bool read = credit_wallet(db, account, &wallet, fault);
    *is_blocked = wallet.credits < 0;
    return read;
}

static bool blocked_fault(Fault *fault)
{
    return fault_set(fault, FAULT_CREDIT,
                     "Credits that you had spent were paid back or are disputed, so your balance is below "
                     "zero. You can make songs again when it is evened out.");
}

bool credit_hold(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault)
{
    assert(amount >= 0);
    assert(db_inside(db));
    CreditMove move = { account, CREDIT_HOLD, job.n, 0, amount, STR("") };
    bool is_blocked = false;
    Fault why = { 0 };
    if (amount > 0 && credit_move(db, &move, NULL, &why))
        return true;
    if (amount > 0 && why.kind != FAULT_CREDIT) {
        *fault = why;
        return false;
    }
    // Why it was refused; for what costs nothing, whether it is.
    if (!blocked(db, account, &is_blocked, fault))
        return false;
    if (is_blocked)
        return blocked_fault(fault);
    *fault = amount > 0 ? why : *fault;
    return amount == 0;
}

bool credit_charge(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault)
{
    assert(amount >= 0);
    CreditMove move = { account, CREDIT_CHARGE, job.n, 0, amount, STR("") };
    return amount == 0 || credit_move(db, &move, NULL, fault);
}

bool credit_return(Db *db, AccountId account, JobId job, int64_t amount, Str why, Fault *fault)
{
    assert(amount >= 0);
    CreditMove move = { account, CREDIT_RETURN, job.n, 0, amount, why };
    return amount == 0 || credit_move(db, &move, NULL, fault);
}

// ---- not what I asked

bool credit_sum(Db *db, CreditKind kind, int64_t cause, int64_t *amount, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found, read = db_find(db, &arena, SQL_CREDIT_SUM,
                               DB_ARGS(DB_TEXT(credit_kind_name(kind)), DB_INT(cause)), &row, &found, fault);
    *amount = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read;
}

static bool given_back_lately(Db *db, AccountId account, int64_t *count, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found,
        read = db_find(db, &arena, SQL_CREDIT_GIVEN_BACK,
                       DB_ARGS(DB_INT(account.n), DB_INT(clock_now() - give_back_ms)), &row, &found, fault);
    *count = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read;
}

typedef struct GivingBack {
    AccountId account;
    JobId job;
    int most;
    int64_t amount;
} GivingBack;

// What this person paid for the song; 0: nothing, or it is somebody else's.
static bool charged(Db *db, const GivingBack *giving, int64_t *amount, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found,
        read = db_find(db, &arena, SQL_CREDIT_CHARGED,
                       DB_ARGS(DB_INT(giving->job.n), DB_INT(giving->account.n)), &row, &found, fault);
    *amount = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read;
}

static bool back_already(Fault *fault)
{
    return fault_set(fault, FAULT_CONFLICT, "The credits of this song have come back already.");
}

static bool may_return(GivingBack *giving, Db *db, Fault *fault)
{
    int64_t back, lately;
    if (!charged(db, giving, &giving->amount, fault) ||
        !credit_sum(db, CREDIT_GIVE_BACK, giving->job.n, &back, fault) ||
        !given_back_lately(db, giving->account, &lately, fault))
        return false;
    if (giving->amount == 0)
        return fault_set(fault, FAULT_CONFLICT, "This song has cost nothing, so nothing can come back.");
    if (back > 0)
        return back_already(fault);
    return lately < giving->most ||
           fault_set(fault, FAULT_LIMIT,
                     "You have had credits back for %" PRId64
                     " songs within 30 days, which is as many as may be. Please write to us.",
                     lately);
}

static bool give_back(void *self, Db *db, Fault *fault)
{
    GivingBack *giving = self;
    CreditMove move = { giving->account, CREDIT_GIVE_BACK, giving->job.n, 0, 0, STR("not-asked") };
    bool moved = false;
    // The person's wallet is locked first, so that of many at once only so many pass.
    if (!db_run(db, SQL_CREDIT_LOCK, DB_ARGS(DB_INT(giving->account.n)), NULL, fault) ||
        !may_return(giving, db, fault))
        return false;
    move.amount = giving->amount;
    return credit_move(db, &move, &moved, fault) && (moved || back_already(fault));
}

bool credit_give_back(Db *db, AccountId account, JobId job, int most, int64_t *amount, Fault *fault)
{
    GivingBack giving = { account, job, most, 0 };
    bool given = db_transaction(db, give_back, &giving, fault);
    *amount = giving.amount;
    return given;
}

bool credit_may_give_back(Db *db, AccountId account, JobId job, int most, bool *may, Fault *fault)
{
    GivingBack giving = { account, job, most, 0 };
    *may = may_return(&giving, db, fault);
    return *may || fault->kind == FAULT_CONFLICT || fault->kind == FAULT_LIMIT;
}

// ---- the statement

static CreditKind kind_of(Str name)
{
    CreditKind kind = CREDIT_HOLD;
    while (kind < CREDIT_KINDS - 1 && !str_equal(name, movements[kind].name))
        kind++;
    return kind;
}

static CreditLine line_of(const DbRows *rows, int row)
{
    CreditLine line = {
        .number = db_int(rows, row, 0),
        .kind = kind_of(db_text(rows, row, 1)),
        .cause = db_int(rows, row, 2),
        .step = db_int(rows, row, 3),
        .source = db_text(rows, row, 4),
        .target = db_text(rows, row, 5),
        .amount = db_int(rows, row, 6),
        .balance = db_int(rows, row, 7),
        .why = db_text(rows, row, 8),
        .at = db_int(rows, row, 9),
    };
    line.change = movements[line.kind].credits * line.amount;
    return line;
}

bool credit_lines(Db *db, Arena *arena, AccountId account, int64_t before, int limit, CreditLine **list,
                  int *count, Fault *fault)
{
    assert(limit > 0 && limit <= CREDIT_LINES_MAX);
    DbRows rows;
    if (!db_list(db, arena, SQL_CREDIT_LINES,
                 DB_ARGS(DB_INT(account.n), DB_INT(before > 0 ? before : INT64_MAX), DB_INT(limit)), &rows,
                 fault))
        return fault_while(fault, "reading the ledger");
    *count = rows.count;
    *list = ARENA_ARRAY(arena, CreditLine, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = line_of(&rows, i);
    return true;
}
