// Every page, in light and dark colours, by axe's rules; nothing is cut off on a phone.
import { test, say, until, finish, open_browser, Person, open_operator, sign_up, describe_song, is_ready, PASSWORD } from './lib.mjs';
import { each, look, looked } from './look.mjs';

const browser = await open_browser();
const operator = await open_operator(browser);
const cy = await Person.make(browser, 'cy.browser', { bare: true });

await test('the pages for everybody are fit for everybody', () => each(cy, [
    ['home', '/'], ['try-gone', '/try/0123456789012345678901', 404], ['login', '/login'], ['signup-age', '/signup'], ['reset', '/reset'], ['privacy', '/privacy'], ['terms', '/terms'],
    ['cookies', '/cookies'], ['confirm', '/confirm?token=x'], ['login-link', '/login/link?token=x'], ['reset-new', '/reset/new?token=x'],
    ['email', '/email/agree?token=x'], ['email-undo', '/email/undo?token=x'], ['first', '/first/x'], ['missing', '/nowhere', 404],
    ['shared-dead', '/s/0123456789012345678901', 404]]));

await test('the pages that follow a form are fit for everybody', async () => {
    const kim = await Person.make(browser, 'kim.browser', { bare: true });
    kim.expect(/^\/(signup|login|reset|signup\/age)$/);
    await kim.visit('/signup');
    await kim.fill('Year', '2020');
    await kim.page.getByLabel('Month', { exact: true }).selectOption('March');
    await kim.press('Go on');
    await look(kim, 'signup-stop');
    await kim.visit('/login');
    await kim.fill('Email', 'nobody@example.org');
    await kim.fill('Password', PASSWORD);
    await kim.press('Sign in');
    await look(kim, 'login-wrong');
    await kim.visit('/reset');
    await kim.fill('Email', 'nobody@example.org');
    await kim.press('Send me a link');
    await look(kim, 'check-mail');
    await kim.context.clearCookies();
    await kim.visit('/signup');
    await kim.fill('Year', '1980');
    await kim.page.getByLabel('Month', { exact: true }).selectOption('May');
    await kim.press('Go on');
    await look(kim, 'signup');
    kim.quiet();
    await kim.context.close();
});

await test('the pages of a member are fit for everybody', async () => {
    await sign_up(cy, operator);
    await each(cy, [['studio-empty', '/studio'], ['library-empty', '/library'], ['folders-empty', '/folders'], ['prove', '/account/prove']]);
    await cy.visit('/folders');
    await cy.fill('New folder', 'A folder with a rather long name, as people like to have them');
    await cy.press('Add folder');
    await describe_song(cy, 'A cheerful polka for accordion with aVeryLongWordThatNobodyBreaks' + 'x'.repeat(80), 600);
    await cy.page.getByLabel('Lyrics', { exact: true }).fill('[Verse]\nla la la\n');
    await cy.press('Make');
    await look(cy, 'song-being-made');
    const song = cy.path();
    await cy.visit('/studio');
    await look(cy, 'studio-open');
    await cy.visit(song);
    await cy.press('Cancel');
    await cy.see('You cancelled it.');
    await look(cy, 'song-cancelled');
    await describe_song(cy, 'A cheerful polka for accordion', 20);
    await cy.press('Make');
    await until('Ready', () => is_ready(cy.page), 40000);
    await cy.page.getByRole('link', { name: 'FLAC' }).waitFor();
    await cy.press('Share');
    await cy.see('Anybody with the link can listen now.');
    await look(cy, 'song');
    const link = await cy.page.locator('a[href^="/s/"]').getAttribute('href');
    await each(cy, [['studio', '/studio'], ['library', '/library'], ['folders', '/folders'], ['account', '/account'], ['shared', link]]);
    await cy.visit('/library');
    await cy.page.getByRole('button', { name: /^Delete/ }).first().click();
    await look(cy, 'song-in-bin');
    await cy.visit('/library?bin=1');
    await look(cy, 'bin');
});

await test('the pages of the account are fit for everybody', async () => {
    await cy.visit('/account');
    await cy.fill('What is it for?', 'My program');
    await cy.press('Make a token');
    await cy.see('Your new token');
    await look(cy, 'token-made');
    await cy.visit('/account');
    await cy.press('Set up one-time codes');
    await cy.see('Put this key into an app');
    await look(cy, 'code-setup');
    cy.expect(/^\/account/);
    await cy.fill('One-time code', '000000');
    await cy.press('Turn on');
    await look(cy, 'code-wrong');
    await cy.visit('/account');
    await cy.fill('Current password', 'not the password at all');
    await cy.fill('New password', 'another long walk by the river');
    await cy.press('Change password');
    await look(cy, 'account-wrong');
});

await test('the page of credits is fit for everybody', async () => {
    await cy.visit('/credits');
    cy.expect(/^\/credits\/code$/);
    await cy.fill('Code of a campaign', 'NOSUCHCODE');
    await cy.press('Use code');
    await cy.see('This code does not work');
    await look(cy, 'credits');
});

await test("the operator's pages are fit for everybody", () => each(operator, [['staff', '/staff'], ['staff-mail', '/staff/mail'], ['staff-shop', '/staff/shop']]));

await test("the operator's pages of credits are fit for everybody", async () => {
    await operator.visit('/staff/credits');
    await operator.fill('Word', 'axe-' + 'a'.repeat(12));
    await operator.fill('Credits for each person', '5');
    await operator.fill('How many people', '2');
    await operator.press('Make code');
    await operator.see('used 0 of 2');
    await operator.fill('Mail address or id', cy.mail);
    await operator.press('Find');
    await operator.fill('Credits', '600');
    await operator.fill('Reason, which the person sees', 'A reason with aVeryLongWordThatNobodyBreaks' + 'x'.repeat(80));
    await operator.press('Give');
    await operator.see('A second operator has to agree.');
    await look(operator, 'staff-person');
    await each(operator, [['staff-credits', '/staff/credits']]);
});

await test('no page asked for more than it may, or complained', async () => {
    say(`${looked()} pages were looked at`);
    cy.expect(/\/audio\.mp3$/);
    cy.wrong = cy.wrong.filter((one) => !one.includes('/audio.mp3'));
    cy.quiet();
    operator.quiet();
    await cy.keeps_only_what_is_listed();
});

await browser.close();
finish();
