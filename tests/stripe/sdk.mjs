// Sdk: the official package as the client of the stand-in: what it cannot read, or takes for something else, is
// wrong with the stand-in. WORLD is {port, key}.
import assert from 'node:assert/strict';
import http from 'node:http';
import Stripe from 'stripe';

const { port, key } = JSON.parse(process.env.WORLD);
const options = { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false };
const stripe = new Stripe(key, options), patient = new Stripe(key, { ...options, maxNetworkRetries: 2 });
const NOW = Math.floor(Date.now() / 1000);
let wrong = 0;

async function test(name, run) {
    try {
        await control('calm');
        await run();
        console.log('ok - ' + name);
    } catch (error) {
        wrong++;
        console.log(`not ok - ${name}\n` + String(error.stack || error).split('\n').slice(0, 12).map((line) => '    ' + line).join('\n'));
    }
}

async function control(name, words = {}) {
    const reply = await fetch(`http://127.0.0.1:${port}/_control/${name}`, { method: 'POST', body: JSON.stringify(words) });
    const answer = await reply.json();
    assert.equal(reply.status, 200, `${name}: ${answer.wrong}`);
    return answer;
}

function order(more = {}) {
    return {
        mode: 'payment', line_items: [{ price_data: { currency: 'usd', unit_amount: 499, product_data: { name: 'Starter' } }, quantity: 1 }],
        success_url: 'http://127.0.0.1:1/credits/return?purchase=1&session={CHECKOUT_SESSION_ID}', cancel_url: 'http://127.0.0.1:1/credits', client_reference_id: '1',
        metadata: { purchase: '1' }, payment_intent_data: { metadata: { purchase: '1' } }, ...more,
    };
}

async function bought(words = {}) {
    const made = await stripe.checkout.sessions.create(order());
    await control('complete', { session: made.id, ...words });
    return stripe.checkout.sessions.retrieve(made.id, { expand: ['payment_intent.latest_charge', 'line_items'] });
}

async function refused(promise, kind, status, code) {
    const error = await promise.then(() => null, (one) => one);
    assert.ok(error, 'it was not refused');
    assert.equal(error.type, kind, error.message);
    assert.equal(error.statusCode, status, error.message);
    if (code) assert.equal(error.code, code, error.message);
    return error;
}

await test('a session opens without an intent and can be paid, and only then has one', async () => {
    const made = await stripe.checkout.sessions.create(order());
    assert.match(made.id, /^cs_test_\w{58}$/);
    assert.equal(made.status, 'open');
    assert.equal(made.payment_status, 'unpaid');
    assert.equal(made.payment_intent, null);
    assert.ok(made.url.startsWith(`http://127.0.0.1:${port}/c/pay/${made.id}#fid`));
    assert.equal(made.amount_total, 499);
    assert.equal(made.livemode, false);
    await control('complete', { session: made.id });
    const paid = await stripe.checkout.sessions.retrieve(made.id, { expand: ['payment_intent.latest_charge', 'line_items'] });
    assert.equal(paid.status, 'complete');
    assert.equal(paid.payment_status, 'paid');
    assert.equal(paid.url, null);
    assert.equal(paid.payment_intent.status, 'succeeded');
    assert.equal(paid.payment_intent.metadata.purchase, '1');
    assert.equal(paid.payment_intent.latest_charge.paid, true);
    assert.equal(paid.payment_intent.latest_charge.metadata.purchase, '1');
    assert.equal(paid.line_items.data[0].price.unit_amount, 499);
    assert.ok(paid.customer_details.email.includes('@'));
    const found = await stripe.checkout.sessions.list({ payment_intent: paid.payment_intent.id });
    assert.deepEqual(found.data.map((one) => one.id), [made.id]);
});

await test('what a request must not say is refused by name', async () => {
    const create = (more) => stripe.checkout.sessions.create(order(more));
    const unknown = await refused(create({ colour: 'red' }), 'StripeInvalidRequestError', 400, 'parameter_unknown');
    assert.equal(unknown.param, 'colour');
    await refused(create({ payment_method_types: ['card'] }), 'StripeInvalidRequestError', 400, 'parameter_unknown'); // older versions knew it
    const inner = await refused(create({ line_items: [{ price_data: { currency: 'usd', unit_amount: 499, product_data: { description: 'x' } }, quantity: 1 }] }), 'StripeInvalidRequestError', 400, 'parameter_missing');
    assert.equal(inner.param, 'line_items[0][price_data][product_data][name]');
    await refused(create({ client_reference_id: 'x'.repeat(201) }), 'StripeInvalidRequestError', 400);
    await refused(create({ success_url: 'credits' }), 'StripeInvalidRequestError', 400, 'url_invalid');
    await refused(create({ expires_at: NOW + 60 }), 'StripeInvalidRequestError', 400);
    await refused(create({ expires_at: NOW + 90000 }), 'StripeInvalidRequestError', 400);
    await refused(create({ line_items: [{ price_data: { currency: 'usd', unit_amount: 49, product_data: { name: 'x' } }, quantity: 1 }] }), 'StripeInvalidRequestError', 400, 'amount_too_small');
    await refused(create({ line_items: [{ price_data: { currency: 'usd', unit_amount: '4.99', product_data: { name: 'x' } }, quantity: 1 }] }), 'StripeInvalidRequestError', 400, 'parameter_invalid_integer');
    await refused(stripe.checkout.sessions.retrieve('cs_test_none'), 'StripeInvalidRequestError', 404, 'resource_missing');
    await refused(stripe.checkout.sessions.list({ payment_intent: '' }), 'StripeInvalidRequestError', 400);
});

await test('a key does its work once, and refuses other parameters', async () => {
    const key_of = { idempotencyKey: 'one' };
    const first = await stripe.checkout.sessions.create(order(), key_of), second = await stripe.checkout.sessions.create(order(), key_of);
    assert.equal(first.id, second.id);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
    await refused(stripe.checkout.sessions.create(order({ client_reference_id: '2' }), key_of), 'StripeIdempotencyError', 400);
    await control('fail', { how: 'slow', delay_ms: 400 });
    const slow = stripe.checkout.sessions.create(order(), { idempotencyKey: 'two' });
    await new Promise((done) => setTimeout(done, 100));
    await refused(stripe.checkout.sessions.create(order(), { idempotencyKey: 'two' }), 'StripeAPIError', 409, 'idempotency_key_in_use');
    assert.equal((await slow).id, (await stripe.checkout.sessions.create(order(), { idempotencyKey: 'two' })).id);
    await refused(stripe.checkout.sessions.create(order({ colour: 'red' }), { idempotencyKey: 'three' }), 'StripeInvalidRequestError', 400);
    await stripe.checkout.sessions.create(order(), { idempotencyKey: 'three' });
});

await test('who has no key, or a wrong one, is told so', async () => {
    await refused(new Stripe('sk_test_wrong', options).refunds.list(), 'StripeAuthenticationError', 401);
    const bare = await fetch(`http://127.0.0.1:${port}/v1/refunds`, { headers: { authorization: 'Bearer ' + key } });
    assert.equal(bare.status, 400); // without a version
});

await test('more than what was paid never goes back', async () => {
    const paid = await bought(), charge = paid.payment_intent.latest_charge.id;
    await refused(stripe.refunds.create({ charge, amount: 500 }), 'StripeInvalidRequestError', 400);
    await refused(stripe.refunds.create({ charge, amount: 0 }), 'StripeInvalidRequestError', 400, 'parameter_invalid_integer');
    const part = await stripe.refunds.create({ charge, amount: 100, metadata: { refund: '7' } });
    assert.equal(part.status, 'succeeded');
    await stripe.refunds.create({ payment_intent: paid.payment_intent.id });
    const full = await stripe.charges.retrieve(charge);
    assert.equal(full.amount_refunded, 499);
    assert.equal(full.refunded, true);
    await refused(stripe.refunds.create({ charge }), 'StripeInvalidRequestError', 400, 'charge_already_refunded');
    assert.deepEqual((await stripe.refunds.list({ charge })).data.map((one) => one.amount), [399, 100]);
    await control('move_refund', { refund: part.id, status: 'failed' });
    assert.equal((await stripe.refunds.retrieve(part.id)).status, 'failed');
    assert.equal((await stripe.charges.retrieve(charge)).amount_refunded, 399);
});

await test('a method that takes days is unpaid until it succeeds or fails', async () => {
    for (const good of [true, false]) {
        const waiting = await bought({ method: 'debit' });
        assert.equal(waiting.status, 'complete');
        assert.equal(waiting.payment_status, 'unpaid');
        assert.equal(waiting.payment_intent.status, 'processing');
        await control('settle', { session: waiting.id, good });
        const after = await stripe.checkout.sessions.retrieve(waiting.id, { expand: ['payment_intent'] });
        assert.equal(after.payment_status, good ? 'paid' : 'unpaid');
        assert.equal(after.payment_intent.status, good ? 'succeeded' : 'requires_payment_method');
    }
});

await test('an open session expires once, and a declined card leaves it open', async () => {
    const made = await stripe.checkout.sessions.create(order());
    await control('decline', { session: made.id });
    assert.equal((await stripe.checkout.sessions.retrieve(made.id)).status, 'open');
    const gone = await stripe.checkout.sessions.expire(made.id);
    assert.equal(gone.status, 'expired');
    assert.equal(gone.url, null);
    await refused(stripe.checkout.sessions.expire(made.id), 'StripeInvalidRequestError', 400);
});

await test('a dispute is lived through', async () => {
    const paid = await bought(), charge = paid.payment_intent.latest_charge.id, payment_intent = paid.payment_intent.id;
    const inquiry = await control('dispute', { charge, warning: true });
    assert.equal(inquiry.status, 'warning_needs_response');
    assert.equal(inquiry.balance_transactions.length, 0);
    await control('move_dispute', { dispute: inquiry.id, status: 'needs_response' });
    const real = await stripe.disputes.retrieve(inquiry.id);
    assert.equal(real.balance_transactions[0].amount, -499);
    await refused(stripe.refunds.create({ charge }), 'StripeInvalidRequestError', 400, 'charge_disputed');
    await control('move_dispute', { dispute: inquiry.id, status: 'under_review' });
    await control('move_dispute', { dispute: inquiry.id, status: 'won' });
    const [won] = (await stripe.disputes.list({ payment_intent })).data;
    assert.equal(won.status, 'won');
    assert.equal(won.balance_transactions.reduce((sum, one) => sum + one.amount, 0), 0);
    const kinds = (await control('events', { about: inquiry.id })).map((one) => one.type);
    assert.deepEqual(kinds, ['charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.dispute.updated', 'charge.dispute.updated',
        'charge.dispute.funds_reinstated', 'charge.dispute.closed']);
});

await test('events are listed by kind and time, page by page', async () => {
    await bought();
    const all = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1000 });
    const small = await stripe.events.list({ limit: 3 }).autoPagingToArray({ limit: 1000 });
    assert.deepEqual(small.map((one) => one.id), all.map((one) => one.id));
    assert.ok(all.length > 10);
    const sold = await stripe.events.list({ type: 'checkout.session.completed', created: { gte: NOW - 5 }, delivery_success: false });
    assert.ok(sold.data.length > 0 && sold.data.every((one) => one.type === 'checkout.session.completed' && one.data.object.id.startsWith('cs_test_')));
    assert.equal((await stripe.events.list({ created: { gte: NOW + 1000 } })).data.length, 0);
    assert.equal((await stripe.events.list({ delivery_success: true })).data.length, 0); // nothing listens yet
});

await test('planned trouble comes when it was planned, before or after the effect', async () => {
    for (const [status, kind] of [[500, 'StripeAPIError'], [429, 'StripeRateLimitError'], [402, 'StripeCardError'], [403, 'StripePermissionError'],
        [401, 'StripeAuthenticationError'], [409, 'StripeAPIError']]) {
        await control('fail', { status, path: '^/v1/checkout' });
        await refused(stripe.checkout.sessions.create(order()), kind, status);
    }
    await control('fail', { status: 400, error: { type: 'idempotency_error' } });
    await refused(stripe.checkout.sessions.create(order()), 'StripeIdempotencyError', 400);
    for (const how of ['reset', 'cut', 'garbage']) {
        await control('fail', { how, when: 'after', times: 2 }); // the package itself asks again once
        await assert.rejects(stripe.checkout.sessions.create(order()), how);
        await control('calm');
    }
    const before = (await control('state')).things.length;
    await control('fail', { how: 'reset', when: 'before' });
    await control('fail', { how: 'reset', when: 'after' });
    await patient.checkout.sessions.create(order());
    assert.equal((await control('state')).things.length, before + 1);
    assert.deepEqual((await control('plans')).map((one) => one.met).slice(-2), [1, 1]);
});

await test('an event is signed so that the official package takes it', async () => {
    const [event] = await control('events'), { body, header } = await control('raw', { event: event.id });
    const secrets = (await control('settings')).webhook.secrets;
    assert.equal(stripe.webhooks.constructEvent(body, header, secrets[0]).id, event.id);
    assert.throws(() => stripe.webhooks.constructEvent(body + ' ', header, secrets[0]));
});

await test('events reach who listens, in their order, and are told to have', async () => {
    const got = [], { secrets } = (await control('settings')).webhook;
    const shop = http.createServer((request, response) => {
        let body = '';
        request.on('data', (part) => (body += part)).on('end', () => {
            got.push(stripe.webhooks.constructEvent(body, request.headers['stripe-signature'], secrets[0]));
            response.writeHead(got.length === 2 ? 500 : 200).end();
        });
    });
    await new Promise((done) => shop.listen(0, '127.0.0.1', done));
    await control('settings', { webhook: { url: `http://127.0.0.1:${shop.address().port}/hooks` } });
    const start = (await control('events')).length;
    await bought();
    await control('settled');
    const made = (await control('events')).slice(start);
    assert.deepEqual(got.map((one) => one.id), made.map((one) => one.id));
    assert.deepEqual(made.map((one) => one.pending_webhooks), [0, 1, 0, 0]);
    await control('settings', { webhook: { hold: true } });
    await bought();
    await control('settled');
    assert.equal(got.length, 4);
    await control('deliver', { events: [made[3].id, made[0].id], times: 2 });
    assert.deepEqual(got.slice(4).map((one) => one.id), [made[3].id, made[0].id, made[3].id, made[0].id]);
    shop.close();
    await control('settings', { webhook: { url: null, hold: false } });
});

process.exitCode = wrong ? 1 : 0;
