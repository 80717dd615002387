// <theme-switch>: one button that goes round: as the machine wishes, light, dark.
import { icon } from './shapes';
import { choose, chosen, type Theme } from './theme-choice';

const next: Record<Theme, Theme> = { '': 'light', light: 'dark', dark: '' };
const words: Record<Theme, string> = { '': 'Colours: as your device', light: 'Colours: light', dark: 'Colours: dark' };
const shapes: Record<Theme, string> = {
    '': 'M10 2a8 8 0 1 0 0 16a8 8 0 1 0 0-16M10 4v12a6 6 0 0 1 0-12',
    light: 'M10 6a4 4 0 1 0 0 8a4 4 0 1 0 0-8M9 1h2v3H9zM9 16h2v3H9zM1 9h3v2H1zM16 9h3v2h-3z',
    dark: 'M8 2a8 8 0 1 0 10 10a6.5 6.5 0 0 1-10-10',
};

class ThemeSwitch extends HTMLElement {
    connectedCallback(): void {
        if (this.firstChild) return;
        const button = document.createElement('button');
        button.type = 'button';
        let theme = chosen();
        const label = () => {
            button.replaceChildren(icon(shapes[theme]));
            button.setAttribute('aria-label', words[theme]);
            button.title = words[theme];
        };
        button.addEventListener('click', () => {
            theme = next[theme];
            choose(theme);
            label();
        });
        label();
        this.append(button);
    }
}
customElements.define('theme-switch', ThemeSwitch);
