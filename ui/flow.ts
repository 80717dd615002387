// Flow: a song that is still being made, into an <audio>, piece by piece as it comes. A browser left alone with its
// address asks twice and waits for more than it needs before it begins; this way the first piece sounds.
//
//     asked ──> pieces ──> appended while less than AHEAD_S lies before the place that is heard ──> ended
//
// What lies behind is dropped when there is no more room. Browsers that cannot do it are given the address.
const AHEAD_S = 90, BEHIND_S = 20, TYPE = 'audio/mpeg';

export function can_flow(): boolean {
    return 'MediaSource' in window && MediaSource.isTypeSupported(TYPE);
}

export class Flow {
    #stop = new AbortController();
    #audio: HTMLAudioElement;
    #source = new MediaSource();

    // `failed`: nothing more will come this way.
    constructor(audio: HTMLAudioElement, src: string, failed: () => void) {
        this.#audio = audio;
        const reply = fetch(src, { signal: this.#stop.signal }); // on its way while the source opens
        this.#source.addEventListener('sourceopen', () => {
            URL.revokeObjectURL(audio.src);
            this.#run(reply).catch(() => {
                if (!this.#stop.signal.aborted) failed();
            });
        }, { once: true });
        reply.catch(() => 0);
        audio.src = URL.createObjectURL(this.#source);
    }

    end(): void {
        this.#stop.abort();
    }

    async #run(asked: Promise<Response>): Promise<void> {
        const buffer = this.#source.addSourceBuffer(TYPE);
        const reply = await asked;
        if (!reply.ok || !reply.body) throw new Error('no sound');
        const reader = reply.body.getReader();
        for (;;) {
            const { value, done } = await reader.read();
            if (done) break;
            await this.#room();
            await this.#append(buffer, value);
        }
        if (this.#source.readyState === 'open') this.#source.endOfStream();
    }

    #ahead(): number {
        const ranges = this.#audio.buffered;
        return ranges.length ? ranges.end(ranges.length - 1) - this.#audio.currentTime : 0;
    }

    async #room(): Promise<void> {
        while (this.#ahead() > AHEAD_S && !this.#stop.signal.aborted) await new Promise((done) => setTimeout(done, 500));
        this.#stop.signal.throwIfAborted();
    }

    async #append(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
        try {
            buffer.appendBuffer(bytes);
        } catch (error) {
            const until = this.#audio.currentTime - BEHIND_S;
            if ((error as DOMException).name !== 'QuotaExceededError' || until <= 0) throw error;
            buffer.remove(0, until);
            await this.#done(buffer);
            buffer.appendBuffer(bytes);
        }
        await this.#done(buffer);
    }

    #done(buffer: SourceBuffer): Promise<void> {
        return new Promise((done) => buffer.addEventListener('updateend', () => done(), { once: true }));
    }
}
