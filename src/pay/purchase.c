// Purchases as the database has them, and their beginning: the row, then the session at Stripe.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum { HOUR_MOST = 20, RESUME_MS = 23 * MS_HOUR };

static const Str state_words[] = { STR_INIT("new"),  STR_INIT("open"),   STR_INIT("awaiting"),
                                   STR_INIT("paid"), STR_INIT("failed"), STR_INIT("expired") };

Str purchase_state_word(PurchaseState state)
{
    return state_words[state];
}

static PurchaseState state_of(Str word)
{
    PurchaseState state = PURCHASE_NEW;
    while (state < PURCHASE_EXPIRED && !str_equal(word, state_words[state]))
        state++;
    return state;
}

bool run_one(Db *db, Sql statement, DbArgs args, bool *changed, Fault *fault)
{
    int64_t count = 0;
    bool ran = db_run(db, statement, args, &count, fault);
    *changed = ran && count > 0;
    return ran;
}

// ---- rows

PurchaseRow row_purchase(const DbRows *rows, int row)
{
    int i = 0;
#define INT  db_int(rows, row, i++)
#define TEXT db_text(rows, row, i++)
    PurchaseRow out = { 0 };
    Purchase *it = &out.it;
    it->id.n = INT;
    it->account.n = INT;
    it->state = state_of(TEXT);
    it->pack = TEXT;
    it->title = TEXT;
    it->credits = INT;
    it->price = INT;
    it->currency = TEXT;
    it->live = INT != 0;
    it->session = TEXT;
    it->intent = TEXT;
    it->charge = TEXT;
    out.link = TEXT;
    it->paid_amount = INT;
    it->paid_currency = TEXT;
    out.refunded_amount = INT;
    out.dispute = TEXT;
    it->dispute_state = TEXT;
    it->evidence_due = INT;
    out.billing = TEXT;
    out.step = INT;
    out.fence = INT;
    out.asked = INT;
    out.seen = INT;
    out.attempts = INT;
    it->trouble = TEXT;
    it->created = INT;
    it->expires = INT;
    it->paid = INT;
#undef INT
#undef TEXT
    it->busy = out.asked > out.seen;
    it->refunded =
        credits_for(it->credits, out.refunded_amount, it->paid_amount); // until `fill` knows better
    return out;
}

bool purchase_row(Db *db, Arena *arena, PurchaseId id, PurchaseRow *out, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_PURCHASE_FIND, DB_ARGS(DB_INT(id.n)), &row, found, fault))
        return fault_while(fault, "finding a purchase");
    if (*found)
        *out = row_purchase(&row, 0);
    return true;
}

static Place link_place(PurchaseId id)
{
    return (Place){ "purchase", "link", id.n };
}

// What may go back: unspent and undisputed.
static bool fill(People *people, PurchaseRow *row, Fault *fault)
{
    Purchase *it = &row->it;
    int64_t refunded, reversed, disputed, released, left;
    Wallet wallet;
    if (row->link.length && it->state == PURCHASE_OPEN &&
        !vault_unseal(people->vault, people->arena, it->account, KEY_BILLING, link_place(it->id), row->link,
                      &it->path, fault))
        return false;
    if (!credit_sum(people->db, CREDIT_REFUND, it->id.n, &refunded, fault) ||
        !credit_sum(people->db, CREDIT_REFUND_REVERSED, it->id.n, &reversed, fault) ||
        !credit_sum(people->db, CREDIT_DISPUTE, it->id.n, &disputed, fault) ||
        !credit_sum(people->db, CREDIT_DISPUTE_RELEASED, it->id.n, &released, fault) ||
        !credit_wallet(people->db, it->account, &wallet, fault))
        return false;
    it->refunded = refunded - reversed;
    left = it->credits - it->refunded - (disputed - released);
    left = left < wallet.credits ? left : wallet.credits;
    it->refundable =
        it->state == PURCHASE_PAID && left > 0 && disputed == released && purchase_worth(it, left) > 0 ? left
                                                                                                       : 0;
    return true;
}

bool purchase_find(People *people, PurchaseId id, Purchase *out, bool *found, Fault *fault)
{
    PurchaseRow row;
    if (!purchase_row(people->db, people->arena, id, &row, found, fault))
        return false;
    if (!*found)
        return true;
    if (!fill(people, &row, fault))
        return false;
    *out = row.it;
    return true;
}

bool purchase_read(People *people, AccountId account, PurchaseId id, Purchase *out, Fault *fault)
{
    bool found;
    if (!purchase_find(people, id, out, &found, fault))
        return false;
    return (found && out->account.n == account.n) ||
           fault_set(fault, FAULT_MISSING, "There is no such purchase.");
}

static bool list_with(People *people, Sql statement, int64_t which, int limit, Purchase **list, int *count,
                      Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, statement, DB_ARGS(DB_INT(which), DB_INT(limit)), &rows, fault))
        return fault_while(fault, "listing purchases");
    *count = rows.count;
    *list = ARENA_ARRAY(people->arena, Purchase, (size_t)rows.count + 1);
    for (int i = 0; i < rows.count; i++)
        (*list)[i] = row_purchase(&rows, i).it;
    return true;
}

bool purchase_list(People *people, AccountId account, int limit, Purchase **list, int *count, Fault *fault)
{
    return list_with(people, SQL_PURCHASE_LIST, account.n, limit, list, count, fault);
}

bool purchase_list_all(People *people, bool needing, int limit, Purchase **list, int *count, Fault *fault)
{
    return list_with(people, SQL_PURCHASE_LIST_ALL, needing, limit, list, count, fault);
}

bool purchase_search(People *people, Str name, PurchaseId *out, bool *found, Fault *fault)
{
    DbRows row;
    int64_t id = 0;
    *found = false;
    if (!id_read(name, &id) && name.length == 0)
        return true;
    if (!db_find(people->db, people->arena, SQL_PURCHASE_OF_EVENT,
                 DB_ARGS(DB_INT(id), DB_TEXT(name), DB_TEXT(name), DB_TEXT(name)), &row, found, fault))
        return fault_while(fault, "searching a purchase");
    if (*found)
        out->n = db_int(&row, 0, 0);
    return true;
}

bool purchase_look(Db *db, PurchaseId id, Fault *fault)
{
    if (!db_run(db, SQL_PURCHASE_LOOK, DB_ARGS(DB_INT(id.n), DB_INT(clock_now())), NULL, fault))
        return fault_while(fault, "asking for a look at a purchase");
    db_ring(db, "pay", 0);
    return true;
}

// ---- the session at Stripe

static Str once_hash(People *people, AccountId account, Str once)
{
    unsigned char hash[HASH_BYTES];
    Str text = arena_print(people->arena, "%" PRId64 " " STR_FMT, account.n, STR_ARG(once));
    vault_hash(people->vault, "purchase once", text, hash);
    return arena_copy(people->arena, (Str){ (const char *)hash, sizeof hash });
}

// Nothing of the buyer goes out: Stripe asks for what it needs itself.
static StripeForm checkout_form(People *people, const Purchase *it)
{
    Arena *arena = people->arena;
    Str id = id_text(arena, it->id.n);
    Str back = arena_print(arena, STR_FMT "/credits/return?purchase=" STR_FMT, STR_ARG(people->public_url),
                           STR_ARG(id));
    StripeForm form = form_make(arena);
    form_add(&form, "mode", STR("payment"));
    form_add(&form, "line_items[0][quantity]", STR("1"));
    form_add(&form, "line_items[0][price_data][currency]", it->currency);
    form_add_int(&form, "line_items[0][price_data][unit_amount]", it->price);
    form_add(&form, "line_items[0][price_data][product_data][name]",
             arena_print(arena, STR_FMT ": %" PRId64 " credits", STR_ARG(it->title), it->credits));
    form_add(&form, "success_url", back);
    form_add(&form, "cancel_url", back);
    form_add(&form, "client_reference_id", id);
    form_add(&form, "metadata[purchase]", id);
    form_add(&form, "payment_intent_data[metadata][purchase]", id);
    return form;
}

// The page of Stripe behind its host, which is fixed. False for any other address.
static bool link_path(const Shop *shop, Arena *arena, Str url, Str *path)
{
    Str host = shop->local_port ? arena_print(arena, "http://127.0.0.1:%d/", shop->local_port)
                                : STR("https://checkout.stripe.com/");
    *path = str_slice(url, host.length, url.length);
    return str_starts(url, host) && path->length > 0;
}

static Str whole_text(Arena *arena, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_string(value)
               ? arena_copy(arena, (Str){ json_string_value(value), json_string_length(value) })
               : STR("");
}

static bool checkout_keep(Shop *shop, People *people, const Purchase *it, const json_t *root, Fault *fault)
{
    Str session = json_text(people->arena, root, "id"), path, sealed;
    int64_t expires = json_number(root, "expires_at") * MS_SECOND;
    if (json_is_true(json_object_get(root, "livemode")) != shop->live || session.length == 0 ||
        !link_path(shop, people->arena, whole_text(people->arena, root, "url"), &path))
        return fault_set(fault, FAULT_BROKEN,
                         "Stripe's session is of another mode, or leads to another host");
    return vault_seal(people->vault, people->arena, it->account, KEY_BILLING, link_place(it->id), path,
                      &sealed, fault) &&
           db_run(people->db, SQL_PURCHASE_OPEN,
                  DB_ARGS(DB_INT(it->id.n), DB_TEXT(session), DB_BLOB(sealed), DB_INT(expires)), NULL, fault);
}

// The page of the purchase says that it did not begin, and the operator is told when only they can help.
static void checkout_refused(People *people, const Purchase *it, const StripeAnswer *answer, Fault *fault)
{
    Fault later;
    (void)db_run(people->db, SQL_PURCHASE_NOT_OPEN, DB_ARGS(DB_INT(it->id.n), DB_TEXT(answer->trouble)), NULL,
                 &later);
    if (answer->end != STRIPE_LATER)
        (void)attention_add(people->db, "key", (PurchaseId){ 0 },
                            arena_print(people->arena, "checkout " STR_FMT, STR_ARG(answer->trouble)), 0,
                            &later);
    answer_fault(answer, fault);
}

static bool checkout_make(Shop *shop, People *people, const Purchase *it, Fault *fault)
{
    StripeAnswer answer;
    StripeForm form = checkout_form(people, it);
    Str key = arena_print(people->arena, "purchase-" STR_FMT, STR_ARG(id_text(people->arena, it->id.n)));
    if (!stripe_call(shop, people->arena, PATIENCE_PERSON, "/v1/checkout/sessions", &form, key, &answer,
                     fault))
        return false;
    bool kept = answer.end == STRIPE_DONE && checkout_keep(shop, people, it, answer.root, fault);
    if (answer.end != STRIPE_DONE)
        checkout_refused(people, it, &answer, fault);
    answer_drop(&answer);
    return kept;
}

static bool checkout_wanted(const Purchase *it)
{
    return it->state == PURCHASE_NEW && it->session.length == 0 && clock_now() < it->created + RESUME_MS;
}

bool purchase_resume(Shop *shop, People *people, AccountId account, PurchaseId id, Purchase *out,
                     Fault *fault)
{
    return purchase_read(people, account, id, out, fault) &&
           (!checkout_wanted(out) ||
            (checkout_make(shop, people, out, fault) && purchase_read(people, account, id, out, fault)));
}

// ---- beginning

static const PackConfig *pack_find(const Shop *shop, Str name)
{
    for (int i = 0; i < shop->config->pack_count; i++)
        if (str_equal(str_of(shop->config->packs[i].name), name))
            return &shop->config->packs[i];
    return NULL;
}

static bool add(Shop *shop, People *people, AccountId account, const PackConfig *pack, Str once,
                PurchaseId *id, Fault *fault)
{
    bool added;
    int64_t now = clock_now();
    DbValue key = once.length ? DB_BLOB(once) : DB_NULL;
    id->n = id_make();
    if (!run_one(people->db, SQL_PURCHASE_ADD,
                 DB_ARGS(DB_INT(id->n), DB_INT(account.n), DB_TEXT(str_of(pack->name)),
                         DB_TEXT(str_of(pack->title)), DB_INT(pack->credits), DB_INT(pack->price),
                         DB_TEXT(str_of(pack->currency)), DB_INT(shop->live), key, DB_INT(now),
                         DB_INT(now - MS_HOUR), DB_INT(HOUR_MOST)),
                 &added, fault))
        return fault_while(fault, "beginning a purchase");
    if (added)
        log_info("pay.begin purchase=" STR_FMT, STR_ARG(id_text(people->arena, id->n)));
    return added || fault_set(fault, FAULT_LIMIT,
                              "You have begun %d purchases within an hour. Please wait a little.", HOUR_MOST);
}

static bool once_find(People *people, AccountId account, Str once, PurchaseId *id, bool *found, Fault *fault)
{
    DbRows row;
    *found = false;
    if (once.length == 0)
        return true;
    if (!db_find(people->db, people->arena, SQL_PURCHASE_ONCE, DB_ARGS(DB_INT(account.n), DB_BLOB(once)),
                 &row, found, fault))
        return false;
    if (*found)
        id->n = db_int(&row, 0, 0);
    return true;
}

bool purchase_begin(Shop *shop, People *people, AccountId account, Str pack, Str once, Purchase *out,
                    Fault *fault)
{
    const PackConfig *chosen = pack_find(shop, pack);
    PurchaseId id;
    bool found;
    if (!shop->sells)
        return fault_set(fault, FAULT_CONFLICT, "The shop is closed: nothing can be bought here yet.");
    if (chosen == NULL)
        return fault_set(fault, FAULT_INPUT, "There is no such pack. Choose one of the list.");
    Str hash = once.length ? once_hash(people, account, once) : STR("");
    if (!once_find(people, account, hash, &id, &found, fault))
        return false;
    if (!found && !add(shop, people, account, chosen, hash, &id, fault)) {
        // Another tab with the same form was quicker.
        Fault again;
        if (fault->kind != FAULT_CONFLICT || !once_find(people, account, hash, &id, &found, &again) || !found)
            return false;
    }
    return purchase_resume(shop, people, account, id, out, fault);
}
