// <piano-roll>: the score, drawn from song.mid and moving with what is heard; a colour for each part.
import { read_midi, type Score } from './midi';
import { player } from './player';

const WINDOW_S = 8, BEFORE_S = 2;

class PianoRoll extends HTMLElement {
    #canvas = document.createElement('canvas');
    #score: Score | null = null;
    #low = 36;
    #high = 84;
    #frame = 0;
    #move = (): void => {
        if (!this.#frame) this.#frame = requestAnimationFrame(() => {
            this.#frame = 0;
            this.#draw();
        });
    };

    connectedCallback(): void {
        this.#canvas.setAttribute('role', 'img');
        this.#canvas.setAttribute('aria-label', 'The notes of the song as they are played');
        this.replaceChildren(this.#canvas);
        for (const name of ['time', 'change']) player.addEventListener(name, this.#move);
        void this.#load();
    }

    disconnectedCallback(): void {
        for (const name of ['time', 'change']) player.removeEventListener(name, this.#move);
    }

    async #load(): Promise<void> {
        const reply = this.dataset.src ? await fetch(this.dataset.src).catch(() => null) : null;
        if (!reply || !reply.ok) return;
        this.#score = read_midi(new Uint8Array(await reply.arrayBuffer()));
        const pitches = this.#score.notes.filter((note) => !note.drum).map((note) => note.pitch);
        this.#low = Math.min(...pitches, 60) - 2;
        this.#high = Math.max(...pitches, 72) + 2;
        this.#draw();
    }

    // Whoever wants no motion is shown whole windows, one after the other.
    #from(): number {
        const at = player.is(this.dataset.song || '') ? player.at : 0;
        return matchMedia('(prefers-reduced-motion: reduce)').matches ? Math.floor(at / WINDOW_S) * WINDOW_S : Math.max(0, at - BEFORE_S);
    }

    #draw(): void {
        const { clientWidth: width, clientHeight: height } = this.#canvas, scale = devicePixelRatio || 1, pen = this.#canvas.getContext('2d');
        if (!pen || !this.#score || width === 0) return;
        this.#canvas.width = Math.round(width * scale);
        this.#canvas.height = Math.round(height * scale);
        pen.scale(scale, scale);
        const style = getComputedStyle(this), from = this.#from(), x = (at: number) => ((at - from) / WINDOW_S) * width;
        const drums = height * 0.16, row = (height - drums) / (this.#high - this.#low), here = player.is(this.dataset.song || '') ? player.at : 0;
        for (const note of this.#score.notes) {
            if (note.to < from || note.from > from + WINDOW_S) continue;
            const y = note.drum ? height - drums + ((note.pitch % 8) / 8) * drums : (this.#high - note.pitch) * row;
            const on = here >= note.from && here < note.to;
            pen.globalAlpha = on ? 1 : 0.62;
            pen.fillStyle = style.getPropertyValue(`--part-${(note.track % 6) + 1}`);
            pen.beginPath();
            pen.roundRect(x(note.from), y, Math.max(3, x(note.to) - x(note.from) - 1), note.drum ? drums / 9 : Math.max(3, row - 1), 2);
            pen.fill();
        }
        pen.globalAlpha = 1;
        pen.fillStyle = style.getPropertyValue('--ink');
        pen.fillRect(x(here), 0, 1.5, height);
    }
}
customElements.define('piano-roll', PianoRoll);
