// Buying in a real browser: from the pack to Stripe's page and back, what is left paid back, and nothing of a card
// anywhere near us. Stripe is the stand-in of tests/stripe.
import { test, check, same, until, finish, world, open_browser, Person, open_operator, sign_up } from './lib.mjs';
import { each, look } from './look.mjs';

const CARD = { 'Card number': '4242 4242 4242 4242', Expiry: '11 / 37', CVC: '731', 'Name on card': 'Zacharias Zwiebel' };
const DECLINED = '4000 0000 0000 0002';
const browser = await open_browser();
const operator = await open_operator(browser);
const eve = await Person.make(browser, 'eve.shop', { hosts: [world.shop] });
const came = []; // all that reached us, as text
let bought = '';

eve.context.on('request', (request) => {
    if (new URL(request.url()).origin === world.url) came.push([request.url(), JSON.stringify(request.headers()), request.postData() || ''].join('\n'));
});

async function control(name, words = {}) {
    const reply = await fetch(`${world.shop}/_control/${name}`, { method: 'POST', body: JSON.stringify(words) });
    const answer = await reply.json();
    same(reply.status, 200, `${name}: ${answer.wrong}`);
    return answer;
}

const session = async (path = bought) => (await control('by_reference', { reference: path.split('/')[3] })).id;

// No field of a card, nothing from elsewhere, no form that leads elsewhere.
async function asks_for_no_card(person) {
    const found = await person.page.evaluate(() => ({
        fields: [...document.querySelectorAll('input, select, textarea')].filter((one) => /cc-/.test(one.autocomplete) || /card|cvc|expir/i.test(one.name + one.id)).length,
        frames: document.querySelectorAll('iframe, object, embed').length,
        elsewhere: [...document.querySelectorAll('form, script[src]')].filter((one) => new URL(one.getAttribute('action') || one.getAttribute('src') || '/', location).origin !== location.origin).length,
    }));
    same(JSON.stringify(found), '{"fields":0,"frames":0,"elsewhere":0}', 'what the page asks for at ' + person.path());
}

async function begin(person, pack) {
    await person.visit('/credits');
    await asks_for_no_card(person);
    await person.page.getByRole('button', { name: `Buy ${pack}` }).click();
    await person.page.waitForURL('**/credits/purchases/*');
    return person.path();
}

async function pay(person, more = {}) {
    for (const [label, text] of Object.entries({ ...CARD, ...more })) await person.fill(label, text);
    await person.press('Pay');
}

async function state(person, words) {
    await until(words, async () => (await person.page.locator('dd strong').first().textContent()) === words);
}

await test('a pack becomes a purchase whose link leads to Stripe and tells it nothing', async () => {
    await sign_up(eve, operator);
    await eve.visit('/credits');
    await look(eve, 'credits-shop');
    bought = await begin(eve, 'Starter: 100 credits for 4.99 USD');
    await state(eve, 'not paid yet');
    await asks_for_no_card(eve);
    await look(eve, 'purchase-open');
    const link = eve.page.getByRole('link', { name: 'Pay 4.99 USD at Stripe' });
    const rel = (await link.getAttribute('rel')).split(' ');
    check(rel.includes('noopener') && rel.includes('noreferrer'), 'the link is rel=' + rel);
    same(await link.getAttribute('href'), (await control('session', { session: await session() })).session.url, 'where it leads');
    await link.click();
    await eve.page.waitForURL(world.shop + '/c/pay/**');
    same(await eve.page.evaluate(() => [document.referrer, String(window.opener), document.cookie, location.hash.slice(0, 4)].join('|')), '|null||#fid', "what Stripe's page can see of us");
});

await test('a declined card stays at Stripe; a good one leads back, and the page says by itself that it is paid', async () => {
    eve.expect(/^\/c\/pay\//);
    await pay(eve, { 'Card number': DECLINED });
    await eve.see('Your card was declined.');
    await pay(eve);
    await eve.page.waitForURL(world.url + '/credits/**');
    same(eve.path(), bought, 'where she is');
    await state(eve, 'paid');
    await look(eve, 'purchase-paid');
    await eve.page.getByRole('link', { name: /^R-0/ }).click();
    await eve.see('Total');
    await look(eve, 'receipt');
    await eve.page.emulateMedia({ media: 'print' });
    same(await eve.page.getByRole('link', { name: 'Studio' }).first().isVisible(), false, 'the menu is printed');
    same(await eve.page.getByText('To keep it, print this page').isVisible(), false, 'advice is printed');
    same(await eve.page.getByText('Sample Sounds').isVisible(), true, 'the seller is printed');
    await eve.shot('page-receipt-print');
    await eve.page.emulateMedia({ media: null });
    await eve.visit('/credits');
    await eve.see('Starter: 100 credits, 4.99 USD');
    await look(eve, 'credits-bought');
});

await test('pressing Buy twice in a moment buys once', async () => {
    await eve.visit('/credits');
    await eve.page.getByRole('button', { name: 'Buy Studio: 500 credits for 19.00 USD' }).dblclick();
    await until('the page of the purchase', async () => eve.path().startsWith('/credits/purchases/'));
    await eve.page.waitForLoadState();
    await eve.visit('/credits');
    same(await eve.page.getByRole('link', { name: /^Studio: 500 credits/ }).count(), 1, 'purchases');
});

await test('who goes back from Stripe finds the purchase as it was', async () => {
    await eve.page.getByRole('link', { name: /^Studio: 500 credits/ }).click();
    const other = eve.path();
    await eve.page.getByRole('link', { name: /^Pay/ }).click();
    await eve.page.getByRole('link', { name: 'Back to the shop' }).click();
    await eve.page.waitForURL('**' + other + '*');
    await state(eve, 'not paid yet');
    await control('expire', { session: await session(other) });
    await until('the end of it', async () => { await eve.page.reload(); return (await eve.page.locator('dd strong').first().textContent()) === 'not paid in time'; });
    await look(eve, 'purchase-over');
});

await test('what is not spent is paid back, and the page says so by itself', async () => {
    await eve.visit(bought);
    await eve.fill('Credits to be paid back', '40');
    await eve.press('Pay back');
    await state(eve, 'partly paid back');
    await look(eve, 'purchase-partly');
    const { refunds } = await control('session', { session: await session() });
    same(refunds.map((one) => one.amount).join(), '199', 'what went back');
    await until('a second receipt', async () => await eve.page.getByRole('link', { name: /^R-0/ }).count() === 2);
    await eve.page.getByRole('link', { name: /^R-0/ }).last().click();
    await eve.see('Refund receipt');
    await look(eve, 'receipt-refund');
});

await test('a dispute is told to her and to the operator', async () => {
    await control('dispute', { session: await session() });
    await eve.visit(bought);
    await until('the dispute', async () => { await eve.page.reload(); return await eve.page.getByText('The bank asks the money back.').count() > 0; });
    await look(eve, 'purchase-disputed');
    await each(operator, [['staff-shop', '/staff/shop'], ['staff-purchase', '/staff' + bought.slice('/credits'.length)]]);
    await operator.see('Stripe calls it needs_response');
});

await test('a payment that takes days, and one that Stripe did not open, say so', async () => {
    const later = await begin(eve, 'Starter: 100 credits for 4.99 USD');
    await control('complete', { session: await session(later), method: 'debit' });
    await eve.visit('/credits/return?purchase=' + later.split('/')[3]);
    await state(eve, 'the payment is on its way');
    await look(eve, 'purchase-awaiting');
    await control('fail', { status: 500, times: 10, path: '^/v1/checkout/sessions$' });
    const stuck = await begin(eve, 'Starter: 100 credits for 4.99 USD');
    await control('calm');
    await eve.see('Stripe did not answer');
    await look(eve, 'purchase-not-begun');
    await eve.press('Go on');
    await eve.page.getByRole('link', { name: 'Pay 4.99 USD at Stripe' }).waitFor();
    same(eve.path(), stuck, 'where she is');
});

await test('without scripts it is bought, too', async () => {
    const ben = await Person.make(browser, 'ben.shop', { scripts: false, hosts: [world.shop] });
    await sign_up(ben, operator);
    const path = await begin(ben, 'Starter: 100 credits for 4.99 USD');
    await ben.page.getByRole('link', { name: 'Pay 4.99 USD at Stripe' }).click();
    await pay(ben);
    await ben.page.waitForURL('**' + path + '*');
    await state(ben, 'paid');
    ben.quiet();
    await ben.keeps_only_what_is_listed();
    await ben.context.close();
});

await test('nothing of the card came to us', async () => {
    check(came.length > 20 && came.some((one) => one.includes('/credits/return')), `only ${came.length} requests were heard`);
    for (const word of Object.values(CARD).flatMap((one) => [one, one.replaceAll(' ', ''), encodeURIComponent(one), one.replaceAll(' ', '+')]))
        if (word.length > 3) same(came.filter((one) => one.includes(word)).length, 0, `requests with ${word}`);
});

await test('nothing else was asked for, refused, kept or complained about', async () => {
    await eve.keeps_only_what_is_listed();
    eve.quiet();
    operator.quiet();
});

await browser.close();
finish();
