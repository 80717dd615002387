// What must hold of the ledger, asked of the database itself: each rule is one statement, so it sees one
// moment.
#include "credit/credit.h"

static bool ask(Db *db, Arena *arena, Checkup *checkup, const CheckRule *rule, Fault *fault)
{
    enum { ROOM = sizeof checkup->list / sizeof *checkup->list };
    DbRows rows;
    if (!db_list(db, arena, rule->statement, DB_NO_ARGS, &rows, fault))
        return fault_while(fault, rule->rule);
    for (int i = 0; i < rows.count; i++)
        if (checkup->count + i < ROOM)
            checkup->list[checkup->count + i] = (Violation){ rule->rule, db_int(&rows, i, 0) };
    checkup->count += rows.count;
    return true;
}

bool checkup_add(Db *db, Arena *arena, Checkup *checkup, const CheckRule *rules, int count, Fault *fault)
{
    for (int i = 0; i < count; i++)
        if (!ask(db, arena, checkup, &rules[i], fault))
            return false;
    return true;
}

bool credit_check(Db *db, Arena *arena, Checkup *checkup, Fault *fault)
{
    static const CheckRule rules[] = {
        { "wallet-is-the-sum-of-its-lines", SQL_CHECK_WALLET },
        { "lines-have-a-wallet", SQL_CHECK_LINE_WALLET },
        { "each-balance-follows-from-the-one-before", SQL_CHECK_RUNNING },
        { "below-zero-only-by-refund-or-dispute", SQL_CHECK_BELOW },
        { "what-happens-once-has-no-steps", SQL_CHECK_ONCE },
        { "kinds-move-between-their-books", SQL_CHECK_BOOKS },
        { "a-grant-has-its-line", SQL_CHECK_GRANT },
        { "a-granted-line-has-its-grant", SQL_CHECK_GRANT_LINE },
        { "what-is-settled-was-held", SQL_CHECK_SETTLED },
        { "charged-or-returned-never-both", SQL_CHECK_TWICE },
        { "what-was-given-back-was-charged", SQL_CHECK_BACK },
        { "a-code-counts-its-uses", SQL_CHECK_CODE },
    };
    return checkup_add(db, arena, checkup, rules, sizeof rules / sizeof *rules, fault);
}
