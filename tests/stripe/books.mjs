// Books: what Stripe knows of one shop, and what may happen to it. Each change makes the events that the real
// one makes, in its order.
//
//   session   open ──> complete (paid | unpaid ──> paid | failed)      open ──> expired
//   refund    pending | succeeded ──> failed | canceled
//   dispute   warning_needs_response ──> warning_closed | needs_response
//             needs_response ──> under_review ──> won | lost | prevented
import * as shape from './objects.mjs';

export class Refusal extends Error {
    // `kept`: the endpoint had begun, so an idempotency key keeps this answer.
    constructor(status, words, kept = false) {
        super(words.message);
        Object.assign(this, { status, words: { type: 'invalid_request_error', ...words }, kept });
    }
}

export function missing(kind, id, param) {
    return new Refusal(404, { code: 'resource_missing', message: `No such ${kind}: '${id}'`, param });
}

function unable(code, message) {
    return new Refusal(400, { code, message }, true);
}

function dollars(amount) {
    return '$' + (amount / 100).toFixed(2);
}

const OUT_OF = { succeeded: 'succeeded', pending: 'pending', requires_action: 'requires_action' };
const FINAL = ['won', 'lost', 'prevented', 'warning_closed'];

export class Books {
    constructor(settings, tell) {
        Object.assign(this, { settings, tell, things: new Map(), lines: new Map(), buyers: new Map(), events: [], asked: null });
    }

    now() {
        return Math.floor(Date.now() / 1000) + this.settings.shift;
    }

    keep(thing) {
        this.things.set(thing.id, thing);
        return thing;
    }

    // Newest first, as lists are told.
    all(kind) {
        return [...this.things.values()].filter((one) => one.object === kind).reverse();
    }

    find(kind, id, param = 'id') {
        const found = this.things.get(id);
        if (!found || found.object !== kind) throw missing(kind, id, param);
        this.lapse(found);
        return found;
    }

    // Of a session, an intent, a charge or anything that belongs to one.
    charge_of(id) {
        const thing = this.things.get(id);
        if (!thing) throw missing('charge', id, 'charge');
        if (thing.object === 'charge') return thing;
        if (thing.charge) return this.find('charge', thing.charge);
        const paying = thing.object === 'checkout.session' ? this.things.get(thing.payment_intent) : thing;
        if (!paying || !paying.latest_charge) throw unable('payment_intent_unexpected_state', `${id} has no charge`);
        return this.find('charge', paying.latest_charge);
    }

    session_of(charge) {
        return this.all('checkout.session').find((one) => one.payment_intent === charge.payment_intent);
    }

    buyer_of(charge) {
        return this.buyers.get(charge.id);
    }

    note(type, object, previous) {
        const event = shape.event(type, object, previous, this.asked, this.now());
        event.livemode = this.settings.live;
        this.events.push(event);
        this.tell(event);
        return event;
    }

    // ---- sessions

    begin(form, items) {
        const amount = items.reduce((sum, item) => sum + item.unit_amount * item.quantity, 0);
        const made = this.keep(shape.session(form, amount, items[0].currency, this.now(), this.settings.live));
        made.url = `${this.settings.url}/c/pay/${made.id}#fid${shape.letters(90)}%2F${shape.letters(60)}%3D%3D`;
        this.lines.set(made.id, items.map((item) => shape.line({ ...item, now: made.created })));
        this.buyers.set(made.id, form);
        return made;
    }

    lapse(session) {
        if (session.object === 'checkout.session' && session.status === 'open' && session.expires_at <= this.now()) this.expire(session);
    }

    expire(session) {
        if (session.status !== 'open')
            throw unable(undefined, `Only Checkout Sessions with a status in ["open"] can be expired. This Session has a status of \`${session.status}\`.`);
        Object.assign(session, { status: 'expired', url: null });
        this.note('checkout.session.expired', session);
        return session;
    }

    open_session(id) {
        const session = this.find('checkout.session', id, 'session');
        if (session.status !== 'open') throw unable(undefined, `The session is ${session.status}.`);
        return session;
    }

    intent_of(session) {
        if (session.payment_intent) return this.find('payment_intent', session.payment_intent);
        const paying = this.keep(shape.intent(session, this.buyers.get(session.id).payment_intent_data || {}, this.now()));
        session.payment_intent = paying.id;
        return paying;
    }

    // The buyer's card is refused: the session stays open, and now names its intent.
    decline(id) {
        const session = this.open_session(id), paying = this.intent_of(session), buyer = this.settings.buyer;
        const charge = this.keep({ ...shape.charge(paying, buyer, 'failed', this.now()), failure_code: 'card_declined', failure_message: 'Your card was declined.' });
        this.buyers.set(charge.id, buyer);
        paying.latest_charge = charge.id;
        paying.last_payment_error = { charge: charge.id, code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.', type: 'card_error' };
        this.note('charge.failed', charge);
        this.note('payment_intent.payment_failed', paying);
        return session;
    }

    // `converted`: what the buyer saw and paid in another currency, {currency, amount, rate}.
    convert(session, converted) {
        session.currency_conversion = { amount_subtotal: session.amount_subtotal, amount_total: session.amount_total, fx_rate: converted.rate, source_currency: session.currency };
        Object.assign(session, { amount_subtotal: converted.amount, amount_total: converted.amount, currency: converted.currency });
    }

    // `method`: card, which is paid at once, or debit, which takes days.
    complete(id, { method = 'card', converted, buyer = this.settings.buyer } = {}) {
        const session = this.open_session(id);
        if (converted) this.convert(session, converted);
        const paying = this.intent_of(session), paid = method === 'card';
        const charge = this.keep(shape.charge(paying, buyer, paid ? 'succeeded' : 'pending', this.now()));
        this.buyers.set(charge.id, buyer);
        Object.assign(paying, { latest_charge: charge.id, payment_method: charge.payment_method, status: paid ? 'succeeded' : 'processing',
            amount_received: paid ? paying.amount : 0, last_payment_error: null, receipt_email: buyer.email, amount: session.amount_total, currency: session.currency });
        Object.assign(session, { status: 'complete', payment_status: paid ? 'paid' : 'unpaid', url: null, customer_details: shape.details(buyer),
            collected_information: { business_name: buyer.business, individual_name: buyer.name, shipping_details: null } });
        this.note('payment_intent.created', { ...paying, status: 'requires_payment_method', latest_charge: null, amount_received: 0 });
        this.note(paid ? 'charge.succeeded' : 'charge.pending', charge);
        this.note(paid ? 'payment_intent.succeeded' : 'payment_intent.processing', paying);
        this.note('checkout.session.completed', session);
        return session;
    }

    // What became of a method that takes days.
    settle(id, good) {
        const session = this.find('checkout.session', id), charge = this.charge_of(id), paying = this.find('payment_intent', session.payment_intent);
        if (charge.status !== 'pending') throw unable(undefined, `The charge is ${charge.status}.`);
        if (good) {
            Object.assign(charge, { status: 'succeeded', paid: true, captured: true, amount_captured: charge.amount, balance_transaction: shape.new_id('txn') });
            Object.assign(paying, { status: 'succeeded', amount_received: paying.amount });
            session.payment_status = 'paid';
        } else {
            Object.assign(charge, { status: 'failed', failure_code: 'insufficient_funds', failure_message: 'The account has too little money.' });
            Object.assign(paying, { status: 'requires_payment_method', last_payment_error: { charge: charge.id, code: 'payment_intent_payment_attempt_failed', message: charge.failure_message, type: 'invalid_request_error' } });
        }
        this.note(good ? 'charge.succeeded' : 'charge.failed', charge);
        this.note(good ? 'payment_intent.succeeded' : 'payment_intent.payment_failed', paying);
        this.note('checkout.session.async_payment_' + (good ? 'succeeded' : 'failed'), session);
        return session;
    }

    // ---- refunds

    refundable(charge, amount) {
        const left = charge.amount - charge.amount_refunded;
        const disputed = this.all('dispute').some((one) => one.charge === charge.id && !one.is_charge_refundable);
        if (charge.status !== 'succeeded') throw unable('charge_not_refundable', `Charge ${charge.id} has not succeeded.`);
        if (disputed) throw unable('charge_disputed', `Charge ${charge.id} has been charged back; cannot issue a refund.`);
        if (left === 0) throw unable('charge_already_refunded', `Charge ${charge.id} has already been refunded.`);
        if (amount !== undefined && amount > left)
            throw unable(undefined, `Refund amount (${dollars(amount)}) is greater than unrefunded amount on charge (${dollars(left)})`);
        return amount === undefined ? left : amount;
    }

    refund(charge, words) {
        const amount = this.refundable(charge, words.amount);
        const made = this.keep(shape.refund(charge, amount, { ...words, status: OUT_OF[words.status || this.settings.refund_status] }, this.now()));
        const before = charge.amount_refunded;
        charge.amount_refunded += amount;
        charge.refunded = charge.amount_refunded === charge.amount;
        this.note('refund.created', made);
        this.note('charge.refunded', charge, { amount_refunded: before, refunded: false });
        return made;
    }

    // A refund that was on its way arrives, fails or is called off; also one that had succeeded may still fail.
    move_refund(id, status) {
        const refund = this.find('refund', id), charge = this.find('charge', refund.charge), before = refund.status;
        if (before === status || before === 'failed' || before === 'canceled') throw unable(undefined, `The refund is ${before}.`);
        refund.status = status;
        if (status === 'failed' || status === 'canceled') {
            if (status === 'failed') Object.assign(refund, { failure_reason: 'lost_or_stolen_card', failure_balance_transaction: shape.new_id('txn') });
            charge.amount_refunded -= this.settings.failed_refunds_count ? 0 : refund.amount;
            charge.refunded = charge.amount_refunded === charge.amount;
        }
        this.note('refund.updated', refund, { status: before });
        this.note('charge.refund.updated', refund, { status: before });
        if (status === 'failed') this.note('refund.failed', refund, { status: before });
        return refund;
    }

    // ---- disputes

    dispute(charge, words) {
        if (charge.status !== 'succeeded') throw unable(undefined, `Charge ${charge.id} has not succeeded.`);
        const made = this.keep(shape.dispute(charge, words, this.buyer_of(charge), this.now()));
        charge.disputed = true;
        if (!made.is_charge_refundable) made.balance_transactions.push(shape.movement(made, -made.amount, this.now()));
        this.note('charge.dispute.created', made);
        if (!made.is_charge_refundable) this.note('charge.dispute.funds_withdrawn', made);
        return made;
    }

    // From an inquiry to a real one money is taken; when it is won, or prevented, it comes back.
    move_dispute(id, status) {
        const dispute = this.find('dispute', id), before = dispute.status, was_inquiry = before.startsWith('warning_');
        if (FINAL.includes(before) && !(before === 'lost' && status === 'won')) throw unable(undefined, `The dispute is ${before}.`);
        Object.assign(dispute, { status, is_charge_refundable: status.startsWith('warning_') });
        if (status.endsWith('under_review')) Object.assign(dispute.evidence_details, { has_evidence: true, submission_count: 1 });
        if (was_inquiry && !status.startsWith('warning_')) this.withdraw(dispute);
        if (status === 'won' || (status === 'prevented' && dispute.balance_transactions.length > 0)) this.reinstate(dispute);
        this.note(FINAL.includes(status) ? 'charge.dispute.closed' : 'charge.dispute.updated', dispute, { status: before });
        return dispute;
    }

    withdraw(dispute) {
        dispute.balance_transactions.push(shape.movement(dispute, -dispute.amount, this.now()));
        this.note('charge.dispute.funds_withdrawn', dispute);
        return dispute;
    }

    reinstate(dispute) {
        dispute.balance_transactions.push(shape.movement(dispute, dispute.amount, this.now()));
        this.note('charge.dispute.funds_reinstated', dispute);
        return dispute;
    }

    warn(charge, actionable = true) {
        const made = this.keep(shape.fraud_warning(charge, actionable, this.now()));
        this.note('radar.early_fraud_warning.created', made);
        return made;
    }
}
