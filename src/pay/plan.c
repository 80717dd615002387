// From what Stripe says to what should be. No clock, no database: the same facts always give the same plan,
// which is why the order of events does not matter.
#include "pay/part.h"

int64_t credits_for(int64_t credits, int64_t amount, int64_t whole)
{
    if (whole <= 0 || amount >= whole)
        return amount > 0 ? credits : 0;
    return amount <= 0 ? 0 : (credits * amount + whole - 1) / whole;
}

static PurchaseState state_of(const Purchase *purchase, const Paid *paid)
{
    if (purchase->state == PURCHASE_PAID || paid->paid)
        return PURCHASE_PAID;
    if (paid->failed)
        return PURCHASE_FAILED;
    if (paid->awaiting)
        return PURCHASE_AWAITING;
    return paid->expired ? PURCHASE_EXPIRED : PURCHASE_OPEN;
}

Plan plan_of(const Purchase *purchase, const Paid *paid, int64_t asked_amount)
{
    Plan plan = { .state = state_of(purchase, paid) };
    if (plan.state != PURCHASE_PAID)
        return plan;
    for (int i = 0; i < paid->refund_count; i++)
        plan.refunded_amount += paid->refunds[i].counts ? paid->refunds[i].amount : 0;
    plan.purchased = purchase->credits;
    plan.refunded = credits_for(purchase->credits, plan.refunded_amount + asked_amount, paid->amount);
    plan.disputed = paid->frozen ? purchase->credits - plan.refunded : 0;
    return plan;
}

int64_t purchase_worth(const Purchase *purchase, int64_t credits)
{
    return purchase->credits > 0 ? purchase->paid_amount * credits / purchase->credits : 0;
}
