#include "tests/account/world.h"

#include "account/hash.h"
#include "account/part.h"
#include "sys/file.h"
#include "sys/secret.h"
#include <string.h>

TEST_BOTH(a_known_and_an_unknown_address_take_the_same_work_and_get_the_same_answer)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    SignIn in = world_wish("ada@example.org", "this is not her password");
    int64_t before = password_hashes();
    SignInResult known = world_sign_in(world, &in);
    int64_t work = password_hashes() - before;
    in.email = STR("nobody@example.org");
    before = password_hashes();
    SignInResult unknown = world_sign_in(world, &in);
    CHECK_INT(password_hashes() - before, work);
    CHECK_INT(work, 1);
    CHECK_INT(known.end, SIGNIN_WRONG);
    CHECK_INT(unknown.end, SIGNIN_WRONG);
    CHECK(known.session.length == 0 && known.known.length == 0 && known.account.n == 0);
    world_close(world);
}

TEST_BOTH(known_and_unknown_addresses_are_held_up_alike)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    const char *emails[] = { "ada@example.org", "nobody@example.org" };
    int ends[2][130] = { 0 };
    for (int who = 0; who < 2; who++)
        for (int i = 0; i < 130; i++) {
            SignIn in = world_wish(emails[who], "this is not her password");
            in.network = arena_print(test_arena(), "10.%d.0.%d", who, i);
            world_later(world, i > 12 ? MS_HOUR : 0);
            ends[who][i] = world_sign_in(world, &in).end;
        }
    CHECK(memcmp(ends[0], ends[1], sizeof ends[0]) == 0);
    CHECK_INT(ends[0][0], SIGNIN_WRONG);
    CHECK_INT(ends[0][12], SIGNIN_WAIT);
    CHECK_INT(ends[0][129], SIGNIN_WAIT);
    world_close(world);
}

static void guess(World *world, int guesses, int networks)
{
    world_person(world, "ada@example.org");
    SignIn home = world_wish("ada@example.org", GOOD_PASSWORD);
    home.known = world_sign_in(world, &home).known;
    CHECK(home.known.length > 0);
    int64_t before = password_hashes();
    Arena arena = { 0 };
    People people = world->people;
    people.arena = &arena;
    for (int i = 0; i < guesses; i++) {
        Fault fault = { 0 };
        SignInResult result;
        SignIn in = world_wish("ada@example.org", "this is not her password");
        in.network = arena_print(&arena, "10.1.%d.%d", i % networks / 256, i % networks % 256);
        CHECK_OK(account_sign_in(&people, &in, &result, &fault));
        CHECK(result.end == SIGNIN_WRONG || result.end == SIGNIN_WAIT);
        CHECK(result.end != SIGNIN_WAIT || result.wait_ms > 0);
        arena_close(&arena);
    }
    // Nearly all were turned away before any hashing.
    CHECK(password_hashes() - before <= 12);
    CHECK_INT(world_sign_in(world, &home).end, SIGNIN_DONE);
}

TEST_BOTH(after_10000_guesses_from_one_network_a_known_device_signs_in_at_once)
{
    World *world = world_open(engine);
    guess(world, 10000, 1);
    world_close(world);
}

TEST_BOTH(after_10000_guesses_from_1000_networks_a_known_device_signs_in_at_once)
{
    World *world = world_open(engine);
    guess(world, 10000, 1000);
    world_close(world);
}

// Wrong passwords from ever new networks, as slowly as they are let in.
static void fail_often(World *world, const char *email, int times)
{
    for (int i = 0, tries = 0; i < times; tries++) {
        SignIn in = world_wish(email, "this is not her password");
        in.network = arena_print(test_arena(), "10.2.%d.%d", tries / 256, tries % 256);
        world_later(world, MS_HOUR);
        i += world_sign_in(world, &in).end == SIGNIN_WRONG;
        CHECK(tries < 2 * times + 20);
    }
}

TEST_BOTH(after_100_failures_the_password_alone_is_not_enough_and_the_owner_gets_a_link_once_a_day)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    SignInResult result;
    AccountId ada = world_person(world, "ada@example.org");
    SignIn home = world_wish("ada@example.org", GOOD_PASSWORD);
    home.known = world_sign_in(world, &home).known;
    fail_often(world, "ada@example.org", 100);
    SignIn strange = world_wish("ada@example.org", GOOD_PASSWORD);
    strange.network = STR("10.9.9.9");
    world_later(world, MS_HOUR);
    int64_t before = password_hashes();
    CHECK_INT(world_sign_in(world, &strange).end, SIGNIN_WAIT);
    CHECK_INT(world_sign_in(world, &strange).end, SIGNIN_WAIT);
    CHECK_INT(password_hashes(), before); // nothing is learnt of the password
    const ShownMail *mail = world_mail(world, "ada@example.org", "login");
    CHECK(world_mail(world, "ada@example.org", "login") == NULL);
    // A code that is made up does not help somebody who has none.
    strange.code = STR("123456");
    world_later(world, MS_HOUR / 4);
    CHECK_INT(world_sign_in(world, &strange).end, SIGNIN_WRONG);
    CHECK_OK(account_sign_in_link(&world->people, world_token(mail), home.device, &result, &fault));
    CHECK_INT(result.end, SIGNIN_DONE);
    CHECK_INT(result.account.n, ada.n);
    Session session;
    bool found;
    CHECK_OK(session_find(world->db, test_arena(), result.session, &session, &found, &fault));
    CHECK(found && session.strength == STRENGTH_LINK && session.proved == 0);
    CHECK_FAULT(account_sign_in_link(&world->people, world_token(mail), home.device, &result, &fault),
                FAULT_MISSING);
    // Signed in: the password is enough again.
    strange.code = STR("");
    CHECK_INT(world_sign_in(world, &strange).end, SIGNIN_DONE);
    CHECK_INT(world_sign_in(world, &home).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(a_sign_in_link_lives_an_hour)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    SignInResult result;
    world_person(world, "ada@example.org");
    fail_often(world, "ada@example.org", 100);
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    world_later(world, MS_HOUR);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WAIT);
    Str token = world_token(world_mail(world, "ada@example.org", "login"));
    world_later(world, MS_HOUR);
    CHECK_FAULT(account_sign_in_link(&world->people, token, in.device, &result, &fault), FAULT_MISSING);
    world_later(world, MS_DAY);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WAIT);
    CHECK_INT(world_mails(world, "ada@example.org", "login"), 1);
    world_close(world);
}

TEST_BOTH(a_sign_in_from_an_unknown_device_is_told_and_one_from_a_known_device_is_not)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    in.known = world_sign_in(world, &in).known;
    const ShownMail *mail = world_mail(world, "ada@example.org", "new-sign-in");
    size_t at;
    CHECK(mail && str_find(mail->text, STR("Firefox on Linux"), &at));
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    CHECK(world_mail(world, "ada@example.org", "new-sign-in") == NULL);
    world_close(world);
}

TEST_BOTH(a_device_token_of_another_account_or_a_changed_one_helps_nobody)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    world_person(world, "eve@example.org");
    SignIn eve = world_wish("eve@example.org", GOOD_PASSWORD);
    Str hers = world_sign_in(world, &eve).known;
    SignIn in = world_wish("ada@example.org", "this is not her password");
    for (int i = 0; i < 10; i++)
        CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WRONG);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WAIT);
    in.known = hers;
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WAIT);
    for (size_t i = 0; i < hers.length; i++) {
        Str copy = arena_copy(test_arena(), hers);
        char *bytes = arena_take(test_arena(), copy.length);
        memcpy(bytes, copy.data, copy.length);
        bytes[i] ^= 1;
        AccountId owner;
        Str name;
        CHECK(!device_known(&world->people, (Str){ bytes, copy.length }, &owner, &name) ||
              i == hers.length - 1);
    }
    world_close(world);
}

TEST_BOTH(a_known_device_that_guesses_is_held_up_too)
{
    World *world = world_open(engine);
    world_person(world, "ada@example.org");
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    in.known = world_sign_in(world, &in).known;
    in.password = STR("this is not her password");
    int let_in = 0;
    for (int i = 0; i < 60; i++)
        let_in += world_sign_in(world, &in).end == SIGNIN_WRONG;
    CHECK(let_in <= 21);
    world_close(world);
}

TEST_BOTH(passwords_are_verified_byte_by_byte)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId id;
    const char *right = "пароль из ёлок и \xf0\x9f\x8e\xbb скрипки  ";
    const char *others[] = {
        "пароль из е\xcc\x88лок и \xf0\x9f\x8e\xbb скрипки  ", // the same letters, decomposed
        "пароль из ёлок и \xf0\x9f\x8e\xbb скрипки", "Пароль из ёлок и \xf0\x9f\x8e\xbb скрипки  "
    };
    const SignUp wish = { STR("Ada"), STR("ada@example.org"), str_of(right), STR("1"), STR("1") };
    CHECK_OK(account_sign_up(&world->people, &wish, &fault));
    CHECK_OK(account_confirm(&world->people, world_token(world_mail(world, "ada@example.org", "confirm")),
                             &id, &fault));
    for (int i = 0; i < 3; i++) {
        SignIn in = world_wish("ada@example.org", others[i]);
        CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WRONG);
    }
    SignIn in = world_wish("ada@example.org", right);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(all_128_characters_of_a_password_count)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId id;
    char text[128 * 4 + 1] = "";
    for (int i = 0; i < 128; i++) // faces and instruments, four bytes each
        memcpy(text + 4 * i, (char[]){ '\xf0', '\x9f', '\x98', (char)(0x80 + i * i % 41) }, 4);
    const SignUp wish = { STR("Ada"), STR("ada@example.org"), str_of(text), STR("1"), STR("1") };
    CHECK_OK(account_sign_up(&world->people, &wish, &fault));
    CHECK_OK(account_confirm(&world->people, world_token(world_mail(world, "ada@example.org", "confirm")),
                             &id, &fault));
    SignIn in = world_wish("ada@example.org", text);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    text[sizeof text - 2] ^= 1;
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_WRONG);
    world_close(world);
}

// ---- what is stored

static Str stored_password(World *world, AccountId id)
{
    Fault fault = { 0 };
    Person person;
    Str text;
    bool found;
    CHECK_OK(person_find(&world->people, id, &person, &found, &fault));
    CHECK_OK(person_open(&world->people, id, "password", person.password, &text, &fault));
    return text;
}

TEST_BOTH(a_password_is_hashed_with_argon2id_and_renewed_when_its_cost_has_grown)
{
    World *world = world_open(engine);
    AccountId ada = world_person(world, "ada@example.org");
    CHECK(str_starts(stored_password(world, ada), STR("$argon2id$v=19$m=8,t=1,p=1$")));
    password_cost(0, 0);
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    CHECK(str_starts(stored_password(world, ada), STR("$argon2id$v=19$m=65536,t=2,p=1$")));
    int64_t before = password_hashes();
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    CHECK_INT(password_hashes() - before, 1);
    world_close(world);
}

TEST_BOTH(an_operators_password_costs_more)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    bool needed;
    Str token;
    AccountId id;
    const SignUp wish = { STR("Op"), STR("op@example.org"), STR(GOOD_PASSWORD), STR("1"), STR("1") };
    CHECK_OK(operator_first(&world->people, &needed, &token, &fault));
    CHECK_OK(operator_claim(&world->people, token, &wish, &id, &fault));
    CHECK(str_starts(stored_password(world, id), STR("$argon2id$v=19$m=262144,t=3,p=1$")));
    SignIn in = world_wish("op@example.org", GOOD_PASSWORD);
    CHECK_INT(world_sign_in(world, &in).end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(a_stored_hash_is_never_a_token)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId ada = world_person(world, "ada@example.org"), id;
    Session session;
    ApiToken api;
    bool found;
    SignIn in = world_wish("ada@example.org", GOOD_PASSWORD);
    Str tokens[] = { world_sign_in(world, &in).session, { 0 }, { 0 } };
    CHECK_OK(api_token_make(&world->people, ada, STR("script"), SCOPE_READ, -1, &tokens[1], &fault));
    CHECK_OK(account_reset_ask(&world->people, STR("ada@example.org"), STR("10.0.0.1"), &fault));
    tokens[2] = world_token(world_mail(world, "ada@example.org", "reset"));
    for (int i = 0; i < 3; i++) {
        unsigned char hash[32];
        secret_hash(tokens[i], hash);
        Str forms[] = { { (char *)hash, 32 },
                        hex_write(test_arena(), hash, 32),
                        base64url_write(test_arena(), hash, 32),
                        arena_print(test_arena(), "ss_" STR_FMT,
                                    STR_ARG(base64url_write(test_arena(), hash, 32))) };
        for (int f = 0; f < 4; f++) {
            CHECK_OK(session_find(world->db, test_arena(), forms[f], &session, &found, &fault));
            CHECK(!found);
            CHECK_OK(api_token_find(world->db, test_arena(), forms[f], &api, &found, &fault));
            CHECK(!found);
            CHECK_FAULT(account_reset(&world->people, forms[f], STR(NEXT_PASSWORD), STR(""), &fault),
                        FAULT_MISSING);
            CHECK_FAULT(account_confirm(&world->people, forms[f], &id, &fault), FAULT_MISSING);
        }
    }
    world_close(world);
}

static bool holds(Str file, Str text)
{
    size_t at;
    return str_find(file, text, &at);
}

TEST(no_secret_stands_in_the_files_of_the_database)
{
    World *world = world_open(ON_SQLITE);
    Fault fault = { 0 };
    AccountId ada = world_person(world, "ada.dye@example.org");
    SignIn in = world_wish("ada.dye@example.org", GOOD_PASSWORD);
    Str api, session = world_sign_in(world, &in).session;
    CHECK_OK(api_token_make(&world->people, ada, STR("name dye"), SCOPE_READ, -1, &api, &fault));
    CHECK_OK(account_reset_ask(&world->people, STR("ada.dye@example.org"), STR("10.77.0.1"), &fault));
    Str reset = world_token(world_mail(world, "ada.dye@example.org", "reset"));
    const Str dyes[] = { session,
                         api,
                         str_slice(api, 3, api.length),
                         reset,
                         STR(GOOD_PASSWORD),
                         STR("ada.dye"),
                         STR("name dye"),
                         STR("10.77.0.1"),
                         STR("$argon2") };
    const char *ends[] = { "", "-wal" };
    Database *stores[] = { world->data, world->keys };
    for (int s = 0; s < 2; s++)
        for (int e = 0; e < 2; e++) {
            Str path = arena_print(test_arena(), "%s%s", test_database_where(stores[s]), ends[e]), file;
            if (!file_read(test_arena(), path.data, 1 << 28, &file, &fault))
                continue;
            for (size_t d = 0; d < sizeof dyes / sizeof *dyes; d++)
                CHECK(!holds(file, dyes[d]));
        }
    world_close(world);
}
