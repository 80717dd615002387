// The account page: what one is known by, how one signs in, and where one is signed in.
#include "sys/clock.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>
#include <string.h>

static Str notice_text(Str kind)
{
    static const struct {
        Str kind, text;
    } texts[] = {
        { STR_INIT("sign-in"), STR_INIT("Signed in") },
        { STR_INIT("password"), STR_INIT("Password changed") },
        { STR_INIT("email"), STR_INIT("Address changed") },
        { STR_INIT("code-on"), STR_INIT("One-time codes turned on") },
        { STR_INIT("code-off"), STR_INIT("One-time codes turned off") },
        { STR_INIT("reset"), STR_INIT("Password set with a mailed link") },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_equal(texts[i].kind, kind))
            return texts[i].text;
    return kind;
}

static bool fill_sessions(Request *request, Page *page, Fault *fault)
{
    Session *sessions;
    int count;
    if (!session_list(&request->people, request->account, &sessions, &count, fault))
        return false;
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "sessions");
        page_text(row, "session_id", id_text(request->arena, sessions[i].id));
        page_text(row, "browser", sessions[i].browser);
        page_text(row, "system", sessions[i].system);
        page_text(row, "seen", show_time(request->arena, sessions[i].seen));
        page_flag(row, "here", sessions[i].id == request->session.id);
    }
    return true;
}

static Str scope_words(Arena *arena, unsigned scopes)
{
    Buf buf = buf_make(arena, 100);
    buf_print(&buf, "%s%s%s%s", scopes & SCOPE_READ ? "read " : "", scopes & SCOPE_MAKE ? "make " : "",
              scopes & SCOPE_DELETE ? "delete " : "", scopes & SCOPE_BUY ? "buy" : "");
    return str_trim(buf_str(&buf));
}

static bool fill_tokens(Request *request, Page *page, Fault *fault)
{
    ApiToken *tokens;
    int count;
    if (!api_token_list(&request->people, request->account, &tokens, &count, fault))
        return false;
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "tokens");
        page_text(row, "token_id", id_text(request->arena, tokens[i].id));
        page_text(row, "token_name", tokens[i].name);
        page_text(row, "token_scopes", scope_words(request->arena, tokens[i].scopes));
        if (tokens[i].cap >= 0)
            page_print(row, "token_cap", "%" PRId64 " of %" PRId64, tokens[i].spent, tokens[i].cap);
        page_text(row, "token_used", show_time(request->arena, tokens[i].used));
    }
    return true;
}

static bool fill_notices(Request *request, Page *page, Fault *fault)
{
    Notice *notices;
    int count;
    if (!notice_list(&request->people, request->account, 20, &notices, &count, fault))
        return false;
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "notices");
        page_text(row, "notice_at", show_time(request->arena, notices[i].at));
        page_text(row, "notice_what", notice_text(notices[i].kind));
        page_text(row, "notice_browser", notices[i].browser);
        page_text(row, "notice_system", notices[i].system);
    }
    return true;
}

static bool show_account(Request *request, Fault *wrong, Fault *fault)
{
    Account account;
    Page *page = show_page(request, "Your account");
    if (!account_read(&request->people, request->account, &account, fault) ||
        !fill_sessions(request, page, fault) || !fill_tokens(request, page, fault) ||
        !fill_notices(request, page, fault))
        return false;
    page_text(page, "name", account.name);
    page_text(page, "email", account.email);
    page_flag(page, "totp", account.has_totp);
    if (wrong == NULL)
        return reply_page(request, 200, "account", page);
    *fault = *wrong;
    return show_again(request, "account", page, fault);
}

static bool account_page(Request *request, Fault *fault)
{
    return show_account(request, NULL, fault);
}

static bool saved(Request *request, const char *notice)
{
    reply_notice(request, notice);
    return reply_redirect(request, "/account");
}

static bool save_name(Request *request, Fault *fault)
{
    Fault wrong = { 0 };
    if (account_rename(&request->people, request->account, request_field(request, "name"), &wrong))
        return saved(request, "saved");
    return show_account(request, &wrong, fault);
}

static bool change_email(Request *request, Fault *fault)
{
    Fault wrong = { 0 };
    if (account_email_ask(&request->people, request->account, request_field(request, "email"), &wrong))
        return saved(request, "email-asked");
    return show_account(request, &wrong, fault);
}

static bool change_password(Request *request, Fault *fault)
{
    Fault wrong = { 0 };
    if (account_password(&request->people, request->account, request_raw(request, "current"),
                         request_raw(request, "password"), request->session.id, &wrong))
        return saved(request, "password-changed");
    return show_account(request, &wrong, fault);
}

// ---- giving the password once more before things that matter

static bool show_prove(Request *request, Str error, Fault *fault)
{
    Account account;
    bool found;
    Page *page = show_page(request, "Is it you?");
    if (!account_find(&request->people, request->account, &account, &found, fault))
        return false;
    page_text(page, "next", safe_path(request_field(request, "next"), STR("/account")));
    page_flag(page, "code", found && account.has_totp);
    page_text(page, "error", error);
    return reply_page(request, error.length > 0 ? 401 : 200, "prove", page);
}

static bool prove_page(Request *request, Fault *fault)
{
    return show_prove(request, STR(""), fault);
}

static bool prove(Request *request, Fault *fault)
{
    Str token;
    SignInResult result = { 0 };
    if (!session_prove(&request->people, &request->session, request_raw(request, "password"),
                       request_field(request, "code"), &token, &result, fault))
        return false;
    if (result.end == SIGNIN_WAIT)
        return show_prove(request, STR("Too many tries. Please wait a little."), fault);
    if (result.end != SIGNIN_DONE)
        return show_prove(request, STR("The password or the code is not right."), fault);
    reply_cookie(request, "__Host-sid", token, SESSION_LIFE_DAYS * 86400);
    return reply_redirect(request, STR_FMT,
                          STR_ARG(safe_path(request_field(request, "next"), STR("/account"))));
}

// ---- one-time codes

static bool code_setup(Request *request, Fault *fault)
{
    TotpSetup setup;
    if (!totp_begin(&request->people, request->account, &setup, fault))
        return false;
    Page *page = show_page(request, "Set up one-time codes");
    page_text(page, "secret", setup.secret);
    page_text(page, "uri", setup.uri);
    return reply_page(request, 200, "code-setup", page);
}

static bool code_confirm(Request *request, Fault *fault)
{
    Str *codes;
    int count;
    if (!totp_confirm(&request->people, request->account, request_field(request, "code"), &codes, &count,
                      fault))
        return false;
    Page *page = show_page(request, "Your recovery codes");
    for (int i = 0; i < count; i++)
        page_text(page_row(page, "codes"), "code", codes[i]);
    return reply_page(request, 200, "recovery-codes", page);
}

static bool code_end(Request *request, Fault *fault)
{
    Fault wrong = { 0 };
    if (totp_end(&request->people, request->account, request_field(request, "code"), &wrong))
        return saved(request, "saved");
    return show_account(request, &wrong, fault);
}

// ---- sessions and tokens

static bool end_session(Request *request, Fault *fault)
{
    int64_t id;
    return request_id(request->args[0], &id, fault) &&
           session_end(&request->people, request->account, id, fault) && saved(request, "signed-out-there");
}

static bool end_others(Request *request, Fault *fault)
{
    return session_end_others(&request->people, request->account, request->session.id, fault) &&
           saved(request, "signed-out-there");
}

static bool make_token(Request *request, Fault *fault)
{
    unsigned scopes =
        (request_has(request, "read") ? SCOPE_READ : 0u) | (request_has(request, "make") ? SCOPE_MAKE : 0u) |
        (request_has(request, "delete") ? SCOPE_DELETE : 0u) | (request_has(request, "buy") ? SCOPE_BUY : 0u);
    int64_t cap;
    Str token;
    Fault wrong = { 0 };
    bool capped = request_field(request, "cap").length > 0;
    if (!read_number(request, "cap", "The most credits", 0, 999999999, &cap, &wrong) ||
        !api_token_make(&request->people, request->account, request_field(request, "name"), scopes,
                        capped ? cap : -1, &token, &wrong))
        return show_account(request, &wrong, fault);
    Page *page = show_page(request, "Your new token");
    page_text(page, "token", token);
    return reply_page(request, 200, "token-made", page);
}

static bool revoke_token(Request *request, Fault *fault)
{
    int64_t id;
    return request_id(request->args[0], &id, fault) &&
           api_token_revoke(&request->people, request->account, id, fault) && saved(request, "saved");
}

const Route account_routes[] = {
    { METHOD_GET, "/account", WHO_MEMBER, account_page, "", false, 0, 0 },
    { METHOD_POST, "/account/name", WHO_MEMBER, save_name, "name", false, 0, 0 },
    { METHOD_POST, "/account/email", WHO_PROVED, change_email, "email", false, 0, 0 },
    { METHOD_POST, "/account/password", WHO_MEMBER, change_password, "current password", false, 0, 0 },
    { METHOD_GET, "/account/prove", WHO_MEMBER, prove_page, "next", false, 0, 0 },
    { METHOD_POST, "/account/prove", WHO_MEMBER, prove, "password code next", false, 0, 0 },
    { METHOD_POST, "/account/code", WHO_PROVED, code_setup, "", false, 0, 0 },
    { METHOD_POST, "/account/code/confirm", WHO_PROVED, code_confirm, "code", false, 0, 0 },
    { METHOD_POST, "/account/code/end", WHO_PROVED, code_end, "code", false, 0, 0 },
    { METHOD_POST, "/account/sessions/{id}/end", WHO_MEMBER, end_session, "", false, 0, 0 },
    { METHOD_POST, "/account/sessions/end", WHO_MEMBER, end_others, "", false, 0, 0 },
    { METHOD_POST, "/account/tokens", WHO_PROVED, make_token, "name read make delete buy cap", false, 0, 0 },
    { METHOD_POST, "/account/tokens/{id}/revoke", WHO_MEMBER, revoke_token, "", false, 0, 0 },
};
const int account_route_count = sizeof account_routes / sizeof *account_routes;
