// <part-mixer>: the parts of a song together, each with a level, alone or left out. The stems come as one zip whose
// files are stored as they are, so it is cut up here. All parts start at the same tick of one clock, so they stay
// together to the sample. Long songs of many parts are held at a lower rate, so that a phone can hold them.
import { button, make, turn } from './shapes';
import { clock, player } from './player';
import { read_zip } from './zip';

interface Part {
    sound: AudioBuffer;
    gain: GainNode;
    level: HTMLInputElement;
    mute: HTMLButtonElement;
    solo: HTMLButtonElement;
    source: AudioBufferSourceNode | null;
}

const ROOM_BYTES = 400e6, LEAD_S = 0.05;

function pressed(one: HTMLButtonElement): boolean {
    return one.getAttribute('aria-pressed') === 'true';
}

function press(one: HTMLButtonElement): void {
    one.setAttribute('aria-pressed', String(!pressed(one)));
}

class PartMixer extends HTMLElement {
    #audio: AudioContext | null = null;
    #parts: Part[] = [];
    #from = 0; // seconds into the song when it was started
    #began = 0; // by the clock of the audio
    #on = false;
    #timer = 0;
    #toggle = button('Play the parts', 'play', () => (this.#on ? this.#stop() : this.#start(this.#at())), { class: 'primary round' });
    #seek = make('input', { type: 'range', min: '0', max: '1000', value: '0', 'aria-label': 'Place in the parts' });
    #time = make('span', { class: 'digits dock-time' }, '0:00');

    connectedCallback(): void {
        if (this.firstChild) return;
        const open = button('Open the mixer', null, () => {
            open.disabled = true;
            open.textContent = 'The parts are on their way …';
            void this.#open().catch(() => this.replaceChildren(make('p', { class: 'error' }, 'The parts could not be opened here. The download of the stems has them all.')));
        }, { class: 'quiet' });
        this.append(open);
        player.addEventListener('change', this.#yield);
    }

    disconnectedCallback(): void {
        player.removeEventListener('change', this.#yield);
        this.#stop();
        void this.#audio?.close();
        this.#audio = null;
    }

    #yield = (): void => {
        if (player.playing && this.#on) this.#stop();
    };

    get #seconds(): number {
        return Math.max(...this.#parts.map((part) => part.sound.duration), 0);
    }

    async #open(): Promise<void> {
        const reply = await fetch(this.dataset.src || '');
        if (!reply.ok) throw new Error('no parts');
        const files = read_zip(new Uint8Array(await reply.arrayBuffer())), seconds = Number(this.dataset.seconds) || 60;
        const rate = [48000, 32000, 24000, 16000, 8000].find((one) => files.length * seconds * one * 8 <= ROOM_BYTES) || 8000;
        this.#audio = new AudioContext({ sampleRate: rate, latencyHint: 'playback' });
        const list = make('ul', { class: 'plain mixer' });
        for (const file of files) list.append(await this.#add(file.name, file.bytes.slice().buffer));
        this.#seek.addEventListener('input', () => this.#wind((Number(this.#seek.value) / 1000) * this.#seconds));
        this.replaceChildren(make('div', { class: 'row mixer-head' }, this.#toggle, this.#seek, this.#time), list);
        this.#toggle.focus();
    }

    async #add(file: string, bytes: ArrayBuffer): Promise<HTMLLIElement> {
        const audio = this.#audio!, gain = audio.createGain(), name = file.replace(/^\d+-|\.flac$/g, '').replaceAll('-', ' ');
        gain.connect(audio.destination);
        const level = make('input', { type: 'range', min: '0', max: '150', value: '100', 'aria-label': `Level of ${name}` });
        const part: Part = {
            sound: await audio.decodeAudioData(bytes), gain, level, source: null,
            mute: button('Mute', null, () => (press(part.mute), this.#level()), { class: 'quiet small', 'aria-pressed': 'false', 'aria-label': `Mute ${name}` }),
            solo: button('Solo', null, () => (press(part.solo), this.#level()), { class: 'quiet small', 'aria-pressed': 'false', 'aria-label': `Solo ${name}` }),
        };
        level.addEventListener('input', () => this.#level());
        this.#parts.push(part);
        return make('li', {}, make('span', { class: 'grow' }, name), part.mute, part.solo, level);
    }

    #level(): void {
        const alone = this.#parts.some((part) => pressed(part.solo));
        for (const part of this.#parts) {
            const heard = !pressed(part.mute) && (!alone || pressed(part.solo));
            part.gain.gain.setTargetAtTime(heard ? (Number(part.level.value) / 100) ** 2 : 0, this.#audio!.currentTime, 0.01);
        }
    }

    #at(): number {
        const at = this.#on && this.#audio ? this.#from + Math.max(0, this.#audio.currentTime - this.#began) : this.#from;
        return at >= this.#seconds ? 0 : at;
    }

    #start(at: number): void {
        const audio = this.#audio;
        if (!audio) return;
        player.pause();
        void audio.resume();
        this.#from = at;
        this.#began = audio.currentTime + LEAD_S;
        this.#on = true;
        for (const part of this.#parts) {
            part.source = audio.createBufferSource();
            part.source.buffer = part.sound;
            part.source.connect(part.gain);
            part.source.start(this.#began, at);
        }
        this.#timer = window.setInterval(() => this.#tick(), 100);
        turn(this.#toggle, 'Pause the parts', 'pause');
    }

    #stop(): void {
        this.#from = this.#at();
        this.#on = false;
        clearInterval(this.#timer);
        for (const part of this.#parts) {
            part.source?.stop();
            part.source?.disconnect();
            part.source = null;
        }
        turn(this.#toggle, 'Play the parts', 'play');
    }

    #wind(at: number): void {
        const on = this.#on;
        if (on) this.#stop();
        this.#from = at;
        if (on) this.#start(at);
        this.#tick();
    }

    #tick(): void {
        if (this.#on && this.#audio && this.#audio.currentTime - this.#began + this.#from >= this.#seconds) {
            this.#stop();
            this.#from = 0;
        }
        this.#time.textContent = `${clock(this.#at())} / ${clock(this.#seconds)}`;
        if (document.activeElement !== this.#seek) this.#seek.value = String((1000 * this.#at()) / this.#seconds);
    }
}
customElements.define('part-mixer', PartMixer);
