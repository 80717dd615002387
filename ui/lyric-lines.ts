// <lyric-lines>: the words of a song, the line that is sung marked as it comes. A line is a button that winds there.
import { button } from './shapes';
import { player } from './player';

interface Line {
    at: number;
    place: HTMLElement;
}

class LyricLines extends HTMLElement {
    #lines: Line[] = [];
    #now = -1;
    #move = (): void => this.#show();

    connectedCallback(): void {
        player.addEventListener('time', this.#move);
        if (this.#lines.length === 0) void this.#load();
    }

    disconnectedCallback(): void {
        player.removeEventListener('time', this.#move);
    }

    async #load(): Promise<void> {
        const reply = this.dataset.src ? await fetch(this.dataset.src).catch(() => null) : null;
        if (!reply || !reply.ok) return;
        const list = document.createElement('ol');
        for (const line of (await reply.text()).split('\n')) {
            const parts = /^\[(\d+):(\d+\.\d+)\](.*)$/.exec(line);
            if (!parts) continue;
            const at = Number(parts[1]) * 60 + Number(parts[2]), item = document.createElement('li');
            item.append(button(parts[3]!, null, () => player.is(this.dataset.song || '') && player.seek(at), { class: 'bare line' }));
            list.append(item);
            this.#lines.push({ at, place: item });
        }
        if (this.#lines.length) this.replaceChildren(list);
    }

    #show(): void {
        if (!player.is(this.dataset.song || '')) return;
        let now = -1;
        while (now + 1 < this.#lines.length && this.#lines[now + 1]!.at <= player.at + 0.05) now++;
        if (now === this.#now) return;
        this.#lines[this.#now]?.place.removeAttribute('aria-current');
        this.#now = now;
        const place = this.#lines[now]?.place;
        if (!place) return;
        place.setAttribute('aria-current', 'true');
        const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
        this.scrollTo({ top: place.offsetTop - this.clientHeight / 2, behavior: calm ? 'auto' : 'smooth' });
    }
}
customElements.define('lyric-lines', LyricLines);
