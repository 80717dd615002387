// work: makes songs, sends mail, tidies up.
#include "cmd/cmd.h"
#include "cmd/service.h"
#include "cmd/signals.h"
#include "job/job.h"
#include "sys/log.h"

#include <signal.h>
#include <sys/prctl.h>

enum { STOP_MS = 20000 };

static bool start(Service *service, Kitchen *kitchen, Worker **worker, Fault *fault)
{
    WorkerOptions options = { service->data, service->vault,  service->blobs,
                              kitchen,       service->mailer, service->config.workers };
    return worker_start(&options, worker, fault);
}

// What must hold of ledger and jobs together.
static bool check_jobs(Db *db, Arena *arena, Checkup *checkup, Fault *fault)
{
    return job_check(db, arena, checkup, fault);
}

static bool start_cashier(Service *service, Cashier **cashier, Fault *fault)
{
    CashierOptions options = { service->shop, service->data, service->vault,
                               str_of(service->config.public_url), check_jobs };
    return cashier_start(&options, cashier, fault);
}

static void stay(void)
{
    for (int number = 0; number != SIGTERM && number != SIGINT;)
        number = signals_wait(-1);
}

int cmd_work(int argc, char **argv)
{
    Arena arena = { 0 };
    ServiceOptions options;
    Service service = { 0 };
    Kitchen *kitchen = NULL;
    Worker *worker = NULL;
    Cashier *cashier = NULL;
    Fault fault = { 0 };
    int status = service_options(argc, argv, &options);
    if (status != EXIT_DONE)
        return status;
    if (options.help) {
        help_print("work");
        return EXIT_DONE;
    }
    if (options.ready_fd >= 0)
        prctl(PR_SET_PDEATHSIG, SIGTERM); // the supervisor went away
    // The kitchen is forked while nothing secret is open; after that signals and threads may come.
    bool good = service_configure(&arena, &options, &service.config, &fault) &&
                kitchen_open(service.config.soundfont, &kitchen, &fault);
    signals_block();
    good = good && service_open(&arena, &service, &fault) && start(&service, kitchen, &worker, &fault) &&
           start_cashier(&service, &cashier, &fault);
    if (good) {
        log_info("work.ready songs_at_a_time=%d", service.config.workers);
        service_ready(&options);
        stay();
        log_info("work.stopping");
        cashier_stop(cashier);
        worker_stop(worker, STOP_MS);
    }
    service_close(&service);
    if (kitchen)
        kitchen_close(kitchen);
    status = good ? EXIT_DONE : failed(&fault);
    arena_close(&arena);
    return status;
}
