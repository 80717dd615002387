// Posting: events on their way to the shop, signed by the official package.
import Stripe from 'stripe';

const WAIT_MS = 20000;

// The header for one body under each secret: one t, a v1 for each.
export function sign(payload, secrets, timestamp = Math.floor(Date.now() / 1000), scheme = 'v1') {
    const items = secrets.map((secret) => Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp, scheme }).split(',')[1]);
    return [`t=${timestamp}`, ...items].join(',');
}

export function body_of(event) {
    return JSON.stringify(event, null, 2);
}

export class Posting {
    constructor(settings) {
        Object.assign(this, { settings, waiting: Promise.resolve(), log: [] });
    }

    // Called for each new event: it goes out after those before it, unless they are held.
    take(event) {
        const { url, hold, types } = this.settings.webhook;
        const wanted = url && (!types || types.includes(event.type));
        if (!wanted) event.pending_webhooks = url ? 0 : 1;
        else if (!hold) this.waiting = this.waiting.then(() => this.send(event));
    }

    async send(event) {
        const body = body_of(event), attempt = { id: event.id, type: event.type, status: 0, said: '' };
        this.log.push(attempt);
        try {
            const reply = await fetch(this.settings.webhook.url, {
                method: 'POST', body, redirect: 'manual', signal: AbortSignal.timeout(WAIT_MS), headers: {
                    'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)', Accept: '*/*; q=0.5, application/xml',
                    'Cache-Control': 'no-cache', 'Stripe-Signature': sign(body, this.settings.webhook.secrets) },
            });
            attempt.said = (await reply.text()).slice(0, 500);
            attempt.status = reply.status;
            if (reply.ok) event.pending_webhooks = 0;
        } catch (error) {
            attempt.said = String(error.cause || error);
        }
        return attempt;
    }

    // One after the other, in the order given; `at_once` so many at a time.
    async send_all(events, at_once = 1) {
        const done = [], left = [...events];
        const carry = async () => {
            for (let event; (event = left.shift());) done.push(await this.send(event));
        };
        await Promise.all(Array.from({ length: at_once }, carry));
        return done;
    }
}
