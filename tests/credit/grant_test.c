// Credits that cost nothing: welcome, staff, codes; each once, also when many ask at the same time.
#include "sys/clock.h"
#include "tests/account/world.h"
#include "tests/credit/books.h"

static const AccountId bob = { 8 }, olga = { 1 }, pavel = { 2 }, nobody = { 0 };

enum { LIMIT = 100 };

static World *opened(TestEngine engine)
{
    Fault fault;
    World *world = world_open(engine);
    const AccountId people[] = { ada, bob, olga, pavel };
    for (int i = 0; i < 4; i++) {
        CHECK_OK(vault_keys_add(world->vault, people[i], &fault));
        CHECK_OK(person_make(world->db, people[i].n, DB_NULL, DB_NULL, &fault));
    }
    return world;
}

static void closed(World *world)
{
    books_hold(world->db);
    world_close(world);
}

static int64_t credits(World *world, AccountId account)
{
    return wallet_of(world->db, account).credits;
}

// For a thread of a crowd: the same people on a conversation of its own.
static bool people_of(One *one, const World *world, Arena *arena, People *people)
{
    *people = (People){ .vault = world->vault, .arena = arena, .public_url = STR("https://music.example") };
    return db_take(one->data, &people->db, &one->fault);
}

// ---- welcome

TEST_BOTH(everybody_is_welcomed_once)
{
    Fault fault;
    World *world = opened(engine);
    for (int i = 0; i < 3; i++)
        CHECK_OK(credit_welcome(world->db, ada, 50, &fault));
    check_wallet(world->db, 50, 0, 1);
    CHECK_STR(newest_line(world->db, ada).why, "welcome");
    CHECK_OK(credit_welcome(world->db, ada, 500, &fault)); // what was configured later changes nothing
    check_wallet(world->db, 50, 0, 1);
    CHECK_OK(credit_welcome(world->db, bob, 0, &fault));
    CHECK_OK(credit_welcome(world->db, bob, 50, &fault));
    CHECK_INT(credits(world, bob), 0);
    closed(world);
}

static void *welcomes(void *self)
{
    One *one = self;
    Db *db;
    one->failed = !db_take(one->data, &db, &one->fault);
    for (int64_t id = 100; id < 120 && !one->failed; id++)
        one->failed = !credit_welcome(db, (AccountId){ id }, 50, &one->fault);
    db_give(db);
    return NULL;
}

TEST_BOTH(sixteen_tabs_that_are_first_at_once_are_welcomed_once)
{
    World *world = opened(engine);
    static One ones[CROWD];
    crowd(world->data, CROWD, welcomes, NULL, ones);
    for (int64_t id = 100; id < 120; id++) {
        CHECK_INT(credits(world, (AccountId){ id }), 50);
        CHECK_INT(wallet_of(world->db, (AccountId){ id }).lines, 1);
    }
    closed(world);
}

// ---- staff

static bool gives(World *world, AccountId staff, int64_t amount, bool *waits, Fault *fault)
{
    GrantWish wish = { .staff = staff,
                       .account = ada,
                       .amount = amount,
                       .reason = STR(" for the broken waltz "),
                       .limit = LIMIT };
    return grant_make(&world->people, &wish, waits, fault);
}

static bool gives_five(World *world, AccountId to, Str reason, Fault *fault)
{
    GrantWish wish = { .staff = olga, .account = to, .amount = 5, .reason = reason, .limit = LIMIT };
    bool waits;
    return grant_make(&world->people, &wish, &waits, fault);
}

static Grant waiting_one(World *world)
{
    Fault fault;
    Grant *list;
    int count;
    CHECK_OK(grant_list_waiting(&world->people, &list, &count, &fault));
    CHECK_INT(count, 1);
    return list[0];
}

TEST_BOTH(staff_gives_at_once_up_to_its_limit)
{
    Fault fault;
    World *world = opened(engine);
    Grant grant, *list;
    bool waits, found;
    int count;
    CHECK_OK(gives(world, olga, LIMIT, &waits, &fault));
    CHECK(!waits);
    CHECK_OK(gives(world, nobody, 1, &waits, &fault)); // the command line
    CHECK(!waits);
    check_wallet(world->db, LIMIT + 1, 0, 2);
    CreditLine line = newest_line(world->db, ada);
    CHECK_STR(line.why, "staff");
    CHECK_OK(grant_find(&world->people, line.cause, &grant, &found, &fault));
    CHECK(found);
    CHECK_STR(grant.reason, "for the broken waltz");
    CHECK_INT(grant.account.n, ada.n);
    CHECK_INT(grant.amount, 1);
    CHECK_INT(grant.state, GRANT_GIVEN);
    CHECK_INT(grant.staff.n, 0);
    CHECK_OK(grant_list_waiting(&world->people, &list, &count, &fault));
    CHECK_INT(count, 0);
    CHECK_FAULT(grant_decide(&world->people, olga, grant.id, false, &fault), FAULT_CONFLICT); // it is given
    CHECK_OK(grant_find(&world->people, 12345, &grant, &found, &fault));
    CHECK(!found);
    closed(world);
}

TEST_BOTH(more_than_the_limit_waits_for_a_second_operator)
{
    Fault fault;
    World *world = opened(engine);
    bool waits, found;
    Grant grant;
    CHECK_OK(gives(world, olga, LIMIT + 1, &waits, &fault));
    CHECK(waits);
    check_wallet(world->db, 0, 0, 0);
    grant = waiting_one(world);
    CHECK_INT(grant.state, GRANT_WAITING);
    CHECK_STR(grant.reason, "for the broken waltz");
    books_hold(world->db);
    CHECK_FAULT(grant_decide(&world->people, olga, grant.id, true, &fault), FAULT_CONFLICT);
    CHECK_FAULT(grant_decide(&world->people, olga, grant.id, false, &fault), FAULT_CONFLICT);
    check_wallet(world->db, 0, 0, 0);
    CHECK_OK(grant_decide(&world->people, pavel, grant.id, true, &fault));
    check_wallet(world->db, LIMIT + 1, 0, 1);
    CHECK_FAULT(grant_decide(&world->people, pavel, grant.id, true, &fault), FAULT_CONFLICT);
    CHECK_FAULT(grant_decide(&world->people, pavel, grant.id, false, &fault), FAULT_CONFLICT);
    check_wallet(world->db, LIMIT + 1, 0, 1);
    CHECK_OK(grant_find(&world->people, grant.id, &grant, &found, &fault));
    CHECK_INT(grant.state, GRANT_GIVEN);
    CHECK_INT(grant.staff.n, olga.n);
    CHECK_INT(grant.agreed.n, pavel.n);
    CHECK(grant.ended >= grant.created);
    closed(world);
}

TEST_BOTH(what_is_refused_is_never_given)
{
    Fault fault;
    World *world = opened(engine);
    bool waits, found;
    Grant grant;
    CHECK_OK(gives(world, olga, GRANT_MOST, &waits, &fault));
    grant = waiting_one(world);
    CHECK_OK(grant_decide(&world->people, pavel, grant.id, false, &fault));
    CHECK_FAULT(grant_decide(&world->people, pavel, grant.id, true, &fault), FAULT_CONFLICT);
    CHECK_OK(grant_find(&world->people, grant.id, &grant, &found, &fault));
    CHECK_INT(grant.state, GRANT_REFUSED);
    check_wallet(world->db, 0, 0, 0);
    CHECK_FAULT(grant_decide(&world->people, pavel, 12345, true, &fault), FAULT_CONFLICT);
    closed(world);
}

TEST_BOTH(what_was_asked_for_on_the_command_line_waits_for_an_operator)
{
    Fault fault;
    World *world = opened(engine);
    bool waits;
    CHECK_OK(gives(world, nobody, LIMIT + 1, &waits, &fault));
    CHECK(waits);
    Grant grant = waiting_one(world);
    CHECK_FAULT(grant_decide(&world->people, nobody, grant.id, true, &fault), FAULT_CONFLICT);
    CHECK_OK(grant_decide(&world->people, olga, grant.id, true, &fault));
    check_wallet(world->db, LIMIT + 1, 0, 1);
    closed(world);
}

TEST_BOTH(nobody_agrees_to_what_is_for_themselves)
{
    Fault fault;
    World *world = opened(engine);
    const GrantWish wish = { olga, pavel, LIMIT + 1, STR("for the work"), LIMIT, 0 };
    bool waits;
    CHECK_OK(grant_make(&world->people, &wish, &waits, &fault));
    Grant grant = waiting_one(world);
    CHECK_FAULT(grant_decide(&world->people, pavel, grant.id, true, &fault), FAULT_CONFLICT);
    CHECK_FAULT(grant_decide(&world->people, olga, grant.id, true, &fault), FAULT_CONFLICT);
    CHECK_INT(credits(world, pavel), 0);
    CHECK_OK(grant_decide(&world->people, bob, grant.id, true, &fault));
    CHECK_INT(credits(world, pavel), LIMIT + 1);
    closed(world);
}

// The same form in many tabs. `did`: how often it was answered well.
static void *sends_the_form(void *self)
{
    One *one = self;
    Arena arena = { 0 };
    People people;
    const GrantWish wish = { olga, ada, 5, STR("for the waltz"), LIMIT, 77 };
    bool waits;
    one->failed = !people_of(one, one->shared, &arena, &people);
    one->failed = one->failed || !grant_make(&people, &wish, &waits, &one->fault);
    one->did = !one->failed;
    db_give(people.db);
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(a_form_that_is_sent_by_many_at_once_gives_once)
{
    World *world = opened(engine);
    static One ones[CROWD];
    CHECK_INT(crowd(world->data, CROWD, sends_the_form, world, ones), CROWD);
    check_wallet(world->db, 5, 0, 1);
    CHECK_INT(test_number(world->data, "SELECT COUNT(*) FROM audit"), 1);
    closed(world);
}

TEST_BOTH(a_grant_needs_an_amount_a_reason_and_a_person)
{
    Fault fault;
    World *world = opened(engine);
    bool waits;
    char letters[2 * REASON_CHARS_MAX + 3] = "";
    for (int i = 0; i <= REASON_CHARS_MAX; i++)
        memcpy(letters + 2 * i, "\xc3\xa4", 2);
    Str fits = { letters, 2 * REASON_CHARS_MAX }, too_long = { letters, 2 * REASON_CHARS_MAX + 2 };
    static const int64_t amounts[] = { 0, -1, INT64_MIN, GRANT_MOST + 1, INT64_MAX };
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        CHECK_FAULT(gives(world, olga, amounts[i], &waits, &fault), FAULT_INPUT);
    CHECK_FAULT(gives_five(world, ada, STR(" \n"), &fault), FAULT_INPUT);
    CHECK_FAULT(gives_five(world, ada, too_long, &fault), FAULT_INPUT);
    CHECK_FAULT(gives_five(world, (AccountId){ 99 }, STR("why"), &fault), FAULT_MISSING);
    CHECK_OK(db_run(world->db, SQL_PERSON_ADD,
                    DB_ARGS(DB_INT(98), DB_TEXT(STR("member")), DB_TEXT(STR("unconfirmed")), DB_NULL, DB_NULL,
                            DB_NULL, DB_TEXT(STR("")), DB_TEXT(STR("")), DB_INT(1), DB_INT(1)),
                    NULL, &fault));
    CHECK_FAULT(gives_five(world, (AccountId){ 98 }, STR("why"), &fault), FAULT_MISSING);
    check_wallet(world->db, 0, 0, 0);
    CHECK_OK(gives_five(world, ada, fits, &fault));
    check_wallet(world->db, 5, 0, 1);
    closed(world);
}

typedef struct Matter {
    const World *world;
    int64_t grant;
} Matter;

// Every second one would refuse it. `did`: 1 agreed, 1000 refused.
static void *decides(void *self)
{
    One *one = self;
    const Matter *matter = one->shared;
    Arena arena = { 0 };
    People people;
    one->failed = !people_of(one, matter->world, &arena, &people);
    bool yes = one->number % 2;
    if (!one->failed &&
        grant_decide(&people, one->number % 4 < 2 ? pavel : bob, matter->grant, yes, &one->fault))
        one->did = yes ? 1 : 1000;
    else
        one->failed = one->failed || one->fault.kind != FAULT_CONFLICT;
    db_give(people.db);
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(of_many_who_decide_at_once_one_does)
{
    Fault fault;
    World *world = opened(engine);
    static One ones[CROWD];
    bool waits;
    int64_t given = 0;
    for (int i = 0; i < 5; i++) {
        CHECK_OK(gives(world, olga, LIMIT + 1, &waits, &fault));
        Matter matter = { world, waiting_one(world).id };
        int64_t did = crowd(world->data, CROWD, decides, &matter, ones);
        CHECK(did == 1 || did == 1000);
        given += did == 1;
        check_wallet(world->db, given * (LIMIT + 1), 0, given);
    }
    closed(world);
}

TEST_BOTH(what_staff_does_with_credits_is_in_the_audit)
{
    Fault fault;
    World *world = opened(engine);
    bool waits;
    CHECK_OK(gives(world, olga, 5, &waits, &fault));
    CHECK_OK(gives(world, olga, LIMIT + 1, &waits, &fault));
    CHECK_FAULT(grant_decide(&world->people, olga, waiting_one(world).id, true, &fault), FAULT_CONFLICT);
    CHECK_OK(grant_decide(&world->people, pavel, waiting_one(world).id, true, &fault));
    CHECK_OK(gives(world, nobody, LIMIT + 1, &waits, &fault));
    CHECK_OK(grant_decide(&world->people, olga, waiting_one(world).id, false, &fault));
    static const char *const lines[] = { "staff = 1 AND action = 'grant.give' AND account = 7",
                                         "staff = 1 AND action = 'grant.ask' AND account = 7",
                                         "staff = 2 AND action = 'grant.agree' AND account = 7",
                                         "staff = 0 AND action = 'grant.ask' AND account = 7",
                                         "staff = 1 AND action = 'grant.refuse' AND account = 7",
                                         "1 = 1" };
    for (int i = 0; i < 6; i++) {
        Str sql = arena_print(test_arena(), "SELECT COUNT(*) FROM audit WHERE %s", lines[i]);
        CHECK_INT(test_number(world->data, sql.data), i < 5 ? 1 : 5);
    }
    closed(world);
}

// ---- codes

static bool uses(World *world, AccountId account, const char *word, Fault *fault)
{
    int64_t amount = 0;
    bool used = code_use(&world->people, account, str_of(word), &amount, fault);
    CHECK(!used || amount == 7);
    return used;
}

static void code(World *world, const char *word, int64_t uses_in_all, int64_t ends)
{
    Fault fault;
    CHECK_OK(code_make(world->db, test_arena(), olga, str_of(word), 7, uses_in_all, ends, &fault));
}

static Code newest_code(World *world)
{
    Fault fault;
    Code *list;
    int count;
    CHECK_OK(code_list(world->db, test_arena(), &list, &count, &fault));
    CHECK(count > 0);
    return list[0];
}

TEST_BOTH(a_code_is_used_once_by_each_however_it_is_spelled)
{
    Fault fault;
    World *world = opened(engine);
    code(world, "spring-26", 10, 0);
    CHECK_STR(newest_code(world).word, "SPRING26");
    CHECK_OK(uses(world, ada, " Spr Ing-26 ", &fault));
    check_wallet(world->db, 7, 0, 1);
    CHECK_STR(newest_line(world->db, ada).why, "code");
    CHECK_FAULT(uses(world, ada, "SPRING26", &fault), FAULT_CONFLICT);
    check_wallet(world->db, 7, 0, 1);
    CHECK_OK(uses(world, bob, "spring26", &fault));
    CHECK_INT(newest_code(world).used, 2); // what was refused is not counted
    closed(world);
}

TEST_BOTH(a_code_is_worth_nothing_when_it_is_unknown_used_up_closed_or_over)
{
    static const char *const others[] = {
        "SPRING27", "SPRING2",   "SPRING266",       "",
        "ab",       "SPRING26!", "SPR\xc3\x8dNG26", "SPRINGSPRINGSPRINGSPRINGSPRING26"
    };
    static const char missing[] = "This code does not work, or not any more.";
    Fault fault;
    World *world = opened(engine);
    code(world, "SPRING26", 1, 0);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        CHECK_FAULT(uses(world, ada, others[i], &fault), FAULT_MISSING);
        CHECK_STR(str_of(fault.text), missing);
    }
    CHECK_OK(uses(world, bob, "SPRING26", &fault));
    CHECK_FAULT(uses(world, ada, "SPRING26", &fault), FAULT_MISSING);
    CHECK_STR(str_of(fault.text), missing);

    world_later(world, MS_DAY);
    code(world, "SUMMER26", 5, 0);
    CHECK_OK(code_close(world->db, olga, newest_code(world).id, &fault));
    CHECK(newest_code(world).closed);
    CHECK_FAULT(uses(world, ada, "SUMMER26", &fault), FAULT_MISSING);
    CHECK_STR(str_of(fault.text), missing);
    code(world, "AUTUMN26", 5, clock_now() + MS_DAY);
    CHECK_OK(uses(world, bob, "AUTUMN26", &fault));
    world_later(world, MS_DAY);
    CHECK_FAULT(uses(world, ada, "AUTUMN26", &fault), FAULT_MISSING);
    CHECK_STR(str_of(fault.text), missing);
    check_wallet(world->db, 0, 0, 0);
    closed(world);
}

TEST_BOTH(a_code_that_cannot_be_is_not_made)
{
    static const char *const words[] = { "",          "ABC",         "A-B-C", "ABCDEFGHIJKLMNOPQRSTU",
                                         "SPRING_26", "\xc3\x84PFEL" };
    static const int64_t numbers[] = { 0, -1, GRANT_MOST + 1 };
    Fault fault;
    World *world = opened(engine);
    Code *list;
    int count;
    Arena *arena = test_arena();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        CHECK_FAULT(code_make(world->db, arena, olga, str_of(words[i]), 7, 5, 0, &fault), FAULT_INPUT);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        CHECK_FAULT(code_make(world->db, arena, olga, STR("GOOD"), numbers[i], 5, 0, &fault), FAULT_INPUT);
        CHECK_FAULT(code_make(world->db, arena, olga, STR("GOOD"), 7, numbers[i], 0, &fault), FAULT_INPUT);
    }
    CHECK_OK(code_list(world->db, arena, &list, &count, &fault));
    CHECK_INT(count, 0);
    code(world, "ABCD", GRANT_MOST, 0);
    code(world, "ABCDEFGHIJKLMNOPQRST", 1, 0);
    CHECK_FAULT(code_make(world->db, arena, olga, STR("ab-cd"), 9, 5, 0, &fault), FAULT_CONFLICT);
    closed(world);
}

TEST_BOTH(guesses_of_codes_are_slowed_down)
{
    enum { TRIES = 10 };
    Fault fault;
    World *world = opened(engine);
    code(world, "SPRING26", 5, 0);
    for (int i = 0; i < TRIES; i++)
        CHECK_FAULT(uses(world, ada, "WINTER26", &fault), FAULT_MISSING);
    CHECK_FAULT(uses(world, ada, "WINTER26", &fault), FAULT_LIMIT);
    CHECK_FAULT(uses(world, ada, "SPRING26", &fault), FAULT_LIMIT); // and a lucky one tells nothing
    check_wallet(world->db, 0, 0, 0);
    CHECK_OK(uses(world, bob, "SPRING26", &fault)); // each for oneself
    world_later(world, MS_HOUR / TRIES);
    CHECK_OK(uses(world, ada, "SPRING26", &fault));
    CHECK_FAULT(uses(world, ada, "SPRING26", &fault), FAULT_LIMIT);
    closed(world);
}

// Each for a person of one's own, or all for Ada. `did`: how many got something.
static void *enters(void *self)
{
    One *one = self;
    Arena arena = { 0 };
    People people;
    AccountId account = { one->number + 100 };
    const Matter *matter = one->shared;
    int64_t amount;
    one->failed = !people_of(one, matter->world, &arena, &people);
    if (matter->grant)
        account.n = matter->grant;
    if (!one->failed && code_use(&people, account, STR("spring26"), &amount, &one->fault))
        one->did = 1;
    else
        one->failed = one->failed || (one->fault.kind != FAULT_MISSING && one->fault.kind != FAULT_CONFLICT &&
                                      one->fault.kind != FAULT_LIMIT);
    db_give(people.db);
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(of_many_who_enter_a_code_at_once_so_many_get_it_as_it_has_uses)
{
    Fault fault;
    World *world = opened(engine);
    static One ones[CROWD];
    Matter matter = { world, 0 };
    code(world, "SPRING26", 5, 0);
    CHECK_INT(crowd(world->data, CROWD, enters, &matter, ones), 5);
    int64_t given = 0;
    for (int64_t i = 0; i < CROWD; i++)
        given += credits(world, (AccountId){ 100 + i });
    CHECK_INT(given, 5 * 7);
    CHECK_INT(newest_code(world).used, 5);
    CHECK_FAULT(uses(world, ada, "SPRING26", &fault), FAULT_MISSING);
    closed(world);
}

TEST_BOTH(a_code_entered_in_many_tabs_at_once_is_used_once)
{
    World *world = opened(engine);
    static One ones[CROWD];
    Matter matter = { world, ada.n };
    code(world, "SPRING26", 5, 0);
    CHECK_INT(crowd(world->data, CROWD, enters, &matter, ones), 1);
    check_wallet(world->db, 7, 0, 1);
    CHECK_INT(newest_code(world).used, 1);
    closed(world);
}
