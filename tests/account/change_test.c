#include "tests/account/world.h"

#include "account/part.h"
#include "sys/secret.h"

#include <pthread.h>
#include <string.h>

static SignInEnd try(World *world, const char *email, const char *password)
{
    const SignIn in = world_wish(email, password);
    return world_sign_in(world, &in).end;
}

static Str session(World *world, AccountId account, int64_t *id)
{
    Fault fault = { 0 };
    Session found_session;
    Str token;
    bool found;
    CHECK_OK(session_make(&world->people, account, STRENGTH_PASSWORD, (Device){ STR("Edge"), STR("Windows") },
                          &token, &fault));
    CHECK_OK(session_find(world->db, test_arena(), token, &found_session, &found, &fault));
    if (id)
        *id = found_session.id;
    return token;
}

static bool lives(World *world, Str token)
{
    Fault fault = { 0 };
    Session found_session;
    bool found;
    CHECK_OK(session_find(world->db, test_arena(), token, &found_session, &found, &fault));
    return found;
}

// ---- names and passwords

TEST_BOTH(a_person_can_be_renamed)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Account account;
    AccountId ada = world_person(world, "ada@example.org");
    CHECK_FAULT(account_rename(&world->people, ada, STR("  "), &fault), FAULT_INPUT);
    CHECK_OK(account_rename(&world->people, ada, STR(" Ada Łovelace "), &fault));
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    CHECK_STR(account.name, "Ada Łovelace");
    world_close(world);
}

TEST_BOTH(changing_the_password_ends_the_other_sessions_and_is_told)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    int64_t mine;
    AccountId ada = world_person(world, "ada@example.org");
    Str keep = session(world, ada, &mine), other = session(world, ada, NULL);
    CHECK_FAULT(
        account_password(&world->people, ada, STR("this is not hers"), STR(NEXT_PASSWORD), mine, &fault),
        FAULT_INPUT);
    CHECK_FAULT(account_password(&world->people, ada, STR(GOOD_PASSWORD), STR("too short"), mine, &fault),
                FAULT_INPUT);
    CHECK_OK(account_reset_ask(&world->people, STR("ada@example.org"), STR("10.0.0.1"), &fault));
    Str reset = world_token(world_mail(world, "ada@example.org", "reset"));
    CHECK_OK(account_password(&world->people, ada, STR(GOOD_PASSWORD), STR(NEXT_PASSWORD), mine, &fault));
    CHECK(lives(world, keep) && !lives(world, other));
    CHECK_INT(world_mails(world, "ada@example.org", "password-changed"), 1);
    CHECK_INT(try(world, "ada@example.org", GOOD_PASSWORD), SIGNIN_WRONG);
    CHECK_INT(try(world, "ada@example.org", NEXT_PASSWORD), SIGNIN_DONE);
    CHECK_FAULT(account_reset(&world->people, reset, STR(GOOD_PASSWORD), STR(""), &fault), FAULT_MISSING);
    Notice *list;
    int count;
    CHECK_OK(notice_list(&world->people, ada, 20, &list, &count, &fault));
    CHECK_INT(count, 2);
    world_close(world);
}

TEST_BOTH(a_reset_link_works_once_for_ten_minutes_and_ends_all_sessions)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId ada = world_person(world, "ada@example.org");
    Str here = session(world, ada, NULL);
    CHECK_OK(account_reset_ask(&world->people, STR(" ADA@example.org"), STR("10.0.0.1"), &fault));
    Str token = world_token(world_mail(world, "ada@example.org", "reset"));
    CHECK_FAULT(account_reset(&world->people, token, STR("too short"), STR(""), &fault), FAULT_INPUT);
    CHECK_OK(account_reset(&world->people, token, STR(NEXT_PASSWORD), STR(""), &fault));
    CHECK(!lives(world, here));
    CHECK_INT(world_mails(world, "ada@example.org", "reset-done"), 1);
    CHECK_INT(try(world, "ada@example.org", NEXT_PASSWORD), SIGNIN_DONE);
    CHECK_FAULT(account_reset(&world->people, token, STR(GOOD_PASSWORD), STR(""), &fault), FAULT_MISSING);
    CHECK_OK(account_reset_ask(&world->people, STR("ada@example.org"), STR("10.0.0.1"), &fault));
    token = world_token(world_mail(world, "ada@example.org", "reset"));
    world_later(world, 10 * MS_MINUTE);
    CHECK_FAULT(account_reset(&world->people, token, STR(GOOD_PASSWORD), STR(""), &fault), FAULT_MISSING);
    world_close(world);
}

TEST_BOTH(asking_for_a_reset_answers_alike_for_all_and_is_limited)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    world_person(world, "ada@example.org");
    for (int i = 0; i < 6; i++) {
        Str network = arena_print(test_arena(), "10.0.0.%d", i);
        CHECK_OK(account_reset_ask(&world->people, STR("ada@example.org"), network, &fault));
        CHECK_OK(account_reset_ask(&world->people, STR("nobody@example.org"), network, &fault));
    }
    CHECK_INT(world_mails(world, "ada@example.org", "reset"), 3);
    CHECK_INT(world_mails(world, "nobody@example.org", "reset"), 0);
    for (int i = 0; i < 10; i++)
        CHECK_OK(account_reset_ask(&world->people, arena_print(test_arena(), "x%d@example.org", i),
                                   STR("10.5.5.5"), &fault));
    CHECK_FAULT(account_reset_ask(&world->people, STR("y@example.org"), STR("10.5.5.5"), &fault),
                FAULT_LIMIT);
    world_close(world);
}

// ---- one-time codes

static Str *codes_on(World *world, AccountId account, Str *secret)
{
    Fault fault = { 0 };
    TotpSetup setup;
    Str *recovery;
    int count;
    CHECK_OK(totp_begin(&world->people, account, &setup, &fault));
    CHECK_OK(totp_confirm(&world->people, account, world_code(setup.secret), &recovery, &count, &fault));
    CHECK_INT(count, 10);
    *secret = setup.secret;
    return recovery;
}

TEST_BOTH(a_second_factor_is_set_up_asked_for_and_each_code_works_once)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    TotpSetup setup;
    Str *recovery;
    int count;
    size_t at;
    AccountId ada = world_person(world, "ada+tag@example.org");
    CHECK_OK(totp_begin(&world->people, ada, &setup, &fault));
    CHECK_INT(setup.secret.length, 32);
    CHECK(str_starts(setup.uri, STR("otpauth://totp/SonicStacker:ada%2Btag%40example.org?secret=")));
    CHECK_FAULT(totp_confirm(&world->people, ada, STR("000000000"), &recovery, &count, &fault), FAULT_INPUT);
    CHECK_INT(try(world, "ada+tag@example.org", GOOD_PASSWORD), SIGNIN_DONE); // not on yet
    Str code = world_code(setup.secret);
    CHECK_OK(totp_confirm(&world->people, ada, code, &recovery, &count, &fault));
    CHECK(str_find(recovery[0], STR("-"), &at) && recovery[0].length == 19);
    CHECK_INT(world_mails(world, "ada+tag@example.org", "code-on"), 1);
    CHECK_FAULT(totp_begin(&world->people, ada, &setup, &fault), FAULT_CONFLICT);

    SignIn in = world_wish("ada+tag@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_NEEDED);
    in.code = code; // the step of setting up is taken
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_WRONG);
    world_later(world, 30 * MS_SECOND);
    in.code = world_code(setup.secret);
    SignInResult result = world_sign_in(world, &in);
    CHECK_INT(result.end, SIGNIN_DONE);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_WRONG);
    Session s;
    bool found;
    CHECK_OK(session_find(world->db, test_arena(), result.session, &s, &found, &fault));
    CHECK(found && s.strength == STRENGTH_CODE);
    world_close(world);
}

TEST_BOTH(a_code_may_be_one_step_early_or_late_but_not_two)
{
    World *world = world_open(engine);
    Str secret;
    AccountId ada = world_person(world, "ada@example.org");
    codes_on(world, ada, &secret);
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    world_later(world, 10 * MS_MINUTE);
    in.code = world_code(secret);
    world_later(world, 60 * MS_SECOND);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_WRONG);
    in.code = world_code(secret);
    world_later(world, 30 * MS_SECOND);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_later(world, 60 * MS_SECOND);
    in.code = world_code(secret);
    world_later(world, -30 * MS_SECOND);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(a_recovery_code_works_once_in_any_spelling)
{
    World *world = world_open(engine);
    Str secret;
    AccountId ada = world_person(world, "ada@example.org");
    Str *recovery = codes_on(world, ada, &secret);
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    char *spelt = arena_take(test_arena(), 20);
    for (int i = 0; i < 19; i++) {
        char c = recovery[3].data[i];
        spelt[i] = c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    in.code = str_of(spelt);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_WRONG);
    in.code = STR("AAAA-AAAA-AAAA-AAAA");
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_WRONG);
    in.code = recovery[4];
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(guessing_codes_is_slowed_down)
{
    World *world = world_open(engine);
    Str secret;
    codes_on(world, world_person(world, "ada@example.org"), &secret);
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    in.code = STR("000000");
    int tried = 0;
    for (int i = 0; i < 200; i++) {
        world_later(world, MS_SECOND);
        in.network = arena_print(test_arena(), "10.3.0.%d", i);
        tried += world_sign_in(world, &in).end == SIGNIN_CODE_WRONG;
    }
    CHECK(tried <= 12);
    world_close(world);
}

TEST_BOTH(a_reset_does_not_skip_the_second_factor)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Str secret;
    AccountId ada = world_person(world, "ada@example.org");
    Str *recovery = codes_on(world, ada, &secret);
    CHECK_OK(account_reset_ask(&world->people, STR("ada@example.org"), STR("10.0.0.1"), &fault));
    Str token = world_token(world_mail(world, "ada@example.org", "reset"));
    CHECK_FAULT(account_reset(&world->people, token, STR(NEXT_PASSWORD), STR(""), &fault), FAULT_CONFLICT);
    CHECK_FAULT(account_reset(&world->people, token, STR(NEXT_PASSWORD), STR("AAAA-AAAA-AAAA-AAAA"), &fault),
                FAULT_CONFLICT);
    CHECK_OK(account_reset(&world->people, token, STR(NEXT_PASSWORD), recovery[0], &fault));
    SignIn in = world_wish("ada@example.org", NEXT_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_NEEDED);
    in.code = recovery[0];
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_CODE_WRONG);
    world_close(world);
}

TEST_BOTH(proving_wants_the_code_as_well)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Str secret, token, fresh;
    Session s;
    SignInResult result;
    bool found;
    AccountId ada = world_person(world, "ada@example.org");
    Str *recovery = codes_on(world, ada, &secret);
    token = session(world, ada, NULL);
    CHECK_OK(session_find(world->db, test_arena(), token, &s, &found, &fault));
    CHECK_OK(session_prove(&world->people, &s, STR(GOOD_PASSWORD), STR(""), &fresh, &result, &fault));
    CHECK_INT(result.end, SIGNIN_CODE_NEEDED);
    CHECK_OK(session_prove(&world->people, &s, STR(GOOD_PASSWORD), STR("AAAA-AAAA-AAAA-AAAA"), &fresh,
                           &result, &fault));
    CHECK_INT(result.end, SIGNIN_CODE_WRONG);
    CHECK(lives(world, token));
    CHECK_OK(session_prove(&world->people, &s, STR(GOOD_PASSWORD), recovery[0], &fresh, &result, &fault));
    CHECK_INT(result.end, SIGNIN_DONE);
    CHECK(!lives(world, token) && lives(world, fresh));
    world_close(world);
}

TEST_BOTH(codes_are_turned_off_with_a_code_and_not_while_the_password_is_short)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Str secret;
    AccountId ada = world_person(world, "ada@example.org");
    CHECK_FAULT(account_password(&world->people, ada, STR(GOOD_PASSWORD), STR("kv8#Lw2p"), 0, &fault),
                FAULT_INPUT);
    Str *recovery = codes_on(world, ada, &secret);
    CHECK_OK(account_password(&world->people, ada, STR(GOOD_PASSWORD), STR("kv8#Lw2p"), 0, &fault));
    CHECK_FAULT(totp_end(&world->people, ada, recovery[0], &fault), FAULT_CONFLICT);
    CHECK_OK(account_password(&world->people, ada, STR("kv8#Lw2p"), STR(NEXT_PASSWORD), 0, &fault));
    CHECK_FAULT(totp_end(&world->people, ada, STR("AAAA-AAAA-AAAA-AAAA"), &fault), FAULT_INPUT);
    CHECK_OK(totp_end(&world->people, ada, recovery[0], &fault));
    CHECK_INT(world_mails(world, "ada@example.org", "code-off"), 1);
    CHECK_INT(try(world, "ada@example.org", NEXT_PASSWORD), SIGNIN_DONE);
    Account account;
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    CHECK(!account.has_totp);
    world_close(world);
}

// ---- addresses

typedef struct Agreement {
    Str old_token, new_token;
} Agreement;

static Agreement ask(World *world, AccountId account, const char *from, const char *to)
{
    Fault fault = { 0 };
    CHECK_OK(account_email_ask(&world->people, account, str_of(to), &fault));
    return (Agreement){ world_token(world_mail(world, from, "email-old")),
                        world_token(world_mail(world, to, "email-new")) };
}

TEST_BOTH(an_address_changes_when_both_addresses_agree_and_all_sessions_end)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Account account;
    bool changed;
    AccountId ada = world_person(world, "ada@example.org");
    Str here = session(world, ada, NULL);
    Agreement a = ask(world, ada, "ada@example.org", "new@example.org");
    CHECK_OK(account_email_agree(&world->people, a.new_token, &changed, &fault));
    CHECK(!changed);
    CHECK_FAULT(account_email_agree(&world->people, a.new_token, &changed, &fault), FAULT_MISSING);
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    CHECK_STR(account.email, "ada@example.org");
    CHECK(lives(world, here));
    CHECK_OK(account_email_agree(&world->people, a.old_token, &changed, &fault));
    CHECK(changed && !lives(world, here));
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    CHECK_STR(account.email, "new@example.org");
    CHECK_INT(try(world, "new@example.org", GOOD_PASSWORD), SIGNIN_DONE);
    CHECK_INT(try(world, "ada@example.org", GOOD_PASSWORD), SIGNIN_WRONG);
    CHECK_INT(world_mails(world, "ada@example.org", "email-changed"), 1);
    CHECK_INT(world_mails(world, "new@example.org", "email-done"), 1);
    world_close(world);
}

TEST_BOTH(a_change_of_address_can_be_undone_for_seven_days)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId owner, ada = world_person(world, "ada@example.org");
    bool changed;
    Agreement a = ask(world, ada, "ada@example.org", "new@example.org");
    CHECK_OK(account_email_agree(&world->people, a.old_token, &changed, &fault));
    CHECK_OK(account_email_agree(&world->people, a.new_token, &changed, &fault));
    CHECK(changed);
    Str undo = world_token(world_mail(world, "ada@example.org", "email-changed"));
    // Whoever has the account now can neither move on nor give the old address away.
    CHECK_FAULT(account_email_ask(&world->people, ada, STR("third@example.org"), &fault), FAULT_LIMIT);
    const SignUp grab = { STR("Eve"), STR("ada@example.org"), STR(GOOD_PASSWORD), STR("1"), STR("1") };
    CHECK_OK(account_sign_up(&world->people, &grab, &fault));
    CHECK_INT(world_mails(world, "ada@example.org", "confirm"), 0);
    Str here = session(world, ada, NULL);
    world_later(world, 7 * (int64_t)MS_DAY - MS_MINUTE);
    CHECK_OK(account_sweep(&world->people, &fault));
    CHECK_OK(account_email_undo(&world->people, undo, &fault));
    CHECK(!lives(world, here));
    CHECK_INT(try(world, "ada@example.org", GOOD_PASSWORD), SIGNIN_DONE);
    CHECK_INT(try(world, "new@example.org", GOOD_PASSWORD), SIGNIN_WRONG);
    CHECK_OK(vault_address_find(world->vault, STR("new@example.org"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    CHECK_FAULT(account_email_undo(&world->people, undo, &fault), FAULT_MISSING);
    Str reset = world_token(world_mail(world, "ada@example.org", "reset"));
    CHECK_OK(account_reset(&world->people, reset, STR(NEXT_PASSWORD), STR(""), &fault));
    world_close(world);
}

TEST_BOTH(after_seven_days_the_old_address_is_free_again)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool changed;
    AccountId owner, ada = world_person(world, "ada@example.org");
    Agreement a = ask(world, ada, "ada@example.org", "new@example.org");
    CHECK_OK(account_email_agree(&world->people, a.old_token, &changed, &fault));
    CHECK_OK(account_email_agree(&world->people, a.new_token, &changed, &fault));
    Str undo = world_token(world_mail(world, "ada@example.org", "email-changed"));
    world_later(world, 7 * (int64_t)MS_DAY);
    CHECK_FAULT(account_email_undo(&world->people, undo, &fault), FAULT_MISSING);
    CHECK_OK(account_sweep(&world->people, &fault));
    CHECK_OK(vault_address_find(world->vault, STR("ada@example.org"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    AccountId other = world_person(world, "ada@example.org");
    CHECK(other.n != ada.n);
    CHECK_INT(try(world, "new@example.org", GOOD_PASSWORD), SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(a_taken_address_cannot_be_had_and_the_asker_is_not_told)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool changed;
    AccountId ada = world_person(world, "ada@example.org");
    world_person(world, "eve@example.org");
    CHECK_OK(account_email_ask(&world->people, ada, STR("eve@example.org"), &fault));
    CHECK_INT(world_mails(world, "eve@example.org", "email-new"), 0);
    CHECK_INT(world_mails(world, "eve@example.org", "known-address"), 1);
    Str token = world_token(world_mail(world, "ada@example.org", "email-old"));
    CHECK_OK(account_email_agree(&world->people, token, &changed, &fault));
    CHECK(!changed);
    CHECK_FAULT(account_email_ask(&world->people, ada, STR(" ADA@example.org"), &fault), FAULT_INPUT);
    world_close(world);
}

TEST_BOTH(an_address_taken_before_both_agreed_is_refused_at_the_end)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool changed;
    Account account;
    AccountId ada = world_person(world, "ada@example.org");
    Agreement a = ask(world, ada, "ada@example.org", "new@example.org");
    CHECK_OK(account_email_agree(&world->people, a.old_token, &changed, &fault));
    AccountId other = world_person(world, "new@example.org");
    CHECK_FAULT(account_email_agree(&world->people, a.new_token, &changed, &fault), FAULT_CONFLICT);
    CHECK_OK(account_read(&world->people, ada, &account, &fault));
    CHECK_STR(account.email, "ada@example.org");
    CHECK_OK(account_read(&world->people, other, &account, &fault));
    CHECK_STR(account.email, "new@example.org");
    world_close(world);
}

TEST_BOTH(asking_again_makes_the_first_links_void)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool changed;
    AccountId ada = world_person(world, "ada@example.org");
    Agreement a = ask(world, ada, "ada@example.org", "new@example.org");
    Agreement b = ask(world, ada, "ada@example.org", "newer@example.org");
    CHECK_FAULT(account_email_agree(&world->people, a.old_token, &changed, &fault), FAULT_MISSING);
    CHECK_FAULT(account_email_agree(&world->people, a.new_token, &changed, &fault), FAULT_MISSING);
    CHECK_OK(account_email_agree(&world->people, b.old_token, &changed, &fault));
    CHECK_OK(account_email_agree(&world->people, b.new_token, &changed, &fault));
    CHECK(changed);
    world_close(world);
}

TEST_BOTH(a_claim_left_by_a_change_that_was_cut_off_does_not_keep_its_owner_out)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId ada = world_person(world, "ada@example.org");
    CHECK_OK(vault_address_add(world->vault, STR("left@example.org"), ada, &fault));
    CHECK_INT(try(world, "left@example.org", GOOD_PASSWORD), SIGNIN_WRONG);
    AccountId owner = world_person(world, "left@example.org");
    CHECK(owner.n != ada.n);
    world_close(world);
}

typedef struct Agreeing {
    World *world;
    Str token;
    bool done, changed;
    pthread_barrier_t *start;
} Agreeing;

static void *agree(void *self)
{
    Agreeing *a = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    if (db_take(a->world->data, &db, &fault)) {
        People people = { db, a->world->vault, &arena, STR("https://music.example") };
        pthread_barrier_wait(a->start);
        a->done = account_email_agree(&people, a->token, &a->changed, &fault);
        db_give(db);
    }
    arena_close(&arena);
    return NULL;
}

TEST_BOTH(both_addresses_may_agree_in_the_same_moment)
{
    World *world = world_open(engine);
    AccountId ada = world_person(world, "ada0@example.org");
    for (int round = 0; round < 5; round++) {
        Fault fault = { 0 };
        Account account;
        Str from = arena_print(test_arena(), "ada%d@example.org", round);
        Str to = arena_print(test_arena(), "ada%d@example.org", round + 1);
        Agreement a = ask(world, ada, from.data, to.data);
        pthread_barrier_t start;
        pthread_barrier_init(&start, NULL, 2);
        Agreeing both[2] = { { world, a.old_token, false, false, &start },
                             { world, a.new_token, false, false, &start } };
        pthread_t threads[2];
        for (int i = 0; i < 2; i++)
            CHECK_INT(pthread_create(&threads[i], NULL, agree, &both[i]), 0);
        for (int i = 0; i < 2; i++)
            pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&start);
        CHECK(both[0].done && both[1].done);
        CHECK_INT(both[0].changed + both[1].changed, 1);
        CHECK_OK(account_read(&world->people, ada, &account, &fault));
        CHECK(str_equal(account.email, to));
        world_later(world, 8 * (int64_t)MS_DAY);
        CHECK_OK(account_sweep(&world->people, &fault));
    }
    world_close(world);
}

typedef struct Coder {
    World *world;
    Str code;
    SignInEnd end;
    pthread_barrier_t *start;
} Coder;

static void *enter_code(void *self)
{
    Coder *coder = self;
    Arena arena = { 0 };
    Fault fault = { 0 };
    Db *db;
    if (db_take(coder->world->data, &db, &fault)) {
        People people = { db, coder->world->vault, &arena, STR("https://music.example") };
        SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
        SignInResult result = { .end = SIGNIN_UNCONFIRMED };
        in.code = coder->code;
        pthread_barrier_wait(coder->start);
        account_sign_in(&people, &in, &result, &fault);
        coder->end = result.end;
        db_give(db);
    }
    arena_close(&arena);
    return NULL;
}

static void race_code(World *world, Str code)
{
    enum { RACERS = 4 };
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, RACERS);
    Coder coders[RACERS];
    pthread_t threads[RACERS];
    int won = 0;
    for (int i = 0; i < RACERS; i++) {
        coders[i] = (Coder){ world, code, SIGNIN_UNCONFIRMED, &start };
        CHECK_INT(pthread_create(&threads[i], NULL, enter_code, &coders[i]), 0);
    }
    for (int i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        won += coders[i].end == SIGNIN_DONE;
        CHECK(coders[i].end == SIGNIN_DONE || coders[i].end == SIGNIN_CODE_WRONG);
    }
    pthread_barrier_destroy(&start);
    CHECK_INT(won, 1);
}

TEST_BOTH(of_four_who_enter_one_code_at_once_one_comes_in)
{
    World *world = world_open(engine);
    Str secret;
    Str *recovery = codes_on(world, world_person(world, "ada@example.org"), &secret);
    for (int round = 0; round < 4; round++) {
        world_later(world, MS_HOUR);
        race_code(world, world_code(secret));
        world_later(world, MS_HOUR);
        race_code(world, recovery[round]);
    }
    world_close(world);
}
