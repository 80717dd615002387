// The same way without scripts, and what somebody sees whose browser keeps no cookies.
import { execFileSync } from 'node:child_process';
import { test, check, same, until, finish, open_browser, open_without_cookies, Person, open_operator, sign_up, describe_song,
    is_ready, PASSWORD } from './lib.mjs';

const browser = await open_browser();
const operator = await open_operator(browser);
const bea = await Person.make(browser, 'bea.browser', { scripts: false });
let song = '';

await test('without scripts and without an account a sentence becomes a page with sound; too many in a moment are refused', async () => {
    const zoe = await Person.make(browser, 'zoe.browser', { scripts: false });
    let heard = 0; // others of this machine may have tried before
    zoe.expect(/^\/try$/);
    for (; heard < 7; heard++) {
        await zoe.visit('/');
        await zoe.fill('Describe a song', 'A tiny polka for accordion');
        await zoe.press('Hear it');
        if (zoe.path() === '/try') break;
        await zoe.see('Made just now');
        same(await zoe.page.locator('audio').getAttribute('src'), zoe.path() + '/audio.mp3', 'what the player plays');
    }
    check(heard >= 3 && heard <= 6, `${heard} were heard before one was refused`);
    await zoe.see('That was a lot at once.');
    same(await zoe.page.getByLabel('Describe a song').inputValue(), 'A tiny polka for accordion', 'what stands in the field');
    zoe.quiet();
    await zoe.context.close();
});

await test('without scripts a newcomer signs up and confirms', () => sign_up(bea, operator));

await test('without scripts a song is made, and its page tells how far it is when it is asked again', async () => {
    await describe_song(bea, 'A small waltz for piano and flute', 20, 'Kleiner Walzer');
    await bea.press('Make');
    song = bea.path();
    check(/^\/songs\//.test(song), 'where she is: ' + song);
    same(await bea.page.locator('audio').getAttribute('src'), song + '/audio.mp3', 'what the player plays');
    await bea.shot('plain-being-made');
    await until('Ready', async () => {
        if (await is_ready(bea.page)) return true;
        const link = bea.page.getByRole('link', { name: 'See how far it is' });
        check(await link.count() === 1, 'there is no link to see how far it is');
        await link.click();
        return is_ready(bea.page);
    }, 40000);
});

await test('without scripts a song is downloaded', async () => {
    for (const name of ['FLAC', 'WAV', 'MP3', 'Opus', 'MIDI', 'Recipe']) {
        const coming = bea.page.waitForEvent('download');
        await bea.page.getByRole('link', { name, exact: true }).click();
        const download = await coming;
        check((await download.failure()) === null, name + ' did not come');
        check(/^Kleiner Walzer\./.test(download.suggestedFilename()), 'its name is ' + download.suggestedFilename());
        await download.delete();
    }
});

await test('without scripts the whole library is downloaded, and unzip reads it', async () => {
    await bea.visit('/library');
    const coming = bea.page.waitForEvent('download');
    await bea.page.getByRole('link', { name: 'Download everything' }).click();
    const download = await coming, file = await download.path();
    check(/^SonicStacker .*\.zip$/.test(download.suggestedFilename()), 'its name is ' + download.suggestedFilename());
    execFileSync('unzip', ['-tqq', file]);
    const names = execFileSync('unzip', ['-Z1', file], { encoding: 'utf8' });
    for (const name of ['.flac', '.mid', '/recipe.json', 'songs.json']) check(names.includes(`${name}\n`), `${name} is not in it: ${names}`);
    check(execFileSync('unzip', ['-p', file, '*.flac'], { maxBuffer: 1 << 28 }).subarray(0, 4).toString() === 'fLaC', 'the song is none');
    await download.delete();
});

await test('without scripts songs are found, marked, shared, deleted and put back', async () => {
    await bea.visit('/library');
    await bea.fill('Search titles and descriptions', 'walzer');
    await bea.press('Search');
    same(await bea.page.locator('.songs > li').count(), 1, 'songs found');
    await bea.page.getByRole('button', { name: 'Add to favourites: Kleiner Walzer' }).click();
    await bea.visit('/library?favourites=1');
    await bea.see('Kleiner Walzer');
    await bea.visit(song);
    await bea.press('Share');
    const link = await bea.page.locator('a[href^="/s/"]').getAttribute('href');
    const guest = await Person.make(browser, 'guest', { scripts: false });
    same((await guest.visit(link)).status(), 200, 'the shared page');
    await bea.press('Stop sharing');
    guest.expect(/^\/s\//);
    same((await guest.visit(link)).status(), 404, 'the shared page afterwards');
    guest.quiet();
    await guest.context.close();
    await bea.press('Delete');
    await bea.see('In the bin.');
    await bea.press('Put back');
    await bea.see('Back in the library.');
});

await test('without scripts signing out ends it, and going back shows nothing', async () => {
    await bea.visit('/account');
    await bea.press('Sign out');
    await bea.page.goBack();
    same(await bea.page.getByText(bea.mail).count(), 0, 'places where the address stands');
    same(bea.path(), '/login', 'where she is');
    bea.quiet();
    await bea.keeps_only_what_is_listed();
});
await browser.close();

const closed = await open_without_cookies();
const noa = await Person.make(null, 'noa', { context: closed.context, bare: true });

await test('with cookies blocked the public pages are there', async () => {
    for (const path of ['/', '/signup', '/login', '/reset', '/privacy', '/terms', '/cookies'])
        same((await noa.visit(path)).status(), 200, path);
    noa.quiet();
});

await test('with cookies blocked signing up and in says that cookies are needed', async () => {
    noa.expect(/^\/(signup\/age|login)$/);
    await noa.visit('/signup');
    await noa.fill('Year', '1990');
    await noa.page.getByLabel('Month', { exact: true }).selectOption('March');
    await noa.press('Go on');
    await noa.see('please allow cookies');
    await noa.shot('cookies-blocked');
    await noa.visit('/login');
    await noa.fill('Email', noa.mail);
    await noa.fill('Password', PASSWORD);
    await noa.press('Sign in');
    await noa.see('please allow cookies');
    same((await closed.context.cookies()).length, 0, 'cookies kept');
    noa.quiet();
});

await closed.close();
finish();
