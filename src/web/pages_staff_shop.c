// The operator's side of the shop: what wants a look, the nightly comparison, single purchases.
// Whatever shows something of a person is written down first.
#include "web/pay_words.h"
#include "web/routes.h"
#include "web/show.h"

#include "base/money.h"
#include "sys/secret.h"

#include <inttypes.h>

enum { PURCHASES = 50 };

static bool fill_attention(Request *request, Page *page, Fault *fault)
{
    Attention *list;
    int count;
    if (!attention_list(request->db, request->arena, &list, &count, fault))
        return false;
    page_flag(page, "any_attention", count > 0);
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "attentions");
        page_text(row, "attention_id", id_text(request->arena, list[i].id));
        page_text(row, "attention_kind", list[i].kind);
        page_text(row, "attention_words", attention_words(list[i].kind));
        page_text(row, "attention_at", show_time(request->arena, list[i].created));
        if (list[i].until > 0)
            page_text(row, "attention_until", show_time(request->arena, list[i].until));
        if (list[i].purchase.n != 0)
            page_text(row, "attention_purchase", id_text(request->arena, list[i].purchase.n));
    }
    return true;
}

static bool fill_comparison(Request *request, Page *page, Fault *fault)
{
    Reconciliation last;
    bool found;
    if (!reconciliation_last(request->db, request->arena, &last, &found, fault))
        return false;
    page_flag(page, "compared", found);
    if (!found)
        return true;
    page_text(page, "compared_at", show_time(request->arena, last.at));
    page_int(page, "compared_purchases", last.purchases);
    page_int(page, "compared_events", last.events);
    page_int(page, "compared_differences", last.differences);
    page_int(page, "compared_repaired", last.repaired);
    page_flag(page, "compared_cut", last.finished == 0);
    return true;
}

static bool show_shop(Request *request, Fault *wrong, Fault *fault)
{
    Purchase *purchases;
    int count;
    Page *page = show_page(request, "Shop");
    if (!fill_attention(request, page, fault) || !fill_comparison(request, page, fault) ||
        !audit_write(request->db, request->account, "purchases.look", (AccountId){ 0 }, fault) ||
        !purchase_list_all(&request->people, true, PURCHASES, &purchases, &count, fault))
        return false;
    fill_purchases(request->arena, page, purchases, count);
    page_flag(page, "sells", shop_sells(request->site->shop));
    page_flag(page, "test", !shop_live(request->site->shop));
    page_int(page, "packs", request->site->config->pack_count);
    page_text(page, "name", request_field(request, "name"));
    if (wrong == NULL)
        return reply_page(request, 200, "staff-shop", page);
    *fault = *wrong;
    return show_again(request, "staff-shop", page, fault);
}

static bool shop_page(Request *request, Fault *fault)
{
    return show_shop(request, NULL, fault);
}

static bool find(Request *request, Fault *fault)
{
    PurchaseId id;
    bool found;
    Fault wrong;
    if (!purchase_search(&request->people, request_field(request, "name"), &id, &found, fault))
        return false;
    if (found)
        return reply_redirect(request, "/staff/purchases/" STR_FMT, STR_ARG(id_text(request->arena, id.n)));
    fault_set(&wrong, FAULT_INPUT, "There is no purchase of this name.");
    return show_shop(request, &wrong, fault);
}

static bool done(Request *request, Fault *fault)
{
    int64_t id;
    if (!request_id(request->args[0], &id, fault) ||
        !attention_done(request->db, request->account, id, fault))
        return false;
    reply_notice(request, "saved");
    return reply_redirect(request, "/staff/shop");
}

static bool reconcile(Request *request, Fault *fault)
{
    Reconciliation report;
    Fault wrong = { 0 };
    if (!audit_write(request->db, request->account, "reconcile", (AccountId){ 0 }, fault))
        return false;
    if (!pay_reconcile_all(request->site->shop, &request->people, &report, &wrong))
        return wrong.kind == FAULT_REMOTE ? reply_redirect(request, "/staff/shop")
                                          : show_shop(request, &wrong, fault);
    reply_notice(request, "compared");
    return reply_redirect(request, "/staff/shop");
}

// ---- one purchase

static bool purchase_of(Request *request, Purchase *out, Fault *fault)
{
    PurchaseId id;
    bool found;
    return request_id(request->args[0], &id.n, fault) &&
           purchase_find(&request->people, id, out, &found, fault) &&
           (found || fault_set(fault, FAULT_MISSING, "There is no such purchase."));
}

static void fill_purchase(Request *request, Page *page, const Purchase *it)
{
    Str credits = request_field(request, "credits"), once = request_field(request, "once");
    page_text(page, "id", id_text(request->arena, it->id.n));
    page_text(page, "account", id_text(request->arena, it->account.n));
    page_text(page, "pack_title", it->title);
    page_int(page, "pack_credits", it->credits);
    page_int(page, "refunded", it->refunded);
    page_text(page, "sum", purchase_sum(request->arena, it));
    page_text(page, "state", purchase_words(it));
    page_text(page, "at", show_time(request->arena, it->created));
    page_flag(page, "test", !it->live);
    page_flag(page, "busy", it->busy);
    page_text(page, "trouble", it->trouble);
    page_text(page, "dispute", dispute_words(it->dispute_state));
    page_text(page, "dispute_state", it->dispute_state);
    page_text(page, "evidence", it->evidence_due ? show_time(request->arena, it->evidence_due) : STR(""));
    page_text(page, "session", it->session);
    page_text(page, "intent", it->intent);
    page_text(page, "charge", it->charge);
    page_flag(page, "may_refund", it->refundable > 0);
    page_int(page, "refundable", it->refundable);
    page_text(page, "worth",
              money_text(request->arena, purchase_worth(it, it->refundable), it->paid_currency));
    page_text(page, "refund_credits", credits);
    page_text(page, "once", once.length ? once : secret_token(request->arena));
}

static bool show_purchase(Request *request, const Purchase *it, Fault *wrong, Fault *fault)
{
    Receipt *receipts;
    int count;
    Page *page = show_page(request, "A purchase");
    if (!audit_write(request->db, request->account, "purchase.look", it->account, fault) ||
        !receipt_list_of(&request->people, it->id, &receipts, &count, fault))
        return false;
    fill_purchase(request, page, it);
    fill_receipts(request->arena, page, receipts, count);
    if (wrong == NULL)
        return reply_page(request, 200, "staff-purchase", page);
    *fault = *wrong;
    return show_again(request, "staff-purchase", page, fault);
}

static bool purchase_page(Request *request, Fault *fault)
{
    Purchase purchase;
    return purchase_of(request, &purchase, fault) && show_purchase(request, &purchase, NULL, fault);
}

static bool back_to(Request *request, const char *notice)
{
    reply_notice(request, notice);
    return reply_redirect(request, "/staff/purchases/" STR_FMT, STR_ARG(request->args[0]));
}

static bool look(Request *request, Fault *fault)
{
    Purchase purchase;
    return purchase_of(request, &purchase, fault) && purchase_look(request->db, purchase.id, fault) &&
           back_to(request, "looked");
}

static bool refund(Request *request, Fault *fault)
{
    Purchase purchase;
    int64_t credits;
    Fault wrong = { 0 };
    if (!purchase_of(request, &purchase, fault))
        return false;
    bool asked = read_number(request, "credits", "The number of credits", 1, INT32_MAX, &credits, &wrong) &&
                 purchase_refund(request->site->shop, &request->people, request->account, purchase.id,
                                 credits, request_field(request, "once"), &wrong);
    if (!asked && wrong.kind != FAULT_REMOTE)
        return show_purchase(request, &purchase, &wrong, fault);
    return back_to(request, "refund-asked");
}

const Route staff_shop_routes[] = {
    { METHOD_GET, "/staff/shop", WHO_OPERATOR, shop_page, "", false, 0, 0 },
    { METHOD_POST, "/staff/shop/find", WHO_OPERATOR, find, "name", false, 0, 0 },
    { METHOD_POST, "/staff/shop/reconcile", WHO_OPERATOR, reconcile, "", false, 0, 0 },
    { METHOD_POST, "/staff/attention/{id}/done", WHO_OPERATOR, done, "", false, 0, 0 },
    { METHOD_GET, "/staff/purchases/{id}", WHO_OPERATOR, purchase_page, "", false, 0, 0 },
    { METHOD_POST, "/staff/purchases/{id}/look", WHO_OPERATOR, look, "", false, 0, 0 },
    { METHOD_POST, "/staff/purchases/{id}/refund", WHO_OPERATOR, refund, "credits once", false, 0, 0 },
};
const int staff_shop_route_count = sizeof staff_shop_routes / sizeof *staff_shop_routes;
