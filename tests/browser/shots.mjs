// Pictures of every page, on a phone, a tablet and a desk, in light and dark colours, for eyes: SHOTS=FOLDER.
import { test, check, until, finish, open_browser, Person, open_operator, sign_up, describe_song, is_ready } from './lib.mjs';

const SIZES = { phone: { width: 360, height: 740 }, tablet: { width: 768, height: 1024 }, desk: { width: 1440, height: 900 } };
const only = process.env.ONLY ? process.env.ONLY.split(',') : null;
const browser = await open_browser();
const operator = await open_operator(browser);
const dora = await Person.make(browser, 'dora.shots', { bare: true });
const guest = await Person.make(browser, 'guest.shots', { bare: true });

async function pictures(person, name, path) {
    if (only && !only.includes(name)) return;
    for (const [size, view] of Object.entries(SIZES))
        for (const colorScheme of ['light', 'dark']) {
            await person.page.setViewportSize(view);
            await person.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            if (path) await person.visit(path);
            await person.page.evaluate(() => document.fonts.ready);
            await person.page.waitForTimeout(250);
            await person.shot(`${name}-${size}-${colorScheme}`);
        }
    await person.page.setViewportSize(SIZES.desk);
}

await test('pictures of the pages for everybody', async () => {
    check(process.env.SHOTS, 'SHOTS names the folder');
    for (const [name, path] of [['home', '/'], ['login', '/login'], ['signup-age', '/signup'], ['reset', '/reset'], ['privacy', '/privacy'], ['cookies', '/cookies'],
        ['confirm', '/confirm?token=x'], ['missing', '/nowhere'], ['first', '/first/x']])
        await pictures(guest, name, path);
});

await test('pictures of the pages of a member', async () => {
    await sign_up(dora, operator);
    await pictures(dora, 'studio-empty', '/studio');
    await pictures(dora, 'library-empty', '/library');
    let song = '';
    for (const [words, seconds, title] of [['A slow waltz for piano and flute in D minor', 40, 'Rain over Prague'],
        ['Funky disco with slap bass, brass and drums, 116 bpm', 30, ''], ['A warm lo-fi beat with electric piano and a soft flute melody, 80 bpm, with blorp', 45, 'Kitchen at Midnight']]) {
        await describe_song(dora, words, seconds, title);
        if (title.startsWith('Kitchen')) await dora.page.getByLabel('Lyrics', { exact: true }).fill('[Verse]\nCounting the lights in the window\nNobody else is awake\n[Chorus]\nOh, the kitchen at midnight\nIs all that I take\n');
        await dora.press('Make');
        await dora.page.waitForURL('**/songs/*');
        song = dora.path();
        await until('Ready', () => is_ready(dora.page), 60000);
    }
    await pictures(dora, 'song', song);
    await dora.visit(song);
    await dora.press('Make the stems');
    await until('the stems to be there', async () => { await dora.visit(song); return await dora.page.getByRole('link', { name: 'Stems' }).count(); }, 40000);
    await dora.press('Share');
    const link = await dora.page.locator('a[href^="/s/"]').getAttribute('href');
    await pictures(dora, 'song-stems', song);
    await pictures(guest, 'shared', link);
    await dora.visit('/folders');
    await dora.fill('New folder', 'Evening music');
    await dora.press('Add folder');
    for (const [name, path] of [['studio', '/studio'], ['studio-again', '/studio?from=' + song.split('/').pop()], ['library', '/library'], ['folders', '/folders'], ['credits', '/credits'], ['account', '/account'], ['prove', '/account/prove']])
        await pictures(dora, name, path);
    await describe_song(dora, 'A very long symphonic poem for strings', 600);
    await dora.press('Make');
    await dora.page.waitForURL('**/songs/*');
    await pictures(dora, 'song-being-made');
});

await test("pictures of the operator's pages", async () => {
    await pictures(operator, 'staff', '/staff');
    for (const [name, path] of [['staff-mail', '/staff/mail'], ['staff-credits', '/staff/credits'], ['staff-shop', '/staff/shop']]) await pictures(operator, name, path);
    await pictures(guest, 'offline', '/offline');
});

await browser.close();
finish();
