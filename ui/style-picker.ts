// <style-picker>: the styles to be heard before one is chosen. The choice itself is the form's own list.
import { make } from './shapes';
import { open_dock } from './player-dock';
import { player } from './player';

const SECONDS = 15;

class StylePicker extends HTMLElement {
    #list: HTMLSelectElement | null = null;
    #show = (): void => {
        for (const chip of this.querySelectorAll<HTMLButtonElement>('button')) {
            chip.setAttribute('aria-pressed', String(chip.value === this.#list?.value));
            chip.toggleAttribute('data-heard', player.playing && player.is('/styles/' + chip.value));
        }
    };

    connectedCallback(): void {
        const list = this.#list = this.closest('form')?.querySelector('select[name=style]') || null;
        if (!list || this.firstChild) return;
        const chips = make('div', { class: 'chips', role: 'group', 'aria-label': 'Hear a style and choose it' });
        for (const option of list.options) {
            if (!option.value) continue;
            const chip = make('button', { type: 'button', class: 'chip', value: option.value }, option.value.replaceAll('-', ' '));
            chip.addEventListener('click', () => this.#choose(option.value));
            chips.append(chip);
        }
        this.append(make('p', { class: 'label' }, 'Hear a style'), chips);
        list.addEventListener('change', this.#show);
        player.addEventListener('change', this.#show);
        this.#show();
    }

    disconnectedCallback(): void {
        player.removeEventListener('change', this.#show);
    }

    // A second press takes the choice back, and stops.
    #choose(style: string): void {
        const song = '/styles/' + style, list = this.#list!;
        const again = list.value === style;
        list.value = again ? '' : style;
        list.dispatchEvent(new Event('input', { bubbles: true }));
        if (again) {
            if (player.is(song)) player.pause();
        } else {
            open_dock();
            player.load({ song, title: style.replaceAll('-', ' '), src: song + '/audio.mp3', page: '/studio', cover: '', seconds: SECONDS, growing: false });
            player.play();
        }
        this.#show();
    }
}
customElements.define('style-picker', StylePicker);
