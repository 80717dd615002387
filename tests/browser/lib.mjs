// What the browser tests share: named tests, people with a browser context of their own, and a watch over all
// that a page does besides what it was asked: errors, refused content, requests to elsewhere, things it keeps.
import { chromium } from 'playwright-core';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const world = JSON.parse(process.env.WORLD); // of run.py: url, operator, policy
export const PASSWORD = 'a long walk by the river';
const WAIT_MS = 20000;
const SHOTS = process.env.SHOTS; // a folder for pictures of pages

let wrong = 0;

export function say(line) {
    console.log('    ' + line);
}

export async function test(name, run) {
    try {
        await run();
        console.log('ok - ' + name);
        return true;
    } catch (error) {
        wrong++;
        console.log('not ok - ' + name);
        for (const line of String(error.stack || error).split('\n').slice(0, 12)) say(line);
        return false;
    }
}

export function finish() {
    process.exitCode = wrong ? 1 : 0;
}

export function check(fact, words) {
    if (!fact) throw new Error(words);
}

export function same(actual, wanted, words) {
    check(actual === wanted, `${words}: ${JSON.stringify(actual)} instead of ${JSON.stringify(wanted)}`);
}

export async function until(words, look, wait = WAIT_MS) {
    const end = Date.now() + wait;
    for (;;) {
        const found = await look();
        if (found) return found;
        check(Date.now() < end, `not within ${wait} ms: ${words}`);
        await new Promise((done) => setTimeout(done, 50));
    }
}

// ---- the browser

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];
const LAUNCH = { executablePath: '/usr/bin/chromium', headless: true, args: ARGUMENTS };

export function open_browser() {
    return chromium.launch(LAUNCH);
}

// A browser whose owner lets no site keep anything.
export async function open_without_cookies() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sonicstacker-browser-'));
    fs.mkdirSync(path.join(folder, 'Default'));
    const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
    fs.writeFileSync(path.join(folder, 'Default', 'Preferences'), JSON.stringify(settings));
    const context = await chromium.launchPersistentContext(folder, LAUNCH);
    return { context, close: async () => { await context.close(); fs.rmSync(folder, { recursive: true, force: true }); } };
}

// Runs in each page: hears when sound begins, and tells what the browser refused.
function listener() {
    window.heard = null;
    const note = async (event) => {
        if (window.heard) return;
        window.heard = { at: performance.timeOrigin + performance.now(), by: event.type, state: '' };
        let job;
        while (!(job = document.querySelector('[data-job][data-song]'))) await new Promise((done) => setTimeout(done, 5));
        window.heard.state = (await (await fetch('/api/v1/jobs/' + job.dataset.job)).json()).state;
    };
    for (const name of ['playing', 'timeupdate'])
        document.addEventListener(name, (event) => event.target.currentTime > 0 || name === 'playing' ? note(event) : 0, true);
    document.addEventListener('click', (event) => {
        if (event.target.closest('button')) window.name = String(performance.timeOrigin + performance.now());
    }, true);
    document.addEventListener('securitypolicyviolation', (event) => console.error('refused: ' + event.violatedDirective));
}

export class Person {
    static async make(browser, name, options = {}) {
        const context = options.context || await browser.newContext({ javaScriptEnabled: options.scripts !== false, colorScheme: options.colors || 'light' });
        const person = new Person();
        Object.assign(person, { name, context, mail: `${name}@example.org`, scripts: options.scripts !== false,
            wrong: [], requests: [], streams: 0, streams_most: 0, expected: [], hosts: [world.url, ...(options.hosts || [])] });
        person.watch();
        if (person.scripts && !options.bare) await context.addInitScript(listener);
        person.page = await context.newPage();
        return person;
    }

    watch() {
        const is_stream = (request) => new URL(request.url()).pathname === '/api/v1/events';
        this.context.setDefaultTimeout(WAIT_MS);
        this.context.on('request', (request) => {
            const url = new URL(request.url());
            this.requests.push(url.pathname);
            if (!this.hosts.includes(url.origin) && !['data:', 'blob:', 'about:'].includes(url.protocol)) this.wrong.push('a request to ' + url.href);
            if (is_stream(request)) this.streams_most = Math.max(this.streams_most, ++this.streams);
        });
        for (const name of ['requestfinished', 'requestfailed'])
            this.context.on(name, (request) => { if (is_stream(request)) this.streams--; });
        this.context.on('weberror', (error) => this.wrong.push('an error: ' + error.error()));
        this.context.on('console', (message) => {
            if (!['error', 'warning'].includes(message.type())) return;
            const where = new URL(message.location().url || world.url).pathname;
            if (message.text().startsWith('Failed to load resource') && this.expected.some((one) => one.test(where))) return;
            this.wrong.push(`${message.type()} at ${where}: ${message.text()}`);
        });
    }

    // An answer other than 200 that the test wants.
    expect(pattern) {
        this.expected.push(pattern);
    }

    quiet() {
        same([...new Set(this.wrong)].join('\n'), '', `what ${this.name}'s browser complained about`);
    }

    async visit(where) {
        return this.page.goto(new URL(where, world.url).href);
    }

    async press(name, page = this.page) {
        await page.getByRole('button', { name, exact: true }).first().click();
    }

    async fill(label, text, page = this.page) {
        await page.getByLabel(label, { exact: true }).fill(text);
    }

    async see(text, page = this.page) {
        await page.getByText(text).first().waitFor();
    }

    path(page = this.page) {
        return new URL(page.url()).pathname;
    }

    async shot(name, page = this.page) {
        if (SHOTS) await page.screenshot({ path: path.join(SHOTS, name + '.png'), fullPage: true });
    }

    // What stays in the browser must be on the list of policy/data-map.
    async keeps_only_what_is_listed() {
        const cookies = (await this.context.cookies()).map((cookie) => cookie.name);
        for (const name of cookies) check(world.cookies.includes(name), `the cookie ${name} is not listed`);
        for (const page of this.scripts ? this.context.pages() : []) {
            const keys = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
            for (const key of keys) check(world.storage.includes(key), `the key ${key} in storage is not listed`);
        }
        for (const cookie of await this.context.cookies())
            check(cookie.httpOnly && cookie.secure && cookie.sameSite === 'Lax', `the cookie ${cookie.name} is open`);
    }
}

// ---- what many tests do

export async function sign_in(person, password = PASSWORD) {
    await person.visit('/login');
    await person.fill('Email', person.mail);
    await person.fill('Password', password);
    await person.press('Sign in');
}

export async function open_operator(browser) {
    const operator = await Person.make(browser, 'operator');
    operator.mail = world.operator.mail;
    await sign_in(operator, world.operator.password);
    same(operator.path(), '/studio', 'where the operator is');
    return operator;
}

// The link in the newest mail to this person.
export async function mail_link(operator, to, subject) {
    return until(`a mail "${subject}"`, async () => {
        await operator.visit('/staff/mail');
        const mail = operator.page.locator('article', { hasText: to }).filter({ hasText: subject }).first();
        return await mail.count() ? mail.getByRole('link').getAttribute('href') : null;
    });
}

export async function sign_up(person, operator) {
    await person.visit('/');
    await person.page.getByRole('link', { name: 'Create an account' }).first().click();
    await person.fill('Year', '1990');
    await person.page.getByLabel('Month', { exact: true }).selectOption('March');
    await person.press('Go on');
    await person.fill('Name', person.name);
    await person.fill('Email', person.mail);
    await person.fill('Password', PASSWORD);
    await person.press('Create account');
    await person.see('Check your mail');
    await person.visit(await mail_link(operator, person.mail, 'Confirm'));
    await person.press('Confirm my address');
    await person.see('Your address is confirmed');
    await sign_in(person);
    same(person.path(), '/studio', 'where a newcomer is');
}

export async function describe_song(person, prompt, seconds, title = '', page = person.page) {
    await page.goto(world.url + '/studio');
    await person.fill('Describe your song', prompt, page);
    if (!await page.getByLabel('Length in seconds').isVisible()) await page.getByText('Lyrics and settings').click();
    await person.fill('Length in seconds', String(seconds), page);
    if (title) await person.fill('Title', title, page);
}

export async function is_ready(page) {
    return (await page.locator('[data-state]').first().textContent()) === 'Ready';
}

// Pays a purchase at the stand-in for Stripe (tests/stripe), without its page.
async function control(name, words) {
    const reply = await fetch(`${world.shop}/_control/${name}`, { method: 'POST', body: JSON.stringify(words) });
    const answer = await reply.json();
    check(reply.status === 200, `the stand-in refuses ${name}: ${answer.wrong}`);
    return answer;
}

export async function pay(purchase) {
    const session = await control('by_reference', { reference: purchase });
    return control('complete', { session: session.id });
}
