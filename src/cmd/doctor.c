// doctor: looks whether everything is as it must be, and says what to do where it is not. It changes nothing
// but what any start of the service would: a database of an older version is brought up to date.
#include "cmd/cmd.h"
#include "cmd/service.h"

#include "base/jsonout.h"
#include "credit/credit.h"
#include "job/job.h"
#include "sys/file.h"

#include <inttypes.h>
#include <string.h>

enum { OUT_MAX = 1 << 20, SHOWN = 10 };

typedef struct Doctor {
    Arena *arena;
    Service service;
    Db *db;
    bool json, ill;
    Buf out;
    JsonOut to;
} Doctor;

static void tell(Doctor *doctor, const char *name, bool good, Str text)
{
    doctor->ill = doctor->ill || !good;
    if (!doctor->json) {
        buf_print(&doctor->out, "%-5s %-10s " STR_FMT "\n", good ? "ok" : "WRONG", name, STR_ARG(text));
        return;
    }
    jsonout_open(&doctor->to, '{');
    jsonout_key(&doctor->to, "check");
    jsonout_str(&doctor->to, str_of(name));
    jsonout_key(&doctor->to, "good");
    jsonout_bool(&doctor->to, good);
    jsonout_key(&doctor->to, "text");
    jsonout_str(&doctor->to, text);
    jsonout_close(&doctor->to, '}');
}

static bool said(Doctor *doctor, const char *name, bool good, const char *fine, const Fault *fault)
{
    tell(doctor, name, good, str_of(good ? fine : fault->text));
    return good;
}

// ---- what must hold

static void tell_checkup(Doctor *doctor, const char *name, const Checkup *checkup)
{
    Buf buf = buf_make(doctor->arena, 4000);
    if (checkup->count == 0) {
        tell(doctor, name, true, STR("every rule holds"));
        return;
    }
    buf_print(&buf, "%d things do not hold:", checkup->count);
    for (int i = 0; i < checkup->count && i < SHOWN; i++)
        buf_print(&buf, " %s (" STR_FMT ")%s", checkup->list[i].rule,
                  STR_ARG(id_text(doctor->arena, checkup->list[i].id)),
                  i + 1 < checkup->count && i + 1 < SHOWN ? "," : "");
    buf_text(&buf,
             STR(". What each means and what to do: docs/credits.md, \"When doctor finds something\"."));
    tell(doctor, name, false, buf_str(&buf));
}

static void check_rules(Doctor *doctor)
{
    static const struct {
        const char *name;
        bool (*check)(Db *db, Arena *arena, Checkup *checkup, Fault *fault);
    } parts[] = { { "ledger", credit_check }, { "jobs", job_check }, { "receipts", pay_check } };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        Checkup checkup = { .count = 0 };
        Fault fault;
        if (parts[i].check(doctor->db, doctor->arena, &checkup, &fault))
            tell_checkup(doctor, parts[i].name, &checkup);
        else
            tell(doctor, parts[i].name, false, arena_copy(doctor->arena, str_of(fault.text)));
    }
}

// ---- shop

static Str shop_state(Doctor *doctor, int64_t open_matters)
{
    const Shop *shop = doctor->service.shop;
    if (!shop_sells(shop))
        return STR("closed: no keys are set; docs/operating.md says how to open it");
    return arena_print(
        doctor->arena, "open with %d packs, %s; %" PRId64 " things want a look under /staff/shop",
        doctor->service.config.pack_count, shop_live(shop) ? "for real money" : "in test mode", open_matters);
}

// Keys that can be read and fit the mode; whether Stripe takes them is seen by the first purchase.
static void check_shop(Doctor *doctor)
{
    Attention *list;
    int count;
    Fault fault;
    if (!shop_open(&doctor->service.config, doctor->service.vault, &doctor->service.shop, &fault) ||
        !attention_list(doctor->db, doctor->arena, &list, &count, &fault)) {
        said(doctor, "shop", false, "", &fault);
        return;
    }
    tell(doctor, "shop", true, shop_state(doctor, count));
}

// ---- mail

static void check_mail(Doctor *doctor)
{
    const Config *config = &doctor->service.config;
    MailCounts counts;
    Fault fault;
    if (!service_open_mail(doctor->arena, &doctor->service, &fault) ||
        !mail_counts(doctor->db, &counts, &fault)) {
        said(doctor, "mail", false, "", &fault);
        return;
    }
    tell(doctor, "mail", true,
         arena_print(doctor->arena, "%s, %" PRId64 " waiting, %" PRId64 " bounced",
                     config->smtp_url ? "goes out by SMTP"
                                      : "no mail server is set up, so mails lie under /staff/mail",
                     counts.waiting, counts.bounced));
}

// ---- all, each after what it stands on

static void examine(Doctor *doctor, const ServiceOptions *options)
{
    Service *service = &doctor->service;
    Fault fault = { 0 };
    if (!said(doctor, "settings", service_configure_tool(doctor->arena, options, &service->config, &fault),
              "can be read", &fault) ||
        !said(doctor, "folder", service_is_there(doctor->arena, &service->config, &fault),
              service->config.data, &fault) ||
        !said(doctor, "databases",
              service_open_data(doctor->arena, service, &fault) &&
                  db_take(service->data, &doctor->db, &fault),
              service->config.database ? "PostgreSQL, up to date" : "SQLite, up to date", &fault) ||
        !said(doctor, "keys", service_open_vault(doctor->arena, service, false, &fault),
              "the master key opens the keystore", &fault))
        return;
    check_rules(doctor);
    check_shop(doctor);
    check_mail(doctor);
}

static int say_all(Doctor *doctor)
{
    Fault fault;
    if (doctor->json) {
        jsonout_close(&doctor->to, ']');
        buf_text(&doctor->out, STR("\n"));
    }
    if (!stdout_write(buf_str(&doctor->out), &fault))
        return failed(&fault);
    return doctor->ill ? EXIT_FAILED : EXIT_DONE;
}

// `--json` is ours; the rest is the service's.
static int read_line(Doctor *doctor, int argc, char **argv, ServiceOptions *options)
{
    char **rest = ARENA_ARRAY(doctor->arena, char *, (size_t)argc + 1);
    int count = 0;
    for (int i = 0; i < argc; i++) {
        bool json = i > 0 && strcmp(argv[i], "--json") == 0;
        doctor->json = doctor->json || json;
        if (!json)
            rest[count++] = argv[i];
    }
    return service_options(count, rest, options);
}

int cmd_doctor(int argc, char **argv)
{
    Arena arena = { 0 };
    Doctor doctor = { .arena = &arena };
    ServiceOptions options;
    int status = read_line(&doctor, argc, argv, &options);
    if (status == EXIT_DONE && options.help)
        help_print("doctor");
    if (status == EXIT_DONE && !options.help) {
        doctor.out = buf_make(&arena, OUT_MAX);
        doctor.to = (JsonOut){ .buf = &doctor.out };
        if (doctor.json)
            jsonout_open(&doctor.to, '[');
        examine(&doctor, &options);
        status = say_all(&doctor);
        if (doctor.db)
            db_give(doctor.db);
        service_close(&doctor.service);
    }
    arena_close(&arena);
    return status;
}
