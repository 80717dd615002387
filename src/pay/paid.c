// What Stripe says of a purchase now, read from fresh objects. Whatever is not copied here is dropped.
#include "pay/part.h"

#include "base/cards.h"
#include "sys/clock.h"

static const char *path_of(Arena *arena, const char *before, Str id, const char *after)
{
    return arena_print(arena, "%s" STR_FMT "%s", before, STR_ARG(id), after).data;
}

// "1 Long Lane | 10115 Berlin | DE"
static Str address_text(Arena *arena, const json_t *address)
{
    static const char *const lines[] = { "line1", "line2", "postal_code", "city", "state", "country" };
    Buf buf = buf_make(arena, 2000);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        Str line = str_trim(json_text(arena, address, lines[i]));
        if (line.length)
            buf_print(&buf, "%s" STR_FMT, buf.length == 0 ? "" : i == 3 ? " " : " | ", STR_ARG(line));
    }
    return buf_str(&buf);
}

static void read_buyer(Arena *arena, const json_t *session, const json_t *charge, Paid *out)
{
    const json_t *details = json_object_get(session, "customer_details");
    const json_t *billing = json_object_get(charge, "billing_details");
    out->name = str_trim(json_text(arena, details, "name"));
    out->address = address_text(arena, json_object_get(details, "address"));
    if (out->name.length == 0)
        out->name = str_trim(json_text(arena, billing, "name"));
    if (out->address.length == 0)
        out->address = address_text(arena, json_object_get(billing, "address"));
    out->name = card_mask(arena, out->name); // whoever fills in a form may take one field for another
    out->address = card_mask(arena, out->address);
}

static void read_session(Arena *arena, const json_t *session, Paid *out)
{
    Str status = json_text(arena, session, "status"), payment = json_text(arena, session, "payment_status");
    const json_t *intent = json_object_get(session, "payment_intent");
    const json_t *charge = json_object_get(intent, "latest_charge");
    Str intent_status = json_text(arena, intent, "status");
    out->open = str_equal(status, STR("open"));
    out->complete = str_equal(status, STR("complete"));
    out->expired = str_equal(status, STR("expired"));
    out->paid = str_equal(payment, STR("paid")) || str_equal(payment, STR("no_payment_required"));
    out->failed = out->complete && !out->paid &&
                  (str_equal(intent_status, STR("requires_payment_method")) ||
                   str_equal(intent_status, STR("canceled")));
    out->awaiting = out->complete && !out->paid && !out->failed;
    out->live = json_is_true(json_object_get(session, "livemode"));
    out->intent = json_id(arena, session, "payment_intent");
    out->charge = json_id(arena, intent, "latest_charge");
    bool charged = str_equal(json_text(arena, charge, "status"), STR("succeeded"));
    out->amount = charged ? json_number(charge, "amount") : json_number(session, "amount_total");
    out->currency = json_text(arena, charged ? charge : session, "currency");
    out->expires = json_number(session, "expires_at") * MS_SECOND;
    read_buyer(arena, session, charge, out);
}

static void read_refunds(Arena *arena, const json_t *list, Paid *out)
{
    const json_t *refund;
    size_t i;
    json_array_foreach(json_object_get(list, "data"), i, refund)
    {
        Str status = json_text(arena, refund, "status");
        bool failed = str_equal(status, STR("failed")) || str_equal(status, STR("canceled"));
        if (out->refund_count == REFUNDS_MAX)
            return;
        PaidRefund *paid = &out->refunds[out->refund_count++];
        *paid = (PaidRefund){ .id = json_text(arena, refund, "id"),
                              .amount = json_number(refund, "amount"),
                              .counts = !failed,
                              .failed = failed };
        (void)id_read(json_text(arena, json_object_get(refund, "metadata"), "refund_id"), &paid->ours);
    }
}

// An inquiry ("warning_...") and what was won take nothing.
static bool takes(Str status)
{
    static const char *const harmless[] = { "won", "prevented", "charge_refunded", NULL };
    for (const char *const *word = harmless; *word; word++)
        if (str_equal(status, str_of(*word)))
            return false;
    return status.length > 0 && !str_starts(status, STR("warning_"));
}

static void read_disputes(Arena *arena, const json_t *list, Paid *out)
{
    const json_t *dispute;
    size_t i;
    json_array_foreach(json_object_get(list, "data"), i, dispute)
    {
        Str status = json_text(arena, dispute, "status");
        bool first = out->dispute.length == 0, grave = takes(status) && !out->frozen;
        out->frozen = out->frozen || takes(status);
        if (!first && !grave)
            continue;
        out->dispute = json_text(arena, dispute, "id");
        out->dispute_state = status;
        out->evidence_due = json_number(json_object_get(dispute, "evidence_details"), "due_by") * MS_SECOND;
    }
}

typedef void (*Reader)(Arena *arena, const json_t *root, Paid *out);

static bool ask(const Shop *shop, Arena *arena, Patience patience, const char *path, Reader reader, Paid *out,
                StripeAnswer *answer, Fault *fault)
{
    if (!stripe_call(shop, arena, patience, path, NULL, STR(""), answer, fault))
        return false;
    if (answer->end == STRIPE_DONE)
        reader(arena, answer->root, out);
    answer_drop(answer);
    return true;
}

bool paid_fetch(const Shop *shop, Arena *arena, Patience patience, Str session, Paid *out,
                StripeAnswer *answer, Fault *fault)
{
    *out = (Paid){ 0 };
    if (!ask(shop, arena, patience,
             path_of(arena, "/v1/checkout/sessions/", session, "?expand%5B0%5D=payment_intent.latest_charge"),
             read_session, out, answer, fault))
        return false;
    if (answer->end != STRIPE_DONE || !out->paid || out->intent.length == 0)
        return true;
    return ask(shop, arena, patience,
               path_of(arena, "/v1/refunds?limit=100&payment_intent=", out->intent, ""), read_refunds, out,
               answer, fault) &&
           (answer->end != STRIPE_DONE ||
            ask(shop, arena, patience,
                path_of(arena, "/v1/disputes?limit=100&payment_intent=", out->intent, ""), read_disputes, out,
                answer, fault));
}
