// Look: a page by axe's rules, in light and dark colours, and as wide as a small phone.
import fs from 'node:fs';
import { check, same } from './lib.mjs';

const AXE = fs.readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const PHONE = { width: 320, height: 640 }, DESK = { width: 1280, height: 720 };
let count = 0;

export function looked() {
    return count;
}

async function faults_of(page, options) {
    const found = await page.evaluate((wanted) => window.axe.run(document, wanted), options);
    return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(', ')}`);
}

// All of axe's rules in light colours, the contrasts in dark ones, and no scrolling sideways on a small phone.
export async function look(person, name) {
    const page = person.page;
    await page.evaluate(AXE);
    const wrong = await faults_of(page, { resultTypes: ['violations'] });
    await page.emulateMedia({ colorScheme: 'dark' });
    wrong.push(...(await faults_of(page, { runOnly: ['color-contrast', 'link-in-text-block'] })).map((one) => 'dark: ' + one));
    await person.shot('page-' + name + '-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(PHONE);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > PHONE.width) wrong.push(`on a phone it is ${wide} wide`);
    await person.shot('page-' + name + '-phone');
    await page.setViewportSize(DESK);
    count++;
    same(wrong.join('\n'), '', 'what is wrong with ' + name);
}

export async function each(person, paths) {
    const wrong = [];
    for (const [name, path, status] of paths) {
        try {
            if (status) person.expect(new RegExp('^' + path.replace(/[?].*/, '') + '$'));
            same((await person.visit(path)).status(), status || 200, path);
            await look(person, name);
        } catch (error) {
            wrong.push(error.message.split('\n').slice(0, 6).join('\n'));
        }
    }
    check(wrong.length === 0, wrong.join('\n'));
}
