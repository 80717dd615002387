// A person as the database has them: found, opened, sealed, renamed.
#include "account/part.h"

bool account_find(People *people, AccountId id, Account *out, bool *found, Fault *fault)
{
    DbRows row;
    *out = (Account){ .id = id };
    if (!db_find(people->db, people->arena, SQL_ACCOUNT_FIND, DB_ARGS(DB_INT(id.n)), &row, found, fault))
        return fault_while(fault, "finding an account");
    if (*found && str_equal(db_text(&row, 0, 2), STR("closed")))
        *found = false;
    if (!*found)
        return true;
    out->operator_role = str_equal(db_text(&row, 0, 1), STR("operator"));
    out->active = str_equal(db_text(&row, 0, 2), STR("active"));
    out->created = db_int(&row, 0, 3);
    out->has_password = db_int(&row, 0, 4) != 0;
    out->has_totp = db_int(&row, 0, 5) != 0;
    return true;
}

bool account_read(People *people, AccountId id, Account *out, Fault *fault)
{
    Person person;
    bool found;
    if (!account_find(people, id, out, &found, fault) || !person_find(people, id, &person, &found, fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_MISSING, "There is no such account.");
    return (!person.email.length || person_open(people, id, "email", person.email, &out->email, fault)) &&
           (!person.name.length || person_open(people, id, "name", person.name, &out->name, fault));
}

bool person_find(People *people, AccountId id, Person *out, bool *found, Fault *fault)
{
    DbRows r;
    *out = (Person){ .id = id };
    if (!db_find(people->db, people->arena, SQL_PERSON_FIND, DB_ARGS(DB_INT(id.n)), &r, found, fault))
        return fault_while(fault, "finding a person");
    if (*found && str_equal(db_text(&r, 0, 2), STR("closed")))
        *found = false;
    if (!*found)
        return true;
    *out = (Person){
        .id = id,
        .operator_role = str_equal(db_text(&r, 0, 1), STR("operator")),
        .active = str_equal(db_text(&r, 0, 2), STR("active")),
        .unconfirmed = str_equal(db_text(&r, 0, 2), STR("unconfirmed")),
        .email = db_text(&r, 0, 3),
        .name = db_text(&r, 0, 4),
        .password = db_text(&r, 0, 5),
        .next_email = db_text(&r, 0, 6),
        .next_old_agreed = db_int(&r, 0, 7),
        .next_new_agreed = db_int(&r, 0, 8),
        .past_email = db_text(&r, 0, 9),
        .past_until = db_int(&r, 0, 10),
        .totp = db_text(&r, 0, 11),
        .totp_next = db_text(&r, 0, 12),
        .totp_step = db_int(&r, 0, 13),
        .created = db_int(&r, 0, 14),
    };
    return true;
}

bool person_must(People *people, AccountId id, Person *out, Fault *fault)
{
    bool found;
    if (!person_find(people, id, out, &found, fault))
        return false;
    return (found && out->active) || fault_set(fault, FAULT_MISSING, "There is no such account.");
}

bool person_by_address(People *people, Str address, Person *out, bool *found, Fault *fault)
{
    AccountId owner;
    *out = (Person){ 0 };
    *found = false;
    if (!vault_address_find(people->vault, address, &owner, fault))
        return fault_while(fault, "finding an address");
    Str email;
    if (owner.n == 0)
        return true;
    if (!person_find(people, owner, out, found, fault))
        return false;
    if (!*found)
        return true;
    if (!person_open(people, owner, "email", out->email, &email, fault))
        return false;
    *found = str_equal(address_plain(people->arena, email), address_plain(people->arena, address));
    return true;
}

static Place place(const char *column, AccountId id)
{
    return (Place){ "account", column, id.n };
}

bool person_seal(People *people, AccountId id, const char *column, Str plain, Str *sealed, Fault *fault)
{
    return vault_seal(people->vault, people->arena, id, KEY_ACCOUNT, place(column, id), plain, sealed,
                      fault) ||
           fault_while(fault, "sealing a person's data");
}

bool person_open(People *people, AccountId id, const char *column, Str sealed, Str *plain, Fault *fault)
{
    return vault_unseal(people->vault, people->arena, id, KEY_ACCOUNT, place(column, id), sealed, plain,
                        fault) ||
           fault_while(fault, "opening a person's data");
}

Str address_plain(Arena *arena, Str address)
{
    Str trimmed = str_trim(address);
    char *copy = arena_take(arena, trimmed.length + 1);
    for (size_t i = 0; i < trimmed.length; i++) {
        char c = trimmed.data[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (Str){ copy, trimmed.length };
}

Str id_key(Arena *arena, AccountId account)
{
    return id_text(arena, account.n);
}

bool one_changed(Db *db, Sql statement, DbArgs args, bool *changed, Fault *fault)
{
    int64_t count = 0;
    if (!db_run(db, statement, args, &count, fault))
        return false;
    *changed = count == 1;
    return true;
}

bool account_rename(People *people, AccountId account, Str name, Fault *fault)
{
    Str sealed, trimmed = str_trim(name);
    bool changed;
    if (!name_fits(trimmed, fault) || !person_seal(people, account, "name", trimmed, &sealed, fault) ||
        !one_changed(people->db, SQL_PERSON_RENAME, DB_ARGS(DB_INT(account.n), DB_BLOB(sealed)), &changed,
                     fault))
        return false;
    return changed || fault_set(fault, FAULT_MISSING, "There is no such account.");
}
