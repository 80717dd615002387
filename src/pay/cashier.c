// The Cashier's round: events, refunds that wait, purchases that are due; every night the comparison with
// Stripe, and the ledger's own checks. Each step is small and is done again soon, so one that failed is
// logged and waits.
#include "pay/part.h"

#include "db/bell.h"
#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { POLL_MS = 1000, BATCH = 50, SWEEP_MS = MS_HOUR, REFUND_MS = 5000, REFUND_MOST_MS = 10 * MS_MINUTE };

static const int64_t event_life_ms = 90 * (int64_t)MS_DAY;

struct Cashier {
    CashierOptions options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint64_t rings;
    bool stopping;
    Bell *bell;
    double swept_ms;
    double refunds_at_ms; // not before; refunds that do not get through are not hammered on
    int refunds_wait_ms;
    double checked_ms; // when this process checked the ledger; 0: not yet
};

static void heard(void *self, Str topic, int64_t number)
{
    Cashier *cashier = self;
    (void)number;
    if (!str_equal(topic, STR("pay")))
        return;
    pthread_mutex_lock(&cashier->lock);
    cashier->rings++;
    pthread_cond_broadcast(&cashier->changed);
    pthread_mutex_unlock(&cashier->lock);
}

static bool leaving(Cashier *cashier)
{
    pthread_mutex_lock(&cashier->lock);
    bool stopping = cashier->stopping;
    pthread_mutex_unlock(&cashier->lock);
    return stopping;
}

// ---- the steps

static bool step_events(Cashier *cashier, People *people, Fault *fault)
{
    int applied;
    return events_apply(cashier->options.shop, people, &applied, fault);
}

static void refunds_ended(Cashier *cashier, bool all)
{
    int longer = cashier->refunds_wait_ms ? 2 * cashier->refunds_wait_ms : REFUND_MS;
    cashier->refunds_wait_ms = all ? 0 : longer < REFUND_MOST_MS ? longer : REFUND_MOST_MS;
    cashier->refunds_at_ms = clock_ms() + cashier->refunds_wait_ms;
}

static bool step_refunds(Cashier *cashier, People *people, Fault *fault)
{
    RefundRow *list;
    int count;
    bool all = true;
    if (clock_ms() < cashier->refunds_at_ms)
        return true;
    if (!refund_rows_open(people->db, people->arena, (PurchaseId){ 0 }, &list, &count, fault))
        return false;
    for (int i = 0; i < count && !leaving(cashier); i++) {
        StripeAnswer answer;
        if (!refund_send(cashier->options.shop, people, &list[i], PATIENCE_CASHIER, &answer, fault))
            return false;
        all = all && answer.end == STRIPE_DONE;
    }
    refunds_ended(cashier, all);
    return true;
}

static bool step_purchases(Cashier *cashier, People *people, Fault *fault)
{
    DbRows rows;
    if (!db_list(people->db, people->arena, SQL_PURCHASE_LIST_DUE,
                 DB_ARGS(DB_INT(clock_now()), DB_INT(BATCH)), &rows, fault))
        return false;
    for (int i = 0; i < rows.count && !leaving(cashier); i++) {
        Arena own = { 0 };
        People each = *people;
        Fault why = { 0 };
        bool again;
        each.arena = &own;
        if (!purchase_reconcile(cashier->options.shop, &each, (PurchaseId){ db_int(&rows, i, 0) }, &again,
                                &why))
            log_warn("pay.no_look why=\"%s\"", why.text);
        arena_close(&own);
    }
    return true;
}

// Pages at Stripe that closed without an event, and events that are old.
static bool step_sweep(Cashier *cashier, People *people, Fault *fault)
{
    if (cashier->swept_ms > 0.0 && clock_ms() - cashier->swept_ms < SWEEP_MS)
        return true;
    cashier->swept_ms = clock_ms();
    int64_t now = clock_now();
    return db_run(people->db, SQL_PURCHASE_LOOK_OVER, DB_ARGS(DB_INT(now)), NULL, fault) &&
           db_run(people->db, SQL_EVENT_SWEEP_OLD, DB_ARGS(DB_INT(now - event_life_ms)), NULL, fault);
}

static bool check_ledger(Cashier *cashier, People *people, Fault *fault)
{
    Checkup *checkup = ARENA_NEW(people->arena, Checkup);
    if (!credit_check(people->db, people->arena, checkup, fault) ||
        !pay_check(people->db, people->arena, checkup, fault) ||
        (cashier->options.check && !cashier->options.check(people->db, people->arena, checkup, fault)))
        return false;
    for (int i = 0; i < checkup->count && i < (int)(sizeof checkup->list / sizeof *checkup->list); i++) {
        Violation *violation = &checkup->list[i];
        log_error("ledger.violation rule=%s id=%" PRId64, violation->rule, violation->id);
        if (!attention_add(people->db, "ledger", (PurchaseId){ 0 },
                           arena_print(people->arena, "%s %" PRId64, violation->rule, violation->id), 0,
                           fault))
            return false;
    }
    log_info("ledger.checked count=%d", checkup->count);
    cashier->checked_ms = clock_ms();
    return true;
}

static bool step_check(Cashier *cashier, People *people, Fault *fault)
{
    return cashier->checked_ms > 0.0 || check_ledger(cashier, people, fault);
}

// Once a day for the whole service: whoever takes the day does it.
static bool step_night(Cashier *cashier, People *people, Fault *fault)
{
    bool taken;
    int64_t now = clock_now();
    Reconciliation report;
    if (!run_one(people->db, SQL_NIGHT_TAKE, DB_ARGS(DB_INT(now), DB_INT(now - MS_DAY)), &taken, fault))
        return false;
    if (!taken)
        return true;
    bool just_checked = clock_ms() - cashier->checked_ms < MS_MINUTE;
    return (just_checked || check_ledger(cashier, people, fault)) &&
           (!cashier->options.shop->sells ||
            pay_reconcile_all(cashier->options.shop, people, &report, fault));
}

// Operators are told by mail what waits for them, once each.
static bool step_tell(Cashier *cashier, People *people, Fault *fault)
{
    DbRows rows;
    (void)cashier;
    if (!db_list(people->db, people->arena, SQL_ATTENTION_UNTOLD, DB_NO_ARGS, &rows, fault))
        return false;
    for (int i = 0; i < rows.count; i++) {
        bool good = db_begin(people->db, fault);
        if (!good)
            return false;
        Str kind = arena_copy(people->arena, db_text(&rows, i, 1));
        good = attention_mail(people, kind.data, db_text(&rows, i, 2), fault) &&
               db_run(people->db, SQL_ATTENTION_TOLD, DB_ARGS(DB_INT(db_int(&rows, i, 0))), NULL, fault);
        if (!good) {
            db_rollback(people->db);
            return false;
        }
        if (!db_commit(people->db, fault))
            return false;
    }
    return true;
}

typedef struct Step {
    const char *name;
    bool (*run)(Cashier *cashier, People *people, Fault *fault);
    bool selling; // only where there is a shop
} Step;

static const Step steps[] = {
    { "check", step_check, false },        { "events", step_events, true }, { "refunds", step_refunds, true },
    { "purchases", step_purchases, true }, { "sweep", step_sweep, true },   { "night", step_night, false },
    { "tell", step_tell, false },
};

static void run(Cashier *cashier, const Step *step)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    People people = { .vault = cashier->options.vault,
                      .arena = &arena,
                      .public_url = cashier->options.public_url };
    bool good = db_take(cashier->options.data, &people.db, &fault);
    if (good) {
        good = step->run(cashier, &people, &fault);
        db_give(people.db);
    }
    if (!good)
        log_error("cashier.failed name=%s why=\"%s\"", step->name, fault.text);
    arena_close(&arena);
}

// ---- the thread

static void wait_for_ring(Cashier *cashier, uint64_t rings)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += POLL_MS / 1000;
    while (!cashier->stopping && cashier->rings == rings &&
           pthread_cond_timedwait(&cashier->changed, &cashier->lock, &until) == 0)
        continue;
}

static void *thread(void *self)
{
    Cashier *cashier = self;
    pthread_mutex_lock(&cashier->lock);
    while (!cashier->stopping) {
        uint64_t rings = cashier->rings;
        pthread_mutex_unlock(&cashier->lock);
        for (size_t i = 0; i < sizeof steps / sizeof *steps && !leaving(cashier); i++)
            if (!steps[i].selling || cashier->options.shop->sells)
                run(cashier, &steps[i]);
        pthread_mutex_lock(&cashier->lock);
        wait_for_ring(cashier, rings);
    }
    pthread_mutex_unlock(&cashier->lock);
    return NULL;
}

bool cashier_start(const CashierOptions *options, Cashier **out, Fault *fault)
{
    Cashier *cashier = calloc(1, sizeof *cashier);
    pthread_condattr_t monotonic;
    if (cashier == NULL)
        abort();
    cashier->options = *options;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&cashier->lock, NULL);
    pthread_cond_init(&cashier->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (!bell_open(options->data, heard, cashier, &cashier->bell, fault)) {
        free(cashier);
        return false;
    }
    if (pthread_create(&cashier->thread, NULL, thread, cashier) != 0)
        abort(); // the supervisor starts us again
    *out = cashier;
    return true;
}

void cashier_stop(Cashier *cashier)
{
    if (cashier == NULL)
        return;
    pthread_mutex_lock(&cashier->lock);
    cashier->stopping = true;
    pthread_cond_broadcast(&cashier->changed);
    pthread_mutex_unlock(&cashier->lock);
    pthread_join(cashier->thread, NULL);
    bell_close(cashier->bell);
    pthread_cond_destroy(&cashier->changed);
    pthread_mutex_destroy(&cashier->lock);
    free(cashier);
}
