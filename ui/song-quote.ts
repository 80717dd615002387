// <song-quote>: what the song that stands in its form will cost, said while it is described. What does not fit, or is
// too long for an address, is not asked; pressing the button says the rest.
interface Quote {
    whole: number;
    free: boolean;
    balance: number;
}

const RANGES: Record<string, [number, number]> = { seconds: [5, 600], bpm: [30, 300], variants: [1, 4] };
const LONGEST = 6000, PAUSE_MS = 400;

function number(credits: number): string {
    return credits + (credits === 1 ? ' credit' : ' credits');
}

function words(quote: Quote): string {
    if (quote.free) return '';
    const short = quote.balance < quote.whole ? ', and you have ' + number(quote.balance) : '';
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

    #query(): string {
        const fields = new URLSearchParams({ prompt: this.#value('prompt') });
        if (!fields.get('prompt')) return '';
        for (const [name, [least, most]] of Object.entries(RANGES)) {
            const text = this.#value(name);
            if (text && !(/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most)) return '';
            if (text) fields.set(name, text);
        }
        const text = fields.toString();
        return text.length > LONGEST ? '' : text;
    }

    async #ask(): Promise<void> {
        const mine = ++this.#asked, query = this.#query();
        const reply = query ? await fetch('/api/v1/quote?' + query).catch(() => null) : null;
        const quote = reply && reply.ok ? ((await reply.json()) as Quote) : null;
        if (mine === this.#asked) this.textContent = quote ? words(quote) : '';
    }
}
customElements.define('song-quote', SongQuote);
