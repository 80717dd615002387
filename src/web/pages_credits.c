// The credits page: what one has, what a song costs, codes, and every line with its reason.
#include "web/explain.h"
#include "web/pay_words.h"
#include "web/routes.h"
#include "web/show.h"
#include "web/statement.h"

#include "base/money.h"
#include "credit/price.h"
#include "sys/secret.h"

static bool fill_price(Request *request, Page *page, Fault *fault)
{
    Quote quote;
    if (!price_quote(request->site->config, STR("built-in"), 0, 1, &quote, fault))
        return false;
    page_flag(page, "free", quote.each == 0);
    page_text(page, "price", credits_text(request->arena, quote.each));
    page_int(page, "price_minutes", PRICE_STEP_SECONDS / 60);
    return true;
}

static void fill_packs(Request *request, Page *page)
{
    const Config *config = request->site->config;
    Str token = secret_token(request->arena);
    page_flag(page, "sells", shop_sells(request->site->shop));
    page_flag(page, "test", !shop_live(request->site->shop));
    for (int i = 0; i < config->pack_count; i++) {
        const PackConfig *pack = &config->packs[i];
        Page *row = page_row(page, "packs");
        page_text(row, "pack", str_of(pack->name));
        page_text(row, "pack_title", str_of(pack->title));
        page_int(row, "pack_credits", pack->credits);
        page_text(row, "pack_price", money_text(request->arena, pack->price, str_of(pack->currency)));
        page_text(row, "pack_each", price_each(request->arena, pack));
        page_print(row, "once", STR_FMT "-%s", STR_ARG(token),
                   pack->name); // the same key is the same purchase
    }
}

static bool fill_bought(Request *request, Page *page, Fault *fault)
{
    enum { PURCHASES = 20 };
    Purchase *purchases;
    Receipt *receipts;
    int count, receipt_count;
    if (!purchase_list(&request->people, request->account, PURCHASES, &purchases, &count, fault) ||
        !receipt_list(&request->people, request->account, &receipts, &receipt_count, fault))
        return false;
    fill_purchases(request->arena, page, purchases, count);
    fill_receipts(request->arena, page, receipts, receipt_count);
    return true;
}

static bool show_credits(Request *request, Fault *wrong, Fault *fault)
{
    Wallet wallet;
    int64_t before;
    Page *page = show_page(request, "Your credits");
    if (!read_number(request, "before", "The line", 0, INT64_MAX, &before, fault) ||
        !show_wallet(request, &wallet, fault) || !fill_price(request, page, fault) ||
        !fill_bought(request, page, fault) ||
        !statement_fill(request, page, request->account, true, before, fault))
        return false;
    fill_packs(request, page);
    page_int(page, "balance", wallet.credits);
    page_int(page, "held", wallet.held);
    page_flag(page, "blocked", wallet.credits < 0);
    page_text(page, "lines_at", STR("credits"));
    page_text(page, "code_entered", request_field(request, "code"));
    page_flag(page, "operator", request->operator_role);
    if (wrong == NULL)
        return reply_page(request, 200, "credits", page);
    *fault = *wrong;
    return show_again(request, "credits", page, fault);
}

static bool credits_page(Request *request, Fault *fault)
{
    return show_credits(request, NULL, fault);
}

static bool use_code(Request *request, Fault *fault)
{
    int64_t amount;
    Fault wrong = { 0 };
    if (code_use(&request->people, request->account, request_field(request, "code"), &amount, &wrong)) {
        reply_notice_number(request, "code-used", amount);
        return reply_redirect(request, "/credits");
    }
    if (wrong.kind == FAULT_MISSING) // the page is there; what was entered does not fit
        wrong.kind = FAULT_INPUT;
    return show_credits(request, &wrong, fault);
}

static bool give_file(Request *request, StatementForm form, const char *type, const char *name, Fault *fault)
{
    Buf buf = buf_make(request->arena, STATEMENT_BYTES_MAX);
    if (!statement_write(request, form, &buf, fault))
        return false;
    reply_header(request, "Content-Disposition",
                 arena_print(request->arena, "attachment; filename=\"%s\"", name));
    return reply_text(request, 200, type, buf_str(&buf));
}

static bool lines_csv(Request *request, Fault *fault)
{
    return give_file(request, STATEMENT_CSV, "text/csv; charset=utf-8; header=present", "credits.csv", fault);
}

static bool lines_json(Request *request, Fault *fault)
{
    return give_file(request, STATEMENT_JSON, "application/json", "credits.json", fault);
}

const Route credits_routes[] = {
    { METHOD_GET, "/credits", WHO_MEMBER, credits_page, "before", false, 0, 0 },
    { METHOD_POST, "/credits/code", WHO_MEMBER, use_code, "code", false, 0, 0 },
    { METHOD_GET, "/credits/lines.csv", WHO_MEMBER, lines_csv, "", false, 0, 0 },
    { METHOD_GET, "/credits/lines.json", WHO_MEMBER, lines_json, "", false, 0, 0 },
};
const int credits_route_count = sizeof credits_routes / sizeof *credits_routes;
