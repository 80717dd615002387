// Fake: a stand-in for Stripe that keeps what it is told, for tests of the shop.
//
//     node tests/stripe/fake.mjs       prints its port, then answers on 127.0.0.1 until its standard input ends
//
//     /v1/...          Stripe's interface (api.mjs)
//     /c/pay/cs_...    the page on which a buyer pays (paypage.mjs)
//     /_control/...    what tests bring about and look at (control.mjs)
import http from 'node:http';
import { Api } from './api.mjs';
import { Books, Refusal } from './books.mjs';
import { commands } from './control.mjs';
import { letters, new_buyer } from './objects.mjs';
import * as paypage from './paypage.mjs';
import { Posting } from './posting.mjs';
import { failure, Trouble } from './trouble.mjs';

const BODY_MOST = 1 << 20;
const settings = {
    url: '', keys: ['sk_test_' + letters(24)], live: false, prices: {}, buyer: new_buyer(), shift: 0, late_ms: 0, refund_status: 'succeeded',
    failed_refunds_count: false, webhook: { url: null, secrets: ['whsec_' + letters(32), 'whsec_' + letters(32)], hold: false, types: null },
};
const posting = new Posting(settings);
const books = new Books(settings, (event) => posting.take(event));
const api = new Api(books, settings);
const trouble = new Trouble();
const control = commands({ books, api, posting, trouble, settings });
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function whole(request) {
    const parts = [];
    let size = 0;
    for await (const part of request) {
        if ((size += part.length) > BODY_MOST) throw new Error('the body is too large');
        parts.push(part);
    }
    return Buffer.concat(parts).toString();
}

function say(response, status, headers, body) {
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
}

function say_half(response, headers, body) {
    response.writeHead(200, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    response.write(body.slice(0, body.length >> 1), () => response.socket.destroy());
}

// The answer, or what a plan makes of it.
function give(response, asked, answer, plan) {
    const body = JSON.stringify(answer.body, null, 2), headers = { ...api.headers(asked), ...answer.headers };
    asked.status = plan && !['answer', 'slow'].includes(plan.how) ? 0 : answer.status;
    if (plan && plan.how === 'reset') response.socket.resetAndDestroy();
    else if (plan && plan.how === 'cut') say_half(response, headers, body);
    else if (plan && plan.how === 'garbage') say(response, 200, { ...headers, 'Content-Type': 'text/html' }, '<html>This is no answer.</html>');
    else if (!plan || plan.how !== 'hang') say(response, answer.status, headers, body);
}

async function serve_api(request, response, raw) {
    const asked = api.read(request, raw), plan = trouble.meet(asked);
    if (plan && plan.when === 'before' && plan.how !== 'slow') return give(response, asked, failure(plan), plan);
    const pause = () => sleep(plan && plan.how === 'slow' && plan.when === 'before' ? plan.delay_ms : 0);
    const answer = await api.answer(asked, pause);
    if (plan && plan.how === 'slow' && plan.when === 'after') await sleep(plan.delay_ms);
    if (settings.late_ms) await sleep(Math.random() * settings.late_ms); // what was true then may be no longer
    give(response, asked, plan && plan.how === 'answer' ? failure(plan) : answer, plan);
}

function serve_page(request, response, id, raw) {
    const { status, body = '', location } = request.method === 'POST' ? paypage.pay(books, id, raw) : paypage.show(books, id);
    say(response, status, location ? { Location: location } : { 'Content-Type': 'text/html; charset=utf-8' }, body);
}

async function serve_control(response, name, raw) {
    const json = { 'Content-Type': 'application/json' };
    try {
        if (!(name in control)) throw new Error(`there is no control ${name}`);
        say(response, 200, json, JSON.stringify((await control[name](JSON.parse(raw || '{}'))) ?? {}));
    } catch (error) {
        say(response, error instanceof Refusal ? error.status : 400, json, JSON.stringify({ wrong: error.message }));
    }
}

const server = http.createServer(async (request, response) => {
    try {
        const raw = await whole(request), path = new URL(request.url, 'http://stripe').pathname;
        const page = /^\/c\/pay\/(\w+)$/.exec(path), command = /^\/_control\/(\w+)$/.exec(path);
        if (page) serve_page(request, response, page[1], raw);
        else if (command) await serve_control(response, command[1], raw);
        else await serve_api(request, response, raw);
    } catch (error) {
        console.error(error);
        say(response, 500, { 'Content-Type': 'application/json' }, JSON.stringify({ error: { type: 'api_error', message: String(error) } }));
    }
});
server.keepAliveTimeout = 60000;
server.listen(0, '127.0.0.1', () => {
    settings.url = `http://127.0.0.1:${server.address().port}`;
    console.log(server.address().port);
});
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();
