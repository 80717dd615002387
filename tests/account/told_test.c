// What stands in the log of signing in and of changes: who, how and how it ended; never an address, a
// password, a code or a token.
#include "tests/account/world.h"

#include "tests/sys/hearing.h"

static SignInResult enter(World *world, const char *email, const char *password, const char *code, Str *said)
{
    Fault fault = { 0 };
    SignInResult result;
    SignIn in = world_wish(email, password);
    in.code = str_of(code);
    Hearing hearing;
    hearing_begin(&hearing);
    bool done = account_sign_in(&world->people, &in, &result, &fault);
    *said = hearing_end(&hearing);
    CHECK_OK(done);
    return result;
}

static int heard_of(Str said, const char *line, AccountId account)
{
    return heard(said, arena_print(test_arena(), "%s account=" STR_FMT "\n", line,
                                   STR_ARG(id_text(test_arena(), account.n)))
                           .data);
}

TEST_BOTH(every_try_to_sign_in_stands_in_the_log_without_what_was_typed)
{
    World *world = world_open(engine);
    AccountId ada = world_person(world, "ada@example.org");
    Str said;
    SignInResult done = enter(world, "ada@example.org", GOOD_PASSWORD, "", &said);
    CHECK_INT(done.end, SIGNIN_DONE);
    CHECK_INT(heard_of(said, "info account.entry what=sign-in end=done how=password", ada), 1);
    CHECK_INT(heard(said, done.session.data), 0);
    CHECK_INT(enter(world, "ada@example.org", "not this one at all", "", &said).end, SIGNIN_WRONG);
    CHECK_INT(heard_of(said, "warn account.entry what=sign-in end=wrong how=password", ada), 1);
    CHECK(heard(said, "ada@") == 0 && heard(said, "not this") == 0);
    CHECK_INT(enter(world, "nobody@example.org", "not this one at all", "", &said).end, SIGNIN_WRONG);
    CHECK_INT(heard(said, "warn account.entry what=sign-in end=wrong how=password account=-\n"), 1);
    for (int i = 0; i < 12; i++)
        enter(world, "ada@example.org", "not this one at all", "", &said);
    CHECK_INT(heard_of(said, "warn account.entry what=sign-in end=wait how=password", ada), 1);
    world_close(world);
}

TEST_BOTH(dead_links_and_proofs_stand_in_the_log)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    AccountId ada = world_person(world, "ada@example.org");
    Str token, fresh;
    Session session;
    SignInResult result;
    bool found;
    CHECK_OK(
        session_make(&world->people, ada, STRENGTH_PASSWORD, (Device){ STR(""), STR("") }, &token, &fault));
    CHECK_OK(session_find(world->db, test_arena(), token, &session, &found, &fault));
    Hearing hearing;
    hearing_begin(&hearing);
    bool link = account_sign_in_link(&world->people, token, (Device){ STR(""), STR("") }, &result, &fault);
    bool reset = account_reset(&world->people, token, STR(NEXT_PASSWORD), STR(""), &fault);
    bool first = operator_claim(
        &world->people, token,
        &(SignUp){ STR("Eve"), STR("eve@example.org"), STR(NEXT_PASSWORD), STR("1"), STR("1") }, &ada,
        &fault);
    bool wrong =
        session_prove(&world->people, &session, STR("not this one"), STR(""), &fresh, &result, &fault);
    bool right =
        session_prove(&world->people, &session, STR(GOOD_PASSWORD), STR(""), &fresh, &result, &fault);
    Str said = hearing_end(&hearing);
    CHECK(!link && !reset && !first && wrong && right);
    CHECK_INT(heard(said, "warn account.entry what=link end=wrong how=link account=-\n"), 1);
    CHECK_INT(heard(said, "warn account.entry what=reset end=wrong how=link account=-\n"), 1);
    CHECK_INT(heard(said, "warn account.entry what=first end=wrong how=link account=-\n"), 1);
    CHECK_INT(heard_of(said, "warn account.entry what=prove end=wrong how=password", session.account), 1);
    CHECK_INT(heard_of(said, "info account.entry what=prove end=done how=password", session.account), 1);
    CHECK(heard(said, token.data) == 0 && heard(said, fresh.data) == 0);
    world_close(world);
}

TEST_BOTH(what_changes_an_account_stands_in_the_log)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    TotpSetup setup;
    Str *codes, api;
    int count;
    ApiToken *tokens;
    AccountId ada = world_person(world, "ada@example.org");
    People *people = &world->people;
    Hearing hearing;
    hearing_begin(&hearing);
    bool done = totp_begin(people, ada, &setup, &fault) &&
                totp_confirm(people, ada, world_code(setup.secret), &codes, &count, &fault) &&
                totp_end(people, ada, codes[0], &fault) &&
                api_token_make(people, ada, STR("my program"), SCOPE_READ, -1, &api, &fault) &&
                api_token_list(people, ada, &tokens, &count, &fault) &&
                api_token_revoke(people, ada, tokens[0].id, &fault) &&
                session_end_others(people, ada, 0, &fault) &&
                account_password(people, ada, STR(GOOD_PASSWORD), STR(NEXT_PASSWORD), 0, &fault) &&
                account_reset_ask(people, STR("ada@example.org"), STR("10.0.0.1"), &fault);
    Str said = hearing_end(&hearing);
    CHECK_OK(done);
    static const char *const wanted[] = { "code-on",        "code-off", "token-made", "token-revoked",
                                          "sessions-ended", "password", "reset-asked" };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        CHECK_INT(
            heard_of(said, arena_print(test_arena(), "info account.change what=%s", wanted[i]).data, ada), 1);
    CHECK(heard(said, "ada@") == 0 && heard(said, "my program") == 0 && heard(said, setup.secret.data) == 0);
    CHECK(heard(said, codes[0].data) == 0 && heard(said, api.data) == 0);
    world_close(world);
}
