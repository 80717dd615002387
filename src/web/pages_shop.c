// Buying: a pack becomes a purchase, whose page leads to Stripe's and says how it stands; receipts.
#include "web/pay_words.h"
#include "web/routes.h"
#include "web/show.h"

#include "base/money.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <inttypes.h>

enum { REFRESH_S = 2, REFRESHES = 30, LOOKS = 20, LOOK_AGAIN_MS = 5000 };

static bool go_to(Request *request, PurchaseId id)
{
    return reply_redirect(request, "/credits/purchases/" STR_FMT, STR_ARG(id_text(request->arena, id.n)));
}

// Stripe does not answer, or our keys are wrong: the purchase is kept, and its page says so.
static bool begun(Request *request, bool done, const Purchase *purchase, Fault *fault)
{
    if (!done && (purchase->id.n == 0 || (fault->kind != FAULT_REMOTE && fault->kind != FAULT_BROKEN)))
        return false;
    if (!done)
        log_error("web.checkout text=%s", fault->text);
    return go_to(request, purchase->id);
}

static bool checkout(Request *request, Fault *fault)
{
    Purchase purchase = { 0 };
    bool done =
        purchase_begin(request->site->shop, &request->people, request->account,
                       request_field(request, "pack"), request_field(request, "once"), &purchase, fault);
    return begun(request, done, &purchase, fault);
}

// ---- one purchase

static bool purchase_of(Request *request, Purchase *out, Fault *fault)
{
    PurchaseId id;
    return request_id(request->args[0], &id.n, fault) &&
           purchase_read(&request->people, request->account, id, out, fault);
}

static bool resume(Request *request, Fault *fault)
{
    Purchase purchase = { 0 };
    PurchaseId id;
    if (!request_id(request->args[0], &id.n, fault))
        return false;
    bool done =
        purchase_resume(request->site->shop, &request->people, request->account, id, &purchase, fault);
    return begun(request, done, &purchase, fault);
}

// The page comes again by itself while Stripe is asked, and not for ever.
static bool refresh(Request *request, const Purchase *purchase, Fault *fault)
{
    int64_t times;
    if (!read_number(request, "wait", "\"wait\"", 0, REFRESHES, &times, fault))
        return false;
    if (purchase->busy && times < REFRESHES)
        reply_header(request, "Refresh",
                     arena_print(request->arena, "%d; url=/credits/purchases/" STR_FMT "?wait=%" PRId64,
                                 REFRESH_S, STR_ARG(request->args[0]), times + 1));
    return true;
}

static void fill_state(Request *request, Page *page, const Purchase *it)
{
    int port = shop_local_port(request->site->shop);
    page_text(page, "state", purchase_words(it));
    page_flag(page, "new", it->state == PURCHASE_NEW);
    page_flag(page, "awaiting", it->state == PURCHASE_AWAITING);
    page_flag(page, "over", it->state == PURCHASE_FAILED || it->state == PURCHASE_EXPIRED);
    page_flag(page, "busy", it->busy);
    page_flag(page, "trouble", it->trouble.length > 0);
    page_text(page, "dispute", dispute_words(it->dispute_state));
    page_flag(page, "open", it->state == PURCHASE_OPEN && it->path.length > 0);
    page_text(page, "stripe_path", it->path);
    page_flag(page, "local", port > 0);
    page_int(page, "port", port);
    page_text(page, "until", show_time(request->arena, it->expires));
}

static void fill_refund(Request *request, Page *page, const Purchase *it)
{
    Str once = request_field(request, "once"), credits = request_field(request, "credits");
    page_flag(page, "may_refund", it->refundable > 0 && shop_sells(request->site->shop));
    page_int(page, "refundable", it->refundable);
    page_text(page, "worth",
              money_text(request->arena, purchase_worth(it, it->refundable), it->paid_currency));
    page_text(page, "once", once.length ? once : secret_token(request->arena));
    page_text(page, "refund_credits",
              credits.length ? credits : arena_print(request->arena, "%" PRId64, it->refundable));
}

static bool show_purchase(Request *request, const Purchase *it, Fault *wrong, Fault *fault)
{
    Receipt *receipts;
    int count;
    Page *page = show_page(request, "Your purchase");
    if (!receipt_list_of(&request->people, it->id, &receipts, &count, fault) || !refresh(request, it, fault))
        return false;
    page_text(page, "id", id_text(request->arena, it->id.n));
    page_text(page, "pack_title", it->title);
    page_int(page, "pack_credits", it->credits);
    page_text(page, "sum", purchase_sum(request->arena, it));
    page_text(page, "at", show_time(request->arena, it->created));
    page_flag(page, "test", !it->live);
    fill_state(request, page, it);
    fill_refund(request, page, it);
    fill_receipts(request->arena, page, receipts, count);
    if (wrong == NULL)
        return reply_page(request, 200, "purchase", page);
    *fault = *wrong;
    return show_again(request, "purchase", page, fault);
}

static bool purchase_page(Request *request, Fault *fault)
{
    Purchase purchase;
    return purchase_of(request, &purchase, fault) && show_purchase(request, &purchase, NULL, fault);
}

// Where Stripe sends people back to, whether they paid or not. It is asked at most so often.
static bool come_back(Request *request, Fault *fault)
{
    Purchase purchase;
    PurchaseId id;
    int64_t wait_ms;
    if (!request_has(request, "purchase")) // signed in on the way back
        return reply_redirect(request, "/credits");
    if (!request_id(request_field(request, "purchase"), &id.n, fault) ||
        !purchase_read(&request->people, request->account, id, &purchase, fault) ||
        !throttle_take(request->db, request->site->vault, request->arena, "look",
                       id_text(request->arena, request->account.n), LOOKS, LOOK_AGAIN_MS, &wait_ms, fault))
        return false;
    bool open = purchase.state != PURCHASE_EXPIRED && purchase.state != PURCHASE_FAILED;
    if (open && wait_ms == 0 && !purchase_look(request->db, id, fault))
        return false;
    return go_to(request, id);
}

static bool refund(Request *request, Fault *fault)
{
    Purchase purchase;
    int64_t credits;
    Fault wrong = { 0 };
    if (!purchase_of(request, &purchase, fault))
        return false;
    bool done = read_number(request, "credits", "The number of credits", 1, INT32_MAX, &credits, &wrong) &&
                purchase_refund(request->site->shop, &request->people, (AccountId){ 0 }, purchase.id, credits,
                                request_field(request, "once"), &wrong);
    if (!done && wrong.kind != FAULT_REMOTE)
        return show_purchase(request, &purchase, &wrong, fault);
    reply_notice(request, "refund-asked");
    return go_to(request, purchase.id);
}

// ---- receipts

static bool receipt_page(Request *request, Fault *fault)
{
    Receipt receipt;
    int64_t number;
    if (!str_to_int(request->args[0], &number) || number < 1)
        return fault_set(fault, FAULT_MISSING, "There is no such receipt.");
    if (!receipt_read(&request->people, request->account, number, &receipt, fault))
        return false;
    Str name = receipt_name(request->arena, number);
    Page *page = show_page(request, arena_print(request->arena, "Receipt " STR_FMT, STR_ARG(name)).data);
    int64_t amount = receipt.refund ? -receipt.amount : receipt.amount;
    page_text(page, "number", name);
    page_flag(page, "refund", receipt.refund);
    page_text(page, "day", show_day(request->arena, receipt.at));
    page_text(page, "what", receipt.title);
    page_int(page, "credits", receipt.refund ? -receipt.credits : receipt.credits);
    page_text(page, "sum", money_text(request->arena, amount, receipt.currency));
    page_text(page, "tax_line", receipt.tax_line);
    page_text(page, "purchase", id_text(request->arena, receipt.purchase.n));
    page_flag(page, "test", !receipt.live);
    fill_lines_of(page, "seller", receipt.seller);
    page_text(page, "buyer", receipt.name);
    fill_lines_of(page, "address", receipt.address);
    return reply_page(request, 200, "receipt", page);
}

const Route shop_routes[] = {
    { METHOD_POST, "/credits/checkout", WHO_MEMBER, checkout, "pack once", false, 0, 0 },
    { METHOD_GET, "/credits/return", WHO_MEMBER, come_back, "purchase", false, 0, 0 },
    { METHOD_GET, "/credits/purchases/{id}", WHO_MEMBER, purchase_page, "wait", false, 0, 0 },
    { METHOD_POST, "/credits/purchases/{id}/resume", WHO_MEMBER, resume, "", false, 0, 0 },
    { METHOD_POST, "/credits/purchases/{id}/refund", WHO_MEMBER, refund, "credits once", false, 0, 0 },
    { METHOD_GET, "/credits/receipts/{number}", WHO_MEMBER, receipt_page, "", false, 0, 0 },
};
const int shop_route_count = sizeof shop_routes / sizeof *shop_routes;
