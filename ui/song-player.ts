// <song-player>: the place of one song's player on a page. Inside stands an <audio> for browsers without scripts alone;
// here the tab's one player takes over, which goes on when the page changes.
import { button, turn } from './shapes';
import { open_dock } from './player-dock';
import { player, type Track } from './player';

export class SongPlayer extends HTMLElement {
    #button: HTMLButtonElement | null = null;
    #show = (): void => {
        if (!this.#button) return;
        const on = player.playing && player.is(this.track.song);
        turn(this.#button, on ? 'Pause' : this.dataset.label || 'Play', on ? 'pause' : 'play');
    };

    get track(): Track {
        const facts = this.dataset;
        return {
            song: facts.song || '', title: facts.title || '', src: facts.src || '', page: facts.page || '', cover: facts.cover || '',
            seconds: Number(facts.seconds || 0), growing: facts.open !== undefined,
        };
    }

    connectedCallback(): void {
        this.querySelector('noscript')?.remove();
        if (!this.dataset.src) return;
        open_dock();
        this.#button = button('Play', 'play', () => this.toggle(), { class: this.dataset.class || 'primary play' });
        this.prepend(this.#button);
        player.addEventListener('change', this.#show);
        this.addEventListener('audible', () => player.is(this.track.song) && player.audio?.error && player.play());
        if (player.is(this.track.song) || (this.dataset.first !== undefined && !player.playing)) player.load(this.track);
        if (this.track.growing && player.is(this.track.song) && !player.playing) player.play();
        this.#show();
    }

    disconnectedCallback(): void {
        player.removeEventListener('change', this.#show);
        this.#button?.remove();
        this.#button = null;
    }

    toggle(): void {
        if (player.is(this.track.song)) return player.toggle();
        player.load(this.track);
        player.play();
    }
}
customElements.define('song-player', SongPlayer);
