// A small world for tests: both stores, a vault, a mailer that shows mails in a folder, and people to work
// with.
#ifndef TESTS_ACCOUNT_WORLD_H
#define TESTS_ACCOUNT_WORLD_H

#include "account/account.h"
#include "tests/db/testdb.h"

typedef struct World {
    Database *data, *keys;
    Vault *vault;
    Mailer *mailer;
    Db *db;
    People people;
    char folder[64];
    int64_t seen[2000]; // mails the test has read
    int seen_count;
    int64_t shifted;
} World;

World *world_open(TestEngine engine); // passwords cost next to nothing
void world_close(World *world);
void world_later(World *world, int64_t by_ms); // the clock goes on, until the world is closed

// The newest mail of this kind to this address that was not read before; NULL when there is none.
const ShownMail *world_mail(World *world, const char *to, const char *kind);
Str world_token(const ShownMail *mail);                          // of its link
int world_mails(World *world, const char *to, const char *kind); // unread ones; reads them

#define GOOD_PASSWORD "seven lamps on the pier"
#define NEXT_PASSWORD "a quiet heron waits here"

// Signed up with GOOD_PASSWORD and confirmed.
AccountId world_person(World *world, const char *email);
SignIn world_wish(const char *email, const char *password);
SignInResult world_sign_in(World *world, const SignIn *wish);
Str world_code(Str secret_base32); // the one-time code of this moment

#endif
