// A vault over a fresh keystore, for tests.
#ifndef TESTS_VAULT_VAULTKIT_H
#define TESTS_VAULT_VAULTKIT_H

#include "tests/db/testdb.h"
#include "vault/vault.h"

#include <string.h>

static inline Vault *test_vault_over(Database *keys)
{
    Fault fault;
    Vault *vault = NULL;
    VaultOptions options = { keys, { 7, 7, 7 } };
    CHECK_OK(vault_open(&options, &vault, &fault));
    return vault;
}

static inline AccountId test_person(Vault *vault)
{
    Fault fault;
    AccountId account = { id_make() };
    CHECK_OK(vault_keys_add(vault, account, &fault));
    return account;
}

static inline Str test_seal(Vault *vault, AccountId account, Str text)
{
    Fault fault;
    Str sealed = { 0 };
    CHECK_OK(vault_seal(vault, test_arena(), account, KEY_ACCOUNT, (Place){ "song", "title", 5 }, text,
                        &sealed, &fault));
    return sealed;
}

static inline bool test_unseal(Vault *vault, AccountId account, Str sealed, Str *plain, Fault *fault)
{
    return vault_unseal(vault, test_arena(), account, KEY_ACCOUNT, (Place){ "song", "title", 5 }, sealed,
                        plain, fault);
}

#endif
