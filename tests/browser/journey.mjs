// A newcomer's whole way in a browser with scripts, and what impatient people do: back, twice, two tabs.
import { test, say, check, same, until, finish, world, open_browser, Person, open_operator, sign_up, describe_song,
    is_ready } from './lib.mjs';

const BUDGET_MS = 150, SLACK = 4; // from pressing Make to sound on a quiet machine; how far off a busy one may be
const LONG = 600; // seconds: a song that is surely not done when it is heard first
const SHORT = 20;
const browser = await open_browser();
const operator = await open_operator(browser);
const ada = await Person.make(browser, 'ada.browser');
let song = '';

async function cancel_song() {
    if (await ada.page.getByRole('button', { name: 'Cancel' }).count()) await ada.press('Cancel');
}

// Milliseconds from the click to sound, and whether the job was still unfinished then.
async function hear_once(seconds) {
    await describe_song(ada, 'A slow waltz for piano and flute in D minor', seconds);
    await ada.press('Make');
    await ada.page.waitForURL('**/songs/*');
    const heard = await until('sound', () => ada.page.evaluate(() => window.heard && window.heard.state && window.heard));
    const pressed = Number(await ada.page.evaluate(() => window.name));
    return { ms: heard.at - pressed, state: heard.state, by: heard.by };
}

// The same three requests without a browser: what of it is the server's.
async function server_once(cookie, form) {
    const start = performance.now();
    const made = await fetch(world.url + '/studio', { method: 'POST', body: form, redirect: 'manual',
        headers: { cookie, origin: world.url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' } });
    same(made.status, 303, 'POST /studio');
    const ordered = performance.now(), path = made.headers.get('location');
    await (await fetch(world.url + path, { headers: { cookie } })).text();
    const shown = performance.now();
    const sound = await fetch(world.url + path + '/audio.mp3', { headers: { cookie } });
    const reader = sound.body.getReader();
    await reader.read();
    const end = performance.now();
    await reader.cancel();
    return { ms: end - start, order: ordered - start, page: shown - ordered, sound: end - shown, path };
}

function median(list) {
    return [...list].sort((a, b) => a - b)[list.length >> 1];
}

await test('somebody without an account hears a sentence at once, and an example', async () => {
    const eve = await Person.make(browser, 'eve.browser', { bare: true });
    await eve.visit('/');
    await eve.fill('Describe a song', 'A tiny polka for accordion');
    await eve.press('Hear it');
    await eve.page.getByRole('link', { name: 'Its page' }).waitFor();
    const audio = eve.page.locator('audio');
    await until('sound', () => audio.evaluate((one) => one.currentTime > 0));
    await eve.page.getByRole('link', { name: 'Its page' }).click();
    await eve.see('A tiny polka for accordion');
    await eve.see('It is not kept');
    await eve.visit('/');
    await eve.page.getByRole('button', { name: 'Play Seven Bridges' }).click();
    await until('sound of the example', () => audio.evaluate((one) => one.currentTime > 0 && one.src.endsWith('/examples/2/audio.mp3')));
    eve.quiet();
    await eve.keeps_only_what_is_listed();
    await eve.context.close();
});

await test('a newcomer signs up and confirms with the link that the operator sees', () => sign_up(ada, operator));

await test('a song is heard while it is being made', async () => {
    ada.expect(/\/audio\.mp3$/); // of a song that is cancelled there is no more sound
    await ada.shot('studio');
    const heard = await hear_once(LONG);
    check(heard.state === 'running', `the job was ${heard.state}`);
    await ada.shot('song-being-made');
    await ada.press('Cancel');
    await ada.see('You cancelled it.');
    await ada.shot('song-cancelled');
});

await test('the page says by itself that the song is ready, and offers it while it is heard', async () => {
    await hear_once(SHORT);
    song = ada.path();
    await until('Ready', () => is_ready(ada.page), 40000);
    await ada.page.getByRole('link', { name: 'FLAC' }).waitFor();
    const playing = await ada.page.evaluate(() => { const audio = document.querySelector('audio'); return !audio.paused && audio.currentTime > 0; });
    check(playing, 'the sound stopped');
    await ada.shot('song-ready-heard');
    await ada.page.reload();
    check(await is_ready(ada.page), 'it is not ready after a reload');
    await ada.shot('song-ready');
});

await test('what was being written is still there when the song gets ready', async () => {
    await hear_once(SHORT);
    await ada.fill('Title', 'Words that must not be lost');
    await until('Ready', () => is_ready(ada.page), 40000);
    await ada.page.getByRole('link', { name: 'FLAC' }).waitFor();
    same(await ada.page.getByLabel('Title').inputValue(), 'Words that must not be lost', 'the title');
    check(await ada.page.getByLabel('Title').evaluate((field) => field === document.activeElement), 'the field lost the focus');
    await ada.press('Delete');
});

await test('what a song will cost is said while it is described', async () => {
    await ada.visit('/studio');
    const says = (words) => until(words || 'nothing', async () => (await ada.page.locator('song-quote').textContent()) === words);
    await ada.fill('Describe your song', 'A waltz for piano, 4 minutes');
    await says('It will cost 2 credits.');
    if (!await ada.page.getByLabel('Length in seconds').isVisible()) await ada.page.getByText('Lyrics and settings').click();
    await ada.fill('Length in seconds', '600');
    await says('It will cost 4 credits.');
    await ada.fill('Variants', '2');
    await says('It will cost 8 credits.');
    await ada.fill('Tempo in beats a minute', '1');
    await says('');
    await ada.fill('Tempo in beats a minute', '90');
    await ada.fill('Describe your song', 'x '.repeat(6000)); // more than a description may have
    await says('');
});

await test('sound begins soon after pressing Make', async () => {
    const times = [], server = [];
    for (let i = 0; i < 7; i++) {
        times.push((await hear_once(LONG)).ms);
        await cancel_song();
    }
    const cookie = (await ada.context.cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
    for (let i = 0; i < 7; i++) {
        await ada.visit('/studio');
        const csrf = await ada.page.locator('input[name=csrf]').first().inputValue();
        const form = new URLSearchParams({ csrf, prompt: 'A slow waltz for piano and flute in D minor', seconds: LONG });
        server.push(await server_once(cookie, form));
        await ada.visit(server[i].path);
        await cancel_song();
    }
    const part = (name) => median(server.map((one) => one[name])).toFixed(0);
    say(`from Make to sound: median ${median(times).toFixed(0)} ms, least ${Math.min(...times).toFixed(0)}, most ${Math.max(...times).toFixed(0)}`);
    say(`the server's part of it: median ${part('ms')} ms (order ${part('order')}, page ${part('page')}, first sound ${part('sound')}), ` +
        `least ${Math.min(...server.map((one) => one.ms)).toFixed(0)}`);
    check(Math.min(...times) <= BUDGET_MS * SLACK, 'even the quickest took too long');
});

await test('a song is found by its words, and is a favourite until it is none', async () => {
    await ada.visit(song);
    await ada.fill('Title', 'Sommernächte');
    await ada.press('Rename');
    await ada.see('Renamed.');
    await ada.visit('/library');
    await ada.fill('Search titles and descriptions', 'SOMMERNACHTE');
    await ada.press('Search');
    same(await ada.page.locator('main li a', { hasText: 'Sommernächte' }).count(), 1, 'songs found');
    await ada.page.getByRole('button', { name: 'Add to favourites: Sommernächte' }).click();
    await ada.visit('/library?favourites=1');
    await ada.see('Sommernächte');
    await ada.shot('library');
    await ada.page.getByRole('button', { name: 'Remove from favourites: Sommernächte' }).click();
    await ada.visit('/library?favourites=1');
    await ada.see('Nothing here yet.');
});

await test('a shared song is heard without an account until sharing stops', async () => {
    await ada.visit(song);
    await ada.press('Share');
    await ada.see('Anybody with the link can listen now.');
    await ada.shot('song-shared');
    const link = await ada.page.locator('a[href^="/s/"]').getAttribute('href');
    const guest = await Person.make(browser, 'guest');
    await guest.visit(link);
    await guest.see('Sommernächte');
    await guest.page.locator('audio').evaluate((audio) => { audio.muted = true; return audio.play(); });
    await until('sound', () => guest.page.evaluate(() => document.querySelector('audio').currentTime > 0));
    await guest.shot('shared');
    await ada.press('Stop sharing');
    await ada.see('The link is dead.');
    guest.expect(/^\/s\//);
    same((await guest.page.reload()).status(), 404, 'the dead link');
    guest.quiet();
    await guest.keeps_only_what_is_listed();
    await guest.context.close();
});

await test('a deleted song comes back from the bin', async () => {
    await ada.visit(song);
    await ada.press('Delete');
    await ada.see('In the bin.');
    await ada.visit('/library');
    same(await ada.page.getByText('Sommernächte').count(), 0, 'songs of that name in the library');
    await ada.page.getByRole('link', { name: 'Bin' }).click();
    await ada.page.locator('li', { hasText: 'Sommernächte' }).getByRole('button', { name: 'Put back' }).click();
    await ada.see('Back in the library.');
    await ada.visit('/library');
    await ada.see('Sommernächte');
});

await test('going back after making makes no second song, and nothing is lost', async () => {
    await describe_song(ada, 'A tiny march for brass', SHORT);
    await ada.press('Make');
    await ada.page.waitForURL('**/songs/*');
    const made = ada.path();
    await ada.page.goBack();
    await until('one page back', async () => ada.path() === '/studio' && (await ada.page.getByLabel('Describe your song').count()) === 1);
    await ada.page.goForward();
    await until('one page forward', async () => ada.path() === made && (await ada.page.getByRole('heading', { name: 'A tiny march for brass' }).count()) === 1);
    await ada.visit('/library?q=tiny+march');
    same(await ada.page.locator('.songs > li').count(), 1, 'songs');
});

await test('pressing Make twice in a moment makes one song', async () => {
    await describe_song(ada, 'A doubled polka', SHORT);
    await ada.page.getByRole('button', { name: 'Make', exact: true }).dblclick();
    // The second press takes the place of the first page that was on its way, so the address is looked at instead of waited for.
    await until('the page of the song', async () => ada.path().startsWith('/songs/'));
    await ada.page.waitForLoadState();
    await ada.visit('/library?q=doubled+polka');
    same(await ada.page.locator('.songs > li').count(), 1, 'songs');
});

await test('two tabs have one stream of news between them, and both say that the song is ready', async () => {
    await describe_song(ada, 'A fugue for organ', 2 * SHORT);
    ada.requests.length = 0;
    await ada.press('Make');
    await ada.page.waitForURL('**/songs/*');
    const second = await ada.context.newPage();
    await second.goto(world.url + ada.path());
    await until('a stream', () => ada.streams > 0);
    await new Promise((done) => setTimeout(done, 300));
    check(!await is_ready(ada.page) && !await is_ready(second), 'the song was done before anything was seen');
    same(ada.requests.filter((one) => one === '/api/v1/events').length, 1, 'streams asked for');
    await until('Ready in the first tab', () => is_ready(ada.page), 40000);
    await until('Ready in the second tab', () => is_ready(second), 5000);
    await second.close();
});

await test('after signing out the back button shows nothing', async () => {
    await ada.visit('/account');
    await ada.shot('account');
    await ada.press('Sign out');
    await ada.page.waitForURL(world.url + '/');
    await ada.page.goBack();
    same(await ada.page.getByText(ada.mail).count(), 0, 'places where the address stands');
    same(await ada.page.locator('main').getByLabel('Name').count(), 0, 'fields of the account page');
    same(ada.path(), '/login', 'where she is');
});

await test('nothing else was asked for, refused, kept or complained about', async () => {
    await ada.keeps_only_what_is_listed();
    await operator.keeps_only_what_is_listed();
    ada.quiet();
    operator.quiet();
});

await browser.close();
finish();
