// <gen-history>: what was described lately, to be taken up again. It is kept in this browser alone, for one person;
// another one who signs in here finds nothing, and signing out forgets it.
import { button, make } from './shapes';

interface History {
    who: string;
    list: string[];
}

const MOST = 20;
const SHOWN_CHARS = 90;

function read(who: string): string[] {
    try {
        const kept = JSON.parse(localStorage.getItem('gen.history') || '{}') as Partial<History>;
        const good = kept.who === who && Array.isArray(kept.list);
        return good ? kept.list!.filter((one) => typeof one === 'string').slice(0, MOST) : [];
    } catch {
        return [];
    }
}

function write(who: string, list: string[]): void {
    try {
        localStorage.setItem('gen.history', JSON.stringify({ who, list: list.slice(0, MOST) } satisfies History));
    } catch {
        // A browser that keeps nothing has no history.
    }
}

function forget(): void {
    try {
        localStorage.removeItem('gen.history');
    } catch {
        // There is nothing then.
    }
}

class GenHistory extends HTMLElement {
    connectedCallback(): void {
        const field = document.querySelector<HTMLTextAreaElement>('form.studio textarea[name=prompt]');
        const who = this.dataset.person;
        if (!field?.form || !who) return;
        field.form.addEventListener('submit', () => this.#keep(who, field.value.trim()), { capture: true });
        this.#show(who, field);
    }

    #keep(who: string, said: string): void {
        if (said) write(who, [said, ...read(who).filter((one) => one !== said)]);
    }

    #show(who: string, field: HTMLTextAreaElement): void {
        const list = read(who);
        this.replaceChildren();
        if (list.length === 0) return;
        const again = make('ul', { class: 'said' });
        for (const said of list) {
            const short = said.length > SHOWN_CHARS ? said.slice(0, SHOWN_CHARS - 1) + '…' : said;
            again.append(make('li', {}, button(short, null, () => this.#take(field, said), { class: 'chip' })));
        }
        const clear = button('Forget them', null, () => {
            forget();
            this.#show(who, field);
            field.focus();
        }, { class: 'quiet' });
        this.append(make('section', { class: 'sheet' }, make('h2', {}, 'You described lately'), again, make('p', { class: 'help' }, 'Kept in this browser only. ', clear)));
    }

    #take(field: HTMLTextAreaElement, said: string): void {
        field.value = said;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.focus();
    }
}
customElements.define('gen-history', GenHistory);
