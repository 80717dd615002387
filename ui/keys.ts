// Keys for the player, and a sheet that tells them. Where somebody writes or chooses, keys are theirs.
import { button, make } from './shapes';
import { player } from './player';

const KEYS: [string, string][] = [
    ['k', 'Play or pause'], ['j', '10 seconds back'], ['l', '10 seconds on'], ['m', 'Sound off or on'], ['0 … 9', 'To a tenth of the song'],
    ['g s', 'To the studio'], ['g l', 'To the library'], ['/', 'To the search field'], ['?', 'This sheet'],
];
const PLACES: Record<string, string> = { s: '/studio', l: '/library', h: '/' };
const NEXT_MS = 1200;
let waits_for_place = 0;

// Single keys get in the way of some who speak or tremble; who turned them off keeps them off.
function are_on(): boolean {
    try {
        return localStorage.getItem('ui.keys') !== 'off';
    } catch {
        return true;
    }
}

function turn_keys(on: boolean): void {
    try {
        if (on) localStorage.removeItem('ui.keys');
        else localStorage.setItem('ui.keys', 'off');
    } catch {
        // Nothing is kept here: they stay as they are.
    }
}

function sheet(): HTMLDialogElement {
    const list = make('dl', {});
    for (const [key, what] of KEYS) list.append(make('dt', {}, make('kbd', {}, key)), make('dd', {}, what));
    const dialog = make('dialog', { class: 'sheet keys', 'aria-labelledby': 'keys-head' }, make('h2', { id: 'keys-head' }, 'Keys'), list);
    const on = make('input', { type: 'checkbox', id: 'keys-on' });
    on.checked = are_on();
    on.addEventListener('change', () => turn_keys(on.checked));
    dialog.append(make('p', {}, on, ' ', make('label', { for: 'keys-on' }, 'Keys are on')));
    dialog.append(button('Close', null, () => dialog.close(), { class: 'quiet' }));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    return dialog;
}

function writes(target: EventTarget | null): boolean {
    return target instanceof Element && !!target.closest('input, textarea, select, [contenteditable], dialog');
}

function act(key: string): boolean {
    if (performance.now() < waits_for_place && PLACES[key]) location.assign(PLACES[key]!);
    else if (key === '?') sheet().showModal();
    else if (key === 'g') waits_for_place = performance.now() + NEXT_MS;
    else if (key === '/') document.querySelector<HTMLInputElement>('input[type=search]')?.focus();
    else if (!player.track) return false;
    else if (key === 'k') player.toggle();
    else if (key === 'j') player.seek(player.at - 10);
    else if (key === 'l') player.seek(player.at + 10);
    else if (key === 'm' && player.audio) player.audio.muted = !player.audio.muted;
    else if (/^\d$/.test(key)) player.seek((Number(key) / 10) * player.seconds);
    else return false;
    return true;
}

export function open_keys(): void {
    const bar = document.querySelector('footer .bar');
    bar?.append(make('li', {}, button('Keys', null, () => sheet().showModal(), { class: 'bare small' })));
    document.addEventListener('keydown', (event) => {
        if (!are_on()) return;
        if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(event.target)) return;
        if (act(event.key)) event.preventDefault();
    });
}
