#include "tests/account/world.h"

#include "account/hash.h"
#include "account/part.h"
#include "sys/secret.h"

#include <pthread.h>
#include <string.h>

static SignUp wish(const char *email)
{
    return (SignUp){ STR("Ada"), str_of(email), STR(GOOD_PASSWORD), STR("2026-01"), STR("2026-01") };
}

static void sign_up(World *world, const char *email)
{
    Fault fault = { 0 };
    const SignUp w = wish(email);
    CHECK_OK(account_sign_up(&world->people, &w, &fault));
}

TEST_BOTH(a_person_signs_up_confirms_and_signs_in)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Account account;
    bool found;
    AccountId ada = world_person(world, "ada@example.org");
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    CHECK(account.active && account.has_password && !account.has_totp && !account.operator_role);
    CHECK_STR(account.name, "Ada");
    CHECK_STR(account.email, "ada@example.org");
    const SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    SignInResult result = world_sign_in(world, &in);
    CHECK_INT(result.end, SIGNIN_DONE);
    CHECK_INT(result.account.n, ada.n);
    Session session;
    CHECK_OK(session_find(world->db, test_arena(), result.session, &session, &found, &fault));
    CHECK(found && session.account.n == ada.n && session.strength == STRENGTH_PASSWORD);
    world_close(world);
}

TEST_BOTH(addresses_are_found_in_any_case_and_with_blanks_around_them)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    const SignIn in = world_wish("  Ada@Example.ORG\t", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    sign_up(world, " ADA@example.org ");
    CHECK_INT(world_mails(world, "ada@example.org", "known-address"), 1);
    CHECK_INT(world_mails(world, "ada@example.org", "confirm"), 0);
    world_close(world);
}

TEST_BOTH(a_known_address_gets_the_same_answer_the_same_work_and_one_mail_a_day)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    int64_t before = password_hashes();
    sign_up(world, "new@example.org");
    int64_t fresh = password_hashes() - before;
    before = password_hashes();
    sign_up(world, "ada@example.org");
    CHECK_INT(password_hashes() - before, fresh);
    sign_up(world, "ada@example.org");
    CHECK_INT(world_mails(world, "ada@example.org", "known-address"), 1);
    world_later(world, MS_DAY);
    sign_up(world, "ada@example.org");
    CHECK_INT(world_mails(world, "ada@example.org", "known-address"), 1);
    const SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(a_confirmation_works_once_for_a_day_and_only_for_its_purpose)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId id;
    sign_up(world, "ada@example.org");
    Str token = world_token(world_mail(world, "ada@example.org", "confirm"));
    CHECK_FAULT(account_reset(&world->people, token, STR(NEXT_PASSWORD), STR(""), &fault), FAULT_MISSING);
    CHECK_FAULT(account_email_undo(&world->people, token, &fault), FAULT_MISSING);
    CHECK_FAULT(account_confirm(&world->people, STR(""), &id, &fault), FAULT_MISSING);
    CHECK_OK(account_confirm(&world->people, token, &id, &fault));
    CHECK_FAULT(account_confirm(&world->people, token, &id, &fault), FAULT_MISSING);
    sign_up(world, "bob@example.org");
    token = world_token(world_mail(world, "bob@example.org", "confirm"));
    world_later(world, MS_DAY);
    CHECK_FAULT(account_confirm(&world->people, token, &id, &fault), FAULT_MISSING);
    world_close(world);
}

TEST_BOTH(the_last_of_two_sign_ups_counts_and_makes_the_first_link_void)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId id;
    SignUp theirs = wish("ada@example.org");
    theirs.password = STR("an attacker came first");
    CHECK_OK(account_sign_up(&world->people, &theirs, &fault));
    Str first = world_token(world_mail(world, "ada@example.org", "confirm"));
    sign_up(world, "ada@example.org");
    Str second = world_token(world_mail(world, "ada@example.org", "confirm"));
    CHECK_FAULT(account_confirm(&world->people, first, &id, &fault), FAULT_MISSING);
    CHECK_OK(account_confirm(&world->people, second, &id, &fault));
    SignIn in = world_wish("ada@example.org", "an attacker came first");
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WRONG);
    in = world_wish("ada@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(a_sign_up_cut_off_after_the_keystore_can_be_repeated)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId cut = { id_make() }, owner;
    CHECK_OK(vault_person_add(world->vault, cut, STR("ada@example.org"), &owner, &fault));
    AccountId ada = world_person(world, "ada@example.org");
    CHECK_INT(ada.n, cut.n);
    world_close(world);
}

TEST_BOTH(an_unconfirmed_person_cannot_sign_in_and_is_mailed_again)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId id;
    Str token;
    sign_up(world, "ada@example.org");
    Str first = world_token(world_mail(world, "ada@example.org", "confirm"));
    SignIn in = world_wish("ada@example.org", "not at all the right one");
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WRONG);
    CHECK_INT(world_mails(world, "ada@example.org", "confirm"), 0);
    in = world_wish("ada@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_UNCONFIRMED);
    Str second = world_token(world_mail(world, "ada@example.org", "confirm"));
    CHECK_FAULT(account_confirm(&world->people, first, &id, &fault), FAULT_MISSING);
    CHECK_OK(account_confirm(&world->people, second, &id, &fault));
    CHECK_OK(session_make(&world->people, id, STRENGTH_PASSWORD, in.device, &token, &fault));
    world_close(world);
}

TEST_BOTH(an_unconfirmed_account_has_no_session)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId owner;
    Str token;
    sign_up(world, "ada@example.org");
    CHECK_OK(vault_address_find(world->vault, STR("ada@example.org"), &owner, &fault));
    CHECK_FAULT(
        session_make(&world->people, owner, STRENGTH_PASSWORD, (Device){ STR(""), STR("") }, &token, &fault),
        FAULT_MISSING);
    world_close(world);
}

TEST_BOTH(unconfirmed_people_are_gone_after_seven_days_keys_and_all)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId bob, owner, id;
    Str sealed;
    int removed;
    AccountId ada = world_person(world, "ada@example.org");
    sign_up(world, "bob@example.org");
    Str token = world_token(world_mail(world, "bob@example.org", "confirm"));
    CHECK_OK(vault_address_find(world->vault, STR("bob@example.org"), &bob, &fault));
    world_later(world, 7 * (int64_t)MS_DAY - MS_MINUTE);
    CHECK_OK(account_sweep_unconfirmed(&world->people, &removed, &fault));
    CHECK_INT(removed, 0);
    world_later(world, MS_MINUTE + 1);
    CHECK_OK(account_sweep_unconfirmed(&world->people, &removed, &fault));
    CHECK_INT(removed, 1);
    CHECK_OK(vault_address_find(world->vault, STR("bob@example.org"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    CHECK_FAULT(vault_seal(world->vault, test_arena(), bob, KEY_ACCOUNT, (Place){ "a", "b", 1 }, STR("x"),
                           &sealed, &fault),
                FAULT_MISSING);
    CHECK_FAULT(account_confirm(&world->people, token, &id, &fault), FAULT_MISSING);
    Account account;
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    sign_up(world, "bob@example.org"); // and may come again
    CHECK_INT(world_mails(world, "bob@example.org", "confirm"), 1);
    world_close(world);
}

// ---- one token, eight at once

typedef struct Racer {
    World *world;
    Str token;
    bool won;
    FaultKind kind;
    pthread_barrier_t *start;
} Racer;

static void *confirm_race(void *self)
{
    Racer *racer = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    AccountId id;
    if (db_take(racer->world->data, &db, &fault)) {
        People people = { db, racer->world->vault, &arena, STR("https://music.example") };
        pthread_barrier_wait(racer->start);
        racer->won = account_confirm(&people, racer->token, &id, &fault);
        racer->kind = fault.kind;
        db_give(db);
    }
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(of_eight_who_use_one_token_at_once_exactly_one_wins)
{
    enum { RACERS = 8, ROUNDS = 5 };
    World *world = world_open(engine);
    for (int round = 0; round < ROUNDS; round++) {
        Str email = arena_print(test_arena(), "ada%d@example.org", round);
        sign_up(world, email.data);
        Str token = world_token(world_mail(world, email.data, "confirm"));
        Racer racers[RACERS];
        pthread_t threads[RACERS];
        pthread_barrier_t start;
        pthread_barrier_init(&start, NULL, RACERS);
        int won = 0;
        for (int i = 0; i < RACERS; i++) {
            racers[i] = (Racer){ world, token, false, FAULT_NONE, &start };
            CHECK_INT(pthread_create(&threads[i], NULL, confirm_race, &racers[i]), 0);
        }
        for (int i = 0; i < RACERS; i++) {
            pthread_join(threads[i], NULL);
            won += racers[i].won;
            CHECK(racers[i].won || racers[i].kind == FAULT_MISSING);
        }
        pthread_barrier_destroy(&start);
        CHECK_INT(won, 1);
    }
    world_close(world);
}

static void *sign_up_race(void *self)
{
    Racer *racer = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    const SignUp w = wish("ada@example.org");
    if (db_take(racer->world->data, &db, &fault)) {
        People people = { db, racer->world->vault, &arena, STR("https://music.example") };
        pthread_barrier_wait(racer->start);
        racer->won = account_sign_up(&people, &w, &fault);
        racer->kind = fault.kind;
        db_give(db);
    }
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(four_sign_ups_for_one_address_at_once_make_one_account)
{
    enum { RACERS = 4 };
    World *world = world_open(engine);
    Fault fault = { 0 };
    Racer racers[RACERS];
    pthread_t threads[RACERS];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, RACERS);
    for (int i = 0; i < RACERS; i++) {
        racers[i] = (Racer){ world, { 0 }, false, FAULT_NONE, &start };
        CHECK_INT(pthread_create(&threads[i], NULL, sign_up_race, &racers[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(racers[i].won);
    }
    pthread_barrier_destroy(&start);
    // Several may have mailed; the newest secret is the one that works, and it works once.
    int works = 0;
    const ShownMail *mail;
    while ((mail = world_mail(world, "ada@example.org", "confirm"))) {
        AccountId id;
        works += account_confirm(&world->people, world_token(mail), &id, &fault);
    }
    CHECK_INT(works, 1);
    const SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

// ---- the first operator

TEST_BOTH(the_first_operator_comes_by_the_newest_token_once)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool needed;
    Str old, token;
    AccountId id;
    Account account;
    const SignUp w = wish("op@example.org");
    CHECK_OK(operator_first(&world->people, &needed, &old, &fault));
    CHECK(needed);
    CHECK_OK(operator_first(&world->people, &needed, &token, &fault));
    CHECK_FAULT(operator_claim(&world->people, old, &w, &id, &fault), FAULT_MISSING);
    CHECK_OK(operator_claim(&world->people, token, &w, &id, &fault));
    CHECK_OK(account_read(&world->people, id, &account, &fault));
    CHECK(account.operator_role && account.active);
    const SignUp other = wish("op2@example.org");
    CHECK_FAULT(operator_claim(&world->people, token, &other, &id, &fault), FAULT_MISSING);
    CHECK_OK(operator_first(&world->people, &needed, &token, &fault));
    CHECK(!needed && token.length == 0);
    world_close(world);
}

TEST_BOTH(the_operators_token_dies_after_a_day)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool needed;
    Str token;
    AccountId id;
    const SignUp w = wish("op@example.org");
    CHECK_OK(operator_first(&world->people, &needed, &token, &fault));
    world_later(world, MS_DAY + 1);
    CHECK_FAULT(operator_claim(&world->people, token, &w, &id, &fault), FAULT_MISSING);
    world_close(world);
}

TEST_BOTH(somebody_with_an_account_becomes_an_operator_and_signs_in_again)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    People *people = &world->people;
    AccountId ada = world_person(world, "ada@example.org"), *list;
    Account account;
    Session session;
    SignIn wish = world_wish("ada@example.org", GOOD_PASSWORD);
    SignInResult before = world_sign_in(world, &wish);
    bool changed, found;
    int count;
    CHECK_OK(operator_add(people, (AccountId){ 0 }, ada, &changed, &fault));
    CHECK(changed);
    CHECK_OK(operator_add(people, (AccountId){ 0 }, ada, &changed, &fault));
    CHECK(!changed);
    CHECK_FAULT(operator_add(people, (AccountId){ 0 }, (AccountId){ 77 }, &changed, &fault), FAULT_MISSING);
    CHECK_OK(operator_list(people, &list, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_INT(list[0].n, ada.n);
    CHECK_OK(session_find(world->db, test_arena(), before.session, &session, &found, &fault));
    CHECK(!found); // what was signed in before has none of the new role
    CHECK_INT(world_sign_in(world, &wish).end, SIGNIN_DONE);
    CHECK_OK(account_find(people, ada, &account, &found, &fault));
    CHECK(found && account.operator_role);
    world_close(world);
}
