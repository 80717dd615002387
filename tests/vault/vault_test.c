// The vault on both engines: people's keys, forgetting, addresses, the master key.
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"
#include "tests/vault/vaultkit.h"
#include "vault/parts.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { ALL_CLASSES = 1 << KEY_ACCOUNT | 1 << KEY_AUDIO | 1 << KEY_BILLING };

TEST_BOTH(what_a_person_sealed_opens_again)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault);
    Str sealed = test_seal(vault, ada, STR("Sunrise")), plain;
    CHECK_OK(test_unseal(vault, ada, sealed, &plain, &fault));
    CHECK_STR(plain, "Sunrise");
    vault_close(vault);

    vault = test_vault_over(keys); // from the keystore alone
    CHECK_OK(test_unseal(vault, ada, sealed, &plain, &fault));
    CHECK_STR(plain, "Sunrise");
    vault_close(vault);
    test_database_close(keys);
}

TEST_BOTH(what_one_person_sealed_does_not_open_for_another)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), bob = test_person(vault);
    Str sealed = test_seal(vault, ada, STR("Sunrise")), plain;
    CHECK_FAULT(test_unseal(vault, bob, sealed, &plain, &fault), FAULT_BROKEN);
    char first[400];
    snprintf(first, sizeof first, "%s", fault.text);
    CHECK_FAULT(vault_unseal(vault, test_arena(), ada, KEY_BILLING, (Place){ "song", "title", 5 }, sealed,
                             &plain, &fault),
                FAULT_BROKEN);
    CHECK_STR(str_of(fault.text), first); // one text for every cause
    CHECK_FAULT(test_unseal(vault, ada, str_slice(sealed, 0, 20), &plain, &fault), FAULT_BROKEN);
    CHECK_STR(str_of(fault.text), first);
    vault_close(vault);
    test_database_close(keys);
}

// Rows of the keystore swapped by somebody who can write to it.
TEST_BOTH(a_wrapped_key_opens_for_its_own_person_and_class_only)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), bob = test_person(vault);
    Db *db;
    DbRows row;
    bool found;
    int64_t changed;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(db_find(db, test_arena(), SQL_VAULT_KEY_FIND, DB_ARGS(DB_INT(ada.n), DB_TEXT(STR("account"))),
                     &row, &found, &fault));
    const DbValue stolen = DB_BLOB(db_text(&row, 0, 1));
    const AccountId to[] = { bob, ada };
    const char *const class[] = { "account", "audio" };
    const KeyClass asked[] = { KEY_ACCOUNT, KEY_AUDIO };
    for (int i = 0; i < 2; i++) {
        CHECK_OK(db_run(db, SQL_VAULT_KEY_REWRAP,
                        DB_ARGS(DB_INT(1), stolen, DB_INT(to[i].n), DB_TEXT(str_of(class[i])), DB_INT(1)),
                        &changed, &fault));
        CHECK_INT(changed, 1);
        Str sealed;
        CHECK_FAULT(vault_seal(vault, test_arena(), to[i], asked[i], (Place){ "song", "title", 5 }, STR("x"),
                               &sealed, &fault),
                    FAULT_BROKEN);
    }
    db_give(db);
    vault_close(vault);
    test_database_close(keys);
}

TEST_BOTH(another_master_key_is_refused)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    vault_close(test_vault_over(keys));
    Vault *vault = NULL;
    VaultOptions options = { keys, { 7, 7, 8 } };
    CHECK_FAULT(vault_open(&options, &vault, &fault), FAULT_BROKEN);
    CHECK(strstr(fault.text, "master key") != NULL);
    vault_close(test_vault_over(keys)); // and the right one still opens it
    test_database_close(keys);
}

TEST_BOTH(hashes_and_subkeys_are_the_same_after_a_restart_and_differ_by_purpose)
{
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    unsigned char a[HASH_BYTES], b[HASH_BYTES], c[KEY_BYTES], d[KEY_BYTES];
    vault_hash(vault, "throttle", STR("x"), a);
    vault_subkey(vault, "throttle", c);
    vault_close(vault);
    vault = test_vault_over(keys);
    vault_hash(vault, "throttle", STR("x"), b);
    vault_subkey(vault, "throttle", d);
    CHECK(memcmp(a, b, sizeof a) == 0 && memcmp(c, d, sizeof c) == 0);
    vault_hash(vault, "token", STR("x"), b);
    CHECK(memcmp(a, b, sizeof a) != 0);
    vault_close(vault);
    test_database_close(keys);
}

TEST_BOTH(files_of_a_person_have_keys_of_their_own)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), bob = test_person(vault);
    unsigned char a[KEY_BYTES], b[KEY_BYTES], c[KEY_BYTES], again[KEY_BYTES];
    CHECK_OK(vault_file_key(vault, ada, 1, a, &fault));
    CHECK_OK(vault_file_key(vault, ada, 2, b, &fault));
    CHECK_OK(vault_file_key(vault, bob, 1, c, &fault));
    CHECK_OK(vault_file_key(vault, ada, 1, again, &fault));
    CHECK(memcmp(a, b, sizeof a) && memcmp(a, c, sizeof a) && !memcmp(a, again, sizeof a));
    vault_close(vault);
    test_database_close(keys);
}

// ---- forgetting

static bool file_has(const char *path, Str part)
{
    Arena arena = { 0 };
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t most = (size_t)64 << 20;
    char *bytes = arena_take(&arena, most);
    size_t length = fread(bytes, 1, most, file), at;
    fclose(file);
    bool has = str_find((Str){ bytes, length }, part, &at);
    arena_close(&arena);
    return has;
}

static int files_that_have(const char *where, Str part)
{
    int count = 0;
    static const char *const ends[] = { "", "-wal", "-journal" };
    for (int i = 0; i < 3; i++)
        count += file_has(arena_print(test_arena(), "%s%s", where, ends[i]).data, part);
    return count;
}

static Str wrapped_of(Database *keys, AccountId account, const char *class)
{
    Fault fault;
    Db *db;
    DbRows row = { 0 };
    bool found = false;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(db_find(db, test_arena(), SQL_VAULT_KEY_FIND, DB_ARGS(DB_INT(account.n), DB_TEXT(str_of(class))),
                     &row, &found, &fault));
    db_give(db);
    return found ? db_text(&row, 0, 1) : STR("");
}

TEST_BOTH(P7_3_what_was_forgotten_cannot_be_opened)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), bob = test_person(vault);
    Str hers = test_seal(vault, ada, STR("Sunrise")), his = test_seal(vault, bob, STR("Rain")), plain;
    CHECK_OK(vault_forget(vault, ada, 1 << KEY_ACCOUNT, &fault));
    CHECK_FAULT(test_unseal(vault, ada, hers, &plain, &fault), FAULT_MISSING);
    unsigned char key[KEY_BYTES];
    CHECK_OK(vault_file_key(vault, ada, 1, key, &fault)); // only what was asked
    CHECK_OK(vault_forget(vault, ada, ALL_CLASSES, &fault));
    CHECK_FAULT(vault_file_key(vault, ada, 1, key, &fault), FAULT_MISSING);
    CHECK_OK(vault_forget(vault, ada, ALL_CLASSES, &fault)); // again is fine
    CHECK_OK(test_unseal(vault, bob, his, &plain, &fault));
    CHECK_STR(plain, "Rain");
    vault_close(vault);
    vault = test_vault_over(keys);
    CHECK_FAULT(test_unseal(vault, ada, hers, &plain, &fault), FAULT_MISSING);
    vault_close(vault);
    test_database_close(keys);
}

TEST(P7_3_no_byte_of_a_forgotten_key_is_left_in_the_files_of_the_keystore)
{
    Fault fault;
    Database *keys = test_database(ON_SQLITE, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId people[40];
    Str wrapped[40];
    for (int i = 0; i < 40; i++) {
        people[i] = test_person(vault);
        wrapped[i] = wrapped_of(keys, people[i], "audio");
        CHECK(files_that_have(test_database_where(keys), wrapped[i]) > 0); // the search finds what is there
    }
    for (int i = 0; i < 40; i += 2) {
        CHECK_OK(vault_forget(vault, people[i], ALL_CLASSES, &fault));
        CHECK_INT(files_that_have(test_database_where(keys), wrapped[i]), 0);
        CHECK(files_that_have(test_database_where(keys), wrapped[i + 1]) > 0);
    }
    vault_close(vault);
    test_database_close(keys);
}

// An old copy of the data is worth nothing once the keystore has forgotten.
TEST(I5_an_old_copy_of_the_data_opens_for_the_living_only)
{
    Fault fault;
    Database *keys = test_database(ON_SQLITE, STORE_KEYS), *data = test_database(ON_SQLITE, STORE_DATA);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), bob = test_person(vault);
    Db *db;
    CHECK_OK(db_take(data, &db, &fault));
    const AccountId owner[] = { ada, bob };
    for (int i = 0; i < 2; i++) // a table without references stands for all: the value is what matters
        CHECK_OK(db_run(db, SQL_BLOB_SETTLE, DB_ARGS(DB_INT(owner[i].n), DB_INT(0), DB_NULL, DB_INT(0)), NULL,
                        &fault));
    Str hers = test_seal(vault, ada, STR("Sunrise")), his = test_seal(vault, bob, STR("Rain")), plain;
    for (int i = 0; i < 2; i++) {
        CHECK_OK(db_run(db, SQL_BLOB_ADD,
                        DB_ARGS(DB_INT(owner[i].n), DB_INT(owner[i].n), DB_INT(1), DB_INT(1),
                                DB_TEXT(STR("mp3")), DB_INT(1)),
                        NULL, &fault));
        CHECK_OK(db_run(db, SQL_BLOB_SETTLE,
                        DB_ARGS(DB_INT(owner[i].n), DB_INT(1), DB_BLOB(i ? his : hers), DB_INT(1)), NULL,
                        &fault));
    }
    CHECK_OK(db_scrub_deleted(db, &fault)); // all of it in the file
    const char *copy = test_where(ON_SQLITE);
    CHECK_INT(system(arena_print(test_arena(), "cp %s %s", test_database_where(data), copy).data), 0);
    db_give(db);
    CHECK_OK(vault_forget(vault, ada, ALL_CLASSES, &fault));

    Database *old = NULL;
    const DatabaseOptions options = { STORE_DATA, copy, 0 };
    CHECK_OK(database_open(&options, &old, &fault));
    CHECK_OK(db_take(old, &db, &fault));
    DbRows rows;
    CHECK_OK(db_list(db, test_arena(), SQL_BLOB_LIST_UNCHECKED, DB_ARGS(DB_INT(10)), &rows, &fault));
    CHECK_INT(rows.count, 2);
    for (int i = 0; i < 2; i++)
        CHECK_FAULT(test_unseal(vault, ada, db_text(&rows, i, 2), &plain, &fault), FAULT_MISSING);
    CHECK_OK(
        test_unseal(vault, bob, db_text(&rows, db_int(&rows, 0, 0) == bob.n ? 0 : 1, 2), &plain, &fault));
    CHECK_STR(plain, "Rain");
    db_give(db);
    database_close(old);
    vault_close(vault);
    test_database_close(data);
    test_database_close(keys);
}

TEST_BOTH(a_key_forgotten_by_another_process_is_not_used_after_half_a_minute)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS), *other = NULL;
    const DatabaseOptions options = { STORE_KEYS, test_database_where(keys), 0 };
    CHECK_OK(database_open(&options, &other, &fault));
    Vault *vault = test_vault_over(keys), *elsewhere = test_vault_over(other);
    AccountId ada = test_person(vault);
    Str sealed = test_seal(vault, ada, STR("Sunrise")), plain;
    CHECK_OK(test_unseal(vault, ada, sealed, &plain, &fault));
    CHECK_OK(vault_forget(elsewhere, ada, ALL_CLASSES, &fault));
    CHECK_FAULT(test_unseal(elsewhere, ada, sealed, &plain, &fault), FAULT_MISSING);
    CHECK_OK(test_unseal(vault, ada, sealed, &plain, &fault)); // it is kept for a while
    clock_shift(CACHE_MS + 1);
    bool opened = test_unseal(vault, ada, sealed, &plain, &fault);
    clock_shift(-CACHE_MS - 1);
    CHECK_FAULT(opened, FAULT_MISSING);
    vault_close(elsewhere);
    vault_close(vault);
    database_close(other);
    test_database_close(keys);
}

TEST(a_clock_set_back_does_not_keep_a_key_alive)
{
    Cache *cache = cache_open();
    unsigned char key[KEY_BYTES] = { 1 };
    cache_add(cache, 5, KEY_ACCOUNT, key, cache_note(cache, 5));
    CHECK(cache_find(cache, 5, KEY_ACCOUNT, key));
    clock_shift(-1000);
    bool found = cache_find(cache, 5, KEY_ACCOUNT, key);
    clock_shift(1000);
    CHECK(!found);
    cache_close(cache);
}

TEST(the_cache_wipes_what_is_old_also_when_nobody_asks)
{
    Cache *cache = cache_open();
    unsigned char key[KEY_BYTES] = { 1 }, out[KEY_BYTES];
    cache_add(cache, 5, KEY_ACCOUNT, key, cache_note(cache, 5));
    clock_shift(CACHE_MS);
    usleep(2300 * 1000); // the wiper comes every two seconds
    clock_shift(-CACHE_MS);
    CHECK(!cache_find(cache, 5, KEY_ACCOUNT, out)); // by the clock it would still be young
    cache_close(cache);
}

TEST(a_slow_reader_does_not_bring_a_dropped_key_back)
{
    Cache *cache = cache_open();
    unsigned char key[KEY_BYTES] = { 1 };
    CacheNote note = cache_note(cache, 5);
    cache_drop(cache, 5, KEY_ACCOUNT);
    cache_add(cache, 5, KEY_ACCOUNT, key, note);
    CHECK(!cache_find(cache, 5, KEY_ACCOUNT, key));
    cache_close(cache);
}

TEST(a_full_cache_keeps_giving_the_right_keys)
{
    Cache *cache = cache_open();
    int found = 0;
    for (int64_t i = 1; i <= 3 * CACHE_KEYS; i++) {
        unsigned char key[KEY_BYTES] = { 0 };
        memcpy(key, &i, sizeof i);
        cache_add(cache, i, (int)(i % 3), key, cache_note(cache, i));
    }
    for (int64_t i = 1; i <= 3 * CACHE_KEYS; i++) {
        unsigned char key[KEY_BYTES];
        if (!cache_find(cache, i, (int)(i % 3), key))
            continue;
        CHECK(memcmp(key, &i, sizeof i) == 0);
        found++;
    }
    CHECK(found > CACHE_KEYS / 2 && found <= CACHE_KEYS);
    cache_close(cache);
}

static bool key_seen_by_child(const unsigned char *memory)
{
    pid_t child = fork();
    if (child == 0)
        _exit(memory[0] != 0);
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status) != 0;
}

TEST(a_child_process_does_not_inherit_the_master_key)
{
    Database *keys = test_database(ON_SQLITE, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    CHECK_INT(vault->secrets->master[0], 7);
    CHECK(!key_seen_by_child(vault->secrets->master));
    vault_close(vault);
    test_database_close(keys);
}

// ---- addresses

typedef struct Claim {
    Vault *vault;
    AccountId account, owner;
    pthread_barrier_t *gate;
    bool done;
    Fault fault;
} Claim;

static void *claim(void *self)
{
    Claim *c = self;
    pthread_barrier_wait(c->gate);
    c->done = vault_person_add(c->vault, c->account, STR(" Ada@Example.org "), &c->owner, &c->fault);
    return NULL;
}

TEST_BOTH(an_address_is_claimed_by_one_of_sixteen_threads)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    pthread_barrier_t gate;
    pthread_t threads[16];
    Claim claims[16];
    int won = 0, with_keys = 0;
    pthread_barrier_init(&gate, NULL, 16);
    for (int i = 0; i < 16; i++) {
        claims[i] = (Claim){ vault, { id_make() }, { 0 }, &gate, false, { 0 } };
        pthread_create(&threads[i], NULL, claim, &claims[i]);
    }
    AccountId owner;
    for (int i = 0; i < 16; i++) {
        pthread_join(threads[i], NULL);
        won += claims[i].done;
    }
    CHECK_INT(won, 1);
    CHECK_OK(vault_address_find(vault, STR("ada@example.org"), &owner, &fault));
    for (int i = 0; i < 16; i++) {
        CHECK(claims[i].done ? claims[i].account.n == owner.n
                             : claims[i].fault.kind == FAULT_CONFLICT && claims[i].owner.n == owner.n);
        Str sealed;
        with_keys += vault_seal(vault, test_arena(), claims[i].account, KEY_BILLING, (Place){ "a", "b", 1 },
                                STR("x"), &sealed, &fault);
    }
    CHECK_INT(with_keys, 1); // who lost has left nothing
    pthread_barrier_destroy(&gate);
    vault_close(vault);
    test_database_close(keys);
}

TEST_BOTH(addresses_are_found_added_dropped_and_forgotten)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = { id_make() }, bob = { id_make() }, owner;
    CHECK_OK(vault_person_add(vault, ada, STR("ada@example.org"), &owner, &fault));
    CHECK_OK(vault_address_find(vault, STR("bob@example.org"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    CHECK_OK(vault_person_add(vault, bob, STR("bob@example.org"), &owner, &fault));
    CHECK_FAULT(vault_address_add(vault, STR("BOB@example.org"), ada, &fault), FAULT_CONFLICT);
    CHECK_OK(vault_address_add(vault, STR("ada@new.example"), ada, &fault));
    CHECK_OK(vault_address_drop(vault, STR("ada@example.org"), bob, &fault)); // not his: stays
    CHECK_OK(vault_address_find(vault, STR("ada@example.org"), &owner, &fault));
    CHECK_INT(owner.n, ada.n);
    CHECK_OK(vault_address_drop(vault, STR("ada@example.org"), ada, &fault));
    CHECK_OK(vault_address_find(vault, STR("ada@example.org"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    CHECK_OK(vault_forget(vault, ada, 1 << KEY_AUDIO, &fault));
    CHECK_OK(vault_address_find(vault, STR("ada@new.example"), &owner, &fault));
    CHECK_INT(owner.n, ada.n);
    CHECK_OK(vault_forget(vault, ada, 1 << KEY_ACCOUNT, &fault));
    CHECK_OK(vault_address_find(vault, STR("ada@new.example"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    vault_close(vault);
    test_database_close(keys);
}

static bool is_the_one(void *self, AccountId account)
{
    return account.n == ((AccountId *)self)->n;
}

TEST_BOTH(keys_of_people_who_never_came_to_be_are_swept_after_a_day)
{
    Fault fault;
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), owner;
    for (int i = 0; i < 3; i++)
        test_person(vault);
    AccountId nobody = { id_make() };
    CHECK_OK(vault_person_add(vault, nobody, STR("nobody@example.org"), &owner, &fault));
    int swept;
    CHECK_OK(vault_sweep(vault, is_the_one, &ada, &swept, &fault));
    CHECK_INT(swept, 0);
    log_level(LOG_ERROR);
    clock_shift(MS_DAY + 1000);
    bool done = vault_sweep(vault, is_the_one, &ada, &swept, &fault);
    clock_shift(-MS_DAY - 1000);
    log_level(LOG_INFO);
    CHECK(done);
    CHECK_INT(swept, 4);
    CHECK_OK(vault_address_find(vault, STR("nobody@example.org"), &owner, &fault));
    CHECK_INT(owner.n, 0);
    Str plain;
    CHECK_OK(test_unseal(vault, ada, test_seal(vault, ada, STR("x")), &plain, &fault));
    vault_close(vault);
    test_database_close(keys);
}

// ---- the master key's file

static const char *key_path(void)
{
    char *folder = arena_take(test_arena(), 64);
    strcpy(folder, "/tmp/sonicstacker-key-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    return arena_print(test_arena(), "%s/master.key", folder).data;
}

static void key_path_end(const char *path)
{
    unlink(path);
    Str folder = str_slice(str_of(path), 0, strlen(path) - strlen("/master.key"));
    rmdir(arena_copy(test_arena(), folder).data);
}

static void put_text(const char *path, const char *text, mode_t mode)
{
    unlink(path);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
}

TEST(a_master_key_is_made_once_and_only_we_may_read_it)
{
    Fault fault;
    const char *path = key_path();
    unsigned char a[KEY_BYTES], b[KEY_BYTES];
    CHECK_FAULT(master_key_read(path, false, a, &fault), FAULT_INPUT);
    CHECK_OK(master_key_read(path, true, a, &fault));
    CHECK_OK(master_key_read(path, true, b, &fault));
    CHECK(memcmp(a, b, sizeof a) == 0);
    struct stat info;
    CHECK(stat(path, &info) == 0 && (info.st_mode & 07777) == 0400 && info.st_size == 65);
    key_path_end(path);
}

TEST(a_master_key_that_others_may_read_is_refused)
{
    Fault fault;
    const char *path = key_path();
    unsigned char key[KEY_BYTES];
    const char *digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    for (int i = 0; i < 6; i++) {
        put_text(path, digits, (mode_t)(0400 | 1 << i));
        CHECK_FAULT(master_key_read(path, true, key, &fault), FAULT_INPUT);
    }
    put_text(path, digits, 0400);
    CHECK_OK(master_key_read(path, true, key, &fault));
    CHECK_INT(key[31], 31);
    if (geteuid() == 0) {
        CHECK_INT(chown(path, 12345, 12345), 0);
        CHECK_FAULT(master_key_read(path, true, key, &fault), FAULT_INPUT);
    }
    key_path_end(path);
}

// systemd gives a service its credentials by such a list; the mode then reads 0440.
TEST(a_master_key_that_an_access_list_gives_to_us_alone_is_read)
{
    Fault fault;
    const char *path = key_path();
    unsigned char key[KEY_BYTES];
    put_text(path, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0400);
    typedef struct Entry {
        uint16_t tag, may;
        uint32_t id;
    } Entry;
    struct {
        uint32_t version;
        Entry list[5];
    } acl = { 2, { { 1, 4, ~0u }, { 2, 4, geteuid() }, { 4, 0, ~0u }, { 16, 4, ~0u }, { 32, 0, ~0u } } };
    if (setxattr(path, "system.posix_acl_access", &acl, sizeof acl, 0) != 0) {
        key_path_end(path);
        print_message("no access lists here\n");
        skip();
    }
    struct stat info;
    CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0440);
    CHECK_OK(master_key_read(path, false, key, &fault));
    acl.list[1].id = 12345;
    CHECK_INT(setxattr(path, "system.posix_acl_access", &acl, sizeof acl, 0), 0);
    CHECK_FAULT(master_key_read(path, false, key, &fault), FAULT_INPUT);
    key_path_end(path);
}

TEST(what_is_no_master_key_is_refused)
{
    Fault fault;
    const char *path = key_path();
    unsigned char key[KEY_BYTES];
    static const char *const wrong[] = {
        "",
        "00",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00",
        "g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f and more"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        put_text(path, wrong[i], 0400);
        CHECK_FAULT(master_key_read(path, true, key, &fault), FAULT_INPUT);
    }
    key_path_end(path);
}
