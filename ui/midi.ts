// The notes of a Standard MIDI File, in seconds.
export interface Note {
    track: number;
    pitch: number;
    from: number;
    to: number;
    drum: boolean;
}

export interface Score {
    notes: Note[];
    names: string[]; // of the tracks
}

interface Event {
    tick: number;
    kind: 'on' | 'off' | 'tempo' | 'name';
    channel: number;
    value: number;
    text: string;
}

class Reader {
    at = 0;
    constructor(private bytes: Uint8Array, private end = bytes.length) {}
    get more(): boolean { return this.at < this.end; }
    byte(): number { return this.bytes[this.at++] ?? 0; }
    number(count: number): number {
        let value = 0;
        for (let i = 0; i < count; i++) value = value * 256 + this.byte();
        return value;
    }
    variable(): number {
        let value = 0, byte;
        do {
            byte = this.byte();
            value = value * 128 + (byte & 127);
        } while (byte & 128);
        return value;
    }
    text(count: number): string {
        const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + count));
        this.at += count;
        return text;
    }
    part(count: number): Reader {
        const part = new Reader(this.bytes, Math.min(this.at + count, this.end));
        part.at = this.at;
        this.at += count;
        return part;
    }
}

function read_meta(reader: Reader, tick: number): Event | null {
    const type = reader.byte(), length = reader.variable();
    if (type === 0x51) return { tick, kind: 'tempo', channel: 0, value: reader.number(length), text: '' };
    const text = reader.text(length);
    return type === 3 ? { tick, kind: 'name', channel: 0, value: 0, text } : null;
}

function read_track(reader: Reader): Event[] {
    const events: Event[] = [];
    let tick = 0, status = 0;
    while (reader.more) {
        tick += reader.variable();
        let first = reader.byte();
        if (first === 0xff) {
            const event = read_meta(reader, tick);
            if (event) events.push(event);
            continue;
        }
        if (first === 0xf0 || first === 0xf7) {
            reader.text(reader.variable());
            continue;
        }
        if (first & 0x80) {
            status = first;
            first = reader.byte();
        }
        const kind = status >> 4, second = kind === 0xc || kind === 0xd ? 0 : reader.byte();
        if (kind === 9 || kind === 8)
            events.push({ tick, kind: kind === 9 && second > 0 ? 'on' : 'off', channel: status & 15, value: first, text: '' });
    }
    return events;
}

// From ticks to seconds, over all changes of tempo.
function clock_of(tracks: Event[][], ticks_per_beat: number): (tick: number) => number {
    const tempos = tracks.flat().filter((event) => event.kind === 'tempo').sort((a, b) => a.tick - b.tick);
    return (tick) => {
        let seconds = 0, from = 0, micros = 500000;
        for (const tempo of tempos) {
            if (tempo.tick >= tick) break;
            seconds += ((tempo.tick - from) * micros) / ticks_per_beat / 1e6;
            from = tempo.tick;
            micros = tempo.value;
        }
        return seconds + ((tick - from) * micros) / ticks_per_beat / 1e6;
    };
}

export function read_midi(bytes: Uint8Array): Score {
    const reader = new Reader(bytes), tracks: Event[][] = [];
    let beat = 480;
    while (reader.more) {
        const name = reader.text(4), part = reader.part(reader.number(4));
        if (name === 'MThd') {
            part.number(4);
            beat = part.number(2) || beat;
        } else if (name === 'MTrk') tracks.push(read_track(part));
    }
    const seconds = clock_of(tracks, beat), notes: Note[] = [];
    tracks.forEach((events, track) => {
        const open = new Map<number, number>();
        for (const event of events) {
            const key = event.channel * 128 + event.value, from = open.get(key);
            if ((event.kind === 'off' || event.kind === 'on') && from !== undefined) {
                notes.push({ track, pitch: event.value, from: seconds(from), to: seconds(event.tick), drum: event.channel === 9 });
                open.delete(key);
            }
            if (event.kind === 'on') open.set(key, event.tick);
        }
    });
    notes.sort((a, b) => a.from - b.from);
    return { notes, names: tracks.map((events) => events.find((event) => event.kind === 'name')?.text || '') };
}
