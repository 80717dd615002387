// Damage between ledger, purchases and receipts is found, whoever did it.
#include "pay/pay.h"
#include "tests/credit/books.h"

#define PAID    "a-paid-purchase-has-its-line"
#define BOUGHT  "a-purchased-line-has-its-purchase"
#define MORE    "never-more-goes-back-than-was-bought"
#define RECEIPT "a-sale-has-its-receipt"
#define SALE    "a-receipt-has-its-sale"
#define REFUNDS "receipts-of-refunds-add-up"
#define GAP     "receipt-numbers-have-no-gap"
#define COUNTED "receipts-are-counted"

#define PURCHASE(id, state, paid, refunded)                                                                  \
    "INSERT INTO purchase (id, account, state, pack, title, credits, price, currency, live, session, "       \
    "intent, charge, "                                                                                       \
    "paid_amount, paid_currency, refunded, dispute, dispute_state, evidence_due, step, fence, asked, seen, " \
    "due, "                                                                                                  \
    "attempts, trouble, created, expires, paid) VALUES (" #id ", 7, '" state                                 \
    "', 's', 'S', 100, 500, 'usd', 0, '', "                                                                  \
    "'', '', " #paid ", 'usd', " #refunded ", '', '', 0, 0, 0, 0, 0, 0, 0, '', 1, 1, 1);"
#define RECEIPT_OF(number, kind, purchase, step, credits, amount)                                            \
    "INSERT INTO receipt (number, kind, purchase, step, account, title, credits, amount, currency, seller, " \
    "tax_line, "                                                                                             \
    "live, at) VALUES (" #number ", '" kind "', " #purchase ", " #step ", 7, 'S', " #credits ", " #amount    \
    ", 'usd', 'us', '', 0, 1);"

static const struct {
    const char *rule, *sql;
} damages[] = {
    { PAID, PURCHASE(53, "paid", 500, 0) },
    { PAID, "UPDATE purchase SET state = 'open' WHERE id = 50" },
    { PAID, "UPDATE purchase SET credits = 101 WHERE id = 51" },
    { PAID, "DELETE FROM credit_line WHERE kind = 'purchase' AND cause = 51" },
    { BOUGHT, "UPDATE purchase SET account = 8 WHERE id = 50" },
    { BOUGHT, "UPDATE credit_line SET cause = 99 WHERE kind = 'dispute'" },
    { MORE, "UPDATE credit_line SET amount = 101 WHERE kind = 'refund'" },
    { MORE, "UPDATE credit_line SET amount = 71 WHERE kind = 'dispute'; UPDATE credit_line SET amount = 30 "
            "WHERE kind "
            "= 'refund'" },
    { MORE,
      "INSERT INTO credit_line SELECT 7, 90, 'refund-reversed', 50, 9, 'refunded', 'person', 500, 0, '', 1" },
    { RECEIPT, "DELETE FROM receipt WHERE number = 1" },
    { RECEIPT, "UPDATE receipt SET credits = 99 WHERE number = 2" },
    { RECEIPT, "UPDATE receipt SET account = 8 WHERE number = 2" },
    { SALE, RECEIPT_OF(4, "sale", 52, 0, 100, 500) "UPDATE counter SET value = 4 WHERE name = 'receipt'" },
    { SALE, "UPDATE receipt SET amount = 499 WHERE number = 1" },
    { REFUNDS, "UPDATE purchase SET refunded = 151 WHERE id = 50" },
    { REFUNDS, "UPDATE receipt SET amount = 149 WHERE number = 3" },
    { GAP, "DELETE FROM receipt WHERE number = 2" },
    { GAP, "DELETE FROM receipt WHERE number = 1" },
    { COUNTED, "UPDATE counter SET value = value + 1 WHERE name = 'receipt'" },
    { COUNTED, "DELETE FROM receipt WHERE number = 3" },
};

enum { DAMAGES = sizeof damages / sizeof *damages };

static void does(const Database *data, const char *sql)
{
    Str why;
    if (!test_does(data, sql, &why))
        fail_msg("%s: " STR_FMT, sql, STR_ARG(why));
}

// Two packs that were paid, one of them paid back in part and disputed, and one that is open.
static Db *furnished(Database *data)
{
    Fault fault;
    bool moved;
    Db *db = taken(data);
    does(data, PURCHASE(50, "paid", 500, 150) PURCHASE(51, "paid", 500, 0) PURCHASE(52, "open", 0, 0));
    const CreditMove list[] = { move_of(CREDIT_PURCHASE, 50, 0, 100), move_of(CREDIT_PURCHASE, 51, 0, 100),
                                move_of(CREDIT_REFUND, 50, 1, 30), move_of(CREDIT_DISPUTE, 50, 3, 70) };
    for (int i = 0; i < 4; i++)
        CHECK_OK(moves(db, &list[i], &moved, &fault));
    does(data, RECEIPT_OF(1, "sale", 50, 0, 100, 500) RECEIPT_OF(2, "sale", 51, 0, 100, 500) RECEIPT_OF(
                   3, "refund", 50, 2, 30, 150) "UPDATE counter SET value = 3 WHERE name = 'receipt'");
    return db;
}

static Checkup money_checked(Db *db)
{
    Fault fault;
    Checkup checkup = { .count = 0 };
    CHECK_OK(pay_check(db, test_arena(), &checkup, &fault));
    return checkup;
}

TEST_BOTH(damage_between_ledger_and_receipts_is_found)
{
    for (int i = 0; i < DAMAGES; i++) {
        Database *data = test_database(engine, STORE_DATA);
        Db *db = furnished(data);
        books_hold(db);
        CHECK_INT(money_checked(db).count, 0);
        does(data, engine == ON_POSTGRES
                       ? "ALTER TABLE credit_line DISABLE TRIGGER ALL; ALTER TABLE receipt DISABLE "
                         "TRIGGER ALL"
                       : "DROP TRIGGER credit_line_stays; DROP TRIGGER credit_line_remains; DROP "
                         "TRIGGER receipt_stays; DROP TRIGGER receipt_remains");
        does(data, damages[i].sql);
        Checkup checkup = money_checked(db);
        if (!breaks(&checkup, damages[i].rule))
            print_error("not found: %s: %s\n", damages[i].rule, damages[i].sql);
        CHECK(breaks(&checkup, damages[i].rule));
        db_give(db);
        test_database_close(data);
    }
}
