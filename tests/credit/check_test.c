// Damage of each kind is found, each rule alone can be broken, and the database itself refuses to do it.
#include "tests/account/world.h"
#include "tests/credit/books.h"

// A person with lines of every kind, a code and grants in each state; and another one.
static void furnish(World *world)
{
    Fault fault;
    Db *db = world->db;
    bool moved, waits;
    int64_t amount, none;
    Grant *grants;
    int count;
    const CreditMove money[] = {
        move_of(CREDIT_PURCHASE, 50, 0, 100),        move_of(CREDIT_REFUND, 50, 1, 30),
        move_of(CREDIT_REFUND_REVERSED, 50, 2, 30),  move_of(CREDIT_DISPUTE, 50, 3, 20),
        move_of(CREDIT_DISPUTE_RELEASED, 50, 4, 20), move_of(CREDIT_REFUND, 50, 5, 10)
    };
    CHECK_OK(vault_keys_add(world->vault, ada, &fault));
    person_with(db, ada.n, 40);
    person_with(db, 8, 10);
    for (int i = 0; i < 6; i++)
        CHECK_OK(moves(db, &money[i], &moved, &fault));
    for (int64_t job = 1; job <= 4; job++)
        CHECK_OK(holds(db, job, 5, &fault));
    CHECK_OK(charges(db, 1, 5, &fault));
    CHECK_OK(charges(db, 2, 5, &fault));
    CHECK_OK(credit_give_back(db, ada, (JobId){ 2 }, 5, &amount, &fault));
    CreditMove back = move_of(CREDIT_RETURN, 3, 0, 5);
    CHECK_OK(moves(db, &back, &moved, &fault));
    CHECK_OK(code_make(db, test_arena(), (AccountId){ 0 }, STR("SPRING26"), 7, 3, 0, &fault));
    CHECK_OK(code_use(&world->people, ada, STR("spring26"), &amount, &fault));
    GrantWish wish = { .staff = { 1 }, .account = ada, .amount = 3, .reason = STR("sorry"), .limit = 100 };
    CHECK_OK(grant_make(&world->people, &wish, &waits, &fault));
    wish.amount = 300;
    for (int i = 0; i < 2; i++)
        CHECK_OK(grant_make(&world->people, &wish, &waits, &fault));
    CHECK_OK(grant_list_waiting(&world->people, &grants, &count, &fault));
    CHECK_INT(count, 2);
    CHECK_OK(grant_decide(&world->people, (AccountId){ 2 }, grants[0].id, false, &fault));
    check_wallet(db, 40 + 100 - 10 - 5 - 5 + 7 + 3, 5, 17);
    CHECK_OK(credit_balance(db, (AccountId){ 8 }, &none, &fault));
    CHECK_INT(none, 10);
}

static World *furnished(TestEngine engine)
{
    Fault fault;
    World *world = world_open(engine);
    CHECK_OK(person_make(world->db, 1, DB_NULL, DB_NULL, &fault));
    CHECK_OK(person_make(world->db, 2, DB_NULL, DB_NULL, &fault));
    furnish(world);
    books_hold(world->db);
    return world;
}

// ---- refusing

static void does(const World *world, const char *sql)
{
    Str why;
    bool done = test_does(world->data, sql, &why);
    if (!done)
        print_error("%s: " STR_FMT "\n", sql, STR_ARG(why));
    CHECK(done);
}

static void is_refused(const World *world, const char *sql)
{
    Str why;
    size_t at;
    bool done = test_does(world->data, sql, &why);
    if (done)
        print_error("not refused: %s\n", sql);
    CHECK(!done);
    if (!str_find(why, STR("only ever appended to"), &at) && !str_find(why, STR("is never changed"), &at)) {
        print_error("%s: " STR_FMT "\n", sql, STR_ARG(why));
        fail();
    }
}

TEST_BOTH(ledger_and_receipts_can_be_neither_changed_nor_emptied)
{
    World *world = furnished(engine);
    does(world,
         "INSERT INTO purchase (id, account, state, pack, title, credits, price, currency, live, session, "
         "intent, charge, paid_amount, paid_currency, refunded, dispute, dispute_state, evidence_due, step, "
         "fence, asked, seen, due, attempts, trouble, created, expires, paid) VALUES (50, 7, 'paid', 's', "
         "'S', "
         "100, 500, 'usd', 0, '', '', '', 500, 'usd', 0, '', '', 0, 0, 0, 0, 0, 0, 0, '', 1, 1, 1)");
    does(world, "INSERT INTO receipt (number, kind, purchase, step, account, title, credits, amount, "
                "currency, seller, "
                "tax_line, live, at) VALUES (1, 'sale', 50, 0, 7, 'S', 100, 500, 'usd', 'us', '', 0, 1)");
    is_refused(world, "UPDATE credit_line SET amount = amount + 1");
    is_refused(world, "UPDATE credit_line SET why = '' WHERE account = 7 AND number = 1");
    is_refused(world, "DELETE FROM credit_line");
    is_refused(world, "DELETE FROM credit_line WHERE account = 7 AND number = 1");
    is_refused(world, "UPDATE receipt SET amount = 1");
    is_refused(world, "DELETE FROM receipt");
    if (engine == ON_POSTGRES) {
        is_refused(world, "TRUNCATE credit_line");
        is_refused(world, "TRUNCATE receipt");
        is_refused(world,
                   "INSERT INTO credit_line SELECT * FROM credit_line ON CONFLICT (kind, cause, step) DO "
                   "UPDATE SET amount = 1");
    } else { // as the program's own connection is set up
        is_refused(world,
                   "PRAGMA recursive_triggers = ON; REPLACE INTO credit_line SELECT account, number, kind, "
                   "cause, step, source, target, amount + 1, balance, why, at FROM credit_line");
        is_refused(world, "PRAGMA recursive_triggers = ON; REPLACE INTO receipt SELECT * FROM receipt");
    }
    books_hold(world->db);
    world_close(world);
}

TEST_BOTH(what_cannot_be_is_refused_by_the_tables)
{
    static const char *const impossible[] = {
        "UPDATE wallet SET held = -1 WHERE account = 7",
        "INSERT INTO credit_line VALUES (7, 90, 'hold', 90, 0, 'person', 'held', 0, 0, '', 1)",
        "INSERT INTO credit_line VALUES (7, 90, 'hold', 90, 0, 'person', 'held', -1, 0, '', 1)",
        "INSERT INTO credit_line VALUES (7, 1, 'hold', 90, 0, 'person', 'held', 1, 0, '', 1)", // a number
                                                                                               // twice
        "INSERT INTO credit_line VALUES (7, 90, 'hold', 1, 0, 'person', 'held', 1, 0, '', 1)", // a cause
                                                                                               // twice
        "UPDATE credit_code SET used = uses + 1",
        "UPDATE credit_grant SET amount = 0",
    };
    World *world = furnished(engine);
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        Str why;
        bool done = test_does(world->data, impossible[i], &why);
        if (done)
            print_error("not refused: %s\n", impossible[i]);
        CHECK(!done);
    }
    books_hold(world->db);
    world_close(world);
}

// ---- damage

#define WALLET  "wallet-is-the-sum-of-its-lines"
#define ORPHAN  "lines-have-a-wallet"
#define RUNNING "each-balance-follows-from-the-one-before"
#define BELOW   "below-zero-only-by-refund-or-dispute"
#define STEPS   "what-happens-once-has-no-steps"
#define BOOKS   "kinds-move-between-their-books"
#define GRANT   "a-grant-has-its-line"
#define GRANTED "a-granted-line-has-its-grant"
#define SETTLED "what-is-settled-was-held"
#define TWICE   "charged-or-returned-never-both"
#define BACK    "what-was-given-back-was-charged"
#define CODE    "a-code-counts-its-uses"

// A line at the end of Ada's, with the wallet as it would have to be.
#define LINE(kind, cause, step, source, target, amount, credits_by, held_by)                                 \
    "UPDATE wallet SET credits = credits + " #credits_by ", held = held + " #held_by                         \
    ", lines = lines + 1 WHERE account = 7;"                                                                 \
    "INSERT INTO credit_line SELECT 7, lines, '" kind "', " #cause ", " #step ", '" source "', '" target     \
    "', " #amount ", credits, '', 1 FROM wallet WHERE account = 7;"

static const struct {
    const char *rule, *sql;
} damages[] = {
    { WALLET, "UPDATE wallet SET credits = credits + 1 WHERE account = 7" },
    { WALLET, "UPDATE wallet SET credits = credits - 1 WHERE account = 8" },
    { WALLET, "UPDATE wallet SET held = held + 1 WHERE account = 7" },
    { WALLET, "UPDATE wallet SET lines = lines + 1 WHERE account = 7" },
    { WALLET, "INSERT INTO wallet VALUES (9, 1, 0, 0)" }, // credits from nowhere
    { WALLET, "INSERT INTO wallet VALUES (9, 0, 0, 1)" },
    { WALLET, "DELETE FROM credit_line WHERE account = 7 AND number = 17" },
    { WALLET, "DELETE FROM credit_line WHERE account = 8" },
    { WALLET, "UPDATE credit_line SET number = 18 WHERE account = 7 AND number = 17" }, // a gap
    { WALLET, "UPDATE credit_line SET number = 0 WHERE account = 7 AND number = 3" },   // another
    { ORPHAN, "DELETE FROM wallet WHERE account = 8" },
    { ORPHAN, "UPDATE credit_line SET account = 9 WHERE account = 7 AND number = 17" },
    { RUNNING, "UPDATE credit_line SET balance = balance + 1 WHERE account = 7 AND number = 17" },
    { RUNNING, "UPDATE credit_line SET balance = balance + 1 WHERE account = 8" },
    { RUNNING, "UPDATE credit_line SET amount = amount + 1 WHERE account = 7 AND number = 2" },
    { RUNNING, "DELETE FROM credit_line WHERE account = 7 AND number = 5" },
    { BELOW, LINE("hold", 90, 0, "person", "held", 500, -500, 500) },
    { STEPS, LINE("charge", 4, 1, "held", "spent", 5, 0, -5) },
    { STEPS, LINE("purchase", 50, 1, "purchased", "person", 100, 100, 0) },
    { STEPS, LINE("give-back", 2, 1, "spent", "person", 5, 5, 0) },
    { BOOKS, LINE("purchase", 91, 0, "granted", "person", 5, 5, 0) },
    { BOOKS, LINE("refund", 50, 6, "person", "spent", 5, -5, 0) },
    { BOOKS, LINE("gift", 92, 0, "granted", "person", 5, 5, 0) },
    { GRANT, "UPDATE credit_grant SET amount = amount + 1 WHERE kind = 'staff' AND state = 'given'" },
    { GRANT, "UPDATE credit_grant SET account = 8 WHERE kind = 'code'" },
    { GRANT, "UPDATE credit_grant SET state = 'given' WHERE state = 'waiting'" },
    { GRANT, "UPDATE credit_grant SET state = 'refused' WHERE kind = 'staff' AND state = 'given'" },
    { GRANTED, LINE("grant", 93, 0, "granted", "person", 5, 5, 0) },
    { GRANTED, "DELETE FROM credit_grant WHERE kind = 'welcome' AND account = 8" },
    { GRANTED,
      "UPDATE credit_grant SET state = 'waiting', amount = 9 WHERE kind = 'welcome' AND account = 8" },
    { SETTLED, LINE("charge", 94, 0, "held", "spent", 5, 0, -5) },
    { SETTLED, LINE("return", 4, 0, "held", "person", 4, 4, -4) },
    { TWICE, LINE("return", 1, 0, "held", "person", 5, 5, -5) },
    { BACK, LINE("give-back", 3, 0, "spent", "person", 5, 5, 0) },
    { BACK, LINE("give-back", 1, 0, "spent", "person", 6, 6, 0) },
    { CODE, "UPDATE credit_code SET used = used + 1" },
    { CODE, "UPDATE credit_code SET used = 0" },
    { CODE, "DELETE FROM credit_grant WHERE kind = 'code'" },
};

static void triggers_away(const World *world, TestEngine engine)
{
    does(world, engine == ON_POSTGRES ? "ALTER TABLE credit_line DISABLE TRIGGER ALL"
                                      : "DROP TRIGGER credit_line_stays; DROP TRIGGER credit_line_remains");
}

enum { RULES = 12, DAMAGES = sizeof damages / sizeof *damages };

static const char *const rules[RULES] = { WALLET, ORPHAN,  RUNNING, BELOW, STEPS, BOOKS,
                                          GRANT,  GRANTED, SETTLED, TWICE, BACK,  CODE };

// How many rules see it, and which one is the last of them.
static int seen_by(const Checkup *checkup, int *which)
{
    int count = 0;
    for (int i = 0; i < RULES; i++)
        if (breaks(checkup, rules[i])) {
            count++;
            *which = i;
        }
    return count;
}

// Each rule also sees something that no other one does, so none of them is there for nothing.
TEST_BOTH(damage_of_every_kind_is_found_and_each_rule_is_needed)
{
    bool alone[RULES] = { false };
    for (int i = 0; i < DAMAGES; i++) {
        int which = 0;
        World *world = furnished(engine);
        triggers_away(world, engine);
        does(world, damages[i].sql);
        Checkup checkup = checked(world->db);
        if (!breaks(&checkup, damages[i].rule))
            print_error("not found: %s: %s\n", damages[i].rule, damages[i].sql);
        CHECK(breaks(&checkup, damages[i].rule));
        if (seen_by(&checkup, &which) == 1)
            alone[which] = true;
        world_close(world);
    }
    for (int i = 0; i < RULES; i++) {
        if (!alone[i])
            print_error("never alone: %s\n", rules[i]);
        CHECK(alone[i]);
    }
}
