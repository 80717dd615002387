// <make-song>: the studio's form, whose song begins to sound as soon as the service has its name. Whatever is not
// plain success is left to the form itself, which shows what is wrong in its own page.
import { go } from './go';
import { open_dock } from './player-dock';
import { player } from './player';

interface Made {
    song: string;
    job: string;
}

const NUMBERS = ['seconds', 'bpm', 'seed', 'variants'];
const HELD = ['csrf', 'once'];

function order_of(fields: FormData): string | null {
    const order: Record<string, unknown> = {};
    for (const [name, value] of fields) {
        const text = String(value).trim();
        if (HELD.includes(name) || text === '') continue;
        if (NUMBERS.includes(name) && !(/^\d+$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER)) return null;
        order[name] = NUMBERS.includes(name) ? Number(text) : name === 'instrumental' ? true : text;
    }
    return order.prompt ? JSON.stringify(order) : null;
}

class MakeSong extends HTMLElement {
    #busy = false;

    connectedCallback(): void {
        const form = this.querySelector('form');
        form?.addEventListener('submit', (event) => {
            const fields = new FormData(form), body = order_of(fields);
            if (!body) return;
            event.preventDefault();
            if (!this.#busy) void this.#make(form, fields, body);
        });
    }

    async #make(form: HTMLFormElement, fields: FormData, body: string): Promise<void> {
        this.#busy = true;
        const headers = { 'Content-Type': 'application/json', 'X-CSRF': String(fields.get('csrf')), 'Idempotency-Key': String(fields.get('once')) };
        const reply = await fetch('/api/v1/songs', { method: 'POST', headers, body }).catch(() => null);
        if (!reply || reply.status !== 202) return form.submit();
        const { song } = (await reply.json()) as Made, page = '/songs/' + song;
        open_dock();
        player.load({ song, title: String(fields.get('title') || fields.get('prompt')), src: page + '/audio.mp3', page, cover: page + '/cover.svg', seconds: 0, growing: true });
        player.play();
        await go(page);
        this.#busy = false;
    }
}
customElements.define('make-song', MakeSong);
