// Moves: their books, their numbers, their repetition, and what is refused.
#include "tests/credit/books.h"

// What each kind does to a person of 100 credits and 20 held.
static const struct {
    CreditKind kind;
    const char *name, *source, *target;
    int credits, held;
} ways[] = {
    { CREDIT_HOLD, "hold", "person", "held", -5, 5 },
    { CREDIT_CHARGE, "charge", "held", "spent", 0, -5 },
    { CREDIT_RETURN, "return", "held", "person", 5, -5 },
    { CREDIT_GIVE_BACK, "give-back", "spent", "person", 5, 0 },
    { CREDIT_PURCHASE, "purchase", "purchased", "person", 5, 0 },
    { CREDIT_REFUND, "refund", "person", "refunded", -5, 0 },
    { CREDIT_REFUND_REVERSED, "refund-reversed", "refunded", "person", 5, 0 },
    { CREDIT_DISPUTE, "dispute", "person", "disputed", -5, 0 },
    { CREDIT_DISPUTE_RELEASED, "dispute-released", "disputed", "person", 5, 0 },
    { CREDIT_GRANT, "grant", "granted", "person", 5, 0 },
};

enum { WAYS = sizeof ways / sizeof *ways };

static void person_of_120(Db *db)
{
    Fault fault;
    person_with(db, ada.n, 120);
    CHECK_OK(holds(db, 1, 20, &fault));
    check_wallet(db, 100, 20, 2);
}

TEST_BOTH(each_kind_moves_between_its_two_books)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    bool moved;
    CHECK_INT(WAYS, CREDIT_KINDS);
    person_of_120(db);
    for (int i = 0; i < WAYS; i++) {
        Wallet before = wallet_of(db, ada);
        CreditMove move = { ada, ways[i].kind, 900, 3, 5, STR("because") };
        CHECK_OK(moves(db, &move, &moved, &fault));
        CHECK(moved);
        check_wallet(db, before.credits + ways[i].credits, before.held + ways[i].held, before.lines + 1);
        CreditLine line = newest_line(db, ada);
        CHECK_INT(line.number, before.lines + 1);
        CHECK_INT(line.kind, ways[i].kind);
        CHECK_STR(credit_kind_name(line.kind), ways[i].name);
        CHECK_INT(line.cause, 900);
        CHECK_INT(line.step, 3);
        CHECK_STR(line.source, ways[i].source);
        CHECK_STR(line.target, ways[i].target);
        CHECK_INT(line.amount, 5);
        CHECK_INT(line.change, ways[i].credits);
        CHECK_INT(line.balance, before.credits + ways[i].credits);
        CHECK_STR(line.why, "because");
        CHECK(line.at > 0);
    }
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(repeating_a_move_changes_nothing)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    bool moved;
    person_of_120(db);
    for (int i = 0; i < WAYS; i++)
        for (int64_t step = 0; step < 2; step++) {
            CreditMove move = move_of(ways[i].kind, 900, step, 5);
            CHECK_OK(moves(db, &move, &moved, &fault));
            CHECK(moved);
            Wallet once = wallet_of(db, ada);
            CHECK_OK(moves(db, &move, &moved, &fault));
            CHECK(!moved);
            CHECK_OK(db_begin(db, &fault)); // also beside another one, and twice inside
            CHECK_OK(credit_move(db, &move, &moved, &fault));
            CHECK_OK(credit_move(db, &move, NULL, &fault));
            CHECK(!moved);
            CHECK_OK(db_commit(db, &fault));
            check_wallet(db, once.credits, once.held, once.lines);
        }
    CHECK_INT(wallet_of(db, ada).lines, 2 + 2 * WAYS);
    db_give(db);
    test_database_close(data);
}

// What was used up by the first time is not asked for again.
TEST_BOTH(repeating_needs_nothing_that_is_not_there_any_more)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CreditMove hold = move_of(CREDIT_HOLD, 1, 0, 10), charge = move_of(CREDIT_CHARGE, 1, 0, 10),
               back = move_of(CREDIT_RETURN, 2, 0, 10);
    bool moved;
    person_with(db, ada.n, 20);
    CHECK_OK(holds(db, 2, 10, &fault));
    CHECK_OK(moves(db, &hold, &moved, &fault));
    check_wallet(db, 0, 20, 3);
    CHECK_OK(moves(db, &hold, &moved, &fault)); // with nothing left to hold
    CHECK(!moved);
    CHECK_OK(moves(db, &charge, &moved, &fault));
    CHECK_OK(moves(db, &back, &moved, &fault));
    check_wallet(db, 10, 0, 5);
    CHECK_OK(moves(db, &charge, &moved, &fault)); // with nothing held
    CHECK(!moved);
    CHECK_OK(moves(db, &back, &moved, &fault));
    CHECK(!moved);
    CHECK_OK(moves(db, &hold, &moved, &fault));
    CHECK(!moved);
    check_wallet(db, 10, 0, 5);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(what_is_held_cannot_be_held_again)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, ada.n, 10);
    CHECK_OK(holds(db, 1, 7, &fault));
    CHECK_FAULT(holds(db, 2, 4, &fault), FAULT_CREDIT);
    CHECK_STR(str_of(fault.text),
              "This costs 4 credits, and you have fewer. The credits page shows how to get more.");
    CHECK_OK(holds(db, 3, 3, &fault));
    check_wallet(db, 0, 10, 3);
    CHECK_FAULT(holds(db, 4, 1, &fault), FAULT_CREDIT);
    CHECK_STR(str_of(fault.text),
              "This costs 1 credit, and you have fewer. The credits page shows how to get more.");
    CHECK_OK(holds(db, 5, 0, &fault)); // what costs nothing leaves no line
    check_wallet(db, 0, 10, 3);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(what_is_not_held_can_be_neither_charged_nor_returned)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    bool moved;
    CreditMove back = move_of(CREDIT_RETURN, 2, 0, 1);
    CHECK_FAULT(charges(db, 1, 1, &fault), FAULT_BROKEN); // without a wallet
    CHECK_FAULT(moves(db, &back, &moved, &fault), FAULT_BROKEN);
    person_with(db, ada.n, 10);
    CHECK_OK(holds(db, 1, 4, &fault));
    CHECK_FAULT(charges(db, 1, 5, &fault), FAULT_BROKEN);
    CHECK_OK(charges(db, 1, 4, &fault));
    CHECK_FAULT(moves(db, &back, &moved, &fault), FAULT_BROKEN);
    check_wallet(db, 6, 0, 3);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_person_without_a_line_has_an_empty_wallet)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CreditLine *list;
    int count;
    int64_t credits;
    bool moved;
    CreditMove gift = move_of(CREDIT_PURCHASE, 1, 0, 3);
    check_wallet(db, 0, 0, 0);
    CHECK_OK(credit_balance(db, ada, &credits, &fault));
    CHECK_INT(credits, 0);
    CHECK_OK(credit_lines(db, test_arena(), ada, 0, CREDIT_LINES_MAX, &list, &count, &fault));
    CHECK_INT(count, 0);
    CHECK_OK(holds(db, 1, 0, &fault));
    CHECK_FAULT(holds(db, 1, 1, &fault), FAULT_CREDIT);
    books_hold(db);
    CHECK_OK(moves(db, &gift, &moved, &fault)); // the first line makes it
    check_wallet(db, 3, 0, 1);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(below_zero_nothing_can_be_held_not_even_nothing)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    bool moved;
    CreditMove buy = move_of(CREDIT_PURCHASE, 50, 0, 10), dispute = move_of(CREDIT_DISPUTE, 50, 1, 10),
               won = move_of(CREDIT_DISPUTE_RELEASED, 50, 2, 10);
    CHECK_OK(moves(db, &buy, &moved, &fault));
    CHECK_OK(holds(db, 1, 8, &fault));
    CHECK_OK(charges(db, 1, 8, &fault));
    CHECK_OK(moves(db, &dispute, &moved, &fault));
    check_wallet(db, -8, 0, 4);
    CHECK_FAULT(holds(db, 2, 1, &fault), FAULT_CREDIT);
    CHECK(strstr(fault.text, "below zero"));
    CHECK_FAULT(holds(db, 3, 0, &fault), FAULT_CREDIT);
    CHECK(strstr(fault.text, "below zero"));
    books_hold(db);
    CHECK_OK(moves(db, &won, &moved, &fault));
    check_wallet(db, 2, 0, 5);
    CHECK_OK(holds(db, 3, 0, &fault));
    CHECK_OK(holds(db, 2, 2, &fault));
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

// What is being made when the balance falls below zero is finished or comes back as always.
TEST_BOTH(what_was_held_before_a_refund_is_settled_after_it)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    bool moved;
    CreditMove buy = move_of(CREDIT_PURCHASE, 50, 0, 10), refund = move_of(CREDIT_REFUND, 50, 1, 10),
               back = move_of(CREDIT_RETURN, 2, 0, 4);
    CHECK_OK(moves(db, &buy, &moved, &fault));
    CHECK_OK(holds(db, 1, 3, &fault));
    CHECK_OK(holds(db, 2, 4, &fault));
    CHECK_OK(moves(db, &refund, &moved, &fault));
    check_wallet(db, -7, 7, 4);
    books_hold(db);
    CHECK_OK(charges(db, 1, 3, &fault));
    CHECK_OK(moves(db, &back, &moved, &fault));
    check_wallet(db, -3, 0, 6);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(what_is_rolled_back_leaves_no_line_and_no_gap)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    person_with(db, ada.n, 10);
    CHECK_OK(db_begin(db, &fault));
    CHECK_OK(credit_hold(db, ada, (JobId){ 1 }, 10, &fault));
    CHECK_OK(credit_charge(db, ada, (JobId){ 1 }, 10, &fault));
    db_rollback(db);
    check_wallet(db, 10, 0, 1);
    CHECK_FAULT(holds(db, 2, 11, &fault), FAULT_CREDIT);
    CHECK_OK(holds(db, 3, 6, &fault));
    CHECK_INT(newest_line(db, ada).number, 2);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(the_four_of_a_job_may_each_run_again)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    int64_t amount;
    person_with(db, ada.n, 10);
    for (int i = 0; i < 2; i++) {
        CHECK_OK(holds(db, 1, 6, &fault));
        CHECK_OK(holds(db, 2, 4, &fault));
    }
    for (int i = 0; i < 2; i++) {
        CHECK_OK(db_begin(db, &fault));
        CHECK_OK(credit_charge(db, ada, (JobId){ 1 }, 6, &fault));
        CHECK_OK(credit_return(db, ada, (JobId){ 2 }, 4, STR("silent"), &fault));
        CHECK_OK(credit_charge(db, ada, (JobId){ 3 }, 0, &fault)); // free ones leave no line
        CHECK_OK(credit_return(db, ada, (JobId){ 4 }, 0, STR("silent"), &fault));
        CHECK_OK(db_commit(db, &fault));
        check_wallet(db, 4, 0, 5);
    }
    CHECK_STR(newest_line(db, ada).why, "silent");
    CHECK_OK(credit_give_back(db, ada, (JobId){ 1 }, 5, &amount, &fault));
    CHECK_INT(amount, 6);
    CHECK_FAULT(credit_give_back(db, ada, (JobId){ 1 }, 5, &amount, &fault), FAULT_CONFLICT);
    check_wallet(db, 10, 0, 6);
    books_hold(db);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(what_a_purchase_moved_is_summed_for_each_kind)
{
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    bool moved;
    int64_t sum;
    const CreditMove list[] = { move_of(CREDIT_PURCHASE, 50, 0, 100), move_of(CREDIT_REFUND, 50, 1, 30),
                                move_of(CREDIT_REFUND, 50, 2, 5), move_of(CREDIT_REFUND, 51, 1, 1000) };
    for (int i = 0; i < 4; i++)
        CHECK_OK(moves(db, &list[i], &moved, &fault));
    CHECK_OK(credit_sum(db, CREDIT_PURCHASE, 50, &sum, &fault));
    CHECK_INT(sum, 100);
    CHECK_OK(credit_sum(db, CREDIT_REFUND, 50, &sum, &fault));
    CHECK_INT(sum, 35);
    CHECK_OK(credit_sum(db, CREDIT_DISPUTE, 50, &sum, &fault));
    CHECK_INT(sum, 0);
    db_give(db);
    test_database_close(data);
}

TEST_BOTH(a_statement_is_paged_from_the_newest_line_to_the_first)
{
    enum { LINES = 2 * CREDIT_LINES_MAX + 7 };
    Fault fault;
    Database *data = test_database(engine, STORE_DATA);
    Db *db = taken(data);
    CreditLine *list;
    int count;
    int64_t before = 0, expected = LINES;
    person_with(db, 8, 50); // somebody else's lines are not among them
    CHECK_OK(db_begin(db, &fault));
    for (int i = 0; i < LINES; i++) {
        CreditMove move = move_of(CREDIT_PURCHASE, 100 + i, 0, 1 + i % 3);
        CHECK_OK(credit_move(db, &move, NULL, &fault));
    }
    CHECK_OK(db_commit(db, &fault));
    int64_t balance = wallet_of(db, ada).credits;
    do {
        CHECK_OK(credit_lines(db, test_arena(), ada, before, CREDIT_LINES_MAX, &list, &count, &fault));
        for (int i = 0; i < count; i++, expected--) {
            CHECK_INT(list[i].number, expected);
            CHECK_INT(list[i].cause, 99 + expected);
            CHECK_INT(list[i].balance, balance);
            balance -= list[i].change;
        }
        before = count ? list[count - 1].number : 0;
    } while (count == CREDIT_LINES_MAX);
    CHECK_INT(count, 7);
    CHECK_INT(expected, 0);
    CHECK_INT(balance, 0);
    CHECK_OK(credit_lines(db, test_arena(), ada, 1, 1, &list, &count, &fault));
    CHECK_INT(count, 0);
    CHECK_OK(credit_lines(db, test_arena(), ada, 0, 1, &list, &count, &fault));
    CHECK_INT(list[0].number, LINES);
    db_give(db);
    test_database_close(data);
}
