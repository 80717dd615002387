// Each chore is small, and is done again soon; so one that failed is logged and waits for its next time.
// What destroys by age asks the fuse first.
#include "job/chores.h"

#include "job/guest.h"
#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum { SCRUB_BLOBS = 8, ORPHAN_MS = MS_HOUR };

// What a chore does while the clock is in doubt.
typedef enum Age { ANY_TIME, NOT_IN_DOUBT, HALF_IN_DOUBT } Age;

typedef struct Chore {
    const char *name;
    int every_ms;
    bool (*run)(const Chores *chores, People *people, int64_t *did, Fault *fault);
    Age age;
} Chore;

static bool send_mail(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    int sent = 0;
    bool good =
        chores->options.mailer == NULL || mailer_run(chores->options.mailer, people->db, &sent, fault);
    *did = sent;
    return good;
}

static bool sweep_news(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    (void)chores;
    return event_sweep(people->db, did, fault);
}

static bool empty_bin(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    (void)chores;
    int purged = 0;
    bool good = song_sweep(people->db, people->arena, &purged, fault);
    *did = purged;
    return good;
}

static bool sweep_files(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    SweepReport report = { 0 };
    int64_t age = chores->fuse.doubt ? clock_now() - MS_DAY : ORPHAN_MS; // in doubt nothing is old
    bool good = blob_sweep(chores->options.blobs, people->db, age, &report, fault);
    *did = report.removed + report.orphans;
    return good;
}

static bool scrub_files(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    ScrubReport report = { 0 };
    bool good = blob_scrub(chores->options.blobs, people->db, SCRUB_BLOBS, &report, fault);
    *did = report.damaged;
    if (report.damaged)
        log_error("blob.damaged count=%d", report.damaged);
    return good;
}

static bool sweep_people(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    (void)chores;
    int removed = 0;
    bool good = account_sweep_unconfirmed(people, &removed, fault) && account_sweep(people, fault);
    *did = removed;
    return good;
}

static bool sweep_guests(const Chores *chores, People *people, int64_t *did, Fault *fault)
{
    (void)chores;
    return guest_sweep(people, did, fault);
}

static const Chore chores_all[] = {
    { "mail", 2 * MS_SECOND, send_mail, ANY_TIME },
    { "files", 10 * MS_SECOND, sweep_files, HALF_IN_DOUBT },
    { "news", 5 * MS_MINUTE, sweep_news, NOT_IN_DOUBT },
    { "scrub", MS_MINUTE, scrub_files, ANY_TIME },
    { "bin", 10 * MS_MINUTE, empty_bin, NOT_IN_DOUBT },
    { "people", MS_HOUR, sweep_people, NOT_IN_DOUBT },
    { "guests", 5 * MS_MINUTE, sweep_guests, NOT_IN_DOUBT },
};

enum { CHORE_COUNT = sizeof chores_all / sizeof *chores_all };
_Static_assert((int)CHORE_COUNT <= (int)(sizeof((Chores *)0)->last_ms / sizeof(double)),
               "a time for each chore");

static bool run_in(Chores *chores, const Chore *chore, People *people, int64_t *did, Fault *fault)
{
    bool may = true;
    if (chore->age != ANY_TIME && !fuse_check(&chores->fuse, people->db, people->arena, &may, fault))
        return false;
    return (!may && chore->age == NOT_IN_DOUBT) || chore->run(chores, people, did, fault);
}

static void run_one(Chores *chores, const Chore *chore)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    People people = { .vault = chores->options.vault, .arena = &arena, .public_url = STR("") };
    int64_t did = 0;
    bool good = db_take(chores->options.data, &people.db, &fault);
    if (good) {
        good = run_in(chores, chore, &people, &did, &fault);
        db_give(people.db);
    }
    if (!good)
        log_error("chore.failed name=%s why=\"%s\"", chore->name, fault.text);
    else if (did)
        log_info("chore.done name=%s count=%" PRId64, chore->name, did);
    arena_close(&arena);
}

void chores_run(Chores *chores, bool mail_now)
{
    for (int i = 0; i < CHORE_COUNT; i++) {
        double now = clock_ms();
        bool due = chores->last_ms[i] <= 0.0 || now - chores->last_ms[i] >= chores_all[i].every_ms ||
                   (i == 0 && mail_now);
        if (!due)
            continue;
        run_one(chores, &chores_all[i]);
        chores->last_ms[i] = clock_ms();
    }
}
