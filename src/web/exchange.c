// What is asked of every request, in this order: a route, a body that fits, fields that the route takes, a
// place it may come from, who it is, the token of its form. Then the handler.
#include "web/exchange.h"

#include "web/loop.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    BODY_MAX = 64 << 10,     // where the route says nothing
    UNWANTED_MAX = 64 << 10, // of a body that nobody wants: read away, so that the answer arrives
    JSON_DEEPEST = 32,
};

// ---- before the body

static bool has_body(const Exchange *e)
{
    return e->request.method == METHOD_POST || e->request.method == METHOD_PUT ||
           e->request.method == METHOD_PATCH;
}

static bool takes_json(const Exchange *e)
{
    return e->api || e->found.route->who == WHO_SIGNED;
}

static int early_refusal(Exchange *e)
{
    if (e->asked.twice)
        return 400;
    if (e->found.methods == 0)
        return 404;
    if (!e->known_method || e->found.route == NULL)
        return 405;
    Str type = media_type(e->asked.type);
    if (has_body(e) &&
        !word_same(type, takes_json(e) ? STR("application/json") : STR("application/x-www-form-urlencoded")))
        return 415;
    return 0;
}

static void wake(Task *task)
{
    Exchange *e = (Exchange *)(void *)task;
    struct MHD_Connection *mhd = e->conn->mhd;
    Loop *loop = e->conn->loop;
    exchange_run(e);
    e->answered = true;
    MHD_resume_connection(mhd); // from here on the loop has it
    loop_wake(loop);            // without a thread of its own libmicrohttpd wakes nobody
}

void exchange_begin(Exchange *e)
{
    Str path;
    e->task.run = wake;
    e->query = e->target;
    str_cut(&e->query, '?', &path);
    e->api = str_starts(path, STR("/api/"));
    if (e->known_method || e->method_name)
        route_find(e->web->routes, &e->arena, e->request.method, path, &e->found);
    e->request.path = path;
    e->refusal = early_refusal(e);
    const Route *route = e->found.route;
    size_t most = e->refusal ? UNWANTED_MAX : route->body_max ? (size_t)route->body_max : BODY_MAX;
    int64_t length;
    if (str_to_int(e->asked.length, &length) && length > (int64_t)most)
        e->refusal = 413;
    e->body = buf_make(&e->arena, most);
}

bool exchange_is_quick(const Exchange *e)
{
    if (e->refusal || e->found.route == NULL)
        return true;
    return e->found.route->quick && (e->web->local || e->found.route->who == WHO_NOBODY);
}

// ---- what the handler is given

static bool from_proxy(const Exchange *e)
{
    return networks_have(&e->web->proxies, &e->conn->peer);
}

static void fill_request(Exchange *e)
{
    Request *r = &e->request;
    r->site = &e->web->site;
    r->arena = &e->arena;
    r->exchange = e;
    memcpy(r->args, e->found.args, sizeof r->args);
    if (!percent_read(&e->arena, r->path, false, &r->path))
        r->path = STR("/");
    Address client = address_forwarded(&e->web->proxies, e->asked.forwarded_for, &e->conn->peer);
    r->network = address_text(&e->arena, &client);
    r->secure = e->web->certificates || (from_proxy(e) && word_same(e->asked.forwarded_proto, STR("https")));
    r->device = device_of(e->asked.user_agent);
    r->gpc = str_equal(e->asked.gpc, STR("1"));
    r->range = e->asked.range;
    r->if_none_match = e->asked.if_none_match;
    r->last_event_id = e->asked.last_event_id;
    r->idempotency_key = e->asked.idempotency_key;
    r->signature = e->asked.signature;
    r->known_device = cookie_find(e->asked.cookie, STR("__Host-dev"));
    r->people = (People){ NULL, e->web->site.vault, &e->arena, str_of(e->web->config.public_url) };
}

static bool read_fields(Exchange *e, Fault *fault)
{
    const Route *route = e->found.route;
    Request *r = &e->request;
    bool form = has_body(e) && !takes_json(e);
    Str text = form ? buf_str(&e->body) : e->query.data ? e->query : STR("");
    if (form && e->query.data)
        return fault_set(fault, FAULT_INPUT, "A form has no query behind its address.");
    const char *names = route->fields ? route->fields : "";
    if (form)
        names = arena_print(&e->arena, "%s csrf", names).data;
    e->form = ARENA_NEW(&e->arena, Form);
    if (!form_read(&e->arena, text, e->form, fault) || !form_allows(e->form, names, fault))
        return false;
    r->card_removed = form_mask(&e->arena, e->form);
    r->fields = e->form->list;
    r->field_count = e->form->count;
    r->body = has_body(e) && !form ? buf_str(&e->body) : STR("");
    return json_fits(r->body, JSON_DEEPEST) || fault_set(fault, FAULT_INPUT, "The JSON goes too deep.");
}

// ---- who it is

static bool use_session(Exchange *e, Str cookie, Fault *fault)
{
    Request *r = &e->request;
    Account account;
    bool found = false;
    if (cookie.length != TOKEN_TEXT)
        return true;
    if (!session_find(r->db, r->arena, cookie, &r->session, &found, fault))
        return false;
    if (found && !account_find(&r->people, r->session.account, &account, &found, fault))
        return false;
    if (!found || !account.active) {
        r->session = (Session){ 0 };
        return true;
    }
    r->account = account.id;
    r->operator_role = account.operator_role;
    r->csrf = csrf_session(&e->web->csrf, r->arena, cookie);
    return true;
}

// A visitor's forms are tied to a cookie that is set when the first form is shown.
static void use_visitor(Exchange *e)
{
    Request *r = &e->request;
    Str cookie = cookie_find(e->asked.cookie, STR("__Host-pre"));
    if (cookie.length != TOKEN_TEXT)
        cookie = e->fresh_visitor = secret_token(r->arena);
    r->csrf = csrf_visitor(&e->web->csrf, r->arena, cookie);
}

static bool use_token(Exchange *e, Str token, Fault *fault)
{
    Request *r = &e->request;
    Account account;
    bool found = false;
    if (!api_token_find(r->db, r->arena, token, &r->token, &found, fault))
        return false;
    if (found && !account_find(&r->people, r->token.account, &account, &found, fault))
        return false;
    if (found && account.active)
        r->account = account.id;
    else
        r->token = (ApiToken){ 0 };
    return true;
}

static bool bearer(const Exchange *e, Str *token)
{
    Str rest = e->asked.authorization, scheme = { 0 };
    if (!str_word(&rest, &scheme) || !word_same(scheme, STR("Bearer")))
        return false;
    *token = str_trim(rest);
    return true;
}

static bool find_who(Exchange *e, Fault *fault)
{
    Str token;
    if (e->found.route->who == WHO_API && bearer(e, &token))
        return use_token(e, token, fault);
    if (!use_session(e, cookie_find(e->asked.cookie, STR("__Host-sid")), fault))
        return false;
    if (e->request.account.n == 0)
        use_visitor(e);
    return true;
}

static bool is_proved(const Request *r)
{
    return clock_now() - r->session.proved <= (int64_t)PROOF_MINUTES * MS_MINUTE;
}

// Only plain letters, so that the path can stand in a query as it is.
static Str next_path(Exchange *e)
{
    Str path = e->request.path;
    if (e->request.method != METHOD_GET || path.length > 200)
        return STR("/account");
    for (size_t i = 0; i < path.length; i++) {
        char c = path.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              strchr("/-_.", c)))
            return STR("/account");
    }
    return path;
}

static bool send_to_prove(Exchange *e)
{
    reply_redirect(&e->request, "/account/prove?next=" STR_FMT, STR_ARG(next_path(e)));
    return false;
}

static bool is_local(const Exchange *e)
{
    Str token, wanted = str_of(e->web->config.metrics_token), host = e->asked.host, name = host;
    if (bearer(e, &token))
        return wanted.length > 0 && csrf_right(token, wanted);
    // A browser here could be sent by a page elsewhere: it names the host that page came from.
    str_cut(&host, ':', &name);
    bool named =
        word_same(name, STR("localhost")) || word_same(name, STR("127.0.0.1")) || word_same(name, STR("["));
    return wanted.length == 0 && address_is_local(&e->conn->peer) && e->asked.forwarded_for.data == NULL &&
           named;
}

static bool may_api(Exchange *e)
{
    Request *r = &e->request;
    if (r->account.n == 0) {
        e->why = "nobody";
        reply_header(r, "WWW-Authenticate", STR("Bearer"));
        reply_error(e, 401, "Sign in, or send a token that is still valid.");
        return false;
    }
    if (r->token.id != 0 && (r->token.scopes & e->found.route->scope) != e->found.route->scope) {
        e->why = "scope";
        reply_error(e, 403, "This token does not allow that.");
        return false;
    }
    return true;
}

// Replies and returns false when this person may not.
static bool may(Exchange *e)
{
    Request *r = &e->request;
    switch (e->found.route->who) {
    case WHO_NOBODY:
    case WHO_SIGNED:
    case WHO_ANYBODY:
        return true;
    case WHO_API:
        return may_api(e);
    case WHO_LOCAL:
        e->why = "place";
        if (!is_local(e))
            reply_error(e, 404, NULL);
        return e->reply.kind == REPLY_NONE;
    case WHO_OPERATOR:
        if (r->account.n != 0 && r->operator_role)
            return is_proved(r) || send_to_prove(e);
        e->why = "role";
        reply_error(e, 404, NULL);
        return false;
    case WHO_MEMBER:
    case WHO_PROVED:
        if (r->account.n != 0)
            return e->found.route->who == WHO_MEMBER || is_proved(r) || send_to_prove(e);
        if (r->method == METHOD_GET || r->method == METHOD_HEAD)
            reply_redirect(r, "/login?next=" STR_FMT, STR_ARG(next_path(e)));
        else
            reply_redirect(r, "/login");
        return false;
    }
    return false;
}

// ---- where it comes from

static Provenance provenance(const Exchange *e)
{
    return (Provenance){ e->asked.origin,
                         e->asked.fetch_site,
                         e->asked.fetch_mode,
                         e->web->origin,
                         e->request.secure ? STR("https") : STR("http"),
                         e->asked.host };
}

static bool changes(const Exchange *e)
{
    return e->request.method != METHOD_GET && e->request.method != METHOD_HEAD;
}

static bool comes_from_us(Exchange *e)
{
    Provenance from = provenance(e);
    if (e->request.token.id != 0)
        return true;
    if (changes(e) ? provenance_may_change(&from) : provenance_may_read(&from))
        return true;
    e->why = "elsewhere";
    reply_error(e, 403, "This request came from another site.");
    return false;
}

static bool token_is_right(Exchange *e)
{
    Request *r = &e->request;
    if (!changes(e) || r->token.id != 0 || e->found.route->who == WHO_NOBODY)
        return true;
    if (csrf_right(e->api ? e->asked.csrf : request_field(r, "csrf"), r->csrf))
        return true;
    if (r->account.n == 0 && str_equal(r->path, STR("/logout"))) {
        reply_redirect(r, "/"); // signed out already, in another tab: there is nothing to protect
        return false;
    }
    e->why = "token";
    if (e->asked.cookie.length == 0)
        reply_error(
            e, 403,
            "Your browser sent no cookie. This form needs one to be safe: please allow cookies for this "
            "site, then go back, load the page again and send the form once more.");
    else if (e->api)
        reply_error(e, 403, "The header X-CSRF is missing or wrong.");
    else
        reply_error(e, 403,
                    "This form is too old. Please go back, load the page again and send it once more.");
    return false;
}

// ---- the run

static bool run_inside(Exchange *e, Fault *fault)
{
    if (e->found.route->who == WHO_SIGNED)
        return e->found.route->run(&e->request, fault);
    if (!find_who(e, fault))
        return false;
    if (!comes_from_us(e) || !may(e) || !token_is_right(e))
        return true;
    return e->found.route->run(&e->request, fault);
}

static bool run(Exchange *e, Fault *fault)
{
    e->why = "fields"; // that no form of ours sends
    if (!read_fields(e, fault))
        return false;
    e->why = NULL;
    if (e->found.route->who == WHO_NOBODY)
        return e->found.route->run(&e->request, fault);
    if (e->found.route->who == WHO_LOCAL && !may(e))
        return true;
    Db *db;
    if (!db_take(e->web->site.data, &db, fault))
        return false;
    e->request.db = e->request.people.db = db;
    bool done = run_inside(e, fault);
    db_give(db);
    e->request.db = e->request.people.db = NULL;
    return done;
}

static void allow_methods(Exchange *e)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "DELETE", "PATCH", "PUT" };
    Buf buf = buf_make(&e->arena, 100);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (e->found.methods & 1u << i)
            buf_print(&buf, "%s%s", buf.length ? ", " : "", names[i]);
    reply_header(&e->request, "Allow", buf_str(&buf));
}

static void note(Exchange *e)
{
    int status = e->reply.status;
    double took = (clock_ms() - e->begun) * 1000.0;
    atomic_fetch_add_explicit(&e->web->counts.replies[status / 100 % 6], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&e->web->counts.micros, (int64_t)took, memory_order_relaxed);
    log_line(status >= 500 ? LOG_WARN : LOG_DEBUG, "web.reply method=%s route=%s status=%d took_us=%.0f",
             e->known_method ? e->method_name : "other", e->found.route ? e->found.route->path : "none",
             status, took);
}

void exchange_run(Exchange *e)
{
    Fault fault = { 0 };
    fill_request(e);
    if (e->refusal == 405)
        allow_methods(e);
    if (e->refusal)
        reply_error(e, e->refusal, NULL);
    else if (!run(e, &fault))
        reply_fault(e, &fault);
    if (e->reply.kind == REPLY_NONE) {
        fault_set(&fault, FAULT_BROKEN, "no reply was made");
        reply_fault(e, &fault);
    }
    note(e);
}

void exchange_drop(Exchange *e)
{
    if (e->reply.feed)
        feed_close(e->reply.feed);
    arena_close(&e->arena);
    free(e);
}
