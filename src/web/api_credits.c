// The API of credits: what a song will cost, what there is, and why.
#include "web/api.h"

#include "base/money.h"
#include "web/explain.h"
#include "web/pay_words.h"
#include "web/routes.h"
#include "web/show.h"

#include <inttypes.h>

enum { LINES = 50 };

static bool wish_of_query(Request *request, Wish *wish, Fault *fault)
{
    *wish = (Wish){ .prompt = request_field(request, "prompt"), .engine = request_field(request, "engine") };
    return read_number(request, "seconds", "\"seconds\"", 0, INT64_MAX, &wish->seconds, fault) &&
           read_number(request, "bpm", "\"bpm\"", 0, INT64_MAX, &wish->bpm, fault) &&
           read_number(request, "variants", "\"variants\"", 1, VARIANTS_MAX, &wish->variants, fault);
}

static bool get_quote(Request *request, Fault *fault)
{
    Wish wish;
    Quote quote;
    Wallet wallet;
    if (!wish_of_query(request, &wish, fault) || !order_quote(request, &wish, &quote, fault) ||
        !show_wallet(request, &wallet, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_text(&json, "engine", wish.engine.length ? wish.engine : STR("built-in"));
    put_int(&json, "seconds", quote.seconds);
    put_int(&json, "each", quote.each);
    put_int(&json, "whole", quote.whole);
    put_bool(&json, "free", quote.whole == 0);
    put_int(&json, "balance", wallet.credits);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

// ---- the ledger

static bool put_lines(Request *request, JsonOut *json, const CreditLine *lines, int count, Fault *fault)
{
    Explainer *explainer = explainer_make(&request->people, request->arena, request->account, true);
    Explained words;
    jsonout_key(json, "lines");
    jsonout_open(json, '[');
    for (int i = 0; i < count; i++) {
        if (!explain_line(explainer, &lines[i], &words, fault))
            return false;
        line_json(json, request->arena, &lines[i], &words);
    }
    jsonout_close(json, ']');
    return true;
}

static bool get_credits(Request *request, Fault *fault)
{
    Wallet wallet;
    CreditLine *lines;
    int count;
    int64_t before;
    if (!read_number(request, "cursor", "\"cursor\"", 1, INT64_MAX, &before, fault) ||
        !show_wallet(request, &wallet, fault) ||
        !credit_lines(request->db, request->arena, request->account, before, LINES + 1, &lines, &count,
                      fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_int(&json, "balance", wallet.credits);
    put_int(&json, "held", wallet.held);
    if (!put_lines(request, &json, lines, count > LINES ? LINES : count, fault))
        return false;
    jsonout_key(&json, "cursor");
    if (count > LINES)
        jsonout_int(&json, lines[LINES - 1].number);
    else
        jsonout_null(&json);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

// ---- not what I asked

static bool not_asked(Request *request, Fault *fault)
{
    SongId id;
    LibrarySong song;
    Wallet wallet;
    int64_t amount;
    if (!request_id(request->args[0], &id.n, fault) ||
        !song_read(&request->people, request->account, id, &song, fault) || !takes_no_body(request, fault) ||
        !order_give_back(request, song.id, &amount, fault) || !show_wallet(request, &wallet, fault))
        return false;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    jsonout_open(&json, '{');
    put_int(&json, "credits", amount);
    put_int(&json, "balance", wallet.credits);
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

// ---- packs and purchases

static bool get_packs(Request *request, Fault *fault)
{
    const Config *config = request->site->config;
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    (void)fault;
    jsonout_open(&json, '{');
    put_bool(&json, "open", shop_sells(request->site->shop));
    put_bool(&json, "live", shop_live(request->site->shop));
    jsonout_key(&json, "packs");
    jsonout_open(&json, '[');
    for (int i = 0; i < config->pack_count; i++) {
        const PackConfig *pack = &config->packs[i];
        jsonout_open(&json, '{');
        put_text(&json, "pack", str_of(pack->name));
        put_text(&json, "title", str_of(pack->title));
        put_int(&json, "credits", pack->credits);
        put_int(&json, "price", pack->price);
        put_text(&json, "currency", str_of(pack->currency));
        put_text(&json, "words", money_text(request->arena, pack->price, str_of(pack->currency)));
        jsonout_close(&json, '}');
    }
    jsonout_close(&json, ']');
    jsonout_close(&json, '}');
    return reply_json(request, 200, buf_str(&buf));
}

static void put_purchase(Request *request, JsonOut *json, const Purchase *it)
{
    Str url = purchase_url(request, it);
    jsonout_open(json, '{');
    put_id(request, json, "purchase", it->id.n);
    put_text(json, "state", purchase_state_word(it->state));
    put_text(json, "pack", it->pack);
    put_text(json, "title", it->title);
    put_int(json, "credits", it->credits);
    put_int(json, "refunded", it->refunded);
    put_int(json, "refundable", it->refundable);
    put_int(json, "price", it->price);
    put_text(json, "currency", it->currency);
    put_bool(json, "live", it->live);
    put_bool(json, "busy", it->busy);
    jsonout_key(json, "url");
    if (url.length)
        jsonout_str(json, url);
    else
        jsonout_null(json);
    put_int(json, "created_ms", it->created);
    put_int(json, "expires_ms", it->expires);
    put_int(json, "paid_ms", it->paid);
    jsonout_close(json, '}');
}

static bool reply_purchase(Request *request, int status, const Purchase *it)
{
    Buf buf;
    JsonOut json = json_begin(request, &buf);
    put_purchase(request, &json, it);
    return reply_json(request, status, buf_str(&buf));
}

// {"pack": "starter"}
static bool pack_of_body(Request *request, Str *pack, Fault *fault)
{
    return text_of_body(request, "pack", pack) ||
           fault_set(fault, FAULT_INPUT, "The body must be {\"pack\": \"NAME\"}. /api/v1/packs lists them.");
}

static bool checkout(Request *request, Fault *fault)
{
    Str pack, once = request->idempotency_key;
    Purchase purchase = { 0 };
    if (!pack_of_body(request, &pack, fault) ||
        !purchase_begin(request->site->shop, &request->people, request->account, pack, once, &purchase,
                        fault))
        return false;
    reply_header(request, "Location",
                 arena_print(request->arena, "/api/v1/credits/purchases/" STR_FMT,
                             STR_ARG(id_text(request->arena, purchase.id.n))));
    return reply_purchase(request, 201, &purchase);
}

static bool get_purchase(Request *request, Fault *fault)
{
    PurchaseId id;
    Purchase purchase;
    return request_id(request->args[0], &id.n, fault) &&
           purchase_read(&request->people, request->account, id, &purchase, fault) &&
           reply_purchase(request, 200, &purchase);
}

const Route api_credits_routes[] = {
    { METHOD_GET, "/api/v1/quote", WHO_API, get_quote, "prompt seconds bpm engine variants", false, 0,
      SCOPE_READ },
    { METHOD_GET, "/api/v1/credits", WHO_API, get_credits, "cursor", false, 0, SCOPE_READ },
    { METHOD_GET, "/api/v1/packs", WHO_API, get_packs, "", false, 0, SCOPE_READ },
    { METHOD_POST, "/api/v1/credits/checkout", WHO_API, checkout, "", false, 0, SCOPE_BUY },
    { METHOD_GET, "/api/v1/credits/purchases/{id}", WHO_API, get_purchase, "", false, 0, SCOPE_READ },
    { METHOD_POST, "/api/v1/songs/{id}/not-asked", WHO_API, not_asked, "", false, 0, SCOPE_MAKE },
};
const int api_credits_route_count = sizeof api_credits_routes / sizeof *api_credits_routes;
