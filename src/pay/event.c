// What Stripe tells: verified, cut down to the few fields that are kept, stored, and answered. Applying comes
// later: events_apply finds the purchase and asks for a look at it.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <inttypes.h>
#include <string.h>

enum { DEEPEST_ID = 255, BATCH = 50, FOREIGN_TRIES = 8, RETRY_MS = 5000 };

// ---- reading

static bool known(Str type)
{
    static const char *const families[] = {
        "checkout.session.", "charge.", "refund.", "payment_intent.", "radar.early_fraud_warning.", NULL
    };
    for (const char *const *family = families; *family; family++)
        if (str_starts(type, str_of(*family)))
            return true;
    return false;
}

static bool is(Str kind, const char *word)
{
    return str_equal(kind, str_of(word));
}

// Which purchase the object itself names.
static int64_t purchase_named(Arena *arena, const json_t *object)
{
    int64_t id = 0;
    Str text = json_text(arena, json_object_get(object, "metadata"), "purchase");
    if (text.length == 0)
        text = json_text(arena, object, "client_reference_id");
    return id_read(text, &id) ? id : 0;
}

static void object_read(Arena *arena, const json_t *object, EventFacts *out)
{
    Str kind = json_text(arena, object, "object");
    out->object = json_text(arena, object, "id");
    out->session = is(kind, "checkout.session") ? out->object : STR("");
    out->intent = is(kind, "payment_intent") ? out->object : json_id(arena, object, "payment_intent");
    out->charge = is(kind, "charge") ? out->object : json_id(arena, object, "charge");
    out->status = json_text(arena, object, "status");
    if (is(kind, "radar.early_fraud_warning"))
        out->status = json_is_true(json_object_get(object, "actionable")) ? STR("actionable") : STR("");
    out->purchase = purchase_named(arena, object);
    out->until = json_number(json_object_get(object, "evidence_details"), "due_by") * MS_SECOND;
}

bool event_of(Arena *arena, const json_t *root, EventFacts *out, Fault *fault)
{
    const json_t *object = json_object_get(json_object_get(root, "data"), "object");
    *out = (EventFacts){ .id = json_text(arena, root, "id"), .type = json_text(arena, root, "type") };
    out->created = json_number(root, "created") * MS_SECOND;
    out->live = json_is_true(json_object_get(root, "livemode"));
    if (!str_starts(out->id, STR("evt_")) || out->type.length == 0 || !json_is_object(object))
        return fault_set(fault, FAULT_INPUT, "This is no event.");
    object_read(arena, object, out);
    return true;
}

bool event_read(Arena *arena, Str body, EventFacts *out, Fault *fault)
{
    json_t *root = json_loadb(body.data ? body.data : "", body.length, 0, NULL);
    bool read = event_of(arena, root, out, fault);
    json_decref(root);
    return read;
}

// ---- storing

bool event_store(Db *db, const EventFacts *f, Str body, bool *fresh, Fault *fault)
{
    unsigned char digest[32];
    Str state = known(f->type) ? STR("waiting") : STR("ignored");
    int64_t now = clock_now();
    secret_hash(body, digest);
    return run_one(db, SQL_EVENT_STORE,
                   DB_ARGS(DB_TEXT(f->id), DB_TEXT(f->type), DB_TEXT(f->object), DB_TEXT(f->session),
                           DB_TEXT(f->intent), DB_TEXT(f->charge), DB_INT(f->purchase), DB_TEXT(f->status),
                           DB_INT(f->until), DB_BLOB(((Str){ (char *)digest, sizeof digest })),
                           DB_TEXT(state), DB_INT(now), DB_INT(f->created)),
                   fresh, fault);
}

bool event_take(Shop *shop, Db *db, Str signature, Str body, Fault *fault)
{
    Arena arena = { 0 };
    EventFacts facts;
    bool fresh = false;
    bool good =
        (shop->sells && signature_right(signature, body, shop->secrets, 2, clock_now() / MS_SECOND)) ||
        fault_set(fault, FAULT_INPUT, "This is not signed.");
    good = good && event_read(&arena, body, &facts, fault);
    if (good && facts.live != shop->live)
        good = fault_set(fault, FAULT_INPUT, "This event is of the other mode, test or live.");
    good = good && event_store(db, &facts, body, &fresh, fault);
    if (good && fresh) {
        log_info("stripe.event kind=" STR_FMT, STR_ARG(facts.type));
        db_ring(db, "pay", 0);
    }
    arena_close(&arena);
    return good;
}

// ---- applying

typedef struct Waiting {
    Str id, type, object, session, intent, charge, status;
    PurchaseId purchase;
    int64_t until, attempts;
} Waiting;

static Waiting waiting_of(const DbRows *rows, int row)
{
    return (Waiting){ .id = db_text(rows, row, 0),
                      .type = db_text(rows, row, 1),
                      .object = db_text(rows, row, 2),
                      .session = db_text(rows, row, 3),
                      .intent = db_text(rows, row, 4),
                      .charge = db_text(rows, row, 5),
                      .purchase = { db_int(rows, row, 6) },
                      .status = db_text(rows, row, 7),
                      .until = db_int(rows, row, 8),
                      .attempts = db_int(rows, row, 9) };
}

static bool find_here(People *people, Waiting *event, bool *found, Fault *fault)
{
    DbRows row;
    if (!db_find(people->db, people->arena, SQL_PURCHASE_OF_EVENT,
                 DB_ARGS(DB_INT(event->purchase.n), DB_TEXT(event->session), DB_TEXT(event->intent),
                         DB_TEXT(event->charge)),
                 &row, found, fault))
        return fault_while(fault, "finding an event's purchase");
    if (*found)
        event->purchase.n = db_int(&row, 0, 0);
    return true;
}

// A dispute names the payment only; the payment carries our purchase in its metadata.
static bool find_at_stripe(Shop *shop, People *people, Waiting *event, bool *later, Fault *fault)
{
    StripeAnswer answer;
    bool charge = event->intent.length == 0;
    Str id = charge ? event->charge : event->intent;
    *later = false;
    if (id.length == 0)
        return true;
    const char *path =
        arena_print(people->arena, "/v1/%s/" STR_FMT, charge ? "charges" : "payment_intents", STR_ARG(id))
            .data;
    if (!stripe_call(shop, people->arena, PATIENCE_CASHIER, path, NULL, STR(""), &answer, fault))
        return false;
    *later = answer.end == STRIPE_LATER || answer.end == STRIPE_OPERATOR;
    if (answer.end == STRIPE_DONE)
        event->purchase.n = purchase_named(people->arena, answer.root);
    answer_drop(&answer);
    return true;
}

typedef struct Applying {
    People *people;
    Waiting *event;
    const char *state;
} Applying;

static bool mark(Db *db, const Waiting *event, const char *state, int64_t due, Fault *fault)
{
    return db_run(db, SQL_EVENT_MARK_END,
                  DB_ARGS(DB_TEXT(event->id), DB_TEXT(str_of(state)), DB_INT(event->purchase.n), DB_INT(due)),
                  NULL, fault);
}

static bool apply_inside(void *self, Db *db, Fault *fault)
{
    Applying *applying = self;
    Waiting *event = applying->event;
    bool warning =
        str_starts(event->type, STR("radar.early_fraud_warning.")) && is(event->status, "actionable");
    if (warning && !attention_add(db, "fraud-warning", event->purchase, event->object, 0, fault))
        return false;
    return purchase_look(db, event->purchase, fault) && mark(db, event, "applied", 0, fault);
}

// Nobody's: a payment of this Stripe account that did not begin here. Told once it has been asked for often
// enough.
static bool foreign(People *people, Waiting *event, bool later, Fault *fault)
{
    if (later || event->attempts < FOREIGN_TRIES)
        return mark(people->db, event, "waiting", clock_now() + RETRY_MS * (event->attempts + 1), fault);
    event->purchase.n = 0;
    return attention_add(people->db, "foreign", event->purchase, event->object, 0, fault) &&
           mark(people->db, event, "foreign", 0, fault);
}

static bool apply(Shop *shop, People *people, Waiting *event, int *applied, Fault *fault)
{
    bool found = false, later = false;
    if (!find_here(people, event, &found, fault))
        return false;
    if (!found) {
        event->purchase.n = 0;
        if (!find_at_stripe(shop, people, event, &later, fault) || !find_here(people, event, &found, fault))
            return false;
    }
    if (!found)
        return foreign(people, event, later, fault);
    Applying applying = { .people = people, .event = event };
    *applied += 1;
    return db_transaction(people->db, apply_inside, &applying, fault);
}

bool events_apply(Shop *shop, People *people, int *applied, Fault *fault)
{
    DbRows rows;
    *applied = 0;
    if (!db_list(people->db, people->arena, SQL_EVENT_LIST_WAITING,
                 DB_ARGS(DB_INT(clock_now()), DB_INT(BATCH)), &rows, fault))
        return fault_while(fault, "looking for events");
    for (int i = 0; i < rows.count; i++) {
        Waiting event = waiting_of(&rows, i);
        if (!apply(shop, people, &event, applied, fault))
            return false;
    }
    return true;
}
