// <try-it>: hears a sentence without leaving the page. The form inside works by itself; ideas are offered beside it.
import { button, make } from './shapes';
import { open_dock } from './player-dock';
import { player } from './player';

const IDEAS = [
    'A slow waltz for piano and flute in D minor', 'Funky disco with slap bass and brass, 116 bpm', 'Dark techno, 130 bpm, no vocals',
    'A lullaby for harp and strings', 'Swing jazz trio with double bass, 180 bpm',
];

class TryIt extends HTMLElement {
    connectedCallback(): void {
        const form = this.querySelector('form'), field = this.querySelector('textarea');
        const chips = this.querySelector('[data-ideas]');
        if (!form || !field || !chips || chips.firstChild) return;
        for (const idea of IDEAS)
            chips.append(button(idea, null, () => {
                field.value = idea;
                form.requestSubmit();
            }, { class: 'chip' }));
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            void this.#hear(form, field.value.trim());
        });
    }

    // What goes wrong is said by the page that the form leads to.
    async #hear(form: HTMLFormElement, words: string): Promise<void> {
        const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
        body.set('script', '1');
        const reply = await fetch(form.action, { method: 'POST', body }).catch(() => null);
        if (!reply || !reply.ok || reply.headers.get('content-type') !== 'application/json') return form.submit();
        const { page } = (await reply.json()) as { page: string };
        open_dock();
        player.load({ song: page, title: words, src: page + '/audio.mp3', page, cover: page + '/cover.svg', seconds: 0, growing: true });
        player.play();
        const result = this.querySelector('[data-result]');
        result?.replaceChildren(make('p', { class: 'notice' }, 'This is your song. ', make('a', { href: page }, 'Its page'),
            ' is there for an hour; ', make('a', { href: '/signup' }, 'with an account'), ' you keep it.'));
    }
}
customElements.define('try-it', TryIt);
