// Going to another page without leaving this one, so that what is heard goes on: its <main> and its header take the
// place of ours. Only while something is heard; otherwise links and forms lead where they always do.
import { show_passwords } from './password';
import { drop_plain } from './swap';
import { player } from './player';

function is_page(url: URL): boolean {
    return url.origin === location.origin && !/^\/(api|static)\/|\.[a-z0-9]+$/.test(url.pathname);
}

function is_html(reply: Response): boolean {
    return (reply.headers.get('content-type') || '').startsWith('text/html');
}

function take(text: string): boolean {
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const main = fresh.querySelector('main'), old = document.querySelector('main');
    if (!main || !old) return false;
    drop_plain(main);
    const top = fresh.querySelector('header.top .bar');
    if (top) document.querySelector('header.top .bar')?.replaceWith(top);
    document.title = fresh.title;
    old.replaceWith(main);
    show_passwords(main);
    main.focus({ preventScroll: true });
    return true;
}

// What the answer shows, under the address where it came from.
async function show(reply: Response, push: boolean): Promise<boolean> {
    const at = new URL(reply.url);
    if (!is_html(reply) || at.origin !== location.origin || !take(await reply.text())) return false;
    if (push && reply.url !== location.href && (reply.redirected || reply.ok)) history.pushState({ swapped: true }, '', reply.url);
    else history.replaceState({ swapped: true }, '');
    const place = at.hash ? document.getElementById(at.hash.slice(1)) : null;
    if (place) place.scrollIntoView();
    else if (push) scrollTo(0, 0);
    return true;
}

// Whoever goes on before a page has come wants the later one.
let newest = 0;

export async function go(url: string, push = true): Promise<void> {
    const mine = ++newest;
    mark();
    const reply = await fetch(url).catch(() => null);
    if (mine !== newest) return;
    if (!reply || !(await show(reply, push))) location.assign(url);
}

// This entry of the history can be come back to.
function mark(): void {
    if (!history.state) history.replaceState({ swapped: true }, '');
}

function follow(event: MouseEvent): void {
    const link = (event.target as Element).closest?.('a[href]') as HTMLAnchorElement | null;
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    const here = url.pathname === location.pathname && url.search === location.search && url.hash;
    if (!player.playing || link.target || link.hasAttribute('download') || !is_page(url) || here) return;
    event.preventDefault();
    void go(link.href);
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    const body = new URLSearchParams(new FormData(form, submitter) as unknown as Record<string, string>);
    mark();
    const reply = form.method === 'get'
        ? await fetch(form.action.replace(/\?.*/, '') + '?' + body).catch(() => null)
        : await fetch(form.action, { method: 'POST', body }).catch(() => null);
    if (!reply || !(await show(reply, true))) form.submit();
}

function submit(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || !player.playing || !form.closest('main') || !is_page(new URL(form.action))) return;
    event.preventDefault();
    void send(form, event.submitter);
}

export function open_ways(): void {
    document.addEventListener('click', follow);
    document.addEventListener('submit', submit);
    addEventListener('popstate', (event) => {
        if ((event.state as { swapped?: boolean } | null)?.swapped) void go(location.href, false);
    });
}
