// The nightly comparison: events that did not reach us, sessions that we do not know, and every purchase of
// the last days held against Stripe once more. What differs is repaired by the same look as always, and told.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum { DAYS = 3, PAGES_MOST = 50 };

static const int64_t days_ms = DAYS * (int64_t)MS_DAY;

typedef struct Night {
    Shop *shop;
    People *people;
    Reconciliation report;
    bool cut; // Stripe did not answer: told as not finished
} Night;

// One page of a list of Stripe's; `each` says whether to go on. `*last` is the last id of the page.
typedef bool (*Each)(Night *night, const json_t *object, bool *go_on, Fault *fault);

static bool page(Night *night, const char *path, Str *last, Each each, bool *more, Fault *fault)
{
    StripeAnswer answer;
    const json_t *object;
    size_t i;
    bool good = true, go_on = true;
    Arena *arena = night->people->arena;
    const char *whole =
        last->length ? arena_print(arena, "%s&starting_after=" STR_FMT, path, STR_ARG(*last)).data : path;
    *more = false;
    if (!stripe_call(night->shop, arena, PATIENCE_CASHIER, whole, NULL, STR(""), &answer, fault))
        return false;
    if (answer.end != STRIPE_DONE) {
        night->cut = true;
        return true;
    }
    json_array_foreach(json_object_get(answer.root, "data"), i, object)
    {
        *last = json_text(arena, object, "id");
        good = good && (!go_on || each(night, object, &go_on, fault));
    }
    *more = go_on && json_is_true(json_object_get(answer.root, "has_more"));
    answer_drop(&answer);
    return good;
}

static bool pages(Night *night, const char *path, Each each, Fault *fault)
{
    Str last = STR("");
    bool more = true;
    for (int i = 0; more && i < PAGES_MOST; i++)
        if (!page(night, path, &last, each, &more, fault))
            return false;
    return true;
}

static bool event_missed(Night *night, const json_t *object, bool *go_on, Fault *fault)
{
    EventFacts facts;
    Fault odd;
    bool fresh;
    (void)go_on;
    if (!event_of(night->people->arena, object, &facts, &odd) || facts.live != night->shop->live)
        return true;
    if (!event_store(night->people->db, &facts, STR(""), &fresh, fault))
        return false;
    night->report.events += fresh;
    return true;
}

// A session that was paid and that we never heard of: either not ours, or of a database that was lost.
static bool session_seen(Night *night, const json_t *object, bool *go_on, Fault *fault)
{
    Arena *arena = night->people->arena;
    int64_t id = 0;
    PurchaseRow row;
    bool found = false;
    *go_on = json_number(object, "created") * MS_SECOND >= night->report.since;
    if (!*go_on || !str_equal(json_text(arena, object, "payment_status"), STR("paid")))
        return true;
    if (id_read(json_text(arena, object, "client_reference_id"), &id) &&
        !purchase_row(night->people->db, arena, (PurchaseId){ id }, &row, &found, fault))
        return false;
    if (!found)
        return attention_add(night->people->db, "foreign", (PurchaseId){ 0 }, json_text(arena, object, "id"),
                             0, fault);
    if (row.it.session.length) // a link that was never kept, because we died in between
        return true;
    return db_run(night->people->db, SQL_PURCHASE_FOUND,
                  DB_ARGS(DB_INT(id), DB_TEXT(json_text(arena, object, "id"))), NULL, fault);
}

static bool same(const PurchaseRow *a, const PurchaseRow *b)
{
    return a->it.state == b->it.state && a->refunded_amount == b->refunded_amount && a->step == b->step &&
           str_equal(a->it.dispute_state, b->it.dispute_state);
}

static bool compare(Night *night, PurchaseId id, Fault *fault)
{
    Arena own = { 0 };
    People people = *night->people;
    PurchaseRow before, after;
    Fault why = { 0 };
    bool found = false, again = false, good;
    people.arena = &own;
    good = purchase_row(people.db, &own, id, &before, &found, fault);
    if (good && found && purchase_reconcile(night->shop, &people, id, &again, &why)) {
        good = purchase_row(people.db, &own, id, &after, &found, fault);
        bool differs = good && !again && !same(&before, &after);
        night->report.differences += differs;
        night->report.repaired += differs;
    } else if (good && found) {
        night->cut = true;
    }
    night->report.purchases++;
    arena_close(&own);
    return good;
}

static bool compare_all(Night *night, Fault *fault)
{
    DbRows rows;
    if (!db_list(night->people->db, night->people->arena, SQL_PURCHASE_LIST_RECENT,
                 DB_ARGS(DB_INT(night->report.since)), &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++)
        if (!compare(night, (PurchaseId){ db_int(&rows, i, 0) }, fault))
            return false;
    return true;
}

static bool tell(Night *night, int64_t id, Fault *fault)
{
    Reconciliation *r = &night->report;
    r->finished = night->cut ? 0 : clock_now();
    log_info("pay.compared purchases=%" PRId64 " events=%" PRId64 " differences=%" PRId64 " cut=%d",
             r->purchases, r->events, r->differences, night->cut);
    if (!db_run(night->people->db, SQL_RECONCILIATION_END,
                DB_ARGS(DB_INT(id), DB_INT(r->purchases), DB_INT(r->events), DB_INT(r->differences),
                        DB_INT(r->repaired), DB_INT(r->finished)),
                NULL, fault))
        return false;
    return r->differences == 0 || attention_add(night->people->db, "drift", (PurchaseId){ 0 },
                                                arena_print(night->people->arena, "drift " STR_FMT,
                                                            STR_ARG(id_text(night->people->arena, id))),
                                                0, fault);
}

bool pay_reconcile_all(Shop *shop, People *people, Reconciliation *out, Fault *fault)
{
    Night night = { .shop = shop, .people = people };
    int64_t id = id_make();
    if (!shop->sells)
        return fault_set(fault, FAULT_CONFLICT, "The shop is closed: there is nothing to compare.");
    night.report.at = clock_now();
    night.report.since = night.report.at - days_ms;
    bool good = db_run(people->db, SQL_RECONCILIATION_ADD, DB_ARGS(DB_INT(id), DB_INT(night.report.since)),
                       NULL, fault) &&
                pages(&night, "/v1/events?delivery_success=false&limit=100", event_missed, fault) &&
                pages(&night, "/v1/checkout/sessions?limit=100", session_seen, fault) &&
                compare_all(&night, fault) && tell(&night, id, fault);
    *out = night.report;
    return good;
}

bool reconciliation_last(Db *db, Arena *arena, Reconciliation *out, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(db, arena, SQL_RECONCILIATION_LAST, DB_NO_ARGS, &row, found, fault))
        return false;
    if (!*found)
        return true;
    *out = (Reconciliation){ id_time(db_int(&row, 0, 0)), db_int(&row, 0, 1), db_int(&row, 0, 2),
                             db_int(&row, 0, 3),          db_int(&row, 0, 4), db_int(&row, 0, 5),
                             db_int(&row, 0, 6) };
    return true;
}
