// Every answer of a walk through the API is held against its description: status, headers, type, schema.
// An answer that openapi.json does not know is a failure.
import fs from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { test, say, check, same, until, finish, world, open_browser, Person, open_operator, sign_up, pay } from './lib.mjs';

const description = JSON.parse(fs.readFileSync('pages/openapi.json', 'utf8'));
const ajv = formats.default(new Ajv({ strict: false, allErrors: true }));
ajv.addSchema(description, 'api');
const NOBODY = '0000000000001'; // an id that nobody has
const JOBS_MAX = 50; // open ones of one person
const asked = new Map(); // "GET /path 200" -> how often
const tokens = {};

function at(reference) {
    return reference.slice(2).split('/').reduce((value, part) => value[part.replaceAll('~1', '/').replaceAll('~0', '~')], description);
}

function pointer(...parts) {
    return '#/' + parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
}

function fits(schema, value, words) {
    const validate = ajv.getSchema('api' + schema) || ajv.compile({ $ref: 'api' + schema });
    check(validate(value), `${words} does not fit ${schema}: ${ajv.errorsText(validate.errors)}; it is ${JSON.stringify(value).slice(0, 300)}`);
}

// The described answer and where it stands.
function described(method, route, status) {
    const operation = description.paths[route] && description.paths[route][method === 'HEAD' ? 'get' : method.toLowerCase()];
    check(operation, `${method} ${route} is not described`);
    const answer = operation.responses[status];
    check(answer, `${method} ${route} answers ${status}, which is not described`);
    return answer.$ref ? { answer: at(answer.$ref), place: answer.$ref } : { answer,
        place: pointer('paths', route, method === 'HEAD' ? 'get' : method.toLowerCase(), 'responses', String(status)) };
}

// Asks and checks; the answer with `json` when it has some. `ids` fill the {parts} of the route in their order.
async function ask(method, route, wanted, options = {}) {
    const ids = [...(options.ids || [])];
    const path = route.replace(/\{[a-z]+\}/g, () => ids.shift()) + (options.query ? '?' + options.query : '');
    const headers = { ...options.headers };
    if (options.token !== null) headers.authorization = 'Bearer ' + (options.token || tokens.all);
    if (options.body !== undefined) headers['content-type'] = headers['content-type'] || 'application/json';
    const body = options.body === undefined || typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    const reply = await fetch(world.url + path, { method, headers, body, redirect: 'manual' });
    const name = `${method} ${route}`;
    const bytes = new Uint8Array(await reply.arrayBuffer());
    const result = { status: reply.status, headers: reply.headers, bytes };
    same(reply.status, wanted, name + (options.query ? '?' + options.query : '') + ' ' + new TextDecoder().decode(bytes.slice(0, 300)));
    const { answer, place } = described(method, route, reply.status);
    asked.set(`${name} ${wanted}`, 1);
    for (const header of Object.keys(answer.headers || {}))
        if (answer.headers[header].required) check(reply.headers.has(header), `${name} has no ${header}`);
    if (!answer.content) {
        same(bytes.length, 0, `${name} ${wanted}: bytes that nobody described`);
        return result;
    }
    const type = (reply.headers.get('content-type') || '').toLowerCase();
    const known = Object.keys(answer.content).find((one) => one === type || one === type.split(';')[0]);
    check(known, `${name} ${wanted} is ${type}, described are ${Object.keys(answer.content)}`);
    if (method === 'HEAD') same(bytes.length, 0, 'the body of a HEAD');
    else if (known.endsWith('json') && wanted !== 206) {
        result.json = JSON.parse(new TextDecoder().decode(bytes));
        if (answer.content[known].schema.format !== 'binary')
            fits(`${place}/content/${known.replaceAll('/', '~1')}/schema`, result.json, `${name} ${wanted}`);
        if (known === 'application/problem+json') {
            same(result.json.status, wanted, 'the status within the problem');
            check(/^\/problems\//.test(result.json.type) && result.json.detail, 'a problem says its type and what to do');
        }
    }
    return result;
}

async function make_song(order, headers) {
    return (await ask('POST', '/api/v1/songs', 202, { body: order, headers })).json;
}

async function ready(made) {
    await until('the job is done', async () => (await ask('GET', '/api/v1/jobs/{job}', 200, { ids: [made.job] })).json.state === 'done', 40000);
}

// Reads events until one satisfies `enough`.
async function events(last, enough) {
    const stop = new AbortController(), found = [];
    const headers = { authorization: 'Bearer ' + tokens.read, ...(last === null ? {} : { 'last-event-id': last }) };
    const reply = await fetch(world.url + '/api/v1/events', { headers, signal: stop.signal });
    described('GET', '/api/v1/events', reply.status);
    same(reply.headers.get('content-type').split(';')[0], 'text/event-stream', 'the type of the stream');
    const timer = setTimeout(() => stop.abort(), 40000);
    let text = '';
    try {
        for await (const block of reply.body.pipeThrough(new TextDecoderStream())) {
            text += block;
            for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
                const fields = Object.fromEntries(text.slice(0, end).split('\n').map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 1).trim()]));
                if (!fields.event) continue;
                const data = JSON.parse(fields.data);
                fits('#/components/schemas/Event', data, 'an event');
                same(fields.event, data.kind, 'the kind of an event');
                found.push({ id: Number(fields.id), ...data });
                if (enough(found)) return found;
            }
        }
    } finally {
        clearTimeout(timer);
        stop.abort();
    }
    throw new Error(`the stream ended after ${found.length} events`);
}

const browser = await open_browser();
const operator = await open_operator(browser);

await test('tokens are made on the account page', async () => {
    const dan = await Person.make(browser, 'dan.browser', { bare: true });
    await sign_up(dan, operator);
    for (const [name, boxes] of [['all', ['make songs', 'delete songs', 'buy credits']], ['read', []], ['make', ['make songs']], ['poor', ['make songs']]]) {
        await dan.visit('/account');
        await dan.fill('What is it for?', name);
        if (name === 'make') await dan.page.getByLabel('read songs').uncheck();
        for (const box of boxes) await dan.page.getByLabel(box).check();
        if (name === 'poor') await dan.fill('Most credits it may spend', '1');
        await dan.press('Make a token');
        tokens[name] = await dan.page.locator('code').first().textContent();
    }
    await browser.close();
});

let first, second;
await test('songs are made, listed, read and thrown away as described', async () => {
    same((await ask('GET', '/api/v1/songs', 200)).json.songs.length, 0, 'songs of a newcomer');
    await ask('GET', '/api/v1/account', 200);
    await ask('HEAD', '/api/v1/account', 200);
    first = await make_song({ prompt: 'a small waltz for piano', seconds: 20, title: 'Eins', lyrics: '[Verse]\nla la la\n', seed: 7, key: 'F# minor', bpm: 90, style: '' });
    await ready(first);
    const song = (await ask('GET', '/api/v1/songs/{song}', 200, { ids: [first.song] })).json;
    same(song.state, 'ready', 'its state');
    same(song.seed, 7, 'its seed');
    second = await make_song({ prompt: 'another one for flute', seconds: 20, parent: first.song, instrumental: true });
    await ready(second);
    await ask('HEAD', '/api/v1/songs/{song}', 200, { ids: [second.song] });
});

await test('what is understood is said before anything is made', async () => {
    const brief = (await ask('POST', '/api/v1/brief', 200, { token: tokens.read, body: { prompt: 'a waltz in D minor for flute, blorp, no drums',
        lyrics: '[Verse]\nla la la\n', bpm: 90, seconds: 200, variants: 2, instrumental: false } })).json;
    same(brief.key.tonic + ' ' + brief.key.mode, 'D minor', 'its key');
    same(brief.ignored.join(), 'blorp', 'what says nothing');
    same(brief.lyrics[0].lines[0].syllables, 3, 'syllables');
    same(brief.quote.seconds, 360, 'the length that is paid for');
    await ask('POST', '/api/v1/brief', 200, { body: {} });
    await ask('POST', '/api/v1/brief', 400, { body: { prompt: 'x', tempo: 90 } });
    await ask('POST', '/api/v1/brief', 403, { body: { prompt: 'x' }, token: tokens.make });
    await ask('POST', '/api/v1/brief', 413, { body: { prompt: 'x'.repeat(100000) } });
});

await test('a key makes one song, and another request with it is refused', async () => {
    const headers = { 'idempotency-key': 'one' }, order = { prompt: 'a tiny march', seconds: 20, title: 'Drei' };
    const made = await ask('POST', '/api/v1/songs', 202, { body: order, headers });
    same(made.headers.get('location'), '/api/v1/songs/' + made.json.song, 'where it is');
    same(made.headers.get('idempotent-replayed'), null, 'replayed at first');
    const again = await ask('POST', '/api/v1/songs', 202, { body: order, headers });
    same(again.json.song, made.json.song, 'the song of the second request');
    same(again.headers.get('idempotent-replayed'), 'true', 'replayed');
    await ask('POST', '/api/v1/songs', 409, { body: { ...order, seconds: 21 }, headers });
    await ask('POST', '/api/v1/songs', 409, { body: { ...order, seed: 5 }, headers });
    await ready(made.json);
});

await test('pages of songs follow each other by their cursor, none twice', async () => {
    const seen = [];
    let cursor = '';
    do {
        const page = (await ask('GET', '/api/v1/songs', 200, { query: 'limit=1' + (cursor ? '&cursor=' + cursor : '') })).json;
        seen.push(...page.songs.map((song) => song.id));
        cursor = page.cursor;
    } while (cursor && seen.length < 10);
    same(seen.length, 3, 'songs');
    same(new Set(seen).size, 3, 'different songs');
    same((await ask('GET', '/api/v1/songs', 200, { query: 'q=flute' })).json.songs[0].id, second.song, 'the song with a flute');
});

await test('files come whole, in parts, by HEAD and not again when they are known', async () => {
    for (const file of Object.keys(description.paths).filter((path) => /\{song\}\/.*\./.test(path))) {
        if (file.includes('/stems.')) {
            await ask('GET', file, 404, { ids: [first.song] });
            continue;
        }
        const whole = await ask('GET', file, 200, { ids: [first.song] });
        const length = whole.bytes.length;
        check(length > 0, file + ' is empty');
        same((await ask('HEAD', file, 200, { ids: [first.song] })).headers.get('content-length'), String(length), file + ' by HEAD');
        const part = await ask('GET', file, 206, { ids: [first.song], headers: { range: 'bytes=5-9' } });
        same(Buffer.from(part.bytes).toString('hex'), Buffer.from(whole.bytes.slice(5, 10)).toString('hex'), file + ' in part');
        same(part.headers.get('content-range'), `bytes 5-9/${length}`, file + ' says which part');
        const end = await ask('GET', file, 206, { ids: [first.song], headers: { range: 'bytes=-3' } });
        same(Buffer.from(end.bytes).toString('hex'), Buffer.from(whole.bytes.slice(-3)).toString('hex'), file + ' at its end');
        const past = await ask('GET', file, 416, { ids: [first.song], headers: { range: `bytes=${length}-` } });
        same(past.headers.get('content-range'), `bytes */${length}`, file + ' past its end');
        await ask('GET', file, 304, { ids: [first.song], headers: { 'if-none-match': whole.headers.get('etag') } });
    }
});

await test('parts are made when they are asked for, and come one by one', async () => {
    const ids = [second.song], job = await ask('POST', '/api/v1/songs/{song}/stems', 202, { ids, body: {} });
    same(job.json.kind, 'stems', 'the kind of job');
    await ready({ job: job.json.id });
    same((await ask('POST', '/api/v1/songs/{song}/stems', 202, { ids, body: {} })).json.id, job.json.id, 'the job when it is asked for again');
    await ask('POST', '/api/v1/songs/{song}/stems', 403, { ids, body: {}, token: tokens.read });
    await ask('POST', '/api/v1/songs/{song}/stems', 400, { ids, body: { part: 'drums' } });
    const list = (await ask('GET', '/api/v1/songs/{song}/stems.json', 200, { ids })).json;
    const zip = (await ask('GET', '/api/v1/songs/{song}/stems.zip', 200, { ids })).bytes;
    same(zip.length, list.zip_bytes, 'bytes of the zip');
    check(list.stems.length > 1, 'there is one part at most');
    for (const stem of list.stems) {
        const whole = await ask('GET', '/api/v1/songs/{song}/stems/{stem}', 200, { ids: [second.song, stem.name] });
        same(whole.bytes.length, stem.bytes, 'bytes of ' + stem.name);
        same(Buffer.from(whole.bytes.slice(0, 4)).toString(), 'fLaC', 'how it begins');
        check(Buffer.from(zip).includes(Buffer.from(whole.bytes)), stem.name + ' is not what the zip has');
        const part = await ask('GET', '/api/v1/songs/{song}/stems/{stem}', 206, { ids: [second.song, stem.name], headers: { range: 'bytes=-3' } });
        same(Buffer.from(part.bytes).toString('hex'), Buffer.from(whole.bytes.slice(-3)).toString('hex'), stem.name + ' at its end');
        await ask('GET', '/api/v1/songs/{song}/stems/{stem}', 304, { ids: [second.song, stem.name], headers: { 'if-none-match': whole.headers.get('etag') } });
    }
    await ask('GET', '/api/v1/songs/{song}/stems/{stem}', 404, { ids: [second.song, '99-none.flac'] });
});

await test('songs have tags, and are found by them', async () => {
    const ids = [second.song], route = '/api/v1/songs/{song}/tags';
    same((await ask('GET', '/api/v1/tags', 200)).json.tags.length, 0, 'tags of a newcomer');
    const tag = (await ask('POST', route, 200, { ids, body: { name: 'Für später' } })).json;
    same((await ask('POST', route, 200, { ids, body: { name: 'fur spater' } })).json.id, tag.id, 'the tag of the same letters');
    same((await ask('GET', '/api/v1/songs/{song}', 200, { ids })).json.tags.join(), 'Für später', 'tags of the song');
    const found = (await ask('GET', '/api/v1/songs', 200, { query: 'tag=' + tag.id })).json.songs;
    same(found.map((song) => song.id + song.tags).join(), second.song + 'Für später', 'songs with it');
    same((await ask('GET', '/api/v1/tags', 200, { token: tokens.read })).json.tags[0].songs, 1, 'how many');
    for (const body of [{}, { name: 7 }, { name: '' }, { name: 'x'.repeat(41) }, { name: 'x', colour: 'red' }]) await ask('POST', route, 400, { ids, body });
    await ask('POST', route, 403, { ids, body: { name: 'x' }, token: tokens.read });
    await ask('DELETE', route + '/{tag}', 403, { ids: [second.song, tag.id], token: tokens.read });
    await ask('DELETE', route + '/{tag}', 204, { ids: [second.song, tag.id] });
    same((await ask('GET', '/api/v1/tags', 200)).json.tags.length, 0, 'tags that no song has');
    for (let i = 0; i < 20; i++) await ask('POST', route, 200, { ids, body: { name: 'tag ' + i } });
    await ask('POST', route, 429, { ids, body: { name: 'one too many' } });
});

await test('what does not fit is refused as described', async () => {
    const post = (wanted, body, more = {}) => ask('POST', '/api/v1/songs', wanted, { body, ...more });
    for (const body of ['', '{', '[]', '7', '{"prompt":"a","prompt":"b"}', '{"prompt":"a"} x', '['.repeat(100)]) await post(400, body);
    for (const order of [{}, { prompt: '' }, { prompt: 7 }, { prompt: 'x', tempo: 90 }, { prompt: 'x', seconds: 9999 }, { prompt: 'x', seconds: -1 },
        { prompt: 'x', bpm: 1 }, { prompt: 'x', key: 'H sharp' }, { prompt: 'x', style: 'polka of the moon' }, { prompt: 'x', seed: 1.5 },
        { prompt: 'x', engine: 'other' }, { prompt: 'x', title: 'x'.repeat(121) }, { prompt: 'x'.repeat(10001) }, { prompt: 'x', lyrics: 7 },
        { prompt: 'x', instrumental: 'yes' }, { prompt: 'x', parent: 7 }, { prompt: 'x', variants: 5 }])
        await post(400, order);
    await post(404, { prompt: 'x', parent: NOBODY });
    await post(413, JSON.stringify({ prompt: 'x'.repeat(300000) }));
    await post(415, 'prompt=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    await post(401, { prompt: 'x' }, { token: null });
    await post(401, { prompt: 'x' }, { token: 'ss_wrong' });
    await post(403, { prompt: 'x' }, { token: tokens.read });
    await ask('GET', '/api/v1/songs', 403, { token: tokens.make });
    await ask('DELETE', '/api/v1/songs/{song}', 403, { token: tokens.make, ids: [first.song] });
    await ask('DELETE', '/api/v1/jobs/{job}', 403, { token: tokens.read, ids: [first.job] });
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'nothing=1', 'limit=1&limit=2', 'q=%ff']) await ask('GET', '/api/v1/songs', 400, { query });
    for (const [route, methods] of Object.entries(description.paths)) {
        if (!route.includes('{')) continue;
        for (const method of Object.keys(methods))
            for (const id of [NOBODY, 'x', '%2e%2e%2f']) await ask(method.toUpperCase(), route, 404, { ids: [id, 'x'], body: method === 'post' ? {} : undefined });
    }
    for (const route of Object.keys(description.paths).filter((path) => path !== '/api/v1/openapi.json'))
        for (const method of Object.keys(description.paths[route])) {
            const body = method === 'post' ? {} : undefined;
            same((await ask(method.toUpperCase(), route, 401, { ids: [NOBODY, 'x'], token: null, body })).headers.get('www-authenticate'), 'Bearer', route);
        }
});

await test('a quote says what a song will cost, and the ledger what it did', async () => {
    const quote = (query, wanted = 200) => ask('GET', '/api/v1/quote', wanted, { query });
    const long = (await quote('prompt=a+waltz+of+10+minutes&variants=2')).json;
    same(JSON.stringify([long.engine, long.seconds, long.each, long.whole, long.free]), '["built-in",720,4,8,false]', 'of ten minutes');
    same((await quote('prompt=a+waltz&seconds=181&bpm=90&engine=built-in')).json.whole, 2, 'of a second more than three minutes');
    for (const query of ['', 'prompt=', 'prompt=x&variants=0', 'prompt=x&variants=5', 'prompt=x&seconds=4', 'prompt=x&bpm=x', 'prompt=x&engine=other', 'nothing=1'])
        await quote(query, 400);
    await ask('POST', '/api/v1/songs', 402, { token: tokens.poor, body: { prompt: 'too long for one credit', seconds: 600 } });
    const credits = (await ask('GET', '/api/v1/credits', 200)).json;
    same(credits.balance, (await ask('GET', '/api/v1/account', 200)).json.credits, 'the balance');
    same(credits.lines.at(-1).words, 'Welcome', 'the first line');
    same(credits.lines[0].balance, credits.balance, 'the balance of the newest line');
    for (let i = 1; i < credits.lines.length; i++)
        same(credits.lines[i - 1].balance - credits.lines[i - 1].change, credits.lines[i].balance, 'the balance of line ' + credits.lines[i].number);
    const made = credits.lines.find((line) => line.kind === 'charge' && line.song === second.song);
    check(made && made.words.startsWith('Paid: “'), 'the line of a song');
    await ask('GET', '/api/v1/credits', 400, { query: 'cursor=0' });
    await ask('GET', '/api/v1/credits', 400, { query: 'cursor=x' });
    const older = (await ask('GET', '/api/v1/credits', 200, { query: 'cursor=2' })).json;
    same(older.lines.map((line) => line.number).join(), '1', 'what is before the second line');
    same(older.cursor, null, 'what is before that');
});

await test('what was not asked for is given back once', async () => {
    const route = '/api/v1/songs/{song}/not-asked', ids = [second.song];
    await ask('POST', route, 403, { ids, body: {}, token: tokens.read });
    await ask('POST', route, 400, { ids, body: { why: 'too loud' } });
    await ask('POST', route, 415, { ids, body: 'x', headers: { 'content-type': 'text/plain' } });
    const back = (await ask('POST', route, 200, { ids, body: {} })).json;
    same(back.credits, 1, 'credits that came back');
    same(back.balance, (await ask('GET', '/api/v1/account', 200)).json.credits, 'the balance');
    await ask('POST', route, 409, { ids, body: {} });
});

await test('packs are listed, and a purchase is begun once for each key', async () => {
    const checkout = (wanted, body, more = {}) => ask('POST', '/api/v1/credits/checkout', wanted, { body, ...more });
    const packs = (await ask('GET', '/api/v1/packs', 200)).json;
    same(packs.open, !!world.shop, 'the shop is open');
    for (const body of ['', '[]', {}, { pack: 7 }, { pack: 'starter', count: 2 }]) await checkout(400, body);
    await checkout(403, { pack: 'starter' }, { token: tokens.make });
    await checkout(415, 'pack=starter', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    if (!world.shop) return checkout(409, { pack: 'starter' });
    same(packs.packs.map((one) => `${one.pack} ${one.credits} ${one.words}`).join(), 'starter 100 4.99 USD,studio 500 19.00 USD', 'the packs');
    await checkout(400, { pack: 'of the moon' });
    const begun = await checkout(201, { pack: 'starter' }, { headers: { 'idempotency-key': 'buy-1' } });
    same(begun.json.state, 'open', 'its state');
    check(begun.json.url.startsWith(world.shop + '/'), 'the page where one pays');
    same(begun.headers.get('location'), '/api/v1/credits/purchases/' + begun.json.purchase, 'where it is');
    same((await checkout(201, { pack: 'starter' }, { headers: { 'idempotency-key': 'buy-1' } })).json.purchase, begun.json.purchase, 'the purchase of the second request');
    await pay(begun.json.purchase);
    const look = async () => (await ask('GET', '/api/v1/credits/purchases/{purchase}', 200, { ids: [begun.json.purchase] })).json;
    await until('it is paid', async () => (await look()).state === 'paid');
    const paid = await look();
    same(paid.url, null, 'the page where one pays');
    same(paid.refundable, 100, 'what may go back');
    check((await ask('GET', '/api/v1/credits', 200)).json.lines[0].words.startsWith('Bought: Starter, 4.99 USD, receipt R-'), 'its line');
});

await test('a method that is not there gets 405 and is told which are', async () => {
    const reply = await fetch(world.url + '/api/v1/account', { method: 'DELETE', headers: { authorization: 'Bearer ' + tokens.all } });
    same(reply.status, 405, 'its status');
    same(reply.headers.get('allow'), 'GET, HEAD', 'methods');
    same(reply.headers.get('content-type'), 'application/problem+json', 'its type');
});

await test('news come in order without a gap, and go on where they were left', async () => {
    const coming = events(null, (found) => found.at(-1).kind === 'done');
    await new Promise((done) => setTimeout(done, 300));
    const made = await make_song({ prompt: 'news for trumpet', seconds: 20 });
    const news = await coming;
    check(news.every((event) => event.job === made.job && event.song === made.song), 'news of something else');
    news.forEach((event, i) => same(event.id, news[0].id + i, 'the number of an event'));
    same(news[0].kind, 'queued', 'the first');
    check(news.some((event) => event.kind === 'audio'), 'nobody said that it can be heard');
    const rest = await events(String(news[1].id), (found) => found.at(-1).kind === 'done');
    same(JSON.stringify(rest), JSON.stringify(news.slice(2)), 'what comes after the second');
});

await test('jobs are cancelled once, and a person has so many open at most', async () => {
    const jobs = [];
    for (let i = 0; i < JOBS_MAX + 5; i++) {
        const reply = await fetch(world.url + '/api/v1/songs', { method: 'POST', body: JSON.stringify({ prompt: 'one of many', seconds: 600 }),
            headers: { authorization: 'Bearer ' + tokens.all, 'content-type': 'application/json' } });
        if (reply.status !== 202) break;
        jobs.push(await reply.json());
    }
    same(jobs.length, JOBS_MAX, 'jobs');
    const many = await ask('POST', '/api/v1/songs', 429, { body: { prompt: 'one too many' } });
    check(Number(many.headers.get('retry-after')) > 0, 'nobody says when to try again');
    for (const made of jobs.reverse()) await ask('DELETE', '/api/v1/jobs/{job}', 200, { ids: [made.job] });
    await until('all have ended', async () => (await ask('GET', '/api/v1/jobs/{job}', 200, { ids: [jobs.at(-1).job] })).json.state === 'cancelled');
    await ask('DELETE', '/api/v1/jobs/{job}', 409, { ids: [first.job] });
    await ask('DELETE', '/api/v1/songs/{song}', 204, { ids: [first.song] });
    same((await ask('GET', '/api/v1/songs/{song}', 200, { ids: [first.song] })).json.trashed, true, 'in the bin');
});

await test('the description is valid, given out, and names each route', async () => {
    const given = (await ask('GET', '/api/v1/openapi.json', 200, { token: null })).json;
    same(JSON.stringify(given), JSON.stringify(description), 'what is given out');
    const source = fs.readdirSync('src/web').filter((file) => /^(api.*|files)\.c$/.test(file)).map((file) => fs.readFileSync('src/web/' + file, 'utf8')).join('\n');
    const routes = [...source.matchAll(/METHOD_([A-Z]+), "(\/api\/v1[^"]*)"/g)].map((one) => one[1] + ' ' + one[2].replace(/\{[^}]*\}/g, '{}'));
    for (const one of source.matchAll(/METHOD_GET, prefix "([^"]+)"/g)) routes.push('GET /api/v1/songs/{}' + one[1]);
    const written = Object.entries(description.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => method.toUpperCase() + ' ' + path.replace(/\{[^}]*\}/g, '{}')));
    same(routes.sort().join('\n'), written.sort().join('\n'), 'the routes');
    say(`${asked.size} kinds of answers were held against the description`);
});

finish();
