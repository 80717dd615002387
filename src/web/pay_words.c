// Pay words: the wording, in one place.
#include "web/pay_words.h"

#include "base/money.h"
#include "web/show.h"

#include <inttypes.h>

Str purchase_words(const Purchase *purchase)
{
    switch (purchase->state) {
    case PURCHASE_NEW:
        return STR("not begun");
    case PURCHASE_OPEN:
        return STR("not paid yet");
    case PURCHASE_AWAITING:
        return STR("the payment is on its way");
    case PURCHASE_PAID:
        return purchase->refunded >= purchase->credits ? STR("paid back")
               : purchase->refunded > 0                ? STR("partly paid back")
                                                       : STR("paid");
    case PURCHASE_FAILED:
        return STR("the payment failed");
    case PURCHASE_EXPIRED:
        return STR("not paid in time");
    }
    return STR("");
}

typedef struct Wording {
    Str word, sentence;
} Wording;

static Str wording(const Wording *list, size_t count, Str word, Str otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(list[i].word, word))
            return list[i].sentence;
    return word.length ? otherwise : word;
}

Str dispute_words(Str state)
{
    static const Wording list[] = {
        { STR_INIT("lost"), STR_INIT("A dispute was decided for the bank: the money went back.") },
        { STR_INIT("won"), STR_INIT("A dispute was decided against the bank: the payment stands.") },
        { STR_INIT("warning_needs_response"),
          STR_INIT("The bank has asked about this payment. Nothing is taken for that.") },
        { STR_INIT("warning_under_review"),
          STR_INIT("The bank has asked about this payment. Nothing is taken for that.") },
        { STR_INIT("warning_closed"), STR_INIT("The bank had asked about this payment. That is over.") },
        { STR_INIT("charge_refunded"), STR_INIT("The bank's question about this payment was settled.") },
        { STR_INIT("prevented"), STR_INIT("The bank's question about this payment was settled.") },
    };
    return wording(
        list, sizeof list / sizeof *list, state,
        STR("The bank asks the money back. Until that is decided, the credits that are left of this "
            "purchase cannot be spent."));
}

Str attention_words(Str kind)
{
    static const Wording list[] = {
        { STR_INIT("dispute"), STR_INIT("A bank asks money back. Answer in Stripe's dashboard in time.") },
        { STR_INIT("refund-failed"),
          STR_INIT("Money could not be paid back; the credits are with the buyer again. Write to them.") },
        { STR_INIT("fraud-warning"),
          STR_INIT("The card may be stolen. Paying back now costs less than a dispute.") },
        { STR_INIT("drift"),
          STR_INIT("The nightly comparison found and repaired differences. Were events lost? Look at the "
                   "webhook in Stripe's dashboard.") },
        { STR_INIT("ledger"), STR_INIT("A rule of the ledger does not hold. Run sonicstacker doctor.") },
        { STR_INIT("foreign"),
          STR_INIT(
              "Stripe knows a payment that was not begun here. Does somebody else use the same account?") },
        { STR_INIT("key"),
          STR_INIT(
              "Stripe refuses what we ask: is the key right, and may it do this? Run sonicstacker doctor.") },
    };
    return wording(list, sizeof list / sizeof *list, kind, STR("Please look."));
}

Str purchase_sum(Arena *arena, const Purchase *purchase)
{
    return purchase->paid_currency.length ? money_text(arena, purchase->paid_amount, purchase->paid_currency)
                                          : money_text(arena, purchase->price, purchase->currency);
}

Str price_each(Arena *arena, const PackConfig *pack)
{
    enum { FINER = 100 };
    int decimals = money_decimals(str_of(pack->currency)) + 2;
    int64_t unit = 1, parts = (pack->price * FINER + pack->credits / 2) / pack->credits;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    Str whole = money_text(arena, pack->price, str_of(pack->currency));
    return arena_print(arena, "%" PRId64 ".%0*" PRId64 STR_FMT, parts / unit, decimals, parts % unit,
                       STR_ARG(str_slice(whole, whole.length - 4, whole.length)));
}

Str purchase_url(const Request *request, const Purchase *purchase)
{
    int port = shop_local_port(request->site->shop);
    if (purchase->path.length == 0)
        return STR("");
    return port
               ? arena_print(request->arena, "http://127.0.0.1:%d/" STR_FMT, port, STR_ARG(purchase->path))
               : arena_print(request->arena, "https://checkout.stripe.com/" STR_FMT, STR_ARG(purchase->path));
}

// ---- rows

void fill_lines_of(Page *page, const char *rows, Str lines)
{
    Str line;
    while (lines.length > 0 && str_cut(&lines, '|', &line))
        page_text(page_row(page, rows), "line", str_trim(line));
}

void fill_purchases(Arena *arena, Page *page, const Purchase *list, int count)
{
    page_flag(page, "any_purchases", count > 0);
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "purchases");
        page_text(row, "purchase_id", id_text(arena, list[i].id.n));
        page_text(row, "purchase_at", show_time(arena, list[i].created));
        page_text(row, "purchase_title", list[i].title);
        page_int(row, "purchase_credits", list[i].credits);
        page_text(row, "purchase_sum", purchase_sum(arena, &list[i]));
        page_text(row, "purchase_state", purchase_words(&list[i]));
        page_text(row, "purchase_account", id_text(arena, list[i].account.n));
        page_text(row, "purchase_trouble", list[i].trouble);
        page_text(row, "purchase_dispute", list[i].dispute_state);
        page_flag(row, "purchase_test", !list[i].live);
    }
}

void fill_receipts(Arena *arena, Page *page, const Receipt *list, int count)
{
    page_flag(page, "any_receipts", count > 0);
    for (int i = 0; i < count; i++) {
        Page *row = page_row(page, "receipts");
        page_int(row, "receipt_number", list[i].number);
        page_text(row, "receipt_name", receipt_name(arena, list[i].number));
        page_text(row, "receipt_at", show_day(arena, list[i].at));
        page_text(row, "receipt_what", list[i].refund ? STR("Refund") : STR("Sale"));
        page_text(row, "receipt_title", list[i].title);
        page_text(row, "receipt_sum",
                  money_text(arena, list[i].refund ? -list[i].amount : list[i].amount, list[i].currency));
    }
}
