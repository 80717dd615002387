// The one player of a tab. Its <audio> lives beside the page's content, so a page may change under it and the
// song goes on. What is played now is a Track; everybody who shows it listens for 'change' and 'time'.
import { can_flow, Flow } from './flow';

export interface Track {
    song: string; // id or, of a shared song, its link; the same song has the same
    title: string;
    src: string;
    page: string;
    cover: string;
    seconds: number; // 0: not known yet
    growing: boolean; // is being made: it comes from its beginning, and cannot be wound yet
}

class Player extends EventTarget {
    audio: HTMLAudioElement | null = null;
    track: Track | null = null;
    loop: { from: number; to: number } | null = null;
    begun = false; // something was played since the track was chosen
    #timer = 0;
    #flow: Flow | null = null;

    #open(): HTMLAudioElement {
        if (this.audio) return this.audio;
        const audio = document.createElement('audio');
        audio.hidden = true;
        audio.preload = 'auto';
        document.body.append(audio);
        for (const name of ['play', 'playing', 'pause', 'ended', 'waiting', 'loadedmetadata', 'error', 'volumechange'])
            audio.addEventListener(name, () => this.#changed());
        for (const name of ['timeupdate', 'seeked']) audio.addEventListener(name, () => this.#time());
        this.audio = audio;
        return audio;
    }

    #changed(): void {
        cancelAnimationFrame(this.#timer);
        if (this.playing) this.#tick();
        this.dispatchEvent(new Event('change'));
    }

    // Smoother than the browser's own four times a second, and exact enough for a loop.
    #tick(): void {
        this.#timer = requestAnimationFrame(() => {
            this.#time();
            if (this.playing) this.#tick();
        });
    }

    #time(): void {
        if (this.loop && this.audio && this.playing && this.audio.currentTime >= this.loop.to) this.audio.currentTime = this.loop.from;
        this.dispatchEvent(new Event('time'));
    }

    get playing(): boolean {
        return !!this.audio && !this.audio.paused && !this.audio.ended;
    }

    get at(): number {
        return this.audio ? this.audio.currentTime : 0;
    }

    get seconds(): number {
        const heard = this.audio ? this.audio.duration : NaN;
        if (this.track && this.track.seconds > 0) return this.track.seconds;
        return Number.isFinite(heard) ? heard : 0;
    }

    is(song: string): boolean {
        return !!this.track && this.track.song === song;
    }

    // Makes a track the one to be heard, without a sound yet.
    load(track: Track): void {
        const audio = this.#open();
        if (this.is(track.song) && audio.src) {
            this.track = { ...track, growing: this.track!.growing };
        } else {
            this.track = track;
            this.loop = null;
            this.begun = this.begun && this.playing;
            this.#give(audio, track);
        }
        this.#changed();
    }

    #give(audio: HTMLAudioElement, track: Track): void {
        this.#flow?.end();
        this.#flow = null;
        audio.preload = track.growing ? 'auto' : 'metadata';
        if (track.growing && can_flow()) this.#flow = new Flow(audio, track.src, () => this.#give_address(audio));
        else audio.src = track.src;
    }

    // From the place where the flow ended.
    #give_address(audio: HTMLAudioElement): void {
        const at = audio.currentTime, on = this.playing;
        this.#flow?.end();
        this.#flow = null;
        if (!this.track) return;
        audio.addEventListener('loadedmetadata', () => { audio.currentTime = at; }, { once: true });
        audio.src = this.track.src;
        if (on) this.play();
    }

    // A player that waited longer than the server holds a connection has given up: then it asks again.
    play(): void {
        const audio = this.#open();
        this.begun = true;
        if (audio.error) audio.load();
        audio.play().catch(() => this.#changed());
    }

    pause(): void {
        this.audio?.pause();
    }

    toggle(): void {
        if (this.playing) this.pause();
        else this.play();
    }

    // What came while it was being made cannot be wound; once it is whole it is asked for anew.
    seek(seconds: number): void {
        const audio = this.audio;
        if (!audio || !this.track) return;
        const to = Math.max(0, Math.min(seconds, (this.seconds || seconds) - 0.05)), on = this.playing;
        const here = (ranges: TimeRanges) => [...Array(ranges.length).keys()].some((i) => ranges.start(i) <= to && to <= ranges.end(i));
        if (!this.track.growing || here(audio.buffered)) {
            audio.currentTime = to;
        } else {
            this.track.growing = false;
            this.#flow?.end();
            this.#flow = null;
            audio.addEventListener('loadedmetadata', () => { audio.currentTime = to; }, { once: true });
            audio.src = this.track.src;
            if (on) this.play();
        }
        this.#time();
    }

    turn_loop(loop: { from: number; to: number } | null): void {
        this.loop = loop;
        if (loop && (this.at < loop.from || this.at > loop.to)) this.seek(loop.from);
        this.#changed();
    }

    close(): void {
        this.pause();
        this.track = null;
        this.loop = null;
        this.begun = false;
        this.#flow?.end();
        this.#flow = null;
        this.audio?.removeAttribute('src');
        this.audio?.load();
        this.#changed();
    }
}

export const player = new Player();

export function clock(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
