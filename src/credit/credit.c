// Credit: the ledger. See the header for what always holds.
#include "credit/credit.h"

#include "sys/clock.h"

#include <assert.h>
#include <inttypes.h>

// `*added` false: the job had this line already.
static bool line_add(Db *db, AccountId account, JobId job, Str kind, int64_t amount, bool *added,
                     Fault *fault)
{
    int64_t changed = 0;
    if (!db_run(db, SQL_CREDIT_LINE_ADD,
                DB_ARGS(DB_INT(id_make()), DB_INT(account.n), DB_INT(job.n), DB_TEXT(kind), DB_INT(amount),
                        DB_INT(clock_now())),
                &changed, fault))
        return fault_while(fault, "writing the ledger");
    *added = changed == 1;
    return true;
}

bool credit_hold(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault)
{
    assert(amount >= 0);
    assert(db_inside(db)); // the hold and the job live or die together

    // One statement both looks and takes, so two open tabs cannot spend the same credit.
    int64_t taken = 0;
    if (!db_run(db, SQL_CREDIT_TAKE, DB_ARGS(DB_INT(account.n), DB_INT(amount)), &taken, fault))
        return fault_while(fault, "taking credits");
    if (taken == 0)
        return fault_set(fault, FAULT_CREDIT, "This song needs %" PRId64 " credits.", amount);
    bool added;
    return line_add(db, account, job, STR("hold"), -amount, &added, fault);
}

bool credit_charge(Db *db, AccountId account, JobId job, Fault *fault)
{
    assert(db_inside(db));
    bool added;
    return line_add(db, account, job, STR("charge"), 0, &added, fault);
}

bool credit_return(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault)
{
    assert(amount >= 0);
    assert(db_inside(db));
    bool added;
    if (!line_add(db, account, job, STR("return"), amount, &added, fault))
        return false;
    return !added || db_run(db, SQL_CREDIT_GIVE, DB_ARGS(DB_INT(account.n), DB_INT(amount)), NULL, fault);
}

bool credit_balance(Db *db, AccountId account, int64_t *out, Fault *fault)
{
    Arena arena = { 0 };
    DbRows row;
    bool found = false,
         read = db_find(db, &arena, SQL_CREDIT_BALANCE, DB_ARGS(DB_INT(account.n)), &row, &found, fault);
    *out = read && found ? db_int(&row, 0, 0) : 0;
    arena_close(&arena);
    return read && (found || fault_set(fault, FAULT_MISSING, "There is no such account."));
}
