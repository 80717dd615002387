// admin: finds the task, opens what it needs, says what came of it.
#include "cmd/admin.h"

#include "cmd/cmd.h"
#include "sys/file.h"

#include <string.h>

enum { OUT_MAX = 16 << 20, DAYS_MAX = 3650 };

typedef struct Task {
    const char *noun, *verb; // verb NULL: the noun alone
    int least, most;         // words behind them
    bool (*run)(Admin *admin, Fault *fault);
    const char *usage;
} Task;

static const Task tasks[] = {
    { "credits", "grant", 3, ADMIN_WORDS_MAX, admin_credits_grant, "credits grant EMAIL AMOUNT REASON..." },
    { "credits", "show", 1, 1, admin_credits_show, "credits show EMAIL" },
    { "codes", "make", 3, 3, admin_codes_make, "codes make WORD CREDITS USES [--days N]" },
    { "codes", "list", 0, 0, admin_codes_list, "codes list" },
    { "grants", "list", 0, 0, admin_grants_list, "grants list" },
    { "packs", NULL, 0, 0, admin_packs, "packs" },
    { "purchases", NULL, 0, 0, admin_purchases, "purchases [--attention]" },
    { "refund", NULL, 2, 2, admin_refund, "refund PURCHASE CREDITS" },
    { "reconcile", NULL, 0, 0, admin_reconcile, "reconcile" },
    { "staff", "add", 1, 1, admin_staff_add, "staff add EMAIL" },
    { "staff", "list", 0, 0, admin_staff_list, "staff list" },
};

// ---- the line

static int take_option(Admin *admin, ServiceOptions *options, const char *name, const char *value, int *used)
{
    *used = 2;
    if (strcmp(name, "--config") == 0 && value)
        options->config = value;
    else if (strcmp(name, "--data") == 0 && value)
        options->data = value;
    else if (strcmp(name, "--days") == 0 && value && str_to_int(str_of(value), &admin->days) &&
             admin->days > 0 && admin->days <= DAYS_MAX)
        return EXIT_DONE;
    else if (strcmp(name, "--attention") == 0)
        admin->attention = (*used = 1) == 1;
    else if (strcmp(name, "--json") == 0)
        admin->json = (*used = 1) == 1;
    else if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        options->help = (*used = 1) == 1;
    else
        return misused("admin does not know \"%s\", or it lacks its value.", name);
    return EXIT_DONE;
}

static int read_line(Admin *admin, ServiceOptions *options, int argc, char **argv)
{
    for (int i = 1, used = 1; i < argc; i += used) {
        used = 1;
        if (strncmp(argv[i], "-", 1) == 0) {
            int status = take_option(admin, options, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used);
            if (status != EXIT_DONE)
                return status;
        } else if (admin->count == ADMIN_WORDS_MAX) {
            return misused("These are too many words.");
        } else {
            admin->words[admin->count++] = str_of(argv[i]);
        }
    }
    return EXIT_DONE;
}

static bool names_task(const Admin *admin, const Task *task)
{
    return admin->count > 0 && str_equal(admin->words[0], str_of(task->noun)) &&
           (task->verb == NULL || (admin->count > 1 && str_equal(admin->words[1], str_of(task->verb))));
}

static const Task *find_task(Admin *admin)
{
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        int own = tasks[i].verb ? 2 : 1;
        if (!names_task(admin, &tasks[i]))
            continue;
        admin->count -= own;
        memmove(admin->words, admin->words + own, (size_t)admin->count * sizeof *admin->words);
        return &tasks[i];
    }
    return NULL;
}

// ---- what tasks share

bool admin_person(Admin *admin, Str word, AccountId *out, Fault *fault)
{
    Account account;
    bool found = false;
    if (!id_read(word, &out->n) && !vault_address_find(admin->service.vault, word, out, fault))
        return false;
    if (out->n != 0 && !account_find(&admin->people, *out, &account, &found, fault))
        return false;
    return found || fault_set(fault, FAULT_INPUT, "Nobody has the address or id \"" STR_FMT "\".",
                              STR_ARG(str_slice(word, 0, 100)));
}

bool admin_number(Str word, const char *what, int64_t least, int64_t most, int64_t *out, Fault *fault)
{
    return (str_to_int(word, out) && *out >= least && *out <= most) ||
           fault_set(fault, FAULT_INPUT, "%s is a whole number from %lld to %lld.", what, (long long)least,
                     (long long)most);
}

void admin_member(Admin *admin, const char *name, Str value)
{
    jsonout_key(&admin->to, name);
    jsonout_str(&admin->to, value);
}

void admin_count(Admin *admin, const char *name, int64_t value)
{
    jsonout_key(&admin->to, name);
    jsonout_int(&admin->to, value);
}

// ---- the run

static bool run(Admin *admin, const ServiceOptions *options, const Task *task, Fault *fault)
{
    Config *config = &admin->service.config;
    if (!service_configure_tool(admin->arena, options, config, fault) ||
        !service_attach(admin->arena, &admin->service, fault) ||
        !db_take(admin->service.data, &admin->db, fault))
        return false;
    admin->people = (People){ admin->db, admin->service.vault, admin->arena, str_of(config->public_url) };
    admin->out = buf_make(admin->arena, OUT_MAX);
    admin->to = (JsonOut){ .buf = &admin->out };
    if (!task->run(admin, fault))
        return false;
    if (admin->json)
        buf_text(&admin->out, STR("\n"));
    return stdout_write(buf_str(&admin->out), fault);
}

static int finish(Admin *admin, bool good, Fault *fault)
{
    if (admin->db)
        db_give(admin->db);
    service_close(&admin->service);
    if (!good && fault->kind == FAULT_MISSING && admin->out.length == 0)
        fault->kind = FAULT_INPUT; // said aloud: it is no reader that went away
    return good ? EXIT_DONE : failed(fault);
}

int cmd_admin(int argc, char **argv)
{
    Arena arena = { 0 };
    ServiceOptions options = { .listen_fd = -1, .ready_fd = -1 };
    Admin *admin = ARENA_NEW(&arena, Admin);
    Fault fault = { 0 };
    admin->arena = &arena;
    int status = read_line(admin, &options, argc, argv);
    const Task *task = status == EXIT_DONE ? find_task(admin) : NULL;
    if (status == EXIT_DONE && options.help)
        help_print("admin");
    else if (status == EXIT_DONE && task == NULL)
        status = misused("admin does not know this task. Options and tasks: sonicstacker help admin.");
    else if (status == EXIT_DONE && (admin->count < task->least || admin->count > task->most))
        status = misused("It is: sonicstacker admin %s.", task->usage);
    else if (status == EXIT_DONE)
        status = finish(admin, run(admin, &options, task, &fault), &fault);
    arena_close(&arena);
    return status;
}
