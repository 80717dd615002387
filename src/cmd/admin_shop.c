// admin purchases, refund, reconcile.
#include "cmd/admin.h"

#include "web/pay_words.h"
#include "web/show.h"

#include <inttypes.h>

enum { SHOWN = 50 };

static bool open_shop(Admin *admin, Fault *fault)
{
    Service *service = &admin->service;
    return shop_open(&service->config, service->vault, &service->shop, fault);
}

// ---- purchases

static void put_purchase(Admin *admin, const Purchase *it)
{
    Str id = id_text(admin->arena, it->id.n), sum = purchase_sum(admin->arena, it);
    if (!admin->json) {
        buf_print(&admin->out, STR_FMT "  %-23.*s %14.*s  " STR_FMT "%s" STR_FMT "%s" STR_FMT "\n",
                  STR_ARG(id), STR_ARG(show_time(admin->arena, it->created)), STR_ARG(sum),
                  STR_ARG(purchase_words(it)), it->dispute_state.length ? ", dispute: " : "",
                  STR_ARG(it->dispute_state), it->trouble.length ? ", trouble: " : "", STR_ARG(it->trouble));
        return;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "purchase", id);
    admin_member(admin, "account", id_text(admin->arena, it->account.n));
    admin_member(admin, "pack", it->pack);
    admin_count(admin, "credits", it->credits);
    admin_member(admin, "sum", sum);
    admin_member(admin, "state", purchase_state_word(it->state));
    admin_member(admin, "dispute", it->dispute_state);
    admin_member(admin, "trouble", it->trouble);
    admin_count(admin, "created_ms", it->created);
    jsonout_close(&admin->to, '}');
}

static void put_matter(Admin *admin, const Attention *it)
{
    Str purchase = it->purchase.n ? id_text(admin->arena, it->purchase.n) : STR("");
    if (!admin->json) {
        buf_print(&admin->out, "%-23.*s %-14.*s %s" STR_FMT "%s" STR_FMT "\n",
                  STR_ARG(show_time(admin->arena, it->created)), STR_ARG(it->kind),
                  purchase.length ? "purchase " : "", STR_ARG(purchase), purchase.length ? ": " : "",
                  STR_ARG(attention_words(it->kind)));
        return;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "attention", it->kind);
    admin_member(admin, "purchase", purchase);
    admin_count(admin, "created_ms", it->created);
    admin_count(admin, "until_ms", it->until);
    jsonout_close(&admin->to, '}');
}

static bool put_matters(Admin *admin, Fault *fault)
{
    Attention *list;
    int count;
    if (!attention_list(admin->db, admin->arena, &list, &count, fault))
        return false;
    for (int i = 0; i < count; i++)
        put_matter(admin, &list[i]);
    return true;
}

bool admin_purchases(Admin *admin, Fault *fault)
{
    Purchase *list;
    int count;
    if (!audit_write(admin->db, (AccountId){ 0 }, "purchases.look", (AccountId){ 0 }, fault) ||
        !purchase_list_all(&admin->people, admin->attention, SHOWN, &list, &count, fault))
        return false;
    if (admin->json)
        jsonout_open(&admin->to, '[');
    if (admin->attention && !put_matters(admin, fault))
        return false;
    for (int i = 0; i < count; i++)
        put_purchase(admin, &list[i]);
    if (admin->json)
        jsonout_close(&admin->to, ']');
    else if (admin->out.length == 0)
        buf_text(&admin->out,
                 admin->attention ? STR("Nothing wants a look.\n") : STR("There are no purchases.\n"));
    return true;
}

// ---- refund

bool admin_refund(Admin *admin, Fault *fault)
{
    PurchaseId id;
    Purchase purchase;
    bool found = false;
    int64_t credits;
    if (!purchase_search(&admin->people, admin->words[0], &id, &found, fault) ||
        (found && !purchase_find(&admin->people, id, &purchase, &found, fault)))
        return false;
    if (!found)
        return fault_set(fault, FAULT_INPUT, "There is no purchase of this name.");
    if (!admin_number(admin->words[1], "CREDITS", 1, INT32_MAX, &credits, fault) ||
        !open_shop(admin, fault) ||
        !audit_write(admin->db, (AccountId){ 0 }, "refund", purchase.account, fault) ||
        !purchase_refund(admin->service.shop, &admin->people, (AccountId){ 0 }, id, credits, STR(""), fault))
        return false;
    if (!admin->json) {
        buf_print(&admin->out,
                  "%" PRId64 " credits are taken back, and Stripe is asked to pay their money back.\n",
                  credits);
        return true;
    }
    jsonout_open(&admin->to, '{');
    admin_member(admin, "purchase", id_text(admin->arena, id.n));
    admin_count(admin, "credits", credits);
    jsonout_close(&admin->to, '}');
    return true;
}

// ---- comparing with Stripe

bool admin_reconcile(Admin *admin, Fault *fault)
{
    Reconciliation r;
    if (!open_shop(admin, fault) ||
        !audit_write(admin->db, (AccountId){ 0 }, "reconcile", (AccountId){ 0 }, fault) ||
        !pay_reconcile_all(admin->service.shop, &admin->people, &r, fault))
        return false;
    if (!admin->json) {
        buf_print(&admin->out,
                  "%" PRId64 " purchases compared, %" PRId64 " events had not come, %" PRId64
                  " differences, %" PRId64 " repaired%s\n",
                  r.purchases, r.events, r.differences, r.repaired,
                  r.finished ? "" : "; Stripe did not answer for all: run it again later");
        return true;
    }
    jsonout_open(&admin->to, '{');
    admin_count(admin, "purchases", r.purchases);
    admin_count(admin, "events", r.events);
    admin_count(admin, "differences", r.differences);
    admin_count(admin, "repaired", r.repaired);
    jsonout_key(&admin->to, "finished");
    jsonout_bool(&admin->to, r.finished > 0);
    jsonout_close(&admin->to, '}');
    return true;
}
