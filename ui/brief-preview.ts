// <brief-preview>: while somebody describes a song, what of it was understood, what not, and what contradicts itself.
import { make } from './shapes';

interface Understood {
    field: string;
    value: string;
    words: string;
}

interface Brief {
    understood: Understood[];
    ignored: string[];
    conflicts: string[];
}

const FIELDS = ['prompt', 'lyrics', 'style', 'seconds', 'bpm', 'key', 'instrumental'], PAUSE_MS = 250;

class BriefPreview extends HTMLElement {
    #timer = 0;
    #asked = 0;
    #form: HTMLFormElement | null = null;
    #hear = (event?: Event): void => {
        if (event && !FIELDS.includes((event.target as HTMLInputElement).name)) return;
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
    };

    connectedCallback(): void {
        this.#form = this.closest('form');
        this.#form?.addEventListener('input', this.#hear);
        this.#hear();
    }

    disconnectedCallback(): void {
        clearTimeout(this.#timer);
        this.#form?.removeEventListener('input', this.#hear);
    }

    // Numbers that are still being written are left out.
    #question(): URLSearchParams | null {
        const fields = new URLSearchParams();
        for (const [name, value] of new FormData(this.#form!))
            if ((FIELDS.includes(name) || name === 'csrf') && String(value).trim()) fields.set(name, String(value));
        for (const name of ['seconds', 'bpm']) if (fields.has(name) && !/^\d{2,3}$/.test(fields.get(name)!)) fields.delete(name);
        return fields.has('prompt') ? fields : null;
    }

    async #ask(): Promise<void> {
        const mine = ++this.#asked, body = this.#question();
        const reply = body ? await fetch('/brief', { method: 'POST', body }).catch(() => null) : null;
        const brief = reply && reply.ok ? ((await reply.json()) as Brief) : null;
        if (mine === this.#asked) this.#show(brief);
    }

    #show(brief: Brief | null): void {
        if (!brief) return this.replaceChildren();
        const list = make('ul', { class: 'plain understood' });
        for (const one of brief.understood.filter((one) => one.words))
            list.append(make('li', { class: 'chip' }, make('span', { class: 'soft' }, one.field + ' '), one.value));
        for (const word of brief.ignored) list.append(make('li', { class: 'chip unknown' }, make('span', { class: 'soft' }, 'not understood '), word));
        this.replaceChildren(list, ...brief.conflicts.map((sentence) => make('p', { class: 'help' }, sentence)));
    }
}
customElements.define('brief-preview', BriefPreview);
