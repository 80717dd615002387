#include "tests/account/world.h"

#include "account/hash.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

World *world_open(TestEngine engine)
{
    Fault fault = { 0 };
    World *world = ARENA_NEW(test_arena(), World);
    CHECK_OK(secret_start(&fault));
    log_level(LOG_ERROR);
    password_cost(1, 8192);
    world->data = test_database(engine, STORE_DATA);
    world->keys = test_database(engine, STORE_KEYS);
    VaultOptions options = { .keys = world->keys };
    memset(options.master, 7, sizeof options.master);
    CHECK_OK(vault_open(&options, &world->vault, &fault));
    test_folder(world->folder, sizeof world->folder, "mail");
    const MailerOptions mailer = { .data = world->data,
                                   .vault = world->vault,
                                   .folder = world->folder,
                                   .from = "SonicStacker <no-reply@example.org>",
                                   .support = "help@example.org",
                                   .public_url = "https://music.example" };
    CHECK_OK(mailer_open(&mailer, &world->mailer, &fault));
    CHECK_OK(db_take(world->data, &world->db, &fault));
    world->people = (People){ world->db, world->vault, test_arena(), STR("https://music.example") };
    return world;
}

void world_close(World *world)
{
    char command[128];
    clock_shift(-world->shifted);
    password_cost(0, 0);
    db_give(world->db);
    mailer_close(world->mailer);
    vault_close(world->vault);
    test_database_close(world->data);
    test_database_close(world->keys);
    snprintf(command, sizeof command, "rm -rf %s", world->folder);
    CHECK_INT(system(command), 0);
}

void world_later(World *world, int64_t by_ms)
{
    clock_shift(by_ms);
    world->shifted += by_ms;
}

static bool seen(const World *world, MailId id)
{
    for (int i = 0; i < world->seen_count; i++)
        if (world->seen[i] == id.n)
            return true;
    return false;
}

const ShownMail *world_mail(World *world, const char *to, const char *kind)
{
    Fault fault = { 0 };
    ShownMail *list;
    int count, sent;
    CHECK_OK(mailer_run(world->mailer, world->db, &sent, &fault));
    CHECK_OK(mail_shown(world->mailer, world->db, test_arena(), 5000, &list, &count, &fault));
    for (int i = 0; i < count; i++)
        if (!seen(world, list[i].id) && str_equal(list[i].to, str_of(to)) &&
            strcmp(list[i].kind, kind) == 0) {
            CHECK(world->seen_count < 2000);
            world->seen[world->seen_count++] = list[i].id.n;
            return &list[i];
        }
    return NULL;
}

int world_mails(World *world, const char *to, const char *kind)
{
    int count = 0;
    while (world_mail(world, to, kind))
        count++;
    return count;
}

Str world_token(const ShownMail *mail)
{
    size_t at;
    CHECK(mail != NULL);
    CHECK(str_find(mail->link, STR("?token="), &at));
    return str_slice(mail->link, at + 7, mail->link.length);
}

AccountId world_person(World *world, const char *email)
{
    Fault fault = { 0 };
    AccountId id;
    const SignUp wish = { STR("Ada"), str_of(email), STR(GOOD_PASSWORD), STR("2026-01"), STR("2026-01") };
    CHECK_OK(account_sign_up(&world->people, &wish, &fault));
    CHECK_OK(account_confirm(&world->people, world_token(world_mail(world, email, "confirm")), &id, &fault));
    return id;
}

SignIn world_wish(const char *email, const char *password)
{
    return (SignIn){ str_of(email),   str_of(password), STR(""),
                     STR("10.0.0.1"), STR(""),          { STR("Firefox"), STR("Linux") } };
}

SignInResult world_sign_in(World *world, const SignIn *wish)
{
    Fault fault = { 0 };
    SignInResult result;
    CHECK_OK(account_sign_in(&world->people, wish, &result, &fault));
    return result;
}

Str world_code(Str secret_base32)
{
    char *secret = NULL, code[8] = "";
    size_t length = 0;
    CHECK_INT(oath_base32_decode(secret_base32.data, secret_base32.length, &secret, &length), OATH_OK);
    CHECK_INT(oath_totp_generate(secret, length, (time_t)(clock_now() / 1000), 30, 0, 6, code), OATH_OK);
    free(secret);
    return arena_copy(test_arena(), str_of(code));
}
