// <song-quote>: what the song that stands in its form will cost, said while it is described. What does not fit is not
// asked; pressing the button says the rest. The words travel in a body: addresses are written down on the way.
interface Quote {
    whole: number;
}

const RANGES: Record<string, [number, number]> = { seconds: [5, 600], bpm: [30, 300], variants: [1, 4] };
const PAUSE_MS = 400;

function number(credits: number): string {
    return credits + (credits === 1 ? ' credit' : ' credits');
}

function words(quote: Quote, left: number): string {
    if (quote.whole === 0) return '';
    const short = left < quote.whole ? ', and you have ' + number(left) : '';
    return `It will cost ${number(quote.whole)}${short}.`;
}

class SongQuote extends HTMLElement {
    #timer = 0;
    #asked = 0;
    #form: HTMLFormElement | null = null;
    #hear = (event: Event): void => {
        if (!['prompt', ...Object.keys(RANGES)].includes((event.target as HTMLInputElement).name)) return;
        clearTimeout(this.#timer);
        this.#timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
    };

    connectedCallback(): void {
        this.#form = this.closest('form');
        this.#form?.addEventListener('input', this.#hear);
    }

    disconnectedCallback(): void {
        clearTimeout(this.#timer);
        this.#form?.removeEventListener('input', this.#hear);
    }

    #value(name: string): string {
        return (this.#form?.elements.namedItem(name) as HTMLInputElement | null)?.value.trim() || '';
    }

    #question(): URLSearchParams | null {
        const fields = new URLSearchParams({ prompt: this.#value('prompt'), csrf: this.#value('csrf') });
        if (!fields.get('prompt')) return null;
        for (const [name, [least, most]] of Object.entries(RANGES)) {
            const text = this.#value(name);
            if (text && !(/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most)) return null;
            if (text) fields.set(name, text);
        }
        return fields;
    }

    async #ask(): Promise<void> {
        const mine = ++this.#asked, body = this.#question();
        const reply = body ? await fetch('/brief', { method: 'POST', body }).catch(() => null) : null;
        const said = reply && reply.ok ? ((await reply.json()) as { quote: Quote }) : null;
        if (mine === this.#asked) this.textContent = said ? words(said.quote, Number(this.dataset.credits)) : '';
    }
}
customElements.define('song-quote', SongQuote);
