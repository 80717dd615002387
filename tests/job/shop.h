// A small service for the tests of this folder: two people with credits, a library, files, a queue.
//
//     Shop s = shop_open(engine);  ...  shop_close(&s);
#ifndef TESTS_JOB_SHOP_H
#define TESTS_JOB_SHOP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "credit/credit.h"
#include "job/queue.h"
#include "sys/clock.h"
#include "sys/secret.h"
#include "tests/db/testdb.h"

static int64_t shop_travelled_ms;

static inline void shop_travel(int64_t ms) // shop_close comes back
{
    shop_travelled_ms += ms;
    clock_shift(ms);
}

typedef struct Shop {
    Database *data, *keys;
    Vault *vault;
    Blobs *blobs;
    People people;
    AccountId ada, bob;
    char folder[64];
} Shop;

static inline AccountId shop_person(Shop *s)
{
    Fault fault;
    AccountId id = { id_make() };
    CHECK_OK(vault_keys_add(s->vault, id, &fault));
    CHECK_OK(db_run(s->people.db, SQL_PERSON_ADD,
                    DB_ARGS(DB_INT(id.n), DB_TEXT(STR("member")), DB_TEXT(STR("active")), DB_NULL, DB_NULL,
                            DB_NULL, DB_TEXT(STR("1")), DB_TEXT(STR("1")), DB_INT(clock_now()),
                            DB_INT(clock_now())),
                    NULL, &fault));
    CHECK_OK(credit_welcome(s->people.db, id, 1000, &fault));
    return id;
}

static inline Shop shop_open(TestEngine engine)
{
    Fault fault;
    Shop s = { .data = test_database(engine, STORE_DATA),
               .keys = test_database(engine, STORE_KEYS),
               .folder = "/tmp/sonicstacker-shop-XXXXXX" };
    VaultOptions options = { .keys = s.keys };
    CHECK_OK(secret_start(&fault));
    secret_random(options.master, sizeof options.master);
    CHECK_OK(vault_open(&options, &s.vault, &fault));
    CHECK(mkdtemp(s.folder) != NULL);
    CHECK_OK(blobs_open(s.folder, s.vault, &s.blobs, &fault));
    s.people = (People){ .vault = s.vault, .arena = test_arena(), .public_url = STR("http://127.0.0.1") };
    CHECK_OK(db_take(s.data, &s.people.db, &fault));
    s.ada = shop_person(&s);
    s.bob = shop_person(&s);
    return s;
}

static inline void shop_close(Shop *s)
{
    char command[100];
    shop_travel(-shop_travelled_ms);
    db_give(s->people.db);
    blobs_close(s->blobs);
    vault_close(s->vault);
    test_database_close(s->keys);
    test_database_close(s->data);
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    CHECK_INT(system(command), 0);
}

static inline JobOrder shop_order(AccountId account)
{
    return (JobOrder){
        .song = { .account = account,
                  .prompt = STR("a calm piano tune"),
                  .settings = { .seconds = 5 },
                  .seed = 7,
                  .engine = STR("built-in") },
        .credits = 10,
    };
}

static inline Job shop_ask(Shop *s, AccountId account)
{
    Fault fault = { 0 };
    Job job = { 0 };
    bool again;
    JobOrder order = shop_order(account);
    CHECK_OK(job_submit(&s->people, &order, &job, &again, &fault));
    CHECK(!again);
    return job;
}

static inline Job shop_read(Shop *s, AccountId account, JobId id)
{
    Fault fault = { 0 };
    Job job = { 0 };
    CHECK_OK(job_read(s->people.db, test_arena(), account, id, &job, &fault));
    return job;
}

static inline Claim shop_claim(Shop *s)
{
    Fault fault = { 0 };
    Claim claim = { .id = { 0 } };
    bool found;
    CHECK_OK(queue_claim(s->people.db, test_arena(), &claim, &found, &fault));
    CHECK(found);
    return claim;
}

static inline int64_t shop_credits(Shop *s, AccountId account)
{
    Fault fault = { 0 };
    int64_t credits = 0;
    CHECK_OK(credit_balance(s->people.db, account, &credits, &fault));
    return credits;
}

static inline SongState shop_song(Shop *s, AccountId account, SongId id)
{
    Fault fault = { 0 };
    LibrarySong song = { 0 };
    CHECK_OK(song_read(&s->people, account, id, &song, &fault));
    return song.state;
}

// Kinds of all news of a person, "queued stage progress ..."; the numbers must run 1, 2, 3 ...
static inline Str shop_news(Shop *s, AccountId account)
{
    Fault fault = { 0 };
    Event *list;
    int count;
    Buf text = buf_make(test_arena(), 100000);
    CHECK_OK(event_list(s->people.db, test_arena(), account, 0, &list, &count, &fault));
    for (int i = 0; i < count; i++) {
        CHECK_INT(list[i].number, i + 1);
        buf_text(&text, i ? STR(" ") : STR(""));
        buf_text(&text, list[i].kind);
    }
    return buf_str(&text);
}

#endif
