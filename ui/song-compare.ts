// <song-compare>: two versions of a song against each other, at the same place and equally loud. The louder one is
// turned down to the quieter, as its measured loudness says.
import { button, make, turn } from './shapes';
import { player } from './player';

interface Side {
    audio: HTMLAudioElement;
    choice: HTMLSelectElement;
}

class SongCompare extends HTMLElement {
    #sides: Side[] = [];
    #now = 0;
    #toggle = button('Play both, one at a time', 'play', () => this.#turn(), { class: 'primary round' });
    #switch = button('Switch', null, () => this.#change(), { class: 'quiet' });
    #says = make('span', { class: 'help', 'aria-live': 'polite' });
    #yield = (): void => {
        if (player.playing) this.#sides.forEach((side) => side.audio.pause());
    };

    connectedCallback(): void {
        const versions = [...document.querySelectorAll<HTMLElement>('[data-version]')];
        if (this.firstChild || versions.length < 2) return;
        const here = Math.max(0, versions.findIndex((one) => one.dataset.here !== undefined));
        this.#sides = [here, here === 0 ? 1 : here - 1].map((chosen, side) => this.#side(versions, chosen, side));
        this.append(make('div', { class: 'row' }, this.#toggle, ...this.#sides.map((side) => side.choice), this.#switch, this.#says));
        player.addEventListener('change', this.#yield);
    }

    disconnectedCallback(): void {
        player.removeEventListener('change', this.#yield);
        this.#sides.forEach((side) => side.audio.pause());
    }

    #side(versions: HTMLElement[], chosen: number, number: number): Side {
        const choice = make('select', { 'aria-label': number === 0 ? 'One version' : 'The other version' });
        versions.forEach((version, i) => {
            const option = make('option', { value: version.dataset.version || '', 'data-lufs': version.dataset.lufs || '0' }, `${i + 1}. ${version.dataset.name}`);
            option.selected = i === chosen;
            choice.append(option);
        });
        const audio = new Audio();
        audio.preload = 'none';
        choice.addEventListener('change', () => this.#load(true));
        audio.addEventListener('ended', () => this.#show());
        return { audio, choice };
    }

    #load(anew = false): void {
        const loud = this.#sides.map((side) => Number(side.choice.selectedOptions[0]?.dataset.lufs || 0)), least = Math.min(...loud);
        this.#sides.forEach((side, i) => {
            const src = `/songs/${side.choice.value}/audio.mp3`;
            if (!side.audio.src.endsWith(src)) side.audio.src = src;
            side.audio.volume = Math.min(1, 10 ** ((least - loud[i]!) / 20));
        });
        if (anew) this.#sides.forEach((side) => side.audio.pause());
        this.#show();
    }

    #turn(): void {
        const audio = this.#sides[this.#now]!.audio;
        if (!audio.paused) {
            audio.pause();
        } else {
            this.#load();
            player.pause();
            void audio.play();
        }
        this.#show();
    }

    #change(): void {
        const from = this.#sides[this.#now]!.audio, on = !from.paused, at = from.currentTime;
        this.#load();
        from.pause();
        this.#now = 1 - this.#now;
        const to = this.#sides[this.#now]!.audio;
        to.currentTime = at;
        if (on) void to.play();
        this.#show();
    }

    #show(): void {
        const side = this.#sides[this.#now]!, on = !side.audio.paused;
        turn(this.#toggle, on ? 'Pause' : 'Play both, one at a time', on ? 'pause' : 'play');
        this.#says.textContent = on ? `You hear ${side.choice.selectedOptions[0]?.textContent}, equally loud.` : '';
    }
}
customElements.define('song-compare', SongCompare);
