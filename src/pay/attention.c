// What an operator should look at, and what must hold of shop and ledger together.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/log.h"

bool attention_add(Db *db, const char *kind, PurchaseId purchase, Str cause, int64_t until, Fault *fault)
{
    bool added;
    if (!run_one(db, SQL_ATTENTION_ADD,
                 DB_ARGS(DB_INT(id_make()), DB_TEXT(str_of(kind)), DB_INT(purchase.n), DB_TEXT(cause),
                         DB_INT(until), DB_INT(clock_now())),
                 &added, fault))
        return fault_while(fault, "calling an operator");
    if (added)
        log_warn("pay.attention kind=%s", kind);
    return true;
}

bool attention_list(Db *db, Arena *arena, Attention **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(db, arena, SQL_ATTENTION_LIST, DB_NO_ARGS, &rows, fault))
        return false;
    *count = rows.count;
    *list = ARENA_ARRAY(arena, Attention, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = (Attention){ db_int(&rows, i, 0),
                                  db_text(&rows, i, 1),
                                  { db_int(&rows, i, 2) },
                                  db_int(&rows, i, 3),
                                  db_int(&rows, i, 4) };
    return true;
}

bool attention_done(Db *db, AccountId staff, int64_t id, Fault *fault)
{
    return db_run(db, SQL_ATTENTION_DONE, DB_ARGS(DB_INT(id), DB_INT(clock_now()), DB_INT(staff.n)), NULL,
                  fault) &&
           audit_write(db, staff, "attention.done", (AccountId){ 0 }, fault);
}

bool pay_check(Db *db, Arena *arena, Checkup *checkup, Fault *fault)
{
    static const CheckRule rules[] = {
        { "a-paid-purchase-has-its-line", SQL_CHECK_PURCHASE },
        { "a-purchased-line-has-its-purchase", SQL_CHECK_PURCHASE_LINE },
        { "never-more-goes-back-than-was-bought", SQL_CHECK_REFUNDED },
        { "a-sale-has-its-receipt", SQL_CHECK_RECEIPT },
        { "a-receipt-has-its-sale", SQL_CHECK_RECEIPT_SALE },
        { "receipts-of-refunds-add-up", SQL_CHECK_RECEIPT_SUM },
        { "receipt-numbers-have-no-gap", SQL_CHECK_RECEIPT_GAP },
        { "receipts-are-counted", SQL_CHECK_RECEIPT_COUNT },
    };
    return checkup_add(db, arena, checkup, rules, sizeof rules / sizeof *rules, fault);
}
