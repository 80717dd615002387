#include "tests/account/world.h"

#include "account/part.h"

static const Device firefox = { STR_INIT("Firefox"), STR_INIT("Linux") };

static bool lives(World *world, Str token)
{
    Fault fault = { 0 };
    Session session;
    bool found;
    CHECK_OK(session_find(world->db, test_arena(), token, &session, &found, &fault));
    return found;
}

static Str session(World *world, AccountId account)
{
    Fault fault = { 0 };
    Str token;
    CHECK_OK(session_make(&world->people, account, STRENGTH_PASSWORD, firefox, &token, &fault));
    return token;
}

TEST_BOTH(a_session_ends_after_14_idle_days_and_lives_on_when_it_is_used)
{
    World *world = world_open(engine);
    AccountId ada = world_person(world, "ada@example.org");
    Str used = session(world, ada), idle = session(world, ada);
    world_later(world, 13 * (int64_t)MS_DAY);
    CHECK(lives(world, used));
    world_later(world, MS_DAY);
    CHECK(lives(world, used));
    CHECK(!lives(world, idle));
    world_close(world);
}

TEST_BOTH(a_session_ends_after_30_days_however_much_it_is_used)
{
    World *world = world_open(engine);
    Str token = session(world, world_person(world, "ada@example.org"));
    for (int day = 0; day < 29; day++) {
        world_later(world, MS_DAY);
        CHECK(lives(world, token));
    }
    world_later(world, MS_DAY);
    CHECK(!lives(world, token));
    world_close(world);
}

TEST_BOTH(a_session_is_marked_seen_once_in_five_minutes)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Session *list;
    int count;
    AccountId ada = world_person(world, "ada@example.org");
    Str token = session(world, ada);
    CHECK_OK(session_list(&world->people, ada, &list, &count, &fault));
    int64_t made = list[0].seen;
    world_later(world, 4 * MS_MINUTE);
    CHECK(lives(world, token));
    CHECK_OK(session_list(&world->people, ada, &list, &count, &fault));
    CHECK_INT(list[0].seen, made);
    world_later(world, 2 * MS_MINUTE);
    CHECK(lives(world, token));
    CHECK_OK(session_list(&world->people, ada, &list, &count, &fault));
    CHECK(list[0].seen >= made + 6 * MS_MINUTE);
    world_close(world);
}

TEST_BOTH(the_51st_session_ends_the_oldest)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Session *list;
    int count;
    AccountId ada = world_person(world, "ada@example.org");
    Str first = session(world, ada), second = { 0 };
    for (int i = 1; i < 51; i++) {
        world_later(world, 1000);
        Str token = session(world, ada);
        second = i == 1 ? token : second;
    }
    CHECK(!lives(world, first));
    CHECK(lives(world, second));
    CHECK_OK(session_list(&world->people, ada, &list, &count, &fault));
    CHECK_INT(count, 50);
    world_close(world);
}

TEST_BOTH(sessions_are_listed_and_ended_one_by_one_or_all_others)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Session *list, mine;
    int count;
    bool found;
    AccountId ada = world_person(world, "ada@example.org"), eve = world_person(world, "eve@example.org");
    Str a = session(world, ada), b = session(world, ada), c = session(world, ada), hers = session(world, eve);
    CHECK_OK(session_list(&world->people, ada, &list, &count, &fault));
    CHECK_INT(count, 3);
    CHECK_STR(list[0].browser, "Firefox");
    CHECK_OK(session_find(world->db, test_arena(), a, &mine, &found, &fault));
    CHECK_OK(session_end(&world->people, eve, mine.id, &fault)); // not hers to end
    CHECK(lives(world, a));
    CHECK_OK(session_end_token(world->db, b, &fault));
    CHECK(!lives(world, b));
    CHECK_OK(session_end_others(&world->people, ada, mine.id, &fault));
    CHECK(lives(world, a) && !lives(world, c) && lives(world, hers));
    CHECK_OK(session_end(&world->people, ada, mine.id, &fault));
    CHECK(!lives(world, a));
    world_close(world);
}

TEST_BOTH(proving_gives_the_session_a_new_token)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Session before, after;
    SignInResult result;
    Str old, token;
    bool found;
    AccountId ada = world_person(world, "ada@example.org");
    CHECK_OK(session_make(&world->people, ada, STRENGTH_LINK, firefox, &old, &fault));
    CHECK_OK(session_find(world->db, test_arena(), old, &before, &found, &fault));
    CHECK_INT(before.proved, 0);
    CHECK_OK(session_prove(&world->people, &before, STR("this is not her password"), STR(""), &token, &result,
                           &fault));
    CHECK_INT(result.end, SIGNIN_WRONG);
    CHECK(token.length == 0 && lives(world, old));
    CHECK_OK(session_prove(&world->people, &before, STR(GOOD_PASSWORD), STR(""), &token, &result, &fault));
    CHECK_INT(result.end, SIGNIN_DONE);
    CHECK(!lives(world, old));
    CHECK_OK(session_find(world->db, test_arena(), token, &after, &found, &fault));
    CHECK(found && after.id == before.id && after.strength == STRENGTH_PASSWORD && after.proved > 0);
    CHECK_INT(after.created, before.created);
    world_close(world);
}

TEST_BOTH(proving_is_slowed_down)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    Session mine;
    SignInResult result = { 0 };
    Str token, old = session(world, world_person(world, "ada@example.org"));
    bool found;
    CHECK_OK(session_find(world->db, test_arena(), old, &mine, &found, &fault));
    for (int i = 0; i < 11; i++)
        CHECK_OK(session_prove(&world->people, &mine, STR("this is not her password"), STR(""), &token,
                               &result, &fault));
    CHECK_INT(result.end, SIGNIN_WAIT);
    CHECK(result.wait_ms > 0);
    world_later(world, result.wait_ms);
    CHECK_OK(session_prove(&world->people, &mine, STR(GOOD_PASSWORD), STR(""), &token, &result, &fault));
    CHECK_INT(result.end, SIGNIN_DONE);
    world_close(world);
}

TEST_BOTH(api_tokens_are_made_found_listed_and_revoked)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    ApiToken found_token, *list;
    bool found;
    int count;
    Str token;
    AccountId ada = world_person(world, "ada@example.org"), eve = world_person(world, "eve@example.org");
    CHECK_FAULT(api_token_make(&world->people, ada, STR(""), SCOPE_READ, -1, &token, &fault), FAULT_INPUT);
    CHECK_FAULT(api_token_make(&world->people, ada, STR("x"), 0, -1, &token, &fault), FAULT_INPUT);
    CHECK_FAULT(api_token_make(&world->people, ada, STR("x"), 16, -1, &token, &fault), FAULT_INPUT);
    CHECK_OK(
        api_token_make(&world->people, ada, STR("my script"), SCOPE_READ | SCOPE_DELETE, 40, &token, &fault));
    CHECK(str_starts(token, STR("ss_")) && token.length == 46);
    CHECK_OK(api_token_find(world->db, test_arena(), token, &found_token, &found, &fault));
    CHECK(found && found_token.account.n == ada.n && found_token.cap == 40 && found_token.spent == 0);
    CHECK_INT(found_token.scopes, SCOPE_READ | SCOPE_DELETE);
    CHECK_OK(api_token_list(&world->people, ada, &list, &count, &fault));
    CHECK_INT(count, 1);
    CHECK_STR(list[0].name, "my script");
    CHECK(list[0].used > 0);
    CHECK_FAULT(api_token_revoke(&world->people, eve, list[0].id, &fault), FAULT_MISSING);
    CHECK_OK(api_token_revoke(&world->people, ada, list[0].id, &fault));
    CHECK_OK(api_token_find(world->db, test_arena(), token, &found_token, &found, &fault));
    CHECK(!found);
    for (int i = 0; i < 50; i++)
        CHECK_OK(api_token_make(&world->people, ada, STR("one of many"), SCOPE_MAKE, -1, &token, &fault));
    CHECK_FAULT(api_token_make(&world->people, ada, STR("too many"), SCOPE_MAKE, -1, &token, &fault),
                FAULT_LIMIT);
    world_close(world);
}

TEST_BOTH(a_sweep_removes_what_is_over_and_nothing_else)
{
    World *world = world_open(engine);
    Fault fault = { 0 };
    DbRows rows;
    AccountId ada = world_person(world, "ada@example.org");
    session(world, ada);
    CHECK_OK(account_reset_ask(&world->people, STR("ada@example.org"), STR("10.0.0.1"), &fault));
    world_later(world, 13 * (int64_t)MS_DAY);
    Str fresh = session(world, ada);
    world_later(world, 2 * (int64_t)MS_DAY);
    CHECK_OK(account_sweep(&world->people, &fault));
    CHECK(lives(world, fresh));
    CHECK_OK(db_list(world->db, test_arena(), SQL_SESSION_LIST, DB_ARGS(DB_INT(ada.n), DB_INT(0), DB_INT(0)),
                     &rows, &fault));
    CHECK_INT(rows.count, 1);
    world_close(world);
}
