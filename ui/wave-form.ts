// <wave-form>: how loud a song is from its beginning to its end, in the colours of its sections. A press winds; the
// sections, written inside by the server as a list, are buttons to wind there and to hear one over and over.
import { button } from './shapes';
import { player } from './player';

interface Section {
    name: string;
    from: number;
    to: number;
}

const KINDS = ['intro', 'verse', 'prechorus', 'chorus', 'bridge', 'solo', 'break', 'build', 'outro'];
const BAR_PX = 3, GAP_PX = 1.5;

class WaveForm extends HTMLElement {
    #canvas = document.createElement('canvas');
    #peaks: number[] = [];
    #rate = 20;
    #sections: Section[] = [];
    #size = new ResizeObserver(() => this.#draw());
    #draw_soon = (): void => {
        if (this.#frame) return;
        this.#frame = requestAnimationFrame(() => {
            this.#frame = 0;
            this.#draw();
        });
    };
    #frame = 0;

    connectedCallback(): void {
        if (this.#canvas.isConnected) return;
        this.#canvas.setAttribute('aria-hidden', 'true');
        this.#canvas.addEventListener('click', (event) => this.#wind(event));
        this.prepend(this.#canvas);
        this.#take_sections();
        this.#size.observe(this.#canvas);
        for (const name of ['time', 'change']) player.addEventListener(name, this.#draw_soon);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.#draw_soon);
        void this.#load();
    }

    disconnectedCallback(): void {
        this.#size.disconnect();
        for (const name of ['time', 'change']) player.removeEventListener(name, this.#draw_soon);
    }

    get #seconds(): number {
        return Number(this.dataset.seconds) || this.#peaks.length / this.#rate;
    }

    async #load(): Promise<void> {
        const reply = this.dataset.peaks ? await fetch(this.dataset.peaks).catch(() => null) : null;
        if (!reply || !reply.ok) return;
        const { rate, peaks } = (await reply.json()) as { rate: number; peaks: number[] };
        this.#rate = rate;
        this.#peaks = peaks;
        this.#draw();
    }

    // One's own song is made the one to be heard, wherever it is wound to.
    #hear(): boolean {
        if (!player.is(this.dataset.song || '')) document.querySelector<HTMLElement & { toggle(): void }>('song-player')?.toggle();
        return player.is(this.dataset.song || '');
    }

    #take_sections(): void {
        for (const item of this.querySelectorAll<HTMLLIElement>('li[data-from]')) {
            const section = { name: item.dataset.section || '', from: Number(item.dataset.from), to: Number(item.dataset.to) };
            this.#sections.push(section);
            item.style.setProperty('--colour', `var(--part-${this.#colour(section)})`);
            const go = button(item.textContent!.trim(), null, () => this.#hear() && (player.seek(section.from + 0.01), player.play()), { class: 'section' });
            const loop = button(`Loop ${section.name}`, 'loop', () => this.#loop(section), { class: 'bare round loop', 'aria-pressed': 'false' });
            player.addEventListener('change', () => loop.setAttribute('aria-pressed', String(this.#looped(section))));
            item.replaceChildren(go, loop);
        }
    }

    #looped(section: Section): boolean {
        return player.is(this.dataset.song || '') && player.loop?.from === section.from && player.loop.to === section.to;
    }

    #loop(section: Section): void {
        const on = this.#looped(section);
        if (!this.#hear()) return;
        player.turn_loop(on ? null : { from: section.from, to: section.to });
        if (!on) player.play();
    }

    #colour(section: Section): number {
        return (Math.max(0, KINDS.indexOf(section.name)) % 6) + 1;
    }

    #wind(event: MouseEvent): void {
        if (!this.#hear()) return;
        const box = this.#canvas.getBoundingClientRect();
        player.seek(((event.clientX - box.left) / box.width) * this.#seconds);
    }

    #loudest(from: number, to: number): number {
        let most = 0;
        for (let i = Math.floor(from * this.#rate); i <= to * this.#rate; i++) most = Math.max(most, this.#peaks[i] || 0);
        return most / 127;
    }

    #draw(): void {
        const { clientWidth: width, clientHeight: height } = this.#canvas, scale = devicePixelRatio || 1, seconds = this.#seconds;
        const pen = this.#canvas.getContext('2d');
        if (!pen || width === 0 || !this.#peaks.length) return;
        if (this.#canvas.width !== Math.round(width * scale)) {
            this.#canvas.width = Math.round(width * scale);
            this.#canvas.height = Math.round(height * scale);
        }
        const style = getComputedStyle(this), colours = [1, 2, 3, 4, 5, 6].map((n) => style.getPropertyValue(`--part-${n}`));
        const here = player.is(this.dataset.song || '') ? player.at : 0, step = (BAR_PX + GAP_PX) * (seconds / width);
        pen.setTransform(scale, 0, 0, scale, 0, 0);
        pen.clearRect(0, 0, width, height);
        for (let at = 0, x = 0; x < width; at += step, x += BAR_PX + GAP_PX) {
            const section = this.#sections.find((one) => at >= one.from && at < one.to);
            const half = Math.max(1, (height / 2 - 2) * this.#loudest(at, at + step));
            pen.globalAlpha = at <= here ? 1 : 0.38;
            pen.fillStyle = colours[section ? this.#colour(section) - 1 : 0] || '#888';
            pen.beginPath();
            pen.roundRect(x, height / 2 - half, BAR_PX, 2 * half, 1.5);
            pen.fill();
        }
        pen.globalAlpha = 1;
        if (here > 0) {
            pen.fillStyle = style.getPropertyValue('--ink');
            pen.fillRect((here / seconds) * width, 0, 1.5, height);
        }
    }
}
customElements.define('wave-form', WaveForm);
