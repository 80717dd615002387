// Signatures: headers made by the official package, and what a shop must say to each. WORLD is {secrets}: those
// that are valid now. Prints a JSON list of {name, body, header, status}; a header null is left out.
import { createHmac } from 'node:crypto';
import Stripe from 'stripe';

const { secrets } = JSON.parse(process.env.WORLD);
const NOW = Math.floor(Date.now() / 1000), OTHER = 'whsec_' + 'x'.repeat(32);
let count = 0;

function event(more = {}) {
    const id = `evt_signature${NOW}${count++}`;
    return JSON.stringify({ id, object: 'event', api_version: '2026-10-28.endive', created: NOW, data: { object: { id: 'plan_1', object: 'plan' } }, livemode: false,
        pending_webhooks: 1, request: null, type: 'plan.created', ...more }, null, 2);
}

function official(payload, secret = secrets[0], timestamp = NOW, scheme = 'v1') {
    return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp, scheme });
}

function item(...words) {
    return official(...words).split(',')[1];
}

// With a time that the package would not write: signed as it signs, over the words that stand there.
function timed(body, time, secret = secrets[0]) {
    return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}

const cases = [];
function add(name, status, body, header) {
    cases.push({ name, status, body, header: typeof header === 'function' ? header(body) : header });
}
const taken = (name, header, body = event()) => add(name, 200, body, header);
const refused = (name, header, body = event()) => add(name, 400, body, header);

taken('a valid one', (body) => official(body));
taken('letters of all kinds in the body', (body) => official(body), event({ words: 'Größe \u{1F3B5} \u2028 "\\"' }));
taken('lines that end with CRLF', (body) => official(body), event().replaceAll('\n', '\r\n'));
// A busy machine may come to a case a minute later; the exact second is the unit tests' business.
taken('one of 240 seconds ago', (body) => official(body, secrets[0], NOW - 240));
taken('one of 299 seconds ahead', (body) => official(body, secrets[0], NOW + 299));
taken('a v1 of ours behind one of another secret', (body) => `${official(body, OTHER)},${item(body)}`);
taken('a v1 of ours before one of another secret', (body) => `${official(body)},${item(body, OTHER)}`);
taken('a v0 beside a v1', (body) => `${official(body)},${item(body, OTHER, NOW, 'v0')}`);
taken('an unknown scheme beside a v1', (body) => `${official(body)},v2=00`);
taken('the time behind the signature', (body) => official(body).split(',').reverse().join(','));
for (const secret of secrets.slice(1)) taken('one by the secret that is going', (body) => official(body, secret));

refused('a body with one more blank', (body) => official(body.slice(0, -1)), event() + ' ');
refused('a body of which a letter is another', (body) => official(body.replace('plan_2', 'plan_1')), event().replace('plan_1', 'plan_2'));
refused('another event with the same header', official(event()));
refused('an empty body that was not signed', official(event()), '');
refused('one of 301 seconds ago', (body) => official(body, secrets[0], NOW - 301));
refused('one of 360 seconds ahead', (body) => official(body, secrets[0], NOW + 360));
refused('one of a year ahead', (body) => official(body, secrets[0], NOW + 31536000));
refused('one of the year 1970', (body) => official(body, secrets[0], 1));
refused('another secret', (body) => official(body, OTHER));
refused('the secret without its beginning', (body) => official(body, secrets[0].slice('whsec_'.length)));
refused('the secret read as base64', (body) => `t=${NOW},v1=${createHmac('sha256', Buffer.from(secrets[0].slice(6), 'base64')).update(`${NOW}.${body}`).digest('hex')}`);
refused('an empty secret', (body) => `t=${NOW},v1=${createHmac('sha256', '').update(`${NOW}.${body}`).digest('hex')}`);
refused('two v1 of other secrets', (body) => `${official(body, OTHER)},${item(body, OTHER + 'y')}`);
refused('v0 only', (body) => official(body, secrets[0], NOW, 'v0'));
refused('a valid signature called v0', (body) => official(body).replace('v1=', 'v0='));
refused('no time', (body) => official(body).split(',')[1]);
refused('a time of no digits', (body) => timed(body, ''));
refused('a time with a sign', (body) => timed(body, '+' + NOW));
refused('a negative time', (body) => timed(body, '-' + NOW));
refused('a time with a blank before it', (body) => timed(body, ' ' + NOW));
refused('a time with letters behind it', (body) => timed(body, NOW + 'x'));
refused('a time in hexadecimal', (body) => timed(body, '0x' + NOW.toString(16)));
refused('a time with a fraction', (body) => timed(body, NOW + '.5'));
refused('a time of forty digits', (body) => timed(body, '9'.repeat(40)));
refused('a time that is now after 64 bits', (body) => timed(body, (2n ** 64n + BigInt(NOW)).toString()));
refused('a time that is now after 32 bits', (body) => timed(body, (2n ** 32n + BigInt(NOW)).toString()));
refused('another time than was signed', (body) => official(body, secrets[0], NOW - 1000).replace(String(NOW - 1000), String(NOW)));
refused('two times, the first of them signed and old', (body) => `${official(body, secrets[0], NOW - 1000)},t=${NOW}`);
refused('two times, the second of them signed and old', (body) => `t=${NOW},${official(body, secrets[0], NOW - 1000)}`);
refused('no signature', `t=${NOW}`);
refused('an empty signature', `t=${NOW},v1=`);
refused('half a signature', (body) => official(body).slice(0, -32));
refused('a signature with one digit more', (body) => official(body) + '0');
refused('a scheme in capitals', (body) => official(body).replace('v1=', 'V1='));
refused('a semicolon between them', (body) => official(body).replace(',', ';'));
refused('no equals sign', 't,v1');
refused('a header of commas', ','.repeat(200));
refused('an empty header', '');
refused('no header', null);

console.log(JSON.stringify(cases));
