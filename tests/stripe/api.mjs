// Api: Stripe's own interface over the books: who asks, in which version, whether it was asked before, what is
// answered.
import { createHash } from 'node:crypto';
import qs from 'qs';
import { Refusal, missing } from './books.mjs';
import * as form from './form.mjs';
import { letters, list, VERSION } from './objects.mjs';

const HALF_HOUR = 30 * 60, DAY = 24 * 60 * 60, SLACK = 10;
const KEY_MOST = 255, EXPAND_DEPTH = 4, PAGE = 10;
const LEAST = { usd: 50, eur: 50, gbp: 30, jpy: 50 };
const EXPANDABLE = { payment_intent: 'payment_intent', latest_charge: 'charge', charge: 'charge' };

// ---- what an answer shows

function inner(books, value, name) {
    if (value.object === 'checkout.session' && name === 'line_items') return list(`/v1/checkout/sessions/${value.id}/line_items`, books.lines.get(value.id));
    if (value.object === 'charge' && name === 'refunds')
        return list(`/v1/charges/${value.id}/refunds`, books.all('refund').filter((one) => one.charge === value.id).slice(0, PAGE));
    return typeof value[name] === 'string' && name in EXPANDABLE ? books.find(EXPANDABLE[name], value[name]) : value[name];
}

function grow(books, value, parts, whole) {
    if (value === null || parts.length === 0) return;
    if (Array.isArray(value)) return value.forEach((one) => grow(books, one, parts, whole));
    const [name, ...rest] = parts;
    const known = name in value || (value.object === 'charge' && name === 'refunds') || (value.object === 'checkout.session' && name === 'line_items');
    if (!known || (typeof value[name] === 'string' && !(name in EXPANDABLE)))
        throw new Refusal(400, { message: `This property cannot be expanded (${whole}).` });
    value[name] = structuredClone(inner(books, value, name));
    grow(books, value[name], rest, whole);
}

function shown(books, thing, paths = []) {
    const copy = structuredClone(thing);
    for (const path of paths) {
        if (path.split('.').length > EXPAND_DEPTH) throw new Refusal(400, { message: `You cannot expand more than ${EXPAND_DEPTH} levels of a property. Property: ${path}` });
        grow(books, copy, path.split('.'), path);
    }
    return copy;
}

function within(one, bounds) {
    return !bounds || ((bounds.gte === undefined || one.created >= bounds.gte) && (bounds.gt === undefined || one.created > bounds.gt) &&
        (bounds.lte === undefined || one.created <= bounds.lte) && (bounds.lt === undefined || one.created < bounds.lt));
}

function paged(books, url, all, asked) {
    const { limit = PAGE, starting_after: after, ending_before: before } = asked, place = (id) => all.findIndex((one) => one.id === id);
    if (after && before) throw new Refusal(400, { message: 'You may only specify one of these parameters: ending_before, starting_after.' });
    for (const [name, id] of [['starting_after', after], ['ending_before', before]])
        if (id && place(id) < 0) throw new Refusal(400, { code: 'resource_missing', param: name, message: `No such object: '${id}'` });
    const rest = before ? all.slice(0, place(before)).slice(-limit) : all.slice(after ? place(after) + 1 : 0);
    const more = before ? place(before) > limit : rest.length > limit;
    return shown(books, list(url, rest.slice(0, limit), more), asked.expand);
}

// ---- what can be asked

function items_of(books, asked) {
    return asked.line_items.map((item, index) => {
        const place = `line_items[${index}]`, known = books.settings.prices[item.price], data = item.price_data;
        if (item.price && !known) throw new Refusal(400, { code: 'resource_missing', param: place + '[price]', message: `No such price: '${item.price}'` });
        if (!item.price === !data) throw new Refusal(400, { code: 'parameter_missing', param: place, message: 'Specify one of price, price_data.' });
        if (!item.quantity) throw new Refusal(400, { code: 'parameter_missing', param: place + '[quantity]', message: `Missing required param: ${place}[quantity].` });
        if (data && (data.unit_amount === undefined || !data.product_data === !data.product))
            throw new Refusal(400, { code: 'parameter_missing', param: place + '[price_data]', message: 'A price needs unit_amount and one of product, product_data.' });
        return data ? { currency: data.currency, unit_amount: data.unit_amount, name: data.product_data ? data.product_data.name : data.product, quantity: item.quantity }
            : { ...known, price: item.price, quantity: item.quantity };
    });
}

function new_session(books, asked) {
    const now = books.now(), { expires_at: end } = asked;
    if (asked.mode !== 'payment') throw new Refusal(400, { param: 'mode', message: 'This shop only takes payments.' });
    if (!asked.line_items || asked.line_items.length === 0) throw new Refusal(400, { code: 'parameter_missing', param: 'line_items', message: 'Missing required param: line_items.' });
    if (end !== undefined && (end < now + HALF_HOUR - SLACK || end > now + DAY + SLACK))
        throw new Refusal(400, { param: 'expires_at', message: 'The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.' });
    if (asked.customer && asked.customer_email) throw new Refusal(400, { message: 'You may only specify one of these parameters: customer, customer_email.' });
    const items = items_of(books, asked), sum = items.reduce((all, item) => all + item.unit_amount * item.quantity, 0);
    if (new Set(items.map((item) => item.currency)).size > 1) throw new Refusal(400, { param: 'line_items', message: 'All prices must have the same currency.' });
    if (sum < (LEAST[items[0].currency] ?? 1)) throw new Refusal(400, { code: 'amount_too_small', message: "The Checkout Session's total amount must convert to at least 50 cents." });
    return shown(books, books.begin(asked, items), asked.expand);
}

function new_refund(books, asked) {
    if (!asked.charge === !asked.payment_intent) throw new Refusal(400, { message: 'One of the following params should be provided for this request: payment_intent or charge.' });
    const of = asked.charge ? books.find('charge', asked.charge, 'charge') : books.find('payment_intent', asked.payment_intent, 'payment_intent');
    return shown(books, books.refund(books.charge_of(of.id), asked), asked.expand);
}

function one_of(kind, param) {
    return (books, asked, id) => shown(books, books.find(kind, id, param), asked.expand);
}

function all_of(kind, url, more = {}) {
    const fits = (one, asked) => Object.keys(more).every((name) => asked[name] === undefined || one[name] === asked[name]);
    const run = (books, asked) => {
        books.all('checkout.session').forEach((one) => books.lapse(one));
        return paged(books, url, books.all(kind).filter((one) => fits(one, asked) && within(one, asked.created)), asked);
    };
    return [form.object({ ...form.page, ...more, created: form.created }), run];
}

function events(books, asked) {
    const kinds = asked.types || (asked.type ? [asked.type] : null);
    const fits = (kind) => !kinds || kinds.some((one) => one === kind || (one.endsWith('.*') && kind.startsWith(one.slice(0, -1))));
    const undelivered = (event) => asked.delivery_success === undefined || (event.pending_webhooks === 0) === asked.delivery_success;
    const all = [...books.events].reverse().filter((event) => fits(event.type) && undelivered(event) && within(event, asked.created));
    return paged(books, '/v1/events', all, asked);
}

function one_event(books, asked, id) {
    const found = books.events.find((event) => event.id === id);
    if (!found) throw missing('event', id, 'id');
    return found;
}

const plain = form.object({ expand: form.expand });
const belongs = { charge: form.text(), payment_intent: form.text() };
const ROUTES = [
    ['POST', /^\/v1\/checkout\/sessions$/, form.new_session, new_session],
    ['GET', /^\/v1\/checkout\/sessions$/, ...all_of('checkout.session', '/v1/checkout/sessions',
        { payment_intent: form.text(), customer: form.text(), status: form.word('open', 'complete', 'expired') })],
    ['GET', /^\/v1\/checkout\/sessions\/(\w+)$/, plain, one_of('checkout.session', 'session')],
    ['POST', /^\/v1\/checkout\/sessions\/(\w+)\/expire$/, plain, (books, asked, id) => shown(books, books.expire(books.find('checkout.session', id, 'session')), asked.expand)],
    ['GET', /^\/v1\/checkout\/sessions\/(\w+)\/line_items$/, form.object(form.page), (books, asked, id) =>
        paged(books, `/v1/checkout/sessions/${id}/line_items`, books.lines.get(books.find('checkout.session', id, 'session').id), asked)],
    ['GET', /^\/v1\/payment_intents\/(\w+)$/, plain, one_of('payment_intent', 'intent')],
    ['GET', /^\/v1\/charges$/, ...all_of('charge', '/v1/charges', { payment_intent: form.text(), customer: form.text() })],
    ['GET', /^\/v1\/charges\/(\w+)$/, plain, one_of('charge', 'id')],
    ['POST', /^\/v1\/refunds$/, form.new_refund, new_refund],
    ['GET', /^\/v1\/refunds$/, ...all_of('refund', '/v1/refunds', belongs)],
    ['GET', /^\/v1\/refunds\/(\w+)$/, plain, one_of('refund', 'id')],
    ['GET', /^\/v1\/disputes$/, ...all_of('dispute', '/v1/disputes', belongs)],
    ['GET', /^\/v1\/disputes\/(\w+)$/, plain, one_of('dispute', 'id')],
    ['GET', /^\/v1\/events$/, form.object({ ...form.page, type: form.text(), types: form.many(form.text(), 20), delivery_success: form.flag, created: form.created }), events],
    ['GET', /^\/v1\/events\/(\w+)$/, plain, one_event],
];

// ---- the door

export class Api {
    constructor(books, settings) {
        Object.assign(this, { books, settings, known: new Map(), requests: [] });
    }

    // Reads a request into what the log keeps.
    read(request, raw) {
        const url = new URL(request.url, 'http://stripe'), header = (name) => request.headers[name];
        const options = { depth: 12, arrayLimit: 200, parameterLimit: 5000, allowDots: false, plainObjects: false };
        const asked = {
            id: 'req_' + letters(14), at: Date.now() / 1000, method: request.method, path: url.pathname, search: url.search, query: qs.parse(url.search.slice(1), options),
            form: qs.parse(raw, options), raw, type: header('content-type') || '', version: header('stripe-version') || '', key: header('idempotency-key') || null,
            agent: header('user-agent') || '', authorization: header('authorization') || '', status: 0, replayed: false, trouble: null,
        };
        this.requests.push(asked);
        return asked;
    }

    admit(asked) {
        const [kind, word] = asked.authorization.split(' ');
        const key = kind === 'Basic' ? Buffer.from(word || '', 'base64').toString().split(':')[0] : kind === 'Bearer' ? word : '';
        if (!key) throw new Refusal(401, { message: "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')." });
        if (!this.settings.keys.includes(key)) throw new Refusal(401, { message: `Invalid API Key provided: ${key.slice(0, 8)}****${key.slice(-4)}` });
        if (asked.version === '') throw new Refusal(400, { message: 'This shop pins its version: the header Stripe-Version is missing.' });
        if (!/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(asked.version)) throw new Refusal(400, { message: `Invalid Stripe API version: ${asked.version}` });
        if (asked.raw !== '' && !asked.type.startsWith('application/x-www-form-urlencoded'))
            throw new Refusal(400, { message: 'Invalid request: the content type must be application/x-www-form-urlencoded.' });
        if (asked.key !== null && asked.key.length > KEY_MOST) throw new Refusal(400, { message: `Idempotency keys have at most ${KEY_MOST} characters.` });
    }

    perform(asked) {
        for (const [method, pattern, fits, run] of ROUTES) {
            const found = method === asked.method && pattern.exec(asked.path);
            if (!found) continue;
            this.books.asked = asked.method === 'POST' ? asked : null;
            try {
                return run(this.books, fits(method === 'POST' ? asked.form : asked.query), found[1]);
            } finally {
                this.books.asked = null;
            }
        }
        throw new Refusal(404, { message: `Unrecognized request URL (${asked.method}: ${asked.path}). If you are trying to list objects, remove the trailing slash.` });
    }

    // Once for each key; `pause` is waited for while the key is in use.
    async once(asked, pause) {
        if (asked.method !== 'POST' || asked.key === null) {
            await pause();
            return { status: 200, body: this.perform(asked) };
        }
        const print = createHash('sha256').update(JSON.stringify([asked.path, asked.form])).digest('hex'), kept = this.known.get(asked.key);
        if (kept && kept.print !== print)
            throw new Refusal(400, { type: 'idempotency_error', message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${asked.key}' if you meant to execute a different request.` });
        if (kept && !kept.answer)
            throw new Refusal(409, { code: 'idempotency_key_in_use', message: 'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through).' });
        if (kept) {
            asked.replayed = true;
            return kept.answer;
        }
        const entry = { print, answer: null };
        this.known.set(asked.key, entry);
        try {
            await pause();
            return (entry.answer = { status: 200, body: this.perform(asked) });
        } catch (error) {
            if (error instanceof Refusal && error.kept) entry.answer = refused(error);
            else this.known.delete(asked.key);
            throw error;
        }
    }

    async answer(asked, pause) {
        try {
            this.admit(asked);
            return await this.once(asked, pause);
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            return refused(error);
        }
    }

    headers(asked) {
        return {
            'Content-Type': 'application/json', 'Cache-Control': 'no-cache, no-store', 'Request-Id': asked.id, 'Stripe-Version': asked.version || VERSION,
            ...(asked.key ? { 'Idempotency-Key': asked.key } : {}), ...(asked.replayed ? { 'Idempotent-Replayed': 'true' } : {}),
        };
    }
}

export function refused(error) {
    return { status: error.status, body: { error: { ...error.words, request_log_url: 'https://dashboard.stripe.com/test/logs' } } };
}
