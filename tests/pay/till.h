// Till: a shop over a world, and a stand-in for Stripe beside it (tests/stripe/fake.mjs), for the tests of
// this folder.
#ifndef TESTS_PAY_TILL_H
#define TESTS_PAY_TILL_H

#include "pay/part.h"
#include "tests/account/world.h"

typedef struct Till {
    World *world;
    Config config;
    Shop *shop;
    People *people;
    AccountId ada;
    int port;
    int leash; // closed: the stand-in ends
    int process;
} Till;

Till *till_open(TestEngine engine); // skips the test where there is no node
void till_close(Till *till);

// What the stand-in is told to bring about: its answer, which lives in the test's arena.
Str till_tell(Till *till, const char *control, const char *json);

Purchase till_buy(Till *till);  // a session is open
Purchase till_paid(Till *till); // bought and paid, and looked at
void till_look(Till *till, PurchaseId id);
Purchase till_read(Till *till, PurchaseId id);
int64_t till_credits(Till *till);
void till_checked(Till *till); // everything that must hold, holds
int till_receipts(Till *till);
Str till_member(Str json, const char *name); // "name":"..." anywhere in it

#endif
