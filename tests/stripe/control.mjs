// Control: what a test may bring about, and look at. POST /_control/NAME with JSON, answered with JSON.
import { body_of, sign } from './posting.mjs';

export function commands({ books, api, posting, trouble, settings }) {
    const charge = (words) => books.charge_of(words.charge || words.session || words.id);
    const chosen = (words) => {
        const wanted = words.events ? words.events.map((id) => books.events.find((event) => event.id === id)) : books.events.filter((event) => event.pending_webhooks > 0);
        if (wanted.some((event) => !event)) throw new Error('there is no such event');
        return wanted;
    };
    return {
        settings: (words) => Object.assign(settings, words, { webhook: { ...settings.webhook, ...words.webhook } }),

        // A session as the shop would open it.
        begin: ({ reference, name, amount, currency = 'usd' }) => books.begin({
            success_url: 'http://127.0.0.1:1/', client_reference_id: reference, metadata: { purchase: reference }, payment_intent_data: { metadata: { purchase: reference } },
        }, [{ currency, unit_amount: amount, name, quantity: 1 }]),
        complete: (words) => books.complete(words.session, words),
        decline: (words) => books.decline(words.session),
        settle: (words) => books.settle(words.session, words.good),
        expire: (words) => books.expire(books.find('checkout.session', words.session)),
        refund: (words) => books.refund(charge(words), words),
        move_refund: (words) => books.move_refund(words.refund, words.status),
        dispute: (words) => books.dispute(charge(words), words),
        move_dispute: (words) => books.move_dispute(words.dispute, words.status),
        withdraw: (words) => books.withdraw(books.find('dispute', words.dispute)),
        reinstate: (words) => books.reinstate(books.find('dispute', words.dispute)),
        warn: (words) => books.warn(charge(words), words.actionable),
        note: (words) => books.note(words.type, words.object, words.previous), // an event of any kind
        forget: (words) => { books.things.delete(words.id); return {}; },

        // What Stripe knows: all of it, or what belongs to one session.
        state: () => ({ things: [...books.things.values()], events: books.events, settings }),
        session: (words) => {
            const session = books.find('checkout.session', words.session), of = (kind) => books.all(kind).filter((one) => one.payment_intent === session.payment_intent);
            return { session, lines: books.lines.get(session.id), intent: books.things.get(session.payment_intent) || null,
                ...(session.payment_intent ? { charges: of('charge'), refunds: of('refund'), disputes: of('dispute') } : { charges: [], refunds: [], disputes: [] }) };
        },
        by_reference: (words) => {
            const found = books.all('checkout.session').filter((one) => one.client_reference_id === words.reference);
            if (found.length !== 1) throw new Error(`${found.length} sessions are of ${words.reference}`);
            return found[0];
        },
        ids: (words) => books.events.slice(words.since || 0).filter((event) => !words.waiting || event.pending_webhooks > 0).map((event) => event.id),
        events: (words) => books.events.filter((event) => !words.about || JSON.stringify(event).includes(words.about)),

        deliver: (words) => posting.send_all(Array(words.times || 1).fill(chosen(words)).flat(), words.at_once),
        settled: async () => { await posting.waiting; return {}; },
        attempts: () => posting.log,
        raw: (words) => {
            const [event] = chosen({ events: [words.event] }), body = body_of(event);
            return { body, header: sign(body, words.secrets || settings.webhook.secrets, words.at) };
        },
        sign: (words) => ({ header: sign(words.body, words.secrets || settings.webhook.secrets, words.at, words.scheme) }),

        fail: (words) => trouble.plan(words),
        plans: () => trouble.plans,
        calm: () => { trouble.plans.length = 0; return {}; },
        requests: ({ method, path = '', since = 0 }) =>
            api.requests.filter((one) => (!method || one.method === method) && one.path.startsWith(path) && one.at >= since),
        forget_requests: () => { api.requests.length = 0; return {}; },
    };
}
