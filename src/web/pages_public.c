// Pages for everybody: the start, signing up and in, and what is said about the service.
#include "base/data.h"
#include "job/guest.h"
#include "sys/clock.h"
#include "sys/secret.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>
#include <string.h>

enum { AGE_HOURS = 1, AGE_REFUSED_HOURS = 24 };

static void fill_examples(Page *page)
{
    for (int i = 0; i < EXAMPLE_COUNT; i++) {
        Page *row = page_row(page, "examples");
        page_int(row, "number", i + 1);
        page_text(row, "example_title", str_of(examples[i].title));
        page_text(row, "example_prompt", str_of(examples[i].prompt));
        page_int(row, "example_seconds", examples[i].seconds);
    }
}

static void fill_prices(Request *request, Page *page)
{
    const Config *config = request->site->config;
    page_int(page, "song_price", config->price_built_in);
    page_text(page, "song_price_unit", config->price_built_in == 1 ? STR("credit") : STR("credits"));
    page_int(page, "welcome", config->welcome);
    for (int i = 0; config->stripe_key && i < config->pack_count; i++) {
        const PackConfig *pack = &config->packs[i];
        Page *row = page_row(page, "packs");
        page_text(row, "pack_title", str_of(pack->title));
        page_int(row, "pack_credits", pack->credits);
        page_text(row, "pack_price", show_money(request->arena, pack->price, pack->decimals, pack->currency));
    }
}

static bool home_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = show_page(request, "Songs from a sentence");
    page_flag(page, "member", request->account.n != 0);
    fill_examples(page);
    fill_prices(request, page);
    return reply_page(request, 200, "home", page);
}

// ---- the age question: its outcome is a word and a keyed hash in a cookie, valid for hours

static Str age_mark(Request *request, Str outcome, int64_t hour)
{
    unsigned char hash[HASH_BYTES];
    Str text = arena_print(request->arena, STR_FMT " %" PRId64, STR_ARG(outcome), hour);
    vault_hash(request->site->vault, "age", text, hash);
    return arena_print(request->arena, STR_FMT "." STR_FMT, STR_ARG(outcome),
                       STR_ARG(base64url_write(request->arena, hash, 16)));
}

static bool age_is(Request *request, Str outcome, int hours)
{
    int64_t now = clock_now() / MS_HOUR;
    for (int64_t hour = now; hour >= now - hours; hour--)
        if (str_equal(request_cookie(request, "__Host-age"), age_mark(request, outcome, hour)))
            return true;
    return false;
}

static void months(Page *page)
{
    static const char *const names[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"
    };
    for (int i = 0; i < 12; i++) {
        Page *row = page_row(page, "months");
        page_int(row, "number", i + 1);
        page_text(row, "month", str_of(names[i]));
    }
}

static bool signup_form(Request *request, Page *page)
{
    page_text(page, "suggestion", password_suggest(request->arena));
    page_text(page, "policy_date", str_of(request->site->policy_version));
    return true;
}

static bool signup_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = show_page(request, "Create an account");
    if (age_is(request, STR("no"), AGE_REFUSED_HOURS))
        return reply_page(request, 403, "signup-stop", page);
    if (!age_is(request, STR("yes"), AGE_HOURS)) {
        months(page);
        return reply_page(request, 200, "signup-age", page);
    }
    signup_form(request, page);
    return reply_page(request, 200, "signup", page);
}

static bool signup_age(Request *request, Fault *fault)
{
    int64_t year, month;
    if (age_is(request, STR("no"), AGE_REFUSED_HOURS))
        return reply_page(request, 403, "signup-stop", show_page(request, "Not yet"));
    if (!read_number(request, "year", "The year", 1900, 2100, &year, fault) ||
        !read_number(request, "month", "The month", 1, 12, &month, fault))
        return false;
    if (year == 0 || month == 0)
        return fault_set(fault, FAULT_INPUT, "Please go back and give the year and the month.");
    bool passes = age_passes((int)year, (int)month, clock_now());
    Str outcome = passes ? STR("yes") : STR("no");
    int64_t hours = passes ? AGE_HOURS : AGE_REFUSED_HOURS;
    reply_cookie(request, "__Host-age", age_mark(request, outcome, clock_now() / MS_HOUR), hours * 3600);
    return reply_redirect(request, "/signup");
}

static bool check_mail(Request *request, const char *what, const char *again)
{
    Page *page = show_page(request, "Check your mail");
    page_text(page, "what", str_of(what));
    page_text(page, "again", str_of(again));
    page_flag(page, "folder", request->site->config->smtp_url == NULL);
    return reply_page(request, 200, "check-mail", page);
}

static SignUp signup_wish(Request *request)
{
    return (SignUp){ request_field(request, "name"), request_field(request, "email"),
                     request_raw(request, "password"), str_of(request->site->policy_version),
                     str_of(request->site->terms_version) };
}

static bool signup_again(Request *request, const SignUp *wish, const char *name, Page *page, Fault *fault)
{
    page_text(page, "name", wish->name);
    page_text(page, "email", wish->email);
    signup_form(request, page);
    return show_again(request, name, page, fault);
}

static bool too_many(Request *request, const char *what, int burst, int64_t refill_ms, Fault *fault)
{
    int64_t wait = 0;
    if (!throttle_take(request->db, request->site->vault, request->arena, what,
                       network_of(request->arena, request->network), burst, refill_ms, &wait, fault))
        return true;
    return wait > 0 && !fault_set(fault, FAULT_LIMIT,
                                  "Too many tries from your network. Please wait %" PRId64 " minutes.",
                                  wait / MS_MINUTE + 1);
}

static bool signup(Request *request, Fault *fault)
{
    SignUp wish = signup_wish(request);
    Page *page = show_page(request, "Create an account");
    if (!age_is(request, STR("yes"), AGE_HOURS))
        return reply_redirect(request, "/signup");
    if (too_many(request, "sign-up", 20, 10 * MS_MINUTE, fault) ||
        !account_sign_up(&request->people, &wish, fault))
        return signup_again(request, &wish, "signup", page, fault);
    reply_cookie(request, "__Host-age", STR(""), 0);
    return check_mail(request,
                      "We have sent you a link. Follow it to confirm your address; it works for a day.",
                      "/signup");
}

// ---- links in mails: looking at them changes nothing, pressing the button does

static bool token_page(Request *request, const char *title, const char *name)
{
    Page *page = show_page(request, title);
    page_text(page, "token", request_field(request, "token"));
    page_text(page, "suggestion", password_suggest(request->arena));
    return reply_page(request, 200, name, page);
}

static bool say_done(Request *request, const char *heading, const char *what, const char *link,
                     const char *link_text)
{
    Page *page = show_page(request, heading);
    page_text(page, "heading", str_of(heading));
    page_text(page, "what", str_of(what));
    page_text(page, "link", str_of(link + 1)); // the template has the slash
    page_text(page, "link_text", str_of(link_text));
    return reply_page(request, 200, "done", page);
}

static bool confirm_page(Request *request, Fault *fault)
{
    (void)fault;
    return token_page(request, "Confirm your address", "confirm");
}

static bool confirm(Request *request, Fault *fault)
{
    AccountId account;
    Fault later;
    if (!account_confirm(&request->people, request_field(request, "token"), &account, fault))
        return false;
    // Not now? Then with the first song.
    (void)credit_welcome(request->db, account, request->site->config->welcome, &later);
    return say_done(request, "Your address is confirmed", "Your account is ready.", "/login", "Sign in");
}

static bool email_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = show_page(request, "Change of address");
    page_text(page, "token", request_field(request, "token"));
    page_flag(page, "undo", str_equal(request->path, STR("/email/undo")));
    return reply_page(request, 200, "email", page);
}

static bool email_agree(Request *request, Fault *fault)
{
    bool changed = false;
    if (!account_email_agree(&request->people, request_field(request, "token"), &changed, fault))
        return false;
    if (changed)
        return say_done(request, "Your address is changed",
                        "Both addresses have agreed. Please sign in again.", "/login", "Sign in");
    return say_done(request, "Thank you", "The address is changed as soon as the other one has agreed, too.",
                    "/account", "Your account");
}

static bool email_undo(Request *request, Fault *fault)
{
    if (!account_email_undo(&request->people, request_field(request, "token"), fault))
        return false;
    return say_done(request, "Undone",
                    "Your old address is back, and all sessions have ended. Please set a new password now.",
                    "/reset", "Set a new password");
}

// ---- signing in

static bool signed_in(Request *request, const SignInResult *result, Str next)
{
    reply_cookie(request, "__Host-sid", result->session, SESSION_LIFE_DAYS * 86400);
    reply_cookie(request, "__Host-dev", result->known, 365 * 86400);
    return reply_redirect(request, STR_FMT, STR_ARG(safe_path(next, STR("/studio"))));
}

static bool login_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = show_page(request, "Sign in");
    page_text(page, "next", request_field(request, "next"));
    return reply_page(request, 200, "login", page);
}

static Str why_not(Request *request, const SignInResult *result)
{
    switch (result->end) {
    case SIGNIN_CODE_NEEDED:
        return STR("Please give your password once more, and your one-time code.");
    case SIGNIN_CODE_WRONG:
        return STR("This code is not right, or was used already. Please try the next one.");
    case SIGNIN_WAIT:
        return arena_print(request->arena, "Too many tries. Please wait %" PRId64 " seconds and try again.",
                           result->wait_ms / MS_SECOND + 1);
    case SIGNIN_UNCONFIRMED:
        return STR("Please confirm your address first. We have sent you the link again.");
    default:
        return STR("The address or the password is not right.");
    }
}

static bool login(Request *request, Fault *fault)
{
    SignIn wish = { request_field(request, "email"), request_raw(request, "password"),
                    request_field(request, "code"),  request->network,
                    request->known_device,           request->device };
    SignInResult result = { 0 };
    if (!account_sign_in(&request->people, &wish, &result, fault))
        return false;
    if (result.end == SIGNIN_DONE)
        return signed_in(request, &result, request_field(request, "next"));
    Page *page = show_page(request, "Sign in");
    page_text(page, "email", wish.email);
    page_text(page, "next", request_field(request, "next"));
    page_flag(page, "code", result.end == SIGNIN_CODE_NEEDED || result.end == SIGNIN_CODE_WRONG);
    page_text(page, "error", why_not(request, &result));
    return reply_page(request, result.end == SIGNIN_WAIT ? 429 : 401, "login", page);
}

static bool login_link_page(Request *request, Fault *fault)
{
    (void)fault;
    return token_page(request, "Sign in", "login-link");
}

static bool login_link(Request *request, Fault *fault)
{
    SignInResult result = { 0 };
    if (!account_sign_in_link(&request->people, request_field(request, "token"), request->device, &result,
                              fault))
        return false;
    return signed_in(request, &result, STR(""));
}

static bool logout(Request *request, Fault *fault)
{
    if (!session_end_token(request->db, request_cookie(request, "__Host-sid"), fault))
        return false;
    reply_cookie(request, "__Host-sid", STR(""), 0);
    reply_header(request, "Clear-Site-Data", STR("\"cache\", \"storage\""));
    return reply_redirect(request, "/");
}

// ---- forgotten passwords

static bool reset_page(Request *request, Fault *fault)
{
    (void)fault;
    return reply_page(request, 200, "reset", show_page(request, "Set a new password"));
}

static bool reset(Request *request, Fault *fault)
{
    if (!account_reset_ask(&request->people, request_field(request, "email"), request->network, fault))
        return false;
    return check_mail(
        request,
        "If there is an account with this address, it gets a link now. The link works for ten minutes.",
        "/reset");
}

static bool reset_new_page(Request *request, Fault *fault)
{
    (void)fault;
    return token_page(request, "Set a new password", "reset-new");
}

static bool reset_new(Request *request, Fault *fault)
{
    Str token = request_field(request, "token");
    if (account_reset(&request->people, token, request_raw(request, "password"),
                      request_field(request, "code"), fault))
        return say_done(request, "Your password is set",
                        "All sessions have ended. Please sign in with the new password.", "/login",
                        "Sign in");
    Page *page = show_page(request, "Set a new password");
    page_text(page, "token", token);
    page_text(page, "suggestion", password_suggest(request->arena));
    page_flag(page, "code", fault->kind == FAULT_CONFLICT);
    return show_again(request, "reset-new", page, fault);
}

// ---- the first operator

static bool first_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = show_page(request, "Become the operator");
    page_text(page, "token", request->args[0]);
    page_text(page, "suggestion", password_suggest(request->arena));
    return reply_page(request, 200, "first", page);
}

static bool first(Request *request, Fault *fault)
{
    SignUp wish = signup_wish(request);
    SignInResult result = { .end = SIGNIN_DONE };
    Page *page = show_page(request, "Become the operator");
    page_text(page, "token", request_field(request, "token"));
    if (!operator_claim(&request->people, request_field(request, "token"), &wish, &result.account, fault))
        return signup_again(request, &wish, "first", page, fault);
    if (!session_make(&request->people, result.account, STRENGTH_PASSWORD, request->device, &result.session,
                      fault))
        return false;
    reply_cookie(request, "__Host-sid", result.session, SESSION_LIFE_DAYS * 86400);
    return reply_redirect(request, "/staff");
}

// ---- what is said about the service

static bool legal(Request *request, const char *heading, const char *prefix, const char *version)
{
    Page *page = show_page(request, heading);
    Str file = arena_print(request->arena, "policy/%s-%s.txt", prefix, version);
    page_text(page, "heading", str_of(heading));
    for (int64_t i = 0; i < data_count; i++)
        if (str_equal(data_files[i].name, file))
            page_text(page, "text", data_files[i].text);
    return reply_page(request, 200, "legal", page);
}

static bool privacy_page(Request *request, Fault *fault)
{
    (void)fault;
    return legal(request, "Privacy", "privacy", request->site->policy_version);
}

static bool terms_page(Request *request, Fault *fault)
{
    (void)fault;
    return legal(request, "Terms", "terms", request->site->terms_version);
}

static bool cookies_page(Request *request, Fault *fault)
{
    (void)fault;
    Page *page = show_page(request, "Cookies");
    for (int i = 0; i < cookie_count; i++) {
        Page *row = page_row(page, "cookies");
        page_text(row, "cookie", str_of(cookies[i].name));
        page_text(row, "purpose", str_of(cookies[i].purpose));
        page_text(row, "life", str_of(cookies[i].life));
    }
    return reply_page(request, 200, "cookies", page);
}

const Route public_routes[] = {
    { METHOD_GET, "/", WHO_ANYBODY, home_page, "", true, 0, 0 },
    { METHOD_GET, "/signup", WHO_ANYBODY, signup_page, "", true, 0, 0 },
    { METHOD_POST, "/signup/age", WHO_ANYBODY, signup_age, "year month", false, 0, 0 },
    { METHOD_POST, "/signup", WHO_ANYBODY, signup, "name email password", false, 0, 0 },
    { METHOD_GET, "/confirm", WHO_ANYBODY, confirm_page, "token", true, 0, 0 },
    { METHOD_POST, "/confirm", WHO_ANYBODY, confirm, "token", false, 0, 0 },
    { METHOD_GET, "/email/agree", WHO_ANYBODY, email_page, "token", true, 0, 0 },
    { METHOD_POST, "/email/agree", WHO_ANYBODY, email_agree, "token", false, 0, 0 },
    { METHOD_GET, "/email/undo", WHO_ANYBODY, email_page, "token", true, 0, 0 },
    { METHOD_POST, "/email/undo", WHO_ANYBODY, email_undo, "token", false, 0, 0 },
    { METHOD_GET, "/login", WHO_ANYBODY, login_page, "next", true, 0, 0 },
    { METHOD_POST, "/login", WHO_ANYBODY, login, "email password code next", false, 0, 0 },
    { METHOD_GET, "/login/link", WHO_ANYBODY, login_link_page, "token", true, 0, 0 },
    { METHOD_POST, "/login/link", WHO_ANYBODY, login_link, "token", false, 0, 0 },
    { METHOD_POST, "/logout", WHO_ANYBODY, logout, "", false, 0, 0 },
    { METHOD_GET, "/reset", WHO_ANYBODY, reset_page, "", true, 0, 0 },
    { METHOD_POST, "/reset", WHO_ANYBODY, reset, "email", false, 0, 0 },
    { METHOD_GET, "/reset/new", WHO_ANYBODY, reset_new_page, "token", true, 0, 0 },
    { METHOD_POST, "/reset/new", WHO_ANYBODY, reset_new, "token password code", false, 0, 0 },
    { METHOD_GET, "/first/{token}", WHO_ANYBODY, first_page, "", true, 0, 0 },
    { METHOD_POST, "/first", WHO_ANYBODY, first, "token name email password", false, 0, 0 },
    { METHOD_GET, "/privacy", WHO_ANYBODY, privacy_page, "", true, 0, 0 },
    { METHOD_GET, "/terms", WHO_ANYBODY, terms_page, "", true, 0, 0 },
    { METHOD_GET, "/cookies", WHO_ANYBODY, cookies_page, "", true, 0, 0 },
};
const int public_route_count = sizeof public_routes / sizeof *public_routes;
