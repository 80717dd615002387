// Lighthouse over the front page, the studio and a song: its four marks, the largest paint, how much the page jumps,
// and its weight. On a desk, and as a slow phone would have it.
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from 'playwright-core';
import { test, say, check, until, finish, world, Person, open_operator, sign_up, describe_song, is_ready } from './lib.mjs';

const PORT = 9333 + (process.pid % 500);
const MARK = 0.95, PAINT_MS = 1000, JUMP = 0.02, WEIGHT = 100000;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', `--remote-debugging-port=${PORT}`] });
const operator = await open_operator(browser);
const lil = await Person.make(browser, 'lil.browser', { bare: true });
let cookie = '', song = '';

// All that comes over the line but what is heard.
function weight_of(lhr) {
    return lhr.audits['network-requests'].details.items.filter((one) => one.resourceType !== 'Media').reduce((sum, one) => sum + one.transferSize, 0);
}

async function measure(path, device) {
    const options = { port: PORT, output: 'json', logLevel: 'silent', extraHeaders: cookie ? { Cookie: cookie } : {},
        skipAudits: cookie ? ['is-crawlable'] : [], // robots.txt keeps search engines out of a person's pages, and should
        onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'], disableStorageReset: false };
    let lhr;
    for (let tries = 3; tries > 0; tries--) { // on a busy machine Lighthouse may miss the paint altogether
        ({ lhr } = await lighthouse(world.url + path, options, device === 'desk' ? desktopConfig : undefined));
        if (lhr.audits['largest-contentful-paint'].numericValue !== undefined) break;
    }
    const value = (name) => lhr.audits[name].numericValue;
    const marks = Object.fromEntries(Object.entries(lhr.categories).map(([name, one]) => [name, one.score]));
    const failed = Object.entries(lhr.categories).flatMap(([, one]) => one.auditRefs.filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 0.9).map((ref) => ref.id));
    return { marks, paint: value('largest-contentful-paint'), jump: value('cumulative-layout-shift'), weight: weight_of(lhr), failed };
}

async function look(name, path, device) {
    const found = await measure(path, device), percent = (part) => Math.round(found.marks[part] * 100);
    say(`${name.padEnd(7)} ${device.padEnd(6)} performance ${percent('performance')}, accessibility ${percent('accessibility')}, best practices ${percent('best-practices')}, ` +
        `SEO ${percent('seo')}; largest paint ${found.paint.toFixed(0)} ms, jump ${found.jump.toFixed(3)}, ${(found.weight / 1000).toFixed(0)} kB${found.failed.length ? '; ' + found.failed.join(' ') : ''}`);
    for (const part of ['accessibility', 'best-practices', 'seo']) check(found.marks[part] >= MARK, `${part} of ${name}: ${percent(part)}`);
    check(found.jump <= JUMP, `${name} jumps by ${found.jump}`);
    check(found.weight <= WEIGHT, `${name} weighs ${found.weight} bytes`);
    if (device === 'desk') {
        check(found.marks.performance >= MARK, `performance of ${name}: ${percent('performance')}`);
        check(found.paint < PAINT_MS, `the largest paint of ${name} takes ${found.paint} ms`);
    }
}

await test('the front page before Lighthouse', async () => {
    for (const device of ['desk', 'phone']) await look('home', '/', device);
});

await test('the studio and a song before Lighthouse', async () => {
    await sign_up(lil, operator);
    await describe_song(lil, 'A slow waltz for piano and flute in D minor', 30);
    await lil.press('Make');
    await lil.page.waitForURL('**/songs/*');
    await until('Ready', () => is_ready(lil.page), 60000);
    song = lil.path();
    cookie = (await lil.context.cookies()).map((one) => `${one.name}=${one.value}`).join('; ');
    for (const device of ['desk', 'phone']) {
        await look('studio', '/studio', device);
        await look('song', song, device);
    }
});

await browser.close();
finish();
