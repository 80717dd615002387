// Each chore is small, and is done again soon; so one that failed is logged and waits for its next time.
#include "job/chores.h"

#include "sys/clock.h"
#include "sys/log.h"

#include <inttypes.h>

enum { SCRUB_BLOBS = 8, ORPHAN_MS = MS_HOUR };

typedef struct Chore {
    const char *name;
    int every_ms;
    bool (*run)(const WorkerOptions *options, People *people, int64_t *did, Fault *fault);
} Chore;

static bool send_mail(const WorkerOptions *options, People *people, int64_t *did, Fault *fault)
{
    int sent = 0;
    bool good = options->mailer == NULL || mailer_run(options->mailer, people->db, &sent, fault);
    *did = sent;
    return good;
}

static bool sweep_news(const WorkerOptions *options, People *people, int64_t *did, Fault *fault)
{
    (void)options;
    return event_sweep(people->db, did, fault);
}

static bool empty_bin(const WorkerOptions *options, People *people, int64_t *did, Fault *fault)
{
    (void)options;
    int purged = 0;
    bool good = song_sweep(people->db, people->arena, &purged, fault);
    *did = purged;
    return good;
}

static bool sweep_files(const WorkerOptions *options, People *people, int64_t *did, Fault *fault)
{
    SweepReport report = { 0 };
    bool good = blob_sweep(options->blobs, people->db, ORPHAN_MS, &report, fault);
    *did = report.removed + report.orphans;
    return good;
}

static bool scrub_files(const WorkerOptions *options, People *people, int64_t *did, Fault *fault)
{
    ScrubReport report = { 0 };
    bool good = blob_scrub(options->blobs, people->db, SCRUB_BLOBS, &report, fault);
    *did = report.damaged;
    if (report.damaged)
        log_error("blob.damaged count=%d", report.damaged);
    return good;
}

static bool sweep_people(const WorkerOptions *options, People *people, int64_t *did, Fault *fault)
{
    (void)options;
    int removed = 0;
    bool good = account_sweep_unconfirmed(people, &removed, fault);
    *did = removed;
    return good;
}

static const Chore chores_all[] = {
    { "mail", 2 * MS_SECOND, send_mail },  { "files", 10 * MS_SECOND, sweep_files },
    { "news", 5 * MS_MINUTE, sweep_news }, { "scrub", MS_MINUTE, scrub_files },
    { "bin", 10 * MS_MINUTE, empty_bin },  { "unconfirmed", MS_HOUR, sweep_people },
};

enum { CHORE_COUNT = sizeof chores_all / sizeof *chores_all };
_Static_assert((int)CHORE_COUNT <= (int)(sizeof((Chores *)0)->last_ms / sizeof(double)),
               "a time for each chore");

static void run_one(Chores *chores, const Chore *chore)
{
    Arena arena = { 0 };
    Fault fault = { 0 };
    People people = { .vault = chores->options.vault, .arena = &arena, .public_url = STR("") };
    int64_t did = 0;
    bool good = db_take(chores->options.data, &people.db, &fault);
    if (good) {
        good = chore->run(&chores->options, &people, &did, &fault);
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
