// The operator's side of credits: a person's balance and lines, grants and who agrees to them, codes.
// Whatever shows something of a person is written down first.
#include "sys/clock.h"
#include "web/explain.h"
#include "web/routes.h"
#include "web/show.h"
#include "web/statement.h"

static Str fresh_once(Request *request)
{
    return id_text(request->arena, id_make());
}

// ---- all

static bool fill_grants(Request *request, Page *page, Fault *fault)
{
    Grant *grants;
    int count;
    if (!grant_list_waiting(&request->people, &grants, &count, fault))
        return false;
    page_flag(page, "any_grants", count > 0);
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "grants");
        if (!audit_write(request->db, request->account, "grant.look", grants[i].account, fault))
            return false;
        page_text(row, "grant_id", id_text(request->arena, grants[i].id));
        page_text(row, "grant_account", id_text(request->arena, grants[i].account.n));
        page_int(row, "grant_amount", grants[i].amount);
        page_text(row, "grant_reason", grants[i].reason);
        page_text(row, "grant_at", show_time(request->arena, grants[i].created));
        page_flag(row, "grant_own",
                  grants[i].staff.n == request->account.n || grants[i].account.n == request->account.n);
        page_flag(row, "grant_command", grants[i].staff.n == 0);
    }
    return true;
}

static Str code_state(const Code *code)
{
    if (code->closed)
        return STR("closed");
    if (code->used >= code->uses)
        return STR("used up");
    return code->ends > 0 && code->ends <= clock_now() ? STR("over") : STR("open");
}

static bool fill_codes(Request *request, Page *page, Fault *fault)
{
    Code *codes;
    int count;
    if (!code_list(request->db, request->arena, &codes, &count, fault))
        return false;
    page_flag(page, "any_codes", count > 0);
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "codes");
        page_text(row, "code_id", id_text(request->arena, codes[i].id));
        page_text(row, "code_word", codes[i].word);
        page_int(row, "code_amount", codes[i].amount);
        page_int(row, "code_used", codes[i].used);
        page_int(row, "code_uses", codes[i].uses);
        page_text(row, "code_ends", codes[i].ends ? show_day(request->arena, codes[i].ends) : STR(""));
        page_text(row, "code_state", code_state(&codes[i]));
        page_flag(row, "code_open", str_equal(code_state(&codes[i]), STR("open")));
    }
    return true;
}

static bool show_all(Request *request, Fault *wrong, Fault *fault)
{
    Page *page = show_page(request, "Credits of people");
    if (!fill_grants(request, page, fault) || !fill_codes(request, page, fault))
        return false;
    page_text(page, "person", request_field(request, "person"));
    page_text(page, "word", request_field(request, "word"));
    page_text(page, "credits", request_field(request, "credits"));
    page_text(page, "uses", request_field(request, "uses"));
    page_text(page, "days", request_field(request, "days"));
    if (wrong == NULL)
        return reply_page(request, 200, "staff-credits", page);
    *fault = *wrong;
    return show_again(request, "staff-credits", page, fault);
}

static bool all_page(Request *request, Fault *fault)
{
    return show_all(request, NULL, fault);
}

// ---- one person

static bool find_person(Request *request, AccountId *out, Fault *fault)
{
    Account account;
    bool found = false;
    Str person = request_field(request, "person");
    if (!id_read(person, &out->n) && !vault_address_find(request->site->vault, person, out, fault))
        return false;
    if (out->n != 0 && !account_find(&request->people, *out, &account, &found, fault))
        return false;
    return found || fault_set(fault, FAULT_INPUT, "Nobody has this address or id.");
}

static bool find(Request *request, Fault *fault)
{
    AccountId account;
    Fault wrong = { 0 };
    if (find_person(request, &account, &wrong))
        return reply_redirect(request, "/staff/credits/" STR_FMT,
                              STR_ARG(id_text(request->arena, account.n)));
    return show_all(request, &wrong, fault);
}

static bool person_of(Request *request, Account *out, Fault *fault)
{
    AccountId id;
    bool found;
    if (!request_id(request->args[0], &id.n, fault) ||
        !account_find(&request->people, id, out, &found, fault))
        return false;
    return found || fault_set(fault, FAULT_MISSING, "There is no such account.");
}

static bool show_person(Request *request, Fault *wrong, Fault *fault)
{
    Account account;
    Wallet wallet;
    int64_t before;
    Page *page = show_page(request, "Credits of a person");
    if (!person_of(request, &account, fault) ||
        !read_number(request, "before", "The line", 0, INT64_MAX, &before, fault) ||
        !audit_write(request->db, request->account, "credits.look", account.id, fault) ||
        !credit_wallet(request->db, account.id, &wallet, fault) ||
        !statement_fill(request, page, account.id, false, before, fault))
        return false;
    Str id = id_text(request->arena, account.id.n), once = request_field(request, "once");
    page_text(page, "account", id);
    page_text(page, "since", show_day(request->arena, account.created));
    page_flag(page, "unconfirmed", !account.active);
    page_int(page, "balance", wallet.credits);
    page_int(page, "held", wallet.held);
    page_print(page, "lines_at", "staff/credits/" STR_FMT, STR_ARG(id));
    page_int(page, "limit", request->site->config->staff_limit);
    page_text(page, "once", once.length > 0 ? once : fresh_once(request));
    page_text(page, "amount", request_field(request, "amount"));
    page_text(page, "reason", request_field(request, "reason"));
    if (wrong == NULL)
        return reply_page(request, 200, "staff-person", page);
    *fault = *wrong;
    return show_again(request, "staff-person", page, fault);
}

static bool person_page(Request *request, Fault *fault)
{
    return show_person(request, NULL, fault);
}

static bool grant(Request *request, Fault *fault)
{
    Account account;
    bool waits;
    Fault wrong = { 0 };
    if (!person_of(request, &account, fault))
        return false;
    GrantWish wish = { .staff = request->account,
                       .account = account.id,
                       .reason = request_field(request, "reason"),
                       .limit = request->site->config->staff_limit };
    if (!read_number(request, "amount", "The number of credits", 1, GRANT_MOST, &wish.amount, &wrong) ||
        !request_id(request_field(request, "once"), &wish.once, &wrong) ||
        !grant_make(&request->people, &wish, &waits, &wrong))
        return show_person(request, &wrong, fault);
    reply_notice(request, waits ? "grant-waits" : "grant-given");
    return reply_redirect(request, "/staff/credits/" STR_FMT, STR_ARG(request->args[0]));
}

// ---- agreeing

static bool decide(Request *request, bool yes, Fault *fault)
{
    int64_t id;
    Fault wrong = { 0 };
    if (!request_id(request->args[0], &id, fault))
        return false;
    if (!grant_decide(&request->people, request->account, id, yes, &wrong))
        return show_all(request, &wrong, fault);
    reply_notice(request, yes ? "grant-given" : "grant-refused");
    return reply_redirect(request, "/staff/credits");
}

static bool agree(Request *request, Fault *fault)
{
    return decide(request, true, fault);
}

static bool refuse(Request *request, Fault *fault)
{
    return decide(request, false, fault);
}

// ---- codes

static bool make_code(Request *request, Fault *fault)
{
    enum { DAYS_MAX = 3650 };
    int64_t credits, uses, days;
    Fault wrong = { 0 };
    if (!read_number(request, "credits", "The number of credits", 1, GRANT_MOST, &credits, &wrong) ||
        !read_number(request, "uses", "The number of uses", 1, GRANT_MOST, &uses, &wrong) ||
        !read_number(request, "days", "The number of days", 1, DAYS_MAX, &days, &wrong) ||
        !code_make(request->db, request->arena, request->account, request_field(request, "word"), credits,
                   uses, days ? clock_now() + days * MS_DAY : 0, &wrong))
        return show_all(request, &wrong, fault);
    reply_notice(request, "saved");
    return reply_redirect(request, "/staff/credits");
}

static bool close_code(Request *request, Fault *fault)
{
    int64_t id;
    if (!request_id(request->args[0], &id, fault) || !code_close(request->db, request->account, id, fault))
        return false;
    reply_notice(request, "saved");
    return reply_redirect(request, "/staff/credits");
}

const Route staff_credits_routes[] = {
    { METHOD_GET, "/staff/credits", WHO_OPERATOR, all_page, "", false, 0, 0 },
    { METHOD_POST, "/staff/credits/find", WHO_OPERATOR, find, "person", false, 0, 0 },
    { METHOD_GET, "/staff/credits/{id}", WHO_OPERATOR, person_page, "before", false, 0, 0 },
    { METHOD_POST, "/staff/credits/{id}/grant", WHO_OPERATOR, grant, "once amount reason", false, 0, 0 },
    { METHOD_POST, "/staff/grants/{id}/agree", WHO_OPERATOR, agree, "", false, 0, 0 },
    { METHOD_POST, "/staff/grants/{id}/refuse", WHO_OPERATOR, refuse, "", false, 0, 0 },
    { METHOD_POST, "/staff/codes", WHO_OPERATOR, make_code, "word credits uses days", false, 0, 0 },
    { METHOD_POST, "/staff/codes/{id}/close", WHO_OPERATOR, close_code, "", false, 0, 0 },
};
const int staff_credits_route_count = sizeof staff_credits_routes / sizeof *staff_credits_routes;
