// What scripts add: sound that goes on over pages, waves with sections, words in time, a mixer, versions against each
// other, keys; what is understood while somebody writes; without storage, by keyboard alone, without a connection.
import { test, check, same, until, finish, world, open_browser, Person, open_operator, sign_up, describe_song, is_ready } from './lib.mjs';

const browser = await open_browser();
const operator = await open_operator(browser);
const mia = await Person.make(browser, 'mia.browser', { bare: true });
const page = mia.page, audio = page.locator('audio');
let song = '';

const at = () => audio.evaluate((one) => one.currentTime);
const plays = () => audio.evaluate((one) => !one.paused && one.currentTime > 0);
const same_document = () => page.evaluate(() => window.marked === true);

await test('a song sounds without leaving the page, which becomes the song', async () => {
    await sign_up(mia, operator);
    await describe_song(mia, 'A slow waltz for piano and flute in D minor, 100 bpm, with a chorus', 40, 'Erste');
    await mia.fill('Lyrics', '[Verse]\nCounting the lights in the window\nNobody else is awake\n[Chorus]\nOh the kitchen at midnight\nIs all that I take\n');
    await page.evaluate(() => { window.marked = true; });
    await mia.press('Make');
    await page.waitForURL('**/songs/*');
    await until('sound', plays);
    check(await same_document(), 'the page was left');
    song = mia.path();
    await until('Ready', () => is_ready(page), 40000);
    check(await plays(), 'the sound stopped');
    same(await page.locator('audio').count(), 1, 'players');
});

await test('sound goes on from page to page, there and back, and while something is changed', async () => {
    await page.getByRole('link', { name: 'Library', exact: true }).click();
    await page.waitForURL('**/library');
    await page.getByRole('button', { name: 'Add to favourites: Erste' }).click();
    await mia.see('Saved.');
    await page.goBack();
    await until('the page before', async () => mia.path() !== '/library' || (await page.getByText('Saved.').count()) === 0);
    check(await same_document() && (await plays()), 'it stopped, or the page was left');
    await page.getByRole('button', { name: 'Pause' }).first().click();
    await until('silence', () => audio.evaluate((one) => one.paused));
    await page.getByRole('link', { name: 'Studio', exact: true }).click();
    await page.waitForURL('**/studio');
    check(!(await same_document()), 'nothing was heard, and yet the page was not left');
});

await test('sections wind and loop, and the wave is drawn', async () => {
    await mia.visit(song);
    const drawn = () => page.locator('wave-form canvas').evaluate((canvas) => {
        const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return bytes.filter((byte, i) => i % 4 === 3 && byte > 0).length;
    });
    await until('the wave', async () => (await drawn()) > 500);
    const sections = page.locator('wave-form li');
    const last = sections.last(), from = Number(await last.getAttribute('data-from')), to = Number(await last.getAttribute('data-to'));
    check(from > 0 && to > from && Math.abs(to - 40) < 1, `the last section goes from ${from} to ${to}`);
    await last.locator('.section').click();
    await until('the place', async () => (await at()) >= from && (await at()) < from + 5);
    const loop = last.getByRole('button', { name: /^Loop/ });
    await loop.click();
    same(await loop.getAttribute('aria-pressed'), 'true', 'is it pressed');
    await audio.evaluate((one, end) => { one.currentTime = end - 0.4; }, to);
    await until('the beginning of the section again', async () => (await at()) < from + 3 && (await at()) >= from - 0.05);
    await loop.click();
    same(await loop.getAttribute('aria-pressed'), 'false', 'is it pressed');
});

await test('the line that is sung is marked, and a press on a line winds there', async () => {
    const lines = page.locator('lyric-lines .line');
    await until('the lines', async () => (await lines.count()) >= 4);
    await lines.nth(2).click();
    await until('the mark', async () => (await page.locator('lyric-lines [aria-current] .line').textContent()) === (await lines.nth(2).textContent()));
});

await test('keys play, wind and tell about themselves, leave fields alone, and can be turned off', async () => {
    await page.locator('main').focus();
    const on = await plays();
    await page.keyboard.press('k');
    await until('the other', async () => (await plays()) !== on);
    await page.keyboard.press('5');
    await until('the middle', async () => Math.abs((await at()) - 20) < 2);
    await page.getByLabel('Title').focus();
    await page.keyboard.press('2');
    check(Math.abs((await at()) - 20) < 6, 'a key in a field wound the song');
    await page.locator('main').focus();
    await page.keyboard.press('?');
    await page.getByLabel('Keys are on').uncheck();
    await mia.press('Close');
    const before = await plays();
    await page.locator('main').focus();
    await page.keyboard.press('k');
    await page.waitForTimeout(200);
    same(await plays(), before, 'is it played after the key');
    await page.evaluate(() => localStorage.removeItem('ui.keys'));
});

await test('the mixer has each part, plays them and lets one be heard alone', async () => {
    await mia.press('Make the stems');
    await until('the stems', async () => {
        await mia.visit(song);
        return page.getByRole('link', { name: 'Stems' }).count();
    }, 60000);
    await mia.press('Open the mixer');
    const parts = page.locator('.mixer li');
    await until('the parts', async () => (await parts.count()) >= 2, 30000);
    const names = await page.locator('.parts .chip').count();
    check((await parts.count()) >= names - 1, `${await parts.count()} parts in the mixer, ${names} in the song`);
    await page.getByRole('button', { name: 'Play the parts' }).click();
    await until('the time to go on', async () => !(await page.locator('.mixer-head .digits').textContent()).startsWith('0:00'));
    await page.getByRole('button', { name: /^Solo/ }).first().click();
    same(await page.getByRole('button', { name: /^Solo/ }).first().getAttribute('aria-pressed'), 'true', 'alone');
    await page.getByRole('button', { name: 'Pause the parts' }).click();
});

await test('another take changes one thing, versions say what differs, and two are heard equally loud', async () => {
    await mia.visit(song);
    await mia.press('Faster');
    await page.waitForURL('**/studio?*');
    same(await page.getByLabel('Tempo in beats a minute').inputValue(), '115', 'the tempo');
    check((await page.getByLabel('Seed').inputValue()).length > 0, 'the seed is not kept');
    await mia.press('Make');
    await page.waitForURL('**/songs/*');
    await until('Ready', () => is_ready(page), 40000);
    await mia.see('115 bpm');
    await page.locator('song-compare').getByRole('button', { name: 'Play both, one at a time' }).click();
    const says = page.locator('song-compare .help');
    await until('what is heard', async () => /equally loud/.test(await says.textContent()));
    const first = await says.textContent();
    await mia.press('Switch');
    await until('the other', async () => /equally loud/.test(await says.textContent()) && (await says.textContent()) !== first);
    await page.locator('song-compare').getByRole('button', { name: 'Pause' }).click();
});

await test('what is understood is said while somebody writes, and words and styles are a press away', async () => {
    await mia.visit('/studio');
    await mia.fill('Describe your song', 'bossa nova with flute, 90 bpm, blorp');
    await until('what was not understood', async () => /not understood blorp/.test(await page.locator('brief-preview').textContent()));
    check(/bpm 90/.test(await page.locator('brief-preview').textContent()), 'the tempo is not among it');
    await page.getByText('Instruments and moods').click();
    await page.getByRole('group', { name: 'Without' }).getByRole('button', { name: 'drums' }).click();
    check((await page.getByLabel('Describe your song').inputValue()).endsWith(', without drums'), 'the word is not there');
    await page.getByRole('group', { name: 'Without' }).getByRole('button', { name: 'drums' }).click();
    check(!(await page.getByLabel('Describe your song').inputValue()).includes('without drums'), 'the word is still there');
    await page.getByText('Lyrics and settings').click();
    await page.locator('style-picker').getByRole('button', { name: 'waltz', exact: true }).click();
    same(await page.getByLabel('Style', { exact: true }).inputValue(), 'waltz', 'the style');
    await until('sound of the style', plays, 30000);
    await page.getByRole('button', { name: 'Close the player' }).click();
});

await test('light and dark are chosen and stay, and only what is listed is kept', async () => {
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme || '');
    await page.getByRole('button', { name: 'Colours: as your device' }).click();
    same(await theme(), 'light', 'after one press');
    await page.getByRole('button', { name: 'Colours: light' }).click();
    await page.reload();
    same(await theme(), 'dark', 'after two, and a reload');
    await mia.keeps_only_what_is_listed();
    await page.getByRole('button', { name: 'Colours: dark' }).click();
    same(await theme(), '', 'after three');
});

await test('what was described lately is kept here for one person, and is forgotten when wished', async () => {
    await mia.visit('/studio');
    const before = page.locator('gen-history');
    await before.getByRole('button', { name: /^A slow waltz for piano and flute/ }).first().click();
    check((await page.getByLabel('Describe your song').inputValue()).startsWith('A slow waltz'), 'it was not taken up');
    const kept = await page.evaluate(() => localStorage.getItem('gen.history'));
    await page.evaluate(() => localStorage.setItem('gen.history', JSON.stringify({ who: '0000000000000', list: ['somebody else said this'] })));
    await mia.visit('/studio');
    same(await before.getByRole('button').count(), 0, 'what somebody else described');
    await page.evaluate((text) => localStorage.setItem('gen.history', text), kept);
    await mia.visit('/studio');
    await before.getByRole('button', { name: 'Forget them' }).click();
    same(await page.evaluate(() => localStorage.getItem('gen.history')), null, 'the history');
});

await test('by keyboard alone a song is described and made, and the place is always seen', async () => {
    await mia.visit('/studio');
    const unseen = [];
    let found = false;
    for (let i = 0; i < 60 && !found; i++) {
        await page.keyboard.press('Tab');
        const where = await page.evaluate(() => {
            const one = document.activeElement, style = getComputedStyle(one);
            return { name: one.id || one.textContent.trim(), seen: style.outlineStyle !== 'none' || one.closest('.try') !== null, tag: one.tagName };
        });
        if (!where.seen) unseen.push(where.tag + ' ' + where.name);
        if (where.name === 'prompt') await page.keyboard.type('a tiny march for brass, 20 seconds');
        found = where.name === 'Make';
    }
    same(unseen.join(', '), '', 'places that are not seen');
    check(found, 'the button was not reached');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/songs/*');
    await until('Ready', () => is_ready(page), 40000);
});

await test('without storage everything works and nothing complains', async () => {
    const ola = await Person.make(browser, 'ola.browser', { bare: true });
    await ola.context.addInitScript(() => {
        for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, { get() { throw new DOMException('not here', 'SecurityError'); } });
    });
    await ola.visit('/');
    await ola.page.getByRole('button', { name: 'Colours: as your device' }).click();
    same(await ola.page.evaluate(() => document.documentElement.dataset.theme), 'light', 'the colours');
    await ola.page.keyboard.press('?');
    await ola.page.getByLabel('Keys are on').uncheck();
    await ola.press('Close');
    await ola.visit('/signup');
    ola.quiet();
    await ola.context.close();
});

await test('without a connection a page says so', async () => {
    const una = await Person.make(browser, 'una.browser', { bare: true });
    await una.visit('/');
    await until('the worker', () => una.page.evaluate(async () => !!(await navigator.serviceWorker.getRegistration())?.active), 20000);
    await una.context.setOffline(true);
    una.expect(/./);
    await una.visit('/login').catch(() => 0);
    await una.see('No connection');
    await una.shot('offline');
    await una.context.setOffline(false);
    await una.page.getByRole('link', { name: 'Try again' }).click();
    await una.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await una.context.close();
});

mia.expect(/\/audio\.mp3$/);
await test('nothing else was asked for, refused or complained about', async () => mia.quiet());
await browser.close();
finish();
