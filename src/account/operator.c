// More operators, beside the first: made from the command line, by whoever has the machine.
#include "account/part.h"

static bool add_inside(People *people, AccountId staff, AccountId account, bool *changed, Fault *fault)
{
    Account person;
    bool found;
    if (!one_changed(people->db, SQL_OPERATOR_ADD, DB_ARGS(DB_INT(account.n)), changed, fault) ||
        !account_find(people, account, &person, &found, fault))
        return false;
    if (!found || !person.active)
        return fault_set(fault, FAULT_MISSING, "There is no such account, or its address is not confirmed.");
    return !*changed || (session_end_others(people, account, 0, fault) &&
                         audit_write(people->db, staff, "operator.add", account, fault));
}

bool operator_add(People *people, AccountId staff, AccountId account, bool *changed, Fault *fault)
{
    if (!db_begin(people->db, fault))
        return false;
    if (!add_inside(people, staff, account, changed, fault)) {
        db_rollback(people->db);
        return false;
    }
    if (!db_commit(people->db, fault))
        return false;
    if (*changed)
        log_change("operator", account);
    return true;
}

bool operator_list(People *people, AccountId **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_OPERATOR_LIST, DB_NO_ARGS, &rows, fault))
        return fault_while(fault, "listing operators");
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, AccountId, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = (AccountId){ db_int(&rows, i, 0) };
    return true;
}
