// Rotation on both engines: whole, and killed at every system call that writes.
#include "sys/clock.h"
#include "sys/log.h"
#include "tests/vault/killer.h"
#include "tests/vault/vaultkit.h"
#include "vault/parts.h"

enum { PEOPLE = 70, KILLS_MAX = 400 }; // more than 200 keys: more than one transaction

static int64_t epochs_in_use(Database *keys)
{
    Fault fault;
    Db *db;
    DbRows row = { 0 };
    bool found;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(db_find(db, test_arena(), SQL_VAULT_EPOCH_IN_USE, DB_NO_ARGS, &row, &found, &fault));
    db_give(db);
    return db_int(&row, 0, 0);
}

static bool epoch_is_there(Database *keys, int64_t epoch)
{
    Fault fault;
    Db *db;
    DbRows row = { 0 };
    bool found = false;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(db_find(db, test_arena(), SQL_VAULT_EPOCH_FIND, DB_ARGS(DB_INT(epoch)), &row, &found, &fault));
    db_give(db);
    return found;
}

static int64_t epoch_newest_of(Database *keys)
{
    Fault fault;
    Db *db;
    int64_t epoch = 0;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(epoch_newest(db, &epoch, &fault));
    db_give(db);
    return epoch;
}

static int64_t epoch_of(Database *keys, AccountId account, Str *wrapped)
{
    Fault fault;
    Db *db;
    DbRows row = { 0 };
    bool found = false;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(db_find(db, test_arena(), SQL_VAULT_KEY_FIND,
                     DB_ARGS(DB_INT(account.n), DB_TEXT(STR("account"))), &row, &found, &fault));
    db_give(db);
    if (wrapped)
        *wrapped = db_text(&row, 0, 1);
    return found ? db_int(&row, 0, 0) : 0;
}

TEST_BOTH(a_rotation_wraps_every_key_anew_and_destroys_epochs_after_their_time)
{
    Fault fault;
    log_level(LOG_ERROR);
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault);
    Str sealed = test_seal(vault, ada, STR("Sunrise")), before, after, plain;
    CHECK_INT(epoch_of(keys, ada, &before), 1);
    CHECK_OK(vault_rotate(vault, MS_DAY, &fault));
    CHECK_INT(epoch_of(keys, ada, &after), 2);
    CHECK(!str_equal(before, after));
    CHECK_INT(epochs_in_use(keys), 1);
    CHECK(epoch_is_there(keys, 1));
    CHECK_OK(test_unseal(vault, ada, sealed, &plain, &fault));
    AccountId bob = test_person(vault); // new people get the new epoch
    CHECK_INT(epoch_of(keys, bob, NULL), 2);

    clock_shift(MS_DAY + 1);
    bool again = vault_rotate(vault, MS_DAY, &fault);
    clock_shift(-MS_DAY - 1);
    CHECK(again);
    CHECK(!epoch_is_there(keys, 1) && epoch_is_there(keys, 2) && epoch_is_there(keys, 3));
    CHECK_OK(vault_rotate(vault, -2 * MS_DAY, &fault)); // an emergency: all, whatever the clock says
    CHECK(!epoch_is_there(keys, 2) && !epoch_is_there(keys, 3) && epoch_is_there(keys, 4));
    vault_close(vault);
    vault = test_vault_over(keys);
    CHECK_OK(test_unseal(vault, ada, sealed, &plain, &fault));
    CHECK_STR(plain, "Sunrise");
    vault_close(vault);
    test_database_close(keys);
    log_level(LOG_INFO);
}

TEST_BOTH(a_damaged_key_is_told_of_and_does_not_stop_the_rotation_of_others)
{
    Fault fault;
    log_level(LOG_ERROR + 1);
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    AccountId ada = test_person(vault), bob = test_person(vault);
    Db *db;
    CHECK_OK(db_take(keys, &db, &fault));
    CHECK_OK(
        db_run(db, SQL_VAULT_KEY_REWRAP,
               DB_ARGS(DB_INT(1), DB_BLOB(STR("rotten")), DB_INT(ada.n), DB_TEXT(STR("account")), DB_INT(1)),
               NULL, &fault));
    db_give(db);
    CHECK_FAULT(vault_rotate(vault, -MS_MINUTE, &fault), FAULT_BROKEN);
    CHECK_INT(epoch_of(keys, ada, NULL), 1);
    CHECK_INT(epoch_of(keys, bob, NULL), 2);
    CHECK(epoch_is_there(keys, 1)); // a key still names it
    vault_close(vault);
    test_database_close(keys);
    log_level(LOG_INFO);
}

// ---- killed

typedef struct Patient {
    const char *where;
    int count;
    AccountId people[PEOPLE];
    Str sealed[PEOPLE];
} Patient;

static int rotate_in_child(void *self)
{
    const Patient *patient = self;
    Fault fault;
    VaultOptions with = { NULL, { 7, 7, 7 } };
    Vault *vault;
    const DatabaseOptions options = { STORE_KEYS, patient->where, 0 };
    log_level(LOG_ERROR + 1);
    if (!database_open(&options, &with.keys, &fault) || !vault_open(&with, &vault, &fault))
        return 3;
    killer_begin();
    return vault_rotate(vault, -MS_MINUTE, &fault) ? 0 : 4;
}

static void everybody_opens(Vault *vault, const Patient *patient)
{
    Fault fault;
    for (int i = 0; i < patient->count; i++) {
        Str plain = { 0 };
        CHECK_OK(test_unseal(vault, patient->people[i], patient->sealed[i], &plain, &fault));
        CHECK_STR(plain, "Sunrise");
    }
}

static void kill_rotations(TestEngine engine, int people, int step)
{
    Fault fault;
    log_level(LOG_ERROR);
    Database *keys = test_database(engine, STORE_KEYS);
    Vault *vault = test_vault_over(keys);
    Patient patient = { .where = test_database_where(keys), .count = people };
    for (int i = 0; i < people; i++) {
        patient.people[i] = test_person(vault);
        patient.sealed[i] = test_seal(vault, patient.people[i], STR("Sunrise"));
    }
    int kills = 0, half = 0;
    for (KillEnd end = KILL_KILLED; end == KILL_KILLED; kills++) {
        CHECK(kills < KILLS_MAX);
        int exit_code = 0;
        end = run_and_kill(rotate_in_child, &patient, 1 + kills * step, &exit_code);
        if (end == KILL_CANNOT) {
            print_message("following a child is not allowed here\n");
            skip();
        }
        CHECK_INT(exit_code, 0);
        vault_close(vault);
        vault = test_vault_over(keys);
        everybody_opens(vault, &patient);
        bool cut = epochs_in_use(keys) > 1;
        int64_t newest = epoch_newest_of(keys);
        half += cut;
        CHECK_OK(vault_rotate(vault, -MS_MINUTE, &fault)); // goes on, or is the next
        CHECK_INT(epochs_in_use(keys), 1);
        CHECK_INT(epoch_newest_of(keys), newest + !cut); // what was cut off is gone on with
        everybody_opens(vault, &patient);
    }
    CHECK(kills > 5 && half > 2);
    vault_close(vault);
    test_database_close(keys);
    log_level(LOG_INFO);
}

TEST_BOTH(a_rotation_killed_at_any_write_loses_no_key_and_is_gone_on_with)
{
    kill_rotations(engine, 2, 1);
}

TEST_BOTH(a_rotation_of_many_killed_here_and_there_loses_no_key)
{
    kill_rotations(engine, PEOPLE, 23);
}
