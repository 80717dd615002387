// From pressing Make to sound, many times: where the time goes. ROUNDS=20.
import { test, say, until, finish, world, open_browser, Person, open_operator, sign_up, describe_song } from './lib.mjs';

const rounds = Number(process.env.ROUNDS || 20);
const browser = await open_browser();
const operator = await open_operator(browser);
const gus = await Person.make(browser, 'gus.browser', { bare: true });

// Notes when each thing happened first, in milliseconds after the click.
function watch() {
    const seen = window.seen = {};
    let from = 0;
    const note = (name) => { if (from && seen[name] === undefined) seen[name] = performance.now() - from; };
    document.addEventListener('click', (event) => { if (event.target.closest('button')?.textContent === 'Make') from = performance.now(); }, true);
    for (const name of ['loadstart', 'loadedmetadata', 'loadeddata', 'canplay', 'play', 'playing', 'timeupdate'])
        document.addEventListener(name, (event) => { if (name !== 'timeupdate' || event.target.currentTime > 0) note(name); }, true);
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            if (!from) continue;
            if (entry.name.endsWith('/api/v1/songs')) seen.ordered = entry.responseEnd - from;
            if (entry.name.endsWith('/audio.mp3')) { seen.asked = entry.requestStart - from; seen.answered = entry.responseStart - from; }
        }
    }).observe({ type: 'resource', buffered: true });
}

function median(list) {
    return [...list].sort((a, b) => a - b)[list.length >> 1];
}

await test(`from Make to sound, ${rounds} times`, async () => {
    await sign_up(gus, operator);
    await gus.context.addInitScript(watch);
    const found = [];
    for (let i = 0; i < rounds; i++) {
        await describe_song(gus, 'A slow waltz for piano and flute in D minor', 240);
        await gus.press('Make');
        await until('sound', () => gus.page.evaluate(() => window.seen.playing));
        await gus.page.waitForURL('**/songs/*');
        await gus.page.waitForTimeout(300);
        found.push(await gus.page.evaluate(() => window.seen));
        if (await gus.page.getByRole('button', { name: 'Cancel' }).count()) await gus.press('Cancel');
        await gus.page.waitForTimeout(200);
    }
    const names = [...new Set(found.flatMap((one) => Object.keys(one)))];
    for (const name of names.sort((a, b) => median(found.map((one) => one[a] ?? 1e9)) - median(found.map((one) => one[b] ?? 1e9)))) {
        const all = found.map((one) => one[name]).filter((one) => one !== undefined);
        say(`${name.padEnd(16)} median ${median(all).toFixed(0).padStart(4)} ms, least ${Math.min(...all).toFixed(0).padStart(4)}, most ${Math.max(...all).toFixed(0).padStart(4)}  (${all.length})`);
    }
});

await browser.close();
finish();
