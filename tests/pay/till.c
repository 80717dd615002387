#include "tests/pay/till.h"

#include "sys/fetch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 8 << 20 };

static void start(Till *till)
{
    int in[2], out[2];
    char line[32] = "";
    size_t length = 0;
    if (system("command -v node >/dev/null && test -d node_modules/stripe") != 0)
        skip();
    CHECK_INT(pipe(in), 0);
    CHECK_INT(pipe(out), 0);
    till->process = fork();
    if (till->process == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        for (int fd = 3; fd < 256; fd++)
            close(fd);
        execlp("node", "node", "tests/stripe/fake.mjs", (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    till->leash = in[1];
    while (length < sizeof line - 1 && read(out[0], line + length, 1) == 1 && line[length] != '\n')
        length++;
    close(out[0]);
    till->port = atoi(line);
    CHECK(till->port > 0);
}

static const char *secret_file(Till *till, const char *name, Str text)
{
    Str path = arena_print(test_arena(), "%s/%s", till->world->folder, name);
    FILE *file = fopen(path.data, "w");
    CHECK(file != NULL);
    fprintf(file, STR_FMT "\n", STR_ARG(text));
    fclose(file);
    CHECK_INT(chmod(path.data, 0400), 0);
    return path.data;
}

Str till_member(Str json, const char *name)
{
    size_t at, end;
    Str wanted = arena_print(test_arena(), "\"%s\":\"", name);
    if (!str_find(json, wanted, &at))
        return STR("");
    Str rest = str_slice(json, at + wanted.length, json.length);
    return str_find(rest, STR("\""), &end) ? arena_copy(test_arena(), str_slice(rest, 0, end)) : STR("");
}

Str till_tell(Till *till, const char *control, const char *json)
{
    Fault fault;
    FetchReply reply;
    FetchOrder order = { .method = "POST",
                         .url = arena_print(test_arena(), "http://127.0.0.1:%d/_control/%s", till->port,
                                            control),
                         .body = str_of(json),
                         .reply_max = ANSWER_MAX,
                         .connect_ms = 5000,
                         .whole_ms = 20000 };
    CHECK_OK(fetch(test_arena(), &order, &reply, &fault));
    if (reply.status != 200)
        print_error("%s %s: %d %.300s\n", control, json, reply.status,
                    reply.body.data ? reply.body.data : "");
    CHECK_INT(reply.status, 200);
    return reply.body;
}

Till *till_open(TestEngine engine)
{
    Fault fault = { 0 };
    Till *till = ARENA_NEW(test_arena(), Till);
    start(till);
    till->world = world_open(engine);
    till->people = &till->world->people;
    till->ada = world_person(till->world, "ada@example.org");
    Str settings = till_tell(till, "settings", "{\"webhook\":{\"hold\":true}}"), key, secret;
    size_t at, end;
    CHECK(str_find(settings, STR("sk_test_"), &at));
    key = str_slice(settings, at, settings.length);
    CHECK(str_find(key, STR("\""), &end));
    key = str_slice(key, 0, end);
    CHECK(str_find(settings, STR("whsec_"), &at));
    secret = str_slice(settings, at, settings.length);
    CHECK(str_find(secret, STR("\""), &end));
    secret = str_slice(secret, 0, end);
    till->config = (Config){
        .seller = "Sample Sounds | 1 Example Street",
        .tax_line = "No value added tax is charged.",
        .packs = { { "starter", "Starter", 100, 499, 2, "usd" }, { "coins", "Coins", 500, 7, 2, "usd" } },
        .pack_count = 2,
        .stripe_mode = "test",
        .stripe_api = arena_print(test_arena(), "http://127.0.0.1:%d", till->port).data,
        .stripe_key = secret_file(till, "stripe.key", key),
        .stripe_webhook = secret_file(till, "stripe.webhook", secret),
    };
    CHECK_OK(shop_open(&till->config, till->world->vault, &till->shop, &fault));
    return till;
}

void till_close(Till *till)
{
    int status;
    shop_close(till->shop);
    world_close(till->world);
    close(till->leash);
    CHECK(waitpid(till->process, &status, 0) == till->process);
}

Purchase till_buy(Till *till)
{
    Fault fault = { 0 };
    Purchase purchase = { 0 };
    CHECK_OK(purchase_begin(till->shop, till->people, till->ada, STR("starter"), STR(""), &purchase, &fault));
    CHECK_INT(purchase.state, PURCHASE_OPEN);
    return purchase;
}

void till_look(Till *till, PurchaseId id)
{
    Fault fault = { 0 };
    bool again;
    CHECK_OK(purchase_look(till->world->db, id, &fault));
    CHECK_OK(purchase_reconcile(till->shop, till->people, id, &again, &fault));
    CHECK(!again);
}

Purchase till_read(Till *till, PurchaseId id)
{
    Fault fault = { 0 };
    Purchase purchase = { 0 };
    CHECK_OK(purchase_read(till->people, till->ada, id, &purchase, &fault));
    return purchase;
}

Purchase till_paid(Till *till)
{
    Purchase purchase = till_buy(till);
    till_tell(till, "complete",
              arena_print(test_arena(), "{\"session\":\"" STR_FMT "\"}", STR_ARG(purchase.session)).data);
    till_look(till, purchase.id);
    return till_read(till, purchase.id);
}

int64_t till_credits(Till *till)
{
    Fault fault = { 0 };
    int64_t credits;
    CHECK_OK(credit_balance(till->world->db, till->ada, &credits, &fault));
    return credits;
}

void till_checked(Till *till)
{
    Fault fault = { 0 };
    Checkup checkup = { .count = 0 };
    CHECK_OK(credit_check(till->world->db, test_arena(), &checkup, &fault));
    CHECK_OK(pay_check(till->world->db, test_arena(), &checkup, &fault));
    if (checkup.count)
        print_error("%s %lld\n", checkup.list[0].rule, (long long)checkup.list[0].id);
    CHECK_INT(checkup.count, 0);
}

int till_receipts(Till *till)
{
    Fault fault = { 0 };
    Receipt *list;
    int count;
    CHECK_OK(receipt_list(till->people, till->ada, &list, &count, &fault));
    return count;
}
