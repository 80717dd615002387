// One call of Stripe: encoded, sent, and its end put into a class. What may be sent again is sent with the
// same idempotency key, so that it is done once.
#include "pay/part.h"

#include "sys/clock.h"
#include "sys/fetch.h"
#include "sys/log.h"
#include "sys/secret.h"

#include <string.h>
#include <time.h>

#define STRIPE_VERSION "2026-10-28.endive"

enum {
    FORM_MAX = 16 << 10,
    REPLY_MAX = 4 << 20,
    CONNECT_MS = 3000,
    WHOLE_MS = 10000,
    PERSON_MS = 8000, // a person waits for it
    PERSON_TRIES = 3,
    WAIT_MS = 400,
    WAIT_MOST_MS = 60000,
    TEXT_MAX = 255,
};

// ---- the form

StripeForm form_make(Arena *arena)
{
    return (StripeForm){ buf_make(arena, FORM_MAX) };
}

static void put_encoded(Buf *buf, Str s)
{
    for (size_t i = 0; i < s.length; i++) {
        unsigned char c = (unsigned char)s.data[i];
        bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-_.~", c);
        if (plain && c)
            buf_bytes(buf, &s.data[i], 1);
        else
            buf_print(buf, "%%%02X", c);
    }
}

void form_add(StripeForm *form, const char *name, Str value)
{
    if (form->buf.length)
        buf_text(&form->buf, STR("&"));
    put_encoded(&form->buf, str_of(name));
    buf_text(&form->buf, STR("="));
    put_encoded(&form->buf, value);
}

void form_add_int(StripeForm *form, const char *name, int64_t value)
{
    form_add(form, name, arena_print(form->buf.arena, "%lld", (long long)value));
}

// ---- reading

Str json_text(Arena *arena, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (!json_is_string(value))
        return STR("");
    size_t length = json_string_length(value);
    Str text = arena_copy(arena, (Str){ json_string_value(value), length < TEXT_MAX ? length : TEXT_MAX });
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < 32 || text.data[i] == 127)
            ((char *)(uintptr_t)text.data)[i] = ' ';
    return text;
}

int64_t json_number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? json_integer_value(value) : 0;
}

Str json_id(Arena *arena, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_object(value) ? json_text(arena, value, "id") : json_text(arena, object, name);
}

// ---- the end of a call

static bool no_answer(StripeAnswer *out, const char *trouble)
{
    out->end = STRIPE_LATER;
    out->trouble = str_of(trouble);
    return true;
}

static StripeEnd end_of(int status, Str type, Str retry)
{
    if (str_equal(type, STR("idempotency_error")) && status != 409)
        return STRIPE_OPERATOR;
    bool later = status == 409 || status == 429 || status >= 500;
    if (str_equal(retry, STR("true")))
        later = true;
    if (later)
        return str_equal(retry, STR("false")) ? STRIPE_REFUSED : STRIPE_LATER;
    switch (status) {
    case 404:
        return STRIPE_MISSING;
    case 402:
        return STRIPE_DECLINED;
    case 400:
        return STRIPE_REFUSED;
    default:
        return STRIPE_OPERATOR;
    }
}

static int64_t wait_of(const FetchReply *reply)
{
    int64_t seconds;
    bool said = str_to_int(fetch_header(reply, "Retry-After"), &seconds) && seconds > 0;
    return !said ? 0 : seconds * MS_SECOND < WAIT_MOST_MS ? seconds * MS_SECOND : WAIT_MOST_MS;
}

static bool judge(Arena *arena, const FetchReply *reply, StripeAnswer *out)
{
    *out = (StripeAnswer){ .trouble = STR("") };
    if (reply->end != FETCH_ANSWERED)
        return no_answer(out, "no-answer");
    out->root = json_loadb(reply->body.data ? reply->body.data : "", reply->body.length, 0, NULL);
    bool good = reply->status >= 200 && reply->status < 300;
    if (good && json_is_object(out->root))
        return true;
    const json_t *error = json_object_get(out->root, "error");
    Str type = json_text(arena, error, "type"), code = json_text(arena, error, "code");
    out->end = good ? STRIPE_LATER : end_of(reply->status, type, fetch_header(reply, "Stripe-Should-Retry"));
    out->trouble = code.length ? code : type.length ? type : arena_print(arena, "status-%d", reply->status);
    out->wait_ms = wait_of(reply);
    answer_drop(out);
    return true;
}

void answer_drop(StripeAnswer *answer)
{
    json_decref(answer->root);
    answer->root = NULL;
}

bool answer_fault(const StripeAnswer *answer, Fault *fault)
{
    switch (answer->end) {
    case STRIPE_LATER:
        return fault_set(fault, FAULT_REMOTE, "Stripe: " STR_FMT, STR_ARG(answer->trouble));
    case STRIPE_MISSING:
        return fault_set(fault, FAULT_MISSING, "Stripe does not know this purchase.");
    case STRIPE_DECLINED:
        return fault_set(fault, FAULT_INPUT, "The payment was declined. Please try another card.");
    case STRIPE_REFUSED:
    case STRIPE_OPERATOR:
    case STRIPE_DONE:
        break;
    }
    return fault_set(fault, FAULT_BROKEN, "Stripe refuses: " STR_FMT, STR_ARG(answer->trouble));
}

// ---- the call

static bool once(const Shop *shop, Arena *arena, Patience patience, const char *path, const StripeForm *form,
                 Str key, StripeAnswer *out, Fault *fault)
{
    FetchHeader headers[] = {
        { "Authorization", arena_print(arena, "Bearer " STR_FMT, STR_ARG(shop->key)) },
        { "Stripe-Version", STR(STRIPE_VERSION) },
        { "Content-Type", STR("application/x-www-form-urlencoded") },
        { "Idempotency-Key", key },
    };
    FetchOrder order = {
        .method = form ? "POST" : "GET",
        .url = arena_print(arena, "%s%s", shop->config->stripe_api, path),
        .headers = headers,
        .header_count = form ? 4 : 2,
        .body = form ? buf_str(&form->buf) : STR(""),
        .reply_max = REPLY_MAX,
        .connect_ms = CONNECT_MS,
        .whole_ms = patience == PATIENCE_PERSON ? PERSON_MS : WHOLE_MS,
    };
    FetchReply reply;
    if (!fetch(arena, &order, &reply, fault) || !judge(arena, &reply, out))
        return false;
    if (out->end != STRIPE_DONE)
        log_warn("stripe.refused status=%d why=\"" STR_FMT "\"", reply.status, STR_ARG(out->trouble));
    return true;
}

static void nap(int64_t ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

bool stripe_call(const Shop *shop, Arena *arena, Patience patience, const char *path, const StripeForm *form,
                 Str key, StripeAnswer *out, Fault *fault)
{
    double until = clock_ms() + PERSON_MS;
    int tries = patience == PATIENCE_PERSON ? PERSON_TRIES : 1;
    for (int i = 0;; i++) {
        if (!once(shop, arena, patience, path, form, key, out, fault))
            return false;
        int64_t wait =
            out->wait_ms ? out->wait_ms : (int64_t)(secret_number() % (uint64_t)(WAIT_MS << i)) + WAIT_MS / 4;
        if (out->end != STRIPE_LATER || i + 1 >= tries || clock_ms() + (double)wait > until)
            return true;
        nap(wait);
    }
}
