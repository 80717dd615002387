// <player-dock>: what is heard, at the foot of every page, from the first sound on.
import { button, make, turn } from './shapes';
import { clock, player } from './player';

class PlayerDock extends HTMLElement {
    #toggle = button('Play', 'play', () => player.toggle(), { class: 'primary round' });
    #cover = make('img', { alt: '', width: '44', height: '44' });
    #title = make('a', { class: 'dock-title' });
    #time = make('span', { class: 'digits dock-time' });
    #seek = make('input', { type: 'range', min: '0', max: '1000', value: '0', 'aria-label': 'Place in the song' });
    #volume = make('input', { type: 'range', min: '0', max: '100', value: '100', 'aria-label': 'Volume', class: 'dock-volume' });
    #loop = button('Stop looping', 'loop', () => player.turn_loop(null), { class: 'bare round' });
    #held = false;

    connectedCallback(): void {
        if (this.firstChild) return;
        this.setAttribute('role', 'region');
        this.setAttribute('aria-label', 'Player');
        this.#seek.addEventListener('input', () => {
            this.#held = true;
            this.#time.textContent = clock((Number(this.#seek.value) / 1000) * player.seconds);
        });
        this.#seek.addEventListener('change', () => {
            this.#held = false;
            player.seek((Number(this.#seek.value) / 1000) * player.seconds);
        });
        this.#volume.addEventListener('input', () => {
            if (player.audio) player.audio.volume = Number(this.#volume.value) / 100;
        });
        const close = button('Close the player', 'close', () => player.close(), { class: 'bare round' });
        this.append(this.#toggle, this.#cover, make('div', { class: 'dock-middle' }, this.#title, this.#seek), this.#time, this.#loop, this.#volume, close);
        player.addEventListener('change', () => this.#show());
        player.addEventListener('time', () => this.#move());
        this.#show();
    }

    #show(): void {
        const track = player.begun ? player.track : null;
        this.hidden = !track;
        document.body.classList.toggle('has-dock', !!track);
        if (!track) return;
        turn(this.#toggle, player.playing ? 'Pause' : 'Play', player.playing ? 'pause' : 'play');
        this.#title.textContent = track.title;
        this.#title.href = track.page;
        if (this.#cover.getAttribute('src') !== track.cover) this.#cover.src = track.cover;
        this.#cover.hidden = !track.cover;
        this.#loop.hidden = !player.loop;
        this.#move();
        tell_system();
    }

    #move(): void {
        const seconds = player.seconds;
        if (this.#held) return;
        this.#time.textContent = seconds > 0 ? `${clock(player.at)} / ${clock(seconds)}` : clock(player.at);
        this.#seek.value = String(seconds > 0 ? (1000 * player.at) / seconds : 0);
        this.#seek.setAttribute('aria-valuetext', this.#time.textContent);
    }
}
customElements.define('player-dock', PlayerDock);

// The machine's own keys and lock screen.
function tell_system(): void {
    const track = player.track, session = navigator.mediaSession;
    if (!session || !track) return;
    if (session.metadata?.title !== track.title)
        session.metadata = new MediaMetadata({ title: track.title, artist: 'SonicStacker' });
    session.playbackState = player.playing ? 'playing' : 'paused';
}

function take_system(): void {
    const session = navigator.mediaSession;
    if (!session) return;
    session.setActionHandler('play', () => player.play());
    session.setActionHandler('pause', () => player.pause());
    session.setActionHandler('stop', () => player.pause());
    session.setActionHandler('seekbackward', (event) => player.seek(player.at - (event.seekOffset || 10)));
    session.setActionHandler('seekforward', (event) => player.seek(player.at + (event.seekOffset || 10)));
    session.setActionHandler('seekto', (event) => player.seek(event.seekTime || 0));
}

let made = false;
export function open_dock(): void {
    if (made) return;
    made = true;
    take_system();
    const dock = document.createElement('player-dock');
    dock.hidden = true;
    document.body.append(dock);
}
