// Receipts: numbered in the transaction that writes them, so that no number is missing and none is used
// twice.
#include "pay/part.h"

#include "base/jsonout.h"
#include "base/money.h"
#include "sys/clock.h"

#include <inttypes.h>

enum { BILLING_MAX = 8000, LIST_MAX = 200 };

static Place billing_place(int64_t number)
{
    return (Place){ "receipt", "billing", number };
}

Str receipt_name(Arena *arena, int64_t number)
{
    return arena_print(arena, "R-%06" PRId64, number);
}

// ---- writing

Str billing_json(Arena *arena, Str name, Str address)
{
    Buf buf = buf_make(arena, BILLING_MAX);
    JsonOut json = { .buf = &buf };
    jsonout_open(&json, '{');
    jsonout_key(&json, "name");
    jsonout_str(&json, name);
    jsonout_key(&json, "address");
    jsonout_str(&json, address);
    jsonout_close(&json, '}');
    return buf_str(&buf);
}

static bool billing_seal(People *people, const ReceiptDraft *draft, int64_t number, DbValue *out,
                         Fault *fault)
{
    Str sealed;
    *out = DB_NULL;
    if (draft->name.length + draft->address.length == 0)
        return true;
    if (!vault_seal(people->vault, people->arena, draft->purchase->it.account, KEY_BILLING,
                    billing_place(number), billing_json(people->arena, draft->name, draft->address), &sealed,
                    fault))
        return false;
    *out = DB_BLOB(sealed);
    return true;
}

// To an address of ours; nobody is written to who is not there any more.
static bool post(People *people, AccountId account, const char *kind, Str cause, const MailValue *values,
                 int count, Fault *fault)
{
    Account person;
    MailDraft draft;
    bool found;
    if (!account_find(people, account, &person, &found, fault))
        return false;
    if (!found || !person.active)
        return true;
    if (!account_read(people, account, &person, fault))
        return false;
    MailOrder order = { account, person.email, kind, cause, values, count };
    return mail_seal(people->vault, people->arena, &order, &draft, fault) &&
           mail_post(people->db, &draft, fault);
}

static Str link_to(People *people, const char *path, Str last)
{
    return arena_print(people->arena, STR_FMT "%s" STR_FMT, STR_ARG(people->public_url), path, STR_ARG(last));
}

static bool mail_it(People *people, const ReceiptDraft *draft, int64_t number, Fault *fault)
{
    Arena *arena = people->arena;
    int64_t amount = draft->amount < 0 ? -draft->amount : draft->amount;
    int64_t credits = draft->credits < 0 ? -draft->credits : draft->credits;
    MailValue values[] = {
        { "link", link_to(people, "/credits/receipts/", arena_print(arena, "%" PRId64, number)) },
        { "number", receipt_name(arena, number) },
        { "title", draft->purchase->it.title },
        { "sum", money_text(arena, amount, draft->currency) },
        { "credits", arena_print(arena, "%" PRId64, credits) },
        { "seller", str_of(draft->shop->config->seller) },
    };
    const char *kind = !draft->refund ? "receipt" : draft->amount >= 0 ? "refund" : "refund-failed";
    return post(people, draft->purchase->it.account, kind, arena_print(arena, "receipt %" PRId64, number),
                values, sizeof values / sizeof *values, fault);
}

static bool next_number(People *people, int64_t *number, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_RECEIPT_NUMBER, DB_NO_ARGS, &row, &found, fault))
        return false;
    *number = found ? db_int(&row, 0, 0) : 0;
    return found || fault_set(fault, FAULT_BROKEN, "the counter of receipts is gone");
}

bool receipt_write(People *people, const ReceiptDraft *draft, Fault *fault)
{
    const Config *config = draft->shop->config;
    const Purchase *it = &draft->purchase->it;
    DbValue billing;
    int64_t number;
    return next_number(people, &number, fault) && billing_seal(people, draft, number, &billing, fault) &&
           db_run(people->db, SQL_RECEIPT_ADD,
                  DB_ARGS(DB_INT(number), DB_TEXT(draft->refund ? STR("refund") : STR("sale")),
                          DB_INT(it->id.n), DB_INT(draft->step), DB_INT(it->account.n), DB_TEXT(it->title),
                          DB_INT(draft->credits), DB_INT(draft->amount), DB_TEXT(draft->currency),
                          DB_TEXT(str_of(config->seller)), DB_TEXT(str_of(config->tax_line)), billing,
                          DB_INT(it->live), DB_INT(clock_now())),
                  NULL, fault) &&
           mail_it(people, draft, number, fault);
}

bool failure_mail(People *people, const PurchaseRow *purchase, Fault *fault)
{
    Arena *arena = people->arena;
    Str id = id_text(arena, purchase->it.id.n);
    MailValue values[] = {
        { "link", link_to(people, "/credits/purchases/", id) },
        { "title", purchase->it.title },
        { "sum", money_text(arena, purchase->it.price, purchase->it.currency) },
    };
    return post(people, purchase->it.account, "payment-failed",
                arena_print(arena, "payment-failed " STR_FMT, STR_ARG(id)), values,
                sizeof values / sizeof *values, fault);
}

bool attention_mail(People *people, const char *kind, Str cause, Fault *fault)
{
    AccountId *operators;
    int count;
    if (!operator_list(people, &operators, &count, fault))
        return false;
    for (int i = 0; i < count; i++) {
        MailValue values[] = { { "link", link_to(people, "/staff/shop", STR("")) },
                               { "title", str_of(kind) } };
        Str once =
            arena_print(people->arena, "attention %" PRId64 " " STR_FMT, operators[i].n, STR_ARG(cause));
        if (!post(people, operators[i], "attention", once, values, 2, fault))
            return false;
    }
    return true;
}

// ---- reading

static bool billing_open(People *people, const DbRows *rows, int row, Receipt *out, Fault *fault)
{
    Str plain;
    if (db_null(rows, row, 11))
        return true;
    if (!vault_unseal(people->vault, people->arena, out->account, KEY_BILLING, billing_place(out->number),
                      db_text(rows, row, 11), &plain, fault))
        return fault->kind == FAULT_MISSING; // forgotten, seven years on
    json_t *root = json_loadb(plain.data, plain.length, 0, NULL);
    const json_t *address = json_object_get(root, "address");
    out->name = json_text(people->arena, root, "name");
    if (json_is_string(address))
        out->address =
            arena_copy(people->arena, (Str){ json_string_value(address), json_string_length(address) });
    json_decref(root);
    return true;
}

static bool receipt_of(People *people, const DbRows *rows, int row, Receipt *out, Fault *fault)
{
    *out = (Receipt){
        .number = db_int(rows, row, 0),
        .refund = str_equal(db_text(rows, row, 1), STR("refund")),
        .purchase = { db_int(rows, row, 2) },
        .account = { db_int(rows, row, 4) },
        .title = db_text(rows, row, 5),
        .credits = db_int(rows, row, 6),
        .amount = db_int(rows, row, 7),
        .currency = db_text(rows, row, 8),
        .seller = db_text(rows, row, 9),
        .tax_line = db_text(rows, row, 10),
        .live = db_int(rows, row, 12) != 0,
        .at = db_int(rows, row, 13),
    };
    return billing_open(people, rows, row, out, fault);
}

bool receipt_read(People *people, AccountId account, int64_t number, Receipt *out, Fault *fault)
{
    DbRows row;
    bool found;
    if (!db_find(people->db, people->arena, SQL_RECEIPT_FIND, DB_ARGS(DB_INT(account.n), DB_INT(number)),
                 &row, &found, fault))
        return false;
    if (!found)
        return fault_set(fault, FAULT_MISSING, "There is no such receipt.");
    return receipt_of(people, &row, 0, out, fault);
}

static bool list_with(People *people, Sql statement, int64_t whose, Receipt **list, int *count, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, statement, DB_ARGS(DB_INT(whose), DB_INT(LIST_MAX)), &rows,
                 fault))
        return fault_while(fault, "listing receipts");
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, Receipt, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        if (!receipt_of(people, &rows, i, &(*list)[i], fault))
            return false;
    return true;
}

bool receipt_list(People *people, AccountId account, Receipt **list, int *count, Fault *fault)
{
    return list_with(people, SQL_RECEIPT_LIST, account.n, list, count, fault);
}

bool receipt_list_of(People *people, PurchaseId id, Receipt **list, int *count, Fault *fault)
{
    return list_with(people, SQL_RECEIPT_LIST_OF, id.n, list, count, fault);
}
